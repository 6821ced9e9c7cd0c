# Rows that curves speak of: those a fit was made from, or new ones.

# The rows of a fit, read again; it keeps the data it was made from, not the columns made of them.
curve_model <- function(fit) {
  model <- model_data_again(
    fit$formula, fit$source$data, fit$source$arguments, fit$source$na_action, fit$source$use,
    fit$source$timefix
  )
  if (!is.null(fit$start_time)) model <- start_at(model, fit$start_time)
  if (is.null(fit$source$curves)) model else keep_strata(model, fit$source$curves)
}

# The curve of each row of `newdata`, by the labels of the curves; missing where a variable is.
curves_of_rows <- function(fit, newdata, call = rlang::caller_env()) {
  check_data_frame(newdata, "newdata", call)
  if (is.null(fit$strata)) {
    return(rep(1L, nrow(newdata)))
  }
  formula <- read_formula(stats::formula(fit$terms), newdata, call)
  variables <- lapply(formula$variables, function(variable) {
    guard_formula(eval(variable, newdata, environment(formula$terms)), call)
  })
  check_variables(variables, names(variables), is_design = FALSE, call)
  lengths <- lengths(variables)
  if (any(lengths != nrow(newdata))) {
    abort_survlines("formula", c(
      "{.field {names(variables)[lengths != nrow(newdata)]}} {?is/are} not a column of
       {.arg newdata}.",
      i = "The curves are those of {.field {names(variables)}}."
    ), call = call)
  }
  group <- group_rows(variables)
  curve <- match(group$labels, fit$strata)[group$code + 1L]
  unknown <- which(is.na(curve) & !is.na(group$code))
  if (length(unknown) > 0L) {
    abort_survlines("argument", c(
      "There is no curve for {describe_rows(unknown)} of {.arg newdata}.",
      x = "Unknown: {.val {unique(group$labels[group$code[unknown] + 1L])}}.",
      i = "The curves are {.val {fit$strata}}."
    ), call = call)
  }
  curve
}

# list(curve, times, names): of the rows used where there is no `newdata`.
rows_to_predict <- function(fit, newdata, times, time_unit, call = rlang::caller_env()) {
  if (is.null(newdata)) {
    model <- curve_model(fit)
    rows <- list(
      curve = if (is.null(model$columns$stratum)) 1L else model$columns$stratum + 1L,
      names = data_row_names(fit, if (is.null(fit$rows)) seq_len(fit$n_data) else fit$rows),
      times = model$times[model$columns$exit + 1L]
    )
    rows$curve <- rep_len(rows$curve, length(rows$times))
  } else {
    rows <- list(curve = curves_of_rows(fit, newdata, call), names = row.names(newdata))
    if (is.null(times)) rows$times <- exit_times(fit, newdata, call)
  }
  if (!is.null(times)) {
    rows$times <- times_of_rows(times, length(rows$curve), call) * time_divisor(fit, time_unit)
  }
  rows
}

times_of_rows <- function(times, n, call) {
  if (!is_plain_vector(times) || !length(times) %in% c(1L, n)) {
    abort_survlines("argument", c(
      "{.arg times} must be one number, or one for each of the {n} row{?s}.",
      i = "For several times of each curve use {.fn survival_at} or {.fn incidence_at}."
    ), call = call)
  }
  rep_len(as.double(times), n)
}

# The exit times of new rows, by the left side of the formula.
exit_times <- function(fit, newdata, call) {
  formula <- read_formula(stats::formula(fit$terms), newdata, call)
  surv <- guard_formula(eval(formula$response, newdata, environment(formula$terms)), call)
  exit <- if (inherits(surv, "Surv")) unclass(surv)[, ncol(surv) - 1L]
  if (length(exit) != nrow(newdata)) {
    abort_survlines("argument", c(
      "{.arg newdata} has no times that belong to its rows.",
      i = "Give {.arg times}, one or one for each row."
    ), call = call)
  }
  unname(exit)
}
