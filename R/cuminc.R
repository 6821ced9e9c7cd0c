#' Cumulative incidence with competing risks
#'
#' The Aalen-Johansen estimate of the probability to have had an event of each cause by a time.
#'
#' @inheritParams fit_km
#' @param formula `Surv(time, cause) ~ groups` or `Surv(entry, exit, cause) ~ groups`, where
#'   `cause` is a factor whose **first level means censored** and each other level is a cause. The
#'   column `cause` of [derive_endpoint()] is such a factor. `~ 1` for one group.
#' @param weights Weights of the rows, finite and not negative; evaluated in `data`. Any weights
#'   are fine with `std_error = "jackknife"`.
#' @param cluster Groups of rows that are not independent, such as `patient_id`; evaluated in
#'   `data`. The standard error is then that of clusters.
#' @param std_error `"jackknife"`, the infinitesimal jackknife (as [survival::survfit()]), or
#'   `"aalen"` (as `cmprsk::cuminc()`), which takes neither weights nor clusters.
#' @param conf_type Scale on which the interval is symmetric: `"log-log"`, `"log"`, `"plain"`,
#'   `"logit"` or `"arcsine"`.
#'
#' @return An object of class `survlines_cuminc`. See [tidy.survlines_cuminc()] and
#'   [incidence_at()]; [test_gray()] compares groups.
#'
#' @section Formula:
#' \deqn{\hat F_k(t) = \sum_{s \le t} \hat S(s-) d_k(s) / n(s)}{F_k(t) = sum over s <= t of S(s-)
#'   d_k / n}
#' with `d_k` events of cause `k` among `n` rows at risk, and \eqn{\hat S} the Kaplan-Meier estimate
#' for events of any cause. The infinitesimal jackknife is the sum over rows (or clusters) of
#' \eqn{(w_i\, \partial \hat F_k / \partial w_i)^2}. Aalen's variance is the sum over event times of
#' squared changes of \eqn{\hat F_k(t)} by one event, with the factor (n - d) / (n - 1) for ties.
#' Intervals are those of [fit_km()] with \eqn{\hat F_k} in place of \eqn{\hat S}: log-log is
#' \eqn{\hat F^{\exp(\pm z \sigma / \log \hat F)}}{F^exp(+-z sigma / log F)} with \eqn{\sigma} the
#' standard error of \eqn{\log \hat F}. Before the first event of a cause it is 0, and so is its
#' interval.
#'
#' One minus the Kaplan-Meier estimate that censors other causes is no such probability: it is
#' larger than this one.
#'
#' @section Subdistribution hazards: a Fine-Gray model is a weighted Cox model: take the data that
#'   [survival::finegray()] makes and give `fgwt` to [fit_cox()] as weights, see the example.
#' @section Errors: as [fit_km()]; `survlines_error_status` where the status is no factor;
#'   `survlines_error_argument` for weights or clusters with Aalen's variance.
#' @references
#' Aalen OO, Johansen S (1978). An empirical transition matrix for non-homogeneous Markov chains
#' based on censored observations. Scandinavian Journal of Statistics 5, 141-150.
#'
#' Aalen OO (1978). Nonparametric estimation of partial transition probabilities in multiple
#' decrement models. Annals of Statistics 6, 534-545.
#'
#' Efron B (1982). The jackknife, the bootstrap and other resampling plans. SIAM, Philadelphia.
#' @examples
#' relapse <- transform(
#'   mgus2,
#'   months = ifelse(pstat == 1, ptime, futime),
#'   cause = factor(ifelse(pstat == 1, 1, 2 * death), 0:2, c("censored", "progression", "death"))
#' )
#' fit <- fit_cuminc(Surv(months, cause) ~ sex, relapse, time_unit = "months")
#' fit
#' incidence_at(fit, c(5, 10), time_unit = "years")
#'
#' # Fine-Gray model of progression
#' expanded <- survival::finegray(Surv(months, cause) ~ age + sex, relapse, etype = "progression")
#' fit_cox(Surv(fgstart, fgstop, fgstatus) ~ age + sex, expanded, weights = fgwt)
#' @export
fit_cuminc <- function(formula, data = NULL, weights, frequency, cluster, subset,
                       na.action = getOption("na.action"), # nolint: object_name_linter.
                       conf_level = 0.95,
                       conf_type = c("log-log", "log", "plain", "logit", "arcsine"),
                       std_error = c("jackknife", "aalen"), timefix = TRUE, time_unit = NULL, ...) {
  call <- match.call()
  check_nothing_else(..., .of = "fit_cuminc")
  check_level(conf_level)
  conf_type <- match_choice(conf_type, interval_scales)
  std_error <- match_choice(std_error, c("jackknife", "aalen"))
  unit <- read_time_unit(time_unit, check_formula(formula), data)
  arguments <- written_arguments(c("weights", "frequency", "cluster", "subset"))
  model <- model_data(formula, data, arguments, na.action, "causes", timefix)
  if (std_error == "aalen") check_aalen(model)
  warn_negative_times(model$times[1L])
  n_patients <- count_patients(data, model$rows)
  if (is.null(model$cluster)) inform_repeated_lines(n_patients, model$n_rows)

  n_clusters <- if (is.null(model$cluster)) 0 else model$n_clusters
  curve <- core_cuminc(model$columns, model$cluster, n_clusters, std_error == "jackknife")
  new_cuminc(model, curve, list(
    conf_level = conf_level, conf_type = conf_type, std_error_type = std_error,
    time_unit = unit$time_unit, days_per_unit = unit$days_per_unit, n_patients = n_patients,
    n_clusters = if (!is.null(model$cluster)) model$n_clusters, call = call,
    source = curve_source(data, arguments, na.action, timefix, "causes"),
    terms = formula_terms(model$formula)
  ))
}

check_aalen <- function(model, call = rlang::caller_env()) {
  given <- c("weights", "cluster")[c(!is.null(model$columns$weight), !is.null(model$cluster))]
  if (length(given) > 0L) {
    abort_survlines("argument", c(
      "Aalen's variance takes no {.arg {given}}.",
      i = "Use {.code std_error = \"jackknife\"}."
    ), call = call)
  }
}

# Matrices have a row per cause and a column per point, as the core gives them.
new_cuminc <- function(model, curve, settings) {
  causes <- model$group_labels
  by_cause <- lapply(curve[c("n_event", "incidence", "variance")], `rownames<-`, causes)
  std_error <- sqrt(by_cause$variance)
  sigma <- std_error / by_cause$incidence
  limits <- curve_limits(by_cause$incidence, sigma, settings$conf_type, settings$conf_level)
  structure(
    c(
      list(
        causes = causes, time = model$times[curve$time + 1L],
        n_risk = curve$n_risk, n_event = by_cause$n_event, n_censor = curve$n_censor,
        n_enter = curve$n_enter, survival = curve$survival, incidence = by_cause$incidence,
        std_error = std_error, conf_low = limits$low, conf_high = limits$high,
        stratum_begin = curve$stratum_begin, strata = model$stratum_labels,
        group_variables = names(model$formula$variables)
      ),
      settings, fit_counts(model), list(formula = model$formula$formula)
    ),
    class = "survlines_cuminc"
  )
}

check_cuminc <- function(fit, call = rlang::caller_env()) {
  check_given(fit, call)
  if (!inherits(fit, "survlines_cuminc")) {
    abort_survlines("argument", "{.arg fit} must be a fit of {.fn fit_cuminc}.", call = call)
  }
}

check_causes <- function(causes, fit, call = rlang::caller_env()) {
  if (is.null(causes)) {
    return(fit$causes)
  }
  if (!is.character(causes) || length(causes) == 0L) {
    abort_survlines("argument", c(
      "{.arg causes} must be names of causes.",
      i = "The causes are {.val {fit$causes}}."
    ), call = call)
  }
  causes <- unique(as.vector(causes))
  unknown <- setdiff(causes, fit$causes)
  if (length(unknown) > 0L) {
    abort_survlines("argument", c(
      "{.arg causes} names {.val {unknown}}, which {?is/are} no cause of the fit.",
      i = "Its causes are {.val {fit$causes}}."
    ), call = call)
  }
  causes
}

#' Cumulative incidence at given times
#'
#' @param fit A fit of [fit_cuminc()].
#' @param times Times, in `time_unit`.
#' @param causes Which causes, by name; by default all.
#' @param time_unit Unit of `times`: `"days"`, `"weeks"`, `"months"` or `"years"`; by default the
#'   unit of the fit.
#' @return A tibble with a row for each curve, cause and time: `strata` (where there is more than
#'   one curve), `cause`, `time`, `n.risk` (just before the time), `estimate`, `std.error` (of the
#'   incidence itself), `conf.low`, `conf.high`. After the last time of a curve the estimate is
#'   missing unless everybody has had an event.
#' @section Errors: `survlines_error_argument`.
#' @examples
#' data <- data.frame(time = 1:6, cause = factor(c("a", "b", "none", "a", "b", "none"),
#'   levels = c("none", "a", "b")))
#' incidence_at(fit_cuminc(Surv(time, cause) ~ 1, data), c(2, 5))
#' @export
incidence_at <- function(fit, times, causes = NULL, time_unit = NULL) {
  check_cuminc(fit)
  check_times(times)
  causes <- check_causes(causes, fit)
  asked <- times * time_divisor(fit, time_unit)
  pieces <- lapply(seq_len(n_curves(fit)), function(k) {
    lapply(causes, incidence_of_curve_at, fit = fit, k = k, times = asked)
  })
  pieces <- unlist(pieces, recursive = FALSE)
  column <- function(name) unlist(lapply(pieces, `[[`, name), use.names = FALSE)
  each <- length(times)
  columns <- list(
    cause = factor(rep(rep(causes, each = each), n_curves(fit)), levels = causes),
    time = rep(times, length(pieces)), n.risk = column("n_risk"), estimate = column("incidence"),
    std.error = column("std_error"), conf.low = column("conf_low"), conf.high = column("conf_high")
  )
  labels <- curve_labels(fit, rep(each * length(causes), n_curves(fit)))
  tibble::new_tibble(
    c(if (!is.null(labels)) list(strata = labels), columns), nrow = each * length(pieces)
  )
}

# The values of one cause in curve k at `times`: those of the last point at or before each.
incidence_of_curve_at <- function(cause, fit, k, times) {
  points <- curve_points(fit, k)
  before <- findInterval(times, fit$time[points])
  last <- points[length(points)]
  over <- times > fit$time[last] & fit$survival[last] > 0
  columns <- c("incidence", "std_error", "conf_low", "conf_high")
  values <- lapply(columns, function(name) {
    ifelse(over, NA_real_, c(0, fit[[name]][cause, points])[before + 1L])
  })
  names(values) <- columns
  values$n_risk <- at_risk_before(cause_totals(fit), points, times)
  values
}

# The counts of a fit with the events of the causes named taken together.
cause_totals <- function(fit, causes = fit$causes) {
  list(
    time = fit$time, n_risk = fit$n_risk, n_event = colSums(fit$n_event[causes, , drop = FALSE]),
    n_censor = fit$n_censor, n_enter = fit$n_enter
  )
}

#' @export
print.survlines_cuminc <- function(x, digits = 3, time_unit = NULL, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  digits <- check_digits(digits, 1)
  cli::cat_line("Cumulative incidence: ", deparse_call(x$call))
  cli::cat_line()
  table <- as.data.frame(glance(x, time_unit = time_unit))
  shown <- table[c("strata", "cause", "records", "events", "time", "estimate")]
  limits <- lapply(table[c("conf.low", "conf.high")], format, digits = digits)
  shown$interval <- paste0("[", limits$conf.low, ", ", limits$conf.high, "]")
  names(shown)[5:7] <- c("at time", "incidence", paste0(format(100 * x$conf_level), "% CI"))
  print(shown, digits = digits, row.names = FALSE)
  cli::cat_line()
  cli::cat_line(
    "Incidence at the last event of the curve; times in ", shown_unit(x, time_unit), "; ",
    x$conf_type, " intervals, ", switch(x$std_error_type,
      jackknife = "infinitesimal jackknife", aalen = "Aalen's variance"
    ),
    if (!is.null(x$n_clusters)) paste(" over", count_of(x$n_clusters, "cluster")), "."
  )
  cat_counts(x)
  invisible(x)
}

#' Summary of cumulative incidence
#'
#' @param object,x A fit of [fit_cuminc()], or its summary.
#' @param times Times at which to show the curves, in the unit shown; by default some spread over
#'   the follow-up.
#' @param time_unit Unit of the times shown: `"days"`, `"weeks"`, `"months"`, `"years"`.
#' @param digits Significant digits.
#' @param ... Other arguments are refused.
#' @return A list with the tibble `incidence`, that prints well.
#' @examples
#' data <- data.frame(time = 1:6, cause = factor(c("a", "b", "none", "a", "b", "none"),
#'   levels = c("none", "a", "b")))
#' summary(fit_cuminc(Surv(time, cause) ~ 1, data))
#' @export
summary.survlines_cuminc <- function(object, times = NULL, time_unit = NULL, ...) {
  check_nothing_else(..., .what = summary_name, .hint = scale_hint)
  if (is.null(times)) times <- default_times(object, time_unit)
  structure(
    list(
      fit = object, time_unit = shown_unit(object, time_unit),
      incidence = incidence_at(object, times, time_unit = time_unit)
    ),
    class = "summary.survlines_cuminc"
  )
}

#' @rdname summary.survlines_cuminc
#' @export
print.summary.survlines_cuminc <- function(x, digits = 3, ...) {
  check_nothing_else(..., .of = "print", .hint = summary_scale_hint)
  digits <- check_digits(digits, 1)
  print(x$fit, digits = digits, time_unit = x$time_unit)
  cli::cat_line()
  print(as.data.frame(x$incidence), digits = digits, row.names = FALSE)
  invisible(x)
}

#' @export
nobs.survlines_cuminc <- function(object, ...) object$n

#' Tidy cumulative incidence
#'
#' @param x A fit of [fit_cuminc()].
#' @param time_unit Unit of the times returned: `"days"`, `"weeks"`, `"months"` or `"years"`; by
#'   default the unit of the fit.
#' @param ... Not used; what this has by another name is refused.
#' @return `tidy()`: a tibble with a row for each curve, cause and time at which a row has an event
#'   (of any cause) or is censored: `time`, `n.risk`, `n.event` (of this cause), `n.censor`,
#'   `estimate`, `std.error` (of the incidence itself, as in broom for several states),
#'   `conf.high`, `conf.low`, `cause` and, where there is more than one curve, `strata`.
#'
#'   `glance()`: a row for each curve and cause: `strata`, `cause`, `records`, `events`, `time` (of
#'   the last event of any cause in the curve), `estimate`, `std.error`, `conf.low`, `conf.high`
#'   (at that time), and `nobs`, `n.patients`, `n.dropped`, `n.clusters`, `conf.type`,
#'   `conf.level`, `std.error.type`, `time.unit` of the whole fit.
#' @examples
#' data <- data.frame(time = 1:6, cause = factor(c("a", "b", "none", "a", "b", "none"),
#'   levels = c("none", "a", "b")))
#' fit <- fit_cuminc(Surv(time, cause) ~ 1, data)
#' tidy(fit)
#' glance(fit)
#' @export
tidy.survlines_cuminc <- function(x, time_unit = NULL, ...) {
  check_nothing_known(..., .of = "tidy", .hint = interval_hint)
  leaves <- colSums(x$n_event) + x$n_censor > 0
  divisor <- time_divisor(x, time_unit)
  order <- tidy_order(x, leaves)
  common <- function(column) column[order$point]
  own <- function(name) x[[name]][cbind(order$cause, order$point)]
  columns <- list(
    time = common(x$time) / divisor, n.risk = common(x$n_risk), n.event = own("n_event"),
    n.censor = common(x$n_censor), estimate = own("incidence"), std.error = own("std_error"),
    conf.high = own("conf_high"), conf.low = own("conf_low"),
    cause = factor(x$causes[order$cause], levels = x$causes)
  )
  labels <- curve_labels(x)
  columns <- c(columns, if (!is.null(labels)) list(strata = labels[order$point]))
  tibble::new_tibble(columns, nrow = length(order$point))
}

# Points kept, once for each cause: by curve, then cause, then time.
tidy_order <- function(fit, kept) {
  pieces <- lapply(seq_len(n_curves(fit)), function(k) {
    points <- curve_points(fit, k)
    points <- points[kept[points]]
    list(
      point = rep(points, length(fit$causes)),
      cause = rep(seq_along(fit$causes), each = length(points))
    )
  })
  list(
    point = unlist(lapply(pieces, `[[`, "point")), cause = unlist(lapply(pieces, `[[`, "cause"))
  )
}

#' @rdname tidy.survlines_cuminc
#' @export
glance.survlines_cuminc <- function(x, time_unit = NULL, ...) {
  check_nothing_known(..., .of = "glance", .hint = interval_hint)
  divisor <- time_divisor(x, time_unit)
  pieces <- lapply(seq_len(n_curves(x)), function(k) incidence_of_whole_curve(x, k, divisor))
  column <- function(name) unlist(lapply(pieces, `[[`, name), use.names = FALSE)
  n_rows <- length(x$causes) * length(pieces)
  strata <- if (is.null(x$strata)) "all" else x$strata
  columns <- list(
    strata = rep(strata, each = length(x$causes)), cause = rep(x$causes, length(pieces))
  )
  for (name in names(pieces[[1L]])) columns[[name]] <- column(name)
  whole <- list(
    nobs = x$n, n.patients = patients_or_missing(x), n.dropped = x$n_missing + x$n_zero_weight,
    n.clusters = if (is.null(x$n_clusters)) NA_integer_ else x$n_clusters,
    conf.type = x$conf_type, conf.level = x$conf_level, std.error.type = x$std_error_type,
    time.unit = shown_unit(x, time_unit)
  )
  tibble::new_tibble(c(columns, lapply(whole, rep, n_rows)), nrow = n_rows)
}

# Totals of curve k for each cause, and the incidence at its last event.
incidence_of_whole_curve <- function(fit, k, divisor) {
  points <- curve_points(fit, k)
  events <- fit$n_event[, points, drop = FALSE]
  had_event <- points[colSums(events) > 0]
  last <- if (length(had_event) > 0L) had_event[length(had_event)] else points[length(points)]
  n <- length(fit$causes)
  list(
    records = rep(sum(events) + sum(fit$n_censor[points]), n), events = rowSums(events),
    time = rep(fit$time[last] / divisor, n), estimate = fit$incidence[, last],
    std.error = fit$std_error[, last], conf.low = fit$conf_low[, last],
    conf.high = fit$conf_high[, last]
  )
}
