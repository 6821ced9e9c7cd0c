#' Timelines of a registry
#'
#' One row per patient: a bar per treatment line from its start to its end (or the
#' last contact, with an arrow, while it goes on), a mark per assessment, and how
#' follow-up ended.
#'
#' @param x A registry.
#' @param patients Identifiers of the patients to show. By default the first 30 in the
#'   order of their first line; a message says how many are not shown.
#' @param origin `"calendar"`: dates on the axis. `"first_line"`: time since each
#'   patient's first line.
#' @param time_unit,days_per_month Unit of the axis when `origin = "first_line"`, as in
#'   [derive_endpoint()].
#' @param ... Not used.
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
                                    time_unit = "months", days_per_month = default_month(), ...) {
  origin <- match_choice(origin, c("calendar", "first_line"))
  divisor <- days_in(time_unit, days_per_month)
  check_installed("ggplot2", "The figure of timelines")
  drawn <- timeline_rows(x, shown_patients(x, patients))
  if (origin == "first_line") {
    drawn <- since_first_line(drawn, divisor)
  }
  draw_timelines(
    drawn,
    if (origin == "first_line") paste0("Time since first line (", time_unit, ")")
  )
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
timeline_rows <- function(registry, patients) {
  timeline <- line_timeline(registry)
  row <- which(registry$lines$patient_id %in% patients & !is.na(timeline$start))
  # The first patient on top.
  level <- function(patient_id) factor(patient_id, levels = rev(patients))
  end <- timeline$end
  ongoing <- is.na(end)
  end[ongoing] <- pmin(timeline$last_seen, timeline$next_start, na.rm = TRUE)[ongoing]
  assessments <- sorted_assessments(registry, timeline)
  seen <- which(assessments$line %in% row)
  of <- match(patients, registry$patients$patient_id)
  dead <- !is.na(registry$patients$death_date[of])
  list(
    lines = data.frame(
      patient = level(registry$lines$patient_id[row]), drug = registry$lines$drug[row],
      start = timeline$start[row], end = end[row], ongoing = ongoing[row]
    ),
    assessments = data.frame(
      patient = level(registry$lines$patient_id[assessments$line[seen]]),
      date = assessments$date[seen],
      response = factor(assessments$response[seen], levels = response_order)
    ),
    ends = data.frame(
      patient = level(patients),
      date = pmax(
        registry$patients$last_contact_date[of], registry$patients$death_date[of],
        na.rm = TRUE
      ),
      state = factor(ifelse(dead, "dead", "last contact"), levels = c("dead", "last contact"))
    )
  )
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

draw_timelines <- function(drawn, axis) {
  .data <- rlang::.data
  ongoing <- drawn$lines[drawn$lines$ongoing, ]
  figure <- ggplot2::ggplot() +
    ggplot2::geom_segment(
      ggplot2::aes(
        x = .data$start, xend = .data$end, y = .data$patient, yend = .data$patient,
        colour = .data$drug
      ),
      data = drawn$lines, linewidth = 3
    ) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$start, xend = .data$end, y = .data$patient, yend = .data$patient),
      data = ongoing, linewidth = 0.3,
      arrow = ggplot2::arrow(length = ggplot2::unit(0.15, "cm"))
    ) +
    ggplot2::geom_text(
      ggplot2::aes(x = .data$date, y = .data$patient, label = .data$response),
      data = drawn$assessments, size = 2, vjust = -0.7
    ) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$date, y = .data$patient, shape = .data$state),
      data = drawn$ends, size = 2
    ) +
    ggplot2::scale_shape_manual(values = c(dead = 4, "last contact" = 1), drop = FALSE) +
    ggplot2::labs(x = axis, y = NULL, colour = "drug", shape = "end of follow-up") +
    ggplot2::theme_minimal() +
    ggplot2::theme(panel.grid.major.y = ggplot2::element_blank())
  # A month without its year says little.
  if (is.null(axis)) figure + ggplot2::scale_x_date(date_labels = "%b %Y") else figure
}
