#' Log-rank test and its weighted versions
#'
#' Compares two or more groups, within strata where the formula has `strata()`, and with late
#' entry where the left side is `Surv(entry, exit, status)`.
#'
#' @inheritParams fit_km
#' @param formula `Surv(time, status) ~ group`, with `+ strata(x)` to compare within strata. With
#'   several variables every combination is a group.
#'
#' @param weighting How much an event time counts: `"logrank"` (all alike), `"gehan"` (the number
#'   at risk), `"tarone-ware"` (its square root), `"peto-peto"`, `"modified-peto-peto"` or
#'   `"fleming-harrington"`.
#' @param rho,gamma Powers of the Fleming-Harrington weight, 0 or more: `rho = 1` stresses early
#'   differences (as `rho = 1` of [survival::survdiff()]), `gamma = 1` late ones.
#' @param scores For a test of trend: a number for each group, in the order of the groups; `TRUE`
#'   for 1, 2, ... `NULL`: no trend, every difference counts.
#' @param weights Weights of the rows, finite and not negative, such as those of inverse
#'   probabilities; evaluated in `data`. The test is then robust. For replicates see `frequency`.
#' @param cluster Groups of rows that are not independent, such as `patient_id`; evaluated in
#'   `data`, or a term `cluster()` of the formula. The test is then robust.
#'
#' @return An object of class `survlines_logrank`: a list with the total `observed` and `expected`
#'   numbers of events (totals of `weights`), matrices of groups by strata, the `covariance` matrix
#'   of observed less expected, `statistic`, `df` and `p.value`. `tidy()` gives a tibble with a row
#'   per group (`N`, `obs`, `exp`), `glance()` one row (`statistic`, `df`, `p.value`, counts).
#'
#' @section Formula: At each event time with `d` events among `n` rows at risk, of which
#'   `n_g` are of group `g`, group `g` is expected to have \eqn{d n_g / n} events, with covariances
#'   \eqn{d (n - d) / (n - 1) (n_g / n) (1\{g = h\} - n_h / n)}. The statistic is the quadratic form
#'   of observed less expected, summed over times and strata, in the inverse of their covariance
#'   matrix. Its degrees of freedom are the rank of that matrix: groups that were never at risk
#'   of an event do not count.
#'
#'   A weight \eqn{w(t)} multiplies observed and expected at each time, and its square the
#'   covariance: `n`, \eqn{\sqrt n}, \eqn{\tilde S(t) = \prod_{s \le t} (1 - d_s / (n_s + 1))}
#'   (Peto-Peto), \eqn{\tilde S(t) n / (n + 1)} (modified), or
#'   \eqn{\hat S(t-)^\rho (1 - \hat S(t-))^\gamma} with the Kaplan-Meier estimate of all groups of a
#'   stratum together (Fleming-Harrington). With scores \eqn{a_g} the statistic is
#'   \eqn{(\sum a_g (O_g - E_g))^2 / a' V a} on one degree of freedom.
#'
#'   With `weights` or `cluster` observed and expected are totals of weights, and the covariance is
#'   \eqn{\sum_c u_c u_c'} with \eqn{u_c} the sum over the rows of a cluster (or each row) of their
#'   weight times the score residual
#'   \deqn{u_{ig} = \sum_t w(t) (1\{g = g_i\} - n_g / n) (dN_i(t) - Y_i(t) d / n)}{u_ig = sum over t
#'   of w (1 if g is the row's group - n_g / n) (1 at its event - d / n while at risk)}
#'   (Lin & Wei 1989; Xie & Liu 2005 for weights). Unweighted in time this is the robust score test
#'   of `survival::coxph(ties = "breslow")`. Groups are compared however the clusters lie in them.
#' @section Errors: as [fit_km()], and `survlines_error_formula` where the formula names no group.
#' @section Warnings and messages: `survlines_warning_nothing_to_compare` when fewer than two
#'   groups were ever at risk of an event; then the p-value is missing. Messages as in [fit_km()].
#' @references
#' Mantel N (1966). Evaluation of survival data and two new rank order statistics arising in its
#' consideration. Cancer Chemotherapy Reports 50, 163-170.
#'
#' Peto R, Peto J (1972). Asymptotically efficient rank invariant test procedures. Journal of the
#' Royal Statistical Society A 135, 185-207.
#'
#' Gehan EA (1965). A generalized Wilcoxon test for comparing arbitrarily singly-censored samples.
#' Biometrika 52, 203-223.
#'
#' Tarone RE, Ware J (1977). On distribution-free tests for equality of survival distributions.
#' Biometrika 64, 156-160.
#'
#' Lin DY, Wei LJ (1989). The robust inference for the Cox proportional hazards model. Journal of
#' the American Statistical Association 84, 1074-1078.
#'
#' Xie J, Liu C (2005). Adjusted Kaplan-Meier estimator and log-rank test with inverse probability
#' of treatment weighting for survival data. Statistics in Medicine 24, 3089-3110.
#'
#' Fleming TR, Harrington DP (1991). Counting processes and survival analysis. Wiley, New York.
#'
#' Klein JP, Moeschberger ML (2003). Survival analysis, 2nd edition, chapter 7. Springer, New York.
#' @examples
#' test_logrank(Surv(time, status) ~ sex, lung)
#' test_logrank(Surv(time, status) ~ ph.ecog, lung, weighting = "peto-peto", scores = TRUE)
#' glance(test_logrank(Surv(time, status) ~ sex + strata(ph.ecog), lung))
#' test_logrank(Surv(time, status) ~ sex, kidney, cluster = id)
#' @export
test_logrank <- function(formula, data = NULL, weights, frequency, cluster, subset,
                         na.action = getOption("na.action"), # nolint: object_name_linter.
                         weighting = c(
                           "logrank", "gehan", "tarone-ware", "peto-peto", "modified-peto-peto",
                           "fleming-harrington"
                         ), rho = 0, gamma = 0, scores = NULL, timefix = TRUE, ...) {
  call <- match.call()
  check_nothing_else(..., .of = "test_logrank")
  weighting <- check_weighting(match_choice(weighting, test_weights), rho, gamma)
  arguments <- written_arguments(c("weights", "frequency", "cluster", "subset"), call = call)
  model <- model_data(formula, data, arguments, na.action, "groups", timefix, ranked = FALSE)
  check_groups(model)
  scores <- check_scores(scores, model$group_labels)
  n_patients <- count_patients(data, model$rows)
  if (is.null(model$cluster)) inform_repeated_lines(n_patients, model$n_rows)
  robust <- is_robust(model)
  test <- if (robust) {
    run_robust_logrank(model, weighting)
  } else {
    run_logrank(model$columns, weighting)
  }
  # Named here, where nothing else holds it: the matrix of many groups is not copied.
  dimnames(test$covariance) <- list(model$group_labels, model$group_labels)
  if (!is.null(scores)) test <- trend_test(test, scores)
  if (test$df == 0L) warn_nothing_to_compare(model)
  new_logrank(model, test, c(weighting, list(
    scores = scores, robust = robust, n_clusters = model$n_clusters,
    n_patients = n_patients, call = call
  )))
}

# Weights and clusters have no hypergeometric variance.
is_robust <- function(model) !is.null(model$cluster) || !is.null(model$columns$weight)

# In the order of TestWeight in src/core/logrank.h.
test_weights <- c(
  "logrank", "gehan", "tarone-ware", "peto-peto", "modified-peto-peto", "fleming-harrington"
)

check_weighting <- function(kind, rho, gamma, call = rlang::caller_env()) {
  check_number(rho, call)
  check_number(gamma, call)
  if (rho < 0 || gamma < 0) {
    abort_survlines("argument", "{.arg rho} and {.arg gamma} must not be negative.", call = call)
  }
  if (kind != "fleming-harrington" && (rho != 0 || gamma != 0)) {
    abort_survlines("argument", c(
      "{.arg rho} and {.arg gamma} belong to another weighting than {.val {kind}}.",
      i = "Use {.code weighting = \"fleming-harrington\"}."
    ), call = call)
  }
  list(weighting = kind, rho = rho, gamma = gamma)
}

run_logrank <- function(columns, weighting) {
  run <- if (is_unranked(columns)) core_logrank_unranked else core_logrank
  run(
    columns, match(weighting$weighting, test_weights) - 1L, weighting$rho, weighting$gamma
  )
}

run_robust_logrank <- function(model, weighting) {
  core_robust_logrank(
    model$columns, model$cluster, if (is.null(model$cluster)) 0 else model$n_clusters,
    match(weighting$weighting, test_weights) - 1L, weighting$rho, weighting$gamma
  )
}

check_groups <- function(model, call = rlang::caller_env()) {
  if (is.null(model$group_labels)) {
    abort_survlines("formula", c(
      "The formula names no group to compare.",
      i = "Write {.code Surv(time, status) ~ group}; {.fn strata} alone makes no groups."
    ), call = call)
  }
}

check_scores <- function(scores, labels, call = rlang::caller_env()) {
  if (is.null(scores)) {
    return(NULL)
  }
  if (isTRUE(scores)) scores <- seq_along(labels)
  if (!is.numeric(scores) || length(scores) != length(labels) || !all(is.finite(scores))) {
    abort_survlines("argument", c(
      "{.arg scores} must be {length(labels)} finite number{?s}, one for each group, or TRUE.",
      i = "The groups are {.val {labels}}."
    ), call = call)
  }
  as.double(scores)
}

# The test of a linear contrast, on one degree of freedom.
trend_test <- function(test, scores) {
  difference <- rowSums(test$observed) - rowSums(test$expected)
  # The differences add up to zero, so that the scores may be centred: the variance does not cancel.
  # Nor does their unit matter: huge ones do not overflow.
  scores <- scores - mean(scores)
  if (any(scores != 0)) scores <- scores / max(abs(scores))
  variance <- sum(scores * (test$covariance %*% scores))
  test$df <- as.integer(variance > 0)
  test$chi_square <- if (variance > 0) sum(scores * difference)^2 / variance else 0
  test
}

warn_nothing_to_compare <- function(model) {
  reason <- if (sum(model$columns$event) == 0L) {
    "There are no events."
  } else if (identical(model$n_clusters, 1L)) {
    "All rows are of one cluster."
  } else {
    "Fewer than two groups were ever at risk of an event that could have happened to another."
  }
  warn_survlines("nothing_to_compare", c("The log-rank test has nothing to compare.", i = reason))
}

new_logrank <- function(model, test, settings) {
  groups <- list(model$group_labels, model$stratum_labels)
  dimnames(test$observed) <- dimnames(test$expected) <- groups
  p_value <- if (test$df > 0L) {
    stats::pchisq(test$chi_square, test$df, lower.tail = FALSE)
  } else {
    NA_real_
  }
  fit <- c(
    list(
      observed = test$observed, expected = test$expected, covariance = test$covariance,
      n_in_group = count_in_groups(model),
      statistic = if (test$df > 0L) test$chi_square else NA_real_, df = test$df, p.value = p_value
    ),
    settings, fit_counts(model), list(formula = model$formula$formula)
  )
  class(fit) <- "survlines_logrank"
  fit
}

count_in_groups <- function(model) {
  group <- model$columns$group
  frequency <- model$columns$frequency
  if (is.null(frequency)) {
    return(core_count_codes(group, length(model$group_labels)))
  }
  unname(rowsum(frequency, group)[, 1L])
}

#' @export
print.survlines_logrank <- function(x, digits = 3, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  digits <- check_digits(digits, 1)
  cli::cat_line(describe_weighting(x), ": ", deparse_call(x$call))
  cli::cat_line()
  observed <- rowSums(x$observed)
  expected <- rowSums(x$expected)
  ratio <- ifelse(expected > 0, observed / expected, NA_real_)
  print(data.frame(
    N = x$n_in_group, observed = observed, expected = formatC(expected, digits = 2L, format = "f"),
    `observed/expected` = format(ratio, digits = digits),
    row.names = rownames(x$observed), check.names = FALSE
  ))
  cli::cat_line()
  strata <- ncol(x$observed)
  cli::cat_line(
    "Chi-square = ", format(x$statistic, digits = digits), " on ", x$df,
    " degree", if (x$df != 1L) "s", " of freedom, ", format_p(x$p.value),
    if (strata > 1L) paste0("; within ", strata, " strata"),
    if (x$robust) "; robust",
    if (!is.null(x$n_clusters)) paste(" over", count_of(x$n_clusters, "cluster")), "."
  )
  cat_counts(x)
  invisible(x)
}

describe_weighting <- function(x) {
  name <- switch(x$weighting,
    logrank = "Log-rank test", gehan = "Gehan-Breslow test", `tarone-ware` = "Tarone-Ware test",
    `peto-peto` = "Peto-Peto test", `modified-peto-peto` = "Modified Peto-Peto test",
    `fleming-harrington` = paste0("Fleming-Harrington test, rho ", x$rho, ", gamma ", x$gamma)
  )
  if (is.null(x$scores)) {
    return(name)
  }
  paste0(name, " for trend, scores ", paste(format(x$scores, trim = TRUE), collapse = ", "))
}

#' @export
summary.survlines_logrank <- function(object, ...) {
  check_nothing_else(..., .what = summary_name, .hint = NULL)
  object
}

#' @export
nobs.survlines_logrank <- function(object, ...) object$n
