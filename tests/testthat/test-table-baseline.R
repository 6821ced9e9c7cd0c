test_that("characteristics say what they count", {
  table <- table_baseline(
    small_registry(),
    patients = c(Sex = "sex"), lines = c("Reason" = "stop_reason", "line_no")
  )
  expect_identical(names(table), c("characteristic", "level", "value", "of"))
  sex <- table[table$characteristic == "Sex", ]
  expect_identical(sex$level, c("male", "female"))
  expect_identical(sex$value, c("2 (50 %)", "2 (50 %)"))
  expect_identical(sex$of, rep("4 patients", 2L))
  reason <- table[table$characteristic == "Reason", ]
  expect_identical(reason$value[reason$level == "toxicity"], "2 (40 %)")
  expect_identical(reason$value[reason$level == "missing"], "1")
  expect_identical(unique(reason$of), "5 lines")
  number <- table[table$characteristic == "Number of the line", ]
  expect_identical(number$level, c("mean", "median (range)"))
  expect_identical(number$value, c("1.2", "1.0 (1 to 2)"))
})

test_that("characteristics without any value or unknown", {
  tables <- change(small_tables(), "patients", 1:4, "diagnosis_date", NA)
  table <- table_baseline(registry_of(tables), patients = "delay_days")
  expect_identical(table$level, "missing")
  expect_identical(table$value, "4")
  expect_error(
    table_baseline(small_registry(), lines = "weight"), "weight",
    class = "survlines_error_covariate"
  )
})

test_that("levels of unequal size have their own counts and shares", {
  tables <- small_tables()
  tables$patients$sex <- c("male", "female", "female", "female")
  table <- table_baseline(registry_of(tables), patients = "sex")
  expect_identical(table$value, c("1 (25 %)", "3 (75 %)"))
  french <- table_baseline(registry_of(tables), patients = "age_at_diagnosis", language = "fr")
  expect_match(french$value[1L], "^[0-9]+,[0-9]$")
  expect_error(
    table_baseline(small_registry(), language = "xx"),
    class = "survlines_error_language"
  )
})

test_that("lines that start after the lock are left out", {
  suppressMessages(
    table <- table_baseline(small_registry(), lines = "drug", cutoff = "2012-07-01")
  )
  expect_identical(table$value, c("2 (50 %)", "2 (50 %)"))
  expect_identical(unique(table$of), "4 lines")
  expect_match(table_notes(table), "2012-07-01", all = FALSE)
})

test_that("small counts of a characteristic and their numbers are masked", {
  tables <- change(small_tables(), "patients", 1:2, "diagnosis_date", NA)
  table <- table_baseline(
    registry_of(tables), patients = c("sex", "delay_days"), min_cell = 3
  )
  expect_identical(table$value[table$level == "missing"], "<3")
  expect_identical(table$value[table$characteristic == "Sex"], c("<3", "<3"))
  expect_true(all(table$value[table$level %in% c("mean", "median (range)")] == "masked"))
  # Two and two of four would be known from the total.
  expect_identical(unique(table$of), "* patients")
  # "<2" would say 1.
  for (wrong in list(0, 2, 3.5, "5", NA, 3:4)) {
    expect_error(
      table_baseline(registry_of(tables), min_cell = wrong),
      class = "survlines_error_argument"
    )
  }
})
