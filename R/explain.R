#' Why a row is an event or censored, in words
#'
#' Works on the columns of an endpoint, so it survives filters and joins.
#'
#' @param endpoint A tibble made by [derive_endpoint()].
#' @param line_id Identifiers of the lines to explain; all rows by default.
#' @param registry The registry, or `NULL`. With it, the line's own dates and
#'   assessments are told as well.
#' @return A character vector with one text per row, named by line, of class
#'   `survlines_explanation`; printing shows it as paragraphs.
#' @section Errors: `survlines_error_argument` when a line is not among the rows or
#'   the columns of an endpoint are missing.
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   )
#' )
#' explain(derive_endpoint(study, endpoint_pfs()), "L1", study)
#' @export
explain <- function(endpoint, line_id = NULL, registry = NULL) {
  needed <- c(
    "patient_id", "line_id", "origin_date", "entry_date", "exit_date", "days", "event",
    "reason", "source"
  )
  absent <- setdiff(needed, names(endpoint))
  if (length(absent) > 0L) {
    abort_survlines("argument", c(
      "{.arg endpoint} lacks the column{?s} {.field {absent}}.",
      i = "Make it with {.fn derive_endpoint}."
    ))
  }
  rows <- if (is.null(line_id)) seq_len(nrow(endpoint)) else match(line_id, endpoint$line_id)
  if (anyNA(rows)) {
    abort_survlines("argument", "The endpoint has no row of line {.val {line_id[is.na(rows)]}}.")
  }
  texts <- vapply(rows, function(row) explain_row(endpoint[row, ], endpoint, registry), "")
  structure(
    rlang::set_names(texts, endpoint$line_id[rows]),
    class = "survlines_explanation"
  )
}

explain_row <- function(row, endpoint, registry) {
  name <- survival_column_name(endpoint)
  late <- !is.na(row$origin_date) && row$entry_date > row$origin_date
  paste0(
    "Line ", row$line_id, " of patient ", row$patient_id, ": time starts on ", row$origin_date,
    if (late) paste0(" and the row is under observation from ", row$entry_date, " on"),
    ". ",
    if (!is.null(registry)) tell_line(registry, row$line_id),
    "It ", if (row$event) "has its event" else "is censored", " on ", row$exit_date,
    ", day ", row$days, if (!is.na(name)) paste0(" of ", name), ": ", tell_reason(row$reason),
    " The record is ", row$source, "."
  )
}

survival_column_name <- function(endpoint) {
  names(endpoint)[vapply(endpoint, inherits, NA, "Surv")][1L]
}

tell_reason <- function(reason) {
  known <- c(
    progression = "a progression is documented on this day.",
    death = "the patient died on this day.",
    "end of treatment" = "treatment ended on this day without the event.",
    "next line" = "the next line started on this day.",
    "last contact" = "the patient was last seen on this day, without the event.",
    "death not counted" = "the patient died on this day, which the rule does not count.",
    "missed visits" = "the event came after missed visits, so this last visit counts.",
    "last assessment" = "this is the last assessment before follow-up ended.",
    "no assessment" = "there is no assessment after the start.",
    "cut-off" = "the data were locked on this day."
  )
  if (reason %in% names(known)) known[[reason]] else paste0(reason, ".")
}

tell_line <- function(registry, line_id) {
  check_registry(registry)
  line <- registry$lines[match(line_id, registry$lines$line_id), ]
  assessments <- registry$assessments[registry$assessments$line_id %in% line_id, ]
  assessments <- assessments[order(assessments$assessment_date), ]
  paste0(
    line$drug, " was given from ", line$start_date,
    if (is.na(line$end_date)) " and goes on" else paste0(" to ", line$end_date), ". ",
    if (nrow(assessments) == 0L) {
      "There is no assessment. "
    } else {
      paste0(
        "Assessments: ",
        paste(assessments$response, "on", assessments$assessment_date, collapse = ", "), ". "
      )
    }
  )
}

#' @export
print.survlines_explanation <- function(x, ...) {
  cat(strwrap(x, width = 80L, exdent = 2L), sep = "\n")
  invisible(x)
}
