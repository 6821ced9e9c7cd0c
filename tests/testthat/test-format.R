test_that("one wide interval leaves the others readable", {
  expect_identical(
    format_ratios(c(0.994, 1.036, 2e-9, 3.4e7, 0.0123, 543.21, 0, Inf, NA), 3L),
    c("0.994", "1.036", "<1e-5", ">1e5", "0.0123", "543", "0", "Inf", "NA")
  )
  expect_identical(format_ratios(c(0.5, 12.345), 3L), c("0.5", "12.3"))
  expect_identical(format_ratios(numeric(), 3L), character())
  expect_identical(format_ratios(c(NA_real_, NaN), 3L), c("NA", "NaN"))
  expect_identical(format_numbers(c(0.0576, -0.5108, 1.026), 2L), c("0.058", "-0.511", "1.026"))
  expect_identical(
    format_numbers(c(-0.0141, 4.4e-9, NA, -Inf), 3L), c("-0.0141", "4.4e-09", "NA", "-Inf")
  )
})

test_that("a Cox model with a coefficient near infinity prints powers of ten there only", {
  data <- withr::with_seed(2, data.frame(
    time = stats::rexp(60L), status = 1L, age = stats::rnorm(60L, 60, 10),
    small = stats::rnorm(60L) * 1e-3, large = stats::rnorm(60L) * 1e9
  ))
  lines <- capture.output(print(fit_cox(Surv(time, status) ~ age + small + large, data)))
  age <- grep("^age", lines, value = TRUE)
  expect_match(age, "\\[0[.]9[0-9]*, 1[.]0[0-9]*\\]")
  expect_no_match(age, "e[+-]")
  expect_match(grep("^small", lines, value = TRUE), "[<1e-5, >1e5]", fixed = TRUE)
  expect_match(grep("^large", lines, value = TRUE), "[0-9]e-[0-9]+ ")
})

test_that("one is singular, in print and in alt texts", {
  expect_identical(count_of(1, "row"), "1 row")
  expect_identical(count_of(0L, "row"), "0 rows")
  expect_identical(count_of(12345, "row"), "12,345 rows")
  expect_identical(describe_errors(list(std_error_type = "jackknife", n_clusters = 1L)),
    " by jackknife over 1 cluster"
  )
  fit <- fit_km(Surv(5, 1) ~ 1, data.frame(x = 1))
  expect_match(km_alt_text(fit, "all", NULL, "en"), "1 row, 1 event, median 5")
  expect_match(km_alt_text(fit, "all", NULL, "fr"), "1 observation, 1 \u00e9v\u00e9nement, m")
})
