# Every check of a registry is a row of one table: its name, where it looks, how
# bad a breach is, what it says to people, and the function that finds it. The
# help page of validate_registry() is made from the same table.

#' The rules a registry is checked against
#'
#' @description The rules as a tibble, so that they can be read, changed and
#'   extended: set `severity` to `"warning"`, `"note"` or `"off"`, or add a rule of
#'   your own with [add_rule()].
#'
#' @eval rules_rd()
#' @return A tibble with the columns `rule`, `table`, `severity` (`error`,
#'   `warning`, `note`), `description` and `check` (a list of functions; `NULL`
#'   where the breach shows while text is turned into dates and numbers).
#' @seealso [validate_registry()]
#' @examples
#' registry_rules()[, c("rule", "severity", "description")]
#' @export
registry_rules <- function() {
  rules <- list(
    new_rule("not_a_date", "any", "error", "A date is no date in the formats given."),
    new_rule("partial_date", "any", "error", "A date lacks its day or its month."),
    new_rule("time_of_day", "any", "warning", "A date came with a time of day, which is dropped."),
    new_rule("not_an_integer", "any", "error", "A whole number is expected."),
    new_rule("not_a_number", "any", "error", "A number is expected."),
    new_rule(
      "missing_column", "any", "error", "A required column is absent.", check_missing_column
    ),
    new_rule(
      "missing_value", "any", "error", "A cell that must be filled is empty.", check_missing_value
    ),
    new_rule(
      "not_in_dictionary", "any", "error", "A value is not among those the dictionary allows.",
      check_not_in_dictionary
    ),
    new_rule(
      "undescribed_column", "any", "note", "The dictionary does not describe the column.",
      check_undescribed_column
    ),
    new_rule(
      "duplicate_key", "any", "error", "An identifier occurs more than once.", check_duplicate_key
    ),
    new_rule(
      "orphan_key", "any", "error", "A row refers to a patient or line that does not exist.",
      check_orphan_key
    ),
    new_rule(
      "diagnosis_before_birth", "patients", "error", "Diagnosis is dated before birth.",
      check_diagnosis_before_birth
    ),
    new_rule(
      "start_before_diagnosis", "lines", "error", "The line starts before the diagnosis.",
      check_start_before_diagnosis
    ),
    new_rule(
      "end_before_start", "lines", "error", "The line ends before it starts.",
      check_end_before_start
    ),
    new_rule(
      "line_after_contact", "lines", "error",
      "The line starts or ends after the patient's last contact or death.",
      check_line_after_contact
    ),
    new_rule(
      "contact_after_death", "patients", "error", "The last contact is dated after death.",
      check_contact_after_death
    )
  )
  table <- lapply(c("rule", "table", "severity", "description"), function(field) {
    vapply(rules, `[[`, "", field)
  })
  names(table) <- c("rule", "table", "severity", "description")
  table$check <- lapply(rules, `[[`, "check")
  tibble::as_tibble(table)
}

new_rule <- function(rule, table, severity, description, check = NULL) {
  list(
    rule = rule, table = table, severity = severity, description = description, check = check
  )
}

# The rules as a table of a help page.
rules_rd <- function() {
  rules <- registry_rules()
  c(
    "@section The rules:",
    "| rule | table | severity | what it finds |",
    "|---|---|---|---|",
    sprintf("| `%s` | %s | %s | %s |", rules$rule, rules$table, rules$severity, rules$description)
  )
}

# What a check may look at: the four tables, the dictionary, the cut-off, and the
# patient's row for every line and the line's row for the rest.
check_context <- function(registry, cutoff) {
  list(
    tables = unclass(registry)[registry_table_names],
    dictionary = attr(registry, "dictionary"),
    cutoff = cutoff,
    patient = match_rows(registry$lines$patient_id, registry$patients$patient_id)
  )
}

match_rows <- function(id, ids) {
  if (is.null(id)) integer() else match(id, ids, incomparables = NA)
}

# Applies `check(column, entry)` to every described column there is.
over_columns <- function(context, check) {
  dictionary <- context$dictionary
  bind_rows_base(lapply(seq_len(nrow(dictionary)), function(i) {
    entry <- dictionary[i, ]
    check(context$tables[[entry$table]][[entry$column]], entry)
  }))
}

check_missing_column <- function(context) {
  over_columns(context, function(column, entry) {
    if (is.null(column) && entry$required != "no") {
      found(
        entry$table, NA_integer_, entry$column, "missing_column",
        sprintf("The table has no column '%s'.", entry$column)
      )
    } else {
      no_problems()
    }
  })
}

check_missing_value <- function(context) {
  over_columns(context, function(column, entry) {
    if (is.null(column) || entry$required != "value") {
      return(no_problems())
    }
    found(
      entry$table, which(is.na(column)), entry$column, "missing_value",
      "The cell is empty and must be filled."
    )
  })
}

check_not_in_dictionary <- function(context) {
  over_columns(context, function(column, entry) {
    allowed <- allowed_values(context$dictionary, entry$table, entry$column)
    if (is.null(column) || length(allowed) == 0L) {
      return(no_problems())
    }
    row <- which(!is.na(column) & !as.character(column) %in% allowed)
    found(
      entry$table, row, entry$column, "not_in_dictionary",
      sprintf("'%s' is none of: %s.", column[row], paste(allowed, collapse = ", "))
    )
  })
}

check_undescribed_column <- function(context) {
  bind_rows_base(lapply(registry_table_names, function(name) {
    described <- described_columns(context$dictionary, name)$column
    extra <- setdiff(names(context$tables[[name]]), described)
    found(
      name, rep(NA_integer_, length(extra)), extra, "undescribed_column",
      sprintf("Column '%s' is kept as it is.", extra)
    )
  }))
}

check_duplicate_key <- function(context) {
  over_columns(context, function(column, entry) {
    if (entry$key != "primary") {
      return(no_problems())
    }
    row <- which(duplicated(column, incomparables = NA))
    found(
      entry$table, row, entry$column, "duplicate_key",
      sprintf("'%s' stands already in row %d.", column[row], match(column[row], column))
    )
  })
}

check_orphan_key <- function(context) {
  over_columns(context, function(column, entry) {
    if (entry$key %in% c("", "primary")) {
      return(no_problems())
    }
    target <- strsplit(entry$key, ".", fixed = TRUE)[[1L]]
    row <- which(!is.na(column) & !column %in% context$tables[[target[1L]]][[target[2L]]])
    found(
      entry$table, row, entry$column, "orphan_key",
      sprintf("'%s' is not in %s.", column[row], entry$key)
    )
  })
}

# A column of the table, or missing dates where the registry has none.
dates_of <- function(context, table, column) {
  column_or_missing(context$tables[[table]], column, as.Date(NA))
}

# The patient's date for every line.
patient_dates <- function(context, column) {
  dates_of(context, "patients", column)[context$patient]
}

# Rows in which `early` lies after `late`; a missing date breaks no rule.
check_order <- function(table, field, rule, early, late, message) {
  row <- which(early > late)
  found(table, row, field, rule, sprintf(message, early[row], late[row]))
}

check_diagnosis_before_birth <- function(context) {
  check_order(
    "patients", "diagnosis_date", "diagnosis_before_birth",
    dates_of(context, "patients", "birth_date"), dates_of(context, "patients", "diagnosis_date"),
    "Birth %s, diagnosis %s."
  )
}

check_start_before_diagnosis <- function(context) {
  check_order(
    "lines", "start_date", "start_before_diagnosis",
    patient_dates(context, "diagnosis_date"), dates_of(context, "lines", "start_date"),
    "Diagnosis %s, start of the line %s."
  )
}

check_end_before_start <- function(context) {
  check_order(
    "lines", "end_date", "end_before_start",
    dates_of(context, "lines", "start_date"), dates_of(context, "lines", "end_date"),
    "Start %s, end %s."
  )
}

check_line_after_contact <- function(context) {
  known <- pmax(
    patient_dates(context, "last_contact_date"), patient_dates(context, "death_date"),
    na.rm = TRUE
  )
  bind_rows_base(lapply(c("start_date", "end_date"), function(field) {
    check_order(
      "lines", field, "line_after_contact", dates_of(context, "lines", field), known,
      "%s lies after the last contact or death on %s."
    )
  }))
}

check_contact_after_death <- function(context) {
  check_order(
    "patients", "last_contact_date", "contact_after_death",
    dates_of(context, "patients", "last_contact_date"),
    dates_of(context, "patients", "death_date"),
    "Last contact %s, death %s."
  )
}
