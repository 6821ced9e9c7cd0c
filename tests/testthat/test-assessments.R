# Assessments of the small registry in the order of lines and days.
sorted <- function(study = small_registry()) {
  timeline <- line_timeline(study)
  list(timeline = timeline, seen = sorted_assessments(study, timeline))
}

test_that("assessments stand by line and day and know their rows", {
  seen <- sorted()$seen
  expect_identical(seen$row, c(1L, 2L, 3L, 5L, 4L))
  expect_identical(seen$line, c(1L, 1L, 2L, 4L, 5L))
  expect_true(all(seen$evaluable))
})

test_that("assessments before the start or not evaluable are not evaluable", {
  study <- one_line(c("SD", "NE", "PD"), c("2011-12-31", "2012-02-01", "2012-03-01"))
  expect_identical(sorted(study)$seen$evaluable, c(FALSE, FALSE, TRUE))
})

test_that("first and last findings respect their limits, and lines without any are missing", {
  at <- sorted()
  no_limit <- rep(as.Date(NA), 5L)
  any_finding <- rep(TRUE, 5L)
  first <- first_finding(at$seen, any_finding, at$timeline$start, no_limit)
  expect_identical(first, c(1L, 3L, NA, 4L, 5L))
  early <- replace(no_limit, 1L, as.Date("2012-04-11"))
  expect_identical(first_finding(at$seen, any_finding, at$timeline$start, early)[1L], NA_integer_)
  day <- rep(as.Date("2012-05-30"), 5L)
  expect_identical(last_visit(at$seen, day), c(2L, NA, NA, NA, NA))
  expect_identical(last_visit(at$seen, day, strictly = TRUE), c(1L, NA, NA, NA, NA))
})
