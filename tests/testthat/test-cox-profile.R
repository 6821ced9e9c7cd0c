# The profile log-likelihood as coxph() has it, with the coefficient as an offset.
their_profile <- function(formula, data, name, b, ties) {
  data$along <- b * data[[name]]
  others <- stats::update(formula, stats::as.formula(paste(". ~ . -", name, "+ offset(along)")))
  environment(others) <- environment()
  control <- suppressWarnings(survival::coxph.control(eps = 1e-12, iter.max = 50))
  utils::tail(survival::coxph(others, data, ties = ties, control = control)$loglik, 1L)
}

test_that("at the profile limits the likelihood ratio is at its limit, by coxph", {
  data <- survival::veteran
  formula <- Surv(time, status) ~ karno + age + strata(trt)
  for (ties in c("efron", "breslow")) {
    fit <- quietly(fit_cox(formula, data, ties = ties))
    limits <- confint(fit, method = "profile", level = 0.9)
    for (name in c("karno", "age")) {
      for (side in 1:2) {
        loglik <- their_profile(formula, data, name, limits[name, side], ties)
        expect_equal(2 * (fit$loglik[2] - loglik), stats::qchisq(0.9, 1), tolerance = 1e-6)
      }
    }
  }
  one <- quietly(fit_cox(Surv(time, status) ~ karno, data))
  limits <- confint(one, method = "profile")
  for (side in 1:2) {
    loglik <- their_profile(Surv(time, status) ~ karno, data, "karno", limits[1, side], "efron")
    expect_equal(2 * (one$loglik[2] - loglik), stats::qchisq(0.95, 1), tolerance = 1e-6)
  }
})

test_that("profile intervals keep the offset of the model", {
  formula <- Surv(time, status) ~ karno + age + offset(diagtime / 20)
  fit <- quietly(fit_cox(formula, survival::veteran))
  limits <- confint(fit, "karno", method = "profile")
  for (side in 1:2) {
    loglik <- their_profile(formula, survival::veteran, "karno", limits[1, side], "efron")
    expect_equal(2 * (fit$loglik[2] - loglik), stats::qchisq(0.95, 1), tolerance = 1e-6)
  }
})

test_that("profile intervals are near Wald's in large data, and follow the unit of a covariate", {
  data <- withr::with_seed(71, data.frame(
    x = stats::rnorm(2000), time = stats::rexp(2000), status = 1
  ))
  fit <- fit_cox(Surv(time, status) ~ x, data)
  expect_equal(confint(fit, method = "profile"), confint(fit), tolerance = 0.01)
  other <- fit_cox(Surv(time, status) ~ x, transform(data, x = x * 1e6))
  expect_equal(
    1e6 * confint(other, method = "profile"), confint(fit, method = "profile"),
    tolerance = 1e-7
  )
})

test_that("an infinite coefficient has a one-sided interval", {
  # Everybody of group 1 dies before anybody of group 0: exp(-b) and no other b is the question.
  data <- data.frame(time = 1:6, status = 1, x = c(1, 1, 1, 0, 0, 0))
  fit <- quietly(fit_cox(Surv(time, status) ~ x, data))
  limits <- confint(fit, method = "profile")
  expect_identical(limits[1, 2], Inf)
  loglik <- function(b) {
    r <- exp(b)
    3 * b - log(3 * r + 3) - log(2 * r + 3) - log(r + 3) - log(6)
  }
  # As b grows without bound the first three events become certain of their group.
  highest <- -log(3 * 2 * 1) - log(6)
  expect_equal(
    2 * (highest - loglik(limits[1, 1])), stats::qchisq(0.95, 1),
    tolerance = 1e-4
  )
  expect_true(all(is.na(confint(fit))))
  turned <- quietly(fit_cox(Surv(time, status) ~ I(-x), data))
  expect_equal(unname(confint(turned, method = "profile")[1, ]), unname(-limits[1, 2:1]),
    tolerance = 1e-6
  )
})

test_that("what has no profile is missing or refused", {
  data <- transform(survival::veteran, twice = 2 * karno)
  fit <- quietly(fit_cox(Surv(time, status) ~ karno + twice, data))
  expect_true(all(is.na(confint(fit, "twice", method = "profile"))))
  robust <- quietly(fit_cox(Surv(time, status) ~ karno, data, robust = TRUE))
  expect_error(confint(robust, method = "profile"), class = "survlines_error_argument")
  expect_error(confint(fit, "height"), class = "survlines_error_argument")
  expect_identical(rownames(confint(fit, 1)), "karno")
  expect_error(confint(fit, method = "exact"), class = "survlines_error_argument")
})
