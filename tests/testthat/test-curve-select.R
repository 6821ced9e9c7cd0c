# Curves of a fit, against fits of their rows alone.

expect_curve_of <- function(fit, alone) {
  expect_equal(tidy(fit), tidy(alone))
  expect_equal(glance(fit), glance(alone))
  expect_equal(follow_up(fit), follow_up(alone))
  expect_equal(predict(fit), predict(alone))
  expect_equal(summary(fit, times = 200)$survival, summary(alone, times = 200)$survival)
}

test_that("curves chosen are those of a fit of their rows", {
  for (seed in 1:20) {
    set.seed(seed)
    data <- data.frame(
      entry = sample(0:3, 60, TRUE), time = sample(4:15, 60, TRUE), id = sample(20, 60, TRUE),
      status = rbinom(60, 1, 0.6), g = sample(letters[1:3], 60, TRUE), w = sample(3, 60, TRUE)
    )
    whole <- fit_km(Surv(entry, time, status) ~ g, data, frequency = w, timefix = FALSE)
    only <- function(groups) {
      subset <- data$g %in% groups
      fit_km(Surv(entry, time, status) ~ g, data, frequency = w, timefix = FALSE, subset = subset)
    }
    expect_curve_of(whole["g=b"], only("b"))
    expect_curve_of(whole[-2], only(c("a", "c")))
    expect_curve_of(whole[-1][2], only("c"))
    expect_identical(tidy(whole[3:1])$estimate[1], tidy(whole[3])$estimate[1])
    expect_identical(survival_at(whole[3:1], 8)$estimate, rev(survival_at(whole, 8)$estimate))
  }
})

test_that("they are those that survfit gives by the same index", {
  fit <- quietly(fit_km(Surv(time, status) ~ ph.ecog + sex, lung))
  theirs <- survival::survfit(Surv(time, status) ~ ph.ecog + sex, lung)
  for (index in list(1, 2:1, c(3, 5), "ph.ecog=1, sex=2", -1)) {
    ours <- as_survfit(fit[index])
    # survfit() pads its names with blanks.
    genuine <- if (is.character(index)) theirs[match(index, fit$strata)] else theirs[index]
    expect_equal(ours$surv, genuine$surv)
    expect_equal(ours$n, genuine$n, ignore_attr = TRUE)
    expect_identical(ours$time, genuine$time)
  }
  expect_identical(fit[]$time, fit$time)
  expect_identical(fit[seq_along(fit$strata) == 2]$strata, fit$strata[2])
  expect_identical(fit[factor("ph.ecog=1, sex=1")]$strata, "ph.ecog=1, sex=1")
})

test_that("clusters, a later start and rows left out are those of the curves", {
  data <- transform(lung, time = replace(time, 1:5, NA))
  fit <- quietly(fit_km(Surv(time, status) ~ sex, data, cluster = inst, start_time = 100))
  chosen <- fit["sex=2"]
  alone <- quietly(fit_km(
    Surv(time, status) ~ sex, data, cluster = inst, start_time = 100, subset = sex == 2
  ))
  expect_equal(tidy(chosen), tidy(alone))
  expect_equal(follow_up(chosen), follow_up(alone))
  expect_equal(augment(chosen)$.fitted, augment(alone)$.fitted)
  same <- c("n", "n_rows", "n_events", "n_clusters", "rows")
  expect_equal(unclass(chosen)[same], unclass(alone)[same])
  expect_identical(chosen$n_missing, 0L)
  expect_output(print(chosen), "sex=2 ")
})

test_that("curves of competing risks are chosen the same way", {
  data <- transform(mgus2, cause = factor(ifelse(pstat == 1, 1, 2 * death), 0:2))
  fit <- fit_cuminc(Surv(futime, cause) ~ sex, data)
  alone <- fit_cuminc(Surv(futime, cause) ~ sex, data, subset = sex == "M")
  expect_equal(tidy(fit["sex=M"]), tidy(alone))
  expect_equal(glance(fit["sex=M"]), glance(alone))
  expect_equal(follow_up(fit["sex=M"]), follow_up(alone))
})

test_that("endpoints of patients count those of the curves", {
  lines <- suppressMessages(derive_endpoint(
    read_registry(registry_example("osteosarcoma")), endpoint_pfs(), covariates = "drug"
  ))
  fit <- suppressMessages(fit_km(pfs ~ drug, lines))
  for (name in fit$strata) {
    drug <- sub("drug=", "", name, fixed = TRUE)
    expect_identical(fit[name]$n_patients, length(unique(lines$patient_id[lines$drug == drug])))
    expect_output(print(fit[name]), "patient")
  }
})

test_that("figures and tables take them", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  expect_s3_class(plot(fit[2]), "ggplot")
  expect_identical(nrow(table_survival(fit[2], times = 365)), 1L)
})

test_that("what is no curve of the fit is refused", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  refused <- function(expression, text = "sex=1.*sex=2") {
    expect_error(expression, text, class = "survlines_error_argument")
  }
  refused(fit[3])
  refused(fit[0])
  refused(fit[1.5])
  refused(fit[c(1, 1)])
  refused(fit[c(-1, 1)])
  refused(fit[-(1:2)])
  refused(fit[c(TRUE, NA)])
  refused(fit[TRUE])
  refused(fit["time"], "tidy\\(fit\\)")
  refused(fit[NULL])
  refused(fit[list(1)])
  refused(fit[1, 2], "one index")
  refused(quietly(fit_km(Surv(time, status) ~ 1, lung))["all"], "without a name")
  expect_identical(quietly(fit_km(Surv(time, status) ~ 1, lung))[1]$n, 228L)
})
