#' Predictions of a Cox model
#'
#' @param object A fit of [fit_cox()].
#' @param newdata A data frame of new rows; the rows of the fit when not given.
#' @param type `"lp"`, the linear predictor (log hazard ratio against the reference); `"risk"`,
#'   its exponential; `"expected"`, the number of events expected over the row's own time at
#'   risk; `"survival"`, `exp(-expected)`; `"terms"`, the linear predictor term by term.
#' @param se.fit Whether to give standard errors too.
#' @param na.action What to do with rows of `newdata` that have missing values; they are
#'   predicted as missing unless told otherwise.
#' @param terms Which terms, for `type = "terms"`.
#' @param collapse Sum predictions over rows that belong together, such as the intervals of a
#'   patient: `TRUE` for the clusters of the fit, or a vector with a value for each row. Not for
#'   `"survival"`, which is `exp(-expected)` of the collapsed expected events, and without
#'   standard errors: [survival::predict.coxph()] adds up their squares as if the rows of a patient
#'   did not share coefficients.
#' @param reference What linear predictors are relative to: `"strata"`, the mean covariates of
#'   the row's stratum; `"sample"`, those of all rows; `"zero"`, covariates of 0. The default is
#'   `"strata"`, and `"sample"` for terms.
#' @param ... Not used; what this has by another name is refused.
#' @return A vector with a value for each row or group of rows (a matrix with a column for each
#'   term), or `list(fit, se.fit)`. As many rows as `newdata`; missing values give missing values.
#'
#' @section Reference: As in [survival::predict.coxph()], means are over the rows of the fit,
#' weighted; columns that hold nothing but -1, 0 and 1 have reference 0, except against the mean
#' of a stratum. Offsets are relative to the mean offset of the rows of the fit (to 0 for
#' `"zero"`); coxph() of survival 3.5-3 does so only when `se.fit` or strata make it. Strata
#' are needed in `newdata` where the prediction depends on them: for `reference = "strata"`,
#' `"expected"` and `"survival"`.
#'
#' @section Formula: With \eqn{d = x - reference}, the standard error of the linear predictor is
#' \eqn{\sqrt{d' V d}}, with `V` the covariance that [vcov.survlines_cox()] gives; that of
#' the risk is \eqn{e^{d \beta}} times it (the delta method; coxph() multiplies by
#' \eqn{\sqrt{e^{d\beta}}}). That of expected events \eqn{H} follows from
#' \deqn{var(\log H) = \frac{\sum v}{(\sum h)^2} + (x - m)' V (x - m)}{var(log H) =
#'   sum(v) / sum(h)^2 + (x - m)' V (x - m)}
#' with jumps `h` of the baseline hazard over the row's time at risk, their variances `v`, and `m`
#' the mean covariates of the risk sets, weighted by `h` (Tsiatis 1981). It is exact for rows that
#' enter late, too. All is computed on the log scale: predictors of any size neither overflow nor
#' vanish before the last step.
#'
#' @section Errors: `survlines_error_newdata` for strata that the model does not know, and for
#'   variables of another kind than in the fit;
#'   `survlines_error_formula` when a variable is not there or a factor has a new level;
#'   `survlines_error_argument`.
#' @references
#' Tsiatis AA (1981). A large sample study of Cox's regression model. Annals of Statistics 9,
#' 93-108.
#'
#' Therneau TM, Grambsch PM (2000). Modeling survival data: extending the Cox model. Springer,
#' New York; chapter 10.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + sex, lung)
#' patients <- data.frame(age = c(50, 70), sex = 1, time = 365, status = 0)
#' predict(fit, patients, type = "risk")
#' # survival to day 365
#' predict(fit, patients, type = "survival", se.fit = TRUE)
#' @export
predict.survlines_cox <- function(object, newdata = NULL,
                                  type = c("lp", "risk", "expected", "terms", "survival"),
                                  se.fit = FALSE, # nolint: object_name_linter.
                                  na.action = stats::na.pass, # nolint: object_name_linter.
                                  terms = NULL, collapse = FALSE,
                                  reference = c("strata", "sample", "zero"), ...) {
  check_nothing_known(
    ...,
    .of = "predict", .hint = "Standard errors are there with {.code se.fit = TRUE}."
  )
  type <- match_choice(type, c("lp", "risk", "expected", "terms", "survival"))
  check_flag(se.fit)
  reference <- if (missing(reference) && type == "terms") {
    "sample"
  } else {
    match_choice(reference, c("strata", "sample", "zero"))
  }
  events <- type %in% c("expected", "survival")
  check_collapsible(type, se.fit, collapse)

  model <- cox_model(object)
  stratified <- !is.null(model$stratum_labels)
  rows <- if (is.null(newdata)) {
    fitted_rows(model)
  } else {
    new_rows(object, model, newdata, na.action, stratified && (events || reference == "strata"),
      events
    )
  }
  predicted <- if (events) {
    predict_events(object, model, rows, is.null(newdata), type)
  } else {
    distance <- rows$x - reference_covariates(model, rows, reference)
    if (type == "terms") {
      predict_terms(object, distance, check_terms(terms, object))
    } else {
      predict_linear(object, distance, centred_offset(model, rows, reference), type)
    }
  }
  if (!isFALSE(collapse)) {
    groups <- prediction_groups(object, model, rows, collapse, newdata)
    return(total_rows(predicted$fit, NULL, groups, if (is.null(newdata)) model))
  }
  predicted <- lapply(predicted, finish_rows, object, rows, is.null(newdata))
  if (type == "terms") {
    attr(predicted$fit, "constant") <- sum(sample_means(model) * object$last_step)
  }
  if (se.fit) predicted else predicted$fit
}

check_collapsible <- function(type, with_errors, collapse, call = rlang::caller_env()) {
  if (!isFALSE(collapse) && (type == "survival" || with_errors)) {
    abort_survlines("argument", c(
      "Collapsed rows have neither {.val survival} nor standard errors.",
      i = "The survival of a patient is {.code exp(-expected)} of the collapsed {.val expected}."
    ), call = call)
  }
}

prediction_groups <- function(fit, model, rows, collapse, newdata, call = rlang::caller_env()) {
  if (is.null(newdata)) {
    return(collapse_groups(fit, model, collapse, call))
  }
  if (length(collapse) != nrow(newdata)) {
    abort_survlines("argument", c(
      "{.arg collapse} has {length(collapse)} value{?s}, {.arg newdata} {nrow(newdata)} row{?s}."
    ), call = call)
  }
  if (is.null(rows$na_action)) collapse else collapse[-rows$na_action]
}

finish_rows <- function(values, fit, rows, fitted) {
  if (fitted) {
    return(pad_rows(fit, values))
  }
  if (is.matrix(values)) rownames(values) <- rows$names else names(values) <- rows$names
  stats::napredict(rows$na_action, values)
}

# ---- reference -------------------------------------------------------------------------------

row_masses <- function(model) {
  mass <- rep(1, model$n_rows)
  if (!is.null(model$columns$weight)) mass <- mass * model$columns$weight
  if (!is.null(model$columns$frequency)) mass <- mass * model$columns$frequency
  mass
}

# A matrix with a row for each of `rows`.
reference_covariates <- function(model, rows, reference) {
  n <- nrow(rows$x)
  if (reference == "zero") {
    return(matrix(0, n, ncol(rows$x)))
  }
  if (reference == "strata" && !is.null(rows$stratum)) {
    mass <- row_masses(model)
    totals <- rowsum(model$x * mass, model$columns$stratum, reorder = TRUE)
    means <- totals / drop(rowsum(mass, model$columns$stratum, reorder = TRUE))
    return(means[rows$stratum + 1L, , drop = FALSE])
  }
  matrix(sample_means(model), n, ncol(rows$x), byrow = TRUE)
}

# Means of the columns; 0 for columns of nothing but -1, 0 and 1. `model$x` is a matrix or a list.
sample_means <- function(model) {
  equal <- is.null(model$columns$weight) && is.null(model$columns$frequency)
  mass <- if (!equal) row_masses(model)
  mean_of <- function(column) {
    if (is_coded(column)) {
      0
    } else if (equal) {
      sum(column) / length(column)
    } else {
      sum(column * mass) / sum(mass)
    }
  }
  if (is.list(model$x)) vapply(model$x, mean_of, 0) else apply(model$x, 2L, mean_of)
}

# The first rows tell most columns of other numbers.
is_coded <- function(column) {
  codes <- c(-1, 0, 1)
  all(utils::head(column, 100L) %in% codes) && all(column %in% codes)
}

centred_offset <- function(model, rows, reference) {
  if (is.null(rows$offset)) {
    return(0)
  }
  rows$offset - if (reference == "zero") 0 else mean_offset(model)
}

# Over the rows; a row of frequency 2 is two.
mean_offset <- function(model) {
  frequency <- model$columns$frequency
  if (is.null(frequency)) mean(model$offset) else stats::weighted.mean(model$offset, frequency)
}

# ---- linear predictors -----------------------------------------------------------------------

# The covariance that predictions use: 0 for columns that were set aside, missing for infinite
# coefficients.
prediction_variance <- function(fit) {
  variance <- used_variance(fit)
  aliased <- fit$kind == "aliased"
  variance[aliased, ] <- 0
  variance[, aliased] <- 0
  variance
}

root_of_form <- function(distance, variance) {
  sqrt(pmax(rowSums((distance %*% variance) * distance), 0))
}

predict_linear <- function(fit, distance, offset, type) {
  value <- drop(distance %*% fit$last_step) + offset
  std_error <- root_of_form(distance, prediction_variance(fit))
  if (type == "lp") {
    return(list(fit = value, se.fit = std_error))
  }
  list(fit = exp(value), se.fit = exp(value) * std_error)
}

predict_terms <- function(fit, distance, terms) {
  variance <- prediction_variance(fit)
  value <- matrix(NA_real_, nrow(distance), length(terms), dimnames = list(NULL, terms))
  std_error <- value
  for (term in terms) {
    columns <- which(fit$term_labels[fit$assign] == term)
    part <- distance[, columns, drop = FALSE]
    value[, term] <- part %*% fit$last_step[columns]
    std_error[, term] <- root_of_form(part, variance[columns, columns, drop = FALSE])
  }
  list(fit = value, se.fit = std_error)
}

# The terms of the linear predictor of the rows of a fit.
fitted_terms <- function(fit, model) {
  distance <- model$x - reference_covariates(model, list(x = model$x), "sample")
  predict_terms(fit, distance, check_terms(NULL, fit))$fit
}

check_terms <- function(terms, fit, call = rlang::caller_env()) {
  if (!is.null(terms) && (!is.atomic(terms) || !is.null(dim(terms)))) {
    abort_survlines("argument", "{.arg terms} must be names or numbers of terms.", call = call)
  }
  known <- unique(fit$term_labels[fit$assign])
  if (is.null(terms)) {
    return(known)
  }
  if (is.numeric(terms) && all(terms %in% seq_along(known))) {
    return(known[terms])
  }
  if (!is.character(terms) || !all(terms %in% known)) {
    abort_survlines("argument", c(
      "{.arg terms} must name terms of the model.", i = "They are {.val {known}}."
    ), call = call)
  }
  terms
}

# ---- expected events -------------------------------------------------------------------------

# The rows of a fit expect what their martingale residuals say: a tied death is spared part of the
# jump at its own event.
predict_events <- function(fit, model, rows, fitted, type) {
  hazard <- log_hazards(fit, model, rows, hazard_ties(fit))
  expected <- if (fitted) at_coefficients(core_cox_expected, fit, model) else exp(hazard$value)
  if (type == "survival") {
    std_error <- exp(hazard$value - expected) * hazard$std_error
    return(list(fit = exp(-expected), se.fit = std_error))
  }
  list(fit = expected, se.fit = exp(hazard$value) * hazard$std_error)
}

# list(value, std_error) of the log of the expected events of each row; missing where something
# of the row is.
log_hazards <- function(fit, model, rows, ties) {
  complete <- complete_rows(rows)
  kept <- lapply(rows[c("offset", "stratum", "entry", "exit")], function(column) column[complete])
  kept$x <- rows$x[complete, , drop = FALSE]
  found <- core_cox_log_hazards(
    cox_columns(model), model$x, fit$last_step, ties, kept, prediction_variance(fit)
  )
  lapply(found, function(values) {
    result <- rep(NA_real_, length(complete))
    result[complete] <- values
    result[is.nan(result)] <- NA_real_
    result
  })
}
