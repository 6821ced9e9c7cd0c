# Numbers under curves, on their axis.

risk_table_blocks <- c("at_risk", "events", "censored")

risk_table_title <- function(block, language) {
  titles <- label_text(
    c("number_at_risk", "cumulative_events", "cumulative_censored"), language
  )
  titles[match(block, risk_table_blocks)]
}

# TRUE and FALSE or the names of blocks; by default no table under so many curves that it would be
# bigger than the figure.
read_risk_table <- function(risk_table, n_rows, most = 8L, call = rlang::caller_env()) {
  if (is.null(risk_table)) {
    if (n_rows > most) {
      inform_survlines("no_risk_table", c(
        "The figure of {n_rows} curves has no risk table.",
        i = "{.code risk_table = TRUE} draws it: give the figure the height."
      ))
    }
    return(if (n_rows <= most) "at_risk" else character())
  }
  if (is.logical(risk_table)) {
    return(if (check_flag(risk_table, call)) "at_risk" else character())
  }
  known <- is.character(risk_table) && all(risk_table %in% risk_table_blocks)
  if (!known || anyDuplicated(risk_table)) {
    abort_survlines("argument", c(
      "{.arg risk_table} must be TRUE, FALSE, or some of {.val {risk_table_blocks}}."
    ), call = call)
  }
  risk_table
}

# At risk just before each time; events and censored up to and at it.
counts_at <- function(totals, points, times, block) {
  if (block == "at_risk") {
    return(at_risk_before(totals, points, times))
  }
  number <- if (block == "events") totals$n_event else totals$n_censor
  c(0, cumsum(number[points]))[findInterval(times, totals$time[points]) + 1L]
}

# `rows`: a data frame of time, n, row (a factor, from top to bottom) and, where the curves have
# panels, panel.
draw_risk_table <- function(rows, title, scale, base_size, panels = FALSE) {
  named <- nlevels(rows$row) > 1L
  rows$row <- factor(rows$row, rev(levels(rows$row)))
  ggplot2::ggplot(rows, ggplot2::aes(.data$time, .data$row, label = format_count(.data$n))) +
    ggplot2::geom_text(size = panel_text_size(base_size)) +
    (if (panels) ggplot2::facet_wrap(ggplot2::vars(.data$panel), nrow = 1L)) +
    scale +
    ggplot2::coord_cartesian(clip = "off") +
    ggplot2::labs(x = NULL, y = NULL, subtitle = title) +
    ggplot2::theme_minimal(base_size = base_size) +
    ggplot2::theme(
      panel.grid = ggplot2::element_blank(), axis.text.x = ggplot2::element_blank(),
      strip.text = ggplot2::element_blank(),
      axis.text.y = if (named) {
        ggplot2::element_text(hjust = 1, colour = "black", margin = ggplot2::margin(r = 6))
      } else {
        ggplot2::element_blank()
      },
      plot.subtitle = ggplot2::element_text(
        size = ggplot2::rel(0.85), margin = ggplot2::margin(b = 1)
      ),
      plot.title.position = "plot", plot.margin = ggplot2::margin(0, 5.5, 2, 5.5)
    )
}

# Curves above, tables below: each as high as its lines of text, whatever the figure's height.
stack_tables <- function(figure, tables, base_size) {
  if (length(tables) == 0L) {
    return(figure)
  }
  names <- unlist(lapply(tables, function(table) levels(table$data$row)))
  figure <- figure + beside_axis(names, base_size)
  rows <- vapply(tables, function(table) nlevels(table$data$row), 0L)
  heights <- ggplot2::unit(c(1, rows * 1.15 * base_size), c("null", rep("pt", length(tables))))
  patchwork::wrap_plots(c(list(figure), tables), ncol = 1L, heights = heights)
}

# Where names of rows take more room on the left than the numbers of the axis, the axis keeps its
# title beside it: ggplot2 moves a turned title by about 0.4 of its size for each step of vjust.
beside_axis <- function(names, base_size) {
  moved <- max(0, text_width(names, base_size) - 1.8 * base_size)
  ggplot2::theme(axis.title.y = ggplot2::element_text(vjust = -moved / (0.4 * base_size)))
}
