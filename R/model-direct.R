# The direct way from plain columns to the core, without model.frame() and Surv(), which cost
# more than a fit. It takes formulas such as Surv(time, status) ~ age + sex + strata(centre) whose
# names are columns of `data`; it returns NULL for everything else, and the general way follows.

direct_columns <- function(formula, data, arguments, use) {
  if (is.null(data) || !is_plain_right_side(formula, data, use)) {
    return(NULL)
  }
  response <- direct_response(formula$response, data, arguments, has_causes(use))
  if (is.null(response)) {
    return(NULL)
  }
  main <- .subset(data, formula$main)
  strata <- lapply(formula$variables[formula$strata], plain_strata, data)
  missing <- direct_missing(formula, response, main, strata)
  c(response[c("entry", "exit", "event")], response["causes"], list(
    n_rows = nrow(data), main = main, strata = strata,
    missing = missing
  ))
}

# Where rows are missing: a column for the left side and each variable, in the order of a model
# frame. A name is written only where there is something to name.
direct_missing <- function(formula, response, main, strata) {
  of_main <- lapply(main, missing_rows)
  of_strata <- lapply(strata, function(stratum) missing_rows(stratum$code))
  missing <- drop_null(c(list(response$missing), of_main, of_strata))
  if (length(missing) == 0L) {
    return(NULL)
  }
  name <- deparse_name(formula$response)
  missing <- c(structure(list(response$missing), names = name), of_main, of_strata)
  missing[c(name, names(formula$variables))]
}

is_plain_right_side <- function(formula, data, use) {
  is_plain <- if (use == "design") is_plain_covariate else is_plain_group
  all(attr(formula$terms, "order") <= 1L) &&
    length(formula$offset) == 0L &&
    all(vapply(formula$variables[formula$main], names_column, NA, data)) &&
    all(vapply(.subset(data, formula$main), is_plain, NA)) &&
    all(vapply(formula$variables[formula$strata], is_plain_strata, NA, data))
}

names_column <- function(expression, data) {
  is.symbol(expression) && !is.na(match(as.character(expression), names(data)))
}

is_plain_covariate <- function(x) {
  is.null(dim(x)) &&
    (is_plain_number(x) || (is.factor(x) && nlevels(x) > 1L) || (is.logical(x) && !is.object(x)))
}

is_plain_group <- function(x) {
  is.null(dim(x)) && (is.factor(x) || (is_code(x) && !is.object(x)))
}

is_code <- function(x) is.numeric(x) || is.character(x) || is.logical(x)

is_plain_number <- function(x) is.numeric(x) && !is.object(x) && is.null(dim(x))

is_plain_strata <- function(expression, data) {
  arguments <- as.list(expression)[-1L]
  is.null(names(arguments)) && length(arguments) > 0L &&
    all(vapply(arguments, names_column, NA, data)) &&
    all(vapply(.subset(data, as.character(arguments)), is_plain_group, NA))
}

# Codes and labels as survival::strata() gives them.
plain_strata <- function(expression, data) {
  names <- as.character(as.list(expression)[-1L])
  columns <- .subset(data, names)
  short <- all(vapply(columns, function(x) is.character(x) || is.factor(x), NA))
  group_rows(columns, names, show_names = !short)
}

# list(entry, exit, event, missing) or NULL; with causes, event is 0 or the number of a cause in
# `causes`.
direct_response <- function(response, data, arguments, with_causes) {
  if (is.symbol(response)) {
    return(direct_surv_column(data[[as.character(response)]], with_causes))
  }
  is_plain_status <- if (with_causes) is_factor_of_causes else is_plain_number_or_logical
  symbols <- as.list(response)[-1L]
  plain <- is.null(names(symbols)) && length(symbols) == length(arguments) &&
    all(vapply(symbols, names_column, NA, data)) && !is.null(arguments$status) &&
    is_plain_status(arguments$status) &&
    all(vapply(arguments[names(arguments) != "status"], is_plain_number, NA))
  if (plain) direct_surv_arguments(arguments, with_causes)
}

is_factor_of_causes <- function(status) is.factor(status) && nlevels(status) > 1L

is_plain_number_or_logical <- function(status) {
  is_plain_number(status) || (is.logical(status) && !is.object(status))
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

direct_surv_arguments <- function(arguments, with_causes) {
  missing <- drop_null(lapply(arguments, missing_rows))
  missing <- if (length(missing) > 0L) Reduce(`|`, missing)
  event <- as.integer(arguments$status)
  if (with_causes || is_coded_12(arguments$status)) event <- event - 1L
  list(
    entry = arguments$entry, exit = arguments$exit, event = event, missing = missing,
    causes = if (with_causes) levels(arguments$status)[-1L]
  )
}
