# Other estimates and standard errors than Kaplan-Meier with Greenwood's.

# Differences to a fit of survfit() at the times of ours.
differences <- function(fit, theirs) {
  ours <- tidy(fit)
  inside <- theirs$surv > 1e-12 & theirs$surv < 1
  # With the jackknife survfit() keeps the standard error of S, otherwise that of log S.
  error <- if (theirs$logse) theirs$std.err else theirs$std.err / theirs$surv
  scale <- pmax(error[inside]^2, 1e-6)
  c(
    estimate = largest_difference(ours$estimate, theirs$surv, 1),
    variance = largest_difference(ours$std.error[inside]^2, error[inside]^2, scale),
    low = largest_difference(ours$conf.low[inside], theirs$lower[inside], 1),
    high = largest_difference(ours$conf.high[inside], theirs$upper[inside], 1)
  )
}

scales <- c("log-log" = "log-log", log = "log", plain = "plain", logit = "logit",
  arcsine = "arcsin")

test_that("every estimate, error and scale is survfit's", {
  result <- over_random_sets(n_random_sets(300L), function(seed) {
    data <- random_rows()
    formula <- list(
      Surv(exit, status) ~ g, Surv(entry, exit, status) ~ 1, Surv(exit, status) ~ 1
    )[[seed %% 3L + 1L]]
    scale <- names(scales)[seed %% 5L + 1L]
    kind <- (seed %/% 3L) %% 3L + 1L
    data$u <- if (seed %% 7L < 3L) data$f else 1
    ours <- quietly(fit_km(formula, data,
      weights = u, estimate = km_estimates[kind], conf_type = scale
    ))
    environment(formula) <- environment()
    theirs <- quietly(survival::survfit(formula, data,
      weights = u, stype = c(1, 2, 2)[kind], ctype = c(1, 1, 2)[kind],
      error = if (kind == 1L) "greenwood" else "tsiatis", conf.type = scales[[scale]],
      robust = FALSE
    ))
    differences(ours, theirs)
  })
  expect_agreement(result)
})

test_that("weights and clusters: the jackknife is survfit's", {
  result <- over_random_sets(n_random_sets(300L), function(seed) {
    data <- random_rows()
    formula <- list(
      Surv(exit, status) ~ g, Surv(entry, exit, status) ~ 1, Surv(exit, status) ~ 1
    )[[seed %% 3L + 1L]]
    data$row <- seq_len(nrow(data))
    data$unit <- if (seed %% 5L < 3L) data$id else data$row
    ours <- quietly(fit_km(formula, data,
      weights = w, cluster = unit, conf_type = "plain"
    ))
    environment(formula) <- environment()
    theirs <- quietly(survival::survfit(formula, data,
      weights = w, cluster = unit, conf.type = "plain"
    ))
    hazard <- quietly(fit_km(formula, data,
      weights = w, cluster = unit, estimate = "nelson-aalen"
    ))
    # survfit(stype = 2) has this, the error of log S, as that of S: compare with its std.chaz.
    c(differences(ours, theirs), hazard = largest_difference(
      tidy(hazard)$std.error^2, theirs$std.chaz^2, pmax(theirs$std.chaz^2, 1e-6)
    ))
  })
  expect_agreement(result, 1e-8)
})

test_that("clusters can be a term; rows of their own are the robust variance", {
  formula <- Surv(time, status) ~ cluster(id)
  term <- quietly(fit_km(formula, kidney))
  argument <- quietly(fit_km(Surv(time, status) ~ 1, kidney, cluster = id))
  expect_equal(tidy(term), tidy(argument))
  expect_equal(glance(term)$n.clusters, 38L)
  alone <- quietly(fit_km(Surv(time, status) ~ 1, kidney, std_error = "jackknife"))
  rows <- quietly(fit_km(Surv(time, status) ~ 1, kidney, cluster = seq_along(time)))
  expect_equal(tidy(alone), tidy(rows))
  expect_output(print(term), "jackknife over 38 clusters")
})

test_that("frequency 2 is two rows in the jackknife and the other estimates", {
  data <- withr::with_seed(3, random_rows(50))
  twice <- data[rep(seq_len(50), data$f), ]
  same <- function(...) {
    expect_equal(
      tidy(quietly(fit_km(Surv(entry, exit, status) ~ g, data, frequency = f, ...))),
      tidy(quietly(fit_km(Surv(entry, exit, status) ~ g, twice, ...)))
    )
  }
  same(std_error = "jackknife")
  same(cluster = id)
  same(estimate = "nelson-aalen")
  same(estimate = "fleming-harrington")
  same(std_error = "peto")
})

test_that("each estimate can have the error of another", {
  # survfit() 3.5-3 ignores its `error` where that is not the one of the estimate.
  greenwood <- tidy(quietly(fit_km(Surv(time, status) ~ sex, lung)))
  tsiatis <- tidy(quietly(fit_km(Surv(time, status) ~ sex, lung, estimate = "nelson-aalen")))
  mixed <- tidy(quietly(fit_km(Surv(time, status) ~ sex, lung, std_error = "tsiatis")))
  expect_equal(mixed$estimate, greenwood$estimate)
  expect_equal(mixed$std.error, tsiatis$std.error)
  mixed <- tidy(quietly(fit_km(Surv(time, status) ~ sex, lung,
    estimate = "nelson-aalen", std_error = "greenwood"
  )))
  expect_equal(mixed$estimate, tsiatis$estimate)
  expect_equal(mixed$std.error, greenwood$std.error)
})

test_that("Peto's error is (1 - S) / n", {
  table <- tidy(quietly(fit_km(Surv(time, status) ~ sex, lung, std_error = "peto")))
  expect_equal(table$std.error, sqrt((1 - table$estimate) / table$n.risk))
})

test_that("a start time is survfit's, and begins again after an empty risk set", {
  for (start in c(100, 226, 300.5)) {
    ours <- tidy(quietly(fit_km(Surv(time, status) ~ sex, lung, start_time = start)))
    theirs <- survival::survfit(Surv(time, status) ~ sex, lung,
      start.time = start, conf.type = "log-log"
    )
    # survfit() may add a point at the start itself.
    kept <- theirs$n.event + theirs$n.censor > 0
    expect_equal(ours$estimate, theirs$surv[kept])
    expect_equal(ours$std.error, theirs$std.err[kept])
  }
  data <- data.frame(entry = c(0, 0, 5, 5, 5), exit = c(1, 2, 6, 7, 8), status = c(1, 1, 1, 0, 1))
  fit <- fit_km(Surv(entry, exit, status) ~ 1, data, start_time = 4)
  expect_equal(tidy(fit)$estimate, c(2 / 3, 2 / 3, 0))
  expect_equal(survival_at(fit, c(3, 5, 6))$estimate, c(NA, 1, 2 / 3))
  expect_equal(nobs(fit), 3)
  expect_error(fit_km(Surv(entry, exit, status) ~ 1, data, start_time = 9),
    class = "survlines_error_no_data"
  )
  expect_error(fit_km(Surv(entry, exit, status) ~ 1, data, start_time = "4"),
    class = "survlines_error_argument"
  )
})

test_that("who enters on the day a curve starts is not at risk of the events of that day", {
  data <- data.frame(entry = c(0, 0, 5, 5), exit = c(5, 8, 6, 7), status = 1)
  curve <- tidy(fit_km(Surv(entry, exit, status) ~ 1, data, start_time = 5))
  expect_identical(curve$n.risk, c(2, 3, 2, 1))
  expect_equal(curve$estimate, c(1 / 2, 1 / 3, 1 / 6, 0))
})

test_that("what does not go together is refused", {
  refused <- function(...) {
    expect_error(quietly(fit_km(Surv(time, status) ~ 1, kidney, ...)),
      class = "survlines_error_argument"
    )
  }
  refused(cluster = id, std_error = "greenwood")
  refused(estimate = "fleming-harrington", std_error = "jackknife")
  refused(estimate = "turnbull")
  refused(std_error = "robust")
})
