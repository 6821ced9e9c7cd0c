# Arguments in the dots that a function does not have: refused, and told by what name they go here.

# What survival, broom and survminer call arguments that have another name here.
names_elsewhere <- list(
  conf.type = "conf_type", conf.int = c("conf_int", "conf_level"),
  conf.level = c("conf_level", "level"),
  level = "conf_level", error = "std_error", se.type = "std_error", type = "estimate",
  stype = "estimate", ctype = "estimate", method = "ties", id = "cluster",
  start.time = "start_time", iter.max = "control", eps = "control", outer.max = "control",
  scale = "time_unit", xscale = "time_unit", etype = "causes", cause = "causes",
  mark.time = "censor_marks", main = "title", legend.labs = "labels", risk.table = "risk_table",
  break.time.by = "breaks", break.x.by = "breaks", surv.median.line = "median_lines"
)

# Nothing may be in the dots of the calling function, `.of` where it is an exported one. `.hint` is
# for what is not there by another name either; NULL: what the function takes. Names begin with a
# dot, as those in the dots are any.
check_nothing_else <- function(..., .of = NULL, .what = refused_by(.of), .hint = help_on(.of),
                               .call = rlang::caller_env()) {
  if (...length() == 0L) {
    return(invisible())
  }
  known <- argument_names_of(rlang::caller_fn())
  given <- given_names(...)
  if (length(given) > 0L) abort_others(given, .what, .hint, known, .call)
  abort_survlines("argument", c(
    "All arguments after the first must have names that the help page lists.", i = .hint
  ), call = .call)
}

refused_by <- function(name) if (is.null(name)) "This figure" else paste0("{.fn ", name, "}")

help_on <- function(name) {
  if (is.null(name)) figure_hint else paste0("{.code ?", name, "} lists its arguments.")
}

# Packages that ask every kind of fit alike may pass to tidy() and predict() what other kinds know.
# Refused is what this function has by another name, or by one that is nearly the same; and what
# would ask a fit for other intervals than it has.
check_nothing_known <- function(..., .of, .hint = NULL, .call = rlang::caller_env()) {
  if (...length() == 0L) {
    return(invisible())
  }
  known <- argument_names_of(rlang::caller_fn())
  given <- given_names(...)
  is_known <- lengths(lapply(given, hint_elsewhere, known)) > 0L | given %in% interval_arguments
  # What tidy() gives without being asked.
  is_known[given == "conf.int"] <- !isTRUE(list(...)[["conf.int"]])
  if (any(is_known)) abort_others(given[is_known], refused_by(.of), .hint, known, .call)
}

interval_arguments <- c("conf.int", "conf.level", "conf.type", "conf_level", "conf_type")

interval_hint <- paste(
  "The intervals are those of the fit, which takes {.arg conf_level} and {.arg conf_type}."
)

given_names <- function(...) {
  given <- names(substitute(list(...)))[-1L]
  given[nzchar(given)]
}

argument_names_of <- function(fun) setdiff(names(formals(fun)), "...")

abort_others <- function(given, what, hint, known, call) {
  meant <- lapply(given, hint_elsewhere, known)
  if (is.null(hint) && length(known) > 1L) hint <- "It takes {.arg {known[-1L]}}."
  if (any(lengths(meant) == 0L)) meant <- c(meant, list(hint))
  hints <- unique(as.character(unlist(meant)))
  abort_survlines("argument", c(
    paste(what, "has no {cli::qty(given)}argument{?s} {.arg {given}}."),
    rlang::set_names(hints, rep("i", length(hints)))
  ), call = call)
}

# What has no argument here at all, but a way.
ways_elsewhere <- c(fun = paste(
  "The share of rows that had the event is drawn from {.fn fit_cuminc}, with",
  "{.code factor(status)}; {.code plot(as_survfit(fit), fun = \"event\")} draws as survival does."
))

# How an argument is called among those that are `known`, in words; NULL where it is none of them.
hint_elsewhere <- function(name, known) {
  here <- intersect(names_elsewhere[[name]], known)
  if (length(here) > 0L && here[1L] == "time_unit") {
    return(scale_hint)
  }
  if (name %in% names(ways_elsewhere)) {
    return(ways_elsewhere[[name]])
  }
  near <- near_names(gsub(".", "_", name, fixed = TRUE), known, min(2, nchar(name) %/% 3))
  name <- escape_braces(name)
  if (length(here) > 0L) {
    paste0("Here {.arg ", name, "} is {.arg ", here[1L], "}.")
  } else if (length(near) > 0L) {
    paste0("Did you mean {.arg ", near[1L], "}?")
  }
}
