#' A fit of the survival package
#'
#' The same model, fitted by [survival::coxph()] itself, for whatever works on such fits: broom,
#' emmeans, marginaleffects, gtsummary, [survival::cox.zph()], [survival::concordance()],
#' [survival::survfit()], `predict()`, `anova()`.
#'
#' Packages that know models by their class, such as marginaleffects and survminer, want this object
#' and refuse the fit itself; `gtsummary::tbl_regression()` takes both. marginaleffects 1.0.0 does
#' not take data with a column made by [Surv()], from `coxph()` neither: for it, fit
#' `Surv(days, event) ~ ...` to rows of [derive_endpoint()]. Columns of endpoints that the model
#' does not use are left out here.
#'
#' @param fit A fit of [fit_cox()].
#' @return A `coxph` object. It finds its data wherever it is used, also after the data have
#'   changed or gone. `frequency` has become rows, rows of weight 0 are left out, and the cluster
#'   is the one that the fit used.
#' @section Errors: `survlines_error_as_coxph` when the two programs disagree by more than a
#'   thousandth of a standard error, which happens where a basis such as `ns()` is made from the
#'   data and `frequency` changes the number of rows; `survlines_error_ties` for marginal
#'   ties, which coxph() does not have; `survlines_error_argument`.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + strata(sex), lung)
#' survival::cox.zph(as_coxph(fit))
#' @export
as_coxph <- function(fit) {
  check_cox(fit)
  if (fit$ties == "marginal") {
    abort_survlines("ties", c(
      "{.fn coxph} has no marginal ties.", i = "{.code ties = \"efron\"} is near to them."
    ))
  }
  model <- cox_model(fit)
  data <- coxph_data(fit, model)
  environment <- new.env(parent = environment(fit$terms))
  name <- if (is.symbol(fit$call$data)) as.character(fit$call$data) else "data"
  assign(name, data, envir = environment)
  formula <- stats::formula(fit$terms)
  environment(formula) <- environment
  call <- rlang::call2("coxph",
    formula = formula, data = as.symbol(name), !!!coxph_arguments(fit, data), ties = fit$ties
  )
  call$robust <- if (!is.null(fit$robust_variance)) TRUE else FALSE
  if (!fit$source$timefix) call$control <- quote(survival::coxph.control(timefix = FALSE))
  assign("coxph", survival::coxph, envir = environment)
  result <- eval(call, environment)
  check_same_fit(fit, result)
  result
}

# The data of a fit with columns for what its call gave beside them: `.weights`, `.cluster`, and
# `.used`, where not all rows are. Rows are replicated by their frequency.
coxph_data <- function(fit, model) {
  data <- drop_other_responses(with_outside_variables(fit), all.vars(fit$terms))
  rows <- if (is.null(fit$rows)) seq_len(fit$n_data) else fit$rows
  put <- function(values, unused) {
    column <- rep(unused, fit$n_data)
    column[rows] <- values
    column
  }
  if (!is.null(model$columns$weight)) data$.weights <- put(model$columns$weight, 1)
  if (!is.null(fit$robust_variance)) {
    cluster <- robust_request(model, fit$source$data, TRUE, fit$n_patients)$cluster
    if (!is.null(cluster)) data$.cluster <- put(cluster, 0L)
  }
  if (length(rows) < fit$n_data) data$.used <- put(TRUE, FALSE)
  if (is.null(model$columns$frequency)) {
    return(data)
  }
  data[rep(seq_len(fit$n_data), put(model$columns$frequency, 1)), , drop = FALSE]
}

# Packages that copy the data into a data.table fail on columns made by Surv(); those that the model
# does not use need not be there.
drop_other_responses <- function(data, used) {
  other <- vapply(data, survival::is.Surv, NA) & !names(data) %in% used
  data[!other]
}

# Variables of the formula that are not columns of the data come from where it was written.
with_outside_variables <- function(fit) {
  data <- fit$source$data
  names <- setdiff(all.vars(fit$terms), names(data))
  values <- lapply(names, function(name) get0(name, environment(fit$terms)))
  names(values) <- names
  values <- Filter(function(value) NROW(value) == fit$n_data, values)
  if (is.null(data)) {
    return(as.data.frame(values, optional = TRUE))
  }
  data[names(values)] <- values
  data
}

coxph_arguments <- function(fit, data) {
  arguments <- list(
    weights = if (".weights" %in% names(data)) quote(.weights),
    cluster = if (".cluster" %in% names(data)) quote(.cluster),
    subset = if (".used" %in% names(data)) quote(.used)
  )
  Filter(Negate(is.null), arguments)
}

check_same_fit <- function(fit, theirs, call = rlang::caller_env()) {
  finite <- fit$kind == "finite"
  difference <- abs(stats::coef(theirs)[finite] - fit$coefficients[finite])
  if (any(!(difference <= 1e-3 * standard_errors(fit$variance)[finite]))) {
    abort_survlines("as_coxph", c(
      "{.fn coxph} gives other coefficients than {.fn fit_cox}.",
      i = "Does the formula use a basis that depends on the rows, and the fit frequencies?
           Give the basis its knots."
    ), call = call)
  }
}

# With these gtsummary and broom.helpers write "HR" over hazard ratios, and count events as in a
# coxph() fit, whose method reads the model frame only.
# nolint start: object_length_linter, object_name_linter.
#' @exportS3Method broom.helpers::model_get_coefficients_type
model_get_coefficients_type.survlines_cox <- function(model) {
  "prop_hazard"
}

#' @exportS3Method broom.helpers::model_get_n
model_get_n.survlines_cox <- function(model) {
  of_coxph <- utils::getS3method("model_get_n", "coxph", envir = rlang::ns_env("broom.helpers"))
  of_coxph(model)
}
# nolint end
