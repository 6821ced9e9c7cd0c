#' Forest plot of a Cox model
#'
#' A hazard ratio with its interval for each coefficient, on a logarithmic axis. Every ratio says
#' what it compares: a level with the reference level, or so many units of a number.
#'
#' @param x,object A fit of [fit_cox()].
#' @param per Named numbers: by how much a numeric covariate is compared, such as `c(age = 10)` for
#'   the hazard ratio of ten years. 1 where not named.
#' @param units Named texts: the unit of numeric covariates, such as `c(age = "years")`.
#' @param names Named texts that replace names of covariates, or the labels that the columns have
#'   (`attr(x, "label")`).
#' @param conf_level Level of the intervals.
#' @param title,xlab Texts.
#' @param alt Description for those who cannot see the figure; made from the fit by default.
#' @param language Language of the texts, `"en"` or `"fr"`.
#' @param base_size Size of the text in points.
#' @param ... For `autoplot()`, arguments of `plot()`; other arguments are refused.
#' @return A ggplot. Coefficients that were not estimated have a line without a point; infinite ones
#'   are named so.
#' @section Errors: `survlines_error_package` where ggplot2 is not installed;
#'   `survlines_error_argument`.
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' fit <- fit_cox(Surv(time, status) ~ age + celltype, veteran)
#' plot(fit, per = c(age = 10), units = c(age = "years"))
#' @export
plot.survlines_cox <- function(x, per = NULL, units = NULL, names = NULL,
                               conf_level = x$conf_level, title = NULL, xlab = NULL, alt = NULL,
                               language = "en", base_size = 11, ...) {
  check_nothing_else(...)
  check_installed("ggplot2", "A forest plot")
  check_base_size(base_size)
  check_level(conf_level)
  check_base_size(base_size)
  check_figure_texts(title = title, xlab = xlab, alt = alt)
  if (!is.null(units)) units <- check_named_text(units)
  if (!is.null(names)) names <- check_named_text(names)
  check_coefficients(x)
  rows <- forest_rows(x, per, units, names, conf_level, language)
  if (is.null(xlab)) xlab <- label_text("hazard_ratio_axis", language)
  if (is.null(alt)) alt <- forest_alt_text(rows, conf_level, language)
  drawn <- rows[is.finite(rows$estimate), ]
  figure <- ggplot2::ggplot(drawn, ggplot2::aes(.data$estimate, .data$row)) +
    ggplot2::geom_vline(xintercept = 1, colour = "grey50", linewidth = 0.3, linetype = "22") +
    ggplot2::geom_errorbar(
      ggplot2::aes(xmin = .data$low, xmax = .data$high),
      orientation = "y", width = 0.15, colour = curve_colours[1L], linewidth = 0.6
    ) +
    ggplot2::geom_point(shape = 15, size = 2.6, colour = curve_colours[1L]) +
    ggplot2::scale_x_log10(
      breaks = ratio_breaks(drawn),
      labels = function(ratio) with_decimal_mark(format_plain(ratio), language)
    ) +
    ggplot2::scale_y_continuous(
      breaks = rows$row, labels = wrapped(rows$label), limits = c(0.4, nrow(rows) + 0.6),
      expand = c(0, 0), sec.axis = ggplot2::dup_axis(labels = rows$text)
    ) +
    ggplot2::labs(x = xlab, y = NULL, title = title) +
    figure_theme(base_size) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(),
      axis.line.y = ggplot2::element_blank(), axis.text.y = ggplot2::element_text(hjust = 0),
      axis.text.y.right = ggplot2::element_text(hjust = 0),
      axis.title.y.right = ggplot2::element_blank()
    )
  with_alt_text(figure, alt)
}

#' @rdname plot.survlines_cox
#' @exportS3Method ggplot2::autoplot
autoplot.survlines_cox <- function(object, ...) plot(object, ...) # nolint: object_name_linter.

# One row for each coefficient, the first at the top.
forest_rows <- function(fit, per, units, names, conf_level, language,
                        call = rlang::caller_env()) {
  described <- describe_coefficients(fit)
  numeric <- is_numeric_coefficient(described)
  per <- check_per(per, described$variable[numeric], call)
  factor <- ifelse(numeric, per[described$variable], 1)
  factor[is.na(factor)] <- 1
  limits <- cox_intervals(fit, conf_level)
  table <- data.frame(
    row = rev(seq_along(described$term)), term = described$term,
    estimate = exp(unname(fit$coefficients) * factor),
    low = exp(limits$low * factor), high = exp(limits$high * factor),
    p = tidy(fit)$p.value
  )
  names <- with_column_labels(names, labelled_variables(described), fit$source$data)
  table$label <- forest_labels(described, numeric, factor, units, names, language)
  table$text <- forest_texts(table, fit$kind, language)
  table
}

is_numeric_coefficient <- function(described) described$contrast %in% "per 1"

check_per <- function(per, numeric, call) {
  if (is.null(per)) {
    return(numeric(0L))
  }
  unknown <- setdiff(names(per), numeric)
  usable <- is_plain_vector(per) && !is.null(names(per)) && all(is.finite(per))
  if (!usable || length(unknown) > 0L) {
    abort_survlines("argument", c(
      "{.arg per} must be finite numbers named after numeric covariates.",
      i = "These are {.val {numeric}}."
    ), call = call)
  }
  per
}

forest_labels <- function(described, numeric, factor, units, names, language) {
  variable <- described$variable
  renamed <- variable %in% names(names)
  shown <- variable
  shown[renamed] <- names[variable[renamed]]
  unit <- ifelse(variable %in% names(units), paste0(" ", units[variable]), "")
  n <- length(variable)
  levels <- label_text(rep("versus", n), language, a = described$level, b = described$reference)
  steps <- label_text(rep("per_unit", n), language,
    unit = paste0(with_decimal_mark(format_plain(factor), language), unit)
  )
  what <- ifelse(numeric, steps, ifelse(is.na(described$level), described$contrast, levels))
  named <- label_text(rep("named_comparison", n), language, name = shown, comparison = what)
  ifelse(is.na(what), described$term, named)
}

# So long that the ratios keep a third of a figure that is as wide as a column of a journal.
wrapped <- function(text, width = 22L) {
  vapply(text, function(one) paste(strwrap(one, width), collapse = "\n"), "", USE.NAMES = FALSE)
}

format_plain <- function(x) vapply(x, format, "", digits = 6L)

forest_texts <- function(table, kind, language) {
  two <- function(x) show_decimals(x, 2L, language)
  interval <- show_brackets(two(table$low), two(table$high), language)
  p <- with_decimal_mark(format_p(table$p), language)
  text <- paste0(two(table$estimate), " ", interval, "  ", p)
  text[kind == "aliased"] <- label_text("not_estimated", language)
  text[kind == "infinite"] <- label_text("infinite_ratio", language)
  text
}

check_coefficients <- function(fit, call = rlang::caller_env()) {
  if (length(fit$coefficients) == 0L) {
    abort_survlines("argument", "The model has no coefficients to draw.", call = call)
  }
}

# 1 and ratios around it that divide the axis evenly in its logarithm: the wider it is, the fewer,
# so that they stand beside one another in half of a narrow figure.
ratio_breaks <- function(rows, most = 6L) {
  range <- range(pmax(c(rows$low, rows$high, 1), 1e-300), na.rm = TRUE, finite = TRUE)
  if (range[2L] / range[1L] < 3) {
    return(c(0.5, 0.67, 0.8, 1, 1.25, 1.5, 2))
  }
  exponents <- floor(log10(range[1L])):ceiling(log10(range[2L]))
  for (steps in list(c(1, 2, 5), c(1, 3), 1)) {
    candidates <- sort(outer(steps, 10^exponents))
    near <- candidates[candidates >= range[1L] / 1.6 & candidates <= range[2L] * 1.6]
    if (length(near) <= most) {
      return(near)
    }
  }
  10^seq(min(exponents), max(exponents), by = ceiling(length(exponents) / (most - 1L)))
}

forest_alt_text <- function(rows, conf_level, language) {
  label_text(
    "alt_forest", language,
    level = label_text("per_cent_axis", language, n = show_digits(100 * conf_level, 7L, language)),
    ratios = paste(
      label_text(
        rep("named_comparison", nrow(rows)), language, name = rows$label, comparison = rows$text
      ),
      collapse = "; "
    )
  )
}
