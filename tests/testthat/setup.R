# Messages of the package reach whoever expects them, but are not printed among the results of the
# tests: with survival's data, whose events are coded 1/2, most fits have one.
quiet_messages <- function(inform) {
  force(inform)
  function(what, message, ..., .envir = parent.frame()) {
    condition <- rlang::catch_cnd(inform(what, message, ..., .envir = .envir), "message")
    withRestarts(signalCondition(condition), muffleMessage = function() NULL)
    invisible()
  }
}

replace_for_test(
  asNamespace("survlines"), "inform_survlines",
  quiet_messages(get("inform_survlines", asNamespace("survlines"))), teardown_env()
)
