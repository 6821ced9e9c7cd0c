ours <- fit_cox(Surv(time, event) ~ age + sex + strata(inst), patients)
genuine <- as_coxph(ours)
theirs <- survival::coxph(Surv(time, event) ~ age + sex + strata(inst), patients)

expect_same <- function(ask) {
  withr::local_options(marginaleffects_safe = FALSE)
  found <- as.data.frame(expect_no_warning(ask(genuine)))
  expected <- as.data.frame(ask(theirs))
  expect_false(anyNA(found[c("estimate", "std.error", "conf.low", "conf.high")]))
  # The data also say which rows were used.
  expect_identical(setdiff(names(found), ".used"), names(expected))
  expect_equal(found[names(expected)], expected, ignore_attr = TRUE, tolerance = 1e-6)
  found
}

test_that("predictions are those on coxph()", {
  all <- expect_same(function(fit) marginaleffects::predictions(fit, type = "lp"))
  expect_equal(all$estimate, unname(predict(ours)), tolerance = 1e-6)
  few <- patients[c(1, 10, 100), ]
  risk <- expect_same(function(fit) marginaleffects::predictions(fit, newdata = few, type = "risk"))
  expect_equal(risk$estimate, unname(predict(ours, few, type = "risk")), tolerance = 1e-6)
})

test_that("comparisons are those on coxph(), and the hazard ratio ours", {
  ratio <- expect_same(function(fit) {
    marginaleffects::avg_comparisons(fit, variables = "sex", type = "lp")
  })
  tidied <- tidy(ours)
  tidied <- tidied[tidied$term == "sexfemale", ]
  columns <- c("estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high")
  expect_equal(as.list(ratio[columns]), as.list(tidied[columns]), tolerance = 1e-5)
  expect_same(function(fit) marginaleffects::avg_comparisons(fit, type = "survival"))
  expect_same(function(fit) {
    marginaleffects::comparisons(
      fit, variables = "sex", type = "survival",
      newdata = transform(patients[c(1, 10), ], time = 365)
    )
  })
})

test_that("robust variances are used", {
  rows <- registry_lines()
  ours <- suppressMessages(
    fit_cox(Surv(days, event) ~ treatment + previous_lines, rows, cluster = patient_id)
  )
  withr::local_options(marginaleffects_safe = FALSE)
  found <- marginaleffects::avg_comparisons(as_coxph(ours), type = "lp")
  found <- found[match(c("treatment", "previous_lines"), found$term), ]
  tidied <- tidy(ours)
  expect_equal(found$estimate, tidied$estimate, tolerance = 1e-6)
  expect_equal(found$std.error, tidied$robust.se, tolerance = 1e-5)
})

test_that("a fit of ours is refused with the classes that are not", {
  expect_error(marginaleffects::predictions(ours), "coxph")
})
