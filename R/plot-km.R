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
#' @param censor_marks,risk_table Whether to draw these.
#' @param labels Names of the curves, in the order of the fit; by default their levels.
#' @param label Where the curves are named: `"legend"`, or `"direct"` at their ends.
#' @param breaks Times on the axis and in the table, in `time_unit`.
#' @param title,xlab,ylab Texts.
#' @param alt Description for those who cannot see the figure; made from the fit by default.
#' @param base_size Size of the text in points.
#' @param ... Not used; for `autoplot()`, arguments of `plot()`.
#' @return A ggplot, or a patchwork of two where there is a table. The numbers at risk
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
                              median_lines = NULL, risk_table = TRUE, labels = NULL,
                              label = c("legend", "direct"), breaks = NULL, title = NULL,
                              xlab = NULL, ylab = "Survival", alt = NULL, base_size = 11, ...) {
  check_installed(c("ggplot2", if (check_flag(risk_table)) "patchwork"), "A figure of curves")
  few_curves <- n_curves(x) <= 6L
  if (is.null(conf_int)) conf_int <- few_curves
  if (is.null(median_lines)) median_lines <- few_curves
  check_flag(conf_int)
  check_flag(censor_marks)
  check_flag(median_lines)
  label <- match_choice(label, c("legend", "direct"))
  divisor <- time_divisor(x, time_unit)
  labels <- check_curve_labels(labels, x)
  if (is.null(breaks)) breaks <- time_breaks(max(x$time, 0) / divisor, shown_unit(x, time_unit))
  if (is.null(xlab)) xlab <- paste("Time in", shown_unit(x, time_unit))
  if (is.null(alt)) alt <- km_alt_text(x, labels, time_unit)

  steps <- km_steps(x, labels, divisor)
  figure <- ggplot2::ggplot(
    steps,
    ggplot2::aes(.data$time, .data$estimate, colour = .data$curve, linetype = .data$curve)
  )
  if (conf_int) figure <- figure + km_ribbon()
  if (median_lines) figure <- figure + km_median_lines(x, divisor)
  figure <- figure + ggplot2::geom_line(linewidth = 0.7, na.rm = TRUE)
  if (censor_marks) figure <- figure + km_censor_marks(x, labels, divisor)
  figure <- figure + km_scales(labels, breaks, max(steps$time), curve_title(x)) +
    ggplot2::labs(x = xlab, y = ylab, title = title) + figure_theme(base_size)
  figure <- name_curves(figure, steps, label, length(labels))
  figure <- with_alt_text(figure, alt)
  if (!risk_table) {
    return(figure)
  }
  table <- km_risk_table(x, labels, breaks, divisor, max(steps$time), base_size)
  patchwork::wrap_plots(
    figure, with_alt_text(table, alt),
    ncol = 1L, heights = c(1, 0.06 + 0.055 * length(labels))
  )
}

#' @rdname plot.survlines_km
#' @exportS3Method ggplot2::autoplot
autoplot.survlines_km <- function(object, ...) plot(object, ...) # nolint: object_name_linter.

# ---- texts -----------------------------------------------------------------------------------

check_curve_labels <- function(labels, fit, call = rlang::caller_env()) {
  n <- n_curves(fit)
  if (is.null(labels)) {
    return(curve_levels(fit))
  }
  if (length(labels) != n || anyDuplicated(labels)) {
    abort_survlines("argument", c(
      "{.arg labels} must be {n} different name{?s}, one for each curve.",
      i = "The curves are {.val {fit$strata}}."
    ), call = call)
  }
  as.character(labels)
}

# "female" rather than "sex=female": the variable is named once, above the legend.
curve_levels <- function(fit) {
  labels <- fit$strata
  for (variable in fit$group_variables) {
    labels <- gsub(paste0(variable, "="), "", labels, fixed = TRUE)
  }
  if (is.null(labels)) "all" else trimws(gsub(" +,", ",", labels))
}

curve_title <- function(fit) paste(fit$group_variables, collapse = ", ")

km_alt_text <- function(fit, labels, time_unit) {
  table <- km_table(fit, time_unit = time_unit)
  curves <- paste0(
    if (length(labels) > 1L) paste0(labels, ": "), table$records, " rows, ", table$events,
    " events, median ", format_reached(table$median, 3), " ",
    format_interval(table$conf.low, table$conf.high, 3)
  )
  paste0(
    "Kaplan-Meier curve", if (length(labels) > 1L) "s", " of survival over time in ",
    shown_unit(fit, time_unit), ". ", paste(curves, collapse = "; "), ". NR: not reached."
  )
}

# Breaks that months and years are counted in.
time_breaks <- function(last, unit) {
  steps <- switch(unit,
    months = c(1, 2, 3, 6, 12, 24, 36, 60, 120), years = c(0.5, 1, 2, 5, 10, 20),
    days = , weeks = NULL
  )
  fitting <- steps[last / steps <= 7]
  if (length(fitting) == 0L) {
    ticks <- pretty(c(0, last), 5L)
    return(ticks[ticks <= last])
  }
  seq(0, last, by = fitting[1L])
}

# ---- layers ----------------------------------------------------------------------------------

# The corners of the curves and of their limits: from (0, 1), level to each time, then down.
km_steps <- function(fit, labels, divisor) {
  pieces <- lapply(seq_len(n_curves(fit)), function(k) {
    points <- curve_points(fit, k)
    start <- min(0, fit$time[points])
    time <- c(start, fit$time[points]) / divisor
    n <- length(time)
    level <- c(1, rep(seq_len(n)[-1L] - 1L, each = 2L) + rep(0:1, n - 1L))
    corner <- function(column) c(1, fit[[column]][points])[level]
    data.frame(
      time = time[c(1, rep(seq_len(n)[-1L], each = 2L))], estimate = corner("survival"),
      low = corner("conf_low"), high = corner("conf_high"), curve = labels[k]
    )
  })
  steps <- do.call(rbind, pieces)
  steps$curve <- factor(steps$curve, labels)
  steps
}

km_ribbon <- function() {
  ggplot2::geom_ribbon(
    ggplot2::aes(ymin = .data$low, ymax = .data$high, fill = .data$curve),
    colour = NA, alpha = 0.15, na.rm = TRUE, show.legend = FALSE
  )
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

km_scales <- function(labels, breaks, last, title) {
  n <- length(labels)
  list(
    ggplot2::scale_colour_manual(values = curve_scale(curve_colours, n), name = title),
    ggplot2::scale_fill_manual(values = curve_scale(curve_colours, n), name = title),
    ggplot2::scale_linetype_manual(values = curve_scale(curve_line_types, n), name = title),
    ggplot2::scale_y_continuous(
      limits = c(0, 1), breaks = seq(0, 1, 0.25), labels = paste0(seq(0, 100, 25), "%"),
      expand = ggplot2::expansion(c(0.01, 0.03))
    ),
    time_scale(breaks, last)
  )
}

# The same axis for the curves and the table below them.
time_scale <- function(breaks, last) {
  ggplot2::scale_x_continuous(
    breaks = breaks, limits = c(min(0, breaks), max(last, breaks)),
    expand = ggplot2::expansion(c(0.02, 0.05))
  )
}

# A single curve needs no name.
name_curves <- function(figure, steps, label, n_curves) {
  if (n_curves == 1L) {
    return(figure + ggplot2::guides(colour = "none", linetype = "none", fill = "none"))
  }
  if (label == "legend") {
    return(figure + ggplot2::theme(legend.key.width = ggplot2::unit(2.2, "lines")))
  }
  ends <- steps[!duplicated(steps$curve, fromLast = TRUE), ]
  figure +
    ggplot2::geom_text(
      ggplot2::aes(label = .data$curve),
      data = ends, hjust = 1, vjust = -0.6, size = 3.4, show.legend = FALSE
    ) +
    ggplot2::guides(colour = "none", linetype = "none", fill = "none")
}

# Number at risk just before each break, one line a curve, on the axis of the curves.
km_risk_table <- function(fit, labels, breaks, divisor, last, base_size) {
  at_risk <- survival_at(fit, breaks * divisor)
  table <- data.frame(
    time = at_risk$time / divisor, n = at_risk$n.risk,
    curve = factor(rep(labels, each = length(breaks)), rev(labels))
  )
  ggplot2::ggplot(table, ggplot2::aes(.data$time, .data$curve, label = format_count(.data$n))) +
    ggplot2::geom_text(size = base_size * 0.29) +
    time_scale(breaks, last) +
    ggplot2::labs(x = NULL, y = NULL, subtitle = "Number at risk") +
    ggplot2::theme_minimal(base_size = base_size) +
    ggplot2::theme(
      panel.grid = ggplot2::element_blank(), axis.text.x = ggplot2::element_blank(),
      axis.text.y = if (length(labels) == 1L) {
        ggplot2::element_blank()
      } else {
        ggplot2::element_text(hjust = 1, margin = ggplot2::margin(r = 6))
      },
      plot.subtitle = ggplot2::element_text(size = ggplot2::rel(0.9)),
      plot.title.position = "plot", plot.margin = ggplot2::margin(0, 5.5, 2, 5.5)
    )
}

format_count <- function(n) trimws(format(round(n, 1L), big.mark = " ", drop0trailing = TRUE))
