#' Swimmer plot of treatment lines
#'
#' A bar for each line, from its start to the end of treatment, with marks at its first response,
#' its progression and the patient's death; an arrow where treatment goes on. A thin line follows
#' the patient after treatment, to the next line, death or the last contact. Marks differ in shape,
#' fills also in how dark they are.
#'
#' @param registry A registry.
#' @param lines Identifiers of the lines to show. By default the first 60 by their start; a message
#'   says how many are not shown.
#' @param fill Name of a column of [line_covariates()] for the fill of the bars. Beyond six values,
#'   the rare ones become "other".
#' @param order Which line comes first: the longest treatment (`"duration"`), or the earliest
#'   (`"start"`).
#' @param responses Which of `CR`, `PR` and `SD` to mark, each at its first assessment before
#'   progression.
#' @param follow_up Whether to draw follow-up after treatment.
#' @param cutoff,time_unit,days_per_month As in [derive_endpoint()].
#' @param title,xlab Texts.
#' @param language Language of the texts, `"en"` or `"fr"`.
#' @inheritParams plot.survlines_km
#' @return A ggplot.
#' @section Errors: `survlines_error_argument`, also for lines that are not in the registry or have
#'   not started; `survlines_error_covariate` for an unknown column; `survlines_error_no_data` when
#'   no line has started; `survlines_error_package` where ggplot2 is not installed.
#' @seealso [plot.survlines_registry()] for patients on the calendar, [plot_waterfall()].
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' study <- read_registry(registry_example())
#' plot_swimmer(study)
#' @export
plot_swimmer <- function(registry, lines = NULL, fill = "drug", order = c("duration", "start"),
                         responses = c("CR", "PR"), follow_up = TRUE, cutoff = NULL,
                         time_unit = "months", days_per_month = default_month(), title = NULL,
                         xlab = NULL, alt = NULL, language = "en", base_size = 11) {
  check_installed("ggplot2", "A swimmer plot")
  check_registry(registry)
  order <- match_choice(order, c("duration", "start"))
  check_responses(responses)
  check_flag(follow_up)
  fill <- check_text(fill)
  check_base_size(base_size)
  check_figure_texts(title = title, xlab = xlab, alt = alt)
  divisor <- days_in(time_unit, days_per_month)
  seen <- apply_cutoff(registry, as_cutoff(cutoff))
  unit <- unit_label(time_unit, language)
  if (is.null(xlab)) xlab <- label_text("time_since_start", language, unit = unit)
  drawn <- swimmer_rows(seen, lines, fill, order, responses, divisor, language)
  if (is.null(alt)) alt <- swimmer_alt_text(drawn, unit, language)
  figure <- draw_swimmer(drawn, follow_up, base_size) +
    ggplot2::scale_x_continuous(
      breaks = time_breaks(max(drawn$bars$last), time_unit),
      expand = ggplot2::expansion(c(0.01, 0.04))
    ) +
    ggplot2::labs(
      x = xlab, y = NULL, fill = swimmer_fill_title(fill, seen, language), shape = NULL,
      title = title
    )
  with_alt_text(figure, alt)
}

swimmer_fill_title <- function(fill, registry, language) {
  report_labels(fill, line_covariates(registry), language)$headings[[1L]]
}

# ---- data ------------------------------------------------------------------------------------

# Two tables: bars, the first at the top (`row` is its height), and marks on them.
swimmer_rows <- function(registry, lines, fill, order, responses, divisor, language,
                         call = rlang::caller_env()) {
  timeline <- line_timeline(registry)
  known <- line_covariates(registry)
  check_line_column(fill, known, call, "fill")
  bars <- line_bars(registry, timeline, shown_lines(registry, timeline, lines, 60L, call))
  first <- if (order == "duration") -bars$days else bars$start
  bars <- bars[order(first, bars$start, bars$line), ]
  bars$row <- rev(seq_len(nrow(bars)))
  bars$fill <- fill_groups(value_words(known[[fill]], fill, language)[bars$line], 7L, language)
  last <- pmin(timeline$last_seen, timeline$next_start, na.rm = TRUE)[bars$line]
  bars$last <- pmax(as.numeric(last - bars$start), bars$days, na.rm = TRUE) / divisor
  bars$length <- bars$days / divisor
  marks <- swimmer_marks(registry, timeline, bars, responses)
  marks$time <- marks$days / divisor
  # The arrowhead stands in front of its bar.
  ahead <- marks$mark == "still_treated"
  marks$time[ahead] <- marks$time[ahead] + 0.015 * max(bars$last)
  levels <- names(swimmer_shapes)
  names <- label_text(
    c("CR", "PR", "SD", "progression", "death", "still_treated"), language
  )
  marks$shape <- unname(swimmer_shapes[marks$mark])
  marks$mark <- factor(names[match(marks$mark, levels)], names)
  list(bars = bars, marks = marks, shapes = rlang::set_names(swimmer_shapes, names))
}

# Shapes that are told apart without colour; 62 is the arrowhead ">".
swimmer_shapes <- c(CR = 24, PR = 21, SD = 22, progression = 25, death = 4, still_treated = 62)

# First findings from the start of a line to the next one; responses, up to progression.
swimmer_marks <- function(registry, timeline, bars, responses) {
  assessments <- sorted_assessments(registry, timeline)
  first_day <- function(response, limit) {
    found <- first_finding(
      assessments, assessments$response %in% response, timeline$start, limit
    )
    assessments$date[found]
  }
  progression <- first_day("PD", timeline$next_start)
  limit <- pmin(progression, timeline$next_start, na.rm = TRUE)
  dates <- c(
    lapply(rlang::set_names(responses), first_day, limit),
    list(progression = progression, death = until(timeline$death, timeline$next_start))
  )
  pieces <- lapply(names(dates), function(mark) {
    days <- as.numeric(dates[[mark]] - timeline$start)[bars$line]
    marked <- which(!is.na(days))
    data.frame(row = bars$row[marked], days = days[marked], mark = rep(mark, length(marked)))
  })
  going_on <- bars[bars$ongoing, ]
  arrows <- data.frame(
    row = going_on$row, days = going_on$days, mark = rep("still_treated", nrow(going_on))
  )
  do.call(rbind, c(pieces, list(arrows)))
}

swimmer_alt_text <- function(drawn, unit, language) {
  bars <- drawn$bars
  counts <- function(values) {
    counts <- table(droplevels(values))
    paste0(names(counts), " ", counts, collapse = ", ")
  }
  label_text(
    "alt_swimmer", language,
    lines = nrow(bars), patients = length(unique(bars$patient_id)), unit = unit,
    min = show_decimals(min(bars$length), 1L, language),
    max = show_decimals(max(bars$length), 1L, language),
    fills = counts(bars$fill),
    marks = if (nrow(drawn$marks) > 0L) counts(drawn$marks$mark) else "0"
  )
}

# ---- layers ----------------------------------------------------------------------------------

draw_swimmer <- function(drawn, follow_up, base_size) {
  bars <- drawn$bars
  ggplot2::ggplot(bars, ggplot2::aes(y = .data$row)) +
    (if (follow_up) {
      ggplot2::geom_segment(
        ggplot2::aes(x = .data$length, xend = .data$last, yend = .data$row),
        colour = "grey55", linewidth = 0.3
      )
    }) +
    ggplot2::geom_rect(
      ggplot2::aes(
        xmin = 0, xmax = .data$length, ymin = .data$row - 0.38, ymax = .data$row + 0.38,
        fill = .data$fill
      )
    ) +
    cross_shade(drawn$marks, base_size) +
    ggplot2::geom_point(
      ggplot2::aes(.data$time, .data$row, shape = .data$mark),
      data = drawn$marks, fill = "white", stroke = 0.5,
      size = base_size * ifelse(drawn$marks$shape == 62, 0.35, 0.16)
    ) +
    ggplot2::scale_fill_manual(
      values = fill_colours(nlevels(bars$fill)),
      guide = swimmer_legend(levels(bars$fill), base_size, 1)
    ) +
    ggplot2::scale_shape_manual(
      values = drawn$shapes,
      guide = swimmer_legend(levels(droplevels(drawn$marks$mark)), base_size, 2)
    ) +
    ggplot2::scale_y_continuous(
      breaks = bars$row, labels = bars$line_id, limits = c(0.4, nrow(bars) + 0.6),
      expand = c(0, 0)
    ) +
    figure_theme(base_size) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(), legend.box = "vertical",
      legend.box.just = "left", legend.spacing = ggplot2::unit(2, "pt"),
      legend.key.width = ggplot2::unit(1.2 * base_size, "pt"),
      axis.text.y = ggplot2::element_text(colour = "black")
    )
}

# A cross has no white inside that lifts it off a dark bar.
cross_shade <- function(marks, base_size) {
  open <- marks[marks$shape == 4, ]
  ggplot2::geom_point(
    ggplot2::aes(.data$time, .data$row),
    data = open, shape = 4, colour = "white", size = base_size * 0.17, stroke = 1.4
  )
}

swimmer_legend <- function(names, base_size, order) {
  guide <- legend_guide(names, base_size, key_width = 1.2)
  guide$order <- order
  guide$override.aes <- if (order == 2) list(size = base_size * 0.2)
  guide
}
