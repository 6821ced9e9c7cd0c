#' Tables of a registry from a REDCap flat export
#'
#' REDCap exports a project with repeating instruments as one table: the patient's row
#' has an empty `redcap_repeat_instrument`, every other row names its instrument and its
#' number (`redcap_repeat_instance`), and the columns of other instruments are empty.
#' `redcap_tables()` takes this apart into the tables of a registry, with identifiers:
#' a line is `<record>-<instance>`.
#'
#' An assessment or adverse event must say to which line it belongs: by a field that
#' holds the instance number of the line (`line_field`).
#'
#' @section Recipe:
#'
#' 1. In REDCap: Data Exports, CSV / raw data, all instruments.
#' 2. `tables <- redcap_tables("export.csv", ...)` as in the example.
#' 3. `read_registry(tables, columns = , values = , date_format = )` gives columns and
#'    codes the registry's names. Raw exports hold codes (1, 2), labelled ones words.
#'
#' @param export Path of the CSV file, or a data frame.
#' @param instruments Names of the repeating instruments, such as
#'   `c(lines = "treatment", assessments = "response", adverse_events = "toxicity")`.
#' @param line_field The field with the line's instance number, for `assessments` and
#'   `adverse_events`; one name for both or a named vector.
#' @param record The field that identifies a patient; the first column by default.
#' @param encoding As in [read_registry()].
#' @return A named list of data frames for [read_registry()]: `patients`, with
#'   `patient_id` and the columns that are filled in patients' rows, `lines`, with
#'   `line_id`, `patient_id` and `line_no`, and the others with `line_id`.
#' @section Errors: `survlines_error_file` when REDCap's columns, an instrument or a
#'   field are absent, when a record has several rows of its own (a longitudinal
#'   project: export one event), or when a row does not say its line.
#' @seealso [read_registry()]
#' @examples
#' export <- data.frame(
#'   record_id = c(1, 1, 1), redcap_repeat_instrument = c("", "treatment", "response"),
#'   redcap_repeat_instance = c(NA, 1, 1),
#'   last_seen = c("2012-09-01", "", ""), died = "",
#'   drug = c("", "A", ""), begin = c("", "2012-03-01", ""), stop = "",
#'   resp_line = c(NA, NA, 1), resp_date = c("", "", "2012-04-12"), resp = c("", "", "SD")
#' )
#' tables <- redcap_tables(
#'   export,
#'   instruments = c(lines = "treatment", assessments = "response"), line_field = "resp_line"
#' )
#' read_registry(tables, columns = list(
#'   patients = c(last_contact_date = "last_seen", death_date = "died"),
#'   lines = c(start_date = "begin", end_date = "stop"),
#'   assessments = c(assessment_date = "resp_date", response = "resp")
#' ))
#' @export
redcap_tables <- function(export, instruments, line_field = NULL, record = NULL,
                          encoding = c("auto", "UTF-8", "latin1")) {
  encoding <- match_choice(encoding, c("auto", "UTF-8", "latin1"))
  check_given(export)
  check_table_names(instruments)
  given_tables(instruments, rlang::current_env())
  if (!is.null(record)) record <- check_text(record)
  if (!is.null(line_field)) line_field <- check_text(line_field, NULL)
  if (is.character(export)) {
    export <- read_csv_text(check_export_file(export), encoding)
  }
  check_table(export, "export", rlang::current_env())
  check_redcap(export, instruments)
  record <- if (is.null(record)) names(export)[1L] else record
  instrument <- type_text(export$redcap_repeat_instrument)
  id <- type_text(export[[record]])
  tables <- list(patients = redcap_patients(export, instrument, id, record))
  for (name in names(instruments)) {
    rows <- which(instrument %in% instruments[[name]])
    own <- redcap_fields(export, rows, record)
    keys <- redcap_keys(export, rows, id, name, line_field)
    tables[[name]] <- data.frame(c(keys, own), check.names = FALSE)
  }
  tables
}

check_export_file <- function(export, call = rlang::caller_env()) {
  export <- check_path(export, call)
  if (!is_file(export)) abort_survlines("file", "There is no file {.path {export}}.", call = call)
  export
}

check_redcap <- function(export, instruments, call = rlang::caller_env()) {
  absent <- setdiff(c("redcap_repeat_instrument", "redcap_repeat_instance"), names(export))
  if (length(absent) > 0L) {
    abort_survlines("file", c(
      "The export lacks the column{?s} {.field {absent}}.",
      i = "Export a project with repeating instruments, all instruments at once."
    ), call = call)
  }
  there <- unique(type_text(export$redcap_repeat_instrument))
  unknown <- setdiff(instruments, there)
  if (length(unknown) > 0L) {
    abort_survlines("file", c(
      "The export has no rows of {.val {unknown}}.",
      i = "Its repeating instruments are {.val {there[!is.na(there)]}}."
    ), call = call)
  }
}

redcap_patients <- function(export, instrument, id, record, call = rlang::caller_env(2L)) {
  rows <- which(is.na(instrument))
  twice <- rows[duplicated(id[rows])]
  if (length(twice) > 0L) {
    abort_survlines("file", c(
      "A record has several rows of its own: {describe_rows(twice)} of the export.",
      i = "Export one event of a longitudinal project at a time."
    ), call = call)
  }
  own <- redcap_fields(export, rows, record)
  data.frame(c(list(patient_id = id[rows]), own), check.names = FALSE)
}

# The columns filled in these rows. The dates of the living are filled in no row, so a
# column that no instrument fills stays with the patients.
redcap_fields <- function(export, rows, record) {
  administrative <- c(
    record, "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_event_name",
    "redcap_data_access_group"
  )
  filled <- function(column, at) any(!is.na(column[at]) & nzchar(as.character(column[at])))
  keep <- vapply(export, function(column) {
    filled(column, rows) || !filled(column, seq_along(column))
  }, NA)
  as.list(export[rows, setdiff(names(export)[keep], administrative), drop = FALSE])
}

redcap_keys <- function(export, rows, id, name, line_field, call = rlang::caller_env(2L)) {
  instance <- type_text(export$redcap_repeat_instance)[rows]
  if (name == "lines") {
    return(list(
      line_id = paste(id[rows], instance, sep = "-"), patient_id = id[rows], line_no = instance
    ))
  }
  if (name %in% names(line_field)) {
    line_field <- line_field[[name]]
  }
  if (length(line_field) != 1L || !line_field %in% names(export)) {
    abort_survlines("file", c(
      "The export does not say to which line rows of {.field {name}} belong.",
      i = "Give the field that holds the line's instance number as {.arg line_field}."
    ), call = call)
  }
  line <- type_text(export[[line_field]])[rows]
  if (anyNA(line)) {
    abort_survlines("file", c(
      "{.field {line_field}} is empty in {describe_rows(rows[is.na(line)])} of the export."
    ), call = call)
  }
  list(line_id = paste(id[rows], line, sep = "-"))
}
