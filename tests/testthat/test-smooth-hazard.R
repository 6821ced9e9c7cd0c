# By muhaz() of muhaz 1.2.6.5 (Hess & Gentleman), which takes tied deaths one by one as if they had
# come after each other, so here the times are apart: est.grid and haz.est of
#   muhaz(time, status, min.time = 0, max.time = max(time), bw.method = "global", bw.grid = 80,
#         bw.pilot = 80, n.est.grid = 13, b.cor = "both", kern = "epanechnikov")
untied_veteran <- function() {
  data <- survival::veteran[survival::veteran$trt == 1, ]
  data$time <- data$time + seq_along(data$time) / 1000
  data
}
by_muhaz <- c(
  0.01136864621356063, 0.00740338454755787, 0.00755131266397681, 0.00845632371423691,
  0.00757428620585165, 0.00687799970916671, 0.00741305737357733, 0.00640544124558627,
  0.00949264938545193, 0.00954614371444702, 0.00385657773017036, 0.01279834636270758,
  0.07500000000000000
)

test_that("hazards are those of muhaz where there are no ties", {
  data <- untied_veteran()
  fit <- fit_km(Surv(time, status) ~ 1, data)
  times <- seq(0, max(data$time), length.out = 13L)
  expect_equal(smooth_hazard(fit, 80, times)$estimate, by_muhaz, tolerance = 1e-10)
})

test_that("ties, strata and late entry are those of the risk sets; units only change units", {
  data <- withr::with_seed(4, random_rows(60L))
  data$entry <- pmax(data$entry, 0)
  data$exit <- data$entry + data$exit
  fit <- quietly(fit_km(Surv(entry, exit, status) ~ s, data, time_unit = "days"))
  bandwidth <- min(tapply(data$exit, data$s, max)) / 3
  found <- smooth_hazard(fit, bandwidth)
  expect_identical(nrow(found), 202L)
  curves <- tidy(fit)
  for (s in levels(curves$strata)) {
    curve <- curves[curves$strata == s, ]
    here <- found[found$strata == s & found$time < max(curve$time) - bandwidth &
      found$time > bandwidth, ]
    weight <- outer(here$time, curve$time, function(t, at) {
      pmax(1 - ((t - at) / bandwidth)^2, 0) * 0.75 / bandwidth
    })
    expect_equal(here$estimate, drop(weight %*% (curve$n.event / curve$n.risk)))
    expect_equal(here$std.error, sqrt(drop(weight^2 %*% (curve$n.event / curve$n.risk^2))))
  }
  weekly <- smooth_hazard(fit, bandwidth / 7, time_unit = "weeks")
  expect_equal(weekly$estimate, found$estimate * 7)
  expect_equal(weekly$std.error, found$std.error * 7)
  expect_equal(weekly$time, found$time / 7)
})

test_that("a constant hazard stays what it is, to the ends, and its intervals hold it", {
  data <- withr::with_seed(9, data.frame(time = stats::rexp(4000, 0.2)))
  data$status <- data$time < 5
  data$time <- pmin(data$time, 5)
  found <- smooth_hazard(fit_km(Surv(time, status) ~ 1, data), 1)
  expect_lt(max(abs(found$estimate - 0.2)), 0.05)
  expect_gt(mean(found$conf.low < 0.2 & 0.2 < found$conf.high), 0.85)
  # Ends are seen from one side only.
  expect_gt(found$std.error[1], 1.5 * found$std.error[51])
})

test_that("the start is that of the curve, and what cannot be seen is missing", {
  fit <- fit_km(Surv(time, status) ~ 1, survival::aml, start_time = 10)
  found <- smooth_hazard(fit, 20, times = c(5, 10, 40, 161, 162))
  expect_identical(is.na(found$estimate), c(TRUE, FALSE, FALSE, FALSE, TRUE))
  expect_identical(is.na(found$conf.low), is.na(found$estimate) | found$estimate <= 0)
})

test_that("what has no smooth is refused", {
  fit <- fit_km(Surv(time, status) ~ x, survival::aml)
  expect_error(smooth_hazard(fit, 81), "seen for 45", class = "survlines_error_argument")
  expect_error(smooth_hazard(fit, 0), class = "survlines_error_argument")
  expect_error(smooth_hazard(fit, 5, times = NA), class = "survlines_error_argument")
  expect_error(smooth_hazard(1, 5), class = "survlines_error_argument")
  clustered <- quietly(fit_km(Surv(time, status) ~ 1, survival::kidney, cluster = id))
  expect_error(smooth_hazard(clustered, 5), "smoothed hazard", class = "survlines_error_argument")
})
