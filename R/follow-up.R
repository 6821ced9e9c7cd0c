#' How long patients were followed
#'
#' Two medians that people call follow-up. The plain one takes every patient's time
#' to last contact or death, so early deaths shorten it. The reverse Kaplan-Meier
#' estimator asks how long follow-up would have lasted without deaths: reaching the
#' last contact alive is its event, death censors.
#'
#' @param registry A registry.
#' @param origin Where time starts: `"diagnosis"` or the patient's `"first_line"`.
#' @param conf_level Level of confidence of the reverse Kaplan-Meier median (log-log).
#' @inheritParams derive_endpoint
#' @return A tibble with the rows `plain` and `reverse Kaplan-Meier` in `method`, and
#'   the columns `patients`, `median`, `min`, `max`, `conf.low`, `conf.high` and
#'   `unit`. `min` and `max` are those of the plain times; the plain median has no
#'   interval.
#' @section Errors: `survlines_error_no_data` when no patient has a known origin.
#' @section Warnings: `survlines_warning_missing_origin` counts patients left out
#'   because their origin is unknown.
#' @references Schemper M, Smith TL (1996). A note on quantifying follow-up in studies
#'   of failure time. Controlled Clinical Trials 17, 343-346.
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = c("P1", "P2"), diagnosis_date = "2010-01-31",
#'     last_contact_date = c("2012-09-01", "2013-02-01"), death_date = c("2012-09-01", NA)
#'   ),
#'   lines = data.frame(
#'     line_id = c("L1", "L2"), patient_id = c("P1", "P2"), drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   )
#' )
#' follow_up(study, time_unit = "years")
#' @export
follow_up <- function(registry, origin = c("diagnosis", "first_line"), cutoff = NULL,
                      time_unit = "days", days_per_month = default_month(), conf_level = 0.95) {
  check_registry(registry)
  origin <- match_choice(origin, c("diagnosis", "first_line"))
  check_level(conf_level)
  divisor <- days_in(time_unit, days_per_month)
  seen <- apply_cutoff(registry, as_cutoff(cutoff))
  times <- follow_up_times(seen, origin)
  reverse <- reverse_median(times$days, times$alive, conf_level)
  tibble::tibble(
    method = c("plain", "reverse Kaplan-Meier"),
    patients = length(times$days),
    median = c(stats::median(times$days), reverse$median) / divisor,
    min = min(times$days) / divisor,
    max = max(times$days) / divisor,
    conf.low = c(NA, reverse$lower) / divisor,
    conf.high = c(NA, reverse$upper) / divisor,
    unit = time_unit
  )
}

follow_up_times <- function(registry, origin, call = rlang::caller_env()) {
  patients <- registry$patients
  timeline <- line_timeline(registry)
  first <- started_lines(timeline)
  first <- first[timeline$order[first] == 1L]
  start <- switch(origin,
    diagnosis = column_or_missing(patients, "diagnosis_date", as.Date(NA)),
    first_line = timeline$start[first][match(seq_len(nrow(patients)), timeline$patient[first])]
  )
  end <- pmax(patients$last_contact_date, patients$death_date, na.rm = TRUE)
  days <- as.numeric(end - start)
  known <- !is.na(days)
  if (!any(known)) {
    abort_survlines("no_data", "No patient has a known {origin} date.", call = call)
  }
  if (!all(known)) {
    warn_survlines("missing_origin", c(
      "{sum(!known)} patient{?s} {?is/are} left out, as the {origin} date is unknown: \\
       {describe_rows(which(!known))} of the patients."
    ))
  }
  list(days = days[known], alive = is.na(patients$death_date)[known])
}

reverse_median <- function(days, alive, conf_level) {
  times <- data.frame(days = days, alive = alive)
  fit <- fit_km(Surv(days, alive) ~ 1, times, conf_level = conf_level, conf_type = "log-log")
  median <- survival_quantile(fit, 0.5)
  list(median = median$estimate, lower = median$conf.low, upper = median$conf.high)
}
