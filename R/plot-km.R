#' Kaplan-Meier figure
#'
#' Curves with pointwise intervals, marks at censored times, lines at the medians, and the number at
#' risk under the axis. Curves differ in colour (safe for colour blindness) and in line type.
#'
#' @param x,object A fit of [fit_km()].
#' @param time_unit Unit of the time axis: `"days"`, `"weeks"`, `"months"` or `"years"`; by default
#'   the unit of the fit.
#' @param conf_int,median_lines Whether to draw these; by default for up to six curves, since more
#'   intervals would hide one another.
#' @param censor_marks Whether to mark censored times.
#' @param risk_table `TRUE` for the numbers at risk under the axis, or which tables to draw there:
#'   `"at_risk"` (just before each time), `"events"` and `"censored"` (up to and at it). By default
#'   the numbers at risk of up to eight curves; of more, none, with a message.
#' @param labels Names of the curves, in the order of the fit; by default their levels.
#' @param label Where the curves are named: `"legend"`, or `"direct"` beside their ends.
#' @param breaks Times on the axis and in the table, in `time_unit`.
#' @param title,xlab,ylab Texts.
#' @param alt Description for those who cannot see the figure; made from the fit by default.
#' @param language Language of the texts, `"en"` or `"fr"`.
#' @param base_size Size of the text in points; the smallest text is 0.8 of it. For a figure as
#'   wide as one column of a journal (85 mm), 8 is a good size.
#' @param ... For `autoplot()`, arguments of `plot()`; other arguments are refused.
#' @return A ggplot, or a patchwork of the curves and their tables. The numbers at risk
#'   are those of the fit that the curves are drawn from.
#' @section Errors: `survlines_error_package` where ggplot2 (or patchwork, for the table) is not
#'   installed; `survlines_error_argument`.
#' @references
#' Okabe M, Ito K (2008). Color universal design: how to make figures and presentations that are
#' friendly to colorblind people. J*Fly Data Depository for Drosophila researchers.
#' @examplesIf requireNamespace("patchwork", quietly = TRUE)
#' plot(fit_km(Surv(time, status) ~ sex, lung), time_unit = "months", labels = c("male", "female"))
#' @importFrom rlang .data
#' @export
plot.survlines_km <- function(x, time_unit = NULL, conf_int = NULL, censor_marks = TRUE,
                              median_lines = NULL, risk_table = NULL, labels = NULL,
                              label = c("legend", "direct"), breaks = NULL, title = NULL,
                              xlab = NULL, ylab = NULL, alt = NULL, language = "en",
                              base_size = 11, ...) {
  check_nothing_else(...)
  blocks <- read_risk_table(risk_table, n_curves(x))
  check_installed(c("ggplot2", if (length(blocks) > 0L) "patchwork"), "A figure of curves")
  few_curves <- n_curves(x) <= 6L
  if (is.null(conf_int)) conf_int <- few_curves
  if (is.null(median_lines)) median_lines <- few_curves
  check_flag(conf_int)
  check_flag(censor_marks)
  check_flag(median_lines)
  check_base_size(base_size)
  label <- match_choice(label, c("legend", "direct"))
  check_figure_texts(title = title, xlab = xlab, ylab = ylab, alt = alt)
  divisor <- time_divisor(x, time_unit)
  labels <- check_curve_labels(labels, x)
  if (!is.null(breaks)) breaks <- check_breaks(breaks)
  if (is.null(breaks)) breaks <- time_breaks(max(x$time, 0) / divisor, shown_unit(x, time_unit))
  if (is.null(xlab)) xlab <- time_axis_title(x, time_unit, language)
  if (is.null(ylab)) ylab <- label_text("survival", language)
  if (is.null(alt)) alt <- km_alt_text(x, labels, time_unit, language)

  steps <- km_steps(x, labels, divisor)
  axis <- time_scale(breaks, max(steps$time))
  figure <- ggplot2::ggplot(
    steps,
    ggplot2::aes(.data$time, .data$estimate, colour = .data$curve, linetype = .data$curve)
  )
  if (conf_int) figure <- figure + curve_ribbon()
  if (median_lines) figure <- figure + km_median_lines(x, divisor)
  figure <- figure + ggplot2::geom_line(linewidth = 0.7, na.rm = TRUE)
  if (censor_marks) figure <- figure + km_censor_marks(x, labels, divisor)
  figure <- figure + curve_scales(length(labels), curve_title(x)) +
    probability_scale(language) + axis +
    ggplot2::labs(x = xlab, y = ylab, title = title) + figure_theme(base_size) +
    name_curves(steps, label, axis, base_size)
  tables <- lapply(blocks, function(block) {
    rows <- km_table_rows(x, block, labels, breaks, divisor)
    with_alt_text(draw_risk_table(rows, risk_table_title(block, language), axis, base_size), alt)
  })
  stack_tables(with_alt_text(figure, alt), tables, base_size)
}

#' @rdname plot.survlines_km
#' @exportS3Method ggplot2::autoplot
autoplot.survlines_km <- function(object, ...) plot(object, ...) # nolint: object_name_linter.

# ---- texts -----------------------------------------------------------------------------------

check_breaks <- function(breaks, call = rlang::caller_env()) {
  if (!is_plain_vector(breaks) || length(breaks) == 0L || !all(is.finite(breaks))) {
    abort_survlines("argument", "{.arg breaks} must be finite numbers.", call = call)
  }
  as.vector(breaks)
}

check_curve_labels <- function(labels, fit, call = rlang::caller_env()) {
  n <- n_curves(fit)
  if (is.null(labels)) {
    return(curve_levels(fit))
  }
  if (!is.atomic(labels) || length(labels) != n || anyDuplicated(labels) || anyNA(labels)) {
    abort_survlines("argument", c(
      "{.arg labels} must be {n} different name{?s}, one for each curve.",
      i = "The curves are {.val {fit$strata}}."
    ), call = call)
  }
  as.character(labels)
}

# "female" rather than "sex=female": the variable is named once, above the legend. Each variable is
# named once in the label of a curve, the first at its beginning.
curve_levels <- function(fit) {
  labels <- fit$strata
  before <- ""
  for (variable in fit$group_variables) {
    labels <- sub(paste0(before, variable, "="), before, labels, fixed = TRUE)
    before <- ", "
  }
  if (is.null(labels)) "all" else trimws(gsub(" +,", ",", labels))
}

curve_title <- function(fit) {
  paste(column_labels(fit$group_variables, fit$source$data), collapse = ", ")
}

km_alt_text <- function(fit, labels, time_unit, language) {
  table <- km_table(fit, time_unit = time_unit)
  n <- nrow(table)
  not_reached <- label_text("not_reached", language)
  shown <- function(x) with_decimal_mark(format_reached(x, 3, not_reached), language)
  limits <- matrix(shown(c(table$conf.low, table$conf.high)), ncol = 2L)
  curves <- label_text(
    rep("alt_curve", n), language,
    rows = table$records, events = table$events, median = shown(table$median),
    interval = show_brackets(limits[, 1L], limits[, 2L], language)
  )
  several <- length(labels) > 1L
  if (several) {
    curves <- label_text(rep("named_comparison", n), language, name = labels, comparison = curves)
  }
  label_text(
    if (several) "alt_km" else "alt_km_one", language,
    unit = unit_label(shown_unit(fit, time_unit), language), curves = paste(curves, collapse = "; ")
  )
}

# ---- layers ----------------------------------------------------------------------------------

km_steps <- function(fit, labels, divisor) {
  fit <- with_limits(fit)
  pieces <- lapply(seq_len(n_curves(fit)), function(k) {
    points <- curve_points(fit, k)
    columns <- list(
      estimate = fit$survival[points], low = fit$conf_low[points], high = fit$conf_high[points]
    )
    time <- fit$time[points]
    steps <- step_corners(time / divisor, columns, first = 1, start = min(0, time) / divisor)
    steps$curve <- labels[k]
    steps
  })
  steps <- do.call(rbind, pieces)
  steps$curve <- factor(steps$curve, labels)
  steps
}

km_censor_marks <- function(fit, labels, divisor) {
  each <- diff(fit$stratum_begin)
  marks <- data.frame(
    time = fit$time / divisor, estimate = fit$survival,
    curve = factor(rep(labels, each), labels)
  )
  ggplot2::geom_point(
    data = marks[fit$n_censor > 0, ], shape = 3, size = 1.6, stroke = 0.6, show.legend = FALSE
  )
}

# From the axis at one half to each median, and down to the time axis.
km_median_lines <- function(fit, divisor) {
  medians <- survival_quantile(fit)$estimate / divisor
  medians <- medians[!is.na(medians)]
  if (length(medians) == 0L) {
    return(NULL)
  }
  lines <- data.frame(
    x = c(0, medians), xend = c(max(medians), medians), y = 0.5,
    yend = c(0.5, rep(0, length(medians)))
  )
  ggplot2::geom_segment(
    ggplot2::aes(.data$x, .data$y, xend = .data$xend, yend = .data$yend),
    data = lines, inherit.aes = FALSE, colour = "grey50", linewidth = 0.3, linetype = "22"
  )
}

# A single curve needs no name.
name_curves <- function(steps, label, axis, base_size) {
  if (nlevels(steps$curve) == 1L) {
    return(no_legend())
  }
  if (label == "legend") {
    return(curve_legend(levels(steps$curve), base_size))
  }
  ends <- steps[!duplicated(steps$curve, fromLast = TRUE), ]
  ends <- data.frame(
    time = ends$time, height = ends$estimate, name = ends$curve,
    colour = curve_scale(curve_colours, nrow(ends))
  )
  direct_labels(ends, label_place(axis), base_size)
}

km_table_rows <- function(fit, block, labels, breaks, divisor) {
  n <- lapply(seq_len(n_curves(fit)), function(k) {
    counts_at(fit, curve_points(fit, k), breaks * divisor, block)
  })
  data.frame(
    time = rep(breaks, length(labels)), n = unlist(n),
    row = factor(rep(labels, each = length(breaks)), labels)
  )
}
