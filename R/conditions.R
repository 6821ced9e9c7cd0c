# The only place that aborts, warns and informs. Every condition carries a
# class `survlines_<severity>_<what>`, so callers and tests match classes, not
# sentences.

abort_survlines <- function(what, message, ..., call = rlang::caller_env(),
                            parent = NULL, .envir = parent.frame()) {
  cli::cli_abort(
    message,
    ...,
    class = c(paste0("survlines_error_", what), "survlines_error"),
    call = call, parent = parent, .envir = .envir
  )
}

warn_survlines <- function(what, message, ..., .envir = parent.frame()) {
  cli::cli_warn(
    message,
    ...,
    class = c(paste0("survlines_warning_", what), "survlines_warning"),
    .envir = .envir
  )
}

inform_survlines <- function(what, message, ..., .envir = parent.frame()) {
  cli::cli_inform(
    message,
    ...,
    class = c(paste0("survlines_message_", what), "survlines_message"),
    .envir = .envir
  )
}

# "row 4", "rows 1, 2, 3, 4, 5 and 12 more": the first five and how many.
describe_rows <- function(rows) {
  shown <- utils::head(rows, 5L)
  hidden <- length(rows) - length(shown)
  paste0(
    if (length(rows) == 1L) "row " else "rows ",
    paste(shown, collapse = ", "),
    if (hidden > 0L) paste0(" and ", hidden, " more")
  )
}

# Text of users may hold what cli would evaluate.
escape_braces <- function(text) gsub("([{}])", "\\1\\1", text)
