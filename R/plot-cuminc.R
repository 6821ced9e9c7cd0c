#' Cumulative incidence figure
#'
#' The probability to have had each of the competing events by a time: as lines with pointwise
#' intervals, or stacked, where the height of all bands is the probability of any event and what is
#' left above them that of none. Groups have a panel each.
#'
#' @inheritParams plot.survlines_km
#' @param x,object A fit of [fit_cuminc()].
#' @param style `"lines"` or `"stacked"`.
#' @param causes Which causes to draw, in this order; by default those that happened.
#' @param conf_int Whether lines have intervals; by default for up to three causes.
#' @param risk_table `TRUE` for the numbers at risk under the axis, or which tables to draw there:
#'   `"at_risk"` (just before each time), `"events"` of each cause and `"censored"` (up to and at
#'   it). By default the numbers at risk of up to four groups; of more, none, with a message. Panels
#'   stand in one row above a table, else in as many as look well.
#' @param labels Named texts that replace names of causes.
#' @param label Where causes are named: `"direct"` on the right of a single panel, or in a
#'   `"legend"`, as they are where groups have panels.
#' @section Reasons for stopping treatment: [endpoint_ttf()] makes competing causes of the column
#'   `stop_reason` of the lines; with `planned = character()` a treatment completed as planned is
#'   one of the causes rather than censored. See the example.
#' @return A ggplot, or a patchwork of the curves and their tables.
#' @examplesIf requireNamespace("patchwork", quietly = TRUE)
#' study <- read_registry(registry_example())
#' stops <- derive_endpoint(study, endpoint_ttf(planned = character()))
#' fit <- fit_cuminc(Surv(days, cause) ~ 1, stops)
#' plot(fit, time_unit = "months", style = "stacked")
#' @export
plot.survlines_cuminc <- function(x, time_unit = NULL, style = c("lines", "stacked"),
                                  causes = NULL, conf_int = NULL, risk_table = NULL,
                                  labels = NULL, label = NULL, breaks = NULL, title = NULL,
                                  xlab = NULL, ylab = NULL, alt = NULL, language = "en",
                                  base_size = 11, ...) {
  check_nothing_else(...)
  blocks <- read_risk_table(risk_table, n_curves(x), most = 4L)
  check_installed(c("ggplot2", if (length(blocks) > 0L) "patchwork"), "A figure of curves")
  style <- match_choice(style, c("lines", "stacked"))
  check_base_size(base_size)
  check_figure_texts(title = title, xlab = xlab, ylab = ylab, alt = alt)
  if (!is.null(breaks)) breaks <- check_breaks(breaks)
  causes <- if (is.null(causes)) causes_seen(x) else check_causes(causes, x)
  names <- cause_names(causes, labels)
  if (is.null(conf_int)) conf_int <- length(causes) <= 3L
  check_flag(conf_int)
  panels <- n_curves(x) > 1L
  label <- match_choice(if (is.null(label)) direct_unless(panels) else label, label_choices)
  divisor <- time_divisor(x, time_unit)
  if (is.null(breaks)) breaks <- time_breaks(max(x$time, 0) / divisor, shown_unit(x, time_unit))
  if (is.null(xlab)) xlab <- time_axis_title(x, time_unit, language)
  if (is.null(ylab)) ylab <- label_text("cumulative_incidence", language)
  if (is.null(alt)) alt <- cuminc_alt_text(x, causes, names, time_unit, language)

  steps <- cuminc_steps(x, causes, names, divisor, stacked = style == "stacked")
  axis <- time_scale(breaks, max(x$time, 0) / divisor)
  figure <- ggplot2::ggplot(steps, ggplot2::aes(.data$time)) +
    (if (style == "stacked") stacked_bands(length(causes)) else cause_lines(steps, conf_int)) +
    (if (panels) {
      ggplot2::facet_wrap(
        ggplot2::vars(.data$panel),
        nrow = if (length(blocks) > 0L) 1L, labeller = ggplot2::label_wrap_gen(24)
      )
    }) +
    probability_scale(language) + axis +
    ggplot2::labs(x = xlab, y = ylab, title = title) + figure_theme(base_size) +
    name_causes(steps, style, if (panels) "legend" else label, axis, base_size)
  tables <- lapply(blocks, function(block) {
    rows <- cuminc_table_rows(x, block, causes, names, breaks, divisor)
    table <- draw_risk_table(rows, risk_table_title(block, language), axis, base_size, panels)
    with_alt_text(table, alt)
  })
  stack_tables(with_alt_text(figure, alt), tables, base_size)
}

#' @rdname plot.survlines_cuminc
#' @exportS3Method ggplot2::autoplot
autoplot.survlines_cuminc <- function(object, ...) plot(object, ...) # nolint: object_name_linter.

# ---- causes and texts ------------------------------------------------------------------------

label_choices <- c("direct", "legend")

direct_unless <- function(panels) if (panels) "legend" else "direct"

causes_seen <- function(fit) {
  seen <- fit$causes[rowSums(fit$n_event) > 0]
  if (length(seen) > 0L) seen else fit$causes
}

cause_names <- function(causes, labels, call = rlang::caller_env()) {
  names <- rlang::set_names(causes)
  if (is.null(labels)) {
    return(names)
  }
  unknown <- setdiff(names(labels), causes)
  if (!is.character(labels) || is.null(names(labels)) || length(unknown) > 0L) {
    abort_survlines("argument", c(
      "{.arg labels} must be texts named after causes.",
      i = "The causes drawn are {.val {causes}}."
    ), call = call)
  }
  names[names(labels)] <- labels
  if (anyDuplicated(names)) {
    abort_survlines("argument", "{.arg labels} must give each cause its own name.", call = call)
  }
  names
}

cuminc_alt_text <- function(fit, causes, names, time_unit, language) {
  table <- glance(fit, time_unit = time_unit)
  table <- table[table$cause %in% causes, ]
  percent <- function(share) {
    share <- show_decimals(100 * share, 1L, language)
    label_text(rep("per_cent_axis", length(share)), language, n = share)
  }
  groups <- if (n_curves(fit) > 1L) paste0(rep(curve_levels(fit), each = length(causes)), ", ")
  curves <- label_text(
    rep("alt_cause", nrow(table)), language,
    cause = paste0(groups, names[table$cause]), events = table$events, rows = table$records,
    estimate = percent(table$estimate),
    interval = show_brackets(percent(table$conf.low), percent(table$conf.high), language)
  )
  label_text(
    "alt_cuminc", language,
    unit = unit_label(shown_unit(fit, time_unit), language), rows = fit$n,
    last = paste(unique(show_digits(table$time, 3L, language)), collapse = "; "),
    curves = paste(curves, collapse = "; ")
  )
}

# ---- layers ----------------------------------------------------------------------------------

# One curve for each cause and group: `estimate` with `low` and `high`, which are limits, or the
# edges of a band of those that lie on one another. Once everybody has had an event nothing changes
# any more: such curves go on to the end of the axis.
cuminc_steps <- function(fit, causes, names, divisor, stacked) {
  groups <- curve_levels(fit)
  axis_end <- 1.04 * max(fit$time, 0)
  pieces <- lapply(seq_len(n_curves(fit)), function(k) {
    points <- curve_points(fit, k)
    time <- fit$time[points]
    if (isTRUE(fit$survival[points[length(points)]] == 0)) {
      time <- c(time, axis_end)
      points <- c(points, points[length(points)])
    }
    incidence <- fit$incidence[causes, points, drop = FALSE]
    high <- if (stacked) totals_down(incidence) else fit$conf_high[causes, points, drop = FALSE]
    low <- if (stacked) high - incidence else fit$conf_low[causes, points, drop = FALSE]
    of_cause <- lapply(seq_along(causes), function(i) {
      columns <- list(estimate = incidence[i, ], low = low[i, ], high = high[i, ])
      steps <- step_corners(time / divisor, columns, first = 0, start = min(0, time) / divisor)
      steps$curve <- names[[i]]
      steps
    })
    steps <- do.call(rbind, of_cause)
    steps$panel <- groups[k]
    steps
  })
  steps <- do.call(rbind, pieces)
  steps$curve <- factor(steps$curve, names)
  steps$panel <- factor(steps$panel, groups)
  steps
}

# Each row and all rows above it, added up; rounding does not carry a total over 1.
totals_down <- function(matrix) {
  matrix[] <- pmin(apply(matrix, 2L, cumsum), 1)
  matrix
}

cause_lines <- function(steps, conf_int) {
  list(
    if (conf_int) curve_ribbon(),
    ggplot2::geom_line(
      ggplot2::aes(y = .data$estimate, colour = .data$curve, linetype = .data$curve),
      linewidth = 0.7
    ),
    curve_scales(nlevels(steps$curve), NULL)
  )
}

# The cause named first lies at the bottom; the legend reads from top to bottom.
stacked_bands <- function(n) {
  list(
    ggplot2::geom_ribbon(
      ggplot2::aes(ymin = .data$low, ymax = .data$high, fill = .data$curve),
      colour = "white", linewidth = 0.3
    ),
    ggplot2::scale_fill_manual(values = fill_colours(n), name = NULL)
  )
}

name_causes <- function(steps, style, label, axis, base_size) {
  if (label == "legend") {
    return(curve_legend(levels(steps$curve), base_size))
  }
  ends <- steps[!duplicated(steps$curve, fromLast = TRUE), ]
  stacked <- style == "stacked"
  ends <- data.frame(
    time = ends$time, height = if (stacked) (ends$low + ends$high) / 2 else ends$estimate,
    name = ends$curve, colour = if (stacked) "grey50" else curve_scale(curve_colours, nrow(ends))
  )
  direct_labels(ends, label_place(axis), base_size)
}

# Events have a row for each cause, the others one: under a panel, its group's.
cuminc_table_rows <- function(fit, block, causes, names, breaks, divisor) {
  counted <- if (block == "events") as.list(causes) else list(fit$causes)
  labels <- if (block == "events") unname(names) else ""
  groups <- curve_levels(fit)
  pieces <- lapply(seq_len(n_curves(fit)), function(k) {
    n <- lapply(counted, function(these) {
      counts_at(cause_totals(fit, these), curve_points(fit, k), breaks * divisor, block)
    })
    data.frame(
      time = rep(breaks, length(counted)), n = unlist(n),
      row = factor(rep(labels, each = length(breaks)), labels),
      panel = factor(groups[k], groups)
    )
  })
  do.call(rbind, pieces)
}
