test_that("plain follow-up is the median of everybody, reverse censors deaths", {
  follow <- follow_up(small_registry(), origin = "first_line")
  # 184 dead, 322 alive, 61 dead, 244 alive.
  expect_identical(follow$method, c("plain", "reverse Kaplan-Meier"))
  expect_identical(follow$median, c(214, 283))
  expect_identical(follow$min, c(61, 61))
  expect_identical(follow$patients, c(4L, 4L))
})

test_that("patients without the origin are left out with a warning", {
  tables <- change(small_tables(), "patients", 2L, "diagnosis_date", NA)
  expect_warning(
    follow <- follow_up(registry_of(tables)),
    class = "survlines_warning_missing_origin"
  )
  expect_identical(follow$patients[1L], 3L)
  tables$patients$diagnosis_date <- NA
  expect_error(follow_up(registry_of(tables)), class = "survlines_error_no_data")
})
