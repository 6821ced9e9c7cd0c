# coxph.control() warns that its tolerance for singular matrices is above eps.
strict <- suppressWarnings(survival::coxph.control(eps = 1e-12, iter.max = 50))

# Differences between fit_cox() and coxph(), or why the set is left out: survival says that it
# did not converge or that a coefficient is infinite, or we say so.
compare_cox <- function(formula, data, ties, weights = NULL, cluster = NULL) {
  data$case_weights <- if (is.null(weights)) 1 else weights
  data$clusters <- if (is.null(cluster)) seq_len(nrow(data)) else cluster
  environment(formula) <- environment()
  robust <- !is.null(cluster)
  theirs <- tryCatch(
    survival::coxph(formula, data,
      weights = case_weights, cluster = clusters, robust = TRUE, ties = ties, control = strict
    ),
    warning = function(condition) "survival warns", error = function(condition) "survival stops"
  )
  if (is.character(theirs)) {
    return(theirs)
  }
  ours <- quietly(fit_cox(formula, data,
    weights = case_weights, cluster = clusters, robust = TRUE, ties = ties
  ))
  if (any(ours$kind == "infinite")) {
    return("monotone likelihood")
  }
  start <- survival::coxph(formula, data,
    weights = case_weights, cluster = clusters, robust = TRUE, ties = ties, x = TRUE,
    control = survival::coxph.control(iter.max = 0)
  )
  c(
    compare_cox_fits(ours, theirs),
    robust_score = robust_score_difference(ours, theirs, start, data$clusters)
  )
}

# The robust score statistic from the score residuals at coefficients 0. (coxph() of survival
# 3.5-3 leaves the offset out of its own; without an offset that is the same.)
robust_score_difference <- function(ours, theirs, start, cluster) {
  kept <- !is.na(coef(theirs))
  residuals <- residuals(start, type = "score", weighted = TRUE, collapse = cluster)
  residuals <- as.matrix(residuals)[, kept, drop = FALSE]
  total <- colSums(residuals)
  expected <- drop(total %*% solve(crossprod(residuals), total))
  offset <- !is.null(attr(theirs$terms, "offset"))
  max(
    largest_difference(ours$robust_score_test, expected, max(expected, 1)),
    if (!offset) largest_difference(ours$robust_score_test, theirs$rscore, max(expected, 1))
  )
}

compare_cox_fits <- function(ours, theirs) {
  kept <- !is.na(coef(theirs))
  naive <- if (is.null(theirs$naive.var)) theirs$var else theirs$naive.var
  naive <- naive[kept, kept, drop = FALSE]
  robust <- theirs$var[kept, kept, drop = FALSE]
  se <- sqrt(diag(naive))
  robust_se <- sqrt(diag(robust))
  at <- function(matrix) if (is.null(matrix)) naive else matrix[kept, kept, drop = FALSE]
  c(
    aliased = sum(is.na(coef(ours)) != is.na(coef(theirs))),
    coef = largest_difference(coef(ours)[kept], coef(theirs)[kept], se),
    variance = largest_difference(at(ours$variance), naive, outer(se, se)),
    robust = if (is.null(ours$robust_variance)) 0 else {
      largest_difference(at(ours$robust_variance), robust, outer(robust_se, robust_se))
    },
    loglik = largest_difference(ours$loglik, theirs$loglik),
    score = largest_difference(ours$score_test, theirs$score, max(theirs$score, 1)),
    wald = largest_difference(cox_tests(ours)$wald$statistic, theirs$wald.test,
      max(theirs$wald.test, 1)
    )
  )
}

test_that("fits are those of coxph on random data", {
  formulas <- list(
    Surv(exit, status) ~ x + g, Surv(exit, status) ~ x + z + strata(s),
    Surv(entry, exit, status) ~ x + g, Surv(entry, exit, status) ~ x + strata(s) + offset(z / 10)
  )
  result <- over_random_sets(n_random_sets(1000L), function(seed) {
    data <- random_rows(sample(30:80, 1L))
    weights <- switch(seed %% 3L + 1L, NULL, data$w, data$f)
    cluster <- if (seed %% 2L == 0L) data$id
    ties <- c("efron", "breslow")[seed %% 2L + 1L]
    compare_cox(formulas[[seed %% 4L + 1L]], data, ties, weights, cluster)
  })
  expect_agreement(result)
})
