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
#'   `"years"` (12 months). The column `days` always holds days.
#' @param days_per_month Length of a month in days.
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
#'   * `source`: table, row and column of the record that says so;
#'   * the covariates;
#'   * a [survival::Surv()] column named after the rule. It counts
#'     `(entry, exit]` when observation begins after the origin.
#' @section Errors: `survlines_error_no_data` when no row is left,
#'   `survlines_error_negative_time` when a row would end before it starts,
#'   `survlines_error_no_exit` when no date says how a row ends,
#'   `survlines_error_covariate` for an unknown covariate.
#' @section Warnings: `survlines_warning_missing_origin` when the origin is unknown
#'   and `survlines_warning_no_time_at_risk` when entry and exit fall on one day
#'   under delayed entry; the survival column is missing in these rows.
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
                            days_per_month = 30.4375, covariates = NULL) {
  check_registry(registry)
  check_rule(rule)
  divisor <- days_in(time_unit, days_per_month)
  cutoff <- as_cutoff(cutoff)
  seen <- apply_cutoff(registry, cutoff)
  timeline <- line_timeline(seen)
  decided <- decide(rule, timeline, sorted_assessments(seen, timeline))
  if (length(decided$line) == 0L) {
    abort_survlines("no_data", c(
      "No line of the registry gives a row of {.field {rule$name}}.",
      i = decided$left_out
    ))
  }
  if (!is.null(decided$left_out)) {
    inform_survlines("left_out", c(i = decided$left_out))
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
    count(nrow(x), "row"), " of ", count(length(unique(x$patient_id)), "patient"), ", ",
    count(sum(x$event), "event")
  )
  stats::setNames(c(summary, NextMethod()), c(paste("Endpoint", name), names(NextMethod())))
}

# ---- rules ------------------------------------------------------------------

new_endpoint <- function(type, name, causes, ..., call = rlang::caller_env()) {
  check_rule_name(name, call)
  structure(
    list(name = name, causes = causes, ...),
    class = c(paste0("endpoint_", type), "survlines_endpoint_rule")
  )
}

check_rule_name <- function(name, call) {
  taken <- c(
    "patient_id", "line_id", "origin_date", "entry_date", "exit_date", "days", "event",
    "reason", "cause", "source"
  )
  if (!is.character(name) || length(name) != 1L || is.na(name) || !nzchar(name) ||
    name %in% taken) {
    abort_survlines("argument", c(
      "{.arg name} must be one word that names the survival column.",
      i = "These names are taken: {.val {taken}}."
    ), call = call)
  }
}

check_rule <- function(rule, call = rlang::caller_env()) {
  if (!inherits(rule, "survlines_endpoint_rule")) {
    abort_survlines("argument", c(
      "{.arg rule} must be a rule.",
      i = "Such as {.code endpoint_pfs()} or {.code endpoint_os()}, with the brackets."
    ), call = call)
  }
}

check_days <- function(days, call = rlang::caller_env(), name = rlang::caller_arg(days)) {
  if (!is.numeric(days) || length(days) != 1L || is.na(days) || days < 0) {
    abort_survlines("argument", "{.arg {name}} must be one number of days, 0 or more.", call = call)
  }
  days
}

#' Progression-free survival of a line
#'
#' From the start of a line to its first documented progression or to death. The
#' defaults: a progression counts also when it is documented after the treatment
#' stopped, until the next line starts; a death counts when it happens under
#' treatment; a line that stops without either is censored at the end of treatment,
#' a line still under treatment at last contact. Stopping for toxicity or by choice
#' thus censors, which assumes that it says nothing about the progression to come;
#' `stop = "ignore"` follows these lines on.
#'
#' @param progression `"first"`: the first progression counts. `"confirmed"`: it
#'   counts when a later assessment, at least `confirm_days` after it, says
#'   progression again and none in between says otherwise; it is dated by the first.
#' @param confirm_days Days between a finding and its confirmation.
#' @param methods Methods of assessment that count, such as `"RECIST"`, or `NULL`
#'   for all, clinical ones too.
#' @param after_stop Progressions documented after the end of treatment count until
#'   the next line (`"until_next_line"`) or not (`"ignore"`).
#' @param count_stop_reason Whether a line that stopped for progression without a
#'   progression among its assessments has its event at the end of treatment.
#' @param death Which deaths count: `"on_treatment"` (up to the end of treatment, or
#'   recorded as the reason of stopping), `"until_next_line"` or `"any"`.
#' @param same_day The reason when progression and death fall on one day.
#' @param stop Whether the end of treatment censors (`"censor"`) or follow-up goes
#'   on (`"ignore"`).
#' @param next_line Whether the start of the next line censors (`"censor"`) or is an
#'   event of its own (`"event"`) where no progression came before it.
#' @param censor_at `"rule"`: at the dates above; `"last_assessment"`: at the last
#'   evaluable assessment before them, or the start of the line where there is none.
#' @param max_gap Missed visits: an event more than `max_gap` days after the last
#'   evaluable assessment before it (or the start of the line) does not count, and
#'   the row is censored at that assessment.
#' @param name Name of the survival column.
#' @return A rule for [derive_endpoint()].
#' @section Formula: \eqn{T = \min(P, D)}{T = min(P, D)} where `P` is the day of
#'   progression and `D` that of death, each within its window; else the censoring
#'   day. Days are differences of dates.
#' @references U.S. Food and Drug Administration (2018). Clinical Trial Endpoints for
#'   the Approval of Cancer Drugs and Biologics: Guidance for Industry.
#' @seealso [derive_endpoint()], [endpoint_os()]
#' @examples
#' endpoint_pfs()
#' endpoint_pfs(progression = "confirmed", confirm_days = 28, death = "any", stop = "ignore")
#' @export
endpoint_pfs <- function(progression = c("first", "confirmed"), confirm_days = 28,
                         methods = NULL, after_stop = c("until_next_line", "ignore"),
                         count_stop_reason = FALSE,
                         death = c("on_treatment", "until_next_line", "any"),
                         same_day = c("progression", "death"),
                         stop = c("censor", "ignore"), next_line = c("censor", "event"),
                         censor_at = c("rule", "last_assessment"), max_gap = Inf,
                         name = "pfs") {
  next_line <- match_choice(next_line, c("censor", "event"))
  new_endpoint(
    "pfs", name,
    causes = c("progression", "death", if (next_line == "event") "next line"),
    progression = match_choice(progression, c("first", "confirmed")),
    confirm_days = check_days(confirm_days),
    methods = methods,
    after_stop = match_choice(after_stop, c("until_next_line", "ignore")),
    count_stop_reason = check_flag(count_stop_reason),
    death = match_choice(death, c("on_treatment", "until_next_line", "any")),
    same_day = match_choice(same_day, c("progression", "death")),
    stop = match_choice(stop, c("censor", "ignore")),
    next_line = next_line,
    censor_at = match_choice(censor_at, c("rule", "last_assessment")),
    max_gap = check_days(max_gap)
  )
}

#' Overall survival of a patient
#'
#' To death of any cause, censored at last contact. One row per patient: `line_id`
#' and covariates are those of the first line, so that a comparison of treatments
#' never uses what a patient received later.
#'
#' @param origin `"first_line"`: time starts with the patient's first line.
#'   `"diagnosis"`: time starts at diagnosis, but the patient is at risk only from the
#'   first line on, because nobody who died before it could be in the registry
#'   (delayed entry); the survival column is of the `(entry, exit]` kind.
#' @param unit `"patient"`, or `"line"` for one row per line, each from its own start
#'   to the patient's death. Deaths then count once per line, and rows of a patient
#'   are not independent: use `cluster = patient_id` in the fits.
#' @inheritParams endpoint_pfs
#' @return A rule for [derive_endpoint()].
#' @seealso [derive_endpoint()], [endpoint_pfs()]
#' @examples
#' endpoint_os()
#' endpoint_os(origin = "diagnosis")
#' @export
endpoint_os <- function(origin = c("first_line", "diagnosis"), unit = c("patient", "line"),
                        name = "os") {
  origin <- match_choice(origin, c("first_line", "diagnosis"))
  unit <- match_choice(unit, c("patient", "line"))
  new_endpoint("os", name, causes = "death", origin = origin, unit = unit)
}

#' Time to treatment failure
#'
#' From the start of a line to the end of treatment for whatever reason: the reason
#' recorded becomes the cause. A line that ended as planned is censored at its end, a
#' line still given at last contact. A line without an end that another line
#' overtakes ends when that one starts.
#'
#' @param planned Values of `stop_reason` that are no failure.
#' @param progression Whether a progression documented under treatment ends the time
#'   before the treatment does.
#' @inheritParams endpoint_pfs
#' @return A rule for [derive_endpoint()].
#' @references U.S. Food and Drug Administration (2018). Clinical Trial Endpoints for
#'   the Approval of Cancer Drugs and Biologics: Guidance for Industry.
#' @seealso [derive_endpoint()], [endpoint_ttnt()]
#' @examples
#' endpoint_ttf()
#' endpoint_ttf(planned = character(), progression = TRUE)
#' @export
endpoint_ttf <- function(planned = "completed", progression = FALSE, name = "ttf") {
  if (!is.character(planned)) {
    abort_survlines("argument", "{.arg planned} must be text: values of {.field stop_reason}.")
  }
  new_endpoint(
    "ttf", name,
    causes = "any end of treatment", planned = planned, progression = check_flag(progression)
  )
}

#' Time to next treatment
#'
#' From the start of a line to the start of the patient's next line or to death;
#' censored at last contact. It needs no assessment, and says when doctor and patient
#' moved on.
#'
#' @param death `"event"`, or `"censor"` to look at next lines only. Censoring at death
#'   treats the dead as if they might yet have a next line; `cause` keeps next line and
#'   death apart for competing risks.
#' @inheritParams endpoint_pfs
#' @return A rule for [derive_endpoint()].
#' @seealso [derive_endpoint()], [endpoint_ttf()]
#' @examples
#' endpoint_ttnt()
#' @export
endpoint_ttnt <- function(death = c("event", "censor"), name = "ttnt") {
  death <- match_choice(death, c("event", "censor"))
  new_endpoint(
    "ttnt", name,
    causes = c("next line", if (death == "event") "death"), death = death
  )
}

#' Duration of response
#'
#' Among lines with a response: until progression or death, by the rule of
#' progression-free survival given. Lines without a response have no row; a message
#' counts them.
#'
#' @param from `"response"`: time starts with the first response. `"line_start"`: time
#'   starts with the line, but a line is at risk only from its response on, because it
#'   is known to have had no event before it (delayed entry, no immortal time).
#' @param responses Responses that count, among `CR`, `PR` and `SD`.
#' @param confirm,confirm_days As in [best_response()].
#' @param pfs The rule that says what ends a response, see [endpoint_pfs()].
#' @inheritParams endpoint_pfs
#' @return A rule for [derive_endpoint()].
#' @seealso [derive_endpoint()], [endpoint_ttr()], [treatment_duration()]
#' @examples
#' endpoint_dor()
#' endpoint_dor(from = "line_start", pfs = endpoint_pfs(death = "any"))
#' @export
endpoint_dor <- function(from = c("response", "line_start"), responses = c("CR", "PR"),
                         confirm = FALSE, confirm_days = 28, pfs = endpoint_pfs(),
                         name = "dor") {
  check_pfs(pfs)
  new_endpoint(
    "dor", name,
    causes = pfs$causes, from = match_choice(from, c("response", "line_start")),
    responses = check_responses(responses), confirm = check_flag(confirm),
    confirm_days = check_days(confirm_days), pfs = pfs
  )
}

#' Time to response
#'
#' From the start of a line to its first response. Progression and death before a
#' response are competing events: `event` is false for them and `cause` names them,
#' so that `Surv(days, cause)` gives the cumulative incidence of response. Censoring
#' is that of the rule of progression-free survival given.
#'
#' @inheritParams endpoint_dor
#' @return A rule for [derive_endpoint()].
#' @seealso [derive_endpoint()], [endpoint_dor()]
#' @examples
#' endpoint_ttr()
#' @export
endpoint_ttr <- function(responses = c("CR", "PR"), confirm = FALSE, confirm_days = 28,
                         pfs = endpoint_pfs(), name = "ttr") {
  check_pfs(pfs)
  new_endpoint(
    "ttr", name,
    causes = c("response", pfs$causes), counted = "response",
    responses = check_responses(responses), confirm = check_flag(confirm),
    confirm_days = check_days(confirm_days), pfs = pfs
  )
}

check_pfs <- function(pfs, call = rlang::caller_env()) {
  if (!inherits(pfs, "endpoint_pfs")) {
    abort_survlines(
      "argument", "{.arg pfs} must be a rule made by {.fn endpoint_pfs}.",
      call = call
    )
  }
}

#' @export
print.survlines_endpoint_rule <- function(x, ...) {
  cli::cat_line("Rule of the endpoint ", x$name)
  settings <- x[setdiff(names(x), c("name", "causes", "counted"))]
  cli::cat_line("  events: ", paste(x$causes, collapse = ", "))
  for (setting in names(settings)) {
    value <- settings[[setting]]
    if (inherits(value, "survlines_endpoint_rule")) value <- paste("the rule", value$name)
    if (is.null(value)) value <- "all"
    cli::cat_line("  ", setting, ": ", paste(value, collapse = ", "))
  }
  invisible(x)
}

# ---- decisions --------------------------------------------------------------

# list(line, origin, entry, events, censors, left_out): `line` holds the rows of
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
  list(
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
    left_out = if (without > 0L) {
      paste(count(without, "line"), "without a response: no duration of response.")
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

# ---- assessments ------------------------------------------------------------

# Assessments in the order of line and day; `row` is the row of the table.
sorted_assessments <- function(registry, timeline) {
  table <- registry$assessments
  line <- match_rows(table, registry$lines, "line_id")
  date <- column_or_missing(table, "assessment_date", as.Date(NA))
  known <- which(!is.na(line) & !is.na(date))
  row <- known[order(line[known], date[known], known, method = "radix")]
  response <- column_or_missing(table, "response")[row]
  list(
    row = row, line = line[row], date = date[row], response = response,
    method = column_or_missing(table, "method")[row],
    evaluable = !is.na(response) & response != "NE" & date[row] >= timeline$start[line[row]]
  )
}

method_counts <- function(assessments, methods) {
  if (is.null(methods)) rep(TRUE, length(assessments$row)) else assessments$method %in% methods
}

# For every line the first assessment (its place in `assessments`) that says so,
# from the start of the line up to `limit`.
first_finding <- function(assessments, says_so, start, limit) {
  line <- assessments$line
  inside <- assessments$date >= start[line] &
    (is.na(limit[line]) | assessments$date <= limit[line])
  place <- which(says_so & inside)
  place[match(seq_along(start), line[place])]
}

# Findings that a later one, at least `days` after, repeats, with none that says
# otherwise in between. `counts` are the assessments that are looked at.
confirmed_findings <- function(assessments, counts, says_so, days) {
  place <- which(counts)
  line <- assessments$line[place]
  positive <- says_so[place]
  n <- length(place)
  if (n == 0L) {
    return(says_so)
  }
  new_run <- c(TRUE, line[-1L] != line[-n] | positive[-1L] != positive[-n])
  last_of_run <- c(which(new_run)[-1L] - 1L, n)[cumsum(new_run)]
  last_date <- assessments$date[place][last_of_run]
  confirmed <- positive & as.numeric(last_date - assessments$date[place]) >= days &
    last_of_run > seq_len(n)
  says_so[] <- FALSE
  says_so[place[confirmed]] <- TRUE
  says_so
}

# The place of the last evaluable assessment of every line on or before `day`
# (before it when `strictly`); NA where there is none.
last_visit <- function(assessments, day, strictly = FALSE) {
  line <- assessments$line
  in_time <- if (strictly) assessments$date < day[line] else assessments$date <= day[line]
  place <- which(assessments$evaluable & in_time)
  place[length(place) + 1L - match(seq_along(day), rev(line[place]))]
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

describe_exits <- function(decided, rule, seen, cutoff, registry) {
  event <- earliest(decided$events)
  censor <- earliest(decided$censors)
  happened <- !is.na(event$date)
  exit <- censor$date
  exit[happened] <- event$date[happened]
  candidates <- c(decided$events, decided$censors)
  which_one <- ifelse(happened, event$which_one, length(decided$events) + censor$which_one)
  reason <- chosen(candidates, which_one, function(candidate, rows) candidate$reason[rows])
  source <- chosen(candidates, which_one, record_of)
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
  covariates <- setdiff(covariates, names(rows))
  rows[covariates] <- known[line, covariates]
  rows
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

days_in <- function(time_unit, days_per_month, call = rlang::caller_env()) {
  time_unit <- match_choice(time_unit, c("days", "weeks", "months", "years"), call = call)
  if (!is.numeric(days_per_month) || length(days_per_month) != 1L ||
    !is.finite(days_per_month) || days_per_month <= 0) {
    abort_survlines("argument", "{.arg days_per_month} must be one number above 0.", call = call)
  }
  switch(time_unit,
    days = 1, weeks = 7, months = days_per_month, years = 12 * days_per_month
  )
}
