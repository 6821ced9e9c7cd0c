# The direct way from plain columns to the core, without model.frame() and Surv(), which cost
# more than a fit. It takes formulas such as Surv(time, status) ~ age + sex + strata(centre) whose
# names are columns of `data`; it returns NULL for everything else, and the general way follows.

direct_columns <- function(formula, data, arguments, use) {
  main <- plain_variables(formula, data, use)
  if (is.null(main)) {
    return(NULL)
  }
  response <- direct_response(formula, data, arguments, has_causes(use))
  if (is.null(response)) {
    return(NULL)
  }
  strata <- lapply(formula$variables[formula$strata], plain_strata, data)
  c(response[c("entry", "exit", "event", "causes")], list(
    n_rows = length(response$exit), main = main$columns, strata = strata,
    missing = direct_missing(formula, response$missing, main$columns[main$missing], strata),
    finite = main$finite
  ))
}

# list(columns, missing, finite) where the right side is of plain columns: the main variables, in
# which of them values are missing, and which hold finite numbers besides. NULL otherwise.
plain_variables <- function(formula, data, use) {
  if (is.null(data) || !names_columns_only(formula, data)) {
    return(NULL)
  }
  columns <- .subset(data, formula$main_names)
  described <- core_describe_columns(columns)
  are_plain <- if (use == "design") are_plain_covariates else are_plain_groups
  if (are_plain(columns, described$kind) &&
    all(vapply(formula$variables[formula$strata], is_plain_strata, NA, data))) {
    list(
      columns = columns, missing = described$missing,
      finite = described$kind == "number" & has_finite_range(described)
    )
  }
}

# Whether the right side adds columns and strata, and does nothing else with them.
names_columns_only <- function(formula, data) {
  !is.null(formula$main_names) && are_columns(formula$main_names, data) &&
    length(formula$offset) == 0L && all(attr(formula$terms, "order") <= 1L)
}

# Of what core_describe_columns() says; a column of missing values has nothing that is infinite.
has_finite_range <- function(described) {
  described$low > described$high | (described$low > -Inf & described$high < Inf)
}

# Where rows are missing: a column for the left side and each variable that has any, in the order
# of a model frame. `main` are the variables with missing values.
direct_missing <- function(formula, response, main, strata) {
  strata <- drop_null(lapply(strata, function(stratum) missing_rows(stratum$code)))
  if (is.null(response) && length(main) == 0L && length(strata) == 0L) {
    return(NULL)
  }
  name <- deparse_name(formula$response)
  missing <- c(structure(list(response), names = name), lapply(main, missing_rows), strata)
  missing[intersect(c(name, names(formula$variables)), names(missing))]
}

are_plain_covariates <- function(columns, kind) {
  all(kind %in% c("number", "logical", "factor")) &&
    all(vapply(columns[kind == "factor"], nlevels, 0L) > 1L)
}

are_plain_groups <- function(columns, kind) all(kind != "other")

is_plain_strata <- function(expression, data) {
  names <- argument_names(expression)
  length(names) > 0L && are_columns(names, data) &&
    all(core_describe_columns(.subset(data, names))$kind != "other")
}

# Codes and labels as survival::strata() gives them.
plain_strata <- function(expression, data) {
  names <- argument_names(expression)
  columns <- .subset(data, names)
  short <- all(vapply(columns, function(x) is.character(x) || is.factor(x), NA))
  group_rows(columns, names, show_names = !short)
}

# list(entry, exit, event, missing, causes) or NULL; with causes, event is 0 or the number of a
# cause in `causes`.
direct_response <- function(formula, data, arguments, with_causes) {
  if (is.symbol(formula$response)) {
    direct_surv_column(data[[as.character(formula$response)]], with_causes)
  } else if (!is.null(arguments$status) && is_surv_of_columns(formula, data)) {
    direct_surv_arguments(arguments, core_describe_columns(arguments), with_causes)
  }
}

direct_surv_column <- function(surv, with_causes) {
  types <- if (with_causes) c("mright", "mcounting") else c("right", "counting")
  if (!inherits(surv, "Surv") || !attr(surv, "type") %in% types) {
    return(NULL)
  }
  missing <- missing_rows(surv)
  causes <- if (with_causes) attr(surv, "states")
  surv <- unclass(surv)
  last <- ncol(surv)
  list(
    entry = if (last == 3L) surv[, 1L], exit = surv[, last - 1L],
    event = surv[, last], missing = missing, causes = causes
  )
}

# `described` as core_describe_columns() gives it; the status is the last of the arguments.
direct_surv_arguments <- function(arguments, described, with_causes) {
  last <- length(arguments)
  kind <- described$kind[last]
  plain_status <- if (with_causes) {
    kind == "factor" && nlevels(arguments$status) > 1L
  } else {
    kind == "number" || kind == "logical"
  }
  if (!plain_status || any(described$kind[-last] != "number")) {
    return(NULL)
  }
  missing <- described$missing
  event <- as.integer(arguments$status)
  if (with_causes || described$high[last] == 2) event <- event - 1L
  list(
    entry = arguments$entry, exit = arguments$exit, event = event,
    missing = if (any(missing)) Reduce(`|`, lapply(arguments[missing], missing_rows)),
    causes = if (with_causes) levels(arguments$status)[-1L]
  )
}
