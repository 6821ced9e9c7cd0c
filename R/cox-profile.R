#' Confidence intervals of Cox coefficients
#'
#' @param object A fit of [fit_cox()].
#' @param parm Names or numbers of coefficients; all when not given.
#' @param level Level of the intervals.
#' @param method `"wald"`: the estimate and its standard error (the robust one where the fit has
#'   it); `"profile"`: the values that a likelihood ratio test does not reject.
#' @param ... Not used; what this has by another name is refused.
#' @return A matrix with a row for each coefficient and its two limits. Where a coefficient is
#'   infinite Wald limits are missing, and the profile interval is one-sided.
#'
#' @section Formula: Wald: \eqn{\hat\beta \pm z\,se}. Profile: the values \eqn{b} with
#' \eqn{2 (l(\hat\beta) - \max l(\beta_j = b)) \le \chi^2_{1; level}}, each maximum over the other
#' coefficients being a fit of its own with \eqn{b\,x_j} as an offset.
#' @section Errors: `survlines_error_argument`, also for profile intervals of robust fits, whose
#'   likelihood ratio has no chi-square distribution.
#' @references
#' Venzon DJ, Moolgavkar SH (1988). A method for computing profile-likelihood-based confidence
#' intervals. Applied Statistics 37, 87-94.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + sex, lung)
#' confint(fit)
#' confint(fit, method = "profile")
#' @export
confint.survlines_cox <- function(object, parm = NULL, level = object$conf_level,
                                  method = c("wald", "profile"), ...) {
  check_nothing_known(..., .of = "confint")
  check_level(level)
  method <- match_choice(method, c("wald", "profile"))
  names <- names(object$coefficients)
  chosen <- check_parm(parm, names)
  limits <- if (method == "wald") {
    wald <- cox_intervals(object, level)
    cbind(wald$low, wald$high)[chosen, , drop = FALSE]
  } else {
    profile_limits(object, chosen, level)
  }
  percent <- paste(format(100 * (1 + c(-1, 1) * level) / 2, trim = TRUE, digits = 3), "%")
  dimnames(limits) <- list(names[chosen], percent)
  limits
}

check_parm <- function(parm, names, call = rlang::caller_env()) {
  is_choice <- is.null(parm) || ((is.character(parm) || is_plain_vector(parm)) && length(parm) > 0L)
  chosen <- if (!is_choice) {
    NA
  } else if (is.null(parm)) {
    seq_along(names)
  } else if (is.numeric(parm)) {
    match(parm, seq_along(names))
  } else {
    match(parm, names)
  }
  if (anyNA(chosen)) {
    abort_survlines("argument", c(
      "{.arg parm} must name coefficients of the model.", i = "They are {.val {names}}."
    ), call = call)
  }
  chosen
}

profile_limits <- function(fit, chosen, level, call = rlang::caller_env()) {
  if (!is.null(fit$robust_variance)) {
    abort_survlines("argument", c(
      "Profile intervals assume independent rows, and the fit is robust.",
      i = "Use {.code method = \"wald\"}, or fit with {.code robust = FALSE}."
    ), call = call)
  }
  model <- cox_model(fit)
  allowed <- fit$loglik[2L] - stats::qchisq(level, 1) / 2
  limits <- lapply(chosen, function(j) {
    if (fit$kind[j] == "aliased" || fit$n_events == 0) {
      return(c(NA_real_, NA_real_))
    }
    excess <- function(b) profile_loglik(fit, model, j, b) - allowed
    c(profile_limit(fit, model, j, -1, excess), profile_limit(fit, model, j, +1, excess))
  })
  matrix(unlist(limits), ncol = 2L, byrow = TRUE)
}

# The greatest log-likelihood with coefficient j at b.
profile_loglik <- function(fit, model, j, b) {
  columns <- cox_columns(model)
  along <- model$x[, j] * b
  columns$offset <- if (is.null(columns$offset)) along else columns$offset + along
  found <- core_cox(
    columns, model$x[, -j, drop = FALSE], fit$last_step[-j], NULL,
    c(cox_control(), list(ties = fit$ties))
  )
  found$loglik[2L]
}

# The limit on one side (-1, +1): where the excess log-likelihood, falling from the estimate
# outward, is 0. Infinite where the likelihood grows or stays up for ever.
profile_limit <- function(fit, model, j, side, excess) {
  estimate <- fit$last_step[j]
  if (fit$kind[j] == "infinite" && sign(estimate) == side) {
    return(side * Inf)
  }
  step <- sqrt(fit$variance[j, j])
  if (is.na(step)) step <- 1 / stats::sd(model$x[, j])
  inside <- estimate
  for (doubling in 0:40) {
    outside <- estimate + side * step * 2^doubling
    if (excess(outside) < 0) {
      return(stats::uniroot(excess, sort(c(inside, outside)), tol = 1e-9 * step)$root)
    }
    inside <- outside
  }
  side * Inf
}
