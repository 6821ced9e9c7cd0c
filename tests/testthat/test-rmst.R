test_that("areas and errors are those of summary.survfit", {
  result <- over_random_sets(n_random_sets(200L), function(seed) {
    data <- random_rows(sample(30:60, 1L))
    fit <- quietly(fit_km(Surv(exit, status) ~ g, data))
    theirs <- survival::survfit(Surv(exit, status) ~ g, data)
    # summary.survfit() stops where tau is before the first time of a curve.
    range <- tapply(data$exit, data$g, range)
    tau <- suppressWarnings(
      stats::runif(1L, max(sapply(range, min)), min(sapply(range, max)))
    )
    if (!is.finite(tau)) {
      return("no tau between")
    }
    table <- matrix(summary(theirs, rmean = tau)$table, ncol = 9L)
    ours <- survival_rmst(fit, tau)
    c(
      estimate = largest_difference(ours$estimate, table[, 5L]),
      error = largest_difference(ours$std.error^2, table[, 6L]^2, tau^2 / 1e3)
    )
  })
  expect_agreement(result)
})

test_that("without censoring the area is a mean and its error that of a mean", {
  time <- c(1, 2, 3, 5, 8, 13)
  rmst <- survival_rmst(fit_km(Surv(time, rep(1, 6)) ~ 1), 13)
  expect_equal(rmst$estimate, mean(time))
  expect_equal(rmst$std.error, sqrt(sum((time - mean(time))^2)) / 6)
})

test_that("a curve that starts later has its area from there", {
  late <- survival_rmst(fit_km(Surv(time, status) ~ x, aml, start_time = 10), 40)
  moved <- survival_rmst(fit_km(Surv(time - 10, status) ~ x, aml, subset = time >= 10), 30)
  expect_equal(late$estimate, moved$estimate)
  expect_equal(late$std.error, moved$std.error)
})

test_that("differences and ratios are made of the areas, in any unit", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  each <- survival_rmst(fit, 500)
  difference <- survival_rmst(fit, 500, "difference")
  ratio <- survival_rmst(fit, 500, "ratio")
  expect_equal(difference$estimate, diff(each$estimate))
  expect_equal(difference$std.error, sqrt(sum(each$std.error^2)))
  expect_equal(ratio$estimate, each$estimate[2] / each$estimate[1])
  expect_equal(ratio$std.error, sqrt(sum((each$std.error / each$estimate)^2)))
  expect_equal(ratio$p.value, 2 * pnorm(-abs(ratio$statistic)))
  weeks <- survival_rmst(fit, 500 / 7, "difference", time_unit = "weeks")
  expect_equal(weeks$estimate * 7, difference$estimate)
  expect_equal(weeks$p.value, difference$p.value)
})

test_that("intervals and tests follow from estimates and errors; names say what is compared", {
  fit <- fit_km(Surv(time, status) ~ celltype, veteran)
  against_first <- paste0("celltype=", c("smallcell", "adeno", "large"), " vs celltype=squamous")
  z <- qnorm(0.95)
  each <- survival_rmst(fit, 150, conf_level = 0.9)
  expect_equal(each$conf.low, each$estimate - z * each$std.error)
  expect_equal(each$conf.high, each$estimate + z * each$std.error)
  for (compare in c("difference", "ratio")) {
    found <- survival_rmst(fit, 150, compare, conf_level = 0.9)
    scale <- if (compare == "ratio") log else identity
    value <- scale(found$estimate)
    expect_identical(as.character(found$strata), against_first)
    expect_equal(scale(found$conf.low), value - z * found$std.error)
    expect_equal(scale(found$conf.high), value + z * found$std.error)
    expect_equal(found$statistic, value / found$std.error)
    expect_equal(found$p.value, 2 * pnorm(-abs(found$statistic)))
  }
  found <- survival_difference(fit, c(50, 100), conf_level = 0.9)
  expect_identical(as.character(found$strata), rep(against_first, each = 2L))
  expect_equal(found$conf.low, found$estimate - z * found$std.error)
  expect_equal(found$conf.high, found$estimate + z * found$std.error)
  # No difference goes beyond 1.
  apart <- data.frame(time = c(1:4, 6, 11:15), status = 1, g = rep(c("early", "late"), each = 5))
  wide <- survival_difference(fit_km(Surv(time, status) ~ g, apart), 4, "plain")
  expect_gt(wide$estimate + qnorm(0.975) * wide$std.error, 1)
  expect_identical(wide$conf.high, 1)
  swapped <- transform(apart, g = factor(g, c("late", "early")))
  expect_identical(survival_difference(fit_km(Surv(time, status) ~ g, swapped), 4)$conf.low, -1)
})

test_that("tau is by default the earliest end, in the unit asked for", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  weeks <- survival_rmst(fit, time_unit = "weeks")
  days <- survival_rmst(fit)
  expect_equal(weeks$tau, days$tau / 7)
  expect_equal(weeks$estimate, days$estimate / 7)
  expect_equal(weeks$std.error, days$std.error / 7)
})

test_that("tau beyond the follow-up is refused, unless the curve is at 0", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  expect_error(survival_rmst(fit, 1e4), "followed up to", class = "survlines_error_argument")
  expect_equal(survival_rmst(fit)$tau, rep(min(tapply(lung$time, lung$sex, max)), 2))
  ended <- fit_km(Surv(1:3, rep(1, 3)) ~ 1)
  expect_equal(survival_rmst(ended, 10)$estimate, 2)
  expect_error(survival_rmst(ended, -1), class = "survlines_error_argument")
  expect_error(survival_rmst(ended, 2, "difference"), class = "survlines_error_formula")
  expect_error(
    survival_rmst(quietly(fit_km(Surv(time, status) ~ 1, kidney, cluster = id)), 100),
    class = "survlines_error_argument"
  )
  expect_error(survival_rmst(lm(time ~ sex, lung), 5), class = "survlines_error_argument")
})

test_that("differences at times are those of the curves; both tests agree in large groups", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  at <- survival_at(fit, c(200, 400))
  plain <- survival_difference(fit, c(200, 400), "plain")
  expect_equal(plain$estimate, at$estimate[3:4] - at$estimate[1:2])
  expect_equal(plain$std.error^2, at$std.error.surv[3:4]^2 + at$std.error.surv[1:2]^2)
  expect_equal(plain$p.value, 2 * pnorm(-abs(plain$estimate / plain$std.error)))
  log_log <- survival_difference(fit, c(200, 400))
  # By hand at 200 days, from log(-log S).
  value <- log(-log(at$estimate[c(1, 3)]))
  error <- at$std.error[c(1, 3)] / abs(log(at$estimate[c(1, 3)]))
  expect_equal(log_log$statistic[1], (value[1] - value[2]) / sqrt(sum(error^2)))
  expect_equal(sign(log_log$statistic), sign(plain$statistic))
  expect_equal(survival_difference(fit, 0)$p.value, NA_real_)
  expect_error(
    survival_difference(quietly(fit_km(Surv(time, status) ~ sex, kidney, cluster = id)), 100),
    class = "survlines_error_argument"
  )
  expect_error(survival_difference(fit_km(Surv(1:3, rep(1, 3)) ~ 1), 1),
    class = "survlines_error_formula"
  )
})
