#' Residuals of a Cox model
#'
#' @param object A fit of [fit_cox()].
#' @param type Which residuals; see below.
#' @param collapse Sum residuals over rows that belong together, such as the rows of a patient:
#'   `TRUE` for the clusters of the fit, or a vector with a value for each row of the data (or
#'   for each row used). Not for Schoenfeld residuals.
#' @param weighted Whether to multiply by the case weights; by default for dfbeta and dfbetas
#'   only, as [survival::residuals.coxph()] does.
#' @param ... Not used; what this has by another name is refused.
#'
#' @return For martingale and deviance residuals a vector, for partial residuals a matrix with a
#'   column for each term, else a matrix with a column for each coefficient (a vector when there is
#'   only one). One value a row used, named as in the data;
#'   after `na.action = na.exclude` one a row of the data, missing where a row was left out.
#'   Schoenfeld residuals have one row for each event, by stratum and time, named by the time,
#'   with the number of events in each stratum as attribute `strata`.
#'   Columns of coefficients that were not estimated are missing where a variance is needed.
#'
#' @section Formula: With \eqn{\delta} the event, \eqn{H} the hazard a row met while at risk and
#' \eqn{\bar x(t)} the mean of the covariates over the risk set, weighted by
#' \eqn{w e^{x \beta}}:
#' \describe{
#'   \item{martingale}{\eqn{M = \delta - e^{x\beta} H}}
#'   \item{deviance}{\eqn{sign(M) \sqrt{-2 (M + \delta \log((\delta - M) / \delta))}}; collapsed
#'     rows use their totals of \eqn{\delta} and \eqn{M}}
#'   \item{score}{\eqn{\int (x - \bar x(t))\, dM(t)}; they sum to the score, which is 0}
#'   \item{schoenfeld}{\eqn{x - \bar x(t)} at each event}
#'   \item{scaledsch}{\eqn{\beta + d V s}, with `s` the Schoenfeld residual, `d` the number of
#'     events and `V` the model's variance: their smooth over time estimates
#'     \eqn{\beta(t)} (Grambsch & Therneau 1994)}
#'   \item{dfbeta}{\eqn{V u} with `u` the score residual: about the change of the coefficients
#'     when the row is left out}
#'   \item{dfbetas}{dfbeta divided by the standard error}
#'   \item{partial}{the martingale residual plus a term of the linear predictor, a column for each
#'     term: their smooth over its covariate suggests the form of its effect}
#' }
#' With Efron's method a tied death is spared part of the jump at its own event, and
#' \eqn{\bar x} is the mean over the steps in which the deaths are taken out.
#'
#' A row of frequency 2 stands for two rows with that residual; collapsing counts both. With
#' weights a weighted deviance residual is \eqn{\sqrt w} times the unweighted.
#'
#' @section Errors: `survlines_error_argument` when `collapse` has another length, or when there
#'   are no clusters to collapse over; `survlines_error_ties` for residuals other than
#'   martingale, deviance and partial of a fit with exact or marginal ties.
#' @references
#' Therneau TM, Grambsch PM, Fleming TR (1990). Martingale-based residuals for survival models.
#' Biometrika 77, 147-160.
#'
#' Schoenfeld D (1982). Partial residuals for the proportional hazards regression model.
#' Biometrika 69, 239-241.
#'
#' Grambsch PM, Therneau TM (1994). Proportional hazards tests and diagnostics based on weighted
#' residuals. Biometrika 81, 515-526.
#'
#' Therneau TM, Grambsch PM (2000). Modeling survival data: extending the Cox model. Springer,
#' New York; sections 4.2 to 4.5 and 7.2.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + sex, lung)
#' summary(residuals(fit))
#' head(residuals(fit, "dfbeta"))
#' @export
residuals.survlines_cox <- function(object,
                                    type = c(
                                      "martingale", "deviance", "score", "schoenfeld",
                                      "scaledsch", "dfbeta", "dfbetas", "partial"
                                    ),
                                    collapse = FALSE,
                                    weighted = type %in% c("dfbeta", "dfbetas"), ...) {
  check_nothing_known(..., .of = "residuals")
  type <- match_choice(type, c(
    "martingale", "deviance", "score", "schoenfeld", "scaledsch", "dfbeta", "dfbetas", "partial"
  ))
  check_flag(weighted)
  if (!type %in% c("martingale", "deviance", "partial")) {
    refuse_exact(object, paste(type, "residuals"))
  }
  model <- cox_model(object)
  if (type %in% c("schoenfeld", "scaledsch")) {
    return(schoenfeld_table(object, model, scaled = type == "scaledsch", weighted))
  }
  groups <- collapse_groups(object, model, collapse)
  values <- row_residuals(object, model, type)
  weight <- if (weighted) model$columns$weight
  if (type == "deviance") {
    event <- model$columns$event
    values <- deviance_residual(
      total_rows(values, weight, groups, model), total_rows(event, weight, groups, model)
    )
  } else {
    values <- total_rows(values, weight, groups, model)
  }
  if (is.null(groups)) pad_rows(object, values) else values
}

# Martingale residuals, for deviance residuals too, or a matrix.
row_residuals <- function(fit, model, type) {
  if (type %in% c("martingale", "deviance", "partial")) {
    martingale <- model$columns$event - at_coefficients(core_cox_expected, fit, model)
    return(if (type == "partial") martingale + fitted_terms(fit, model) else martingale)
  }
  values <- at_coefficients(core_cox_score_residuals, fit, model)
  colnames(values) <- names(fit$coefficients)
  if (type == "score") {
    return(drop_column(values))
  }
  values <- times_variance(values, fit$variance)
  if (type == "dfbetas") values <- values / rep(standard_errors(fit$variance), each = nrow(values))
  drop_column(values)
}

# Rows times a variance whose rows and columns are missing for coefficients not estimated.
times_variance <- function(values, variance) {
  estimated <- !is.na(diag(variance))
  result <- values
  result[] <- NA_real_
  result[, estimated] <- values[, estimated, drop = FALSE] %*%
    variance[estimated, estimated, drop = FALSE]
  result
}

drop_column <- function(values) if (ncol(values) == 1L) values[, 1L] else values

# sign(M) sqrt(-2 (M + D log((D - M) / D))): D events where D - M were expected.
deviance_residual <- function(martingale, events) {
  some <- events > 0
  log_ratio <- martingale
  log_ratio[some] <- events[some] * log1p(-martingale[some] / events[some])
  log_ratio[!some] <- 0
  sign(martingale) * sqrt(pmax(-2 * (martingale + log_ratio), 0))
}

# Values times weights, summed over groups (and the replicates of each row) where there are any.
total_rows <- function(values, weight, groups, model) {
  if (!is.null(weight)) values <- values * weight
  if (is.null(groups)) {
    return(values)
  }
  if (!is.null(model$columns$frequency)) values <- values * model$columns$frequency
  drop_column(rowsum(values, groups))
}

# The group of each row used, or NULL.
collapse_groups <- function(fit, model, collapse, call = rlang::caller_env()) {
  if (isFALSE(collapse)) {
    return(NULL)
  }
  if (isTRUE(collapse)) {
    return(fit_clusters(fit, model, call))
  }
  rows <- fit$rows
  if (!is.atomic(collapse)) {
    abort_survlines("argument", "{.arg collapse} must name a group for each row.", call = call)
  }
  if (length(collapse) == fit$n_data) {
    return(if (is.null(rows)) collapse else collapse[rows])
  }
  if (length(collapse) == fit$n_rows) {
    return(collapse)
  }
  abort_survlines("argument", c(
    "{.arg collapse} has {length(collapse)} value{?s}.",
    i = "It must be TRUE, FALSE, or have one value for each of the {fit$n_data} row{?s} of the
         data or of the {fit$n_rows} used."
  ), call = call)
}

fit_clusters <- function(fit, model, call) {
  request <- robust_request(model, fit$source$data, TRUE, fit$n_patients)
  if (is.null(request$cluster)) {
    abort_survlines("argument", c(
      "The fit has no clusters to collapse over.",
      i = "Fit with {.arg cluster}, or give {.arg collapse} a vector."
    ), call = call)
  }
  request$cluster
}

schoenfeld_table <- function(fit, model, scaled, weighted) {
  found <- at_coefficients(core_cox_schoenfeld, fit, model)
  values <- found$residual
  colnames(values) <- names(fit$coefficients)
  weight <- model$columns$weight
  if (weighted && !is.null(weight)) values <- values * weight[found$row]
  if (scaled) {
    values <- times_variance(values, fit$variance) * fit$n_events +
      rep(fit$coefficients, each = nrow(values))
  }
  rownames(values) <- model$times[model$columns$exit[found$row] + 1L]
  values <- drop_column(values)
  if (!is.null(model$stratum_labels)) {
    stratum <- model$stratum_labels[model$columns$stratum[found$row] + 1L]
    attr(values, "strata") <- table(factor(stratum, model$stratum_labels))
  }
  values
}
