#' Simultaneous confidence bands of survival curves
#'
#' Bands that hold the whole curve between two times with the given probability, where the
#' intervals of [fit_km()] hold it at one time only. They are wider.
#'
#' @param fit A fit of [fit_km()] without clusters, with Greenwood's or Tsiatis's standard errors.
#' @param type `"equal-precision"` (Nair 1984): in proportion to the pointwise interval; or
#'   `"hall-wellner"` (Hall & Wellner 1980): narrower in the middle of the follow-up, wide at its
#'   ends.
#' @param from,to Times between which the band holds, in `time_unit`; by default the first and the
#'   last event of each curve. The band of a curve starts with its first event at the earliest and
#'   ends, at the latest, with its last time; it leaves out where the curve is 0.
#' @param conf_type Scale on which the band is symmetric, see [fit_km()]; by default the fit's.
#' @param conf_level Probability that the band holds the curve; by default the level of the fit.
#' @param time_unit Unit of `from`, `to` and of the times returned: `"days"`, `"weeks"`, `"months"`
#'   or `"years"`; by default the unit of the fit.
#' @return A tibble with a row for each event of a curve within the limits, and one for `from`
#'   where it lies between two of them: `strata` (where there is more than one curve), `time`,
#'   `estimate`, `std.error` (of log S), `conf.low`, `conf.high` (the band, from this time to the
#'   next), `critical.value`. The attribute `limits` is a tibble with a row for each band:
#'   `strata`, `from`, `to`, `a.low`, `a.high`, `critical.value`.
#'
#' @section Formula: With \eqn{\sigma^2} the variance of \eqn{\log \hat S}, `n` rows in the curve
#'   and \eqn{a = n \sigma^2 / (1 + n \sigma^2)} at the limits, the half width on the log scale is
#'   \eqn{c\,\sigma(t)} (equal precision) or \eqn{k (1 + n \sigma^2(t)) / \sqrt n} (Hall-Wellner),
#'   and that of other scales follows as in [fit_km()] (Borgan & Liestoel 1990; Klein & Moeschberger
#'   2003, section 4.4). `k` is the quantile of \eqn{\max |B(u)|} over \eqn{a_L \le u \le a_U} of a
#'   Brownian bridge, `c` that of \eqn{\max |B(u)| / \sqrt{u (1 - u)}}. Both are computed, for every
#'   level from 0.01 and all limits, with probabilities right to 1e-9: `k` by reflection
#'   (Anderson 1960), `c` from the eigenfunctions of the stationary Ornstein-Uhlenbeck process.
#'
#'   The printed tables for equal precision (Klein & Moeschberger, table C.3) and SAS follow an
#'   approximation for wide limits, \eqn{\alpha = 4 \phi(c) / c + \phi(c) (c - 1 / c) L} with
#'   \eqn{L = \log(a_U (1 - a_L) / (a_L (1 - a_U)))} (Miller & Siegmund 1982). It is 0.005 from
#'   ours at 0.1 to 0.6 and too large by up to 0.2 where the limits are close.
#'
#'   With late entry the equal precision band does not depend on `n`; that of Hall and Wellner then
#'   uses the number of rows that were ever in the curve. Bands hold in large samples. Of 1500
#'   simulated curves of 100 rows, a third of them censored, 95 % equal precision bands held 92 % on
#'   the plain scale and 95 to 96 % on the others, Hall-Wellner bands 95 to 96 % on all.
#' @section Errors: `survlines_error_argument`, also for levels below 0.01, and for fits with
#'   clusters, the jackknife or Peto's errors, whose variances do not grow by independent steps.
#' @section Warnings: `survlines_warning_no_band` for curves without an event within the limits.
#' @references
#' Hall WJ, Wellner JA (1980). Confidence bands for a survival curve from censored data.
#' Biometrika 67, 133-143.
#'
#' Nair VN (1984). Confidence bands for survival functions with censored data: a comparative study.
#' Technometrics 26, 265-275.
#'
#' Borgan O, Liestoel K (1990). A note on confidence intervals and bands for the survival function
#' based on transformations. Scandinavian Journal of Statistics 17, 35-41.
#'
#' Klein JP, Moeschberger ML (2003). Survival analysis, 2nd edition, section 4.4. Springer, New
#' York.
#'
#' Anderson TW (1960). A modification of the sequential probability ratio test to reduce the sample
#' size. Annals of Mathematical Statistics 31, 165-197.
#'
#' Miller R, Siegmund D (1982). Maximally selected chi square statistics. Biometrics 38, 1011-1016.
#' @examples
#' fit <- fit_km(Surv(time, status) ~ sex, lung)
#' survival_band(fit, from = 3, to = 18, time_unit = "months")
#' @export
survival_band <- function(fit, type = c("equal-precision", "hall-wellner"), from = NULL, to = NULL,
                          conf_type = fit$conf_type, conf_level = fit$conf_level,
                          time_unit = NULL) {
  check_km(fit)
  type <- match_choice(type, c("equal-precision", "hall-wellner"))
  conf_type <- match_choice(conf_type, interval_scales)
  check_band_level(conf_level)
  check_additive_errors(fit, "A band")
  divisor <- time_divisor(fit, time_unit)
  limits <- check_band_limits(from, to) * divisor
  bands <- lapply(seq_len(n_curves(fit)), function(k) {
    band_of_curve(fit, curve_points(fit, k), limits, type, conf_level)
  })
  warn_no_bands(fit, vapply(bands, function(band) length(band$point) == 0L, NA))
  band_table(fit, bands, conf_type, divisor)
}

# The lower the level the more images of a path count: without end as it goes to 0.
check_band_level <- function(conf_level, call = rlang::caller_env()) {
  check_level(conf_level, call)
  if (conf_level < 0.01) {
    abort_survlines("argument", c(
      "{.arg conf_level} of a band must be 0.01 or more.",
      i = "For a 95 % band: {.code conf_level = 0.95}."
    ), call = call)
  }
}

# c(from, to), infinite where it was not given.
check_band_limits <- function(from, to, call = rlang::caller_env()) {
  if (is.null(from)) from <- -Inf else check_number(from, call)
  if (is.null(to)) to <- Inf else check_number(to, call)
  if (from > to) {
    abort_survlines("argument", "{.arg from} is {from}, after {.arg to}, {to}.", call = call)
  }
  c(from, to)
}

# The band of one curve: its points and times, the half widths on the log scale, and the limits.
band_of_curve <- function(fit, points, limits, type, level) {
  n <- sum(fit$n_event[points]) + sum(fit$n_censor[points])
  events <- points[fit$n_event[points] > 0 & fit$survival[points] > 0]
  at_start <- events[fit$time[events] <= limits[1L]]
  at_start <- at_start[length(at_start)]
  inside <- events[fit$time[events] > limits[1L] & fit$time[events] <= limits[2L]]
  point <- if (limits[1L] <= fit$time[max(points, 1L)]) c(at_start, inside) else integer()
  if (length(point) == 0L) {
    return(list(point = point))
  }
  variance <- fit$std_error_log[point]^2
  ends <- variance[c(1L, length(point))]
  share <- n * ends / (1 + n * ends)
  critical <- if (type == "hall-wellner") {
    hall_wellner_critical(share[1L], share[2L], level)
  } else {
    equal_precision_critical(log(ends[2L] / ends[1L]) / 2, level)
  }
  list(
    point = point, time = pmax(fit$time[point], limits[1L]),
    end = min(limits[2L], fit$time[max(points)]), share = share, critical = critical,
    spread = critical * if (type == "hall-wellner") (1 + n * variance) / sqrt(n) else sqrt(variance)
  )
}

warn_no_bands <- function(fit, empty) {
  if (any(empty)) {
    warn_survlines("no_band", c(
      "{sum(empty)} of {length(empty)} curve{?s} {cli::qty(sum(empty))}{?has/have} no event within
       the limits, and no band there.",
      if (!is.null(fit$strata)) c(x = "No band for {.val {fit$strata[empty]}}.")
    ))
  }
}

band_table <- function(fit, bands, conf_type, divisor) {
  column <- function(name) as.double(unlist(lapply(bands, `[[`, name), use.names = FALSE))
  sizes <- vapply(bands, function(band) length(band$point), 0L)
  point <- unlist(lapply(bands, `[[`, "point"), use.names = FALSE)
  estimate <- fit$survival[point]
  band <- interval_on_scale(estimate, column("spread"), conf_type)
  critical <- column("critical")
  columns <- list(
    time = column("time") / divisor, estimate = estimate, std.error = fit$std_error_log[point],
    conf.low = band$low, conf.high = band$high, critical.value = rep(critical, sizes[sizes > 0L])
  )
  columns <- c(if (!is.null(fit$strata)) list(strata = curve_labels(fit, sizes)), columns)
  limits <- band_limits(fit, bands[sizes > 0L], which(sizes > 0L), divisor)
  tibble::new_tibble(columns, nrow = length(point), limits = limits)
}

band_limits <- function(fit, bands, curves, divisor) {
  nth <- function(name, n) vapply(bands, function(band) band[[name]][n], 0)
  columns <- list(
    from = nth("time", 1L) / divisor, to = nth("end", 1L) / divisor,
    a.low = nth("share", 1L), a.high = nth("share", 2L), critical.value = nth("critical", 1L)
  )
  labels <- if (!is.null(fit$strata)) list(strata = factor(fit$strata[curves], fit$strata))
  tibble::new_tibble(c(labels, columns), nrow = length(bands))
}
