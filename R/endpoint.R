# The only file that decides what an event is. A rule is a value (a list with a
# class and its arguments). `decide()` turns a rule and the timelines of all lines
# into candidates: dates with a reason and the record that says so. The earliest
# event wins over any censoring, the earliest censoring otherwise; on one day the
# candidate named first wins.

#' Turn the lines of a registry into survival endpoints
#'
#' @param registry A registry.
#' @param rule A rule such as [endpoint_pfs()] or [endpoint_os()].
#' @param cutoff Day of the data lock (a `Date` or ISO text) or `NULL`. What is
#'   dated later is not looked at: lines not yet started are left out, who was seen
#'   later is censored on this day. A message counts what lay beyond;
#'   [beyond_cutoff()] lists it.
#' @param time_unit Unit of the survival column: `"days"`, `"weeks"`, `"months"` or
#'   `"years"` (12 months). The column `days` always holds days. Leave it at days where
#'   you can: fits keep days and show another unit when asked; a fit of another unit
#'   must be told so by its own `time_unit`.
#' @param days_per_month Length of a month in days. The option
#'   `survlines.days_per_month` sets it for fits, too.
#' @param covariates Names of columns of [line_covariates()] to add.
#' @return A tibble with one row per line (or patient, or response, as the rule
#'   says):
#'
#'   * `patient_id`, `line_id` (of the first line where the unit is the patient);
#'   * `origin_date`: where time starts; `entry_date`: from when the row is under
#'     observation; `exit_date`;
#'   * `days`: exit - origin, in days, without adding one;
#'   * `event`: whether the rule's event happened; `reason`: why the row ends;
#'     `cause`: a factor with the level `censored` first, then every kind of event,
#'     so that `Surv(days, cause)` is what competing risks need;
#'   * `source`: table, row and column of the record that says so, and `imputed` where
#'     its date was completed (see `partial_dates` in [registry()]);
#'   * the covariates;
#'   * a [survival::Surv()] column named after the rule. It counts
#'     `(entry, exit]` when observation begins after the origin.
#' @section Errors: `survlines_error_no_data` when no row is left,
#'   `survlines_error_negative_time` when a row would end before it starts,
#'   `survlines_error_no_exit` when no date says how a row ends,
#'   `survlines_error_covariate` for an unknown covariate.
#' @section Warnings: `survlines_warning_immortal_time` when a covariate is known only
#'   after time has started; `survlines_warning_missing_origin` when the origin is unknown
#'   and `survlines_warning_no_time_at_risk` when entry and exit fall on one day
#'   under delayed entry; the survival column is missing in these rows;
#'   `survlines_warning_no_assessments` when progression is asked of a registry without
#'   assessments.
#' @seealso [explain()] for the story of one row in words.
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = c("P1", "P2"), sex = c("male", "female"),
#'     last_contact_date = c("2012-09-01", "2012-11-15"), death_date = c("2012-09-01", NA)
#'   ),
#'   lines = data.frame(
#'     line_id = c("L1", "L2"), patient_id = c("P1", "P2"), drug = c("A", "B"),
#'     start_date = c("2012-03-01", "2012-04-10"), end_date = c("2012-06-20", NA)
#'   ),
#'   assessments = data.frame(
#'     line_id = "L1", assessment_date = "2012-06-12", response = "PD"
#'   )
#' )
#' derive_endpoint(study, endpoint_pfs(), covariates = c("drug", "sex"))
#' derive_endpoint(study, endpoint_os(), time_unit = "months")
#' @export
derive_endpoint <- function(registry, rule, cutoff = NULL, time_unit = "days",
                            days_per_month = default_month(), covariates = NULL) {
  check_registry(registry)
  check_rule(rule)
  divisor <- days_in(time_unit, days_per_month)
  cutoff <- as_cutoff(cutoff)
  if (!is.null(covariates)) covariates <- check_text(covariates, NULL)
  seen <- apply_cutoff(registry, cutoff)
  timeline <- line_timeline(seen)
  decided <- decide(rule, timeline, sorted_assessments(seen, timeline))
  if (length(decided$line) == 0L) {
    abort_survlines("no_data", c(
      "No line of the registry gives a row of {.field {rule$name}}.",
      i = decided$remark
    ))
  }
  if (!is.null(decided$remark)) {
    inform_survlines("endpoint_rows", c(i = decided$remark))
  }
  rows <- describe_exits(decided, rule, seen, cutoff, registry)
  rows <- add_covariates(rows, decided$line, seen, covariates, rule)
  rows[[rule$name]] <- survival_column(rows, rule, divisor)
  class(rows) <- c("survlines_endpoint", class(rows))
  rows
}

#' @importFrom tibble tbl_sum
#' @export
tbl_sum.survlines_endpoint <- function(x, ...) {
  name <- survival_column_name(x)
  if (is.na(name) || !all(c("patient_id", "event") %in% names(x))) {
    return(NextMethod())
  }
  summary <- paste0(
    count_of(nrow(x), "row"), " of ", count_of(length(unique(x$patient_id)), "patient"), ", ",
    count_of(sum(x$event), "event")
  )
  stats::setNames(c(summary, NextMethod()), c(paste("Endpoint", name), names(NextMethod())))
}

# ---- decisions --------------------------------------------------------------

# list(line, origin, entry, events, censors, remark): `line` holds the rows of
# the table of lines, the rest are vectors and candidates of the same length.
decide <- function(rule, timeline, assessments) {
  UseMethod("decide")
}

# A candidate for the end of a row: a date per row, and the record behind it.
candidate <- function(reason, date, table, row, field) {
  n <- length(date)
  list(
    reason = rep_len(reason, n), date = date,
    table = table, row = row, field = rep_len(field, n)
  )
}

# Lines that have begun; the others lie beyond the cut-off.
started_lines <- function(timeline) {
  which(!is.na(timeline$start) & !is.na(timeline$patient))
}

# The day on which treatment ended: recorded, or overtaken by the next line.
treatment_end <- function(timeline) {
  pmin(timeline$end, timeline$next_start, na.rm = TRUE)
}

until <- function(date, limit) {
  date[which(date > limit)] <- NA
  date
}

#' @export
decide.endpoint_pfs <- function(rule, timeline, assessments) {
  line <- started_lines(timeline)
  if (!rule$count_stop_reason) warn_without_assessments(assessments, "a progression")
  events <- pfs_events(rule, timeline, assessments)
  censors <- pfs_censors(rule, timeline)
  if (is.finite(rule$max_gap) || rule$censor_at == "last_assessment") {
    moved <- apply_visits(rule, timeline, assessments, events, censors)
    events <- moved$events
    censors <- moved$censors
  }
  list(
    line = line, origin = timeline$start[line], entry = timeline$start[line],
    events = lapply(events, at_rows, line), censors = lapply(censors, at_rows, line)
  )
}

at_rows <- function(candidate, rows) {
  varying <- c("reason", "date", "row", "field")
  candidate[varying] <- lapply(candidate[varying], function(value) value[rows])
  candidate
}

pfs_events <- function(rule, timeline, assessments) {
  progression <- progression_candidate(rule, timeline, assessments)
  death <- death_candidate(rule, timeline)
  events <- if (rule$same_day == "progression") {
    list(progression, death)
  } else {
    list(death, progression)
  }
  if (rule$count_stop_reason) {
    stopped <- timeline$end
    stopped[!timeline$stop_reason %in% "progression"] <- NA
    events <- c(events, list(
      candidate("progression", stopped, "lines", seq_len(timeline$n), "stop_reason")
    ))
  }
  if (rule$next_line == "event") {
    events <- c(events, list(next_line_candidate(timeline)))
  }
  events
}

progression_candidate <- function(rule, timeline, assessments) {
  limit <- timeline$next_start
  if (rule$after_stop == "ignore") {
    limit <- treatment_end(timeline)
  }
  counts <- assessments$evaluable & method_counts(assessments, rule$methods)
  says_so <- counts & assessments$response == "PD"
  if (rule$progression == "confirmed") {
    says_so <- confirmed_findings(assessments, counts, says_so, rule$confirm_days)
  }
  row <- first_finding(assessments, says_so, timeline$start, limit)
  candidate(
    "progression", assessments$date[row], "assessments", assessments$row[row],
    "assessment_date"
  )
}

death_candidate <- function(rule, timeline) {
  death <- timeline$death
  date <- switch(rule$death,
    any = death,
    until_next_line = until(death, timeline$next_start),
    on_treatment = {
      under_treatment <- until(death, treatment_end(timeline))
      caused_stop <- timeline$stop_reason %in% "death"
      under_treatment[caused_stop] <- until(death, timeline$next_start)[caused_stop]
      under_treatment
    }
  )
  candidate("death", date, "patients", timeline$patient, "death_date")
}

next_line_candidate <- function(timeline) {
  candidate("next line", timeline$next_start, "lines", timeline$next_row, "start_date")
}

last_contact_candidate <- function(timeline) {
  by_death <- which(timeline$death >= timeline$last_contact | is.na(timeline$last_contact))
  reason <- rep("last contact", timeline$n)
  field <- rep("last_contact_date", timeline$n)
  # A death the rule does not count ends follow-up all the same.
  reason[by_death] <- "death not counted"
  field[by_death] <- "death_date"
  candidate(reason, timeline$last_seen, "patients", timeline$patient, field)
}

pfs_censors <- function(rule, timeline) {
  stop <- if (rule$stop == "censor") {
    list(candidate("end of treatment", timeline$end, "lines", seq_len(timeline$n), "end_date"))
  }
  c(stop, list(next_line_candidate(timeline), last_contact_candidate(timeline)))
}

#' @export
decide.endpoint_os <- function(rule, timeline, assessments) {
  line <- started_lines(timeline)
  if (rule$unit == "patient") {
    line <- line[timeline$order[line] == 1L]
  }
  start <- timeline$start[line]
  death <- candidate("death", timeline$death, "patients", timeline$patient, "death_date")
  deaths <- sum(!is.na(timeline$death[line]))
  dead <- length(unique(timeline$patient[line][!is.na(timeline$death[line])]))
  list(
    remark = if (deaths > dead) {
      paste0("One row per line: ", count_of(dead, "death"), " counted ", deaths, " times.")
    },
    line = line,
    origin = if (rule$origin == "diagnosis") timeline$diagnosis[line] else start,
    entry = start,
    events = list(at_rows(death, line)),
    censors = list(at_rows(last_contact_candidate(timeline), line))
  )
}

#' @export
decide.endpoint_ttf <- function(rule, timeline, assessments) {
  line <- started_lines(timeline)
  recorded <- timeline$stop_reason
  recorded[is.na(recorded)] <- "end of treatment"
  as_planned <- recorded %in% rule$planned
  stopped <- candidate(recorded, timeline$end, "lines", seq_len(timeline$n), "end_date")
  failed <- completed <- stopped
  failed$date[as_planned] <- NA
  completed$date[!as_planned] <- NA
  under_treatment <- endpoint_pfs(after_stop = "ignore")
  death <- death_candidate(under_treatment, timeline)
  # A death after the recorded end is not what ended the treatment.
  death$date <- until(death$date, timeline$end)
  events <- list(failed, death, next_line_candidate(timeline))
  if (rule$progression) {
    events <- c(list(progression_candidate(under_treatment, timeline, assessments)), events)
  }
  # A line completed as planned is not failed by what came afterwards.
  for (i in seq_along(events)) {
    events[[i]]$date <- until(events[[i]]$date, completed$date)
  }
  reasons <- unique(recorded[line][!as_planned[line]])
  list(
    line = line, origin = timeline$start[line], entry = timeline$start[line],
    events = lapply(events, at_rows, line),
    censors = lapply(list(completed, last_contact_candidate(timeline)), at_rows, line),
    causes = unique(c("progression", "death", sort(reasons), "next line"))
  )
}

#' @export
decide.endpoint_ttnt <- function(rule, timeline, assessments) {
  line <- started_lines(timeline)
  events <- list(next_line_candidate(timeline))
  if (rule$death == "event") {
    death <- candidate("death", timeline$death, "patients", timeline$patient, "death_date")
    events <- c(events, list(death))
  }
  list(
    line = line, origin = timeline$start[line], entry = timeline$start[line],
    events = lapply(events, at_rows, line),
    censors = list(at_rows(last_contact_candidate(timeline), line))
  )
}

#' @export
decide.endpoint_dor <- function(rule, timeline, assessments) {
  pfs <- decide(rule$pfs, timeline, assessments)
  response <- response_candidate(rule, timeline, assessments, pfs)
  responder <- which(!is.na(response$date))
  line <- pfs$line[responder]
  without <- length(pfs$line) - length(line)
  list(
    line = line,
    origin = if (rule$from == "response") response$date[responder] else timeline$start[line],
    entry = response$date[responder],
    events = lapply(pfs$events, at_rows, responder),
    censors = lapply(pfs$censors, at_rows, responder),
    remark = if (without > 0L) {
      paste(count_of(without, "line"), "without a response: no duration of response.")
    }
  )
}

#' @export
decide.endpoint_ttr <- function(rule, timeline, assessments) {
  pfs <- decide(rule$pfs, timeline, assessments)
  pfs$events <- c(list(response_candidate(rule, timeline, assessments, pfs)), pfs$events)
  pfs
}

# The first response of each row of `pfs`, up to the day that row ends.
response_candidate <- function(rule, timeline, assessments, pfs) {
  says_so <- assessments$evaluable & assessments$response %in% rule$responses
  if (rule$confirm) {
    says_so <- confirmed_findings(assessments, assessments$evaluable, says_so, rule$confirm_days)
  }
  event <- earliest(pfs$events)$date
  exit <- earliest(pfs$censors)$date
  exit[!is.na(event)] <- event[!is.na(event)]
  limit <- rep(as.Date(NA), timeline$n)
  limit[pfs$line] <- exit
  row <- first_finding(assessments, says_so, timeline$start, limit)
  response <- candidate(
    "response", assessments$date[row], "assessments", assessments$row[row], "assessment_date"
  )
  at_rows(response, pfs$line)
}

# Missed visits take events away; censoring may move back to the last assessment.
apply_visits <- function(rule, timeline, assessments, events, censors) {
  event <- earliest(events)
  visit <- last_visit(assessments, event$date, strictly = TRUE)
  seen <- assessments$date[visit]
  seen[is.na(seen)] <- timeline$start[is.na(seen)]
  missed <- which(as.numeric(event$date - seen) > rule$max_gap)
  for (i in seq_along(events)) {
    events[[i]]$date[missed] <- NA
  }
  if (rule$censor_at == "last_assessment") {
    censors <- list(at_last_visit(assessments, earliest(censors)$date, timeline$start))
  }
  gap <- at_last_visit(assessments, event$date, timeline$start, strictly = TRUE)
  gap$reason <- rep("missed visits", timeline$n)
  gap$date[setdiff(seq_len(timeline$n), missed)] <- NA
  list(events = events, censors = c(list(gap), censors))
}

at_last_visit <- function(assessments, day, start, strictly = FALSE) {
  visit <- last_visit(assessments, day, strictly)
  date <- assessments$date[visit]
  none <- is.na(visit) & !is.na(day)
  date[none] <- start[none]
  result <- candidate(
    "last assessment", date, "assessments", assessments$row[visit], "assessment_date"
  )
  result$reason[none] <- "no assessment"
  result
}

# ---- from candidates to rows --------------------------------------------------

# The earliest date of each row and which candidate gave it.
earliest <- function(candidates) {
  date <- candidates[[1L]]$date
  which_one <- ifelse(is.na(date), NA_integer_, 1L)
  for (i in seq_along(candidates)[-1L]) {
    other <- candidates[[i]]$date
    sooner <- which(!is.na(other) & (is.na(date) | other < date))
    date[sooner] <- other[sooner]
    which_one[sooner] <- i
  }
  list(date = date, which_one = which_one)
}

# The field `field` of the chosen candidate of each row.
chosen <- function(candidates, which_one, pick) {
  value <- rep(NA_character_, length(which_one))
  for (i in unique(which_one[!is.na(which_one)])) {
    rows <- which(which_one == i)
    value[rows] <- pick(candidates[[i]], rows)
  }
  value
}

record_of <- function(candidate, rows) {
  row <- candidate$row[rows]
  ifelse(
    is.na(row), "no record",
    paste0(candidate$table, " row ", row, " (", candidate$field[rows], ")")
  )
}

# A date that was completed when it was read says so wherever it ends a row.
mark_imputed <- function(source, imputed) {
  if (nrow(imputed) == 0L) {
    return(source)
  }
  record <- paste0(imputed$table, " row ", imputed$row, " (", imputed$field, ")")
  completed <- source %in% record
  source[completed] <- sub(")", ", imputed)", source[completed], fixed = TRUE)
  source
}

describe_exits <- function(decided, rule, seen, cutoff, registry) {
  event <- earliest(decided$events)
  censor <- earliest(decided$censors)
  happened <- !is.na(event$date)
  exit <- censor$date
  exit[happened] <- event$date[happened]
  candidates <- c(decided$events, decided$censors)
  which_one <- ifelse(happened, event$which_one, length(decided$events) + censor$which_one)
  reason <- chosen(candidates, which_one, function(candidate, rows) candidate$reason[rows])
  source <- mark_imputed(chosen(candidates, which_one, record_of), attr(registry, "imputed"))
  patient_id <- seen$lines$patient_id[decided$line]
  cut <- cut_off_rows(reason, exit, patient_id, cutoff, registry)
  reason[cut] <- "cut-off"
  source[cut] <- "cut-off"
  causes <- if (is.null(decided$causes)) rule$causes else decided$causes
  counted <- if (is.null(rule$counted)) causes else rule$counted
  rows <- tibble::tibble(
    patient_id = patient_id,
    line_id = seen$lines$line_id[decided$line],
    origin_date = decided$origin,
    entry_date = decided$entry,
    exit_date = exit,
    days = as.integer(exit - decided$origin),
    event = happened & reason %in% counted,
    reason = reason,
    cause = cause_factor(happened, reason, causes),
    source = source
  )
  check_exits(rows)
  rows
}

cause_factor <- function(happened, reason, causes) {
  factor(ifelse(happened, reason, "censored"), levels = c("censored", causes))
}

# Rows that end on the day of the lock because the patient was seen later.
cut_off_rows <- function(reason, exit, patient_id, cutoff, registry) {
  if (is.null(cutoff)) {
    return(integer())
  }
  patients <- registry$patients
  seen_later <- pmax(patients$last_contact_date, patients$death_date, na.rm = TRUE) > cutoff
  which(
    reason %in% c("last contact", "death not counted") & exit == cutoff &
      seen_later[match(patient_id, patients$patient_id)]
  )
}

check_exits <- function(rows, call = rlang::caller_env(2L)) {
  endless <- which(is.na(rows$exit_date))
  if (length(endless) > 0L) {
    abort_survlines("no_exit", c(
      "No date says how {length(endless)} row{?s} end{?s/}: \\
       line{?s} {.val {utils::head(rows$line_id[endless], 5L)}}.",
      i = "The last contact of these patients is missing."
    ), call = call)
  }
  backward <- which(rows$exit_date < rows$entry_date | rows$days < 0L)
  if (length(backward) > 0L) {
    abort_survlines("negative_time", c(
      "{length(backward)} row{?s} end{?s/} before {?it starts/they start}: \\
       line{?s} {.val {utils::head(rows$line_id[backward], 5L)}}.",
      i = "{.code validate_registry()} shows dates in the wrong order."
    ), call = call)
  }
}

add_covariates <- function(rows, line, registry, covariates, rule) {
  if (length(covariates) == 0L) {
    return(rows)
  }
  known <- line_covariates(registry)
  absent <- setdiff(covariates, names(known))
  taken <- intersect(covariates, c(rule$name, setdiff(names(rows), c("patient_id", "line_id"))))
  if (length(absent) > 0L) {
    abort_survlines("covariate", c(
      "The registry has no column {.field {absent}}.",
      i = "The columns of {.code line_covariates(registry)} can be asked for."
    ), call = rlang::caller_env())
  }
  if (length(taken) > 0L) {
    abort_survlines("covariate", c(
      "The covariate{?s} {.field {taken}} would overwrite a column of the endpoint.",
      i = "Rename the column in the registry, or give the rule another name."
    ), call = rlang::caller_env())
  }
  warn_immortal_time(covariates)
  covariates <- setdiff(covariates, names(rows))
  rows[covariates] <- known[line, covariates]
  rows
}

# Columns whose values are known only after the row's clock has started.
known_later <- c(
  "n_lines", "end_date", "stop_reason", "treatment_days", "ongoing", "follow_up_days",
  "last_contact_date", "death_date"
)

warn_immortal_time <- function(covariates) {
  later <- intersect(covariates, known_later)
  if (length(later) > 0L) {
    warn_survlines("immortal_time", c(
      "{.field {later}} {?is/are} known only after time has started.",
      x = "Such groups compare people by how long they lived (immortal time).",
      i = "{.fn split_at_line} or {.fn landmark} are remedies; see {.code ?`units-of-analysis`}."
    ))
  }
}

# Right-censored time, or (entry, exit] when somebody enters after the origin.
survival_column <- function(rows, rule, divisor) {
  unknown <- which(is.na(rows$days))
  if (length(unknown) > 0L) {
    warn_survlines("missing_origin", c(
      "{.field {rule$name}} is missing in {length(unknown)} row{?s} whose origin is unknown: \\
       {describe_rows(unknown)}."
    ))
  }
  entry <- as.integer(rows$entry_date - rows$origin_date)
  if (!any(entry > 0L, na.rm = TRUE)) {
    return(survival::Surv(rows$days / divisor, rows$event))
  }
  empty <- which(entry >= rows$days)
  if (length(empty) > 0L) {
    warn_survlines("no_time_at_risk", c(
      "{.field {rule$name}} is missing in {length(empty)} row{?s} that end{?s/} on the day of \\
       entry: {describe_rows(empty)}.",
      i = "A row that is never at risk cannot enter a fit with delayed entry."
    ))
    entry[empty] <- NA
  }
  survival::Surv(entry / divisor, rows$days / divisor, rows$event)
}

default_month <- function() getOption("survlines.days_per_month", 30.4375)

days_in <- function(time_unit, days_per_month, call = rlang::caller_env()) {
  time_unit <- match_choice(time_unit, time_units, call = call)
  check_positive(days_per_month, call)
  switch(time_unit,
    days = 1, weeks = 7, months = days_per_month, years = 12 * days_per_month
  )
}
