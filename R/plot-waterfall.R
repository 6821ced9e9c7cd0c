#' Waterfall of treatment durations
#'
#' A bar for each line, the longest treatment first, filled by its best response. An arrowhead on
#' top says that treatment goes on: the bar is as long as is known so far.
#'
#' @inheritParams plot_swimmer
#' @param lines Identifiers of the lines to show. By default the first 100 by their start; a message
#'   says how many are not shown.
#' @param fill `"best_response"` ([best_response()]) or the name of a column of
#'   [line_covariates()].
#' @param title,ylab Texts.
#' @return A ggplot. Lines have their names under the bars where there are at most 40.
#' @seealso [treatment_duration()], [plot_swimmer()]
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' study <- read_registry(registry_example())
#' plot_waterfall(study, cutoff = "2012-06-01")
#' @export
plot_waterfall <- function(registry, lines = NULL, fill = "best_response", cutoff = NULL,
                           time_unit = "months", days_per_month = default_month(), title = NULL,
                           ylab = NULL, alt = NULL, language = "en", base_size = 11) {
  check_installed("ggplot2", "A waterfall")
  check_registry(registry)
  fill <- check_text(fill)
  check_base_size(base_size)
  check_figure_texts(title = title, ylab = ylab, alt = alt)
  divisor <- days_in(time_unit, days_per_month)
  seen <- apply_cutoff(registry, as_cutoff(cutoff))
  unit <- unit_label(time_unit, language)
  if (is.null(ylab)) ylab <- label_text("time_on_treatment", language, unit = unit)
  bars <- waterfall_bars(seen, lines, fill, divisor, language)
  if (is.null(alt)) alt <- waterfall_alt_text(bars, unit, language)
  figure <- draw_waterfall(bars, time_unit, base_size, label_text("still_treated", language)) +
    ggplot2::labs(
      x = NULL, y = ylab, fill = waterfall_title(fill, seen, language), shape = NULL, title = title
    )
  with_alt_text(figure, alt)
}

waterfall_title <- function(fill, registry, language) {
  if (fill == "best_response") {
    return(label_text("best_response", language))
  }
  swimmer_fill_title(fill, registry, language)
}

waterfall_bars <- function(registry, lines, fill, divisor, language, call = rlang::caller_env()) {
  timeline <- line_timeline(registry)
  bars <- line_bars(registry, timeline, shown_lines(registry, timeline, lines, 100L, call))
  bars <- bars[order(-bars$days, bars$start, bars$line), ]
  bars$place <- seq_len(nrow(bars))
  bars$length <- bars$days / divisor
  bars$fill <- if (fill == "best_response") {
    best <- best_response(registry)
    response <- best$best_response[match(bars$line_id, best$line_id)]
    names <- label_text(c("CR", "PR", "SD", "PD", "NE"), language)
    droplevels(factor(names[match(response, response_order)], names))
  } else {
    known <- line_covariates(registry)
    check_line_column(fill, known, call)
    fill_groups(value_words(known[[fill]], fill, language)[bars$line], 7L, language)
  }
  bars
}

waterfall_alt_text <- function(bars, unit, language) {
  counts <- table(bars$fill)
  one <- function(x) show_decimals(x, 1L, language)
  label_text(
    "alt_waterfall", language,
    lines = nrow(bars), unit = unit, min = one(min(bars$length)),
    max = one(max(bars$length)), median = one(stats::median(bars$length)),
    ongoing = sum(bars$ongoing), fills = paste0(names(counts), " ", counts, collapse = ", ")
  )
}

draw_waterfall <- function(bars, time_unit, base_size, still_treated) {
  named <- nrow(bars) <= 40L
  ggplot2::ggplot(bars, ggplot2::aes(.data$place, .data$length)) +
    ggplot2::geom_col(ggplot2::aes(fill = .data$fill), width = 0.82) +
    ggplot2::geom_point(
      ggplot2::aes(shape = still_treated),
      data = bars[bars$ongoing, ], size = base_size * 0.2, position = ggplot2::position_nudge(
        y = 0.02 * max(bars$length)
      )
    ) +
    ggplot2::scale_shape_manual(values = 17) +
    ggplot2::scale_fill_manual(
      values = fill_colours(nlevels(bars$fill)),
      guide = swimmer_legend(levels(bars$fill), base_size, 1)
    ) +
    ggplot2::scale_x_continuous(
      breaks = bars$place, labels = if (named) bars$line_id, expand = ggplot2::expansion(0.01)
    ) +
    ggplot2::scale_y_continuous(
      breaks = time_breaks(max(bars$length), time_unit), limits = c(0, NA),
      expand = ggplot2::expansion(c(0, 0.05))
    ) +
    figure_theme(base_size) +
    ggplot2::theme(
      panel.grid.major.x = ggplot2::element_blank(), legend.box = "vertical",
      legend.box.just = "left", legend.key.width = ggplot2::unit(1.2 * base_size, "pt"),
      axis.text.x = if (named) {
        ggplot2::element_text(angle = 90, vjust = 0.5, hjust = 1)
      } else {
        ggplot2::element_blank()
      }
    )
}
