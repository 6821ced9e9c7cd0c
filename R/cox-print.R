# Printed Cox models.

#' @export
print.survlines_cox <- function(x, digits = 3, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  digits <- check_digits(digits, 1)
  cli::cat_line("Cox model: ", deparse_call(x$call))
  cli::cat_line()
  if (length(x$coefficients) > 0L) print(cox_table(x, x$conf_level, digits))
  cat_coefficient_notes(x)
  cli::cat_line()
  cat_test("Likelihood ratio test", cox_tests(x)$log, digits)
  cat_cox_size(x)
  cat_counts(x)
  invisible(x)
}

cox_table <- function(fit, level, digits) {
  rows <- tidy(fit, conf_level = level)
  contrast <- ifelse(is.na(rows$contrast), "", rows$contrast)
  limits <- matrix(format_ratios(exp(c(rows$conf.low, rows$conf.high)), digits), ncol = 2L)
  table <- data.frame(
    contrast = contrast,
    HR = format_ratios(exp(rows$estimate), digits),
    interval = format_interval(limits[, 1L], limits[, 2L]),
    coef = format_numbers(rows$estimate, digits),
    `se(coef)` = format_numbers(rows$std.error, digits),
    row.names = rows$term, check.names = FALSE
  )
  if (!is.null(fit$robust_variance)) table$`robust se` <- format_numbers(rows$robust.se, digits)
  table$z <- format_numbers(rows$statistic, digits)
  table$p <- format_p_value(rows$p.value)
  names(table)[c(1L, 3L)] <- c("", paste0(format(100 * level), "% CI"))
  table
}

cat_coefficient_notes <- function(fit) {
  aliased <- names(fit$kind)[fit$kind == "aliased"]
  infinite <- names(fit$kind)[fit$kind == "infinite"]
  if (length(aliased) > 0L && fit$n_events > 0) {
    cli::cat_line(
      "Not estimated, because constant or given by columns before: ",
      paste(aliased, collapse = ", ")
    )
  }
  if (length(infinite) > 0L) {
    cli::cat_line(
      "Infinite, because the likelihood grows for ever: ", paste(infinite, collapse = ", ")
    )
  }
  if (length(fit$lone) > 0L) {
    cli::cat_line(
      "Robust intervals too narrow, as a group compared is a single ", single_cluster(fit), ": ",
      paste(fit$lone, collapse = ", ")
    )
  }
  if (fit$status != "converged" && length(infinite) == 0L) cli::cat_line("Not converged.")
}

cat_test <- function(name, test, digits) {
  if (test$df == 0L || is.na(test$statistic)) {
    return(invisible())
  }
  cli::cat_line(
    name, " = ", format(test$statistic, digits = digits), " on ", test$df,
    " df, ", format_p(test$p)
  )
}

cat_cox_size <- function(fit) {
  parts <- c(
    paste("n =", format(fit$n)), paste("events =", format(fit$n_events)),
    if (!is.null(fit$n_clusters)) paste(fit$clustered_by, "=", format(fit$n_clusters)),
    if (fit$n_strata > 1L) paste("strata =", fit$n_strata), paste("ties:", fit$ties)
  )
  cli::cat_line(paste(parts, collapse = ", "))
}

summary_name <- "This summary"

#' Summary of a Cox model
#'
#' @param object,x A fit of [fit_cox()], or its summary.
#' @param conf_level Level of the intervals.
#' @param digits Significant digits.
#' @param ... Other arguments are refused.
#' @return A list with `coefficients` (as [tidy.survlines_cox()]) and `tests`, that prints well.
#' @examples
#' summary(fit_cox(Surv(time, status) ~ age + sex, lung))
#' @export
summary.survlines_cox <- function(object, conf_level = object$conf_level, ...) {
  check_nothing_else(..., .what = summary_name, .hint = "The level is given by {.arg conf_level}.")
  check_level(conf_level)
  structure(
    list(
      fit = object, conf_level = conf_level, coefficients = tidy(object, conf_level = conf_level),
      tests = cox_tests(object)
    ),
    class = "summary.survlines_cox"
  )
}

#' @rdname summary.survlines_cox
#' @export
print.summary.survlines_cox <- function(x, digits = 3, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  digits <- check_digits(digits, 1)
  fit <- x$fit
  cli::cat_line("Cox model: ", deparse_call(fit$call))
  cat_cox_size(fit)
  cat_counts(fit)
  cli::cat_line()
  if (length(fit$coefficients) > 0L) print(cox_table(fit, x$conf_level, digits))
  cat_coefficient_notes(fit)
  cli::cat_line()
  cat_test("Likelihood ratio test", x$tests$log, digits)
  cat_test("Wald test            ", x$tests$wald, digits)
  cat_test("Score (log-rank) test", x$tests$sc, digits)
  cat_test("Robust score test    ", x$tests$robust, digits)
  if (!is.null(fit$robust_variance)) {
    cli::cat_line("Likelihood ratio and score tests assume independent rows; the others do not.")
  }
  invisible(x)
}
