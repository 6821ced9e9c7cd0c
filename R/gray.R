#' Gray's test of cumulative incidence
#'
#' Compares the cumulative incidence of one cause between groups, in the presence of others.
#'
#' @inheritParams fit_cuminc
#' @param formula `Surv(time, cause) ~ group`, with `+ strata(x)` to compare within strata; `cause`
#'   is a factor whose first level means censored.
#' @param causes Which causes to test, by name; by default each.
#' @param rho Power of the pooled \eqn{1 - \hat F} by which differences are weighted.
#' @return A tibble of class `survlines_gray` with a row for each cause: `cause`, `statistic`,
#'   `df`, `p.value`.
#' @section Formula: Gray (1988): the score of a group is the sum over event times of
#'   \eqn{(1 - \hat F(t-))^\rho (d_g - d\, h_g (1 - \hat F_g(t-)) / \sum h (1 - \hat F(t-)))} with
#'   \eqn{h_g = n_g / \hat S_g(t-)}, compared by its covariance, which knows the variance that
#'   estimating \eqn{\hat S_g} and \eqn{\hat F_g} adds.
#' @section Errors: as [fit_cuminc()]; `survlines_error_argument` where rows enter late.
#' @section Warnings: `survlines_warning_nothing_to_compare` for a cause without events that could
#'   have happened in two groups; its p-value is missing.
#' @references
#' Gray RJ (1988). A class of k-sample tests for comparing the cumulative incidence of a competing
#' risk. Annals of Statistics 16, 1141-1154.
#' @examples
#' relapse <- transform(
#'   mgus2,
#'   months = ifelse(pstat == 1, ptime, futime),
#'   cause = factor(ifelse(pstat == 1, 1, 2 * death), 0:2, c("censored", "progression", "death"))
#' )
#' test_gray(Surv(months, cause) ~ sex, relapse)
#' @export
test_gray <- function(formula, data = NULL, causes = NULL, rho = 0, frequency, subset,
                      na.action = getOption("na.action"), # nolint: object_name_linter.
                      timefix = TRUE, ...) {
  check_nothing_else(..., .of = "test_gray")
  check_number(rho)
  arguments <- written_arguments(c("frequency", "subset"))
  model <- model_data(formula, data, arguments, na.action, "groups_causes", timefix)
  if (is.null(model$group_labels)) {
    abort_survlines("formula", c(
      "The formula names no group to compare.",
      i = "Write {.code Surv(time, cause) ~ group}; {.fn strata} alone makes no groups."
    ))
  }
  if (!is.null(model$columns$entry)) {
    abort_survlines("argument", c(
      "Gray's test is not defined for rows that enter late.",
      i = "A Fine-Gray model takes entry times; see {.fn fit_cuminc}."
    ))
  }
  inform_repeated_lines(count_patients(data, model$rows), model$n_rows)
  causes <- check_causes(causes, list(causes = model$causes))
  tests <- lapply(causes, gray_of_cause, model = model, rho = rho)
  statistic <- vapply(tests, `[[`, 0, "chi_square")
  df <- vapply(tests, `[[`, 0L, "df")
  p_value <- ifelse(df > 0L, stats::pchisq(statistic, df, lower.tail = FALSE), NA_real_)
  tibble::new_tibble(
    list(cause = causes, statistic = ifelse(df > 0L, statistic, NA_real_), df = df,
      p.value = p_value),
    nrow = length(causes), class = "survlines_gray"
  )
}

# Code 2g: an event of the cause in group g; code 2g + 1: any other row of the group.
gray_of_cause <- function(cause, model, rho) {
  columns <- model$columns
  is_cause <- columns$event == 1L & model$cause == match(cause, model$causes)
  columns$group <- 2L * columns$group + as.integer(!is_cause)
  columns$n_groups <- 2L * columns$n_groups
  test <- core_gray(columns, rho)
  if (test$df == 0L) {
    warn_survlines("nothing_to_compare", "Gray's test of {.val {cause}} has nothing to compare.")
  }
  test
}
