#' Check a registry against its rules
#'
#' Every breach of a rule becomes one row. An empty result means that no rule is
#' broken, not that the data are right.
#'
#' @param x A registry, or a named list of the tables `patients`, `lines`,
#'   `assessments`, `adverse_events`, which need not be a valid registry.
#' @param rules The rules, as [registry_rules()] returns them.
#' @param cutoff The day of the data lock, a `Date` or ISO text, or `NULL`.
#' @param dictionary,date_format,partial_dates As in [registry()]; used when `x` is
#'   a list of tables.
#' @return A tibble with one row a problem: `table`, `row` (of the data, not
#'   counting the header; `NA` when a whole column is meant), `field`, `rule`,
#'   `severity` (`error`, `warning`, `note`) and `message`. Errors come first.
#' @section Errors: `survlines_error_argument` when `x` is neither.
#' @seealso [registry_rules()] for the table of all rules.
#' @examples
#' validate_registry(list(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-02-20"
#'   )
#' ))
#' @export
validate_registry <- function(x, rules = registry_rules(), cutoff = NULL,
                              dictionary = read_dictionary(), date_format = "%Y-%m-%d",
                              partial_dates = "error") {
  check_given(x)
  check_rules(rules)
  if (inherits(x, "survlines_registry")) {
    check_registry(x)
  } else {
    partial_dates <- match_choice(partial_dates, c("error", "first", "mid", "last"))
    x <- build_registry(check_tables(x), dictionary, date_format, partial_dates)
  }
  find_problems(x, rules, as_cutoff(cutoff))
}

# What build_registry() made may lack any column.
find_problems <- function(registry, rules, cutoff) {
  context <- check_context(registry, cutoff)
  checks <- rules$check[rules$severity != "off"]
  checks <- checks[!vapply(checks, is.null, NA)]
  problems <- bind_rows_base(c(
    list(attr(registry, "conversion_problems")),
    lapply(checks, function(check) check(context))
  ))
  grade_problems(problems, rules)
}

grade_problems <- function(problems, rules, call = rlang::caller_env()) {
  problems <- problems[!said_already(problems), ]
  severity <- rules$severity[match(problems$rule, rules$rule)]
  unlisted <- unique(problems$rule[is.na(severity)])
  if (length(unlisted) > 0L) {
    abort_survlines("argument", c(
      "{.arg rules} has no row for the rule{?s} {.val {unlisted}}, which {?is/are} broken.",
      i = "To leave a rule out keep its row and set its {.field severity} to {.val off}."
    ), call = call)
  }
  problems <- tibble::tibble(
    table = problems$table, row = problems$row, field = problems$field, rule = problems$rule,
    severity = severity, message = problems$message
  )
  problems <- problems[problems$severity != "off", ]
  problems[order(
    match(problems$severity, c("error", "warning", "note")),
    match(problems$table, registry_table_names), match(problems$rule, rules$rule), problems$row
  ), ]
}

# A cell that could not be read is not reported as empty, too.
said_already <- function(problems) {
  cell <- paste(problems$table, problems$row, problems$field, sep = "\r")
  unreadable <- c("not_a_date", "partial_date", "not_an_integer", "not_a_number")
  problems$rule == "missing_value" & cell %in% cell[problems$rule %in% unreadable]
}

check_tables <- function(tables, call = rlang::caller_env()) {
  if (!is.list(tables) || is.data.frame(tables) ||
    !all(c("patients", "lines") %in% names(tables))) {
    abort_survlines("argument", c(
      "A registry needs a list with the tables {.val patients} and {.val lines}.",
      i = "The tables {.val assessments} and {.val adverse_events} may be left out."
    ), call = call)
  }
  tables[intersect(registry_table_names, names(tables))]
}

# A table as registry_rules() makes it.
check_rules <- function(rules, call = rlang::caller_env()) {
  whole <- is.data.frame(rules) && !anyDuplicated(names(rules)) && is.null(uneven_column(rules)) &&
    all(c("rule", "table", "severity", "description", "check") %in% names(rules))
  severities <- c("error", "warning", "note", "off")
  whole <- whole && all(vapply(
    rules[c("rule", "table", "severity", "description")], is.character, NA
  )) &&
    all(rules$severity %in% severities) &&
    is.list(rules$check) &&
    all(vapply(rules$check, function(check) is.null(check) || is.function(check), NA))
  if (!whole) {
    abort_survlines("argument", c(
      "{.arg rules} must be the table that {.fn registry_rules} or {.fn add_rule} gives.",
      i = "Each {.field severity} is one of {.val {severities}}."
    ), call = call)
  }
}

as_cutoff <- function(cutoff, call = rlang::caller_env(), name = rlang::caller_arg(cutoff)) {
  force(name)
  check_given(cutoff, call, name)
  if (is.null(cutoff)) {
    return(NULL)
  }
  day <- if (is.character(cutoff)) {
    as.Date(as.vector(unclass(cutoff)), format = "%Y-%m-%d", optional = TRUE)
  } else {
    cutoff
  }
  if (!inherits(day, "Date") || length(day) != 1L || is.na(day)) {
    abort_survlines(
      "argument", "{.arg {name}} must be one date, such as {.val 2013-07-15}.",
      call = call
    )
  }
  day
}
