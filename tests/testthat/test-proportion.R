test_that("intervals agree with their definitions", {
  wald <- proportion_interval(15, 33, "wald")
  expect_equal(wald$conf.low, 15 / 33 - qnorm(0.975) * sqrt(15 / 33 * 18 / 33 / 33))
  # Where the score test just does not reject.
  wilson <- proportion_interval(15, 33, "wilson")
  p <- c(wilson$conf.low, wilson$conf.high)
  expect_equal((15 / 33 - p)^2 / (p * (1 - p) / 33), rep(qnorm(0.975)^2, 2), tolerance = 1e-6)
  exact <- proportion_interval(15, 33, "clopper-pearson")
  expect_equal(1 - pbinom(14, 33, exact$conf.low), 0.025, tolerance = 1e-6)
  expect_equal(pbinom(15, 33, exact$conf.high), 0.025, tolerance = 1e-6)
  mid <- proportion_interval(15, 33, "mid-p")
  expect_equal(pbinom(14, 33, mid$conf.high) + dbinom(15, 33, mid$conf.high) / 2, 0.025)
  expect_equal(1 - pbinom(15, 33, mid$conf.low) + dbinom(15, 33, mid$conf.low) / 2, 0.025)
})

test_that("mid-p lies within Clopper-Pearson, and all stay within 0 and 1", {
  x <- 0:12
  exact <- proportion_interval(x, 12, "clopper-pearson")
  mid <- proportion_interval(x, 12, "mid-p")
  expect_true(all(mid$conf.low >= exact$conf.low & mid$conf.high <= exact$conf.high))
  for (method in c("wald", "wilson", "clopper-pearson", "mid-p")) {
    limits <- proportion_interval(x, 12, method)
    expect_true(all(limits$conf.low >= 0 & limits$conf.high <= 1))
    expect_true(all(limits$conf.low <= limits$estimate & limits$conf.high >= limits$estimate))
  }
})

test_that("no trials give missing values, wrong counts an error", {
  expect_identical(proportion_interval(0, 0)$estimate, NA_real_)
  expect_error(proportion_interval(4, 3), class = "survlines_error_argument")
  expect_error(proportion_interval(0.5, 3), class = "survlines_error_argument")
  expect_error(proportion_interval(1, 3, conf_level = 95), class = "survlines_error_argument")
})
