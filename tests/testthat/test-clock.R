pfs <- function() derive_endpoint(small_registry(), endpoint_pfs())

test_that("gap time is the time of the rule", {
  expect_identical(change_clock(pfs(), "gap"), pfs())
})

test_that("on the patient's clock a later line enters when it starts", {
  rows <- change_clock(pfs(), "patient")
  times <- as.matrix(rows$pfs)
  # P2: first line on 28 February, second on 1 August, 155 days later.
  expect_identical(unname(times[5L, ]), c(155, 155 + 61, 0))
  expect_identical(unname(times[2L, c("start", "stop")]), c(0, 138))
  expect_identical(rows$days[5L], 216L)
  expect_identical(rows$event, pfs()$event)
})

test_that("on the calendar everybody enters on a day", {
  rows <- change_clock(pfs(), "calendar", origin = "2012-01-01")
  times <- as.matrix(rows$pfs)
  expect_identical(unname(times[1L, ]), c(60, 171, 0))
  expect_identical(rows$days - as.integer(times[, "start"]), pfs()$days)
  default <- change_clock(pfs(), "calendar")
  expect_identical(unique(default$origin_date), as.Date("2012-02-28"))
  expect_error(
    change_clock(pfs(), "calendar", origin = "2012-03-15"),
    class = "survlines_error_argument"
  )
  expect_error(change_clock(mtcars), class = "survlines_error_argument")
  months <- change_clock(pfs(), "calendar", time_unit = "months", days_per_month = 30)
  expect_equal(as.matrix(months$pfs)[, 1:2] * 30, as.matrix(default$pfs)[, 1:2])
})

test_that("a landmark starts anew with those still under observation", {
  expect_message(
    rows <- landmark(pfs(), 61), "2 rows ended by day 61 and are left out: 1 event, 1 censored",
    class = "survlines_message_left_out"
  )
  expect_identical(rows$line_id, c("L1", "L2", "L4"))
  expect_identical(rows$days, c(50L, 77L, 183L))
  expect_identical(as.matrix(rows$pfs)[, "time"], c(50, 77, 183), ignore_attr = TRUE)
  expect_error(landmark(pfs(), 9999), class = "survlines_error_no_data")
  expect_error(landmark(pfs(), -1), class = "survlines_error_argument")
})

test_that("who enters after the landmark still enters then", {
  os <- derive_endpoint(small_registry(), endpoint_os(origin = "diagnosis"))
  before <- as.matrix(os$os)
  # Lines start 863, 788, 456 and 455 days after the diagnosis.
  after <- as.matrix(landmark(os, 500)$os)
  expect_identical(unname(after[, "start"]), c(363, 288, 0, 0))
  expect_identical(after[, "stop"], before[, "stop"] - 500)
  expect_identical(after[, "status"], before[, "status"])
})

test_that("a patient changes groups on the day of the line, not before", {
  study <- small_registry()
  os <- derive_endpoint(study, endpoint_os())
  rows <- split_at_line(os, study, 2, column = "line_no", name = "second")
  expect_identical(rows$patient_id, c("P1", "P2", "P2", "P3", "P4"))
  expect_identical(rows$second, c(FALSE, FALSE, TRUE, FALSE, FALSE))
  times <- as.matrix(rows$os)
  expect_identical(unname(times[2:3, "start"]), c(0, 155))
  expect_identical(unname(times[2:3, "stop"]), c(155, 322))
  expect_identical(rows$reason[2:3], c("split", "last contact"))
  expect_identical(rows$source[2L], "lines row 5 (start_date)")
  # Time at risk and events are neither lost nor won.
  expect_identical(sum(times[, "stop"] - times[, "start"]), sum(as.numeric(os$days)))
  expect_identical(sum(rows$event), sum(os$event))
  from_start <- split_at_line(os, study, "A")
  expect_identical(from_start$received, c(TRUE, FALSE, TRUE, TRUE, FALSE))
})

test_that("a line on the day a row ends leaves the row whole", {
  tables <- change(small_tables(), "lines", 5L, "start_date", "2013-01-15")
  tables$lines[5L, c("end_date", "stop_reason")] <- NA
  tables$assessments <- NULL
  study <- registry_of(tables)
  os <- derive_endpoint(study, endpoint_os())
  expect_warning(rows <- split_at_line(os, study, 2, column = "line_no"), NA)
  expect_identical(rows$received, rep(FALSE, 4L))
  expect_identical(rows[names(os)], os)
})

test_that("where nobody changes, nobody leaves and all enter in time, rows stay as they are", {
  study <- small_registry()
  os <- derive_endpoint(study, endpoint_os())
  rows <- split_at_line(os, study, "B")
  expect_identical(rows[names(os)], os)
  expect_identical(rows$received, c(FALSE, TRUE, FALSE, TRUE))
  expect_message(landmark(pfs(), 1), NA)
  first_day <- change_clock(pfs(), "calendar", origin = "2012-02-28")
  expect_identical(first_day, change_clock(pfs(), "calendar"))
})

test_that("rows are those of an endpoint by their columns and the types of these", {
  refused <- function(what, rows) {
    expect_error(landmark(rows, 1), what, class = "survlines_error_argument")
  }
  with_column <- function(name, values) {
    rows <- pfs()
    rows[[name]] <- values
    rows
  }
  refused("lacks cause", with_column("cause", NULL))
  refused("no <Surv> column", with_column("pfs", NULL))
  refused("days is not", with_column("days", as.character(pfs()$days)))
  refused("event is not", with_column("event", as.integer(pfs()$event)))
  refused("event is not", with_column("event", replace(pfs()$event, 1L, NA)))
  refused("exit_date is not", with_column("exit_date", as.character(pfs()$exit_date)))
  refused("reason is not", with_column("reason", as.matrix(pfs()$reason)))
  refused("reason is not", with_column("reason", as.list(pfs()$reason)))
  refused("reason is not", with_column("reason", pfs()$exit_date))
  refused("cause is not", with_column("cause", raw(nrow(pfs()))))
  refused("line_id is not", with_column("line_id", raw(nrow(pfs()))))
  twice <- as.data.frame(pfs())
  refused("there twice", cbind(twice, twice["days"]))
})

test_that("splitting at what nobody received, or in no column, is refused", {
  study <- small_registry()
  os <- derive_endpoint(study, endpoint_os())
  expect_error(split_at_line(os, study, "Z"), "Z", class = "survlines_error_covariate")
  expect_error(
    split_at_line(os, study, "A", column = "colour"), "colour",
    class = "survlines_error_covariate"
  )
  for (value in list(list("A"), matrix("A"))) {
    expect_error(split_at_line(os, study, value), class = "survlines_error_argument")
  }
})
