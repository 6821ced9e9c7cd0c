# How far two programs' answers are from each other: one number for each kind of answer, that a
# case compares with its tolerance. Answers of different shape are infinitely far.

furthest <- function(...) {
  differences <- abs(c(...))
  if (length(differences) == 0L || anyNA(differences)) Inf else max(differences)
}

same_length <- function(a, b) length(a) == length(b)

# Coefficients in standard errors (each program stops a little before the maximum), and standard
# errors as a share.
differ_coefficients <- function(b, variance, their_b, their_variance) {
  if (!same_length(b, their_b)) {
    return(Inf)
  }
  error <- sqrt(diag(as.matrix(their_variance)))
  furthest((b - their_b) / error, sqrt(diag(as.matrix(variance))) / error - 1)
}

differ_cox <- function(ours, theirs) {
  differ_coefficients(coef(ours), vcov(ours), coef(theirs), vcov(theirs))
}

# What the core returns beside what coxph.fit() returns.
differ_fits <- function(ours, theirs) {
  differ_coefficients(ours$coefficient, ours$variance, theirs$coefficients, theirs$var)
}

# Curves, and the standard errors of their logarithm as a share, where the curve is above 0.
differ_curves <- function(ours, theirs) {
  if (!same_length(ours$survival, theirs$surv)) {
    return(Inf)
  }
  varies <- theirs$surv > 0 & theirs$std.err > 0
  furthest(
    ours$survival - theirs$surv, ours$std_error_log[varies] / theirs$std.err[varies] - 1
  )
}

differ_prodlim <- function(ours, theirs) {
  if (same_length(ours$survival, theirs$surv)) furthest(ours$survival - theirs$surv) else Inf
}

differ_tests <- function(ours, theirs) {
  furthest(ours$statistic / theirs$chisq - 1, rowSums(ours$expected) - theirs$exp)
}

differ_proportional <- function(ours, theirs) {
  chi_square <- theirs$table[, "chisq"]
  statistic <- tidy(ours)$statistic
  if (same_length(statistic, chi_square)) furthest(statistic / chi_square - 1) else Inf
}

differ_concordance <- function(ours, theirs) {
  furthest(
    ours$estimate - theirs$concordance, ours$std.error / sqrt(theirs$var) - 1
  )
}

# survival also lists the times without events.
differ_hazards <- function(ours, theirs) {
  furthest(ours$cumhaz / theirs$hazard[match(ours$time, theirs$time)] - 1)
}
