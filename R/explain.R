#' @importFrom generics explain
#' @export
generics::explain

#' Why a row is an event or censored, in words
#'
#' Works on the columns of an endpoint, so it survives filters and joins.
#'
#' @param x A tibble made by [derive_endpoint()].
#' @param line_id Identifiers of the lines to explain; all rows by default.
#' @param registry The registry, or `NULL`. With it, the line's own dates and
#'   assessments are told as well.
#' @param ... Not used.
#' @return A character vector with one text per row, named by line, of class
#'   `survlines_explanation`; printing shows it as paragraphs.
#' @section Errors: `survlines_error_argument` when a line is not among the rows or not in the
#'   registry, or when columns of an endpoint are missing.
#' @name explain.survlines_endpoint
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
NULL

#' @rdname explain.survlines_endpoint
#' @export
explain.data.frame <- function(x, line_id = NULL, registry = NULL, ...) {
  check_given(x)
  needed <- c(
    "patient_id", "line_id", "origin_date", "entry_date", "exit_date", "days", "event",
    "reason", "source"
  )
  absent <- setdiff(needed, names(x))
  if (length(absent) > 0L) {
    abort_survlines("argument", c(
      "{.arg x} lacks the column{?s} {.field {absent}}.",
      i = "Make it with {.fn derive_endpoint}."
    ))
  }
  check_endpoint_types(x, intersect(c(needed, "cause"), names(x)), rlang::current_env())
  if (!is.null(registry)) check_registry(registry)
  if (!is.null(line_id) && (!is.atomic(line_id) || is.object(line_id))) {
    abort_survlines("argument", "{.arg line_id} must be identifiers of lines.")
  }
  rows <- if (is.null(line_id)) seq_len(nrow(x)) else match(line_id, x$line_id)
  if (anyNA(rows)) {
    abort_survlines("argument", "The endpoint has no row of line {.val {line_id[is.na(rows)]}}.")
  }
  unknown <- if (!is.null(registry)) setdiff(x$line_id[rows], registry$lines$line_id)
  if (length(unknown) > 0L) {
    abort_survlines("argument", c(
      "The registry has no line {.val {utils::head(unknown, 5L)}}.",
      i = "Give the registry that the endpoint was derived from."
    ))
  }
  name <- survival_column_name(x)
  texts <- vapply(rows, function(row) explain_row(x[row, ], name, registry), "")
  structure(rlang::set_names(texts, x$line_id[rows]), class = "survlines_explanation")
}

# dplyr has a generic of the same name; whichever is attached last must work.
#' @rdname explain.survlines_endpoint
#' @export
#' @rawNamespace S3method(dplyr::explain, survlines_endpoint)
explain.survlines_endpoint <- function(x, line_id = NULL, registry = NULL, ...) {
  explain.data.frame(x, line_id, registry)
}

explain_row <- function(row, name, registry) {
  late <- !is.na(row$origin_date) && row$entry_date > row$origin_date
  paste0(
    "Line ", row$line_id, " of patient ", row$patient_id, ": time starts on ", row$origin_date,
    if (late) paste0(" and the row is under observation from ", row$entry_date, " on"),
    ". ",
    if (!is.null(registry)) tell_line(registry, row$line_id),
    "It ", tell_end(row), " on ", row$exit_date,
    ", day ", row$days, if (!is.na(name)) paste0(" of ", name), ": ", tell_reason(row$reason),
    " The record is ", row$source, "."
  )
}

tell_end <- function(row) {
  competing <- !row$event && "cause" %in% names(row) && row$cause != "censored"
  if (row$event) "has its event" else if (competing) "has another event" else "is censored"
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
    response = "a response is documented on this day.",
    completed = "the treatment was completed on this day.",
    "last contact" = "the patient was last seen on this day, without the event.",
    "death not counted" = "the patient died on this day, which the rule does not count.",
    "missed visits" = "the event came after missed visits, so this last visit counts.",
    "last assessment" = "this is the last assessment before follow-up ended.",
    "no assessment" = "there is no assessment after the start.",
    "cut-off" = "the data were locked on this day."
  )
  # What remains is a reason of stopping in the registry's own words.
  if (reason %in% names(known)) known[[reason]] else paste0("treatment stopped (", reason, ").")
}

tell_line <- function(registry, line_id) {
  row <- match(line_id, registry$lines$line_id)
  line <- registry$lines[row, ]
  drug <- column_or_missing(line, "drug")
  assessments <- registry$assessments[registry$assessments$line_id %in% line_id, ]
  date <- column_or_missing(assessments, "assessment_date", as.Date(NA))
  assessments <- assessments[order(date), ]
  paste0(
    if (is.na(drug)) "The treatment" else drug, " was given from ", line$start_date,
    if (!is.na(line$end_date)) {
      paste0(" to ", line$end_date)
    } else if (isTRUE(is_ongoing(line_timeline(registry))[row])) {
      " and goes on"
    } else {
      ", until when is not recorded"
    },
    ". ",
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
  check_nothing_else(..., .of = "print", .hint = NULL)
  cat(strwrap(x, width = 80L, exdent = 2L), sep = "\n")
  invisible(x)
}
