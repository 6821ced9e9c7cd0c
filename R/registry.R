#' A registry of treatment lines
#'
#' Four tables make a registry: patients, their treatment lines, the assessments
#' of these lines and the adverse events seen under them. `registry()` gives every
#' column the type its dictionary names, checks the tables with
#' [validate_registry()] and refuses them when there is an error. Nothing that can
#' be derived (survival times, best response, ages) is stored; see
#' [derive_endpoint()], [best_response()] and [line_covariates()].
#'
#' Columns that the dictionary does not describe are kept. Text columns among them
#' become numbers or dates when every filled cell is a plain number or an ISO date. The
#' dates that endpoints are made from (birth, diagnosis, last contact, death, start and
#' end of a line, assessment, onset of an event) are read as dates, described or not.
#'
#' @param patients,lines,assessments,adverse_events Data frames with the columns of
#'   the dictionary, one row per patient, line, assessment and event.
#'   `assessments` and `adverse_events` may be left out.
#' @param dictionary A dictionary as [read_dictionary()] returns it.
#' @param date_format Formats of dates that come as text, as in [strptime()]. The
#'   first that fits the whole text is used.
#' @param partial_dates What to do with "2012", "2012-05" or "05/2012": refuse
#'   them (`"error"`), or use the `"first"`, the `"mid"` (15th of the month, 1st of
#'   July) or the `"last"` day. Dates so imputed are listed by [imputed_dates()].
#' @param rules The rules to check, as [registry_rules()] returns them.
#' @param cutoff The day on which the data were locked, or `NULL`. Dates after it
#'   are found by the rule `after_cutoff`.
#' @return An object of class `survlines_registry`: a list of four tibbles
#'   `patients`, `lines`, `assessments` and `adverse_events`.
#' @section Errors: `survlines_error_registry` when a rule of severity `error` is
#'   broken; its field `problems` holds the tibble of all problems.
#'   `survlines_error_argument` for what is not a data frame.
#' @section Warnings: `survlines_warning_registry` when only rules of severity
#'   `warning` are broken.
#' @seealso [read_registry()] for files, [validate_registry()] for the rules.
#' @examples
#' registry(
#'   patients = data.frame(
#'     patient_id = c("P1", "P2"),
#'     last_contact_date = c("2012-09-01", "2012-11-15"),
#'     death_date = c("2012-09-01", NA)
#'   ),
#'   lines = data.frame(
#'     line_id = c("L1", "L2"), patient_id = c("P1", "P2"), drug = "A",
#'     start_date = c("2012-03-01", "2012-04-10"), end_date = c("2012-06-20", NA)
#'   )
#' )
#' @export
registry <- function(patients, lines, assessments = NULL, adverse_events = NULL,
                     dictionary = read_dictionary(), date_format = "%Y-%m-%d",
                     partial_dates = c("error", "first", "mid", "last"),
                     rules = registry_rules(), cutoff = NULL) {
  partial_dates <- match_choice(partial_dates, c("error", "first", "mid", "last"))
  check_given(patients)
  check_given(lines)
  tables <- list(
    patients = patients, lines = lines,
    assessments = assessments, adverse_events = adverse_events
  )
  built <- build_registry(tables, dictionary, date_format, partial_dates)
  accept_registry(built, rules, cutoff)
}

# Types the tables; judges nothing.
build_registry <- function(tables, dictionary, date_format = "%Y-%m-%d",
                           partial_dates = "error", call = rlang::caller_env()) {
  for (name in names(tables)) check_table(tables[[name]], name, call)
  dictionary <- check_dictionary(dictionary, call = call)
  check_date_format(date_format, call)
  typed <- type_tables(tables, dictionary, date_format, partial_dates)
  structure(
    typed$tables,
    class = "survlines_registry",
    dictionary = dictionary,
    conversion_problems = typed$problems,
    imputed = typed$imputed
  )
}

# A table that was not given is NULL.
check_table <- function(table, name, call) {
  if (is.null(table)) {
    return(invisible())
  }
  check_data_frame(table, name, call)
  columns <- names(table)
  nameless <- which(is.na(columns) | !nzchar(columns))
  if (length(nameless) > 0L || length(columns) < length(table)) {
    abort_survlines("argument", "{.arg {name}} has columns without a name.", call = call)
  }
  twice <- unique(columns[duplicated(columns)])
  if (length(twice) > 0L) {
    abort_survlines(
      "argument", "{.arg {name}} has the column{?s} {.val {twice}} twice.",
      call = call
    )
  }
  several <- columns[!vapply(table, function(column) is.atomic(column) && is.null(dim(column)), NA)]
  if (length(several) > 0L) {
    abort_survlines("argument", c(
      "A cell of {.arg {name}} must hold one value; {.field {several}} hold{?s/} lists or tables.",
      i = "Give such values columns of their own, or leave them out."
    ), call = call)
  }
}

check_date_format <- function(date_format, call = rlang::caller_env()) {
  if (!is.character(date_format) || length(date_format) == 0L || anyNA(date_format)) {
    abort_survlines("argument", c(
      "{.arg date_format} must be text, one format or several.",
      i = "Such as {.code \"%d/%m/%Y\"}; see {.help strptime}."
    ), call = call)
  }
}

# Errors stop, warnings warn, notes wait in validate_registry().
accept_registry <- function(registry, rules, cutoff, call = rlang::caller_env()) {
  check_rules(rules, call)
  problems <- find_problems(registry, rules, as_cutoff(cutoff, call))
  errors <- problems[problems$severity == "error", ]
  warnings <- problems[problems$severity == "warning", ]
  if (nrow(errors) > 0L) {
    abort_survlines("registry", c(
      "The registry has {nrow(errors)} error{?s}.",
      rlang::set_names(describe_problems(errors), "x"),
      hints_for(errors),
      i = "The field {.field problems} of this error lists them all, as \
           {.fn validate_registry} does."
    ), problems = problems, call = call)
  }
  if (nrow(warnings) > 0L) {
    warn_survlines("registry", c(
      "The registry has {nrow(warnings)} warning{?s}.",
      rlang::set_names(describe_problems(warnings), "!"),
      i = "{.code validate_registry()} on the registry lists them all."
    ), problems = problems)
  }
  attr(registry, "problems") <- problems
  registry
}

# What most often helps, by what went wrong.
hints_for <- function(errors) {
  broken <- function(rule) rule %in% errors$rule
  hints <- c(
    if (any(startsWith(errors$message, "'NA' is "))) {
      "Cells say 'NA': {.code read_registry(missing = c(\"\", \"NA\"))} takes them for empty."
    },
    if (broken("missing_column")) {
      "Columns with other names: rename them, or see {.arg columns} of {.code ?read_registry}."
    },
    if (broken("not_a_date")) "Dates of another kind: see {.arg date_format}.",
    if (broken("not_in_dictionary")) {
      "Other codes: see {.arg values} of {.code ?read_registry}, or allow them in the dictionary."
    }
  )
  if (length(hints) > 0L) rlang::set_names(hints, rep("i", length(hints)))
}

# One line a rule, the first five rules; braces are cli's, so they are doubled.
describe_problems <- function(problems) {
  key <- paste(problems$table, problems$field, problems$rule, sep = "\r")
  groups <- split(seq_len(nrow(problems)), factor(key, unique(key)))
  shown <- utils::head(groups, 5L)
  described <- vapply(shown, function(rows) {
    first <- problems[rows[1L], ]
    paste0(
      first$table, if (nzchar(first$field)) paste0("$", first$field),
      if (!all(is.na(problems$row[rows]))) paste0(", ", describe_rows(problems$row[rows])),
      " [", first$rule, "]: ", first$message
    )
  }, "")
  hidden <- length(groups) - length(shown)
  described <- c(described, if (hidden > 0L) paste("and", hidden, "more rules broken."))
  escape_braces(unname(described))
}

check_registry <- function(registry, call = rlang::caller_env()) {
  check_given(registry, call)
  if (!inherits(registry, "survlines_registry")) {
    abort_survlines("argument", c(
      "{.arg registry} must be a registry.",
      i = "Make one with {.fn registry} or {.fn read_registry}."
    ), call = call)
  }
  check_still_typed(registry, call)
  invisible(registry)
}

# The tables of a registry are open to change; what registry() promised of their columns must
# still hold.
check_still_typed <- function(registry, call) {
  dictionary <- attr(registry, "dictionary")
  for (name in registry_table_names) {
    table <- registry[[name]]
    changed <- if (!is.data.frame(table) || anyDuplicated(names(table)) || is.null(dictionary)) {
      "the table is no data frame with a name for each column"
    } else {
      changed_column(table, name, described_columns(dictionary, name))
    }
    if (!is.null(changed)) {
      abort_survlines("registry", c(
        "{.field {name}}: {changed}.",
        i = "The registry was changed after it was made, or made by rules that let this pass.",
        i = "Change its tables first, then make it."
      ), call = call)
    }
  }
}

# What is wrong with the first column that has gone, of those needed, has lost the type registry()
# gave it, or has other than a value a row; or NULL.
changed_column <- function(table, name, described) {
  needed <- c(described$column[nzchar(described$key)], columns_worked_with[[name]])
  absent <- setdiff(needed, names(table))
  if (length(absent) > 0L) {
    return(paste("the column", absent[1L], "is not there"))
  }
  uneven <- uneven_column(table)
  if (!is.null(uneven)) {
    return(uneven)
  }
  types <- column_types(names(table), name, described)
  columns <- as.list(table)
  for (column in names(table)[types != "undescribed"]) {
    if (!has_type(columns[[column]], types[[column]])) {
      kind <- switch(types[[column]], date = "dates", integer = , number = "numbers", "text")
      return(paste("the column", column, "holds no", kind, "any more"))
    }
  }
}

has_type <- function(column, type) {
  is.null(dim(column)) && switch(type,
    date = inherits(column, "Date"),
    integer = , number = is.numeric(column) && !is.object(column),
    is.character(column) || is.factor(column)
  )
}

# Optional columns: missing values where the registry has no such column.
column_or_missing <- function(table, column, missing = NA_character_) {
  if (column %in% names(table)) table[[column]] else rep(missing, nrow(table))
}

#' Dates that were imputed when a registry was read
#'
#' @param registry A registry made with `partial_dates` other than `"error"`.
#' @return A tibble, one row an imputed date: `table`, `row`, `field`, `recorded`
#'   (the text of the form) and `used` (the date).
#' @examples
#' outcome <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA,
#'     diagnosis_date = "2011-05"
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   ),
#'   partial_dates = "mid"
#' )
#' imputed_dates(outcome)
#' @export
imputed_dates <- function(registry) {
  check_registry(registry)
  tibble::as_tibble(attr(registry, "imputed"))
}

#' @export
print.survlines_registry <- function(x, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  check_registry(x)
  patients <- x$patients
  lines <- x$lines
  several <- sum(table(lines$patient_id) > 1L)
  cli::cat_line(
    "A registry of ", count_of(nrow(patients), "patient"), " and ",
    count_of(nrow(lines), "treatment line"),
    if (several > 0L) paste0(" (", count_of(several, "patient"), " with several)")
  )
  cli::cat_line(
    "  dead at last contact: ", sum(!is.na(patients$death_date)),
    ";  still treated: ", sum(is_ongoing(line_timeline(x)))
  )
  cli::cat_line("  lines started ", describe_range(lines$start_date))
  cli::cat_line("  last contact  ", describe_range(patients$last_contact_date))
  cli::cat_line("  ", describe_drugs(column_or_missing(lines, "drug")))
  cli::cat_line(
    "  ", count_of(nrow(x$assessments), "assessment"), " of ",
    count_of(length(unique(x$assessments$line_id)), "line"), ", ",
    count_of(nrow(x$adverse_events), "adverse event"), " in ",
    count_of(length(unique(x$adverse_events$line_id)), "line")
  )
  print_caveats(x)
  invisible(x)
}

print_caveats <- function(x) {
  imputed <- NROW(attr(x, "imputed"))
  problems <- attr(x, "problems")
  if (imputed > 0L) {
    cli::cat_line("  ", count_of(imputed, "imputed date"), ": see imputed_dates()")
  }
  if (NROW(problems) > 0L) {
    counts <- table(factor(problems$severity, c("error", "warning", "note")))
    counts <- counts[counts > 0L]
    cli::cat_line(
      "  checks: ", paste(mapply(count_of, counts, names(counts)), collapse = ", "),
      ": see validate_registry()"
    )
  }
}

describe_range <- function(dates) {
  if (all(is.na(dates))) {
    return("unknown")
  }
  paste(range(dates, na.rm = TRUE), collapse = " to ")
}

describe_drugs <- function(drug) {
  if (all(is.na(drug))) {
    return("drugs: unknown")
  }
  counts <- sort(table(drug), decreasing = TRUE)
  shown <- utils::head(counts, 6L)
  hidden <- length(counts) - length(shown)
  paste0(
    "drugs: ", paste(names(shown), shown, collapse = ", "),
    if (hidden > 0L) paste0(" and ", count_of(hidden, "other drug"))
  )
}
