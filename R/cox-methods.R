# What R expects of a model, besides coef() and the like.

#' @export
model.matrix.survlines_cox <- function(object, ...) {
  model <- cox_model(object)
  rownames(model$x) <- names(pad_rows(no_padding(object), numeric(object$n_rows)))
  structure(model$x, assign = model$assign, contrasts = model$contrasts)
}

# A fit whose rows are named but not padded.
no_padding <- function(fit) {
  fit$source$na_action <- stats::na.omit
  fit$na.action <- NULL
  fit
}

# The linear predictor and the weights of the rows, as for coxph().
#' @importFrom stats fitted
#' @export
fitted.survlines_cox <- function(object, ...) stats::predict(object, type = "lp")

#' @importFrom stats weights
#' @export
weights.survlines_cox <- function(object, ...) cox_model(object, as_matrix = FALSE)$columns$weight

#' @export
extractAIC.survlines_cox <- function(fit, scale = 0, k = 2, ...) {
  check_number(k)
  c(fit$df, -2 * fit$loglik[2L] + k * fit$df)
}

#' Likelihood ratio tests of Cox models
#'
#' @param object A fit of [fit_cox()].
#' @param ... More fits of the same rows, each with some terms more or less than the one before.
#' @return A data frame of class `anova`, as [survival::anova.coxph()] gives: with one fit, a row
#'   for each term, added in order; with several, a row for each fit. Columns `loglik`, `Chisq`,
#'   `Df`, `Pr(>|Chi|)`.
#' @section Errors: `survlines_error_anova` for fits of other rows, another response, other numbers
#'   of strata or another treatment of ties, and for robust fits, whose likelihood ratio is not
#'   chi-square.
#' @examples
#' small <- fit_cox(Surv(time, status) ~ sex, lung)
#' anova(small, update(small, . ~ . + age))
#' @export
anova.survlines_cox <- function(object, ...) {
  fits <- list(object, ...)
  for (fit in fits) check_cox(fit)
  if (any(vapply(fits, function(fit) !is.null(fit$robust_variance), NA))) {
    abort_survlines("anova", c(
      "The likelihood ratio of a robust fit has no chi-square distribution.",
      i = "Compare Wald tests, or fit with {.code robust = FALSE}."
    ))
  }
  if (length(fits) == 1L) terms_anova(object) else fits_anova(fits)
}

terms_anova <- function(fit) {
  model <- cox_model(fit)
  labels <- unique(fit$term_labels[fit$assign])
  fits <- lapply(seq_along(labels), function(k) {
    columns <- fit$term_labels[fit$assign] %in% labels[seq_len(k)]
    fit_columns(fit, model, columns)
  })
  loglik <- c(fit$loglik[1L], vapply(fits, `[[`, 0, "loglik"))
  df <- diff(c(0, vapply(fits, `[[`, 0, "df")))
  table <- anova_table(loglik, c(NA, df), c("NULL", labels))
  structure(table, heading = c(
    "Analysis of deviance: Cox model", paste("Response:", deparse_name(fit$formula[[2L]])),
    "Terms added in order", ""
  ))
}

# list(loglik, df) of the model with some of the columns only.
fit_columns <- function(fit, model, columns) {
  found <- core_cox(
    cox_columns(model), model$x[, columns, drop = FALSE], rep(0, sum(columns)), NULL,
    c(cox_control(), list(ties = fit$ties))
  )
  list(loglik = found$loglik[2L], df = sum(found$kind != "aliased"))
}

fits_anova <- function(fits, call = rlang::caller_env()) {
  first <- fits[[1L]]
  same <- function(fit) {
    identical(fit$rows, first$rows) && fit$n == first$n && fit$n_events == first$n_events &&
      fit$n_strata == first$n_strata && fit$ties == first$ties &&
      identical(fit$formula[[2L]], first$formula[[2L]])
  }
  if (!all(vapply(fits, same, NA))) {
    abort_survlines("anova", c(
      "The fits are not of the same rows, strata, response and ties.",
      i = "Missing values of one covariate may have dropped rows from one of them."
    ), call = call)
  }
  df <- vapply(fits, `[[`, 0, "df")
  table <- anova_table(
    vapply(fits, function(fit) fit$loglik[2L], 0), c(NA, diff(df)), as.character(seq_along(fits))
  )
  models <- vapply(fits, function(fit) deparse_name(fit$formula[[3L]]), "")
  structure(table, heading = c(
    "Analysis of deviance: Cox models", paste("Response:", deparse_name(first$formula[[2L]])),
    paste0("Model ", seq_along(fits), ": ~ ", models), ""
  ))
}

anova_table <- function(loglik, df, names) {
  statistic <- c(NA, abs(2 * diff(loglik)))
  p <- stats::pchisq(statistic, abs(df), lower.tail = FALSE)
  structure(
    data.frame(
      loglik = loglik, Chisq = statistic, Df = abs(df), `Pr(>|Chi|)` = p,
      row.names = names, check.names = FALSE
    ),
    class = c("anova", "data.frame")
  )
}

#' Augment data with what a Cox model says of each row
#'
#' @param x A fit of [fit_cox()].
#' @param data The rows of the fit, by default as they were when it was made.
#' @param newdata Other rows; then there are no residuals.
#' @param type.predict,type.residuals As [predict.survlines_cox()] and [residuals.survlines_cox()];
#'   those that give one value a row.
#' @param ... Not used; what this has by another name is refused.
#' @return A tibble: the data (rows that the fit left out are left out here, or have missing values
#'   after `na.exclude`), `.fitted`, `.se.fit` and `.resid`, as broom's for `coxph`.
#' @section Errors: `survlines_error_argument` when `data` has another number of rows.
#' @examples
#' augment(fit_cox(Surv(time, status) ~ age + sex, lung))
#' @export
augment.survlines_cox <- function(x, data = NULL, newdata = NULL,
                                  type.predict = "lp", # nolint: object_name_linter.
                                  type.residuals = "martingale", # nolint: object_name_linter.
                                  ...) {
  check_nothing_known(..., .of = "augment")
  prediction <- match_choice(
    type.predict, c("lp", "risk", "expected", "survival"), "type.predict"
  )
  residual_type <- match_choice(type.residuals, c("martingale", "deviance"), "type.residuals")
  if (!is.null(newdata)) {
    predicted <- stats::predict(x, newdata, type = prediction, se.fit = TRUE)
    return(add_predictions(newdata, predicted, NULL))
  }
  predicted <- stats::predict(x, type = prediction, se.fit = TRUE)
  residual <- stats::residuals(x, residual_type)
  add_predictions(augmented_rows(x, data, residual), predicted, residual)
}

augmented_rows <- function(fit, data, residual, call = rlang::caller_env()) {
  if (is.null(data)) data <- with_outside_variables(fit)
  check_data_frame(data, "data", call)
  if (nrow(data) == length(residual)) {
    return(data)
  }
  if (nrow(data) != fit$n_data) {
    abort_survlines("argument", c(
      "{.arg data} has {nrow(data)} row{?s}, the data of the fit {fit$n_data}.",
      i = "For other rows use {.arg newdata}."
    ), call = call)
  }
  data[match(names(residual), data_row_names(fit, seq_len(fit$n_data))), , drop = FALSE]
}

add_predictions <- function(data, predicted, residual) {
  columns <- c(
    as.list(data), list(.fitted = unname(predicted$fit), .se.fit = unname(predicted$se.fit)),
    if (!is.null(residual)) list(.resid = unname(residual))
  )
  tibble::new_tibble(columns, nrow = nrow(data))
}
