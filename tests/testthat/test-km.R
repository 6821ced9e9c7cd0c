compare_km <- function(data, formula, conf_type = "log-log", weights = NULL, ...) {
  data$case_weights <- if (is.null(weights)) 1 else weights
  ours <- tidy(quietly(fit_km(formula, data, weights = case_weights, conf_type = conf_type)))
  environment(formula) <- environment()
  theirs <- survival::survfit(formula, data,
    weights = case_weights, conf.type = conf_type, robust = FALSE
  )
  inside <- theirs$surv > 0 & theirs$surv < 1
  limits <- function(lower) ifelse(inside, lower, 0)
  c(
    time = largest_difference(ours$time, theirs$time),
    n.risk = largest_difference(ours$n.risk, theirs$n.risk),
    n.event = largest_difference(ours$n.event, theirs$n.event),
    n.censor = largest_difference(ours$n.censor, theirs$n.censor),
    estimate = largest_difference(ours$estimate, theirs$surv),
    std.error = largest_difference(ours$std.error, theirs$std.err),
    conf.low = largest_difference(limits(ours$conf.low), limits(theirs$lower), 1),
    conf.high = largest_difference(limits(ours$conf.high), limits(theirs$upper), 1),
    strata = if (is.null(theirs$strata)) 0 else {
      1 - identical(as.character(ours$strata), rep(names(theirs$strata), theirs$strata))
    }
  )
}

test_that("curves are those of survfit on random data", {
  formulas <- list(
    Surv(exit, status) ~ 1, Surv(exit, status) ~ g, Surv(exit, status) ~ g + s,
    Surv(entry, exit, status) ~ 1, Surv(entry, exit, status) ~ g
  )
  result <- over_random_sets(n_random_sets(1000L), function(seed) {
    data <- random_rows()
    weights <- switch(seed %% 3L + 1L, NULL, data$w, data$f)
    conf_type <- c("log-log", "log", "plain")[seed %% 3L + 1L]
    compare_km(data, formulas[[seed %% 5L + 1L]], conf_type, weights)
  })
  expect_agreement(result)
})
