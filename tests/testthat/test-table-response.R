test_that("response has a row per group and one for all lines", {
  table <- table_response(small_registry(), method = "wald", time_unit = "days")
  expect_identical(table$drug, c("A", "B", "all lines"))
  expect_identical(table$lines, c(3L, 2L, 5L))
  # L1 had PR, L5 CR, L4 PR and is still treated; L2 and L3 had no response.
  expect_identical(table$controlled, c(2L, 1L, 3L))
  expect_identical(table$ongoing, c(0L, 1L, 1L))
  expect_identical(table$duration, c("86.0 (61.0 to 111.0)", "", "86.0 (61.0 to 111.0)"))
  wald <- proportion_interval(2, 3, "wald")
  expect_identical(
    table$share[1L],
    sprintf("66.7 (%.1f to %.1f)", 100 * wald$conf.low, 100 * wald$conf.high)
  )
})

test_that("a group without disease control has a row", {
  tables <- small_tables()
  tables$assessments <- tables$assessments[tables$assessments$line_id != "L4", ]
  table <- table_response(registry_of(tables))
  expect_identical(table$controlled, c(2L, 0L, 2L))
  expect_identical(table$duration[2L], "")
  expect_identical(table$ongoing[2L], 0L)
})

test_that("few lines that have ended do not follow from those that go on", {
  n <- 20L
  study <- registry(
    patients = data.frame(
      patient_id = seq_len(n), last_contact_date = "2012-12-31", death_date = NA
    ),
    lines = data.frame(
      line_id = seq_len(n), patient_id = seq_len(n), line_no = 1, drug = "A",
      start_date = "2012-01-01", end_date = rep(c("2012-08-01", NA), c(2, 18))
    ),
    assessments = data.frame(
      line_id = seq_len(n), assessment_date = "2012-03-01",
      response = rep(c("PR", "PD"), c(12, 8))
    ),
    rules = only_errors()
  )
  # Of 12 lines with disease control 10 go on, and 2 have ended.
  expect_identical(table_response(study, by = NULL)$ongoing, 10L)
  masked <- table_response(study, by = NULL, min_cell = 5)
  expect_identical(masked$ongoing, "*")
  expect_identical(masked$controlled, "12")
})

test_that("all lines alone, the lock, and what footnotes say of them", {
  table <- suppressMessages(
    table_response(small_registry(), by = NULL, cutoff = "2012-07-01", method = "mid-p")
  )
  expect_identical(names(table)[1L], "group")
  expect_identical(table$lines, 4L)
  about <- attr(table, "about")
  expect_identical(about$interval, "mid-p")
  expect_identical(about$cutoff, as.Date("2012-07-01"))
  for (fact in c("mid-p", "2012-07-01", "30.4375")) {
    expect_match(table_notes(table), fact, all = FALSE, fixed = TRUE)
  }
  expect_match(table_headings(table)[["duration"]], "months")
})

test_that("groups are those of one column", {
  study <- small_registry()
  expect_error(table_response(study, by = c("drug", "drug")), class = "survlines_error_argument")
  expect_identical(table_response(study, by = matrix("drug")), table_response(study))
})
