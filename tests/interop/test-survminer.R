test_that("medians and summaries are ours", {
  fit <- fit_km(Surv(time, event) ~ sex, patients)
  genuine <- as_survfit(fit)
  medians <- survminer::surv_median(genuine)
  ours <- survival_quantile(fit, 0.5)
  expect_identical(medians$strata, as.character(ours$strata))
  expect_equal(medians$median, ours$estimate)
  expect_equal(medians$lower, ours$conf.low)
  expect_equal(medians$upper, ours$conf.high)
  summary <- expect_no_warning(survminer::surv_summary(genuine, data = patients))
  tidied <- tidy(fit)
  expect_equal(summary$surv, tidied$estimate)
  expect_equal(summary$std.err, tidied$std.error)
  expect_equal(summary$lower, tidied$conf.low)
  expect_equal(summary$upper, tidied$conf.high)
  expect_identical(as.character(summary$strata), as.character(tidied$strata))
})

test_that("ggsurvplot() draws our curves, numbers at risk and p value", {
  fit <- fit_km(Surv(time, event) ~ sex, patients)
  figure <- survminer::ggsurvplot(
    as_survfit(fit), data = patients, conf.int = TRUE, pval = TRUE, risk.table = TRUE,
    break.time.by = 250
  )
  expect_equal(figure$data.survplot$surv, tidy(fit)$estimate)
  table <- figure$data.survtable
  expect_equal(table$n.risk, survival_at(fit, unique(table$time))$n.risk)
  p <- survminer::surv_pvalue(as_survfit(fit), patients)$pval
  expect_equal(p, glance(test_logrank(Surv(time, event) ~ sex, patients))$p.value)
  # survminer names a colour that no layer has, also for curves of survfit(); ggplot2 4 says so.
  expect_no_error(suppressMessages(print(figure)))
})

test_that("ggsurvplot() finds the groups of a registry", {
  rows <- registry_lines()
  fit <- suppressMessages(fit_km(pfs ~ treatment, rows))
  figure <- survminer::ggsurvplot(as_survfit(fit), data = rows)
  expect_equal(figure$data.survplot$surv, tidy(fit)$estimate)
  expect_identical(
    as.character(unique(figure$data.survplot$treatment)), c("kinase inhibitor", "sirolimus")
  )
})

test_that("figures of Cox models are those of coxph()", {
  formula <- Surv(time, event) ~ age + sex
  genuine <- as_coxph(fit_cox(formula, patients))
  theirs <- survival::coxph(formula, patients)
  adjusted <- function(model) {
    survminer::ggadjustedcurves(model, data = patients, variable = "sex", method = "average")$data
  }
  expect_equal(adjusted(genuine), adjusted(theirs), tolerance = 1e-6)
  residuals <- function(model) survminer::ggcoxdiagnostics(model, type = "martingale")$data
  expect_equal(residuals(genuine), residuals(theirs), tolerance = 1e-6)
  proportional <- survminer::ggcoxzph(survival::cox.zph(genuine))
  expect_length(proportional, 2L)
  expect_s3_class(survminer::ggforest(genuine, data = patients), "ggplot")
})
