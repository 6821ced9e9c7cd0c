# Malformed input of the curves and tests: each call ends in a result or in an error of ours.

causes_of <- function(codes) factor(codes, 0:2, c("none", "a", "b"))

test_that("degenerate data give a result with NA and a word, never NaN without one", {
  one <- data.frame(time = 3, cause = causes_of(1), arm = "x")
  expect_equal(tidy(fit_cuminc(Surv(time, cause) ~ 1, one))$estimate, c(1, 0))
  censored <- data.frame(time = 1:4, cause = causes_of(0), arm = c("x", "y"))
  fit <- fit_cuminc(Surv(time, cause) ~ arm, censored)
  expect_true(all(tidy(fit)$estimate == 0))
  expect_false(any(is.nan(tidy(fit)$conf.low)))
  expect_warning(expect_warning(
    test <- test_gray(Surv(time, cause) ~ arm, censored),
    class = "survlines_warning_nothing_to_compare"
  ), class = "survlines_warning_nothing_to_compare")
  expect_equal(test$p.value, c(NA_real_, NA_real_))
  expect_warning(
    trend <- test_logrank(Surv(time, cause == "a") ~ arm, censored, scores = TRUE),
    class = "survlines_warning_nothing_to_compare"
  )
  expect_equal(trend$p.value, NA_real_)
  expect_equal(survival_rmst(fit_km(Surv(time, cause == "a") ~ 1, censored), 3)$std.error, 0)
})

test_that("rows at fault are named, whichever function reads them", {
  data <- data.frame(time = c(1, Inf, 3, 4), cause = causes_of(c(1, 2, 0, 1)), w = c(1, -1, 1, 1))
  expect_error(
    fit_cuminc(Surv(time, cause) ~ 1, data), "row 2",
    class = "survlines_error_not_finite"
  )
  data$time[2] <- 2
  expect_error(
    fit_cuminc(Surv(time, cause) ~ 1, data, weights = w), "row 2", class = "survlines_error_weights"
  )
  expect_error(
    fit_cuminc(Surv(time, cause) ~ 1, data, frequency = time / 2), "rows 1, 3",
    class = "survlines_error_frequency"
  )
  data$cause[3] <- NA
  fit <- fit_cuminc(Surv(time, cause) ~ 1, data)
  expect_equal(glance(fit)$n.dropped, c(1, 1))
  expect_error(
    fit_cuminc(Surv(time, cause) ~ 1, data[3, ]), "cause|Surv", class = "survlines_error_no_data"
  )
})
