best_of <- function(responses, dates, ..., end = NA, next_start = NULL) {
  study <- one_line(responses, dates, end = end, next_start = next_start)
  as.character(best_response(study, ...)$best_response[1L])
}

test_that("the best response is the best up to the first progression", {
  dates <- c("2012-02-01", "2012-03-01", "2012-04-01")
  expect_identical(best_of(c("SD", "PR", "PD"), dates), "PR")
  expect_identical(best_of(c("SD", "PD", "CR"), dates), "SD")
  expect_identical(best_of(c("NE", "PD", "SD"), dates), "PD")
  expect_identical(best_of(c("NE", "NE", "NE"), dates), "NE")
  expect_warning(
    nobody <- best_of(character(), character()),
    class = "survlines_warning_no_assessments"
  )
  expect_identical(nobody, "NE")
  expect_identical(best_of(c("SD", "SD", "PR"), dates, next_start = "2012-03-15"), "SD")
  # After a progression nothing counts, also before the next line starts.
  expect_identical(best_of(c("SD", "PD", "CR"), dates, next_start = "2012-06-01"), "SD")
  # The day of the start is a day of the line, the day before it is not.
  expect_identical(best_of(c("PR", "SD"), c("2012-01-01", "2012-02-01")), "PR")
  expect_identical(best_of(c("PR", "SD"), c("2011-12-31", "2012-02-01")), "SD")
})

test_that("confirmation takes a later response at least so many days on", {
  dates <- c("2012-02-01", "2012-02-20", "2012-04-01")
  expect_identical(best_of(c("PR", "PR", "PD"), dates, confirm = TRUE), "SD")
  expect_identical(best_of(c("PR", "PR", "PD"), dates, confirm = TRUE, confirm_days = 19), "PR")
  expect_identical(best_of(c("CR", "PR", "PR"), dates, confirm = TRUE), "PR")
  expect_identical(best_of(c("PR", "NE", "PR"), dates, confirm = TRUE), "PR")
  expect_identical(best_of(c("PR", "SD", "PR"), dates, confirm = TRUE), "SD")
})

test_that("early stable disease counts only from the day asked for", {
  expect_identical(best_of("SD", "2012-02-01", min_sd_days = 31), "SD")
  expect_identical(best_of("SD", "2012-02-01", min_sd_days = 32), "NE")
})

test_that("rates count every line in the denominator, by group", {
  study <- small_registry()
  all <- disease_control(study)
  expect_identical(c(all$lines, all$responders), c(5L, 3L))
  by_drug <- disease_control(study, by = "drug")
  expect_identical(by_drug$drug, c("A", "B"))
  expect_identical(by_drug$lines, c(3L, 2L))
  expect_identical(by_drug$responders, c(2L, 1L))
  expect_identical(disease_control(study, by = c("drug", "drug")), by_drug)
  several <- response_rate(study, method = c("wald", "wilson", "clopper-pearson", "mid-p"))
  expect_identical(several$method, c("wald", "wilson", "clopper-pearson", "mid-p"))
  expect_error(disease_control(study, by = "colour"), class = "survlines_error_covariate")
  expect_error(response_rate(study, responses = "RC"), class = "survlines_error_argument")
})

test_that("a line without an end was given until the next line or death at the longest", {
  tables <- small_tables()
  tables$lines$end_date[2:3] <- NA
  tables$lines$stop_reason[2:3] <- NA
  study <- suppressWarnings(registry_of(tables), classes = "survlines_warning_registry")
  problems <- validate_registry(study)
  expect_identical(problems$rule, c("line_without_end", "death_without_end"))
  # Line 2 to the start of line 5, line 3 to the death of P3; line 4 goes on.
  days <- c(111L, 155L, 61L, NA, 61L)
  known <- line_covariates(study)
  expect_identical(known$treatment_days, days)
  expect_identical(known$ongoing, is.na(days))
  durations <- treatment_duration(study)
  expect_identical(durations$ongoing, 1L)
  expect_identical(c(durations$median, durations$max), c(86, 155))
  expect_identical(report_results(study)$facts$value[5L], "1")
  expect_output(print(study), "still treated: 1")
  story <- unclass(explain(derive_endpoint(study, endpoint_pfs()), c("L2", "L4"), study))
  expect_match(story[["L2"]], "until when is not recorded")
  expect_match(story[["L4"]], "and goes on")
  # The day before the death was known nothing had ended the line.
  expect_identical(treatment_duration(study, cutoff = "2012-05-31")$ongoing, 4L)
})

test_that("durations of treatment do not ask for assessments, those of responders do", {
  tables <- small_tables()
  study <- registry(tables$patients, tables$lines)
  expect_no_warning(durations <- treatment_duration(study))
  expect_identical(durations, treatment_duration(small_registry()))
  expect_warning(
    treatment_duration(study, responses = "PR"), class = "survlines_warning_no_assessments"
  )
})

test_that("durations of treatment are those of ended lines, ongoing lines counted", {
  durations <- treatment_duration(small_registry(), by = "drug")
  expect_identical(durations$lines, c(3L, 2L))
  expect_identical(durations$ongoing, c(0L, 1L))
  expect_identical(durations$median, c(61, 63))
  expect_identical(durations$max, c(111, 63))
  responders <- treatment_duration(small_registry(), responses = c("CR", "PR"))
  expect_identical(responders$lines, 3L)
  expect_identical(responders$median, 86)
  months <- treatment_duration(small_registry(), by = "drug", time_unit = "months")
  days <- c("median", "min", "max")
  expect_equal(as.list(months[days]), lapply(durations[days], `/`, 30.4375))
})
