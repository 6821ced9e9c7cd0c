#' One row per treatment line, with the patient's columns and what they imply
#'
#' @param registry A registry.
#' @return A tibble with one row per line, in the order of the table `lines`: its
#'   columns, the patient's columns, and, where the dates are there,
#'
#'   * `line_order`: place of the line among the patient's lines by start date,
#'     `n_lines`: how many lines the patient has;
#'   * `age_at_start`: age at the start of the line in completed years;
#'   * `age_at_diagnosis`: age at diagnosis in years with decimals (days / 365.25);
#'   * `delay_days`, `delay_weeks`, `delay_years`: from diagnosis to the start of the
#'     line (days, days / 7, days / 365.25);
#'   * `treatment_days`: from the start to the end of treatment (end - start), `NA`
#'     while treated; a line without a recorded end was given, at the longest, until the patient's
#'     next line or death; `ongoing`: whether none of these has ended it;
#'   * `follow_up_days`: from the start of the line to the last contact or death.
#'
#'   Categories whose values the dictionary lists are factors with the levels of the
#'   dictionary that occur. A column that both tables have keeps its name for the
#'   line and gets the suffix `_patient` for the patient.
#' @section Errors: `survlines_error_argument` when `registry` is no registry.
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", sex = "female", birth_date = "1994-03-02",
#'     diagnosis_date = "2009-10-20", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   )
#' )
#' line_covariates(study)[c("line_id", "sex", "age_at_start", "delay_years")]
#' @export
line_covariates <- function(registry) {
  check_registry(registry)
  dictionary <- attr(registry, "dictionary")
  patient <- match_rows(registry$lines, registry$patients, "patient_id")
  of_patient <- with_levels(registry$patients, "patients", dictionary)
  of_patient <- of_patient[patient, setdiff(names(of_patient), "patient_id"), drop = FALSE]
  of_line <- with_levels(registry$lines, "lines", dictionary)
  shared <- names(of_patient) %in% names(of_line)
  names(of_patient)[shared] <- paste0(names(of_patient)[shared], "_patient")
  derived <- derived_covariates(line_timeline(registry))
  recorded <- c(as.list(of_line), as.list(of_patient))
  tibble::as_tibble(c(recorded, derived[setdiff(names(derived), names(recorded))]))
}

# Factors in the dictionary's order, without levels nobody has.
with_levels <- function(table, name, dictionary) {
  for (column in names(table)) {
    allowed <- allowed_values(dictionary, name, column)
    if (length(allowed) > 0L && is.character(table[[column]])) {
      present <- allowed[allowed %in% table[[column]]]
      label <- attr(table[[column]], "label", exact = TRUE)
      table[[column]] <- factor(table[[column]], levels = present)
      attr(table[[column]], "label") <- label
    }
  }
  table
}

derived_covariates <- function(timeline) {
  delay <- as.integer(timeline$start - timeline$diagnosis)
  list(
    line_order = timeline$order,
    n_lines = timeline$n_lines,
    age_at_start = completed_years(timeline$birth, timeline$start),
    age_at_diagnosis = as.numeric(timeline$diagnosis - timeline$birth) / 365.25,
    delay_days = delay,
    delay_weeks = delay / 7,
    delay_years = delay / 365.25,
    treatment_days = as.integer(given_until(timeline) - timeline$start),
    ongoing = is_ongoing(timeline),
    follow_up_days = as.integer(timeline$last_seen - timeline$start)
  )
}

# Birthdays passed. Born on 29 February: the birthday of a common year is 1 March.
completed_years <- function(birth, day) {
  birth <- as.POSIXlt(birth)
  day <- as.POSIXlt(day)
  before_birthday <- day$mon < birth$mon | (day$mon == birth$mon & day$mday < birth$mday)
  as.integer(day$year - birth$year - before_birthday)
}

# What every derivation needs about a line, one row per line in the order of the
# table: the patient's row and dates, and when the next line starts.
line_timeline <- function(registry) {
  lines <- registry$lines
  patients <- registry$patients
  patient <- match_rows(lines, patients, "patient_id")
  patient_date <- function(column) {
    column_or_missing(patients, column, as.Date(NA))[patient]
  }
  last_contact <- patient_date("last_contact_date")
  death <- patient_date("death_date")
  start <- column_or_missing(lines, "start_date", as.Date(NA))
  places <- line_places(patient, start, column_or_missing(lines, "line_no", NA_integer_))
  list(
    n = nrow(lines),
    patient = patient,
    start = start,
    end = column_or_missing(lines, "end_date", as.Date(NA)),
    stop_reason = column_or_missing(lines, "stop_reason"),
    birth = patient_date("birth_date"),
    diagnosis = patient_date("diagnosis_date"),
    death = death,
    last_contact = last_contact,
    last_seen = pmax(last_contact, death, na.rm = TRUE),
    next_row = places$next_row,
    next_start = start[places$next_row],
    order = places$order,
    n_lines = tabulate(patient, nrow(patients))[patient]
  )
}

# The day recorded or, without one, the last on which treatment can have been given: that of the
# next line or of death. Missing while treatment goes on.
given_until <- function(timeline) {
  end <- timeline$end
  open <- is.na(end)
  end[open] <- pmin(timeline$next_start, timeline$death, na.rm = TRUE)[open]
  end
}

is_ongoing <- function(timeline) is.na(given_until(timeline))

# Lines of a patient follow one another by start date, then number, then row.
line_places <- function(patient, start, line_no) {
  n <- length(patient)
  sorted <- order(patient, start, line_no, seq_len(n), method = "radix")
  same_as_before <- c(FALSE, patient[sorted][-1L] == patient[sorted][-n])[seq_len(n)]
  same_as_before <- same_as_before %in% TRUE
  next_row <- rep(NA_integer_, n)
  # Lines of nobody known (an orphan key) are nobody's next line.
  following <- which(same_as_before)
  next_row[sorted[following - 1L]] <- sorted[following]
  first <- which(!same_as_before)
  place <- integer(n)
  place[sorted] <- seq_len(n) - rep(first, diff(c(first, n + 1L))) + 1L
  list(order = place, next_row = next_row)
}
