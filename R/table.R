# Tables as reports show them: tibbles whose columns are text for the eye. What they are made
# of is computed elsewhere; here it is only put in words.

#' Characteristics of patients and lines
#'
#' Some characteristics belong to a patient, others to a line, and a patient with two lines
#' counts twice among lines. Every row of the table therefore says what it counts.
#'
#' @param registry A registry.
#' @param patients,lines Names of columns of [line_covariates()] to show per patient (at the
#'   first line) and per line. Named elements give the label to show:
#'   `c("Age at start (years)" = "age_at_start")`.
#' @param digits Decimals of numbers.
#' @return A tibble with `characteristic`, `level`, `value` and `of`. A category has a row per
#'   level, `n (per cent)`; a number has the rows `mean` and `median (range)`; missing values have
#'   a row of their own. `of` says how many patients or lines are the denominator.
#' @section Errors: `survlines_error_covariate` for an unknown column.
#' @seealso [line_covariates()]
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = c("P1", "P2"), sex = c("female", "male"), last_contact_date = "2012-09-01",
#'     death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = c("L1", "L2", "L3"), patient_id = c("P1", "P2", "P2"), drug = c("A", "B", "A"),
#'     start_date = c("2012-03-01", "2012-03-01", "2012-07-01"),
#'     end_date = c("2012-06-20", "2012-05-01", "2012-08-15")
#'   )
#' )
#' table_baseline(study, patients = "sex", lines = c("drug", "Days on drug" = "treatment_days"))
#' @export
table_baseline <- function(registry, patients = character(), lines = character(), digits = 1) {
  known <- line_covariates(registry)
  check_covariates(c(patients, lines), known)
  first <- known[known$line_order == 1L, ]
  rows <- c(
    describe_columns(first, patients, "patients", digits),
    describe_columns(known, lines, "lines", digits)
  )
  do.call(rbind, unname(rows))
}

check_covariates <- function(columns, known, call = rlang::caller_env()) {
  absent <- setdiff(columns, names(known))
  if (length(absent) > 0L) {
    abort_survlines("covariate", c(
      "The registry has no column {.field {absent}}.",
      i = "The columns of {.code line_covariates(registry)} can be shown."
    ), call = call)
  }
}

# A label for every column: its name in the vector, or itself.
label_columns <- function(columns) {
  labels <- names(columns)
  if (is.null(labels)) columns else ifelse(nzchar(labels), labels, columns)
}

describe_columns <- function(data, columns, unit, digits) {
  Map(function(column, label) {
    values <- data[[column]]
    shown <- if (is.numeric(values)) {
      describe_numbers(values, digits)
    } else {
      describe_levels(values)
    }
    missing <- sum(is.na(values))
    if (missing > 0L) {
      shown <- rbind(shown, data.frame(level = "missing", value = as.character(missing)))
    }
    tibble::tibble(
      characteristic = label, level = shown$level, value = shown$value,
      of = paste(nrow(data), unit)
    )
  }, columns, label_columns(columns))
}

describe_numbers <- function(values, digits) {
  values <- values[!is.na(values)]
  if (length(values) == 0L) {
    return(data.frame(level = character(), value = character()))
  }
  show <- function(value) formatC(value, digits = digits, format = "f")
  # Whole numbers have a whole range.
  limits <- if (all(values == round(values))) as.character(range(values)) else show(range(values))
  data.frame(
    level = c("mean", "median (range)"),
    value = c(
      show(mean(values)),
      paste0(show(stats::median(values)), " (", limits[1L], " to ", limits[2L], ")")
    )
  )
}

describe_levels <- function(values) {
  counts <- table(values)
  data.frame(
    level = names(counts),
    value = show_share(as.integer(counts), length(values)),
    stringsAsFactors = FALSE
  )
}

show_share <- function(n, of) {
  paste0(n, " (", formatC(100 * n / of, digits = 0, format = "f"), " %)")
}

show_interval <- function(estimate, lower, upper, digits) {
  show <- function(value) {
    ifelse(is.na(value), "NR", formatC(value, digits = digits, format = "f"))
  }
  paste0(show(estimate), " (", show(lower), " to ", show(upper), ")")
}

#' Disease control and time on treatment
#'
#' @inheritParams response_rate
#' @param by Name of a column of [line_covariates()] that makes the rows.
#' @param method Interval of the share, see [proportion_interval()].
#' @param time_unit,days_per_month As in [derive_endpoint()].
#' @return A tibble with one row per group and one for all lines: the column `by`, `lines`,
#'   `controlled` (lines with CR, PR or SD as best response), `share` (per cent, with interval),
#'   `duration` (median time on treatment of the controlled lines, with range, in `time_unit`) and
#'   `ongoing` (controlled lines still treated, which have no duration).
#' @section Errors: `survlines_error_covariate` for an unknown column.
#' @seealso [disease_control()], [treatment_duration()]
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
#'     line_id = "L1", assessment_date = "2012-04-12", response = "SD"
#'   )
#' )
#' table_response(study)
#' @export
table_response <- function(registry, by = "drug", method = "wilson", conf_level = 0.95,
                           time_unit = "months", days_per_month = 30.4375) {
  rows <- function(by) {
    rate <- disease_control(registry, by = by, method = method, conf_level = conf_level)
    given <- treatment_duration(
      registry,
      by = by, responses = c("CR", "PR", "SD"),
      time_unit = time_unit, days_per_month = days_per_month
    )
    group <- if (is.null(by)) "all lines" else as.character(rate[[by]])
    # Groups without a controlled line have no duration.
    given <- given[if (is.null(by)) 1L else match(group, as.character(given[[by]])), ]
    tibble::tibble(
      group = group, lines = rate$lines, controlled = rate$responders,
      share = show_interval(100 * rate$estimate, 100 * rate$conf.low, 100 * rate$conf.high, 1),
      duration = ifelse(
        is.na(given$median), "", show_interval(given$median, given$min, given$max, 1)
      ),
      ongoing = ifelse(is.na(given$ongoing), 0L, given$ongoing)
    )
  }
  table <- rbind(rows(by), rows(NULL))
  names(table)[1L] <- by
  table
}

#' Survival in numbers
#'
#' @param fit A fit of [fit_km()].
#' @param times Times, in `time_unit`, at which to show the share still free of the event.
#' @param time_unit Unit of the times, see [survival_at()].
#' @param digits Decimals of times.
#' @return A tibble with one row per curve: `group`, `rows`, `events`, `median` with its interval
#'   (NR: not reached) and, for every time, the share in per cent with its interval.
#' @section Errors: `survlines_error_argument` when `fit` is no fit of [fit_km()].
#' @seealso [survival_at()], [survival_quantile()]
#' @examples
#' table_survival(fit_km(Surv(time, status) ~ sex, lung), times = c(6, 12), time_unit = "months")
#' @export
table_survival <- function(fit, times = numeric(), time_unit = NULL, digits = 1) {
  check_km(fit)
  curves <- glance(fit, time_unit = time_unit)
  table <- tibble::tibble(
    group = level_names(as.character(curves$strata)), rows = as.integer(curves$records),
    events = as.integer(curves$events),
    median = show_interval(curves$median, curves$conf.low, curves$conf.high, digits)
  )
  for (time in times) {
    at <- survival_at(fit, time, time_unit)
    table[[paste(time, shown_unit(fit, time_unit))]] <-
      show_interval(100 * at$estimate, 100 * at$conf.low, 100 * at$conf.high, 0)
  }
  table
}

# "drug=A, sex=male" becomes "A, male".
level_names <- function(strata) gsub("(^|, )[^=,]+=", "\\1", strata)

#' Hazard ratios, with their direction and unit
#'
#' @param fit A fit of [fit_cox()].
#' @param labels Labels of terms, named by the names of the coefficients.
#' @param units What one unit of a number is, named likewise: `c(age = "year")` shows
#'   `per year`.
#' @param conf_level Level of the intervals.
#' @param digits Decimals of hazard ratios.
#' @return A tibble with one row per coefficient: `term`, `compares` (`A vs B`, or the unit of a
#'   number), `hazard_ratio`, `interval` and `p` (from the model's own standard error) and, where
#'   the fit is robust, `robust_interval` and `robust_p`.
#' @section Errors: `survlines_error_argument` when `fit` is no fit of [fit_cox()].
#' @seealso [tidy.survlines_cox()]
#' @examples
#' table_cox(fit_cox(Surv(time, status) ~ age + sex, lung), units = c(age = "year"))
#' @export
table_cox <- function(fit, labels = character(), units = character(), conf_level = 0.95,
                      digits = 2) {
  if (!inherits(fit, "survlines_cox")) {
    abort_survlines("argument", "{.arg fit} must be a fit of {.fn fit_cox}.")
  }
  check_level(conf_level)
  rows <- tidy(fit)
  named <- rows$term %in% names(labels)
  label <- rows$term
  label[named] <- labels[rows$term[named]]
  compares <- rows$contrast
  with_unit <- rows$term %in% names(units)
  compares[with_unit] <- paste("per", units[rows$term[with_unit]])
  of_model <- wald_columns(rows$estimate, rows$std.error, conf_level, digits)
  table <- tibble::tibble(
    term = label, compares = compares,
    hazard_ratio = formatC(exp(rows$estimate), digits = digits, format = "f"),
    interval = of_model$interval, p = of_model$p
  )
  if ("robust.se" %in% names(rows)) {
    robust <- wald_columns(rows$estimate, rows$robust.se, conf_level, digits)
    table$robust_interval <- robust$interval
    table$robust_p <- robust$p
  }
  table
}

wald_columns <- function(estimate, se, conf_level, digits) {
  half <- stats::qnorm((1 + conf_level) / 2) * se
  show <- function(value) formatC(exp(value), digits = digits, format = "f")
  list(
    interval = paste(show(estimate - half), "to", show(estimate + half)),
    p = show_p(2 * stats::pnorm(-abs(estimate / se)))
  )
}

show_p <- function(p) ifelse(p < 0.001, "< 0.001", formatC(p, digits = 3, format = "f"))
