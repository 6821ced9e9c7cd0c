random_groups <- function(n, groups) {
  data.frame(
    time = sample(1:12, n, TRUE), cause = factor(sample(0:2, n, TRUE), 0:2, c("none", "a", "b")),
    arm = sample(letters[seq_len(groups)], n, TRUE), site = sample(3, n, TRUE),
    times = sample(1:3, n, TRUE)
  )
}

test_that("the test is that of cmprsk, with strata and rho", {
  skip_if_not_installed("cmprsk")
  withr::local_seed(1)
  for (repeated in 1:20) {
    data <- random_groups(sample(40:100, 1), sample(2:4, 1))
    for (rho in c(0, 1, -0.5)) {
      ours <- test_gray(Surv(time, cause) ~ arm, data, rho = rho)
      theirs <- cmprsk::cuminc(data$time, data$cause, data$arm, cencode = "none", rho = rho)$Tests
      expect_equal(ours$statistic, unname(theirs[ours$cause, "stat"]), tolerance = 1e-8)
      expect_equal(ours$p.value, unname(theirs[ours$cause, "pv"]), tolerance = 1e-8)
      expect_equal(ours$df, unname(as.integer(theirs[ours$cause, "df"])))
    }
    ours <- test_gray(Surv(time, cause) ~ arm + strata(site), data)
    theirs <- cmprsk::cuminc(data$time, data$cause, data$arm, data$site, cencode = "none")$Tests
    expect_equal(ours$statistic, unname(theirs[ours$cause, "stat"]), tolerance = 1e-8)
  }
})

test_that("frequency is rows, and neither row order nor the names of groups matter", {
  withr::local_seed(2)
  data <- random_groups(60, 3)
  test <- test_gray(Surv(time, cause) ~ arm, data)
  expect_equal(test_gray(Surv(time, cause) ~ arm, data[60:1, ]), test)
  renamed <- transform(data, arm = chartr("abc", "cab", arm))
  expect_equal(test_gray(Surv(time, cause) ~ arm, renamed)$statistic, test$statistic)
  expect_equal(test_gray(Surv(I(time * 1e-9), cause) ~ arm, data)$statistic, test$statistic)
  twice <- data[rep(seq_len(60), data$times), ]
  expect_equal(
    test_gray(Surv(time, cause) ~ arm, data, frequency = times)$statistic,
    test_gray(Surv(time, cause) ~ arm, twice)$statistic
  )
})

test_that("causes can be chosen; what cannot be tested is refused or said", {
  withr::local_seed(3)
  data <- random_groups(40, 2)
  expect_equal(test_gray(Surv(time, cause) ~ arm, data, causes = "b")$cause, "b")
  expect_error(
    test_gray(Surv(time, cause) ~ arm, data, causes = "x"), class = "survlines_error_argument"
  )
  expect_error(test_gray(Surv(time, cause) ~ 1, data), class = "survlines_error_formula")
  expect_error(
    test_gray(Surv(time - 1, time, cause) ~ arm, data), class = "survlines_error_argument"
  )
  expect_error(
    test_gray(Surv(time, cause) ~ arm, data, rho = NA), class = "survlines_error_argument"
  )
  expect_error(test_gray(Surv(time, site) ~ arm, data), class = "survlines_error_status")
  expect_warning(
    test <- test_gray(Surv(time, cause) ~ arm, data[data$cause != "b", ], causes = "b"),
    class = "survlines_warning_nothing_to_compare"
  )
  expect_equal(test$p.value, NA_real_)
})
