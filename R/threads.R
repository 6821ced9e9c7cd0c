# How many threads a fit may use: the argument, options(survlines.threads), the environment
# variable SURVLINES_NUM_THREADS, or one. Package checks allow two at most.
n_threads <- function(threads = NULL, call = rlang::caller_env()) {
  if (is.null(threads)) threads <- getOption("survlines.threads")
  if (is.null(threads)) {
    threads <- Sys.getenv("SURVLINES_NUM_THREADS")
    threads <- if (nzchar(threads)) suppressWarnings(as.numeric(threads)) else 1
  }
  if (!is.numeric(threads) || length(threads) != 1L || !isTRUE(threads >= 1 & threads <= 1024)) {
    abort_survlines("argument", c(
      "The number of threads must be a number from 1 to 1024.",
      i = "See {.arg threads} of {.fn cox_control}, {.code options(survlines.threads)} and the
           environment variable {.envvar SURVLINES_NUM_THREADS}."
    ), call = call)
  }
  if (threads > 2) {
    limited <- tolower(Sys.getenv("_R_CHECK_LIMIT_CORES_", "false"))
    if (!limited %in% c("", "false")) threads <- 2
  }
  as.integer(threads)
}
