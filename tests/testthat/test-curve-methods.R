test_that("quantile() and median() are survfit's away from flat ends", {
  formulas <- list(Surv(exit, status) ~ g, Surv(exit, status) ~ 1, Surv(entry, exit, status) ~ s)
  result <- over_random_sets(n_random_sets(100L), function(seed) {
    data <- random_rows(60L)
    # The last row of each curve has its event: no curve is flat to its end.
    data$status[data$exit == max(data$exit)] <- 1L
    last <- data[rep(1L, 6L), ]
    last[c("exit", "status")] <- rep(c(max(data$exit) + 1, 1), each = 6L)
    last$g <- rep(levels(data$g), 2L)
    last$s <- rep(c("one", "two"), 3L)
    data <- rbind(data, last)
    formula <- formulas[[seed %% 3L + 1L]]
    ours <- quietly(fit_km(formula, data, conf_type = "plain"))
    theirs <- survival::survfit(formula, data, conf.type = "plain")
    probs <- c(0.1, 0.5, 0.6)
    expected <- quantile(theirs, probs, conf.int = FALSE)
    found <- quantile(ours, probs, conf.int = FALSE)
    c(
      quantile = largest_difference(found, expected, 1),
      median = largest_difference(median(ours), median(theirs), 1),
      names = 1 - identical(dimnames(found), dimnames(expected)),
      own = largest_difference(
        t(quantile(ours, probs)$upper), survival_quantile(ours, probs)$conf.high, 1
      )
    )
  })
  expect_agreement(result)
})

test_that("quantiles of the lung data have survival's shape, names and limits", {
  for (formula in list(Surv(time, status) ~ sex, Surv(time, status) ~ 1)) {
    ours <- quietly(fit_km(formula, lung))
    theirs <- survival::survfit(formula, lung, conf.type = "log-log")
    expect_equal(quantile(ours), quantile(theirs))
    expect_equal(quantile(ours, 0.5), quantile(theirs, 0.5))
    expect_equal(unname(median(ours)), as.vector(unname(median(theirs))))
  }
  months <- quantile(ours, 0.25, conf.int = FALSE, time_unit = "months")
  expect_equal(months, c(`25` = 170 / 30.4375))
})

test_that("a curve flat to its end has its step as median, as the help says", {
  flat <- data.frame(time = 1:4, status = c(1, 1, 0, 0))
  fit <- fit_km(Surv(time, status) ~ 1, flat)
  expect_identical(median(fit), 2)
  expect_equal(unname(median(survival::survfit(fit))), 3)
})

test_that("arguments of survival that are not there are refused", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  expect_error(quantile(fit, scale = 30), class = "survlines_error_argument")
  expect_error(median(fit, scale = 30), class = "survlines_error_argument")
  expect_error(quantile(fit, 50), class = "survlines_error_argument")
  expect_error(survival::survfit(fit, conf.int = 0.9), class = "survlines_error_argument")
})

test_that("as.data.frame() of curves is tidy() without tibble", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  expect_identical(as.data.frame(fit), as.data.frame(tidy(fit)))
  expect_identical(data.frame(fit), as.data.frame(tidy(fit)))
  expect_identical(
    as.data.frame(fit, time_unit = "months")$time, tidy(fit, time_unit = "months")$time
  )
  causes <- transform(lung, cause = factor(status + (age > 65 & status == 2)))
  incidence <- fit_cuminc(Surv(time, cause) ~ sex, causes)
  expect_identical(as.data.frame(incidence), as.data.frame(tidy(incidence)))
})

test_that("survfit() takes fits", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  expect_identical(survival::survfit(fit), as_survfit(fit))
  rows <- data.frame(age = c(50, 70), sex = 1)
  ours <- survival::survfit(quietly(fit_cox(Surv(time, status) ~ age + sex, lung)), newdata = rows)
  theirs <- survival::survfit(survival::coxph(Surv(time, status) ~ age + sex, lung), rows)
  expect_equal(ours$surv, theirs$surv)
  expect_equal(ours$upper, theirs$upper)
  expect_output(print(ours), "survfit(formula = ", fixed = TRUE)
  for (rows in list(3, data.frame(age = 50), "rows")) {
    expect_error(
      survival::survfit(quietly(fit_cox(Surv(time, status) ~ age + sex, lung)), newdata = rows),
      class = "survlines_error_argument"
    )
  }
})

test_that("update() and the like take fits whose formula had a dot", {
  columns <- stats::na.omit(lung)[c("inst", "time", "status", "age", "sex", "ph.ecog")]
  fit <- quietly(fit_cox(Surv(time, status) ~ . - inst, columns))
  theirs <- survival::coxph(Surv(time, status) ~ . - inst, columns)
  expect_identical(formula(fit), formula(theirs), ignore_attr = TRUE)
  expect_equal(drop1(fit), drop1(theirs), ignore_attr = TRUE)
  smaller <- quietly(update(fit, . ~ . - age))
  expect_identical(names(coef(smaller)), c("sex", "ph.ecog"))
  clustered <- quietly(fit_cox(Surv(time, status) ~ . - inst + cluster(inst), columns))
  expect_identical(quietly(update(clustered, . ~ . - age))$n_clusters, clustered$n_clusters)
  curves <- quietly(fit_km(Surv(time, status) ~ ., columns[c("time", "status", "sex", "ph.ecog")]))
  expect_identical(quietly(update(curves, . ~ . - ph.ecog))$strata, c("sex=1", "sex=2"))
  plain <- Surv(time, status) ~ sex
  expect_identical(formula(quietly(fit_km(plain, lung))), plain)
})

test_that("summaries refuse arguments of survival that they do not have", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex, lung))
  expect_error(summary(fit, scale = 30), "time_unit", class = "survlines_error_argument")
  cox <- quietly(fit_cox(Surv(time, status) ~ sex, lung))
  expect_error(summary(cox, conf.int = 0.9), "conf_level", class = "survlines_error_argument")
  causes <- fit_cuminc(Surv(time, factor(status)) ~ 1, lung)
  expect_error(summary(causes, scale = 30), class = "survlines_error_argument")
})
