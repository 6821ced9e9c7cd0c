strict_exact <- suppressWarnings(survival::coxph.control(eps = 1e-12, iter.max = 50))

test_that("fits with exact ties are those of coxph, on random data", {
  formulas <- list(
    Surv(exit, status) ~ x + g, Surv(exit, status) ~ x + z + strata(s),
    Surv(entry, exit, status) ~ x, Surv(entry, exit, status) ~ x + strata(s)
  )
  result <- over_random_sets(n_random_sets(100L), function(seed) {
    formula <- formulas[[seed %% 4L + 1L]]
    # coxph() of survival 3.5-3 looks at every subset where rows enter late.
    late <- length(formula[[2L]]) == 4L
    data <- random_rows(if (late) 14L else sample(30:60, 1L))
    theirs <- tryCatch(
      survival::coxph(formula, data, ties = "exact", control = strict_exact),
      warning = function(condition) "survival warns", error = function(condition) "survival stops"
    )
    ours <- quietly(fit_cox(formula, data, ties = "exact"))
    if (is.character(theirs) || any(ours$kind != "finite")) {
      return("not all coefficients are finite")
    }
    se <- sqrt(diag(theirs$var))
    c(
      coef = largest_difference(coef(ours), coef(theirs), se),
      variance = largest_difference(ours$variance, theirs$var, outer(se, se)),
      loglik = largest_difference(ours$loglik, theirs$loglik, pmax(abs(theirs$loglik), 1)),
      score = largest_difference(ours$score_test, theirs$score, max(theirs$score, 1))
    )
  })
  expect_agreement(result)
})

test_that("with one covariate of groups the score test is the log-rank test, ties or not", {
  fit <- quietly(fit_cox(Surv(time, status) ~ sex, survival::lung, ties = "exact"))
  expect_equal(
    glance(fit)$statistic.sc, survival::survdiff(Surv(time, status) ~ sex, survival::lung)$chisq,
    tolerance = 1e-10
  )
})

test_that("frequency is rows, with exact ties too", {
  data <- withr::with_seed(81, random_rows(40L))
  formula <- Surv(entry, exit, status) ~ x + strata(s)
  ours <- quietly(fit_cox(formula, data, frequency = f, ties = "exact"))
  twice <- quietly(fit_cox(formula, data[rep(1:40, data$f), ], ties = "exact"))
  expect_equal(coef(ours), coef(twice), tolerance = 1e-8)
  expect_equal(vcov(ours), vcov(twice), tolerance = 1e-8)
})

test_that("what works on fits with exact ties gives what coxph gives", {
  ours <- quietly(fit_cox(Surv(time, status) ~ age + sex, survival::lung, ties = "exact"))
  theirs <- survival::coxph(Surv(time, status) ~ age + sex, survival::lung, ties = "exact")
  expect_equal(predict(ours), predict(theirs), ignore_attr = TRUE, tolerance = 1e-6)
  expect_equal(residuals(ours), residuals(theirs), ignore_attr = TRUE, tolerance = 1e-6)
  newdata <- data.frame(age = 60, sex = 1)
  expected <- summary(survival::survfit(theirs, newdata))
  expect_equal(survival_curves(ours, newdata)$estimate, expected$surv, tolerance = 1e-6)
  expect_equal(concordance_index(ours)$estimate, unname(survival::concordance(theirs)$concordance))
  expect_equal(anova(ours)$Chisq, anova(theirs)$Chisq, tolerance = 1e-6)
  expect_equal(coef(as_coxph(ours)), coef(theirs))
  limits <- confint(ours, method = "profile")
  expect_true(all(limits[, 1] < coef(ours) & coef(ours) < limits[, 2]))
})

test_that("what does not is refused by name", {
  data <- transform(survival::lung, w = 0.5 + (sex == 1))
  fit <- function(...) quietly(fit_cox(Surv(time, status) ~ age, data, ties = "exact", ...))
  expect_error(fit(weights = w), class = "survlines_error_ties")
  expect_error(fit(robust = TRUE), class = "survlines_error_ties")
  expect_error(fit(cluster = inst), class = "survlines_error_ties")
  expect_error(test_proportional(fit()), class = "survlines_error_ties")
  for (type in c("score", "schoenfeld", "scaledsch", "dfbeta", "dfbetas")) {
    expect_error(residuals(fit(), type), class = "survlines_error_ties")
  }
})

test_that("a likelihood that grows for ever is found although the dying differ", {
  # At each time those with the greater x die; those who die together are not alike.
  data <- data.frame(time = c(1, 1, 2, 2, 3, 3), status = c(1, 1, 1, 1, 0, 0), x = 6:1)
  fit <- quietly(fit_cox(Surv(time, status) ~ x, data, ties = "exact"))
  expect_identical(unname(coef(fit)), Inf)
  expect_equal(fit$loglik[2], 0, tolerance = 1e-3)
  efron <- quietly(fit_cox(Surv(time, status) ~ x, data))
  expect_true(is.finite(coef(efron)))
})
