#' A genuine survfit object
#'
#' So that whatever works on [survival::survfit()] works on our curves: `quantile()`,
#' `summary(times =)`, `plot()`, `broom::tidy()`, and packages that draw or tabulate such objects
#' and refuse the fit itself: ggsurvfit (`ggsurvfit()`), gtsummary (`tbl_survfit()`), survminer
#' (`ggsurvplot()`, with `data =`).
#'
#' @param fit A fit of [fit_km()].
#' @return An object of class `survfit`, as [survival::survfit()] makes it, with our estimates,
#'   standard errors and intervals. Standard errors are those of log S (`logse = TRUE`).
#' @section Errors: `survlines_error_argument`.
#' @examples
#' quantile(as_survfit(fit_km(Surv(time, status) ~ sex, lung)))
#' @export
as_survfit <- function(fit) {
  check_km(fit)
  fit <- with_limits(fit)
  kept <- fit$n_event + fit$n_censor > 0
  curve <- rep(seq_len(n_curves(fit)), diff(fit$stratum_begin))
  late <- any(fit$n_enter > 0)
  hazard <- nelson_aalen(fit, curve)
  sizes <- tabulate(curve[kept], n_curves(fit))
  result <- list(
    n = tapply_sum(fit$n_event + fit$n_censor, curve),
    time = fit$time[kept], n.risk = fit$n_risk[kept], n.event = fit$n_event[kept],
    n.censor = fit$n_censor[kept]
  )
  result <- c(result, list(
    surv = fit$survival[kept], std.err = fit$std_error_log[kept],
    cumhaz = hazard$hazard[kept], std.chaz = hazard$std_error[kept]
  ))
  if (!is.null(fit$strata)) result$strata <- stats::setNames(sizes, fit$strata)
  structure(
    c(result, list(
      type = if (late) "counting" else "right", logse = TRUE, conf.int = fit$conf_level,
      conf.type = if (fit$conf_type == "arcsine") "arcsin" else fit$conf_type,
      lower = fit$conf_low[kept], upper = fit$conf_high[kept],
      # Survival before 3.6 reads start.time, later ones t0.
      start.time = fit$start_time,
      t0 = if (is.null(fit$start_time)) min(0, fit$time) else fit$start_time,
      call = call_with_formula(fit)
    )),
    class = "survfit"
  )
}

# Who asks the call for the variables must find them also where it names a stored formula.
call_with_formula <- function(fit) {
  call <- fit$call
  call$formula <- stats::formula(fit$terms)
  call
}

tapply_sum <- function(values, curve) as.vector(rowsum(values, curve))

nelson_aalen <- function(fit, curve) {
  steps <- ifelse(fit$n_event > 0, fit$n_event / fit$n_risk, 0)
  squares <- ifelse(fit$n_event > 0, steps / fit$n_risk, 0)
  list(
    hazard = stats::ave(steps, curve, FUN = cumsum),
    std_error = sqrt(stats::ave(squares, curve, FUN = cumsum))
  )
}
