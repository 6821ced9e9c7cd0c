#' Log-rank test
#'
#' Compares two or more groups, within strata where the formula has `strata()`, and with late
#' entry where the left side is `Surv(entry, exit, status)`.
#'
#' @inheritParams fit_km
#' @param formula `Surv(time, status) ~ group`, with `+ strata(x)` to compare within strata. With
#'   several variables every combination is a group.
#'
#' @return An object of class `survlines_logrank`: a list with the total `observed` and `expected`
#'   numbers of events, matrices of groups by strata, the `covariance` matrix of observed less
#'   expected, `statistic`, `df` and `p.value`. `tidy()` gives a tibble with a row per group (`N`,
#'   `obs`, `exp`), `glance()` one row (`statistic`, `df`, `p.value`, counts).
#'
#' @section Formula: At each event time with `d` events among `n` rows at risk, of which
#'   `n_g` are of group `g`, group `g` is expected to have \eqn{d n_g / n} events, with covariances
#'   \eqn{d (n - d) / (n - 1) (n_g / n) (1\{g = h\} - n_h / n)}. The statistic is the quadratic form
#'   of observed less expected, summed over times and strata, in the inverse of their covariance
#'   matrix. Its degrees of freedom are the rank of that matrix: groups that were never at risk
#'   of an event do not count.
#' @section Errors: as [fit_km()], and `survlines_error_formula` where the formula names no group.
#' @section Warnings and messages: `survlines_warning_nothing_to_compare` when fewer than two
#'   groups were ever at risk of an event; then the p-value is missing. Messages as in [fit_km()].
#' @references
#' Mantel N (1966). Evaluation of survival data and two new rank order statistics arising in its
#' consideration. Cancer Chemotherapy Reports 50, 163-170.
#'
#' Peto R, Peto J (1972). Asymptotically efficient rank invariant test procedures. Journal of the
#' Royal Statistical Society A 135, 185-207.
#' @examples
#' test_logrank(Surv(time, status) ~ sex, lung)
#' glance(test_logrank(Surv(time, status) ~ sex + strata(ph.ecog), lung))
#' @export
test_logrank <- function(formula, data = NULL, frequency, subset,
                         na.action = getOption("na.action"), # nolint: object_name_linter.
                         timefix = TRUE) {
  call <- match.call()
  arguments <- written_arguments(c("frequency", "subset"))
  model <- model_data(formula, data, arguments, na.action, "groups", timefix)
  if (is.null(model$group_labels)) {
    abort_survlines("formula", c(
      "The formula names no group to compare.",
      i = "Write {.code Surv(time, status) ~ group}; {.fn strata} alone makes no groups."
    ))
  }
  n_patients <- count_patients(data, model$rows)
  inform_repeated_lines(n_patients, model$n_rows)
  test <- core_logrank(model$columns)
  if (test$df == 0L) warn_nothing_to_compare(model)
  new_logrank(model, test, n_patients, call)
}

warn_nothing_to_compare <- function(model) {
  reason <- if (sum(model$columns$event) == 0L) {
    "There are no events."
  } else {
    "Fewer than two groups were ever at risk of an event that could have happened to another."
  }
  warn_survlines("nothing_to_compare", c("The log-rank test has nothing to compare.", i = reason))
}

new_logrank <- function(model, test, n_patients, call) {
  names <- list(model$group_labels, model$stratum_labels)
  matrices <- lapply(test[c("observed", "expected")], `dimnames<-`, names)
  dimnames(test$covariance) <- names[c(1L, 1L)]
  p_value <- if (test$df > 0L) {
    stats::pchisq(test$chi_square, test$df, lower.tail = FALSE)
  } else {
    NA_real_
  }
  structure(
    c(
      matrices,
      list(
        covariance = test$covariance, n_in_group = count_in_groups(model),
        statistic = if (test$df > 0L) test$chi_square else NA_real_, df = test$df,
        p.value = p_value, n_patients = n_patients, call = call
      ),
      fit_counts(model), list(formula = model$formula$formula)
    ),
    class = "survlines_logrank"
  )
}

count_in_groups <- function(model) {
  group <- factor(model$columns$group, seq_along(model$group_labels) - 1L)
  frequency <- model$columns$frequency
  if (is.null(frequency)) {
    return(tabulate(group, nlevels(group)))
  }
  unname(rowsum(frequency, group)[, 1L])
}

#' @export
print.survlines_logrank <- function(x, digits = 3, ...) {
  cli::cat_line("Log-rank test: ", deparse_call(x$call))
  cli::cat_line()
  observed <- rowSums(x$observed)
  expected <- rowSums(x$expected)
  print(data.frame(
    N = x$n_in_group, observed = observed, expected = round(expected, 2L),
    `observed/expected` = format(observed / expected, digits = digits),
    row.names = rownames(x$observed), check.names = FALSE
  ))
  cli::cat_line()
  strata <- ncol(x$observed)
  cli::cat_line(
    "Chi-square = ", format(x$statistic, digits = digits), " on ", x$df,
    " degree", if (x$df != 1L) "s", " of freedom, ", format_p(x$p.value),
    if (strata > 1L) paste0("; within ", strata, " strata"), "."
  )
  cat_counts(x)
  invisible(x)
}

#' @export
summary.survlines_logrank <- function(object, ...) object

#' @export
nobs.survlines_logrank <- function(object, ...) object$n
