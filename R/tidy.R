# Fits as tibbles, with the columns of broom.

#' Tidy Kaplan-Meier curves
#'
#' @param x A fit of [fit_km()].
#' @param time_unit Unit of the times returned: `"days"`, `"weeks"`, `"months"` or `"years"`; by
#'   default the unit of the fit.
#' @param ... Not used.
#' @return A tibble with a row for each time of each curve at which a row has its event or is
#'   censored: `time`, `n.risk` (just before the time), `n.event`, `n.censor`, `estimate`,
#'   `std.error`, `conf.high`, `conf.low`, `std.error.surv` and, where there is more than one
#'   curve, `strata`. As in broom, `std.error` is the standard error of **log S** (of the
#'   cumulative hazard); `std.error.surv` is that of S.
#' @examples
#' tidy(fit_km(Surv(time, status) ~ sex, lung))
#' @export
tidy.survlines_km <- function(x, time_unit = NULL, ...) {
  leaves <- x$n_event + x$n_censor > 0
  pick <- if (all(leaves)) identity else function(column) column[leaves]
  survival <- pick(x$survival)
  sigma <- pick(x$std_error_log)
  time <- pick(x$time)
  divisor <- time_divisor(x, time_unit)
  columns <- list(
    time = if (divisor == 1) time else time / divisor,
    n.risk = pick(x$n_risk), n.event = pick(x$n_event), n.censor = pick(x$n_censor),
    estimate = survival, std.error = sigma,
    conf.high = pick(x$conf_high), conf.low = pick(x$conf_low),
    std.error.surv = standard_error(survival, sigma)
  )
  labels <- curve_labels(x)
  columns <- c(columns, if (!is.null(labels)) list(strata = pick(labels)))
  tibble::new_tibble(columns, nrow = length(time))
}

#' Glance at Kaplan-Meier curves
#'
#' @param x A fit of [fit_km()].
#' @param time_unit Unit of the times returned.
#' @param ... Not used.
#' @return A tibble with a row for each curve: `strata`, `records`, `events`, `median`,
#'   `conf.low`, `conf.high`, and `nobs`, `n.patients` (rows of [derive_endpoint()] only),
#'   `n.dropped`, `conf.type`, `conf.level`, `time.unit` of the whole fit.
#' @examples
#' glance(fit_km(Surv(time, status) ~ sex, lung), time_unit = "months")
#' @export
glance.survlines_km <- function(x, time_unit = NULL, ...) {
  table <- km_table(x, time_unit = time_unit)
  all_rows <- list(
    nobs = x$n, n.patients = if (is.null(x$n_patients)) NA_integer_ else x$n_patients,
    n.dropped = x$n_missing + x$n_zero_weight, conf.type = x$conf_type,
    conf.level = x$conf_level, time.unit = shown_unit(x, time_unit)
  )
  tibble::new_tibble(
    c(as.list(table), lapply(all_rows, rep, nrow(table))), nrow = nrow(table)
  )
}
