compare_km <- function(data, formula, conf_type = "log-log", weights = NULL, ...) {
  data$case_weights <- if (is.null(weights)) 1 else weights
  ours <- tidy(quietly(fit_km(formula, data,
    weights = case_weights, conf_type = conf_type, std_error = "greenwood"
  )))
  environment(formula) <- environment()
  theirs <- survival::survfit(formula, data,
    weights = case_weights, conf.type = conf_type, robust = FALSE
  )
  inside <- theirs$surv > 0 & theirs$surv < 1
  limits <- function(lower) ifelse(inside, lower, 0)
  c(
    time = largest_difference(ours$time, theirs$time),
    n.risk = largest_difference(ours$n.risk, theirs$n.risk),
    n.event = largest_difference(ours$n.event, theirs$n.event),
    n.censor = largest_difference(ours$n.censor, theirs$n.censor),
    estimate = largest_difference(ours$estimate, theirs$surv),
    std.error = largest_difference(ours$std.error, theirs$std.err),
    conf.low = largest_difference(limits(ours$conf.low), limits(theirs$lower), 1),
    conf.high = largest_difference(limits(ours$conf.high), limits(theirs$upper), 1),
    strata = if (is.null(theirs$strata)) {
      0
    } else {
      1 - identical(as.character(ours$strata), rep(names(theirs$strata), theirs$strata))
    }
  )
}

test_that("curves are those of survfit on random data", {
  formulas <- list(
    Surv(exit, status) ~ 1, Surv(exit, status) ~ g, Surv(exit, status) ~ g + s,
    Surv(entry, exit, status) ~ 1, Surv(entry, exit, status) ~ g
  )
  result <- over_random_sets(n_random_sets(1000L), function(seed) {
    data <- random_rows()
    weights <- switch(seed %% 3L + 1L, NULL, data$w, data$f)
    conf_type <- c("log-log", "log", "plain")[seed %% 3L + 1L]
    compare_km(data, formulas[[seed %% 5L + 1L]], conf_type, weights)
  })
  expect_agreement(result)
})

test_that("curves are those of survfit on survival's own data", {
  for (case in list(
    list(Surv(time, status) ~ sex, lung), list(Surv(time, status) ~ celltype + trt, veteran),
    list(Surv(futime, fustat) ~ rx, ovarian), list(Surv(start, stop, event) ~ transplant, heart),
    list(Surv(start, stop, event) ~ rx, bladder2), list(Surv(time, status) ~ x, aml),
    list(Surv(time, status) ~ disease, kidney), list(Surv(time, status) ~ strata(sex), kidney)
  )) {
    for (conf_type in c("log-log", "log", "plain")) {
      for (difference in compare_km(case[[2L]], case[[1L]], conf_type)) expect_lte(difference, 1e-9)
    }
  }
})

curve_sizes <- function(theirs) if (is.null(theirs$strata)) length(theirs$time) else theirs$strata

# quantile.survfit() has its own rule where a curve is flat to its end at the height asked for;
# there it continues to the last time, and its limits see missing values as drops.
flat_free_difference <- function(ours, theirs, probs) {
  expected <- as.vector(t(quantile(theirs, probs)$quantile))
  reached <- !is.na(expected) & !is.na(ours$estimate)
  sizes <- curve_sizes(theirs)
  last <- tapply(theirs$time, rep(seq_along(sizes), sizes), max)
  at_end <- expected == rep(last, each = length(probs)) |
    expected == (ours$estimate + rep(last, each = length(probs))) / 2
  keep <- reached & !at_end
  largest_difference(ours$estimate[keep], expected[keep], 1)
}

test_that("medians and other quantiles are survfit's", {
  result <- over_random_sets(n_random_sets(500L), function(seed) {
    data <- random_rows()
    conf_type <- c("log-log", "log", "plain")[seed %% 3L + 1L]
    probs <- c(0.1, 0.25, 0.5, 0.75, 0.9)
    ours <- survival_quantile(fit_km(Surv(exit, status) ~ g, data, conf_type = conf_type), probs)
    theirs <- survival::survfit(Surv(exit, status) ~ g, data, conf.type = conf_type)
    median <- as.data.frame(ours[ours$prob == 0.5, c("estimate", "conf.low", "conf.high")])
    printed <- unname(matrix(summary(theirs)$table, nrow = length(curve_sizes(theirs))))
    c(
      median = largest_difference(as.matrix(median), printed[, ncol(printed) - 2:0], 1),
      estimate = flat_free_difference(ours, theirs, probs)
    )
  })
  expect_agreement(result)
})

test_that("a flat step at one half gives its middle, or its own time at the end", {
  middle <- fit_km(Surv(c(1, 2, 4, 8), c(1, 1, 1, 1)) ~ 1)
  expect_identical(survival_quantile(middle)$estimate, 3)
  expect_identical(survival_quantile(fit_km(Surv(c(1, 2, 4, 8), c(1, 1, 0, 0)) ~ 1))$estimate, 2)
  # Twelve rows: after six events S is 0.5 but for rounding.
  twelve <- fit_km(Surv(1:12, rep(1, 12)) ~ 1)
  expect_false(twelve$survival[6] == 0.5)
  expect_identical(survival_quantile(twelve, c(0.5, 0.55, 1))$estimate, c(6.5, 7, 12))
  expect_identical(survival_quantile(fit_km(Surv(1:4, c(1, 0, 0, 0)) ~ 1))$estimate, NA_real_)
})

test_that("where the curve is 0 its interval is missing, or zero if asked", {
  data <- data.frame(time = 1:4, status = 1)
  missing <- fit_km(Surv(time, status) ~ 1, data)
  zero <- fit_km(Surv(time, status) ~ 1, data, at_zero = "zero")
  expect_identical(tidy(missing)$conf.high[4], NA_real_)
  expect_identical(tidy(zero)$conf.high[4], 0)
  expect_identical(tidy(zero)$conf.low[4], 0)
  expect_identical(survival_at(zero, 4)$std.error.surv, NA_real_)
  expect_identical(survival_quantile(missing)$conf.high, NA_real_)
  expect_identical(survival_quantile(zero)$conf.high, 4)
  expect_identical(tidy(zero)[1:3, ], tidy(missing)[1:3, ])
  for (conf_type in c("plain", "log")) {
    expect_identical(
      tidy(fit_km(Surv(time, status) ~ 1, data, conf_type = conf_type))$conf.low[4], NA_real_
    )
  }
})

test_that("survival at times is summary.survfit()'s, and missing beyond the last", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  times <- c(0, 5, 11, 11.5, 400, 765)
  ours <- survival_at(fit, times)
  theirs <- summary(survfit(Surv(time, status) ~ sex, lung, conf.type = "log-log"), times)
  inside <- theirs$surv < 1
  expect_equal(ours$estimate, theirs$surv, tolerance = 1e-12)
  expect_equal(ours$n.risk, theirs$n.risk)
  expect_equal(ours$std.error.surv, theirs$std.err, tolerance = 1e-12)
  expect_equal(ours$conf.low[inside], theirs$lower[inside], tolerance = 1e-12)
  expect_identical(survival_at(fit, 2000)$estimate, c(NA_real_, NA_real_))
  expect_identical(survival_at(fit, 2000)$n.risk, c(0, 0))
  expect_identical(survival_at(fit_km(Surv(1:3, c(1, 1, 1)) ~ 1), 9)$estimate, 0)
  expect_equal(
    survival_at(fit, c(6, 12), "months")$estimate, survival_at(fit, c(6, 12) * 30.4375)$estimate
  )
})

test_that("with late entry the number at risk counts who entered in between", {
  data <- data.frame(entry = c(0, 0, 3, 5), exit = c(2, 9, 8, 7), status = c(1, 1, 0, 1))
  fit <- fit_km(Surv(entry, exit, status) ~ 1, data)
  expect_identical(survival_at(fit, c(1, 2, 3, 4, 6, 9))$n.risk, c(2, 2, 1, 2, 3, 1))
  expect_identical(tidy(fit)$time, c(2, 7, 8, 9))
  # An empty risk set leaves the curve where it was, until the next rows enter.
  gap <- data.frame(entry = c(0, 5, 5), exit = c(2, 8, 9), status = c(0, 1, 1))
  expect_equal(tidy(fit_km(Surv(entry, exit, status) ~ 1, gap))$estimate, c(1, 0.5, 0))
})

# Random entry times may be negative, which is warned about.
curve <- function(...) tidy(quietly(fit_km(...)))

test_that("frequency 2 is two rows, weight 0 is no row, order and unit are nothing", {
  for (seed in 1:20) {
    data <- withr::with_seed(seed, random_rows(30L))
    formula <- Surv(entry, exit, status) ~ g
    fit <- curve(formula, data)
    expect_equal(
      curve(formula, data, frequency = f),
      curve(formula, data[rep(1:30, data$f), ])
    )
    expect_equal(curve(formula, data, weights = f), curve(formula, data, frequency = f))
    expect_identical(
      curve(formula, data, weights = rep(0:1, c(5, 25))), curve(formula, data[-(1:5), ])
    )
    expect_identical(curve(formula, data[30:1, ]), fit)
    for (unit in c(1e-9, 1e9)) {
      scaled <- curve(formula, transform(data, entry = entry * unit, exit = exit * unit))
      expect_identical(scaled[-1], fit[-1])
    }
  }
  dropped <- fit_km(Surv(time, status) ~ 1, aml, weights = c(0, rep(1, 22)))
  expect_identical(glance(dropped)$n.dropped, 1L)
})

test_that("one row, all censored and time 0 give a result", {
  one <- fit_km(Surv(time, status) ~ 1, aml[1, ])
  expect_identical(tidy(one)$estimate, 0)
  censored <- fit_km(Surv(time, status * 0) ~ x, aml)
  expect_true(all(tidy(censored)$estimate == 1 & tidy(censored)$conf.low == 1))
  expect_output(print(censored), "NR")
  at_zero <- fit_km(Surv(c(0, 0, 3), c(1, 0, 1)) ~ 1)
  expect_equal(tidy(at_zero)$estimate, c(2 / 3, 0))
  expect_equal(survival_at(at_zero, 0)$estimate, 2 / 3)
})

test_that("more rows than an integer can count are counted", {
  data <- transform(aml, many = 3e9)
  once <- tidy(fit_km(Surv(time, status) ~ x, data))
  fit <- fit_km(Surv(time, status) ~ x, data, frequency = many)
  expect_equal(tidy(fit)$n.risk, 3e9 * once$n.risk)
  expect_equal(tidy(fit)$estimate, once$estimate)
  expect_equal(3e9 * tidy(fit)$std.error^2, once$std.error^2)
  expect_equal(glance(fit)$records, 3e9 * c(11, 12))
})

test_that("times in months, which are no whole numbers, have the ties of their days", {
  data <- withr::with_seed(1, data.frame(
    days = sample(1000L, 300L, replace = TRUE), status = stats::rbinom(300L, 1L, 0.6)
  ))
  days <- tidy(fit_km(Surv(days, status) ~ 1, data))
  months <- tidy(fit_km(Surv(days / 30.4375, status) ~ 1, data))
  expect_equal(months$time * 30.4375, days$time)
  expect_identical(months[-1], days[-1])
})

test_that("negative times and fractional weights are warned about, repeated lines told", {
  expect_warning(fit_km(Surv(time - 10, status) ~ 1, aml), "-5",
    class = "survlines_warning_negative_time"
  )
  expect_warning(
    fit_km(Surv(time, status) ~ 1, aml, weights = time / 100, std_error = "greenwood"),
    class = "survlines_warning_weights"
  )
  expect_message(fit <- fit_km(Surv(time, status) ~ 1, aml, weights = time / 100),
    class = "survlines_message_robust"
  )
  expect_equal(fit$std_error_type, "jackknife")
  rows <- data.frame(patient_id = 1, line_id = 1:23, event = TRUE, reason = "", source = "", aml)
  expect_message(fit <- fit_km(Surv(time, status) ~ 1, rows), "23 lines of 1 patient",
    class = "survlines_message_repeated_lines"
  )
  expect_output(print(fit), "23 lines of 1 patient")
  rows$patient_id <- 1:23
  expect_silent(fit_km(Surv(time, status) ~ 1, rows))
})

test_that("arguments are checked", {
  for (bad in list(
    quote(fit_km(Surv(time, status) ~ 1, aml, conf_level = 95)),
    quote(fit_km(Surv(time, status) ~ 1, aml, conf_type = "arcsin")),
    quote(fit_km(Surv(time, status) ~ 1, aml, at_zero = "none")),
    quote(fit_km(Surv(time, status) ~ 1, aml, time_unit = "hours")),
    quote(survival_quantile(fit_km(Surv(time, status) ~ 1, aml), 50)),
    quote(survival_quantile(aml)), quote(survival_at(aml, 3)),
    quote(survival_at(fit_km(Surv(time, status) ~ 1, aml), "3")),
    quote(fit_km(Surv(time, status) ~ 1, aml, timefix = NA))
  )) {
    expect_error(eval(bad), class = "survlines_error_argument")
  }
})

test_that("times are shown in the unit asked for", {
  fit <- fit_km(Surv(time, status) ~ x, aml, time_unit = "weeks")
  expect_equal(
    survival_quantile(fit, time_unit = "days")$estimate, survival_quantile(fit)$estimate * 7
  )
  expect_equal(tidy(fit, time_unit = "months")$time, tidy(fit)$time * 7 / 30.4375)
  withr::with_options(
    list(survlines.days_per_month = 30),
    expect_equal(tidy(fit, time_unit = "months")$time, tidy(fit)$time * 7 / 30)
  )
  for (month in list("30", -1, structure(30, class = "strange"))) {
    withr::with_options(
      list(survlines.days_per_month = month),
      expect_error(tidy(fit, time_unit = "months"), class = "survlines_error_argument")
    )
  }
  output <- capture.output(print(summary(fit, times = 12, time_unit = "months")))
  expect_match(output, "Times in months", all = FALSE)
})

test_that("the unit of an endpoint is known from its days", {
  days <- c(30, 61, 91, 122)
  rows <- data.frame(
    patient_id = 1:4, line_id = 1:4, event = TRUE, reason = "", source = "", days = days
  )
  for (month in c(30.4375, 30)) {
    rows$pfs <- Surv(days / month, rows$event)
    fit <- fit_km(pfs ~ 1, rows)
    expect_identical(fit$time_unit, "months")
    expect_equal(survival_quantile(fit, time_unit = "days")$estimate, 76)
    expect_equal(survival_quantile(fit, time_unit = "months")$estimate, 76 / month)
  }
  rows$pfs <- Surv(days / 7, rows$event)
  expect_identical(fit_km(pfs ~ 1, rows[2:3, ])$time_unit, "weeks")
  rows$pfs <- Surv(days, rows$event)
  expect_identical(fit_km(pfs ~ 1, rows)$time_unit, "days")
  expect_identical(fit_km(Surv(days / 30, event) ~ 1, rows)$time_unit, "days")
  expect_identical(fit_km(pfs ~ 1, rows, time_unit = "weeks")$time_unit, "weeks")
})

test_that("late entry: a limit that rises again counts where it is first that low", {
  # Three rows early on, forty more later: the lower limit starts low and rises as they enter.
  data <- data.frame(
    entry = c(0, 0, 0, rep(3, 40)), exit = c(2, 9, 10, 4 + seq(0.1, 6, length.out = 40)),
    status = c(1, 0, 1, rep(c(1, 0), 20))
  )
  fit <- fit_km(Surv(entry, exit, status) ~ 1, data)
  table <- tidy(fit)
  expect_lt(table$conf.low[1], 0.06)
  expect_gt(max(table$conf.low[table$time > 5 & table$time < 8]), 0.1)
  expect_equal(survival_quantile(fit, c(0.91, 0.93))$conf.low, c(2, 2))
  # The curve itself and its upper limit fall.
  expect_true(all(diff(table$estimate) <= 0 & diff(table$conf.high) <= 0, na.rm = TRUE))
})

test_that("a misspelt choice gets a hint", {
  expect_error(fit_km(Surv(time, status) ~ 1, aml, conf_type = "arcsin"), "Did you mean.*arcsine",
    class = "survlines_error_argument"
  )
  expect_error(fit_km(Surv(time, status) ~ 1, aml, conf_type = "Log-Log"), "Did you mean.*log-log",
    class = "survlines_error_argument"
  )
  expect_error(fit_km(Surv(time, status) ~ 1, aml, conf_type = "none"), "must be one of",
    class = "survlines_error_argument"
  )
})
