#' Smoothed hazard
#'
#' The hazard itself, how many events per row at risk and unit of time, as a smooth of the jumps of
#' the Nelson-Aalen estimate: when is the risk high, when does it fall?
#'
#' @param fit A fit of [fit_km()].
#' @param bandwidth How far to smooth to either side, in `time_unit`: at most half of the time that
#'   each curve is seen. Twice the bandwidth blurs what happens in less time than that; half of it
#'   shows more of chance.
#' @param times Times, in `time_unit`; by default 101 from the first to the last that any curve is
#'   seen.
#' @param time_unit Unit of `bandwidth`, of `times`, and of the hazard, which is per that unit:
#'   `"days"`, `"weeks"`, `"months"` or `"years"`; by default the unit of the fit.
#' @param conf_level Level of the pointwise intervals.
#' @return A tibble with a row for each curve and time: `strata` (where there is more than one
#'   curve), `time`, `estimate`, `std.error`, `conf.low`, `conf.high`. All are missing before the
#'   start of a curve and after its last time. The interval is symmetric on the log scale, and
#'   missing where the estimate is not above 0, which boundary kernels allow. It is one of the
#'   smoothed hazard: what smoothing has blurred is not in it.
#' @section Formula:
#'   \deqn{\hat h(t) = \frac1b \sum_i K\left(\frac{t - t_i}{b}\right) \frac{d_i}{n_i}, \quad
#'   \widehat{var} = \frac1{b^2} \sum_i K^2 \frac{d_i}{n_i^2}}{h(t) = 1/b sum K((t - t_i) / b) d_i /
#'   n_i, var = 1/b^2 sum K^2 d_i / n_i^2}
#'   (Ramlau-Hansen 1983) with Epanechnikov's kernel, and within a bandwidth
#'   of either end the boundary kernels of Mueller & Wang (1994, table 1), which have total 1 and
#'   mean 0 on the part of the window that can be seen.
#' @section Errors: `survlines_error_argument`, also where a curve is seen for less than twice the
#'   bandwidth, and for fits with clusters, the jackknife or Peto's errors, of which this variance
#'   is not made.
#' @references
#' Ramlau-Hansen H (1983). Smoothing counting process intensities by means of kernel functions.
#' Annals of Statistics 11, 453-466.
#'
#' Mueller HG, Wang JL (1994). Hazard rate estimation under random censoring with varying kernels
#' and bandwidths. Biometrics 50, 61-76.
#' @examples
#' fit <- fit_km(Surv(time, status) ~ sex, lung)
#' smooth_hazard(fit, 4, times = c(3, 6, 12, 18), time_unit = "months")
#' @export
smooth_hazard <- function(fit, bandwidth, times = NULL, time_unit = NULL,
                          conf_level = fit$conf_level) {
  check_km(fit)
  check_positive(bandwidth)
  check_level(conf_level)
  check_additive_errors(fit, "The error of a smoothed hazard")
  divisor <- time_divisor(fit, time_unit)
  windows <- lapply(seq_len(n_curves(fit)), function(k) {
    c(curve_start(fit), max(fit$time[curve_points(fit, k)]), bandwidth * divisor)
  })
  check_windows(windows, fit, divisor)
  if (is.null(times)) {
    last <- max(vapply(windows, `[`, 0, 2L))
    times <- seq(curve_start(fit), last, length.out = 101L) / divisor
  } else {
    check_times(times)
  }
  curves <- lapply(seq_along(windows), function(k) {
    points <- curve_points(fit, k)
    points <- points[fit$n_event[points] > 0]
    core_smooth_hazard(
      fit$time[points], fit$n_event[points], fit$n_risk[points], windows[[k]], times * divisor
    )
  })
  hazard_table(fit, curves, times, divisor, conf_level)
}

# When the curves of a fit begin to be seen.
curve_start <- function(fit) {
  if (is.null(fit$start_time)) min(0, fit$time) else fit$start_time
}

check_windows <- function(windows, fit, divisor, call = rlang::caller_env()) {
  seen <- vapply(windows, function(window) window[2L] - window[1L], 0)
  bandwidth <- windows[[1L]][3L]
  narrow <- which(seen < 2 * bandwidth)
  if (length(narrow) > 0L) {
    shortest <- format(min(seen) / divisor, digits = 3L)
    abort_survlines("argument", c(
      "{.arg bandwidth} is {bandwidth / divisor}, but a curve is seen for {shortest} only.",
      i = "It can be half of that at most.",
      i = if (!is.null(fit$strata)) "See {.val {fit$strata[narrow]}}."
    ), call = call)
  }
}

hazard_table <- function(fit, curves, times, divisor, level) {
  n <- length(times)
  missing_if_nan <- function(values) replace(values, is.nan(values), NA_real_)
  estimate <- missing_if_nan(unlist(lapply(curves, `[[`, "hazard"))) * divisor
  error <- sqrt(missing_if_nan(unlist(lapply(curves, `[[`, "variance")))) * divisor
  positive <- replace(estimate, which(estimate <= 0), NA_real_)
  factor <- exp(stats::qnorm((1 + level) / 2) * error / positive)
  columns <- list(
    time = rep(times, length(curves)), estimate = estimate, std.error = error,
    conf.low = positive / factor, conf.high = positive * factor
  )
  labels <- curve_labels(fit, rep(n, length(curves)))
  tibble::new_tibble(
    c(if (!is.null(labels)) list(strata = labels), columns),
    nrow = n * length(curves)
  )
}
