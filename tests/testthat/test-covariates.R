test_that("ages and delays are what the calendar says", {
  lines <- line_covariates(small_registry())
  expect_identical(lines$line_id, small_tables()$lines$line_id)
  # P1 turns 18 on the day after the start of L1; P2 was born on a 29 February.
  expect_identical(lines$age_at_start, c(17L, 19L, 72L, 11L, 20L))
  expect_equal(lines$age_at_diagnosis[1L], as.numeric(
    as.Date("2009-10-20") - as.Date("1994-03-02")
  ) / 365.25)
  expect_identical(lines$delay_days[3L], 456L)
  expect_equal(lines$delay_weeks[3L], 456 / 7)
  expect_identical(lines$line_order, c(1L, 1L, 1L, 1L, 2L))
  expect_identical(lines$n_lines, c(1L, 2L, 1L, 1L, 2L))
  expect_identical(lines$treatment_days, c(111L, 63L, 61L, NA, 61L))
  expect_identical(lines$ongoing, c(FALSE, FALSE, FALSE, TRUE, FALSE))
})

test_that("a birthday on 29 February is the 1 March of common years", {
  born <- as.Date("1992-02-29")
  days <- as.Date(c("2010-02-28", "2010-03-01", "2012-02-28", "2012-02-29"))
  expect_identical(completed_years(rep(born, 4L), days), c(17L, 18L, 19L, 20L))
})

test_that("dictionary values become factors in the dictionary's order", {
  lines <- line_covariates(small_registry())
  expect_identical(levels(lines$sex), c("male", "female"))
  expect_identical(levels(lines$stop_reason), c("death", "toxicity", "completed"))
  expect_type(lines$drug, "character")
})

test_that("line order follows the start dates whatever the order of the rows", {
  tables <- small_tables()
  set.seed(4)
  shuffled <- tables
  shuffled$lines <- tables$lines[c(5L, 3L, 1L, 4L, 2L), ]
  a <- line_covariates(registry_of(tables))
  b <- line_covariates(registry_of(shuffled))
  expect_equal(b[match(a$line_id, b$line_id), ], a)
})

test_that("a column of both tables keeps its name for the line", {
  tables <- small_tables()
  tables$patients$site <- letters[1:4]
  tables$lines$site <- LETTERS[1:5]
  lines <- line_covariates(registry_of(tables))
  expect_identical(lines$site, LETTERS[1:5])
  expect_identical(lines$site_patient, c("a", "b", "c", "d", "b"))
})
