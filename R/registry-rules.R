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
      "differs_in_case", "any", "note",
      "A text differs from another of its column in capitals or spaces only.",
      check_differs_in_case
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
    ),
    new_rule(
      "start_before_birth", "lines", "error", "The line starts before the patient's birth.",
      check_start_before_birth
    ),
    new_rule(
      "death_after_contact", "patients", "warning",
      "Death is dated after the last contact; it should be the last contact.",
      check_death_after_contact
    ),
    new_rule(
      "implausible_age", "patients", "warning",
      "The patient is more than 110 years old at last contact.", check_implausible_age
    ),
    new_rule(
      "after_cutoff", "any", "warning",
      "A date lies after the cut-off, or after today where no cut-off is given.",
      check_after_cutoff
    ),
    new_rule(
      "patient_without_line", "patients", "warning", "The patient has no treatment line.",
      check_patient_without_line
    ),
    new_rule(
      "overlapping_lines", "lines", "warning",
      "The line ends after the patient's next line starts.",
      check_overlapping_lines
    ),
    new_rule(
      "line_without_end", "lines", "warning",
      "The line has no end although the patient's next line has started.", check_line_without_end
    ),
    new_rule(
      "death_without_end", "lines", "warning",
      "The line has no end although the patient has died; treatment lasted until then at most.",
      check_death_without_end
    ),
    new_rule(
      "line_no_gap", "lines", "warning",
      "Numbers of a patient's lines are not 1, 2, ... in the order of their starts.",
      check_line_no_gap
    ),
    new_rule(
      "stop_without_end", "lines", "warning", "A reason of stopping stands without an end date.",
      check_stop_without_end
    ),
    new_rule(
      "stop_by_death_alive", "lines", "warning",
      "Death is the reason of stopping but the patient has no date of death.",
      check_stop_by_death_alive
    ),
    new_rule(
      "stop_without_progression", "lines", "warning",
      "Progression is the reason of stopping but no assessment of the line says so.",
      check_stop_without_progression
    ),
    new_rule(
      "progression_without_stop", "lines", "warning",
      paste(
        "A progression is documented under treatment, but treatment stopped for another",
        "reason than progression or death."
      ),
      check_progression_without_stop
    ),
    new_rule(
      "assessment_before_start", "assessments", "warning",
      "The assessment is dated before its line starts; endpoints do not look at it.",
      check_assessment_before_start
    ),
    new_rule(
      "assessment_after_contact", "assessments", "warning",
      "The assessment is dated after the patient's last contact or death.",
      check_assessment_after_contact
    ),
    new_rule(
      "assessment_in_next_line", "assessments", "warning",
      "The assessment is dated after the patient's next line started; endpoints ignore it.",
      check_assessment_in_next_line
    ),
    new_rule(
      "contradictory_assessments", "assessments", "warning",
      "Two assessments of a line on one day say different things.",
      check_contradictory_assessments
    ),
    new_rule(
      "response_after_progression", "assessments", "warning",
      "The line had a progression before, and this assessment is better than that.",
      check_response_after_progression
    ),
    new_rule(
      "unknown_response", "assessments", "error",
      paste(
        "A response that the dictionary allows is none of CR, PR, SD, PD and NE, which are",
        "those that endpoints know."
      ),
      check_unknown_response
    ),
    new_rule(
      "event_before_start", "adverse_events", "warning",
      "The adverse event begins before its line starts.", check_event_before_start
    ),
    new_rule(
      "event_after_contact", "adverse_events", "warning",
      "The adverse event begins after the patient's last contact or death.",
      check_event_after_contact
    ),
    new_rule(
      "grade_outside_1_to_5", "adverse_events", "error",
      "A grade is not 1 to 5 where the dictionary itself sets no bounds.", check_grade
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

#' Add a rule of your own
#'
#' @param rules The rules so far.
#' @param rule Name of the new rule.
#' @param check A function of the registry (a list of the four tables with the types
#'   of the dictionary) that returns which rows of `table` break the rule: row numbers
#'   or a logical vector with one value a row; a missing value breaks no rule.
#' @param table The table whose rows are looked at.
#' @param description What it means to break the rule; it becomes the message.
#' @param severity `"error"`, `"warning"` or `"note"`.
#' @param field The column at fault, or `""`.
#' @return The rules with one more row, for `rules =` of [registry()],
#'   [read_registry()] and [validate_registry()].
#' @section Errors: `survlines_error_argument` for wrong arguments;
#'   `survlines_error_rule` when the check fails or returns no rows of the table.
#' @seealso [registry_rules()]
#' @examples
#' rules <- add_rule(
#'   registry_rules(), "short_line",
#'   check = function(registry) {
#'     as.numeric(registry$lines$end_date - registry$lines$start_date) < 7
#'   },
#'   table = "lines", description = "The line lasted less than a week.", field = "end_date"
#' )
#' tail(rules[, c("rule", "severity", "description")], 1)
#' @export
add_rule <- function(rules = registry_rules(), rule, check, table, description,
                     severity = "warning", field = "") {
  check_rules(rules)
  check_given(check)
  severity <- match_choice(severity, c("error", "warning", "note"))
  table <- match_choice(table, registry_table_names)
  rule <- check_text(rule)
  description <- check_text(description)
  field <- check_text(field)
  if (!is.function(check)) {
    abort_survlines("argument", "{.arg check} must be a function of the registry.")
  }
  if (rule %in% rules$rule) {
    abort_survlines("argument", c(
      "There is a rule {.val {rule}} already.",
      i = "Choose another name, or change the rule in the table of rules."
    ))
  }
  added <- tibble::tibble(
    rule = rule, table = table, severity = severity, description = description,
    check = list(own_check(rule, check, table, description, field))
  )
  rbind(rules, added)
}

own_check <- function(rule, check, table, description, field) {
  force(check)
  function(context) {
    n <- nrow(context$tables[[table]])
    row <- tryCatch(check(context$tables), error = function(problem) {
      abort_survlines("rule", "The rule {.val {rule}} could not be checked.", parent = problem)
    })
    row <- if (is.logical(row) && length(row) == n) which(row) else row
    if (!is.numeric(row) || anyNA(row) || !all(row %in% seq_len(n))) {
      abort_survlines("rule", c(
        "The rule {.val {rule}} must return rows of {.field {table}}.",
        i = "Row numbers, or one TRUE or FALSE for each of its {n} row{?s}."
      ))
    }
    found(table, row, field, rule, rep(description, length(row)))
  }
}
