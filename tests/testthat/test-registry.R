test_that("tables get the types of the dictionary and keep every row and column", {
  tables <- small_tables()
  made <- small_registry()
  expect_s3_class(made, "survlines_registry")
  for (name in names(tables)) {
    expect_identical(dim(made[[name]]), dim(tables[[name]]))
    expect_identical(names(made[[name]]), names(tables[[name]]))
  }
  expect_identical(made$lines$start_date, as.Date(tables$lines$start_date))
  expect_type(made$lines$line_no, "integer")
  expect_identical(made$adverse_events$grade, c(1L, 3L, NA))
})

test_that("assessments and adverse events may be left out", {
  tables <- small_tables()
  made <- registry(tables$patients, tables$lines)
  expect_identical(nrow(made$assessments), 0L)
  expect_s3_class(made$assessments$assessment_date, "Date")
  expect_identical(derive_endpoint(made, endpoint_os())$event, c(TRUE, FALSE, TRUE, FALSE))
})

test_that("an error names table, column, row, rule and value", {
  tables <- change(small_tables(), "lines", 3L, "start_date", "2012-13-01")
  problem <- tryCatch(registry_of(tables), survlines_error_registry = identity)
  expect_s3_class(problem, "survlines_error_registry")
  expect_match(conditionMessage(problem), "lines$start_date, row 3 [not_a_date]", fixed = TRUE)
  expect_match(conditionMessage(problem), "2012-13-01")
  expect_true("not_a_date" %in% problem$problems$rule)
})

test_that("braces in the data do not reach the message's own braces", {
  tables <- change(small_tables(), "patients", 2L, "sex", "{stop('no')}")
  problem <- tryCatch(registry_of(tables), survlines_error_registry = identity)
  expect_match(conditionMessage(problem), "{stop('no')}", fixed = TRUE)
})

test_that("what is no data frame or no registry is refused", {
  expect_error(registry("a", data.frame()), class = "survlines_error_argument")
  expect_error(
    registry(data.frame(), data.frame(), partial_dates = "some"),
    class = "survlines_error_argument"
  )
  expect_error(line_covariates(mtcars), class = "survlines_error_argument")
})

# The same with only the first value of one column: what structure() lets pass.
cut_column <- function(data, column) {
  columns <- unclass(data)
  columns[[column]] <- columns[[column]][1L]
  structure(columns, class = class(data))
}

test_that("columns that have not a value for each row are refused by name", {
  tables <- small_tables()
  tables$lines <- cut_column(tables$lines, "drug")
  expect_error(registry_of(tables), "drug has 1 value, the data frame 5 rows",
    class = "survlines_error_argument"
  )
  study <- small_registry()
  study$lines <- cut_column(study$lines, "start_date")
  for (call in expression(print(study), best_response(study), validate_registry(study))) {
    expect_error(eval(call), "lines: start_date has 1 value, the data frame 5 rows",
      class = "survlines_error_registry"
    )
  }
  expect_error(small_registry(dictionary = cut_column(read_dictionary(), "key")),
    "key has 1 value", class = "survlines_error_dictionary"
  )
  expect_error(validate_registry(small_registry(), cut_column(registry_rules(), "severity")),
    class = "survlines_error_argument"
  )
  os <- derive_endpoint(small_registry(), endpoint_os())
  for (call in expression(explain(cut), landmark(cut, 10), change_clock(cut, "calendar"))) {
    cut <- cut_column(os, "days")
    expect_error(eval(call), "days has 1 value", class = "survlines_error_argument")
  }
})

test_that("a registry that has lost a column functions work with is refused by name", {
  lost <- list(
    patients = "death_date", lines = "start_date", lines = "end_date",
    assessments = "assessment_date", adverse_events = "category"
  )
  for (i in seq_along(lost)) {
    study <- small_registry()
    study[[names(lost)[i]]][[lost[[i]]]] <- NULL
    expect_error(
      best_response(study, cutoff = "2012-07-15"), paste(lost[[i]], "is not there"),
      class = "survlines_error_registry"
    )
  }
})

test_that("printing counts what a clinician asks first", {
  shown <- capture.output(print(small_registry()))
  expect_match(shown[1L], "4 patients and 5 treatment lines \\(1 patient with several\\)")
  expect_true(any(grepl("dead at last contact: 2;  still treated: 1", shown)))
  expect_true(any(grepl("2012-02-28 to 2012-08-01", shown)))
  expect_true(any(grepl("A 3, B 2", shown)))
  expect_true(any(grepl("5 assessments of 4 lines, 3 adverse events in 2 lines", shown)))
})

test_that("a registry without drugs is printed, one that lost more is refused", {
  study <- small_registry()
  study$lines$drug <- NULL
  expect_output(print(study), "drugs: unknown")
  study$lines$start_date <- NULL
  expect_error(print(study), "start_date is not there", class = "survlines_error_registry")
})

test_that("imputed dates are listed, counted in print and marked in endpoints", {
  tables <- change(small_tables(), "lines", 1L, "end_date", "2012-06")
  tables <- change(tables, "patients", 3L, "birth_date", "1940")
  expect_error(registry_of(tables), "partial_date", class = "survlines_error_registry")
  study <- do.call(registry, c(tables, list(partial_dates = "last")))
  expect_identical(imputed_dates(study), tibble::tibble(
    table = c("patients", "lines"), row = c(3L, 1L), field = c("birth_date", "end_date"),
    recorded = c("1940", "2012-06"), used = as.Date(c("1940-12-31", "2012-06-30"))
  ))
  expect_output(print(study), "2 imputed dates")
  pfs <- derive_endpoint(study, endpoint_pfs())
  expect_identical(pfs$source[1L], "lines row 1 (end_date, imputed)")
  expect_false(any(grepl("imputed", pfs$source[-1L])))
})

test_that("a completed date that breaks the order of dates is an error all the same", {
  tables <- change(small_tables(), "lines", 1L, "end_date", "2012")
  expect_error(
    do.call(registry, c(tables, list(partial_dates = "last"))), "line_after_contact",
    class = "survlines_error_registry"
  )
})

test_that("days that the dictionary leaves out are read as days or refused by row", {
  nothing <- read_dictionary()[0L, ]
  tables <- small_tables()
  tables$patients$diagnosis_date <- NA
  study <- do.call(registry, c(tables, list(dictionary = nothing)))
  expect_identical(study$assessments$assessment_date, small_registry()$assessments$assessment_date)
  expect_identical(study$patients$diagnosis_date, rep(as.Date(NA), 4L))
  expect_identical(best_response(study), best_response(small_registry()))
  for (odd in c("odd", "15463", "2012-05")) {
    spoilt <- change(tables, "assessments", 1L, "assessment_date", odd)
    expect_error(
      do.call(registry, c(spoilt, list(dictionary = nothing))), "assessment_date, row 1",
      class = "survlines_error_registry"
    )
  }
  study$lines$start_date <- as.character(study$lines$start_date)
  expect_error(best_response(study), "start_date holds no dates",
    class = "survlines_error_registry"
  )
})
