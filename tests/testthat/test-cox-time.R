# Coefficients and covariates that change with time, by rows cut in pieces.

event_times <- function(data) unique(data$time[data$status == 1])

test_that("a coefficient that changes with time is coxph's tt(), by rows cut at the event times", {
  veteran <- survival::veteran
  pieces <- survival::survSplit(Surv(time, status) ~ karno + age, veteran,
    cut = event_times(veteran)
  )
  pieces$karno_by_log_time <- pieces$karno * log(pieces$time)
  for (ties in c("efron", "breslow")) {
    theirs <- survival::coxph(Surv(time, status) ~ karno + age + tt(karno), veteran,
      ties = ties, tt = function(x, t, ...) x * log(t), control = strict_coxph
    )
    ours <- quietly(fit_cox(Surv(tstart, time, status) ~ karno + age + karno_by_log_time, pieces,
      ties = ties
    ))
    expect_equal(unname(coef(ours)), unname(coef(theirs)), tolerance = 1e-8)
    expect_equal(vcov(ours), vcov(theirs), ignore_attr = TRUE, tolerance = 1e-8)
    expect_equal(ours$loglik, theirs$loglik, tolerance = 1e-10)
  }
})

test_that("cutting rows changes nothing where no coefficient changes", {
  veteran <- survival::veteran
  pieces <- survival::survSplit(Surv(time, status) ~ karno + celltype, veteran,
    cut = event_times(veteran), id = "patient"
  )
  whole <- quietly(fit_cox(Surv(time, status) ~ karno + celltype, veteran))
  for (ties in c("efron", "exact", "marginal")) {
    whole <- quietly(fit_cox(Surv(time, status) ~ karno + celltype, veteran, ties = ties))
    cut <- quietly(fit_cox(Surv(tstart, time, status) ~ karno + celltype, pieces, ties = ties))
    expect_equal(coef(cut), coef(whole), tolerance = 1e-8)
    expect_equal(vcov(cut), vcov(whole), tolerance = 1e-8)
    expect_equal(
      residuals(cut, collapse = pieces$patient), residuals(whole),
      ignore_attr = TRUE, tolerance = 1e-8
    )
  }
})

test_that("a coefficient may have one value before a time and another after it", {
  veteran <- survival::veteran
  pieces <- survival::survSplit(Surv(time, status) ~ karno, veteran, cut = 90, episode = "after")
  formula <- Surv(tstart, time, status) ~ karno:factor(after)
  ours <- quietly(fit_cox(formula, pieces))
  theirs <- survival::coxph(formula, pieces, control = strict_coxph)
  expect_equal(unname(coef(ours)), unname(coef(theirs)), tolerance = 1e-8)
  # Each is the coefficient of its own time alone.
  early <- quietly(fit_cox(
    Surv(pmin(time, 90), status * (time <= 90)) ~ karno, veteran
  ))
  expect_equal(unname(coef(ours)[1]), unname(coef(early)), tolerance = 1e-8)
})
