#' Survival at given times
#'
#' @param fit A fit of [fit_km()].
#' @param times Times, in `time_unit`.
#' @param time_unit Unit of `times`: `"days"`, `"weeks"`, `"months"` or `"years"`; by default the
#'   unit of the fit.
#' @return A tibble with a row for each curve and time: `strata` (where there is more than one
#'   curve), `time`, `n.risk` (at risk just before the time), `estimate`, `std.error` (of log S),
#'   `std.error.surv` (of S), `conf.low`, `conf.high`. After the last time of a curve, where
#'   nobody is left at risk, the estimate is missing unless the curve has reached 0.
#' @section Errors: `survlines_error_argument`.
#' @examples
#' fit <- fit_km(Surv(time, status) ~ sex, lung)
#' survival_at(fit, c(6, 12), time_unit = "months")
#' @export
survival_at <- function(fit, times, time_unit = NULL) {
  check_km(fit)
  check_times(times)
  asked <- times * time_divisor(fit, time_unit)
  fit <- with_limits(fit)
  pieces <- lapply(seq_len(n_curves(fit)), function(k) curve_at(fit, k, asked))
  column <- function(name) unlist(lapply(pieces, `[[`, name), use.names = FALSE)
  each <- rep(length(times), n_curves(fit))
  survival <- column("survival")
  sigma <- column("std_error_log")
  columns <- list(
    time = rep(times, n_curves(fit)), n.risk = column("n_risk"), estimate = survival,
    std.error = sigma, std.error.surv = standard_error(survival, sigma),
    conf.low = column("conf_low"), conf.high = column("conf_high")
  )
  columns <- c(if (!is.null(fit$strata)) list(strata = curve_labels(fit, each)), columns)
  tibble::new_tibble(columns, nrow = sum(each))
}

check_km <- function(fit, call = rlang::caller_env()) {
  check_given(fit, call)
  if (!inherits(fit, "survlines_km")) {
    abort_survlines("argument", "{.arg fit} must be a fit of {.fn fit_km}.", call = call)
  }
}

# Standard error of S from that of log S; 0 times infinity, where the curve is 0, is 0 for the
# estimate but says nothing of its error.
standard_error <- function(survival, sigma) {
  ifelse(survival > 0, survival * sigma, NA_real_)
}

# The values of curve k at `times`: those of the last point at or before each.
curve_at <- function(fit, k, times) {
  points <- curve_points(fit, k)
  time <- fit$time[points]
  before <- findInterval(times, time)
  start <- c(survival = 1, std_error_log = 0, conf_low = 1, conf_high = 1)
  last <- length(points)
  over <- last > 0L & times > time[max(last, 1L)] & fit$survival[points[max(last, 1L)]] > 0
  if (!is.null(fit$start_time)) over <- over | times < fit$start_time
  values <- lapply(names(start), function(name) {
    value <- c(start[[name]], fit[[name]][points])[before + 1L]
    ifelse(over, NA_real_, value)
  })
  names(values) <- names(start)
  values$n_risk <- at_risk_before(fit, points, times)
  values
}

# Number at risk just before each time: what the last point before it left behind.
at_risk_before <- function(fit, points, times) {
  after <- fit$n_risk[points] - fit$n_event[points] - fit$n_censor[points]
  if (!is.null(fit$n_enter)) after <- after + fit$n_enter[points]
  before <- findInterval(times, fit$time[points], left.open = TRUE)
  c(fit$n_risk[points[1L]], after)[before + 1L]
}

#' Quantiles of the survival time
#'
#' The time by which a share `probs` has had the event, with the interval that the pointwise
#' limits give when they are read at the same height (Brookmeyer & Crowley 1982 for the log-log and
#' plain scales).
#'
#' @param fit A fit of [fit_km()].
#' @param probs Shares above 0 and up to 1; 0.5 is the median.
#' @param time_unit Unit of the times returned: `"days"`, `"weeks"`, `"months"` or `"years"`; by
#'   default the unit of the fit.
#' @return A tibble with a row for each curve and share: `strata` (where there is more than one
#'   curve), `prob`, `estimate`, `conf.low`, `conf.high`; missing where the curve or its limit is
#'   not that low (not reached).
#'
#' @section Formula: The first time at which the curve is at or below 1 - `prob`, where
#'   equal means within 1.5e-8. Where the curve is flat at that height the quantile is the middle
#'   between this time and the next drop, or this time where no drop follows. The limits are
#'   the same quantile of the lower and the upper limit of the curve.
#'
#'   With late entry a limit may rise again, where few were at risk and others enter. Then the first
#'   time at which it is that low counts, for both limits.
#'
#'   Where a curve is flat to its end at the height asked for, `quantile()` of a `survfit` answers
#'   with the middle between the step and the last censored time; the median that `survfit()` prints
#'   is the time of the step, as here.
#' @references
#' Brookmeyer R, Crowley J (1982). A confidence interval for the median survival time.
#' Biometrics 38, 29-41.
#' @section Errors: `survlines_error_argument`.
#' @examples
#' survival_quantile(fit_km(Surv(time, status) ~ sex, lung), time_unit = "months")
#' @export
survival_quantile <- function(fit, probs = 0.5, time_unit = NULL) {
  check_km(fit)
  check_probabilities(probs)
  divisor <- time_divisor(fit, time_unit)
  fit <- with_limits(fit)
  quantiles <- function(column) {
    unlist(lapply(seq_len(n_curves(fit)), function(k) {
      points <- curve_points(fit, k)
      vapply(1 - probs, first_at_or_below, 0, fit$time[points], fit[[column]][points])
    }), use.names = FALSE) / divisor
  }
  columns <- list(
    prob = rep(probs, n_curves(fit)), estimate = quantiles("survival"),
    conf.low = quantiles("conf_low"), conf.high = quantiles("conf_high")
  )
  each <- rep(length(probs), n_curves(fit))
  columns <- c(if (!is.null(fit$strata)) list(strata = curve_labels(fit, each)), columns)
  tibble::new_tibble(columns, nrow = sum(each))
}

flat_tolerance <- 1.5e-8

first_at_or_below <- function(height, time, curve) {
  first <- which(curve <= height + flat_tolerance)[1L]
  if (is.na(first)) {
    return(NA_real_)
  }
  next_drop <- which(curve < curve[first])[1L]
  if (abs(curve[first] - height) > flat_tolerance || is.na(next_drop)) {
    return(time[first])
  }
  (time[first] + time[next_drop]) / 2
}
