# Other clocks and other beginnings for rows that are there already: all work on the
# columns of an endpoint.

#' Put endpoint rows on another clock
#'
#' Lines of a patient follow one another, and time can be counted from the start of each
#' line (gap time), from the patient's first line, or on the calendar. On the last two a
#' line enters the risk set when it starts: the survival column is of the
#' `(entry, exit]` kind.
#'
#' @param endpoint Rows made by [derive_endpoint()].
#' @param clock `"gap"`: since the row's own entry. `"patient"`: since the patient's
#'   first entry among the rows. `"calendar"`: since `origin`.
#' @param origin A day, for the clock `"calendar"`; by default the first entry of all.
#' @param time_unit,days_per_month As in [derive_endpoint()].
#' @return The rows with `origin_date`, `days` and the survival column of the new clock.
#' @section Errors: `survlines_error_argument` when the columns of an endpoint are
#'   missing or `origin` lies after an entry.
#' @section Warnings: `survlines_warning_no_time_at_risk` when a row ends on the day it
#'   enters; its survival column is missing.
#' @seealso [units-of-analysis]
#' @examples
#' pfs <- derive_endpoint(read_registry(registry_example()), endpoint_pfs())
#' change_clock(pfs, "patient")
#' @export
change_clock <- function(endpoint, clock = c("gap", "patient", "calendar"), origin = NULL,
                         time_unit = "days", days_per_month = default_month()) {
  clock <- match_choice(clock, c("gap", "patient", "calendar"))
  divisor <- days_in(time_unit, days_per_month)
  name <- check_endpoint(endpoint)
  entry <- endpoint$entry_date
  endpoint$origin_date <- switch(clock,
    gap = entry,
    patient = first_of(entry, endpoint$patient_id),
    calendar = rep(calendar_origin(origin, entry), nrow(endpoint))
  )
  endpoint$days <- as.integer(endpoint$exit_date - endpoint$origin_date)
  endpoint[[name]] <- survival_column(endpoint, list(name = name), divisor)
  endpoint
}

# The name of the survival column; refuses what is no endpoint.
check_endpoint <- function(endpoint, call = rlang::caller_env()) {
  check_given(endpoint, call)
  needed <- c(
    "patient_id", "line_id", "origin_date", "entry_date", "exit_date", "days", "event",
    "reason", "cause", "source"
  )
  absent <- setdiff(needed, names(endpoint))
  name <- if (is.data.frame(endpoint)) survival_column_name(endpoint) else NA_character_
  if (length(absent) > 0L || is.na(name)) {
    abort_survlines("argument", c(
      "{.arg endpoint} must be rows made by {.fn derive_endpoint}.",
      x = if (length(absent) > 0L) {
        "It lacks {.field {absent}}."
      } else {
        "It has no {.cls Surv} column."
      }
    ), call = call)
  }
  check_endpoint_types(endpoint, needed, call)
  name
}

# Text may be a factor, and identifiers may be numbers: people change them.
check_endpoint_types <- function(endpoint, needed, call) {
  is_text <- function(values) is.character(values) || is.factor(values)
  is_right <- function(column) {
    values <- endpoint[[column]]
    is.null(dim(values)) && is.atomic(values) && switch(column,
      origin_date = , entry_date = , exit_date = inherits(values, "Date"),
      days = is.numeric(values), event = is.logical(values) && !anyNA(values),
      patient_id = , line_id = is_text(values) || is.numeric(values), is_text(values)
    )
  }
  wrong <- needed[!vapply(needed, is_right, NA)]
  uneven <- uneven_column(endpoint)
  if (length(wrong) > 0L || !is.null(uneven) || anyDuplicated(names(endpoint))) {
    abort_survlines("argument", c(
      "{.arg endpoint} must be rows made by {.fn derive_endpoint}.",
      x = if (length(wrong) > 0L) {
        "{.field {wrong}} {?is/are} not of the type it gives."
      } else if (!is.null(uneven)) {
        "{uneven}."
      } else {
        "A column is there twice."
      }
    ), call = call)
  }
}

first_of <- function(date, patient_id) {
  sorted <- order(patient_id, date, method = "radix")
  first <- sorted[!duplicated(patient_id[sorted])]
  date[first][match(patient_id, patient_id[first])]
}

calendar_origin <- function(origin, entry, call = rlang::caller_env(2L)) {
  if (is.null(origin)) {
    return(min(entry))
  }
  origin <- as_cutoff(origin, call)
  if (any(entry < origin)) {
    abort_survlines("argument", c(
      "{.arg origin} lies after the entry of {sum(entry < origin)} row{?s}.",
      i = "The first entry is on {min(entry)}."
    ), call = call)
  }
  origin
}

#' Look only at rows still under observation on a landmark day
#'
#' What is known on the landmark day (a response, a second line) may then group the rows
#' without immortal time: time starts anew on that day, and rows that ended before it
#' are left out, with a message.
#'
#' @param endpoint Rows made by [derive_endpoint()].
#' @param at The landmark, in days since the origin.
#' @inheritParams change_clock
#' @return The rows with `days > at`, with the landmark as origin and entry.
#' @section Errors: `survlines_error_no_data` when no row is left;
#'   `survlines_error_argument` for wrong arguments.
#' @references Anderson JR, Cain KC, Gelber RD (1983). Analysis of survival by tumor
#'   response. Journal of Clinical Oncology 1, 710-719.
#' @seealso [split_at_line()], [units-of-analysis]
#' @examples
#' pfs <- derive_endpoint(read_registry(registry_example()), endpoint_pfs())
#' landmark(pfs, 60)
#' @export
landmark <- function(endpoint, at, time_unit = "days", days_per_month = default_month()) {
  name <- check_endpoint(endpoint)
  at <- as.vector(check_days(at))
  divisor <- days_in(time_unit, days_per_month)
  keep <- which(endpoint$days > at)
  if (length(keep) == 0L) {
    abort_survlines("no_data", "No row is under observation after day {at}.")
  }
  gone <- endpoint[-keep, ]
  if (nrow(gone) > 0L) {
    inform_survlines("left_out", c(
      i = "{nrow(gone)} row{?s} ended by day {at} and {?is/are} left out: \\
           {sum(gone$event)} event{?s}, {sum(!gone$event)} censored."
    ))
  }
  kept <- endpoint[keep, ]
  kept$origin_date <- kept$origin_date + at
  kept$entry_date <- pmax(kept$entry_date, kept$origin_date)
  kept$days <- as.integer(kept$exit_date - kept$origin_date)
  kept[[name]] <- survival_column(kept, list(name = name), divisor)
  kept
}

#' Split patients' rows on the day they receive something
#'
#' Who lived long enough to receive a drug cannot be compared, from the start, with who
#' did not: the wait was immortal. Each row is split on the day when the patient's first
#' line of that kind starts. Before it the patient counts as not having received it,
#' after it as having received it; both pieces are at risk only while they last.
#'
#' @param endpoint Rows made by [derive_endpoint()].
#' @param registry The registry they were made from.
#' @param value The value to look for, such as the name of a drug.
#' @param column The column of the table of lines that holds it.
#' @param name Name of the logical column to add.
#' @inheritParams change_clock
#' @return The rows, some in two pieces, with the column `name` and a survival column of
#'   the `(entry, exit]` kind. The first piece of a split row is censored with the reason
#'   `split`.
#' @section Errors: `survlines_error_covariate` when no line has the value.
#' @seealso [landmark()], [units-of-analysis]
#' @examples
#' study <- read_registry(registry_example())
#' os <- derive_endpoint(study, endpoint_os())
#' split_at_line(os, study, 2, column = "line_no", name = "second_line")
#' @export
split_at_line <- function(endpoint, registry, value, column = "drug", name = "received",
                          time_unit = "days", days_per_month = default_month()) {
  surv_name <- check_endpoint(endpoint)
  check_registry(registry)
  divisor <- days_in(time_unit, days_per_month)
  name <- check_new_column(name)
  line <- lines_with(registry, column, value)
  sorted <- line[order(registry$lines$start_date[line])]
  first <- sorted[match(endpoint$patient_id, registry$lines$patient_id[sorted])]
  received <- registry$lines$start_date[first]
  split <- which(received > endpoint$entry_date & received < endpoint$exit_date)
  endpoint[[name]] <- !is.na(received) & received <= endpoint$entry_date
  before <- endpoint[split, ]
  before$exit_date <- received[split]
  before$event <- rep(FALSE, length(split))
  before$reason <- rep("split", length(split))
  before$cause[] <- "censored"
  before$source <- paste0("lines row ", first[split], " (start_date)", recycle0 = TRUE)
  endpoint$entry_date[split] <- received[split]
  endpoint[[name]][split] <- TRUE
  pieces <- rbind(before, endpoint)
  pieces <- pieces[order(c(split, seq_len(nrow(endpoint)))), ]
  pieces$days <- as.integer(pieces$exit_date - pieces$origin_date)
  pieces[[surv_name]] <- survival_column(pieces, list(name = surv_name), divisor)
  pieces
}

check_new_column <- function(name, call = rlang::caller_env()) {
  name <- check_text(name, 1L, call)
  check_rule_name(name, call)
  name
}

lines_with <- function(registry, column, value, call = rlang::caller_env()) {
  check_given(value, call)
  column <- check_text(column, 1L, call)
  if (!is.atomic(value) || !is.null(dim(value))) {
    abort_survlines("argument", "{.arg value} must be values of {.field {column}}.", call = call)
  }
  if (!column %in% names(registry$lines)) {
    abort_survlines("covariate", c(
      "The table of lines has no column {.field {column}}.",
      i = "It has {.field {names(registry$lines)}}."
    ), call = call)
  }
  line <- which(registry$lines[[column]] %in% value)
  if (length(line) == 0L) {
    abort_survlines("covariate", "No line has {.val {value}} in {.field {column}}.", call = call)
  }
  line
}
