test_that("every component is survfit's", {
  withr::local_seed(1)
  for (repeated in 1:20) {
    data <- random_rows()
    formula <- list(
      Surv(exit, status) ~ g, Surv(exit, status) ~ 1, Surv(entry, exit, status) ~ 1
    )[[repeated %% 3L + 1L]]
    ours <- as_survfit(quietly(fit_km(formula, data)))
    theirs <- survival::survfit(formula, data, conf.type = "log-log")
    same <- c("n", "time", "n.risk", "n.event", "n.censor", "surv", "cumhaz", "std.chaz", "type")
    for (name in same) {
      expect_equal(as.vector(ours[[name]]), as.vector(theirs[[name]]), info = name)
    }
    expect_equal(unname(ours$strata), unname(theirs$strata))
    expect_equal(names(ours$strata), names(theirs$strata))
    inside <- theirs$surv > 0 & theirs$surv < 1
    for (name in c("std.err", "lower", "upper")) {
      expect_equal(ours[[name]][inside], theirs[[name]][inside], info = name)
    }
  }
})

test_that("what works on survfit works on it", {
  ours <- as_survfit(quietly(fit_km(Surv(time, status) ~ sex, lung)))
  theirs <- survival::survfit(Surv(time, status) ~ sex, lung, conf.type = "log-log")
  expect_equal(quantile(ours), quantile(theirs))
  expect_equal(summary(ours, times = c(100, 365))$surv, summary(theirs, times = c(100, 365))$surv)
  expect_equal(summary(ours, rmean = 500)$table, summary(theirs, rmean = 500)$table)
  expect_equal(summary(ours[2])$surv, summary(theirs[2])$surv)
  expect_output(print(ours), "sex=2")
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_silent(plot(ours))
  skip_if_not_installed("broom")
  expect_equal(broom::tidy(ours)$estimate, broom::tidy(theirs)$estimate)
})
