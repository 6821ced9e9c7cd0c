# The rows of a Cox model, read again. A fit keeps the data it was made from (which costs nothing:
# R copies them only when they change), not the columns it made of them.

# `x` is a matrix; with `as_matrix = FALSE` it is a list of columns where the data hold them so.
cox_model <- function(fit, as_matrix = TRUE) {
  model <- model_data_again(
    fit$formula, fit$source$data, fit$source$arguments, fit$source$na_action, "design",
    fit$source$timefix
  )
  if (as_matrix) model$x <- as_design_matrix(model$x, model$n_rows)
  model
}

# Calls a function of the core on the rows of a fit, at its coefficients. Where a coefficient is
# infinite the last step stands, in which all that is finite has converged. The hazard of a fit
# with exact ties is Breslow's, as in coxph(), which knows no marginal ties: theirs is Efron's,
# which stands for the same order of events in continuous time.
at_coefficients <- function(core, fit, model, ...) {
  core(cox_columns(model), model$x, fit$last_step, hazard_ties(fit), ...)
}

hazard_ties <- function(fit) {
  switch(fit$ties, exact = "breslow", marginal = "efron", fit$ties)
}

# The likelihoods of exact and of marginal ties are no sums over rows.
sums_over_rows <- function(ties) ties %in% c("efron", "breslow")

refuse_exact <- function(fit, what, call = rlang::caller_env()) {
  if (!sums_over_rows(fit$ties)) {
    abort_survlines("ties", c(
      "Fits with {fit$ties} ties have no {what}.",
      i = "Fit with {.code ties = \"efron\"}."
    ), call = call)
  }
}

cox_columns <- function(model) c(model$columns, list(offset = model$offset))

# Values of the rows used, named as the rows of the data. With na.exclude they become values of
# all rows (of the subset), missing where a row was left out: for a missing value, or for its
# weight of 0.
pad_rows <- function(fit, values) {
  rows <- if (is.null(fit$rows)) seq_len(fit$n_data) else fit$rows
  if (is.matrix(values)) rownames(values) <- rows else names(values) <- rows
  if (identical(read_na_action(fit$source$na_action), stats::na.exclude)) {
    values <- stats::naresid(fit$zero_weight, values)
  }
  values <- stats::naresid(fit$na.action, values)
  if (is.matrix(values)) {
    rownames(values) <- data_row_names(fit, rownames(values))
  } else {
    names(values) <- data_row_names(fit, names(values))
  }
  values
}

data_row_names <- function(fit, numbers) {
  names <- row.names(fit$source$data)
  if (is.null(names)) numbers else names[as.integer(numbers)]
}
