test_that("dates follow their format to the last letter", {
  parse <- function(x, format = "%Y-%m-%d") type_date(x, format, "error")
  good <- parse(c("2012-02-29", "", NA))
  expect_identical(good$value, as.Date(c("2012-02-29", NA, NA)))
  expect_length(good$row, 0L)
  bad <- parse(c("2011-02-29", "2012-05-01x", "12-05-01", "41030"))
  expect_identical(bad$row, 1:4)
  expect_identical(unique(bad$rule), "not_a_date")
  french <- parse(c("29/02/2012", "1/3/2012"), "%d/%m/%Y")
  expect_identical(french$value, as.Date(c("2012-02-29", "2012-03-01")))
  several <- parse(c("2012-03-01", "02/03/2012"), c("%Y-%m-%d", "%d/%m/%Y"))
  expect_identical(several$value, as.Date(c("2012-03-01", "2012-03-02")))
})

test_that("date-times at midnight are dates, others lose their time with a word", {
  when <- as.POSIXct(c("2012-03-01 00:00:00", "2012-03-02 14:30:00"), tz = "Europe/Paris")
  typed <- type_date(when, "%Y-%m-%d", "error")
  expect_identical(typed$value, as.Date(c("2012-03-01", "2012-03-02")))
  expect_identical(typed$row, 2L)
  expect_identical(typed$rule, "time_of_day")
})

test_that("numbers that are none are found, and identifiers stay text", {
  typed <- type_number(c("3", "3.5", "x", "", NA, "4000000000"), whole = TRUE)
  expect_identical(typed$value, c(3L, NA, NA, NA, NA, NA))
  expect_identical(typed$row, c(2L, 3L, 6L))
  expect_identical(type_number(c("3.5", "1e3"), whole = FALSE)$value, c(3.5, 1000))
  expect_identical(type_text(c(100000, 7, NA)), c("100000", "7", NA))
  expect_identical(type_text(factor(c("a", ""))), c("a", NA))
})

test_that("undescribed text becomes a number or date only when nothing is lost", {
  expect_identical(guess_type(c("1.5", NA, "-2")), c(1.5, NA, -2))
  expect_identical(guess_type(c("007", "1")), c("007", "1"))
  expect_identical(guess_type(c("2012-03-01", NA)), as.Date(c("2012-03-01", NA)))
  expect_identical(guess_type(c("2012-03-41", NA)), c("2012-03-41", NA))
})

test_that("partial dates are refused, or completed in the way asked for", {
  text <- c("2012", "2012-02", "02/2012", "2013-12", "2012-13", "2012-05-01", NA)
  refused <- type_date(text, "%Y-%m-%d", "error")
  expect_identical(refused$row, 1:5)
  expect_identical(refused$rule, c(rep("partial_date", 4L), "not_a_date"))
  completed <- function(which_day) {
    typed <- type_date(text[c(1:4, 6, 7)], "%Y-%m-%d", which_day)
    expect_identical(typed$imputed, 1:4)
    expect_identical(typed$recorded, text[1:4])
    expect_length(typed$row, 0L)
    as.character(typed$value)
  }
  whole <- c("2012-05-01", NA)
  expect_identical(
    completed("first"), c("2012-01-01", "2012-02-01", "2012-02-01", "2013-12-01", whole)
  )
  expect_identical(
    completed("mid"), c("2012-07-01", "2012-02-15", "2012-02-15", "2013-12-15", whole)
  )
  expect_identical(
    completed("last"), c("2012-12-31", "2012-02-29", "2012-02-29", "2013-12-31", whole)
  )
})
