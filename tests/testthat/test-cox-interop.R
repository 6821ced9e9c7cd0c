test_that("as_coxph() gives what coxph() gives", {
  formula <- Surv(time, status) ~ age + factor(ph.ecog) + strata(sex)
  ours <- quietly(fit_cox(formula, survival::lung, subset = age > 50))
  theirs <- survival::coxph(formula, survival::lung, subset = age > 50)
  genuine <- as_coxph(ours)
  expect_s3_class(genuine, "coxph")
  expect_equal(coef(genuine), coef(theirs), tolerance = 1e-10)
  expect_equal(vcov(genuine), vcov(theirs), tolerance = 1e-10)
  expect_equal(survival::cox.zph(genuine)$table, survival::cox.zph(theirs)$table)
  index <- function(fit) survival::concordance(fit)$concordance
  expect_equal(index(genuine), index(theirs))
  newdata <- data.frame(age = 60, ph.ecog = 1, sex = 1)
  curve <- function(fit) summary(survival::survfit(fit, newdata))$surv
  expect_equal(curve(genuine), curve(theirs))
  expect_equal(predict(genuine, newdata), predict(theirs, newdata))
  expect_equal(anova(genuine)$Chisq, anova(theirs)$Chisq)
  expect_equal(residuals(genuine, "dfbeta"), residuals(theirs, "dfbeta"))
})

test_that("as_coxph() finds its data where the formula and the data are gone", {
  make <- function() {
    own <- survival::veteran
    shift <- 5
    fit <- fit_cox(Surv(time, status) ~ karno + I(age + shift), own)
    own$karno <- 0
    fit
  }
  genuine <- as_coxph(quietly(make()))
  theirs <- survival::coxph(Surv(time, status) ~ karno + I(age + 5), survival::veteran)
  expect_equal(unname(coef(genuine)), unname(coef(theirs)), tolerance = 1e-8)
  zph <- function(fit) unname(survival::cox.zph(fit)$table)
  expect_equal(zph(genuine), zph(theirs))
  expect_equal(residuals(genuine), residuals(theirs), tolerance = 1e-8)
})

test_that("as_coxph() carries weights, clusters, frequencies and rows of weight 0", {
  data <- withr::with_seed(61, random_rows(80L))
  data$w[1:5] <- 0
  formula <- Surv(entry, exit, status) ~ x + z
  ours <- quietly(fit_cox(formula, data, weights = w, cluster = id))
  theirs <- survival::coxph(formula, data, weights = w, cluster = id, subset = w > 0)
  expect_equal(vcov(as_coxph(ours)), vcov(theirs), tolerance = 1e-8)
  expect_equal(as_coxph(ours)$naive.var, theirs$naive.var, tolerance = 1e-8)
  twice <- quietly(fit_cox(formula, data, frequency = f))
  theirs <- survival::coxph(formula, data[rep(1:80, data$f), ])
  expect_equal(vcov(as_coxph(twice)), vcov(theirs), tolerance = 1e-8)
  expect_null(as_coxph(twice)$naive.var)
  expect_error(as_coxph(1), class = "survlines_error_argument")
})

test_that("a disagreement is an error, not a fit", {
  fit <- quietly(fit_cox(Surv(time, status) ~ age, survival::lung))
  fit$coefficients[] <- fit$coefficients + sqrt(fit$variance[1])
  expect_error(as_coxph(fit), class = "survlines_error_as_coxph")
})

test_that("broom and emmeans work on it", {
  formula <- Surv(time, status) ~ karno + celltype
  ours <- quietly(fit_cox(formula, survival::veteran))
  theirs <- survival::coxph(formula, survival::veteran)
  genuine <- as_coxph(ours)
  skip_if_not_installed("broom")
  expect_equal(broom::tidy(genuine), broom::tidy(theirs))
  expect_equal(broom::glance(genuine), broom::glance(theirs))
  columns <- c("term", "estimate", "std.error", "statistic", "p.value")
  expect_equal(
    as.data.frame(tidy(ours))[columns], as.data.frame(broom::tidy(theirs))[columns],
    tolerance = 1e-6
  )
  augmented <- broom::augment(theirs, survival::veteran)
  found <- augment(ours)
  columns <- c(".fitted", ".se.fit", ".resid")
  expect_equal(
    as.data.frame(found)[columns], as.data.frame(augmented)[columns],
    ignore_attr = TRUE, tolerance = 1e-6
  )
  skip_if_not_installed("emmeans")
  expect_equal(
    as.data.frame(emmeans::emmeans(genuine, "celltype")),
    as.data.frame(emmeans::emmeans(theirs, "celltype"))
  )
})

test_that("columns of endpoints that the model does not use are left out of the data", {
  rows <- transform(survival::veteran, os = Surv(time, status))
  named <- function(formula) {
    genuine <- as_coxph(quietly(fit_cox(formula, rows)))
    names(get("rows", environment(formula(genuine))))
  }
  expect_identical(named(Surv(time, status) ~ karno), names(survival::veteran))
  expect_identical(named(os ~ karno), names(rows))
})
