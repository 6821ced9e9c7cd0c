#' Timelines of a registry
#'
#' One row per patient: a bar per treatment line from its start to its end (or the
#' last contact, with an arrow, while it goes on), a mark per assessment, and how
#' follow-up ended. [plot_swimmer()] shows lines rather than patients.
#'
#' @param x A registry.
#' @param patients Identifiers of the patients to show. By default the first 30 in the
#'   order of their first line; a message says how many are not shown.
#' @param origin `"calendar"`: dates on the axis. `"first_line"`: time since each
#'   patient's first line.
#' @param time_unit,days_per_month Unit of the axis when `origin = "first_line"`, as in
#'   [derive_endpoint()].
#' @param title,alt,base_size As in [plot.survlines_km()].
#' @param language Language of the texts, `"en"` or `"fr"`.
#' @param ... Not used; refused where the figure has no such argument.
#' @return A ggplot.
#' @section Errors: `survlines_error_argument` for patients who are not in the registry
#'   or have no line; `survlines_error_package` when ggplot2 is not installed.
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = c("P1", "P2"), last_contact_date = c("2012-09-01", "2012-11-15"),
#'     death_date = c("2012-09-01", NA)
#'   ),
#'   lines = data.frame(
#'     line_id = c("L1", "L2"), patient_id = c("P1", "P2"), drug = c("A", "B"),
#'     start_date = c("2012-03-01", "2012-04-10"), end_date = c("2012-06-20", NA)
#'   ),
#'   assessments = data.frame(
#'     line_id = "L1", assessment_date = c("2012-04-12", "2012-06-19"),
#'     response = c("SD", "PD")
#'   )
#' )
#' plot(study)
#' @export
plot.survlines_registry <- function(x, patients = NULL, origin = c("calendar", "first_line"),
                                    time_unit = "months", days_per_month = default_month(),
                                    title = NULL, alt = NULL, language = "en", base_size = 11,
                                    ...) {
  check_nothing_else(...)
  origin <- match_choice(origin, c("calendar", "first_line"))
  divisor <- days_in(time_unit, days_per_month)
  check_registry(x)
  check_installed("ggplot2", "The figure of timelines")
  check_base_size(base_size)
  drawn <- timeline_rows(x, shown_patients(x, patients), language)
  if (is.null(alt)) alt <- timelines_alt_text(drawn, language)
  if (origin == "calendar") {
    # A month without its year says little.
    axis <- ggplot2::scale_x_date(date_labels = "%b %Y")
    xlab <- NULL
  } else {
    drawn <- since_first_line(drawn, divisor)
    axis <- ggplot2::scale_x_continuous(breaks = time_breaks(max(drawn$ends$date), time_unit))
    xlab <- label_text("time_since_first_line", language, unit = unit_label(time_unit, language))
  }
  figure <- draw_timelines(drawn, language, base_size) + axis +
    ggplot2::labs(
      x = xlab, colour = covariate_labels("drug", x$lines, language), title = title
    )
  with_alt_text(figure, alt)
}

shown_patients <- function(registry, patients, most = 30L, call = rlang::caller_env()) {
  lines <- registry$lines
  in_order <- unique(lines$patient_id[order(lines$start_date)])
  if (is.null(patients)) {
    hidden <- length(in_order) - most
    if (hidden > 0L) {
      inform_survlines("not_shown", c(
        i = "{hidden} patient{?s} {?is/are} not shown; choose others with {.arg patients}."
      ))
    }
    return(utils::head(in_order, most))
  }
  if (!is.atomic(patients) || length(patients) == 0L) {
    abort_survlines("argument", "{.arg patients} must be identifiers of patients.", call = call)
  }
  patients <- as.character(unique(patients))
  absent <- setdiff(patients, in_order)
  if (length(absent) > 0L) {
    abort_survlines(
      "argument", "No line in the registry of patient{?s} {.val {utils::head(absent, 5L)}}.",
      call = call
    )
  }
  patients
}

# Three tables for the figure: bars of lines, marks of assessments, ends of follow-up.
timeline_rows <- function(registry, patients, language) {
  timeline <- line_timeline(registry)
  row <- which(registry$lines$patient_id %in% patients & !is.na(timeline$start))
  # The first patient on top.
  level <- function(patient_id) factor(patient_id, levels = rev(patients))
  bars <- line_bars(registry, timeline, row)
  bars$patient <- level(bars$patient_id)
  bars$drug <- fill_groups(bars$drug, 7L, language)
  assessments <- sorted_assessments(registry, timeline)
  seen <- which(assessments$line %in% row & assessments$response %in% response_order)
  of <- match(patients, registry$patients$patient_id)
  dead <- !is.na(registry$patients$death_date[of])
  names <- timeline_marks(language)
  mark <- function(mark) factor(names[mark], names)
  list(
    lines = bars,
    assessments = data.frame(
      patient = level(registry$lines$patient_id[assessments$line[seen]]),
      date = assessments$date[seen], mark = mark(assessments$response[seen])
    ),
    ends = data.frame(
      patient = level(patients),
      date = pmax(
        registry$patients$last_contact_date[of], registry$patients$death_date[of],
        na.rm = TRUE
      ),
      mark = mark(ifelse(dead, "death", "last_contact"))
    )
  )
}

timeline_shapes <- c(CR = 24, PR = 21, SD = 22, PD = 25, NE = 23, death = 4, last_contact = 3)

timeline_marks <- function(language) {
  names <- label_text(c("CR", "PR", "SD", "PD", "NE", "death", "last_contact"), language)
  rlang::set_names(names, names(timeline_shapes))
}

since_first_line <- function(drawn, divisor) {
  first <- tapply(as.numeric(drawn$lines$start), drawn$lines$patient, min)
  elapsed <- function(date, patient) {
    (as.numeric(date) - as.numeric(first[as.character(patient)])) / divisor
  }
  drawn$lines$start <- elapsed(drawn$lines$start, drawn$lines$patient)
  drawn$lines$end <- elapsed(drawn$lines$end, drawn$lines$patient)
  drawn$assessments$date <- elapsed(drawn$assessments$date, drawn$assessments$patient)
  drawn$ends$date <- elapsed(drawn$ends$date, drawn$ends$patient)
  drawn
}

draw_timelines <- function(drawn, language, base_size) {
  names <- unname(timeline_marks(language))
  shapes <- rlang::set_names(unname(timeline_shapes), names)
  marks <- rbind(drawn$assessments, drawn$ends)
  seen <- levels(droplevels(marks$mark))
  ggplot2::ggplot(drawn$lines, ggplot2::aes(y = .data$patient, yend = .data$patient)) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$start, xend = .data$end, colour = .data$drug),
      linewidth = base_size * 0.25
    ) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$start, xend = .data$end),
      data = drawn$lines[drawn$lines$ongoing, ], linewidth = 0.3,
      arrow = ggplot2::arrow(length = ggplot2::unit(0.15, "cm"))
    ) +
    ggplot2::geom_point(
      ggplot2::aes(.data$date, .data$patient, shape = .data$mark),
      data = marks, inherit.aes = FALSE, fill = "white", size = base_size * 0.13, stroke = 0.4
    ) +
    ggplot2::scale_colour_manual(
      values = fill_colours(nlevels(drawn$lines$drug)),
      guide = swimmer_legend(levels(drawn$lines$drug), base_size, 1)
    ) +
    ggplot2::scale_shape_manual(
      values = shapes, breaks = seen, guide = swimmer_legend(seen, base_size, 2)
    ) +
    ggplot2::labs(y = NULL, shape = NULL) +
    figure_theme(base_size) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(), legend.box = "vertical",
      legend.box.just = "left", legend.spacing = ggplot2::unit(2, "pt"),
      legend.key.width = ggplot2::unit(1.2 * base_size, "pt")
    )
}

timelines_alt_text <- function(drawn, language) {
  drugs <- table(drawn$lines$drug)
  dead <- timeline_marks(language)[["death"]]
  label_text(
    "alt_timelines", language,
    patients = nrow(drawn$ends), lines = nrow(drawn$lines),
    drugs = paste0(names(drugs), " ", drugs, collapse = ", "),
    assessments = nrow(drawn$assessments), dead = sum(drawn$ends$mark == dead)
  )
}
