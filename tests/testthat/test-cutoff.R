test_that("what lies after the lock is not looked at, is counted and listed", {
  study <- small_registry()
  expect_message(
    pfs <- derive_endpoint(study, endpoint_pfs(), cutoff = "2012-07-10"),
    class = "survlines_message_cutoff"
  )
  # L5 has not begun, the progression of L2 is not known, L4 is still treated.
  expect_identical(pfs$line_id, c("L1", "L2", "L3", "L4"))
  expect_identical(pfs$days, c(111L, 63L, 61L, 70L))
  expect_identical(pfs$reason, c(
    "end of treatment", "end of treatment", "death", "cut-off"
  ))
  beyond <- beyond_cutoff(study, "2012-07-10")
  expect_identical(sum(beyond$table == "patients" & beyond$field == "last_contact_date"), 3L)
  expect_identical(beyond$row[beyond$table == "assessments"], c(3L, 4L))
})

test_that("a lock after the last date changes nothing", {
  study <- small_registry()
  expect_silent(pfs <- derive_endpoint(study, endpoint_pfs(), cutoff = as.Date("2020-01-01")))
  expect_identical(pfs, derive_endpoint(study, endpoint_pfs()))
})

test_that("the day of the lock is still looked at", {
  study <- small_registry()
  lines_at <- function(day) {
    suppressMessages(derive_endpoint(study, endpoint_os(unit = "line"), cutoff = day))$line_id
  }
  # L5 starts on 1 August, the rash on 5 March, and the progression of L2 is seen on 15 July.
  expect_true("L5" %in% lines_at("2012-08-01"))
  expect_false("L5" %in% lines_at("2012-07-31"))
  events_at <- function(day) {
    table <- suppressMessages(adverse_event_table(study, by = NULL, cutoff = day))
    table$events[table$category == "any"]
  }
  expect_identical(c(events_at("2012-03-04"), events_at("2012-03-05")), 2:3)
  first_day <- suppressMessages(adverse_event_table(study, by = NULL, cutoff = "2012-03-01"))
  expect_identical(first_day$lines[1L], 2L)
  expect_message(adverse_event_table(study, cutoff = "2012-08-01"), NA)
  beyond <- beyond_cutoff(study, "2012-07-15")
  expect_identical(beyond$row[beyond$table == "assessments"], 4L)
  pfs <- suppressMessages(derive_endpoint(study, endpoint_pfs(), cutoff = "2012-07-15"))
  expect_identical(pfs$reason[2L], "progression")
  # The last date of the registry.
  expect_message(derive_endpoint(study, endpoint_pfs(), cutoff = "2013-01-15"), NA)
})

test_that("nothing left is an error, not an empty table", {
  suppressMessages(expect_error(
    derive_endpoint(small_registry(), endpoint_os(), cutoff = "2012-01-01"),
    class = "survlines_error_no_data"
  ))
})

test_that("rates, durations and adverse events stop at the lock, too", {
  study <- small_registry()
  at <- function(call) suppressMessages(call)
  rate <- at(disease_control(study, cutoff = "2012-07-10"))
  expect_identical(c(rate$lines, rate$responders), c(4L, 2L))
  durations <- at(treatment_duration(study, cutoff = "2012-06-10"))
  # L1 still goes on, as does L4; L5 has not begun.
  expect_identical(c(durations$lines, durations$ongoing), c(4L, 2L))
  expect_identical(durations$max, 63)
  events <- at(adverse_event_table(study, by = NULL, cutoff = "2012-03-04"))
  # The rash of 5 March is not yet known, the itch without a date counts.
  expect_identical(events$lines, c(2L, 2L, 2L))
  expect_identical(events$events[events$category == "any"], 2L)
  expect_message(
    adverse_event_table(study, cutoff = "2012-03-04"),
    class = "survlines_message_cutoff"
  )
})
