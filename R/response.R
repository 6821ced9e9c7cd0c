# Best response and what is counted from it. CR, PR, SD, PD, NE in this order:
# complete and partial response, stable and progressive disease, not evaluable.
response_order <- c("CR", "PR", "SD", "PD", "NE")

#' Best response of every line
#'
#' The best of a line's assessments from its start up to its first progression or
#' the start of the next line. What is said after a progression no longer counts.
#'
#' @param registry A registry.
#' @param confirm `FALSE`, or `TRUE` to count CR and PR only when a later assessment,
#'   at least `confirm_days` after it, is a response again with none in between
#'   that says otherwise; one that is not confirmed counts as SD.
#' @param confirm_days Days between a response and its confirmation.
#' @param min_sd_days Days from the start of the line before which SD does not count
#'   as stable disease but as not evaluable.
#' @inheritParams derive_endpoint
#' @return A tibble with one row per line: `patient_id`, `line_id`, `best_response`
#'   (a factor CR, PR, SD, PD, NE; `NE` without an assessment), `response_date`
#'   (the day it was first seen), `assessments` (how many were looked at) and
#'   `source`.
#' @section Errors: `survlines_error_argument` for wrong arguments.
#' @section Warnings: `survlines_warning_no_assessments` when nobody assessed any line.
#' @references Eisenhauer EA et al. (2009). New response evaluation criteria in solid
#'   tumours: revised RECIST guideline (version 1.1). European Journal of Cancer 45,
#'   228-247.
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   ),
#'   assessments = data.frame(
#'     line_id = "L1", assessment_date = c("2012-04-12", "2012-05-30", "2012-06-19"),
#'     response = c("SD", "PR", "PD")
#'   )
#' )
#' best_response(study)
#' best_response(study, confirm = TRUE)
#' @export
best_response <- function(registry, confirm = FALSE, confirm_days = 28, min_sd_days = 0,
                          cutoff = NULL) {
  check_registry(registry)
  check_flag(confirm)
  check_days(confirm_days)
  check_days(min_sd_days)
  seen <- apply_cutoff(registry, as_cutoff(cutoff))
  timeline <- line_timeline(seen)
  line <- started_lines(timeline)
  assessments <- sorted_assessments(seen, timeline)
  warn_without_assessments(assessments, "a response")
  assessments <- until_progression(assessments, timeline)
  response <- counted_response(assessments, timeline, confirm, confirm_days, min_sd_days)
  # Best first, then earliest; the first of each line is its best response.
  best <- order(assessments$line, response, assessments$date, method = "radix")
  best <- best[match(seq_len(timeline$n), assessments$line[best])]
  value <- response[best]
  value[is.na(value)] <- match("NE", response_order)
  row <- assessments$row[best]
  tibble::tibble(
    patient_id = seen$lines$patient_id[line],
    line_id = seen$lines$line_id[line],
    best_response = factor(response_order[value], levels = response_order)[line],
    response_date = assessments$date[best][line],
    assessments = tabulate(assessments$line, timeline$n)[line],
    source = ifelse(is.na(row), "no record", paste("assessments row", row))[line]
  )
}

# Assessments of a line from its start to its first progression or next line.
until_progression <- function(assessments, timeline) {
  progression <- first_finding(
    assessments, assessments$response %in% "PD", timeline$start, timeline$next_start
  )
  limit <- pmin(assessments$date[progression], timeline$next_start, na.rm = TRUE)
  line <- assessments$line
  keep <- which(
    assessments$date >= timeline$start[line] &
      (is.na(limit[line]) | assessments$date <= limit[line])
  )
  lapply(assessments, `[`, keep)
}

# The place of each assessment's response in response_order, after confirmation.
counted_response <- function(assessments, timeline, confirm, confirm_days, min_sd_days) {
  response <- match(assessments$response, response_order)
  response[is.na(response)] <- match("NE", response_order)
  if (confirm) {
    for (level in c("CR", "PR")) {
      at_least <- assessments$response %in% response_order[seq_len(match(level, response_order))]
      confirmed <- confirmed_findings(assessments, assessments$evaluable, at_least, confirm_days)
      # CR that only PR confirms is PR; PR that nothing confirms is SD.
      lost <- at_least & !confirmed & response == match(level, response_order)
      response[lost] <- match(level, response_order) + 1L
    }
  }
  on_line <- as.numeric(assessments$date - timeline$start[assessments$line])
  too_early <- response == match("SD", response_order) & on_line < min_sd_days
  response[too_early] <- match("NE", response_order)
  response
}

#' Response and disease control rates
#'
#' The share of lines whose best response is among those named, with its interval.
#' Every line counts in the denominator, also those without an assessment.
#'
#' @param registry A registry.
#' @param by Names of columns of [line_covariates()] that make groups, or `NULL`.
#' @param method Intervals to compute, one or several; see [proportion_interval()].
#' @param conf_level Level of confidence.
#' @param responses Best responses that count.
#' @param ... Arguments of [best_response()].
#' @return A tibble with one row per group and method: the columns of `by`, `lines`
#'   (the denominator), `responders`, `estimate`, `conf.low`, `conf.high` (shares,
#'   not per cent), `method`. Groups with a missing value are shown as missing.
#' @section Errors: `survlines_error_covariate` for an unknown column in `by`.
#' @section Warnings: `survlines_warning_no_assessments` when nobody assessed any line.
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = c("P1", "P2"), last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = c("L1", "L2"), patient_id = c("P1", "P2"), drug = c("A", "B"),
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   ),
#'   assessments = data.frame(
#'     line_id = "L1", assessment_date = "2012-04-12", response = "SD"
#'   )
#' )
#' disease_control(study, by = "drug")
#' disease_control(study, method = c("wald", "wilson", "clopper-pearson", "mid-p"))
#' @export
response_rate <- function(registry, by = NULL, responses = c("CR", "PR"),
                          method = "wilson", conf_level = 0.95, ...) {
  check_registry(registry)
  responses <- check_responses(responses)
  best <- best_response(registry, ...)
  groups <- line_groups(registry, by, best$line_id)
  lines <- tabulate(groups$group, groups$n)
  responders <- tabulate(groups$group[best$best_response %in% responses], groups$n)
  rates <- lapply(method, function(one) {
    tibble::as_tibble(c(
      as.list(groups$labels), list(lines = lines, responders = responders),
      as.list(proportion_interval(responders, lines, one, conf_level)),
      list(method = rep(one, groups$n))
    ))
  })
  do.call(rbind, rates)
}

#' @rdname response_rate
#' @export
disease_control <- function(registry, by = NULL, method = "wilson", conf_level = 0.95, ...) {
  response_rate(
    registry,
    by = by, responses = c("CR", "PR", "SD"), method = method, conf_level = conf_level, ...
  )
}

check_responses <- function(responses, call = rlang::caller_env()) {
  if (!is.character(responses) || length(setdiff(responses, response_order)) > 0L) {
    abort_survlines(
      "argument", "{.arg responses} must be among {.val {response_order}}.",
      call = call
    )
  }
  responses
}

# list(group, n, labels): the group of every line of `line_id`, and a tibble with
# the values of `by` in each group.
line_groups <- function(registry, by, line_id, call = rlang::caller_env(2L)) {
  if (is.null(by) || identical(by, character())) {
    return(list(group = rep(1L, length(line_id)), n = 1L, labels = list()))
  }
  by <- unname(unique(check_text(by, NULL, call)))
  known <- line_covariates(registry)
  absent <- setdiff(by, names(known))
  if (length(absent) > 0L) {
    abort_survlines("covariate", c(
      "The registry has no column {.field {absent}}.",
      i = "The columns of {.code line_covariates(registry)} can make groups."
    ), call = call)
  }
  values <- known[match(line_id, known$line_id), by]
  sorted <- do.call(order, c(unname(as.list(values)), list(method = "radix")))
  key <- do.call(paste, lapply(unname(as.list(values)), value_codes))
  first <- sorted[!duplicated(key[sorted])]
  list(group = match(key, key[first]), n = length(first), labels = values[first, ])
}

# Numbers that are equal where values are: a missing value is not the text "NA".
value_codes <- function(values) match(values, unique(values))

#' How long lines were given
#'
#' From the start of a line to the end of treatment. Treatment may go on beyond a
#' progression and stop before one, so this is not progression-free survival.
#'
#' @inheritParams response_rate
#' @param responses Best responses of the lines to look at, or `NULL` for all lines.
#' @param cutoff,time_unit,days_per_month As in [derive_endpoint()].
#' @param ... Arguments of [best_response()], for `responses`.
#' @return A tibble with one row per group: the columns of `by`, `lines`, `ongoing`
#'   (lines that nothing has ended; they are counted but have no duration), `median`,
#'   `min` and `max` of the ended lines, and the `unit`. A line without a recorded end
#'   was given, at the longest, until the patient's next line or death: that is its
#'   duration, and [validate_registry()] names it (`line_without_end`,
#'   `death_without_end`).
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
#' treatment_duration(study, time_unit = "months")
#' @export
treatment_duration <- function(registry, by = NULL, responses = NULL, cutoff = NULL,
                               time_unit = "days", days_per_month = default_month(), ...) {
  check_registry(registry)
  divisor <- days_in(time_unit, days_per_month)
  registry <- apply_cutoff(registry, as_cutoff(cutoff))
  timeline <- line_timeline(registry)
  line <- started_lines(timeline)
  if (!is.null(responses)) {
    best <- best_response(registry, ...)
    line <- line[best$best_response %in% check_responses(responses)]
  }
  days <- as.numeric(given_until(timeline) - timeline$start)[line]
  groups <- line_groups(registry, by, registry$lines$line_id[line])
  group <- factor(groups$group, seq_len(groups$n))
  summary_of <- function(statistic) {
    as.numeric(tapply(days, group, function(values) {
      values <- values[!is.na(values)]
      if (length(values) == 0L) NA_real_ else statistic(values)
    })) / divisor
  }
  tibble::as_tibble(c(as.list(groups$labels), list(
    lines = tabulate(groups$group, groups$n),
    ongoing = tabulate(groups$group[is.na(days)], groups$n),
    median = summary_of(stats::median), min = summary_of(min), max = summary_of(max),
    unit = rep(time_unit, groups$n)
  )))
}
