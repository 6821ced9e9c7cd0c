# Fits as tibbles, with the columns of broom.

#' Tidy Kaplan-Meier curves
#'
#' @param x A fit of [fit_km()].
#' @param time_unit Unit of the times returned: `"days"`, `"weeks"`, `"months"` or `"years"`; by
#'   default the unit of the fit.
#' @param ... Not used; what this has by another name, and other intervals, are refused.
#' @return A tibble with a row for each time of each curve at which a row has its event or is
#'   censored: `time`, `n.risk` (just before the time), `n.event`, `n.censor`, `estimate`,
#'   `std.error`, `conf.high`, `conf.low`, `std.error.surv` and, where there is more than one
#'   curve, `strata`. As in broom, `std.error` is the standard error of **log S** (of the
#'   cumulative hazard); `std.error.surv` is that of S.
#' @examples
#' tidy(fit_km(Surv(time, status) ~ sex, lung))
#' @export
tidy.survlines_km <- function(x, time_unit = NULL, ...) {
  check_nothing_known(..., .of = "tidy", .hint = interval_hint)
  x <- with_limits(x)
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
#' @param ... Not used; what this has by another name, and other intervals, are refused.
#' @return A tibble with a row for each curve: `strata`, `records`, `events`, `median`,
#'   `conf.low`, `conf.high`, and `nobs`, `n.patients` (rows of [derive_endpoint()] only),
#'   `n.dropped`, `n.clusters`, `conf.type`, `conf.level`, `estimate.type`, `std.error.type`,
#'   `time.unit` of the whole fit.
#' @examples
#' glance(fit_km(Surv(time, status) ~ sex, lung), time_unit = "months")
#' @export
glance.survlines_km <- function(x, time_unit = NULL, ...) {
  check_nothing_known(..., .of = "glance", .hint = interval_hint)
  table <- km_table(x, time_unit = time_unit)
  all_rows <- list(
    nobs = x$n, n.patients = patients_or_missing(x),
    n.dropped = x$n_missing + x$n_zero_weight,
    n.clusters = if (is.null(x$n_clusters)) NA_integer_ else x$n_clusters,
    conf.type = x$conf_type, conf.level = x$conf_level, estimate.type = x$estimate,
    std.error.type = x$std_error_type, time.unit = shown_unit(x, time_unit)
  )
  tibble::new_tibble(
    c(as.list(table), lapply(all_rows, rep, nrow(table))), nrow = nrow(table)
  )
}

#' Tidy a log-rank test
#'
#' @param x A test of [test_logrank()].
#' @param ... Not used; what this has by another name, and other intervals, are refused.
#' @return `tidy()`: a tibble with a row for each group: `group`, `N`, `obs`, `exp`. `glance()`: one
#'   row with `statistic`, `df`, `p.value`, `weighting`, `nobs`, `n.events`, `n.strata`,
#'   `n.patients`, `n.clusters`, `n.dropped`, `robust`.
#' @examples
#' tidy(test_logrank(Surv(time, status) ~ sex, lung))
#' glance(test_logrank(Surv(time, status) ~ sex, lung))
#' @export
tidy.survlines_logrank <- function(x, ...) {
  check_nothing_known(..., .of = "tidy")
  tibble::new_tibble(
    list(
      group = rownames(x$observed), N = as.double(x$n_in_group),
      obs = unname(rowSums(x$observed)), exp = unname(rowSums(x$expected))
    ),
    nrow = nrow(x$observed)
  )
}

#' @rdname tidy.survlines_logrank
#' @export
glance.survlines_logrank <- function(x, ...) {
  check_nothing_known(..., .of = "glance")
  tibble::new_tibble(
    list(
      statistic = x$statistic, df = x$df, p.value = x$p.value, weighting = x$weighting,
      nobs = x$n, n.events = x$n_events,
      n.strata = ncol(x$observed), n.patients = patients_or_missing(x),
      n.clusters = if (is.null(x$n_clusters)) NA_integer_ else x$n_clusters,
      n.dropped = x$n_missing + x$n_zero_weight, robust = x$robust
    ),
    nrow = 1L
  )
}

patients_or_missing <- function(fit) {
  if (is.null(fit$n_patients)) NA_integer_ else fit$n_patients
}

#' Tidy a Cox model
#'
#' @param x A fit of [fit_cox()].
#' @param exponentiate Whether `estimate`, `conf.low` and `conf.high` are hazard ratios rather than
#'   their logarithms. Standard errors are always those of the log hazard ratio.
#' @param conf_level,conf.level Level of the intervals. `conf.level` is broom's name, by which other
#'   packages ask; where both are given it counts.
#' @param conf.int Whether there are columns `conf.low` and `conf.high`.
#' @param ... Not used; what this has by another name, and other intervals, are refused.
#' @return `tidy()`: a tibble with a row for each coefficient: `term`, `estimate`, `std.error` (from
#'   the inverse information), `robust.se` (where the fit has it; statistic, p-value and interval
#'   then use it), `statistic` (z), `p.value`, `conf.low`, `conf.high` and `contrast`: what the
#'   hazard ratio compares, such as `"male vs female"` or, for a number, `"per 1"`.
#'
#'   `glance()`: one row: `n`, `nevent`, `statistic.log`, `p.value.log` (likelihood ratio),
#'   `statistic.sc`, `p.value.sc` (score), `statistic.wald`, `p.value.wald`, `statistic.robust`,
#'   `p.value.robust` (robust score), `df`, `logLik`, `AIC`, `BIC` (with the number of events, as in
#'   survival), `nobs`, `ties`, `n.strata`, `n.clusters`, `n.patients`, `n.dropped`, `n.aliased`,
#'   `n.infinite`, `converged`, `iterations`.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + sex, lung)
#' tidy(fit, exponentiate = TRUE)
#' glance(fit)
#' @export
tidy.survlines_cox <- function(x, exponentiate = FALSE, conf_level = x$conf_level,
                               conf.int = TRUE, # nolint: object_name_linter.
                               conf.level = conf_level, # nolint: object_name_linter.
                               ...) {
  check_nothing_known(..., .of = "tidy")
  check_flag(exponentiate)
  check_flag(conf.int)
  check_level(conf_level)
  check_level(conf.level)
  estimate <- unname(x$coefficients)
  statistic <- ifelse(is.finite(estimate), estimate / standard_errors(used_variance(x)), NA_real_)
  scale <- if (exponentiate) exp else identity
  columns <- list(
    term = names(x$coefficients), estimate = scale(estimate),
    std.error = standard_errors(x$variance)
  )
  if (!is.null(x$robust_variance)) columns$robust.se <- standard_errors(x$robust_variance)
  columns <- c(columns, list(statistic = statistic, p.value = 2 * stats::pnorm(-abs(statistic))))
  if (conf.int) {
    limits <- cox_intervals(x, conf.level)
    columns <- c(columns, list(conf.low = scale(limits$low), conf.high = scale(limits$high)))
  }
  columns$contrast <- describe_coefficients(x)$contrast
  tibble::new_tibble(columns, nrow = length(estimate))
}

#' @rdname tidy.survlines_cox
#' @export
glance.survlines_cox <- function(x, ...) {
  check_nothing_known(..., .of = "glance", .hint = "Intervals are those of {.fn tidy}.")
  tests <- cox_tests(x)
  loglik <- stats::logLik(x)
  tibble::new_tibble(
    list(
      n = x$n, nevent = x$n_events,
      statistic.log = tests$log$statistic, p.value.log = tests$log$p,
      statistic.sc = tests$sc$statistic, p.value.sc = tests$sc$p,
      statistic.wald = tests$wald$statistic, p.value.wald = tests$wald$p,
      statistic.robust = tests$robust$statistic, p.value.robust = tests$robust$p,
      df = x$df, logLik = x$loglik[2L], AIC = stats::AIC(loglik), BIC = stats::BIC(loglik),
      nobs = x$n, ties = x$ties, n.strata = x$n_strata,
      n.clusters = if (is.null(x$n_clusters)) NA_integer_ else x$n_clusters,
      n.patients = patients_or_missing(x), n.dropped = x$n_missing + x$n_zero_weight,
      n.aliased = sum(x$kind == "aliased"), n.infinite = sum(x$kind == "infinite"),
      converged = x$status == "converged", iterations = x$iterations
    ),
    nrow = 1L
  )
}
