test_that("with one covariate of groups the score test is the log-rank test, ties or not", {
  fit <- quietly(fit_cox(Surv(time, status) ~ sex, survival::lung, ties = "exact"))
  expect_equal(
    glance(fit)$statistic.sc, survival::survdiff(Surv(time, status) ~ sex, survival::lung)$chisq,
    tolerance = 1e-10
  )
})

test_that("frequency is rows, with exact and marginal ties too", {
  data <- withr::with_seed(81, random_rows(40L))
  formula <- Surv(entry, exit, status) ~ x + strata(s)
  for (ties in c("exact", "marginal")) {
    ours <- quietly(fit_cox(formula, data, frequency = f, ties = ties))
    twice <- quietly(fit_cox(formula, data[rep(1:40, data$f), ], ties = ties))
    expect_equal(coef(ours), coef(twice), tolerance = 1e-8)
    expect_equal(vcov(ours), vcov(twice), tolerance = 1e-8)
  }
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
  for (ties in c("exact", "marginal")) {
    fit <- function(...) quietly(fit_cox(Surv(time, status) ~ age, data, ties = ties, ...))
    expect_error(fit(weights = w), class = "survlines_error_ties")
    expect_error(fit(robust = TRUE), class = "survlines_error_ties")
    expect_error(fit(cluster = inst), class = "survlines_error_ties")
    expect_error(test_proportional(fit()), class = "survlines_error_ties")
    for (type in c("score", "schoenfeld", "scaledsch", "dfbeta", "dfbetas")) {
      expect_error(residuals(fit(), type), class = "survlines_error_ties")
    }
  }
  expect_error(as_coxph(fit()), class = "survlines_error_ties")
})

# The marginal log-likelihood by its definition: every order of the deaths of a time.
orders <- function(v) {
  if (length(v) < 2L) {
    return(list(v))
  }
  unlist(lapply(seq_along(v), function(i) lapply(orders(v[-i]), append, v[i], 0L)), FALSE)
}
loglik_over_orders <- function(beta, x, data) {
  risk <- exp(drop(x %*% beta))
  strata <- split(seq_len(nrow(data)), data$s)
  sum(vapply(strata, function(rows) {
    times <- unique(data$exit[rows][data$status[rows] == 1])
    sum(vapply(times, function(time) {
      at_risk <- rows[data$entry[rows] < time & data$exit[rows] >= time]
      dying <- at_risk[data$exit[at_risk] == time & data$status[at_risk] == 1]
      surviving <- sum(risk[setdiff(at_risk, dying)])
      log(sum(vapply(orders(seq_along(dying)), function(order) {
        here <- risk[dying[order]]
        prod(here / (surviving + rev(cumsum(rev(here)))))
      }, 0)))
    }, 0))
  }, 0))
}

test_that("fits with marginal ties are those of all orders, on random data", {
  result <- over_random_sets(n_random_sets(40L), function(seed) {
    data <- random_rows(24L)
    formula <- Surv(entry, exit, status) ~ x + z + strata(s) + offset(z / 10)
    deaths <- table(data$exit, data$s, data$status)[, , "1"]
    if (max(deaths) > 6L) {
      return("more than 6 deaths at a time")
    }
    ours <- quietly(fit_cox(formula, data, ties = "marginal"))
    if (any(ours$kind != "finite")) {
      return("not all coefficients are finite")
    }
    x <- cbind(data$x, data$z, data$z / 10)
    loglik <- function(beta) loglik_over_orders(c(beta, 1), x, data)
    step <- sqrt(diag(vcov(ours))) / 100
    at <- function(j, k) loglik(coef(ours) + step * j + step * k)
    axes <- list(c(1, 0), c(0, 1))
    bend <- outer(1:2, 1:2, Vectorize(function(j, k) {
      j <- axes[[j]]
      k <- axes[[k]]
      (at(j, k) - at(j, -k) - at(-j, k) + at(-j, -k)) / 4
    })) / outer(step, step)
    se <- sqrt(diag(vcov(ours)))
    c(
      start = largest_difference(ours$loglik[1], loglik(c(0, 0)), 1),
      loglik = largest_difference(ours$loglik[2], loglik(coef(ours)), 1),
      # By differences, which have errors of their own.
      slope = 1e-6 * max(abs(at(axes[[1]], 0) - at(-axes[[1]], 0)),
        abs(at(axes[[2]], 0) - at(-axes[[2]], 0))),
      variance = 1e-6 * largest_difference(vcov(ours), solve(-bend), outer(se, se))
    )
  })
  expect_agreement(result)
})

test_that("what works on fits with marginal ties", {
  fit <- function(ties, data = survival::lung) {
    quietly(fit_cox(Surv(time, status) ~ age + sex, data, ties = ties))
  }
  # Few ties: Efron's is nearly the same; no ties: it is the same.
  expect_equal(coef(fit("marginal")), coef(fit("efron")), tolerance = 1e-3)
  apart <- transform(survival::lung, time = time + seq_along(time) / 1000)
  expect_equal(vcov(fit("marginal", apart)), vcov(fit("efron", apart)), tolerance = 1e-9)
  expect_equal(residuals(fit("marginal", apart)), residuals(fit("efron", apart)), tolerance = 1e-8)
  ours <- fit("marginal")
  expect_identical(glance(ours)$ties, "marginal")
  expect_equal(sum(residuals(ours)), 0, tolerance = 1e-10)
  limits <- confint(ours, method = "profile")
  expect_true(all(limits[, 1] < coef(ours) & coef(ours) < limits[, 2]))
  expect_identical(anova(ours)$Df, c(NA, 1, 1))
  newdata <- data.frame(age = 60, sex = 1)
  curve <- survival_curves(ours, newdata)
  near <- survival_curves(fit("efron"), newdata)
  expect_equal(curve$estimate, near$estimate, tolerance = 1e-3)
  expect_equal(concordance_index(ours)$estimate, concordance_index(fit("efron"))$estimate,
    tolerance = 1e-3
  )
})

# Deaths that are certain to come first, in whatever order, are no matter of the coefficients.
test_that("where all at risk die the marginal likelihood is that of the other times", {
  data <- data.frame(
    time = c(1, 1, 2, 3, 3, 4, 4, 4), status = c(1, 1, 0, 1, 0, 1, 1, 1),
    x = c(1, 0, 1, 0, 1, 1, 0, 1)
  )
  last_censored <- transform(data, status = status * (time < 4))
  fit <- function(data) quietly(fit_cox(Surv(time, status) ~ x, data, ties = "marginal"))
  expect_equal(coef(fit(data)), coef(fit(last_censored)), tolerance = 1e-8)
  expect_equal(vcov(fit(data)), vcov(fit(last_censored)), tolerance = 1e-8)
  expect_equal(fit(data)$loglik, fit(last_censored)$loglik, tolerance = 1e-10)
})

test_that("a likelihood that grows for ever is found although the dying differ", {
  # At each time those with the greater x die; those who die together are not alike.
  data <- data.frame(time = c(1, 1, 2, 2, 3, 3), status = c(1, 1, 1, 1, 0, 0), x = 6:1)
  for (ties in c("exact", "marginal")) {
    fit <- quietly(fit_cox(Surv(time, status) ~ x, data, ties = ties))
    expect_identical(unname(coef(fit)), Inf)
    expect_equal(fit$loglik[2], 0, tolerance = 1e-3)
  }
  efron <- quietly(fit_cox(Surv(time, status) ~ x, data))
  expect_true(is.finite(coef(efron)))
})
