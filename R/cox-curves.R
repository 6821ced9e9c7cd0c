#' Survival curves of a Cox model
#'
#' @param fit A fit of [fit_cox()].
#' @param newdata A data frame with a row for each curve: the covariates and, where the model has
#'   them, the strata.
#' @param times Times at which to read the curves; by default the event times of the row's stratum.
#' @param baseline How tied events divide the jump of the baseline hazard: as the fit treats ties
#'   unless told otherwise, `"efron"` or `"breslow"` (which it is for exact ties; for marginal
#'   ties it is Efron's).
#' @param conf_level Level of the pointwise intervals.
#' @param conf_type Scale on which the interval is symmetric: `"log"` (as
#'   [survival::survfit.coxph()]), `"log-log"` or `"plain"`.
#' @return A tibble with a row for each row of `newdata` and each time: `row` (of `newdata`),
#'   `strata` (where the model has them), `time`, `estimate`, `std.error` (of log S, which is that
#'   of the cumulated hazard), `std.error.surv` (of S), `conf.low`, `conf.high`, `cumhaz`. Rows
#'   with missing values give missing estimates; with `times = NULL` they give one row.
#'
#' @section Formula: \eqn{S = e^{-H}} with the cumulated hazard
#' \eqn{H(t) = e^{x\beta} \sum_{s \le t} h(s)}. The jump is \eqn{h = d / S_0} for Breslow's
#' baseline, and \eqn{\sum_l (w/d) / (S_0 - (l/d) D_0)} for Efron's, with `d` deaths of total
#' weight `w`. Its error is described in [predict.survlines_cox()]. Everything is kept on the log
#' scale until the end, whatever the size of the predictor.
#'
#' These are the curves of a person whose covariates stay as they are. The curve of mean covariates
#' is nobody's; it is there for those who give such a row.
#'
#' @section Errors: `survlines_error_newdata` for strata that the model does not know, and for
#'   variables of another kind than in the fit;
#'   `survlines_error_formula` when a variable is not there, strata included;
#'   `survlines_error_argument`.
#' @seealso [baseline_hazard()]
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + strata(sex), lung)
#' survival_curves(fit, data.frame(age = 60, sex = 1:2), times = c(180, 365))
#' @export
survival_curves <- function(fit, newdata, times = NULL, baseline = NULL,
                            conf_level = 0.95, conf_type = c("log", "log-log", "plain")) {
  check_cox(fit)
  baseline <- if (is.null(baseline)) hazard_ties(fit) else match_choice(baseline, hazard_kinds)
  check_given(newdata)
  check_level(conf_level)
  conf_type <- match_choice(conf_type, c("log", "log-log", "plain"))
  if (!is.null(times)) check_times(times)
  model <- cox_model(fit)
  rows <- new_rows(
    fit, model, newdata, stats::na.pass, !is.null(model$stratum_labels), FALSE
  )
  points <- curve_points_of_rows(fit, model, rows, times)
  hazard <- log_hazards(fit, model, points$rows, baseline)
  curve_table(points, hazard, model, conf_level, conf_type)
}

hazard_kinds <- c("efron", "breslow")

check_cox <- function(fit, call = rlang::caller_env()) {
  check_given(fit, call)
  if (!inherits(fit, "survlines_cox")) {
    abort_survlines("argument", "{.arg fit} must be a fit of {.fn fit_cox}.", call = call)
  }
}

# Each row once for each of its times. list(rows, row, time): what log_hazards() wants, which row
# each is, and when.
curve_points_of_rows <- function(fit, model, rows, times) {
  n <- nrow(rows$x)
  at <- if (is.null(times)) {
    events <- event_ranks(model)
    stratum <- if (is.null(rows$stratum)) rep(0L, n) else rows$stratum
    lapply(stratum, function(s) if (is.na(s)) NA_integer_ else events[[s + 1L]])
  } else {
    rep(list(rank_of(times, fit, model)), n)
  }
  row <- rep(seq_len(n), lengths(at))
  rank <- as.integer(unlist(at))
  list(
    rows = list(
      x = rows$x[row, , drop = FALSE], offset = rows$offset[row], stratum = rows$stratum[row],
      exit = rank
    ),
    row = row,
    time = if (is.null(times)) model$times[rank + 1L] else rep(times, n)
  )
}

# Ranks of the event times of each stratum, ascending.
event_ranks <- function(model) {
  event <- model$columns$event == 1L
  stratum <- model$columns$stratum
  if (is.null(stratum)) stratum <- rep(0L, model$n_rows)
  strata <- factor(stratum[event], seq_len(model$columns$n_strata) - 1L)
  unname(lapply(split(model$columns$exit[event], strata), function(rank) sort(unique(rank))))
}

curve_table <- function(points, hazard, model, level, type) {
  hazards <- exp(hazard$value)
  survival <- exp(-hazards)
  limits <- hazard_limits(hazard$value, hazard$std_error, level, type)
  columns <- list(
    time = points$time, estimate = survival, std.error = hazards * hazard$std_error,
    std.error.surv = exp(hazard$value - hazards) * hazard$std_error,
    conf.low = limits$low, conf.high = limits$high, cumhaz = hazards
  )
  labels <- model$stratum_labels
  strata <- if (!is.null(labels)) factor(labels[points$rows$stratum + 1L], levels = labels)
  columns <- c(list(row = points$row), if (!is.null(strata)) list(strata = strata), columns)
  tibble::new_tibble(columns, nrow = length(points$row))
}

# Limits of exp(-exp(value)); `sigma` is the standard error of `value`. Where nothing is expected
# yet the curve and its limits are 1.
hazard_limits <- function(value, sigma, level, type) {
  z <- stats::qnorm((1 + level) / 2)
  hazard <- exp(value)
  limits <- switch(type,
    `log-log` = list(low = exp(-exp(value + z * sigma)), high = exp(-exp(value - z * sigma))),
    log = list(low = exp(-hazard * (1 + z * sigma)), high = exp(-hazard * (1 - z * sigma))),
    plain = {
      half <- z * exp(value - hazard) * sigma
      list(low = exp(-hazard) - half, high = exp(-hazard) + half)
    }
  )
  list(low = pmax(limits$low, 0), high = pmin(limits$high, 1))
}

#' Baseline hazard of a Cox model
#'
#' @inheritParams survival_curves
#' @param reference The covariates of the baseline: `"sample"`, those that linear predictors
#'   are relative to (means, 0 for columns of -1, 0 and 1; see [predict.survlines_cox()]), as
#'   [survival::basehaz()] has it; or `"zero"`.
#' @return A tibble with a row for each event time (of each stratum): `strata` (where the model
#'   has them), `time`, `cumhaz`, `std.error` (of `cumhaz`).
#' @section Formula: see [survival_curves()]. The offset is that of the reference of
#'   [predict.survlines_cox()]: the mean offset, or 0. With `weights` this mean is not weighted, so
#'   that the baseline fits those linear predictors; `basehaz()` weighs it, `predict()` of survival
#'   does not.
#' @section Errors: `survlines_error_argument`.
#' @examples
#' baseline_hazard(fit_cox(Surv(time, status) ~ age + sex, lung))
#' @export
baseline_hazard <- function(fit, reference = c("sample", "zero"), baseline = NULL) {
  check_cox(fit)
  reference <- match_choice(reference, c("sample", "zero"))
  baseline <- if (is.null(baseline)) hazard_ties(fit) else match_choice(baseline, hazard_kinds)
  model <- cox_model(fit, as_matrix = FALSE)
  n <- model$columns$n_strata
  centre <- if (reference == "zero") rep(0, length(fit$kind)) else sample_means(model)
  offset <- if (reference == "zero" || is.null(model$offset)) 0 else mean_offset(model)
  rows <- list(
    x = matrix(centre, n, length(centre), byrow = TRUE), offset = rep(offset, n)
  )
  hazard <- core_cox_baseline(
    cox_columns(model), model$x, fit$last_step, baseline, rows, prediction_variance(fit)
  )
  cumhaz <- exp(hazard$value)
  std_error <- cumhaz * hazard$std_error
  std_error[is.nan(std_error)] <- NA_real_
  columns <- list(time = model$times[hazard$time + 1L], cumhaz = cumhaz, std.error = std_error)
  labels <- model$stratum_labels
  if (!is.null(labels)) {
    columns <- c(list(strata = factor(labels[hazard$stratum + 1L], levels = labels)), columns)
  }
  tibble::new_tibble(columns, nrow = length(cumhaz))
}
