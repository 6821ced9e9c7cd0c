#' Confidence intervals of proportions
#'
#' @param x Number of successes, a vector.
#' @param n Number of trials, a vector of the same length (or one number).
#' @param method One of `"wald"`, `"wilson"`, `"clopper-pearson"`, `"mid-p"`.
#' @param conf_level Level of confidence.
#' @section Formula: With \eqn{p = x/n}{p = x/n} and `z` the normal quantile:
#'
#'   * Wald: \eqn{p \pm z \sqrt{p (1 - p) / n}}{p -/+ z sqrt(p (1 - p) / n)}, cut at 0
#'     and 1. It collapses to one point at 0 and n.
#'   * Wilson: the values of the proportion that the score test does not reject,
#'     without continuity correction ([stats::prop.test()]).
#'   * Clopper-Pearson: inverts the two one-sided binomial tests
#'     ([stats::binom.test()]); never covers less than it says.
#'   * mid-p: the same with half the probability of `x` itself.
#' @return A tibble with `estimate`, `conf.low`, `conf.high`; missing when `n` is 0.
#' @section Errors: `survlines_error_argument` for counts that are not whole numbers
#'   with `0 <= x <= n`.
#' @references Newcombe RG (1998). Two-sided confidence intervals for the single
#'   proportion: comparison of seven methods. Statistics in Medicine 17, 857-872.
#' @examples
#' proportion_interval(15, 33, "wald")
#' proportion_interval(c(0, 7), 20, "mid-p")
#' @export
proportion_interval <- function(x, n,
                                method = c("wilson", "wald", "clopper-pearson", "mid-p"),
                                conf_level = 0.95) {
  method <- match_choice(method, c("wilson", "wald", "clopper-pearson", "mid-p"))
  check_given(x)
  check_given(n)
  check_counts(x, n)
  n <- rep_len(n, length(x))
  check_level(conf_level)
  interval <- switch(method,
    wald = wald_interval, wilson = wilson_interval,
    `clopper-pearson` = exact_interval, `mid-p` = mid_p_interval
  )
  limits <- vapply(seq_along(x), function(i) {
    if (n[i] == 0) c(NA_real_, NA_real_) else interval(x[i], n[i], conf_level)
  }, numeric(2L))
  tibble::tibble(
    estimate = ifelse(n == 0, NA_real_, x / n),
    conf.low = limits[1L, ], conf.high = limits[2L, ]
  )
}

check_counts <- function(x, n, call = rlang::caller_env()) {
  whole <- function(value) {
    is_plain_vector(value) && all(is.finite(value)) && all(value == round(value))
  }
  fits <- length(n) == length(x) || length(n) == 1L
  if (!whole(x) || !whole(n) || !fits || any(x < 0) || any(x > n)) {
    abort_survlines("argument", c(
      "{.arg x} and {.arg n} must be whole numbers with 0 <= x <= n.",
      i = "Give one {.arg n} for each {.arg x}, or one for all."
    ), call = call)
  }
}

wald_interval <- function(x, n, conf_level) {
  p <- x / n
  half <- stats::qnorm((1 + conf_level) / 2) * sqrt(p * (1 - p) / n)
  c(max(0, p - half), min(1, p + half))
}

wilson_interval <- function(x, n, conf_level) {
  # prop.test() warns of small counts for its p-value, which is not used here.
  test <- suppressWarnings(stats::prop.test(x, n, conf.level = conf_level, correct = FALSE))
  as.numeric(test$conf.int)
}

exact_interval <- function(x, n, conf_level) {
  as.numeric(stats::binom.test(x, n, conf.level = conf_level)$conf.int)
}

mid_p_interval <- function(x, n, conf_level) {
  tail <- (1 - conf_level) / 2
  # P(X < x) + P(X = x) / 2, which falls as p grows.
  below <- function(p) stats::pbinom(x - 1, n, p) + stats::dbinom(x, n, p) / 2
  solve_for <- function(level) {
    stats::uniroot(function(p) below(p) - level, c(0, 1), tol = 1e-12)$root
  }
  c(if (x == 0) 0 else solve_for(1 - tail), if (x == n) 1 else solve_for(tail))
}
