#' Test of proportional hazards
#'
#' For each term of a Cox model, and for all together: does its effect change with time? The score
#' test of the coefficients \eqn{\theta} of \eqn{x\,g(t)} added to the model, at \eqn{\theta = 0};
#' the test of [survival::cox.zph()] since survival 3.
#'
#' @param fit A fit of [fit_cox()].
#' @param transform The function `g` of time: `"km"`, 1 less the Kaplan-Meier curve of all rows
#'   just before the time; `"rank"`, the rank of the time; `"identity"`; `"log"`; or a function.
#' @param terms Whether to test terms (of a factor all levels at once), or each coefficient.
#' @param x What `test_proportional()` returned.
#' @param digits Significant digits.
#' @param alt Description for those who cannot see the figure; made from the test by default.
#' @param language Language of the figure's texts, `"en"` or `"fr"`.
#' @param base_size Size of the text in points.
#' @param ... Other arguments are refused.
#' @return An object of class `survlines_proportional`: `tidy()` gives a tibble with a row for each
#'   term, and one named `GLOBAL`: `term`, `statistic`, `df`, `p.value`. `plot()` shows the
#'   scaled Schoenfeld residuals over time, whose smooth shows how the coefficient changes (see
#'   [residuals.survlines_cox()]). Coefficients that are infinite or were not estimated are left
#'   out.
#'
#' @section Formula: With `u` the Schoenfeld residuals and `V` the information at an event time,
#' \eqn{U = \sum g u}, \eqn{I_k = \sum g^k V}, and the statistic is
#' \eqn{U' (I_2 - I_1 I_0^{-1} I_1)^{-1} U} in the rows and columns of the term. It is the same
#' after a shift of `g` or in another unit. Clusters are not taken into account.
#'
#' @section Errors: `survlines_error_argument`, also when `g` is not finite at a time of the data,
#'   such as the log of 0, or when no coefficient was estimated; `survlines_error_ties` for a fit
#'   with exact or marginal ties.
#' @references
#' Grambsch PM, Therneau TM (1994). Proportional hazards tests and diagnostics based on weighted
#' residuals. Biometrika 81, 515-526.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ trt + celltype + karno, veteran)
#' test_proportional(fit)
#' @export
test_proportional <- function(fit, transform = "km", terms = TRUE) {
  check_cox(fit)
  check_flag(terms)
  refuse_exact(fit, "test of proportional hazards")
  model <- cox_model(fit, as_matrix = FALSE)
  estimated <- which(fit$kind == "finite")
  if (length(estimated) == 0L) {
    abort_survlines("argument", "No coefficient of the model is finite: nothing can be tested.")
  }
  g <- transformed_times(model, transform, rlang::caller_env())
  tests <- c(columns_of_terms(fit, estimated, terms), list(GLOBAL = estimated))
  found <- at_coefficients(core_test_proportional, fit, model, g, unname(tests), estimated)
  structure(
    list(
      table = tibble::new_tibble(
        list(
          term = names(tests), statistic = found$chi_square, df = found$df,
          p.value = stats::pchisq(found$chi_square, found$df, lower.tail = FALSE)
        ),
        nrow = length(tests)
      ),
      transform = if (is.character(transform)) transform else "a function", fit = fit
    ),
    class = "survlines_proportional"
  )
}

# The numbers of the columns of each term, by its name.
columns_of_terms <- function(fit, estimated, terms) {
  names <- if (terms) fit$term_labels[fit$assign[estimated]] else names(fit$kind)[estimated]
  split(estimated, factor(names, levels = unique(names)))
}

# g at each distinct time, centred at the events, which takes nothing from the test and spares it
# digits.
transformed_times <- function(model, transform, call) {
  g <- if (is.function(transform)) {
    tryCatch(transform(model$times), error = function(problem) {
      abort_survlines(
        "argument", "{.arg transform} could not be used.",
        parent = problem, call = call
      )
    })
  } else {
    transform <- match_choice(transform, c("km", "rank", "identity", "log"), call = call)
    switch(transform,
      km = 1 - survival_before(model), rank = ranks_of_times(model),
      identity = model$times, log = suppressWarnings(log(model$times))
    )
  }
  used <- model$columns$exit[model$columns$event == 1L] + 1L
  if (!is.numeric(g) || length(g) != length(model$times) || !all(is.finite(g[used]))) {
    abort_survlines("argument", c(
      "{.arg transform} must give a finite number for each event time.",
      i = "The logarithm is for times above 0."
    ), call = call)
  }
  # Only event times count.
  g[-used] <- 0
  g - mean(g[used])
}

# The curve of all rows in one, weights aside, just before each time.
survival_before <- function(model) {
  columns <- model$columns
  columns$stratum <- columns$weight <- columns$group <- NULL
  columns$n_strata <- columns$n_groups <- 1L
  curve <- core_km(columns, model$times)
  position <- findInterval(model$times, curve$time, left.open = TRUE)
  c(1, curve$survival)[position + 1L]
}

# As rank() of all exit times would give, ties in the middle.
ranks_of_times <- function(model) {
  count <- model$columns$frequency
  if (is.null(count)) count <- rep(1, model$n_rows)
  number <- numeric(length(model$times))
  totals <- rowsum(count, model$columns$exit)
  number[as.integer(rownames(totals)) + 1L] <- totals
  cumsum(number) - (number - 1) / 2
}

# One row an event and finite coefficient: its time and scaled residual. Made for the figure only:
# in many rows they take longer than the test.
residual_points <- function(fit) {
  model <- cox_model(fit, as_matrix = FALSE)
  found <- at_coefficients(core_cox_schoenfeld, fit, model)
  values <- times_variance(`colnames<-`(found$residual, names(fit$kind)), fit$variance)
  finite <- fit$kind == "finite"
  values <- values[, finite, drop = FALSE] * fit$n_events
  n <- nrow(values)
  time <- model$times[model$columns$exit[found$row] + 1L]
  data.frame(
    term = factor(rep(colnames(values), each = n), levels = colnames(values)),
    time = rep(time, ncol(values)),
    residual = as.vector(values) + rep(fit$coefficients[finite], each = n)
  )
}

#' @rdname test_proportional
#' @export
print.survlines_proportional <- function(x, digits = 3, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  digits <- check_digits(digits, 1)
  cli::cat_line("Test of proportional hazards, time as ", x$transform)
  cli::cat_line()
  print(data.frame(
    chisq = format(x$table$statistic, digits = digits), df = x$table$df,
    p = format_p_value(x$table$p.value), row.names = x$table$term
  ))
  invisible(x)
}

#' @rdname test_proportional
#' @export
tidy.survlines_proportional <- function(x, ...) {
  check_nothing_known(..., .of = "tidy")
  x$table
}

#' @rdname test_proportional
#' @export
plot.survlines_proportional <- function(x, alt = NULL, language = "en", base_size = 11, ...) {
  check_nothing_else(...)
  check_installed("ggplot2", "The figure")
  check_base_size(base_size)
  check_figure_texts(alt = alt)
  points <- residual_points(x$fit)
  terms <- levels(points$term)
  lines <- data.frame(term = factor(terms, terms), estimate = x$fit$coefficients[terms])
  # Loess needs more than a handful of points.
  smooth <- if (nrow(points) >= 10L * length(terms)) {
    ggplot2::geom_smooth(
      method = "loess", formula = y ~ x, colour = curve_colours[1L], fill = curve_colours[1L],
      alpha = 0.2, linewidth = 0.6
    )
  }
  figure <- ggplot2::ggplot(points, ggplot2::aes(.data$time, .data$residual)) +
    ggplot2::geom_hline(
      data = lines, ggplot2::aes(yintercept = .data$estimate), linetype = "22"
    ) +
    ggplot2::geom_point(alpha = 0.5, size = 1) +
    smooth +
    ggplot2::facet_wrap(ggplot2::vars(.data$term), scales = "free_y", ncol = 2L) +
    ggplot2::labs(
      x = label_text("time", language), y = label_text("coefficient_over_time", language)
    ) +
    figure_theme(base_size)
  with_alt_text(figure, if (is.null(alt)) proportional_alt_text(x, terms, language) else alt)
}

proportional_alt_text <- function(x, terms, language) {
  overall <- x$table[x$table$term == "GLOBAL", ]
  label_text(
    "alt_proportional", language,
    terms = paste(terms, collapse = ", "),
    statistic = show_digits(overall$statistic, 3L, language), df = overall$df,
    p = with_decimal_mark(format_p(overall$p.value), language)
  )
}
