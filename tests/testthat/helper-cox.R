# Comparison of Cox models with those of the installed survival package.

# coxph.control() warns that its tolerance for singular matrices is above eps.
strict_coxph <- suppressWarnings(survival::coxph.control(eps = 1e-12, iter.max = 50))

cox_residual_types <- c(
  "martingale", "deviance", "score", "schoenfeld", "scaledsch", "dfbeta", "dfbetas"
)

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
    robust = if (is.null(ours$robust_variance)) {
      0
    } else {
      largest_difference(at(ours$robust_variance), robust, outer(robust_se, robust_se))
    },
    loglik = largest_difference(ours$loglik, theirs$loglik),
    score = largest_difference(ours$score_test, theirs$score, max(theirs$score, 1)),
    wald = largest_difference(cox_tests(ours)$wald$statistic, theirs$wald.test,
      max(theirs$wald.test, 1)
    )
  )
}

# residuals.coxph() of survival 3.5-3 multiplies Schoenfeld residuals with the weights of other
# rows (it sorts the events but not their weights); the right ones are taken here.
their_residuals <- function(theirs, type, weighted) {
  schoenfeld <- type %in% c("schoenfeld", "scaledsch")
  result <- residuals(theirs, type, weighted = weighted && !schoenfeld)
  if (!schoenfeld || !weighted) {
    return(result)
  }
  raw <- as.matrix(residuals(theirs, "schoenfeld"))
  stratum <- if (is.null(theirs$strata)) rep(1L, nrow(theirs$y)) else as.integer(theirs$strata)
  exit <- theirs$y[, ncol(theirs$y) - 1L]
  events <- which(theirs$y[, "status"] == 1)
  events <- events[order(stratum[events], exit[events])]
  if (!is.null(theirs$weights)) raw <- raw * theirs$weights[events]
  if (type == "schoenfeld") {
    return(raw)
  }
  naive <- if (is.null(theirs$naive.var)) theirs$var else theirs$naive.var
  raw %*% naive * length(events) + rep(coef(theirs), each = nrow(raw))
}
