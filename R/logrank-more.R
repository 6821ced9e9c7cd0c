#' Log-rank tests between pairs of groups
#'
#' Each pair of groups is compared on the rows of these two groups alone, within strata where the
#' formula has them.
#'
#' @inheritParams test_logrank
#' @param adjust How p-values are adjusted for the number of pairs: a method of
#'   [stats::p.adjust()].
#' @return A tibble with a row for each pair: `group1`, `group2`, `statistic`, `df`, `p.value`,
#'   `p.adjusted`. Pairs that cannot be compared have missing p-values and do not count for the
#'   adjustment.
#' @section Errors: as [test_logrank()].
#' @examples
#' test_logrank_pairs(Surv(time, status) ~ celltype, veteran, adjust = "BH")
#' @export
test_logrank_pairs <- function(formula, data = NULL, weights, frequency, cluster, subset,
                               na.action = getOption("na.action"), # nolint: object_name_linter.
                               weighting = c(
                                 "logrank", "gehan", "tarone-ware", "peto-peto",
                                 "modified-peto-peto", "fleming-harrington"
                               ), rho = 0, gamma = 0, adjust = "holm", timefix = TRUE, ...) {
  check_nothing_else(..., .of = "test_logrank_pairs")
  weighting <- check_weighting(match_choice(weighting, test_weights), rho, gamma)
  adjust <- match_choice(adjust, stats::p.adjust.methods)
  arguments <- written_arguments(c("weights", "frequency", "cluster", "subset"))
  model <- model_data(formula, data, arguments, na.action, "groups", timefix)
  check_groups(model)
  if (is.null(model$cluster)) {
    inform_repeated_lines(count_patients(data, model$rows), model$n_rows)
  }
  n_groups <- length(model$group_labels)
  if (n_groups < 2L) {
    abort_survlines("formula", "There is one group only: {.val {model$group_labels}}.")
  }
  pairs <- utils::combn(n_groups, 2L)
  tests <- apply(pairs, 2L, function(pair) {
    of_pair <- rows_of_pair(model, pair - 1L)
    if (is_robust(model)) {
      run_robust_logrank(of_pair, weighting)
    } else {
      run_logrank(of_pair$columns, weighting)
    }
  })
  df <- vapply(tests, `[[`, 0L, "df")
  statistic <- ifelse(df > 0L, vapply(tests, `[[`, 0, "chi_square"), NA_real_)
  p_value <- stats::pchisq(statistic, df, lower.tail = FALSE)
  tibble::new_tibble(
    list(
      group1 = model$group_labels[pairs[1L, ]], group2 = model$group_labels[pairs[2L, ]],
      statistic = statistic, df = df, p.value = p_value,
      p.adjusted = stats::p.adjust(p_value, adjust)
    ),
    nrow = ncol(pairs)
  )
}

# The rows of two groups, which become groups 0 and 1.
rows_of_pair <- function(model, pair) {
  columns <- model$columns
  kept <- columns$group %in% pair
  rows <- c("exit", "entry", "event", "stratum", "group", "weight", "frequency")
  for (name in rows) columns[[name]] <- columns[[name]][kept]
  columns$group <- match(columns$group, pair) - 1L
  columns$n_groups <- 2L
  c(list(columns = columns), code_clusters(model$cluster[kept]))
}

#' Maximum of several weighted log-rank tests
#'
#' MaxCombo: the largest of several Fleming-Harrington statistics of two groups, with its p-value
#' from their joint normal distribution.
#'
#' @inheritParams test_logrank
#' @param rho,gamma Powers of the weights, of equal length, one test each; by default the four
#'   tests G(0,0), G(1,0), G(0,1), G(1,1).
#' @return A list of class `survlines_maxcombo`: `tests`, a tibble with a row for each test (`rho`,
#'   `gamma`, `statistic` (z; positive where the second group has more events than expected)),
#'   `correlation`, their correlations, `statistic`, the largest \eqn{|z|}, and its two-sided
#'   `p.value`. `glance()` has `statistic` and `p.value`.
#' @section Formula: With \eqn{O_k - E_k} the weighted difference of test k in the second group,
#'   \eqn{z_k = (O_k - E_k) / \sqrt{V_{kk}}} and \eqn{V_{kl} = \sum w_k w_l V(t)}. Under equality
#'   they are jointly normal with these correlations, and the p-value is
#'   \eqn{1 - P(\max |Z_k| < \max |z_k|)}: by the algorithm of Miwa, Hayter and Kuriki (2003) where
#'   the correlations are regular, by the lattice rule of Genz and Bretz (2009) from a fixed start,
#'   to about 1e-6, where tests depend on each other, as the default four do. The same data give
#'   the same p-value.
#' @section Errors: as [test_logrank()]; `survlines_error_formula` unless there are two groups;
#'   `survlines_error_package` without mvtnorm.
#' @references
#' Genz A, Bretz F (2009). Computation of multivariate normal and t probabilities. Springer,
#' Heidelberg.
#'
#' Lin RS et al. (2020). Alternative analysis methods for time to event endpoints under
#' nonproportional hazards: a comparative analysis. Statistics in Biopharmaceutical Research 12,
#' 187-198.
#'
#' Miwa A, Hayter J, Kuriki S (2003). The evaluation of general non-centred orthant
#' probabilities. Journal of the Royal Statistical Society B 65, 223-234.
#' @examples
#' if (requireNamespace("mvtnorm", quietly = TRUE)) {
#'   test_maxcombo(Surv(time, status) ~ trt, veteran)
#' }
#' @export
test_maxcombo <- function(formula, data = NULL, frequency, subset,
                          na.action = getOption("na.action"), # nolint: object_name_linter.
                          rho = c(0, 1, 0, 1), gamma = c(0, 0, 1, 1), timefix = TRUE, ...) {
  call <- match.call()
  check_nothing_else(..., .of = "test_maxcombo")
  check_installed("mvtnorm", "MaxCombo")
  check_powers(rho, gamma)
  arguments <- written_arguments(c("frequency", "subset"))
  model <- model_data(formula, data, arguments, na.action, "groups", timefix)
  check_groups(model)
  refuse_clusters(model)
  if (length(model$group_labels) != 2L) {
    abort_survlines("formula", c(
      "MaxCombo compares two groups; there {?is/are} {length(model$group_labels)}.",
      i = "They are {.val {model$group_labels}}."
    ))
  }
  inform_repeated_lines(count_patients(data, model$rows), model$n_rows)
  covariance <- maxcombo_covariance(model$columns, rho, gamma)
  if (!all(diag(covariance$matrix) > 0)) {
    warn_nothing_to_compare(model)
    z <- rep(NA_real_, length(rho))
    correlation <- covariance$matrix * NA_real_
    p_value <- NA_real_
  } else {
    z <- covariance$difference / sqrt(diag(covariance$matrix))
    correlation <- stats::cov2cor(covariance$matrix)
    p_value <- maxcombo_p(max(abs(z)), correlation)
  }
  structure(
    c(
      list(
        tests = tibble::new_tibble(
          list(rho = rho, gamma = gamma, statistic = z), nrow = length(rho)
        ),
        correlation = correlation, statistic = max(abs(z)), p.value = p_value, call = call,
        groups = model$group_labels
      ),
      fit_counts(model)
    ),
    class = "survlines_maxcombo"
  )
}

refuse_clusters <- function(model, call = rlang::caller_env()) {
  if (!is.null(model$cluster)) {
    abort_survlines("formula", c(
      "{.fn cluster} has no meaning here: the joint distribution is that of independent rows.",
      i = "{.fn test_logrank} and {.fn fit_cox} know clusters."
    ), call = call)
  }
}

check_powers <- function(rho, gamma, call = rlang::caller_env()) {
  fine <- is.numeric(rho) && is.numeric(gamma) && length(rho) == length(gamma) &&
    length(rho) > 0L && all(is.finite(c(rho, gamma))) && all(c(rho, gamma) >= 0)
  if (!fine) {
    abort_survlines("argument", paste(
      "{.arg rho} and {.arg gamma} must be numbers of 0 or more, as many of one as of the other."
    ), call = call)
  }
}

# The covariance of two Fleming-Harrington tests is the variance of the one between them: the
# product of their weights is the square of the weight with the mean powers.
maxcombo_covariance <- function(columns, rho, gamma) {
  run <- function(k, l) {
    run_logrank(columns, list(
      weighting = "fleming-harrington", rho = (rho[k] + rho[l]) / 2,
      gamma = (gamma[k] + gamma[l]) / 2
    ))
  }
  n <- length(rho)
  matrix <- matrix(0, n, n)
  difference <- numeric(n)
  for (k in seq_len(n)) {
    for (l in seq_len(k)) {
      test <- run(k, l)
      matrix[k, l] <- matrix[l, k] <- test$covariance[2L, 2L]
    }
    difference[k] <- sum(test$observed[2L, ]) - sum(test$expected[2L, ])
  }
  list(matrix = matrix, difference = difference)
}

# Miwa's algorithm needs a regular matrix, and the usual four tests have none: G(0,0) is the sum of
# G(1,0) and G(0,1). For those there is the lattice rule of Genz and Bretz from a fixed start.
maxcombo_p <- function(largest, correlation) {
  if (nrow(correlation) == 1L) {
    return(2 * stats::pnorm(-largest))
  }
  limits <- rep(largest, nrow(correlation))
  smallest <- min(eigen(correlation, symmetric = TRUE, only.values = TRUE)$values)
  inside <- if (smallest > 1e-6) {
    mvtnorm::pmvnorm(-limits, limits, corr = correlation, algorithm = mvtnorm::Miwa(steps = 512))
  } else {
    from_fixed_seed(mvtnorm::pmvnorm(-limits, limits,
      corr = correlation, algorithm = mvtnorm::GenzBretz(maxpts = 1e6, abseps = 1e-7)
    ))
  }
  min(1, max(0, 1 - as.numeric(inside)))
}

# Evaluates with a fixed state of the random numbers and leaves the session's state as it was.
from_fixed_seed <- function(expression) {
  old <- get0(".Random.seed", globalenv(), inherits = FALSE)
  on.exit(
    if (is.null(old)) {
      rm(".Random.seed", envir = globalenv())
    } else {
      assign(".Random.seed", old, envir = globalenv())
    }
  )
  set.seed(1L, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  expression
}

#' @export
print.survlines_maxcombo <- function(x, digits = 3, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  digits <- check_digits(digits, 1)
  cli::cat_line("MaxCombo test: ", deparse_call(x$call))
  cli::cat_line()
  print(as.data.frame(x$tests), digits = digits, row.names = FALSE)
  cli::cat_line()
  cli::cat_line(
    "Largest |z| = ", format(x$statistic, digits = digits), ", ", format_p(x$p.value),
    "; z above 0: more events in ", x$groups[2L], " than expected."
  )
  cat_counts(x)
  invisible(x)
}

#' @export
glance.survlines_maxcombo <- function(x, ...) {
  check_nothing_known(..., .of = "glance")
  tibble::new_tibble(
    list(
      statistic = x$statistic, p.value = x$p.value, nobs = x$n, n.events = x$n_events,
      n.dropped = x$n_missing + x$n_zero_weight
    ),
    nrow = 1L
  )
}
