test_that("timelines show every line, assessment and end of the patients", {
  skip_if_not_installed("ggplot2")
  figure <- plot(small_registry())
  expect_s3_class(figure, "ggplot")
  bars <- ggplot2::layer_data(figure, 1L)
  expect_identical(nrow(bars), 5L)
  # Five assessments and four ends of follow-up, each with a shape of its own kind.
  expect_identical(nrow(ggplot2::layer_data(figure, 3L)), 9L)
  expect_match(ggplot2::get_alt_text(figure), "4 patients: 5 treatment lines (A 3, B 2)",
    fixed = TRUE
  )
  # L4 goes on: its bar ends at last contact.
  expect_true(any(bars$xend == as.numeric(as.Date("2012-12-31"))))
  expect_identical(nrow(ggplot2::layer_data(figure, 2L)), 1L)
})

test_that("a registry without drugs shows its lines as one kind", {
  skip_if_not_installed("ggplot2")
  study <- small_registry()
  study$lines$drug <- NULL
  figure <- plot(study)
  expect_identical(nrow(ggplot2::layer_data(figure, 1L)), 5L)
  expect_match(ggplot2::get_alt_text(figure), "5 treatment lines \\(missing 5\\)")
})

test_that("time since the first line starts at zero", {
  skip_if_not_installed("ggplot2")
  figure <- plot(small_registry(), patients = c("P2", "P1"), origin = "first_line")
  bars <- ggplot2::layer_data(figure, 1L)
  expect_equal(sort(bars$x), c(0, 0, 155 / 30.4375))
})

test_that("who is not there is refused, who is not shown is counted", {
  skip_if_not_installed("ggplot2")
  expect_error(plot(small_registry(), patients = "P9"), "P9", class = "survlines_error_argument")
  set.seed(2)
  many <- random_tables(40L)
  study <- registry(many$patients, many$lines, rules = only_errors())
  expect_message(plot(study), "10 patients", class = "survlines_message_not_shown")
})
