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

test_that("curves begin where they began, in every function of survival", {
  begun <- function(formula, data, start) {
    ours <- as_survfit(quietly(fit_km(formula, data, start_time = start)))
    arguments <- list(formula, data = data, conf.type = "log-log")
    if (!is.null(start)) arguments$start.time <- start
    theirs <- do.call(survival::survfit, arguments)
    from_start <- function(curve) unclass(survival::survfit0(curve))[c("time", "n.risk", "surv")]
    expect_equal(from_start(ours), from_start(theirs))
    rmean <- function(curve) summary(curve, rmean = max(curve$time))$table["rmean"]
    expect_equal(rmean(ours), rmean(theirs))
  }
  negative <- data.frame(entry = c(-5, -3, 2, 4), exit = c(-1, 3, 6, 8), status = c(1, 1, 0, 1))
  begun(Surv(time, status) ~ 1, lung, NULL)
  begun(Surv(time, status) ~ 1, lung, 100)
  suppressWarnings(begun(Surv(exit, status) ~ 1, negative, NULL))
})

test_that("the call holds the formula, not the name of one", {
  stored <- Surv(time, status) ~ sex
  genuine <- as_survfit(quietly(fit_km(stored, lung)))
  expect_equal(genuine$call$formula, stored, ignore_attr = TRUE)
  dots <- as_survfit(quietly(fit_km(Surv(time, status) ~ ., lung[c("time", "status", "sex")])))
  expect_identical(all.vars(dots$call$formula), c("time", "status", "sex"))
})
