#' Restricted mean survival time
#'
#' The area under each curve up to `tau`: the mean time without event within that time.
#'
#' @param fit A fit of [fit_km()].
#' @param tau Upper limit, in `time_unit`; by default the earliest of the curves' last times.
#' @param compare `"none"`: one row per curve. `"difference"` or `"ratio"`: each curve against the
#'   first.
#' @param time_unit Unit of `tau` and of what is returned: `"days"`, `"weeks"`, `"months"` or
#'   `"years"`; by default the unit of the fit.
#' @param conf_level Level of the intervals.
#' @return A tibble with `strata` (where there is more than one curve; `"b vs a"` in a comparison),
#'   `tau`, `estimate`, `std.error`, `conf.low`, `conf.high`, and in a comparison `statistic` (z)
#'   and `p.value`. The standard error of a ratio is that of its logarithm.
#' @section Formula: \eqn{\hat\mu = \int_0^\tau \hat S(t)\,dt} with variance
#'   \eqn{\sum_{t_i \le \tau} A_i^2 d_i / (n_i (n_i - d_i))},
#'   \eqn{A_i = \int_{t_i}^\tau \hat S(t)\,dt} (Irwin 1949; Royston & Parmar 2013). Differences have
#'   symmetric intervals, ratios symmetric ones on the log scale.
#' @section Errors: `survlines_error_argument` where a curve ends before `tau` above 0, where a
#'   fit has clusters, weights' jackknife or Peto's errors, of which this variance is not made, or
#'   where times are negative; `survlines_error_formula` for a comparison of one curve.
#' @references
#' Irwin JO (1949). The standard error of an estimate of expectation of life. Journal of Hygiene
#' 47, 188-189.
#'
#' Royston P, Parmar MKB (2013). Restricted mean survival time: an alternative to the hazard ratio
#' for the design and analysis of randomized trials with a time-to-event outcome. BMC Medical
#' Research Methodology 13, 152.
#' @examples
#' fit <- fit_km(Surv(time, status) ~ sex, lung)
#' survival_rmst(fit, 12, time_unit = "months")
#' survival_rmst(fit, 12, compare = "difference", time_unit = "months")
#' @export
survival_rmst <- function(fit, tau = NULL, compare = c("none", "difference", "ratio"),
                          time_unit = NULL, conf_level = fit$conf_level) {
  check_km(fit)
  compare <- match_choice(compare, c("none", "difference", "ratio"))
  check_level(conf_level)
  check_additive_errors(fit, "The error of a restricted mean")
  divisor <- time_divisor(fit, time_unit)
  tau <- check_tau(tau, fit, divisor)
  areas <- vapply(seq_len(n_curves(fit)), function(k) {
    area_of_curve(fit, curve_points(fit, k), tau * divisor)
  }, c(0, 0)) / divisor
  if (compare == "none") {
    return(rmst_table(fit$strata, tau, areas[1L, ], areas[2L, ], conf_level))
  }
  check_several_curves(fit)
  labels <- paste(fit$strata[-1L], "vs", fit$strata[1L])
  others <- areas[, -1L, drop = FALSE]
  first <- areas[, 1L]
  if (compare == "difference") {
    error <- sqrt(others[2L, ]^2 + first[2L]^2)
    table <- rmst_table(labels, tau, others[1L, ] - first[1L], error, conf_level)
    z <- table$estimate / error
  } else {
    error <- sqrt((others[2L, ] / others[1L, ])^2 + (first[2L] / first[1L])^2)
    table <- rmst_table(labels, tau, log(others[1L, ] / first[1L]), error, conf_level)
    z <- table$estimate / error
    logs <- c("estimate", "conf.low", "conf.high")
    table[logs] <- lapply(table[logs], exp)
  }
  table$statistic <- z
  table$p.value <- 2 * stats::pnorm(-abs(z))
  table
}

rmst_table <- function(strata, tau, estimate, error, conf_level) {
  z <- stats::qnorm((1 + conf_level) / 2)
  columns <- list(
    tau = rep(tau, length(estimate)), estimate = unname(estimate), std.error = unname(error),
    conf.low = unname(estimate - z * error), conf.high = unname(estimate + z * error)
  )
  columns <- c(if (!is.null(strata)) list(strata = factor(strata, levels = strata)), columns)
  tibble::new_tibble(columns, nrow = length(estimate))
}

# c(area, standard error) up to tau. What an event adds to the variance of log S, times the square
# of the area after it.
area_of_curve <- function(fit, points, tau) {
  origin <- if (is.null(fit$start_time)) 0 else fit$start_time
  drops <- points[fit$n_event[points] > 0 & fit$time[points] <= tau]
  time <- fit$time[drops]
  pieces <- diff(c(origin, time, tau)) * c(1, fit$survival[drops])
  after <- rev(cumsum(rev(pieces)))
  steps <- diff(c(0, fit$std_error_log[drops]^2))
  last <- after[-1L] > 0
  c(after[1L], sqrt(sum(after[-1L][last]^2 * steps[last])))
}

check_additive_errors <- function(fit, what, call = rlang::caller_env()) {
  if (!fit$std_error_type %in% c("greenwood", "tsiatis")) {
    abort_survlines("argument", c(
      "{what} cannot be made of standard errors by {.val {fit$std_error_type}}.",
      i = "Fit the curve with {.code std_error = \"greenwood\"} or {.val tsiatis}."
    ), call = call)
  }
}

check_several_curves <- function(fit, call = rlang::caller_env()) {
  if (n_curves(fit) < 2L) {
    abort_survlines("formula", "There is one curve only; nothing can be compared.", call = call)
  }
}

# tau in the unit asked for, not beyond what any curve knows.
check_tau <- function(tau, fit, divisor, call = rlang::caller_env()) {
  last_points <- vapply(seq_len(n_curves(fit)), function(k) max(curve_points(fit, k)), 0)
  last <- fit$time[last_points] / divisor
  if (is.null(tau)) tau <- min(last)
  check_positive(tau, call)
  if (any(fit$time < 0)) {
    abort_survlines("argument", "The restricted mean needs times of 0 or more.", call = call)
  }
  short <- which(last < tau * (1 - 1e-12) & fit$survival[last_points] > 0)
  if (length(short) > 0L) {
    names <- if (is.null(fit$strata)) "the curve" else fit$strata[short]
    abort_survlines("argument", c(
      "{.arg tau} is {format(tau)}, but {.val {names}} {?is/are} followed up to \\
       {format(last[short])} only.",
      i = "Up to {format(min(last[short]))} all curves are known."
    ), call = call)
  }
  tau
}

#' Differences in survival at given times
#'
#' @param fit A fit of [fit_km()] with two or more curves of different rows.
#' @param times Times, in `time_unit`.
#' @param test_scale Scale of the test: `"log-log"`, which keeps its size in small groups
#'   (Klein et al. 2007), or `"plain"`, that of the interval.
#' @param time_unit Unit of `times`; by default the unit of the fit.
#' @param conf_level Level of the intervals.
#' @return A tibble with a row for each curve but the first and each time: `strata` (`"b vs a"`),
#'   `time`, `estimate` (of S in b less S in a), `std.error`, `conf.low`, `conf.high`, `statistic`
#'   (z of the difference on `test_scale`, with the sign of the difference) and `p.value`.
#' @section Formula: \eqn{\hat S_b(t) - \hat S_a(t)} with variance \eqn{\hat\sigma_a^2 +
#'   \hat\sigma_b^2}; on the log-log scale \eqn{\log(-\log \hat S)} has the standard error
#'   \eqn{\hat\sigma / (\hat S |\log \hat S|)}.
#' @section Errors: `survlines_error_argument` for a fit with clusters, whose curves may share
#'   clusters; `survlines_error_formula` for one curve.
#' @references
#' Klein JP, Logan B, Harhoff M, Andersen PK (2007). Analyzing survival curves at a fixed point in
#' time. Statistics in Medicine 26, 4505-4519.
#' @examples
#' survival_difference(fit_km(Surv(time, status) ~ sex, lung), c(180, 365))
#' @export
survival_difference <- function(fit, times, test_scale = c("log-log", "plain"), time_unit = NULL,
                                conf_level = fit$conf_level) {
  check_km(fit)
  test_scale <- match_choice(test_scale, c("log-log", "plain"))
  check_level(conf_level)
  check_several_curves(fit)
  if (!is.null(fit$n_clusters)) {
    abort_survlines("argument", c(
      "The curves may share clusters, so that they are not independent.",
      i = "{.fn fit_cox} with {.arg cluster} compares such groups."
    ))
  }
  at <- survival_at(fit, times, time_unit)
  n <- length(times)
  first <- rep(seq_len(n), n_curves(fit) - 1L)
  other <- n + seq_along(first)
  estimate <- at$estimate[other] - at$estimate[first]
  error <- sqrt(at$std.error.surv[other]^2 + at$std.error.surv[first]^2)
  z <- if (test_scale == "plain") {
    estimate / error
  } else {
    log_log <- log(-log(at$estimate))
    spread <- at$std.error / abs(log(at$estimate))
    (log_log[first] - log_log[other]) / sqrt(spread[first]^2 + spread[other]^2)
  }
  z[!is.finite(z)] <- NA_real_
  half <- stats::qnorm((1 + conf_level) / 2) * error
  labels <- paste(fit$strata[-1L], "vs", fit$strata[1L])
  tibble::new_tibble(
    list(
      strata = factor(rep(labels, each = n), levels = labels), time = at$time[other],
      estimate = estimate, std.error = error, conf.low = pmax(estimate - half, -1),
      conf.high = pmin(estimate + half, 1), statistic = z, p.value = 2 * stats::pnorm(-abs(z))
    ),
    nrow = length(other)
  )
}
