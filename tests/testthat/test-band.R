# Simultaneous bands. Critical values against printed tables, exact special cases and simulation.

# Tables C.4 (Hall-Wellner) and C.3 (equal precision) of Klein & Moeschberger (2003), as the tables
# of the package km.ci 0.5-6 have them.

test_that("Hall-Wellner: Kolmogorov's distribution, and the normal one at one time", {
  # P(max |B| <= k) = 1 - 2 sum (-1)^(j + 1) exp(-2 j^2 k^2)  (Kolmogorov 1933)
  j <- 1:50
  for (level in c(0.1, 0.5, 0.9, 0.95, 0.99, 0.9999)) {
    k <- hall_wellner_critical(0, 1, level)
    expect_equal(1 - 2 * sum((-1)^(j + 1) * exp(-2 * j^2 * k^2)), level, tolerance = 1e-8)
    expect_equal(hall_wellner_critical(0.3, 0.3, level), qnorm((1 + level) / 2) * sqrt(0.21))
    expect_equal(equal_precision_critical(0, level), qnorm((1 + level) / 2))
  }
})

test_that("Hall-Wellner: the printed table", {
  at <- function(low, high, level) round(hall_wellner_critical(low, high, level), 4)
  expect_equal(at(0.1, 0.6, 0.95), 1.3211)
  expect_equal(at(0, 0.1, 0.95), 0.6825)
  expect_equal(at(0.04, 0.12, 0.95), 0.7417)
  expect_equal(at(0, 0.48, 0.95), 1.2604)
})

test_that("equal precision: rates of decay that are known exactly", {
  # Hermite polynomials vanish at the walls: x^2 - 1 at 1 (rate 2), x^4 - 6x^2 + 3 at 0.742 (4).
  rate <- function(c) log(stationary_stays(c, 3) / stationary_stays(c, 4))
  expect_equal(rate(1), 2, tolerance = 1e-8)
  expect_equal(rate(sqrt(3 - sqrt(6))), 4, tolerance = 1e-8)
})

test_that("equal precision: short times are continued without a seam", {
  for (c in c(1, 2, 3, 5)) {
    for (time in c^2 * c(2e-4, 6e-4)) {
      expect_lt(abs(stationary_stays(c, time) - oscillator_stays(c, time, 150L)), 1e-8)
    }
    # A density p at the wall loses 2 p sqrt(t / pi) there in a short time t.
    lost <- 2 * pnorm(c) - 1 - stationary_stays(c, 1e-8)
    expect_equal(lost, 4 * dnorm(c) * sqrt(1e-8 / pi), tolerance = 1e-3)
  }
})

# The share of stationary Ornstein-Uhlenbeck paths within (-c, c): on a grid, times the
# probability that a Brownian bridge between neighbours stays.
simulated_stays <- function(c, time, paths, steps = 100L) {
  h <- time / steps
  x <- rnorm(paths)
  stays <- as.numeric(abs(x) < c)
  for (step in seq_len(steps)) {
    y <- exp(-h) * x + sqrt(1 - exp(-2 * h)) * rnorm(paths)
    crossed <- exp(-(c - x) * (c - y) / h) + exp(-(c + x) * (c + y) / h)
    stays <- stays * (abs(y) < c) * pmax(0, 1 - crossed)
    x <- y
  }
  c(mean = mean(stays), error = sd(stays) / sqrt(paths))
}

test_that("equal precision: simulated paths; the printed table is an approximation", {
  withr::local_seed(1)
  time <- log(0.6 * 0.9 / (0.4 * 0.1)) / 2
  c <- equal_precision_critical(time, 0.95)
  simulated <- simulated_stays(c, time, 2e4)
  expect_lt(abs(simulated[["mean"]] - 0.95), 4 * simulated[["error"]])
  close <- log(0.52 * 0.5 / (0.48 * 0.5)) / 2
  c_close <- equal_precision_critical(close, 0.9)
  simulated <- simulated_stays(c_close, close, 2e4)
  expect_lt(abs(simulated[["mean"]] - 0.9), 4 * simulated[["error"]])

  # Table C.3 at (0.1, 0.6), 95 %, and at (0.5, 0.52), 90 %.
  approximate <- function(time, level) {
    uniroot(function(c) {
      4 * dnorm(c) / c + dnorm(c) * (c - 1 / c) * 2 * time - (1 - level)
    }, c(1.5, 6), tol = 1e-10)$root
  }
  expect_equal(round(approximate(time, 0.95), 4), 2.8826)
  expect_equal(round(approximate(close, 0.9), 4), 2.0553)
  expect_lt(abs(c - 2.8826), 0.006)
  expect_lt(c_close, 1.9)
})

test_that("bands hold the whole curve as often as they say", {
  withr::local_seed(2)
  n_sets <- if (nzchar(Sys.getenv("SURVLINES_FUZZ"))) 2000L else n_random_sets(120L)
  holds <- replicate(n_sets, {
    life <- rexp(100)
    censored <- runif(100, 0, 3)
    data <- data.frame(time = pmin(life, censored), status = as.integer(life <= censored))
    fit <- fit_km(Surv(time, status) ~ 1, data)
    vapply(c("equal-precision", "hall-wellner"), function(type) {
      band <- survival_band(fit, type, from = 0.1, to = 1.5, conf_level = 0.9)
      # The truth falls between two events: look just before the next one, too.
      until <- c(band$time[-1], attr(band, "limits")$to)
      all(exp(-band$time) <= band$conf.high & exp(-until) >= band$conf.low)
    }, NA)
  })
  # Binomial limits; large-sample bands may be off by some percent at 100 rows.
  margin <- 4 * sqrt(0.09 / n_sets) + 0.015
  expect_true(all(abs(rowMeans(holds) - 0.9) < margin), info = toString(rowMeans(holds)))
})

test_that("formulas of Klein & Moeschberger, on each scale and for each curve", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  band <- survival_band(fit, "hall-wellner", from = 100, to = 500, conf_type = "plain")
  limits <- attr(band, "limits")
  expect_equal(as.character(limits$strata), c("sex=1", "sex=2"))
  expect_true(all(band$time >= 100 & band$time <= 500))
  one <- band[band$strata == "sex=2", ]
  n <- 90
  half <- limits$critical.value[2] * (1 + n * one$std.error^2) / sqrt(n) * one$estimate
  expect_equal(one$conf.low, pmax(one$estimate - half, 0))
  expect_equal(limits$a.low[2], n * one$std.error[1]^2 / (1 + n * one$std.error[1]^2))

  for (scale in interval_scales) {
    wide <- survival_band(fit, conf_type = scale)
    # The pointwise limits with the level that has this critical value.
    level <- 2 * pnorm(wide$critical.value[1]) - 1
    pointwise <- tidy(quietly(fit_km(
      Surv(time, status) ~ 1, lung,
      subset = sex == 1, conf_level = level, conf_type = scale
    )))
    pointwise <- pointwise[pointwise$n.event > 0 & pointwise$estimate > 0, ]
    ours <- wide[wide$strata == "sex=1", ]
    expect_equal(ours$conf.low, pointwise$conf.low)
    expect_equal(ours$conf.high, pointwise$conf.high)
  }
  inside <- wide$estimate < 1
  narrow <- tidy(quietly(fit_km(Surv(time, status) ~ sex, lung, conf_type = scale)))
  narrow <- narrow[narrow$n.event > 0 & narrow$estimate > 0, ]
  expect_true(all(wide$conf.low[inside] <= narrow$conf.low[inside]))
})

test_that("limits between events, time units and late entry", {
  fit <- fit_km(Surv(c(1, 3, 5, 7, 9), c(1, 1, 1, 0, 1)) ~ 1, time_unit = "weeks")
  band <- survival_band(fit, from = 2, to = 6)
  expect_equal(band$time, c(2, 3, 5))
  expect_equal(band$estimate, c(0.8, 0.6, 0.4))
  expect_equal(attr(band, "limits")$to, 6)
  # From the day of an event the curve is what that event has left.
  on_event <- survival_band(fit, from = 3, to = 6)
  expect_equal(on_event$time, c(3, 5))
  expect_equal(on_event$estimate, c(0.6, 0.4))
  expect_equal(on_event$conf.low, survival_band(fit, from = 4, to = 6)$conf.low)
  days <- survival_band(fit, from = 14, to = 42, time_unit = "days")
  expect_equal(days$time, 7 * band$time)
  expect_equal(days$conf.low, band$conf.low)
  # Before the first event there is no band; where the curve is 0 it has ended.
  expect_equal(survival_band(fit)$time, c(1, 3, 5))
  expect_equal(survival_band(fit, from = 0)$time, c(1, 3, 5))

  data <- withr::with_seed(4, random_rows(50L))
  late <- quietly(fit_km(Surv(entry, exit, status) ~ g, data))
  twice <- quietly(fit_km(Surv(entry, exit, status) ~ g, data, frequency = f))
  rows <- quietly(fit_km(Surv(entry, exit, status) ~ g, data[rep(1:50, data$f), ]))
  for (type in c("equal-precision", "hall-wellner")) {
    band <- quietly(survival_band(late, type))
    expect_true(all(band$conf.low <= band$estimate & band$estimate <= band$conf.high))
    expect_equal(quietly(survival_band(twice, type)), quietly(survival_band(rows, type)))
  }
})

test_that("what has no band is refused or said", {
  argument <- "survlines_error_argument"
  fit <- fit_km(Surv(time, status) ~ x, aml)
  expect_error(survival_band(aml), class = argument)
  expect_error(survival_band(fit, "scheffe"), class = argument)
  expect_error(survival_band(fit, from = 9, to = 3), class = argument)
  expect_error(survival_band(fit, from = "1"), class = argument)
  expect_error(survival_band(fit, to = NA), class = argument)
  expect_error(
    survival_band(quietly(fit_km(Surv(time, status) ~ 1, kidney, cluster = id))), "jackknife",
    class = argument
  )
  expect_error(survival_band(fit, conf_level = 5e-324), "0.01 or more", class = argument)
  expect_warning(band <- survival_band(fit, from = 46), "Nonmaintained",
    class = "survlines_warning_no_band"
  )
  expect_equal(band$time, c(46, 48))
  censored <- fit_km(Surv(time, 0 * status) ~ 1, aml)
  expect_warning(band <- survival_band(censored), class = "survlines_warning_no_band")
  expect_equal(nrow(band), 0L)
})
