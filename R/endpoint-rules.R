# The rules as values: what people may ask for, checked, with the help pages. What
# the arguments mean for dates stands in endpoint.R.

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
  check_given(rule, call)
  if (!inherits(rule, "survlines_endpoint_rule")) {
    abort_survlines("argument", c(
      "{.arg rule} must be a rule.",
      i = "Such as {.code endpoint_pfs()} or {.code endpoint_os()}, with the brackets."
    ), call = call)
  }
}

check_days <- function(days, call = rlang::caller_env(), name = rlang::caller_arg(days)) {
  force(name)
  check_given(days, call, name)
  if (!is_plain_vector(days) || length(days) != 1L || is.na(days) || days < 0) {
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
    methods = if (!is.null(methods)) check_text(methods, NULL),
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
  planned <- check_text(planned, NULL)
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
  check_nothing_else(..., .of = "print", .hint = NULL)
  cli::cat_line("Rule of the endpoint ", x$name)
  words <- rule_settings(x)
  cli::cat_line("  ", names(words), ": ", words)
  invisible(x)
}

# The settings of a rule in words, by name.
rule_settings <- function(rule) {
  settings <- rule[setdiff(names(rule), c("name", "causes", "counted"))]
  words <- vapply(settings, function(value) {
    if (inherits(value, "survlines_endpoint_rule")) value <- paste("the rule", value$name)
    if (is.null(value)) value <- "all"
    paste(value, collapse = ", ")
  }, "")
  c(events = paste(rule$causes, collapse = ", "), words)
}
