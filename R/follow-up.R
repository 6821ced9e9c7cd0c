#' How long patients were followed
#'
#' Two medians that people call follow-up. The plain one takes every patient's time
#' to last contact or death, so early deaths shorten it. The reverse Kaplan-Meier
#' estimator asks how long follow-up would have lasted without deaths: reaching the
#' last contact alive is its event, death censors.
#'
#' Of a fit, follow-up is that of its rows, until they leave: for each curve of [fit_km()] and
#' [fit_cuminc()], where an event of any cause ends it, and for all rows of [fit_cox()] together.
#'
#' @param x A registry, or a fit of [fit_km()], [fit_cuminc()] or [fit_cox()].
#' @param origin Where time starts: `"diagnosis"` or the patient's `"first_line"`.
#' @param conf_level Level of confidence of the reverse Kaplan-Meier median (log-log).
#' @param time_unit Unit of the times returned: `"days"`, `"weeks"`, `"months"` or `"years"`; of a
#'   fit by default its own.
#' @param ... There must be nothing else.
#' @inheritParams derive_endpoint
#' @return A tibble with the rows `plain` and `reverse Kaplan-Meier` in `method`, and
#'   the columns `patients`, `median`, `min`, `max`, `conf.low`, `conf.high` and
#'   `unit`. `min` and `max` are those of the plain times; the plain median has no
#'   interval. Of a fit there are a pair of rows for each curve, with `strata` where there is more
#'   than one, and `n`, the number of rows, in place of `patients`.
#' @section Formula: The reverse Kaplan-Meier estimate is the product over times of `1 - c / n` with
#'   `c` rows censored of `n` at risk, those with an event at that time among them. Of a fit with
#'   weights it is weighted, and the interval has the jackknife's errors, over clusters where the
#'   fit has them; the plain median counts rows.
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
follow_up <- function(x, ...) UseMethod("follow_up")

#' @export
follow_up.default <- function(x, ...) {
  check_given(x)
  abort_survlines("argument", c(
    "{.arg x} must be a registry or a fit, not {.obj_type_friendly {x}}.",
    i = "{.fn registry} and {.fn read_registry} make the one, {.fn fit_km}, {.fn fit_cuminc} and
         {.fn fit_cox} the other."
  ))
}

#' @rdname follow_up
#' @export
follow_up.survlines_registry <- function(x, origin = c("diagnosis", "first_line"), cutoff = NULL,
                                         time_unit = "days", days_per_month = default_month(),
                                         conf_level = 0.95, ...) {
  check_registry(x)
  origin <- match_choice(origin, c("diagnosis", "first_line"))
  check_level(conf_level)
  divisor <- days_in(time_unit, days_per_month)
  seen <- apply_cutoff(x, as_cutoff(cutoff))
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

#' @rdname follow_up
#' @export
follow_up.survlines_km <- function(x, time_unit = NULL, conf_level = 0.95, ...) {
  check_nothing_else(..., .of = "follow_up")
  follow_up_of_rows(x, curve_model(x), time_unit, conf_level)
}

#' @rdname follow_up
#' @export
follow_up.survlines_cuminc <- follow_up.survlines_km

#' @rdname follow_up
#' @export
follow_up.survlines_cox <- function(x, time_unit = NULL, conf_level = 0.95, ...) {
  check_nothing_else(..., .of = "follow_up")
  model <- cox_model(x)
  model$columns$stratum <- NULL
  model$columns$n_strata <- 1L
  model$stratum_labels <- NULL
  x$time_unit <- "days"
  follow_up_of_rows(x, model, time_unit, conf_level)
}

follow_up_of_rows <- function(fit, model, time_unit, conf_level, call = rlang::caller_env()) {
  check_level(conf_level, call)
  divisor <- time_divisor(fit, time_unit)
  reverse <- survival_quantile(reverse_curves(model, conf_level))
  plain <- plain_follow_up(model)
  each <- function(plain, reverse) as.vector(rbind(plain, reverse)) / divisor
  n <- nrow(reverse)
  columns <- list(
    method = rep(c("plain", "reverse Kaplan-Meier"), n), n = rep(plain$n, each = 2L),
    median = each(plain$median, reverse$estimate), min = each(plain$min, plain$min),
    max = each(plain$max, plain$max), conf.low = each(NA_real_, reverse$conf.low),
    conf.high = each(NA_real_, reverse$conf.high), unit = rep(shown_unit(fit, time_unit), 2L * n)
  )
  labels <- model$stratum_labels
  columns <- c(if (!is.null(labels)) list(strata = factor(rep(labels, each = 2L), labels)), columns)
  tibble::new_tibble(columns, nrow = 2L * n)
}

# Kaplan-Meier with censoring as the event.
reverse_curves <- function(model, conf_level) {
  model$columns$event <- 1L - model$columns$event
  model$columns$group <- NULL
  model$columns$n_groups <- 1L
  settings <- list(
    conf_level = conf_level, conf_type = "log-log", at_zero = "missing", estimate = "kaplan-meier"
  )
  settings$std_error_type <- suppressMessages(choose_std_error(model, NULL, "kaplan-meier"))
  new_km(model, estimate_curve(model, settings), settings)
}

# list(n, median, min, max) of the exit times, each with a value for each curve.
plain_follow_up <- function(model) {
  columns <- model$columns
  curve <- if (is.null(columns$stratum)) rep(0L, length(columns$exit)) else columns$stratum
  if (!is.null(columns$frequency)) {
    curve <- rep(curve, columns$frequency)
    columns$exit <- rep(columns$exit, columns$frequency)
  }
  times <- split(model$times[columns$exit + 1L], curve)
  of_each <- function(summary) vapply(times, summary, 0, USE.NAMES = FALSE)
  list(
    n = lengths(times, use.names = FALSE), median = of_each(stats::median), min = of_each(min),
    max = of_each(max)
  )
}
