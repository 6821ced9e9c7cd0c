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
  fault <- function(table, row, column, value, rule) {
    problems <- rules_broken(change(small_tables(), table, row, column, value))
    hit <- problems$table == table & problems$row %in% row & problems$rule == rule
    expect_true(any(hit), label = rule)
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

test_that("a column nobody described is kept and noted", {
  tables <- small_tables()
  tables$patients$ecog <- c("0", "1", "1", "2")
  made <- expect_silent(registry_of(tables))
  expect_identical(made$patients$ecog, c(0, 1, 1, 2))
  problems <- validate_registry(made)
  expect_identical(problems$rule, "undescribed_column")
  expect_identical(problems$severity, "note")
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
  rules$severity[rules$rule == "contact_after_death"] <- "off"
  expect_silent(do.call(registry, c(tables, list(rules = rules))))
})

test_that("rules have one name each and a severity people know", {
  rules <- registry_rules()
  expect_identical(anyDuplicated(rules$rule), 0L)
  expect_true(all(rules$severity %in% c("error", "warning", "note")))
  expect_true(all(nzchar(rules$description)))
})

test_that("what is neither a registry nor tables is refused", {
  expect_error(validate_registry(mtcars), class = "survlines_error_argument")
  expect_error(
    validate_registry(small_registry(), cutoff = "2012"),
    class = "survlines_error_argument"
  )
})
