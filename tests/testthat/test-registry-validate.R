rules_broken <- function(tables, ...) {
  problems <- validate_registry(tables, ...)
  problems[problems$severity != "note", ]
}

test_that("a good registry breaks no rule", {
  expect_identical(nrow(validate_registry(small_registry())), 0L)
  expect_named(
    validate_registry(small_registry()),
    c("table", "row", "field", "rule", "severity", "message")
  )
})

test_that("every fault is found by its rule, in its row", {
  places <- list()
  fault <- function(table, row, column, value, rule) {
    problems <- rules_broken(change(small_tables(), table, row, column, value))
    expect_true(rule %in% problems$rule, label = rule)
    places[[rule]] <<- problems[problems$rule == rule, c("table", "row")]
  }
  fault("patients", 2L, "birth_date", "29.02.1992", "not_a_date")
  fault("patients", 2L, "birth_date", "1992-02", "partial_date")
  fault("lines", 2L, "line_no", 1.5, "not_an_integer")
  fault("patients", 2L, "last_contact_date", NA, "missing_value")
  fault("patients", 2L, "sex", "F", "not_in_dictionary")
  fault("adverse_events", 1L, "grade", 6, "not_in_dictionary")
  fault("patients", 2L, "patient_id", "P1", "duplicate_key")
  fault("lines", 2L, "patient_id", "P9", "orphan_key")
  fault("assessments", 2L, "line_id", "L9", "orphan_key")
  fault("patients", 1L, "diagnosis_date", "1990-01-01", "diagnosis_before_birth")
  fault("lines", 1L, "start_date", "2009-01-01", "start_before_diagnosis")
  fault("lines", 1L, "end_date", "2012-02-28", "end_before_start")
  fault("lines", 1L, "end_date", "2012-09-02", "line_after_contact")
  fault("patients", 1L, "last_contact_date", "2012-09-02", "contact_after_death")
  fault("lines", 1L, "start_date", "1990-01-01", "start_before_birth")
  fault("patients", 3L, "last_contact_date", "2012-05-31", "death_after_contact")
  fault("patients", 3L, "birth_date", "1899-01-01", "implausible_age")
  fault("patients", 4L, "last_contact_date", "2999-01-01", "after_cutoff")
  fault("lines", 4L, "patient_id", "P1", "patient_without_line")
  fault("lines", 2L, "end_date", "2012-08-02", "overlapping_lines")
  fault("lines", 2L, "end_date", NA, "line_without_end")
  fault("lines", 3L, "end_date", NA, "death_without_end")
  fault("lines", 5L, "line_no", 3L, "line_no_gap")
  fault("lines", 4L, "stop_reason", "toxicity", "stop_without_end")
  fault("lines", 1L, "stop_reason", "progression", "stop_without_progression")
  fault("lines", 2L, "stop_reason", "death", "stop_by_death_alive")
  fault("assessments", 1L, "assessment_date", "2012-02-01", "assessment_before_start")
  fault("assessments", 2L, "assessment_date", "2012-09-02", "assessment_after_contact")
  fault("assessments", 3L, "assessment_date", "2012-08-02", "assessment_in_next_line")
  fault("assessments", 2L, "assessment_date", "2012-04-12", "contradictory_assessments")
  fault("assessments", 1L, "response", "PD", "progression_without_stop")
  fault("assessments", 1L, "response", "PD", "response_after_progression")
  fault("adverse_events", 1L, "onset_date", "2012-02-01", "event_before_start")
  fault("adverse_events", 1L, "onset_date", "2012-09-02", "event_after_contact")
  # The row at fault: that of the planted value, but for what shows in another table.
  expected <- list(
    duplicate_key = c("patients", 2L), line_no_gap = c("lines", 5L),
    contradictory_assessments = c("assessments", 2L),
    response_after_progression = c("assessments", 2L),
    progression_without_stop = c("lines", 1L), patient_without_line = c("patients", 4L),
    contact_after_death = c("patients", 1L), event_after_contact = c("adverse_events", 1L)
  )
  for (rule in names(expected)) {
    expect_identical(as.character(unlist(places[[rule]])), as.character(expected[[rule]]))
  }
  # Every rule there is was put to the test, but for those of other tests.
  elsewhere <- c(
    "time_of_day", "not_a_number", "missing_column", "undescribed_column",
    "grade_outside_1_to_5", "unknown_response", "differs_in_case"
  )
  expect_setequal(c(names(places), elsewhere), registry_rules()$rule)
})

test_that("a table without columns is told what it lacks", {
  for (table in c("patients", "lines", "assessments", "adverse_events")) {
    tables <- small_tables()
    tables[[table]] <- data.frame(row.names = seq_len(nrow(tables[[table]])))
    problems <- validate_registry(tables)
    expect_true(any(problems$table == table & problems$severity == "error"), info = table)
  }
})

test_that("grades are checked where the dictionary sets no bounds", {
  dictionary <- read_dictionary()
  dictionary$values[dictionary$column == "grade"] <- ""
  tables <- change(small_tables(), "adverse_events", 2L, "grade", 0L)
  problems <- validate_registry(tables, dictionary = dictionary)
  expect_identical(problems$rule, "grade_outside_1_to_5")
  expect_identical(problems$row, 2L)
})

test_that("a dictionary cannot allow responses that no endpoint knows", {
  tables <- change(small_tables(), "assessments", 3L, "response", "MR")
  dictionary <- read_dictionary()
  expect_identical(validate_registry(tables)$rule, "not_in_dictionary")
  for (values in c("CR|PR|MR|SD|PD|NE", "")) {
    dictionary$values[dictionary$column == "response"] <- values
    problems <- validate_registry(tables, dictionary = dictionary)
    expect_identical(problems$rule, "unknown_response")
    expect_identical(problems$row, 3L)
  }
})

test_that("the cut-off, not today, is the limit when it is given", {
  problems <- validate_registry(small_registry(), cutoff = "2012-12-01")
  expect_identical(unique(problems$rule), "after_cutoff")
  expect_identical(problems$row, c(2L, 4L))
})

test_that("an absent column is an error when required and nothing otherwise", {
  tables <- small_tables()
  tables$lines$end_date <- NULL
  tables$lines$stop_reason <- NULL
  problems <- rules_broken(tables)
  expect_identical(problems$rule, "missing_column")
  expect_identical(problems$field, "end_date")
  expect_identical(problems$row, NA_integer_)
})

test_that("tables whose keys have other names are refused by these names", {
  tables <- small_tables()
  names(tables$patients)[1L] <- "id"
  names(tables$lines)[1:2] <- c("line", "id")
  problem <- expect_error(registry_of(tables), class = "survlines_error_registry")
  expect_match(conditionMessage(problem), "no column 'patient_id'", fixed = TRUE)
  expect_match(conditionMessage(problem), "rename them")
  missing <- problem$problems[problem$problems$rule == "missing_column", ]
  expect_identical(missing$field, c("patient_id", "line_id", "patient_id"))
})

test_that("a column nobody described is kept and noted", {
  tables <- small_tables()
  tables$patients$ecog <- c("0", "1", "1", "2")
  made <- expect_silent(registry_of(tables))
  expect_identical(made$patients$ecog, c(0, 1, 1, 2))
  problems <- validate_registry(made)
  expect_identical(problems$rule, "undescribed_column")
  expect_identical(problems$severity, "note")
})

test_that("texts that differ in capitals or spaces only are noted, the rarer ones", {
  dictionary <- read_dictionary()
  dictionary$values[dictionary$table == "lines" & dictionary$column == "drug"] <- ""
  tables <- small_tables()
  drugs <- c("sorafenib", "Sorafenib", "sirolimus", "sorafenib", " sorafenib ")
  tables$lines$drug <- drugs[seq_len(nrow(tables$lines))]
  tables$lines$site <- c("both  lungs", "Both lungs", NA, NA, "bone")
  problems <- validate_registry(tables, dictionary = dictionary)
  problems <- problems[problems$rule == "differs_in_case", ]
  expect_identical(problems$field, c("drug", "site", "drug"))
  expect_identical(problems$row, c(2L, 2L, 5L))
  expect_identical(unique(problems$severity), "note")
  expect_match(problems$message[1L], "'Sorafenib' is 'sorafenib' but", fixed = TRUE)
  # Nothing is changed, and texts from a list are the dictionary's affair.
  made <- do.call(registry, c(tables, list(dictionary = dictionary)))
  expect_identical(as.character(made$lines$drug), tables$lines$drug)
  dictionary$values[dictionary$table == "lines" & dictionary$column == "drug"] <-
    paste(drugs, collapse = "|")
  problems <- validate_registry(tables, dictionary = dictionary)
  expect_identical(problems$field[problems$rule == "differs_in_case"], "site")
})

test_that("severities can be changed, and warnings let a registry pass", {
  tables <- change(small_tables(), "patients", 1L, "last_contact_date", "2012-09-02")
  rules <- registry_rules()
  rules$severity[rules$rule == "contact_after_death"] <- "warning"
  expect_warning(
    made <- do.call(registry, c(tables, list(rules = rules))),
    class = "survlines_warning_registry"
  )
  expect_s3_class(made, "survlines_registry")
  rules <- rules[rules$severity != "warning", ]
  expect_silent(do.call(registry, c(tables, list(rules = rules))))
})

test_that("a broken rule that the rules do not hold is named, not lost", {
  tables <- change(small_tables(), "lines", 1L, "start_date", "2012-13-01")
  rules <- registry_rules()
  expect_error(
    do.call(registry, c(tables, list(rules = rules[rules$rule != "not_a_date", ]))), "not_a_date",
    class = "survlines_error_argument"
  )
  rules$severity[rules$rule == "not_a_date"] <- "off"
  expect_false("not_a_date" %in% validate_registry(tables, rules)$rule)
})

test_that("what is neither a registry nor tables is refused", {
  expect_error(validate_registry(mtcars), class = "survlines_error_argument")
  expect_error(
    validate_registry(small_registry(), cutoff = "2012"),
    class = "survlines_error_argument"
  )
})
