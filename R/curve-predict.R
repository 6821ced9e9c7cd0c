# What curves say of rows: the probability at the time of each.

#' Survival and incidence of rows, from their curves
#'
#' `predict()` gives each row the value of its curve at a time, with as many values as there are
#' rows; a row with a missing variable or time has a missing value. For several times of each curve
#' see [survival_at()] and [incidence_at()].
#'
#' @param object,x A fit of [fit_km()] or [fit_cuminc()].
#' @param newdata Rows with the variables that name the curves; by default those of the fit.
#' @param times One time, or one for each row, in `time_unit`; by default the time at which the row
#'   leaves.
#' @param cause The cause whose incidence is asked for, by name; by default the first.
#' @param time_unit Unit of `times`; by default the unit of the fit.
#' @param se.fit Whether to return standard errors, too: those of the probability itself.
#' @param data The rows of the fit, by default as they were when it was made.
#' @param ... Not used; what this has by another name is refused.
#' @return `predict()`: probabilities named as the rows (after `na.exclude` rows left out have
#'   missing ones), or a list of `fit` and `se.fit`. After the
#'   last time of a curve they are missing, unless everybody has had an event.
#'
#'   `augment()`: a tibble of the data (rows that the fit left out are left out here) with
#'   `.fitted`, `.se.fit`, `.conf.low` and `.conf.high`, at the row's own time or at `times`.
#' @section Errors: `survlines_error_argument` where there is no curve for a row, naming the rows;
#'   `survlines_error_formula` where a variable is missing.
#' @examples
#' fit <- fit_km(Surv(time, status) ~ sex, lung)
#' predict(fit, data.frame(sex = 1:2), times = 12, time_unit = "months")
#' augment(fit)
#' @name curve-predict
NULL

#' @rdname curve-predict
#' @export
predict.survlines_km <- function(object, newdata = NULL, times = NULL, time_unit = NULL,
                                 se.fit = FALSE, # nolint: object_name_linter.
                                 ...) {
  check_nothing_known(..., .of = "predict", .hint = interval_hint)
  check_flag(se.fit)
  rows <- rows_to_predict(object, newdata, times, time_unit)
  as_predictions(object, km_at_rows(object, rows), rows$names, is.null(newdata), se.fit)
}

#' @rdname curve-predict
#' @export
predict.survlines_cuminc <- function(object, newdata = NULL, times = NULL, cause = NULL,
                                     time_unit = NULL,
                                     se.fit = FALSE, # nolint: object_name_linter.
                                     ...) {
  check_nothing_known(..., .of = "predict", .hint = interval_hint)
  check_flag(se.fit)
  rows <- rows_to_predict(object, newdata, times, time_unit)
  values <- incidence_at_rows(object, rows, check_cause(cause, object))
  as_predictions(object, values, rows$names, is.null(newdata), se.fit)
}

#' @rdname curve-predict
#' @export
augment.survlines_km <- function(x, data = NULL, newdata = NULL, times = NULL, time_unit = NULL,
                                 ...) {
  check_nothing_known(..., .of = "augment", .hint = interval_hint)
  rows <- rows_to_predict(x, newdata, times, time_unit)
  add_curve_values(rows_of_curves(x, data, newdata, rows$names), km_at_rows(x, rows))
}

#' @rdname curve-predict
#' @export
augment.survlines_cuminc <- function(x, data = NULL, newdata = NULL, times = NULL, cause = NULL,
                                     time_unit = NULL, ...) {
  check_nothing_known(..., .of = "augment", .hint = interval_hint)
  rows <- rows_to_predict(x, newdata, times, time_unit)
  values <- incidence_at_rows(x, rows, check_cause(cause, x))
  add_curve_values(rows_of_curves(x, data, newdata, rows$names), values)
}

check_cause <- function(cause, fit, call = rlang::caller_env()) {
  if (is.null(cause)) {
    return(fit$causes[1L])
  }
  cause <- check_causes(cause, fit, call)
  if (length(cause) != 1L) {
    abort_survlines("argument", "{.arg cause} must be one of {.val {fit$causes}}.", call = call)
  }
  cause
}

km_at_rows <- function(fit, rows) {
  fit <- with_limits(fit)
  values <- values_of_rows(rows, function(k, times) curve_at(fit, k, times))
  data.frame(
    fit = values$survival, se.fit = standard_error(values$survival, values$std_error_log),
    low = values$conf_low, high = values$conf_high
  )
}

incidence_at_rows <- function(fit, rows, cause) {
  values <- values_of_rows(rows, function(k, times) incidence_of_curve_at(cause, fit, k, times))
  data.frame(
    fit = values$incidence, se.fit = values$std_error, low = values$conf_low,
    high = values$conf_high
  )
}

# The values of each row's curve at its time, by `read(curve, times)`, in the order of the rows.
values_of_rows <- function(rows, read) {
  known <- which(!is.na(rows$curve) & !is.na(rows$times))
  by_curve <- split(known, rows$curve[known])
  pieces <- lapply(names(by_curve), function(k) {
    as.data.frame(read(as.integer(k), rows$times[by_curve[[k]]]))
  })
  values <- do.call(rbind, c(pieces, list(as.data.frame(read(1L, numeric())))))
  values[match(seq_along(rows$curve), unlist(by_curve)), , drop = FALSE]
}

# After na.exclude the fit's own rows are all rows of the data, as for a Cox model.
as_predictions <- function(fit, values, names, own_rows, se_fit) {
  named <- lapply(values[c("fit", "se.fit")], function(value) {
    if (own_rows && is.null(fit$start_time)) pad_rows(fit, value) else stats::setNames(value, names)
  })
  if (se_fit) named else named$fit
}

rows_of_curves <- function(fit, data, newdata, names) {
  if (!is.null(newdata)) {
    return(newdata)
  }
  augmented_rows(fit, data, stats::setNames(seq_along(names), names))
}

add_curve_values <- function(data, values) {
  columns <- list(
    .fitted = values$fit, .se.fit = values$se.fit, .conf.low = values$low,
    .conf.high = values$high
  )
  tibble::new_tibble(c(as.list(data), columns), nrow = nrow(data))
}
