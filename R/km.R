#' Kaplan-Meier curves
#'
#' Survival curves by Kaplan-Meier, or from the Nelson-Aalen or Fleming-Harrington estimate of the
#' cumulative hazard.
#'
#' @param formula `Surv(time, status) ~ groups` or `Surv(entry, exit, status) ~ groups`; `~ 1`
#'   for one curve. Each combination of the variables on the right is a curve. The left side may
#'   also be a column made by [Surv()] or [derive_endpoint()].
#' @param data A data frame, one row per line (or patient). Names that are not columns are looked
#'   for where the formula was written.
#' @param weights Weights of the rows, finite and not negative; evaluated in `data`. Rows of
#'   weight 0 are left out.
#' @param frequency How many times each row is there: whole numbers, evaluated in `data`. A row
#'   of frequency 2 is the same as two rows.
#' @param cluster Groups of rows that are not independent, such as `patient_id`; evaluated in
#'   `data`. The standard error is then the infinitesimal jackknife over clusters.
#' @param subset Which rows to use, evaluated in `data`.
#' @param na.action What to do with missing values: a function such as [stats::na.omit()] or
#'   [stats::na.exclude()].
#' @param conf_level Level of the pointwise confidence intervals.
#' @param conf_type Scale on which the interval is symmetric: `"log-log"`, `"log"`, `"plain"`,
#'   `"logit"` or `"arcsine"`.
#' @param estimate `"kaplan-meier"`, or exp(-H) of a cumulative hazard: `"nelson-aalen"` or
#'   `"fleming-harrington"`.
#' @param std_error `"greenwood"`, `"tsiatis"`, `"peto"` or `"jackknife"`; `NULL` is the
#'   jackknife where there are clusters or weights that are not whole numbers (a message says so),
#'   otherwise Greenwood's for Kaplan-Meier and Tsiatis's for the others.
#' @param start_time Where the curves start, at 1: they are those of the rows that are still
#'   followed then. Rows that leave before are left out. With late entry this starts a curve again
#'   after a time at which nobody was left.
#' @param at_zero The interval where the curve is 0: `"missing"` (as [survival::survfit()]) or
#'   `"zero"`, the interval from 0 to 0.
#' @param timefix Whether times that differ by less than 1.5e-8 of the mean time count as one.
#' @param time_unit The unit of the times in `data`: `"days"`, `"weeks"`, `"months"` or
#'   `"years"`. Only a name, which later conversions use. `NULL`: days, or the unit that
#'   [derive_endpoint()] was told.
#' @param ... There must be nothing else: what other packages call by another name, such as
#'   `conf.type`, is refused with its name here.
#'
#' @return An object of class `survlines_km`. See [tidy.survlines_km()], [survival_at()],
#'   [survival_quantile()], [plot.survlines_km()].
#'
#' @section Formula:
#' \deqn{\hat S(t) = \prod_{s \le t} (1 - d_s / n_s)}{S(t) = prod over s <= t of (1 - d / n)}
#' with `d` events among `n` rows at risk at time `s`. Greenwood's variance of \eqn{\log \hat S}
#' is \eqn{\sum d_s / (n_s (n_s - d_s))}. Intervals are \eqn{\hat S \pm z\,se(\hat S)} (plain),
#' \eqn{\hat S \exp(\pm z \sigma)} (log) and \eqn{\hat S^{\exp(\pm z \sigma / \log \hat S)}}
#' (log-log), cut to 0 and 1, with \eqn{\sigma} the standard error of \eqn{\log \hat S}. On the
#' logit scale the half width is \eqn{z \sigma / (1 - \hat S)}, on that of
#' \eqn{\arcsin \sqrt{\hat S}} it is \eqn{z \sigma \sqrt{\hat S / (1 - \hat S)} / 2}. Where nobody
#' has had an event the curve and its interval are 1.
#'
#' The cumulative hazard of Nelson and Aalen is \eqn{\hat H(t) = \sum d_s / n_s}; that of Fleming
#' and Harrington counts tied events one by one, \eqn{1/n + 1/(n-1) + \dots}. Standard errors of
#' \eqn{\log \hat S} are the square roots of Greenwood's sum, of Tsiatis's
#' \eqn{\sum d_s / n_s^2} (for Fleming-Harrington the squares of its single steps), or of Peto's
#' \eqn{(1 - \hat S(t)) / n_t}. The infinitesimal jackknife is
#' \eqn{\sum (\sum w_i\, \partial \hat S / \partial w_i)^2}, the outer sum over clusters, or rows
#' where there are none.
#'
#' With weights, `d` and `n` are totals of weights. The first three standard errors are right when
#' weights are replicates, for which `frequency` is the argument; for other weights only the
#' jackknife is.
#'
#' @section Numbers that arrived as text: A column of text has a level for each value, also where
#' it was meant to be numbers and holds decimal commas, `"12,5"`, or one `"n.d."` or `"<5"`.
#' `survlines_warning_numbers_as_text` names the column, the rows that keep it from being numbers,
#' how many levels it makes, and how to make numbers of it. It is given where a variable on the
#' right side is text (no factor), more than half of its distinct values are numbers (with a point
#' or a comma), 10 of them or more, or 5 with a fraction, and none begins with a 0 before another
#' digit, as codes do. `factor()` says that a variable is meant to be one. Times that are text are
#' an error that names the rows.
#'
#' @section Errors: `survlines_error_formula`, `survlines_error_no_data`,
#'   `survlines_error_entry_exit`, `survlines_error_status`, `survlines_error_weights`,
#'   `survlines_error_frequency`, `survlines_error_not_finite`, `survlines_error_argument`; each
#'   names the rows.
#' @section Warnings and messages: `survlines_warning_negative_time`,
#'   `survlines_warning_numbers_as_text`,
#'   `survlines_warning_weights` when another standard error than the jackknife is asked for with
#'   weights that are not whole numbers; `survlines_message_robust` when the jackknife was chosen
#'   for you; `survlines_message_repeated_lines` when endpoint rows repeat
#'   a patient, `survlines_message_status_coding` when a status coded 1/2 was guessed.
#'
#' @references
#' Kaplan EL, Meier P (1958). Nonparametric estimation from incomplete observations. Journal of
#' the American Statistical Association 53, 457-481.
#'
#' Greenwood M (1926). The natural duration of cancer. Reports on Public Health and Medical
#' Subjects 33. Her Majesty's Stationery Office, London.
#'
#' Aalen OO (1978). Nonparametric inference for a family of counting processes. Annals of Statistics
#' 6, 701-726.
#'
#' Fleming TR, Harrington DP (1984). Nonparametric estimation of the survival distribution in
#' censored data. Communications in Statistics - Theory and Methods 13, 2469-2486.
#'
#' Tsiatis AA (1981). A large sample study of Cox's regression model. Annals of Statistics 9,
#' 93-108.
#'
#' Peto R et al. (1977). Design and analysis of randomized clinical trials requiring prolonged
#' observation of each patient. British Journal of Cancer 35, 1-39.
#'
#' Efron B (1982). The jackknife, the bootstrap and other resampling plans. SIAM, Philadelphia.
#' @examples
#' fit <- fit_km(Surv(time, status) ~ sex, lung)
#' fit
#' tidy(fit, time_unit = "months")
#' @export
fit_km <- function(formula, data = NULL, weights, frequency, cluster, subset,
                   na.action = getOption("na.action"), # nolint: object_name_linter.
                   conf_level = 0.95,
                   conf_type = c("log-log", "log", "plain", "logit", "arcsine"),
                   at_zero = c("missing", "zero"), estimate = c(
                     "kaplan-meier", "nelson-aalen", "fleming-harrington"
                   ), std_error = NULL, start_time = NULL, timefix = TRUE, time_unit = NULL, ...) {
  call <- match.call()
  check_nothing_else(..., .of = "fit_km")
  check_level(conf_level)
  settings <- list(
    conf_level = conf_level, conf_type = match_choice(conf_type, interval_scales),
    at_zero = match_choice(at_zero, c("missing", "zero")),
    estimate = match_choice(estimate, km_estimates)
  )
  settings <- c(settings, read_time_unit(time_unit, check_formula(formula), data))
  arguments <- written_arguments(c("weights", "frequency", "cluster", "subset"), call = call)
  ranked <- !is.null(start_time) || !is.null(std_error) || settings$estimate != "kaplan-meier"
  model <- model_data(formula, data, arguments, na.action, "curves", timefix, ranked = ranked)
  if (!is.null(start_time)) model <- start_at(model, check_number(start_time))
  settings$std_error_type <- choose_std_error(model, std_error, settings$estimate)
  curve <- estimate_curve(model, settings)
  warn_negative_times(min(curve$time[curve$stratum_begin + 1], na.rm = TRUE))
  n_patients <- count_patients(data, model$rows)
  if (is.null(model$cluster)) inform_repeated_lines(n_patients, model$n_rows)

  new_km(model, curve, c(settings, list(
    start_time = start_time, n_patients = n_patients,
    followed = if (!is.null(n_patients)) followed_until(data, model$rows),
    n_clusters = if (!is.null(model$cluster)) model$n_clusters, call = call,
    source = curve_source(data, arguments, na.action, timefix, "curves"),
    terms = formula_terms(model$formula)
  )))
}

# What it takes to read the rows of a fit again: R copies data only when they change.
curve_source <- function(data, arguments, na_action, timefix, use) {
  list(data = data, arguments = arguments, na_action = na_action, timefix = timefix, use = use)
}

km_estimates <- c("kaplan-meier", "nelson-aalen", "fleming-harrington")
km_errors <- c("greenwood", "tsiatis", "peto", "jackknife")

# Which standard error: the one asked for, where that makes sense, or the one that is right.
choose_std_error <- function(model, std_error, estimate, call = rlang::caller_env()) {
  fractional <- has_fractional_weights(model)
  clustered <- !is.null(model$cluster)
  if (is.null(std_error)) {
    std_error <- if (fractional || clustered) {
      "jackknife"
    } else if (estimate == "kaplan-meier") {
      "greenwood"
    } else {
      "tsiatis"
    }
    if (fractional && !clustered) inform_jackknife()
  } else {
    match_choice(std_error, km_errors, call = call)
    if (fractional && std_error != "jackknife") warn_fractional_weights()
  }
  if (clustered && std_error != "jackknife") {
    abort_survlines("argument", c(
      "{.code std_error = {.val {std_error}}} knows no clusters.",
      i = "Leave {.arg std_error} out: the infinitesimal jackknife does."
    ), call = call)
  }
  if (std_error == "jackknife" && estimate == "fleming-harrington") {
    abort_survlines("argument", c(
      "There is no jackknife of the Fleming-Harrington estimate here.",
      i = "Use {.code estimate = \"nelson-aalen\"}, which differs in tied events only."
    ), call = call)
  }
  std_error
}

has_fractional_weights <- function(model) {
  weight <- model$columns$weight
  !is.null(weight) && any(weight != round(weight))
}

inform_jackknife <- function() {
  inform_survlines("robust", c(
    "Standard errors are those of the infinitesimal jackknife, as weights are not whole numbers.",
    i = "{.code std_error = \"greenwood\"} treats weights as numbers of rows."
  ))
}

# The core's curve with `survival` and the standard error of its logarithm as asked for.
estimate_curve <- function(model, settings) {
  if (is_unranked(model$columns)) {
    return(core_km_unranked(model$columns))
  }
  curve <- core_km(model$columns, model$times)
  from_hazard <- settings$estimate != "kaplan-meier"
  if (from_hazard || settings$std_error_type == "tsiatis") {
    hazard <- core_hazard(model$columns, settings$estimate == "fleming-harrington")
    if (from_hazard) curve$survival <- exp(-hazard$hazard)
  }
  if (settings$std_error_type == "jackknife") {
    jackknife <- core_jackknife(
      model$columns, model$cluster, if (is.null(model$cluster)) 0 else model$n_clusters
    )
  }
  if (settings$std_error_type != "greenwood") {
    curve$std_error_log <- sqrt(switch(settings$std_error_type,
      tsiatis = hazard$variance,
      peto = (1 - curve$survival) / curve$n_risk,
      jackknife = if (from_hazard) jackknife$hazard else jackknife$survival / curve$survival^2
    ))
  }
  curve
}

# The model of the rows that are followed to `start` at least, all of them at risk from there.
start_at <- function(model, start, call = rlang::caller_env()) {
  kept <- model$times[model$columns$exit + 1L] >= start
  if (!any(kept)) {
    abort_survlines("no_data", c(
      "No row is followed up to {.arg start_time}, which is {start}.",
      i = "The last time of the data is {max(model$times)}."
    ), call = call)
  }
  model <- keep_rows(model, kept)
  entry <- model$columns$entry
  if (!is.null(entry)) {
    early <- entry >= 0L & c(-Inf, model$times)[entry + 2L] < start
    model$columns$entry[early] <- -1L
  }
  model
}

keep_rows <- function(model, kept) {
  columns <- model$columns
  per_row <- lengths(columns) == length(kept) & !grepl("^n_", names(columns))
  columns[per_row] <- lapply(columns[per_row], `[`, kept)
  rows <- if (is.null(model$rows)) seq_along(kept) else model$rows
  model$columns <- columns
  model$cluster <- model$cluster[kept]
  model$rows <- rows[kept]
  model$n_rows <- sum(kept)
  model
}

warn_negative_times <- function(smallest) {
  if (smallest < 0) {
    warn_survlines("negative_time", c(
      "Some times are negative; the smallest is {smallest}.",
      i = "The curve starts at 1 before the first of them. Was a date of origin wrong?"
    ))
  }
}

warn_fractional_weights <- function() {
  warn_survlines("weights", c(
    "Standard errors and intervals treat weights as numbers of rows.",
    i = "With weights that are not replicates the curve is right, its standard error is not."
  ))
}

# The fit keeps every time at which a row enters or leaves; tables and figures show those at
# which one leaves. Limits are made by with_limits() where they are asked for; `n_enter` is NULL
# where nobody enters late.
new_km <- function(model, curve, settings) {
  fit <- c(
    curve,
    list(strata = model$stratum_labels, group_variables = names(model$formula$variables)),
    settings, fit_counts(model), list(formula = model$formula$formula)
  )
  class(fit) <- "survlines_km"
  fit
}

# What every fit remembers of the rows it was made from.
fit_counts <- function(model) {
  count <- model$columns$frequency
  event <- model$columns$event
  list(
    n_rows = model$n_rows,
    n = if (is.null(count)) model$n_rows else sum(count),
    n_events = if (is.null(count)) sum(event) else sum(event * count),
    n_data = model$n_data, rows = model$rows, na.action = model$na_action,
    missing = model$missing, n_missing = model$n_missing, n_zero_weight = model$n_zero_weight,
    zero_weight = model$zero_weight
  )
}

# The fit with its pointwise limits beside each point: conf_low, conf_high.
with_limits <- function(fit) {
  limits <- curve_limits(fit$survival, fit$std_error_log, fit$conf_type, fit$conf_level)
  if (fit$at_zero == "missing") {
    zero <- fit$survival == 0
    limits$low[zero] <- limits$high[zero] <- NA_real_
  }
  fit[c("conf_low", "conf_high")] <- limits
  fit
}

# ---- curves of a fit -------------------------------------------------------------------------

n_curves <- function(fit) length(fit$stratum_begin) - 1L

# Positions of the points of curve k.
curve_points <- function(fit, k) {
  begin <- fit$stratum_begin[k]
  begin + seq_len(fit$stratum_begin[k + 1L] - begin)
}

# A factor that says which curve each of `times` values per curve belongs to; NULL for one curve
# without a name.
curve_labels <- function(fit, each = diff(fit$stratum_begin)) {
  if (!is.null(fit$strata)) factor(rep(fit$strata, each), levels = fit$strata)
}

# One row per curve: rows, events, median.
km_table <- function(fit, probs = 0.5, time_unit = NULL) {
  points <- lapply(seq_len(n_curves(fit)), function(k) curve_points(fit, k))
  total <- function(column) vapply(points, function(i) sum(column[i]), 0)
  table <- survival_quantile(fit, probs, time_unit)
  n <- total(fit$n_event) + total(fit$n_censor)
  tibble::new_tibble(
    list(
      strata = if (is.null(fit$strata)) rep("all", length(n)) else fit$strata,
      records = n, events = total(fit$n_event),
      median = table$estimate, conf.low = table$conf.low, conf.high = table$conf.high
    ),
    nrow = length(n)
  )
}

#' @export
print.survlines_km <- function(x, digits = 3, time_unit = NULL, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  digits <- check_digits(digits, 1)
  table <- km_table(x, time_unit = time_unit)
  cli::cat_line(estimate_title(x$estimate), ": ", deparse_call(x$call))
  cli::cat_line()
  limits <- matrix(format_reached(c(table$conf.low, table$conf.high), digits), ncol = 2L)
  shown <- data.frame(
    n = format(table$records, digits = 7L), events = format(table$events, digits = 7L),
    median = format_reached(table$median, digits),
    interval = format_interval(limits[, 1L], limits[, 2L]),
    row.names = table$strata
  )
  names(shown)[3:4] <- c("median", paste0(format(100 * x$conf_level), "% CI"))
  print(shown, quote = FALSE)
  cli::cat_line()
  cli::cat_line(
    "Times in ", shown_unit(x, time_unit), "; ", x$conf_type, " intervals", describe_errors(x),
    "; NR: not reached."
  )
  cat_counts(x)
  invisible(x)
}

estimate_title <- function(estimate) {
  switch(estimate,
    `kaplan-meier` = "Kaplan-Meier", `nelson-aalen` = "Survival from the Nelson-Aalen estimate",
    `fleming-harrington` = "Survival from the Fleming-Harrington estimate"
  )
}

# What is said of standard errors that are not the usual ones.
describe_errors <- function(fit) {
  what <- c(tsiatis = "Tsiatis", peto = "Peto", jackknife = "jackknife")[fit$std_error_type]
  paste0(
    if (!is.na(what)) paste0(" by ", what),
    if (!is.null(fit$n_clusters)) paste(" over", count_of(fit$n_clusters, "cluster")),
    if (!is.null(fit$start_time)) paste0("; of rows followed up to ", fit$start_time)
  )
}

#' Summary of Kaplan-Meier curves
#'
#' @param object,x A fit of [fit_km()], or its summary.
#' @param times Times at which to show the curves, in the unit shown; by default four times
#'   spread over the follow-up.
#' @param probs Which quantiles to show.
#' @param time_unit Unit of the times shown: `"days"`, `"weeks"`, `"months"`, `"years"`.
#' @param digits Significant digits.
#' @param ... Other arguments are refused.
#' @return A list of two tibbles, `quantiles` and `survival`, that prints well.
#' @examples
#' summary(fit_km(Surv(time, status) ~ sex, lung), time_unit = "months", times = c(6, 12, 24))
#' @export
summary.survlines_km <- function(object, times = NULL, probs = c(0.25, 0.5, 0.75),
                                 time_unit = NULL, ...) {
  check_nothing_else(..., .what = summary_name, .hint = scale_hint)
  if (is.null(times)) times <- default_times(object, time_unit)
  structure(
    list(
      fit = object, time_unit = shown_unit(object, time_unit),
      quantiles = survival_quantile(object, probs, time_unit),
      survival = survival_at(object, times, time_unit)
    ),
    class = "summary.survlines_km"
  )
}

# Some round times spread over the follow-up.
default_times <- function(fit, time_unit) {
  last <- max(fit$time) / time_divisor(fit, time_unit)
  times <- pretty(c(0, max(last, 0)), 4L)
  times[times >= 0 & times <= last]
}

#' @rdname summary.survlines_km
#' @export
print.summary.survlines_km <- function(x, digits = 3, ...) {
  check_nothing_else(..., .of = "print", .hint = summary_scale_hint)
  digits <- check_digits(digits, 1)
  print(x$fit, digits = digits, time_unit = x$time_unit)
  cli::cat_line()
  cli::cat_line("Quantiles (time by which a share has had the event)")
  quantiles <- as.data.frame(x$quantiles)
  numbers <- c("estimate", "conf.low", "conf.high")
  quantiles[numbers] <- lapply(quantiles[numbers], format_reached, digits)
  print(quantiles, row.names = FALSE)
  cli::cat_line()
  cli::cat_line("Survival")
  print(as.data.frame(x$survival), digits = digits, row.names = FALSE)
  invisible(x)
}

#' @importFrom stats nobs
#' @export
nobs.survlines_km <- function(object, ...) object$n
