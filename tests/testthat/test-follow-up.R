test_that("plain follow-up is the median of everybody, reverse censors deaths", {
  follow <- follow_up(small_registry(), origin = "first_line")
  # 184 dead, 322 alive, 61 dead, 244 alive.
  expect_identical(follow$method, c("plain", "reverse Kaplan-Meier"))
  expect_identical(follow$median, c(214, 283))
  expect_identical(follow$min, c(61, 61))
  expect_identical(follow$patients, c(4L, 4L))
})

test_that("follow-up is shown in the unit asked for, to the last that is known of a patient", {
  of <- function(...) follow_up(small_registry(), origin = "first_line", ...)
  columns <- c("median", "min", "max", "conf.low", "conf.high")
  expect_identical(of()$max, c(322, 322))
  expect_equal(
    as.list(of(time_unit = "months", days_per_month = 30)[columns]), lapply(of()[columns], `/`, 30)
  )
  # P1 was last seen a month before the death.
  tables <- change(small_tables(), "patients", 1L, "last_contact_date", "2012-08-01")
  earlier <- do.call(registry, c(tables, list(rules = only_errors())))
  expect_identical(follow_up(earlier, origin = "first_line")$median, of()$median)
  fit <- quietly(fit_km(Surv(time, status) ~ x, aml))
  expect_identical(as.character(follow_up(fit)$strata), rep(fit$strata, each = 2L))
  expect_false("strata" %in% names(follow_up(fit_km(Surv(time, status) ~ 1, aml))))
})

test_that("patients without the origin are left out with a warning", {
  tables <- change(small_tables(), "patients", 2L, "diagnosis_date", NA)
  expect_warning(
    follow <- follow_up(registry_of(tables)),
    class = "survlines_warning_missing_origin"
  )
  expect_identical(follow$patients[1L], 3L)
  tables$patients$diagnosis_date <- NA
  expect_error(follow_up(registry_of(tables)), class = "survlines_error_no_data")
})

test_that("of a fit: for each curve, censoring as the event on the same rows", {
  for (seed in 1:10) {
    data <- withr::with_seed(seed, random_rows(40L))
    data$cause <- factor(data$status * (1 + data$x > 0), 0:2, c("none", "a", "b"))
    fit <- quietly(fit_km(Surv(entry, exit, status) ~ g, data, frequency = f))
    follow <- follow_up(fit, conf_level = 0.9)
    reverse <- quietly(fit_km(Surv(entry, exit, 1 - status) ~ g, data,
      frequency = f, conf_level = 0.9
    ))
    expected <- survival_quantile(reverse)
    ours <- follow[follow$method == "reverse Kaplan-Meier", ]
    expect_equal(ours$median, expected$estimate)
    expect_equal(ours$conf.low, expected$conf.low)
    expect_equal(ours$conf.high, expected$conf.high)
    plain <- follow[follow$method == "plain", ]
    rows <- data[rep(1:40, data$f), ]
    expect_equal(plain$median, as.vector(tapply(rows$exit, rows$g, median)))
    expect_equal(plain$max, as.vector(tapply(rows$exit, rows$g, max)))
    expect_equal(plain$n, as.vector(table(rows$g)))
    any_cause <- quietly(fit_cuminc(Surv(entry, exit, cause) ~ g, data, frequency = f))
    alive <- quietly(follow_up(any_cause))
    reverse <- quietly(fit_km(Surv(entry, exit, cause == "none") ~ g, data, frequency = f))
    expect_equal(alive$median[alive$method != "plain"], survival_quantile(reverse)$estimate)
    weighted <- quietly(fit_km(Surv(exit, status) ~ 1, data, weights = w, cluster = id))
    reverse <- quietly(fit_km(Surv(exit, 1 - status) ~ 1, data, weights = w, cluster = id))
    expect_equal(follow_up(weighted)$conf.low[2], survival_quantile(reverse)$conf.low)
  }
})

test_that("of a Cox model: all rows together, in the unit asked for", {
  fit <- quietly(fit_cox(Surv(time, status) ~ age + strata(sex), lung))
  expected <- survival_quantile(quietly(fit_km(Surv(time, status == 1) ~ 1, lung)))
  follow <- follow_up(fit)
  expect_equal(follow$median[2], expected$estimate)
  expect_equal(follow_up(fit, time_unit = "months")$median[2], expected$estimate / 30.4375)
  expect_error(follow_up(lung), class = "survlines_error_argument")
  expect_error(follow_up(fit, time_unit = "hours"), class = "survlines_error_argument")
})
