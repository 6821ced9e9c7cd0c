# What R and survival have generic functions for, besides those of tidy.R.

#' Curves by the functions that users of survival know
#'
#' `quantile()` and `median()` answer as for [survival::survfit()], `as.data.frame()` gives the
#' columns of `tidy()`, and `survfit()` a genuine object of survival. Tibbles come from
#' [survival_quantile()] and `tidy()`.
#'
#' @param x,formula A fit of [fit_km()]; for `as.data.frame()` also of [fit_cuminc()], for
#'   `survfit()` also of [fit_cox()].
#' @param probs Shares above 0 and up to 1 that have had the event.
#' @param conf.int Whether to give the limits, too.
#' @param time_unit Unit of the times returned: `"days"`, `"weeks"`, `"months"` or `"years"`; by
#'   default the unit of the fit.
#' @param na.rm Not used: a median that is not reached is missing.
#' @param row.names,optional As in [as.data.frame()].
#' @param ... For `survfit()` of a Cox model, arguments of [survival::survfit.coxph()] such as
#'   `newdata`; for `as.data.frame()`, those of the method for data frames; otherwise there must be
#'   none.
#' @return `quantile()`: a list of `quantile`, `lower` and `upper`, or the quantiles alone without
#'   `conf.int`; each is a matrix with a row for each curve and a column for each share (named in
#'   per cent), or a vector where there is one curve without a name. `median()`: the medians, named
#'   as the curves. `as.data.frame()`: a data frame. `survfit()`: what [as_survfit()] gives, or the
#'   curves of [as_coxph()].
#' @section Formula: The rule is that of [survival_quantile()]. It is survival's but for a curve
#'   that is flat to its end at the height asked for: there `quantile()` of a `survfit` answers with
#'   the middle between the step and the last censored time, and these with the step.
#' @section Errors: `survlines_error_argument`, also for arguments that are not there, such as
#'   `scale`, and for those that survival refuses; those of [as_coxph()].
#' @examples
#' fit <- fit_km(Surv(time, status) ~ sex, lung)
#' quantile(fit, c(0.25, 0.5), time_unit = "months")
#' median(fit)
#' head(as.data.frame(fit))
#' survival::survfit(fit)
#' @name curve-methods
NULL

#' @rdname curve-methods
#' @importFrom stats quantile
#' @export
quantile.survlines_km <- function(x, probs = c(0.25, 0.5, 0.75),
                                  conf.int = TRUE, # nolint: object_name_linter.
                                  time_unit = NULL, ...) {
  check_flag(conf.int)
  check_nothing_else(..., .what = "A quantile of curves", .hint = scale_hint)
  table <- survival_quantile(x, probs, time_unit)
  percent <- format(100 * probs)
  by_curve <- function(column) {
    if (is.null(x$strata)) {
      return(stats::setNames(column, percent))
    }
    matrix(column, length(x$strata), byrow = TRUE, dimnames = list(x$strata, percent))
  }
  if (!conf.int) {
    return(by_curve(table$estimate))
  }
  list(
    quantile = by_curve(table$estimate), lower = by_curve(table$conf.low),
    upper = by_curve(table$conf.high)
  )
}

scale_hint <- "Times are given in another unit by {.code time_unit = \"months\"}."

summary_scale_hint <- "It takes {.arg digits}; the unit of times is an argument of {.fn summary}."

#' @rdname curve-methods
#' @importFrom stats median
#' @export
median.survlines_km <- function(x, na.rm = FALSE, # nolint: object_name_linter.
                                time_unit = NULL, ...) {
  check_nothing_else(..., .what = "A median of curves", .hint = scale_hint)
  stats::setNames(survival_quantile(x, 0.5, time_unit)$estimate, x$strata)
}

#' @rdname curve-methods
#' @export
as.data.frame.survlines_km <- function(x, row.names = NULL, # nolint: object_name_linter.
                                       optional = FALSE, time_unit = NULL, ...) {
  as.data.frame(tidy(x, time_unit = time_unit), row.names = row.names, optional = optional, ...)
}

#' @rdname curve-methods
#' @export
as.data.frame.survlines_cuminc <- as.data.frame.survlines_km

#' @export
formula.survlines_km <- function(x, ...) written_formula(x)

#' @export
formula.survlines_cuminc <- function(x, ...) written_formula(x)

#' @rdname curve-methods
#' @importFrom survival survfit
#' @export
survfit.survlines_km <- function(formula, ...) {
  check_nothing_else(
    ...,
    .what = "A {.cls survfit} made of a fit",
    .hint = "{.fn fit_km} takes the level and scale of the intervals."
  )
  as_survfit(formula)
}

#' @rdname curve-methods
#' @export
survfit.survlines_cox <- function(formula, ...) {
  model <- as_coxph(formula)
  call <- rlang::current_env()
  curves <- tryCatch(
    survival::survfit(model, ...),
    error = function(condition) {
      abort_survlines("argument", c(
        "The curves of the model could not be made.",
        i = "{.arg newdata} must be a data frame with the variables of the model.",
        i = "Other arguments are those of {.fn survival::survfit.coxph}."
      ), call = call, parent = condition)
    }
  )
  curves$call <- match.call()
  curves$call[[1L]] <- quote(survfit)
  curves
}
