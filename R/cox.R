#' Cox models
#'
#' @inheritParams fit_km
#' @param formula `Surv(time, status) ~ covariates` or `Surv(entry, exit, status) ~ covariates`;
#'   the right side may have `strata()`, `offset()` and `cluster()`. The left side may also be a
#'   column made by [Surv()] or [derive_endpoint()].
#' @param ties Treatment of tied events: `"efron"`, `"breslow"`, `"exact"`, the likelihood of
#'   discrete time, or `"marginal"`, the exact likelihood of continuous time that was measured
#'   coarsely (SAS calls it EXACT, Stata exactm). Exact and marginal ties allow neither weights nor
#'   robust standard errors. Exact ties take time that grows with the number of rows at risk times
#'   the number of tied events.
#' @param weights Weights of the rows as in [survival::coxph()]: finite, not negative; evaluated
#'   in `data`. Rows of weight 0 are left out.
#' @param cluster Groups of rows that are not independent, such as `patient_id`; evaluated in
#'   `data`.
#' @param robust Whether standard errors are those of clusters (of rows, without clusters).
#'   `NULL`: yes when there is a cluster, when rows of [derive_endpoint()] repeat a patient (who
#'   is then the cluster) or when weights are not whole numbers; a message says so.
#' @param init Initial coefficients, one a column of the design; 0 when not given. The tests of the
#'   whole model are tests of these, as in [survival::coxph()].
#' @param control What [cox_control()] returns.
#'
#' @return An object of class `survlines_cox`; see [tidy.survlines_cox()] and the methods `coef()`,
#'   `vcov()`, `confint()`, `logLik()`, `nobs()`, `model.frame()`, `summary()`, `plot()`.
#'   Coefficients are log hazard ratios. Those of columns that depend on columns before them are
#'   `NA`; where the likelihood grows for ever the coefficient is `Inf` or `-Inf`.
#'
#' @section Formula: The coefficients maximise the partial likelihood
#' \deqn{\sum_{i: event} w_i (x_i \beta - \log S_0(t_i)), \quad
#'   S_0(t) = \sum_{j\, at\, risk} w_j e^{x_j \beta}}{sum over events of w (x beta - log S0(t)),
#'   S0(t) = sum over rows at risk of w exp(x beta)}
#' within strata. With Efron's method the l-th of d tied deaths has the share l/d of the deaths'
#' own sum taken from \eqn{S_0}. With exact ties the d deaths of a time have the probability
#' \eqn{e^{\sum x \beta}} over the total of the same over all subsets of d rows at risk (Cox 1972),
#' by the recursion of Gail, Lubin & Rubinstein (1981). With marginal ties the deaths of a time came
#' in an order that was not seen: the likelihood is the total over all orders, which is (DeLong,
#' Guirguis & So 1994, with \eqn{a_j = e^{x_j \beta}} over the same total of those who survive the
#' time)
#' \deqn{\int_0^\infty e^{-t} \prod_{j = 1}^{d} (1 - e^{-a_j t})\, dt}{integral over t > 0 of
#'   exp(-t) times the product over deaths j of 1 - exp(-a_j t)}
#' by the trapezoidal rule in log t, which converges exponentially: its error is rounding. The
#' variance is the inverse information;
#' the robust variance \eqn{I^{-1} B' B I^{-1}} has the clusters' totals of weighted score
#' residuals as the rows of B. Tests: likelihood ratio, Wald, score (the log-rank test where the
#' only covariate is the group and there are no ties).
#'
#' `weights` weigh the likelihood. `frequency` are replicates: frequency 2 gives exactly what
#' two rows give.
#'
#' @section Coefficients that change with time: A coefficient \eqn{\beta + \gamma g(t)} is that of
#' two covariates, \eqn{x} and \eqn{x g(t)}, the second of which changes with time. Cut each row
#' at the event times, where alone the likelihood looks, with [survival::survSplit()], and multiply;
#' see the last example. For a coefficient that is one number before a time and another after it,
#' cut there and use the interaction with the episode. Covariates that change with time themselves
#' are rows `Surv(entry, exit, status)`, too. The rows of a patient are then pieces of one, not
#' repeated: `robust = FALSE`.
#'
#' @section For users of coxph(): [from-survival] says what functions and arguments of survival are
#' called here: `cox.zph()` is [test_proportional()], `basehaz()` is [baseline_hazard()].
#'
#' @section Errors: as [fit_km()]; also `survlines_error_not_finite` for infinite covariates
#'   or offsets, `survlines_error_ties` for exact or marginal ties with weights or robust standard
#'   errors.
#' @section Warnings and messages: `survlines_warning_infinite` (monotone likelihood),
#'   `survlines_warning_convergence`, `survlines_warning_no_events`;
#'   `survlines_warning_numbers_as_text` for covariates that were meant to be numbers, as
#'   [fit_km()] says;
#'   `survlines_warning_lone_cluster` for robust intervals of a group that is a single cluster: its
#'   martingale residuals add up to 0 at the estimate, so that the robust variance knows nothing of
#'   its chance; `survlines_message_robust` and those of [fit_km()].
#' @references
#' Cox DR (1972). Regression models and life-tables. Journal of the Royal Statistical Society B
#' 34, 187-220.
#'
#' Efron B (1977). The efficiency of Cox's likelihood function for censored data. Journal of the
#' American Statistical Association 72, 557-565.
#'
#' DeLong DM, Guirguis GH, So YC (1994). Efficient computation of subset selection probabilities
#' with application to Cox regression. Biometrika 81, 607-611.
#'
#' Gail MH, Lubin JH, Rubinstein LV (1981). Likelihood calculations for matched case-control
#' studies and survival studies with tied death times. Biometrika 68, 703-707.
#'
#' Lin DY, Wei LJ (1989). The robust inference for the Cox proportional hazards model. Journal of
#' the American Statistical Association 84, 1074-1078.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + sex, lung)
#' fit
#' tidy(fit, exponentiate = TRUE)
#' # two eyes, kidneys or lines of one patient
#' fit_cox(Surv(time, status) ~ age + sex, kidney, cluster = id)
#' # the effect of the Karnofsky score fades with the logarithm of time
#' pieces <- survival::survSplit(Surv(time, status) ~ karno, veteran,
#'   cut = unique(veteran$time[veteran$status == 1])
#' )
#' pieces$karno_by_log_time <- pieces$karno * log(pieces$time)
#' fit_cox(Surv(tstart, time, status) ~ karno + karno_by_log_time, pieces)
#' @export
fit_cox <- function(formula, data = NULL, ties = c("efron", "breslow", "exact", "marginal"),
                    weights, frequency, cluster, robust = NULL, subset,
                    na.action = getOption("na.action"), # nolint: object_name_linter.
                    init = NULL, control = cox_control(), conf_level = 0.95, timefix = TRUE, ...) {
  call <- match.call()
  check_nothing_else(..., .of = "fit_cox")
  ties <- match_choice(ties, c("efron", "breslow", "exact", "marginal"))
  if (!is.null(robust)) check_flag(robust)
  check_level(conf_level)
  if (!missing(control)) check_control(control)
  arguments <- written_arguments(c("weights", "frequency", "cluster", "subset"), call = call)
  model <- model_data(formula, data, arguments, na.action, "design", timefix,
    threads = n_threads(control$threads)
  )
  n_patients <- count_patients(data, model$rows)
  request <- robust_request(model, data, robust, n_patients)
  if (!sums_over_rows(ties)) check_exact_ties(ties, model, request)
  start <- check_init(init, design_names(model$x))

  result <- core_cox(
    c(model$columns, list(offset = model$offset)), model$x, start, request,
    c(control, list(ties = ties))
  )
  fit <- new_cox(model, result, list(
    ties = ties, start = start, conf_level = conf_level, n_patients = n_patients,
    followed = if (!is.null(n_patients)) followed_until(data, model$rows),
    n_clusters = if (!is.null(request)) request$n_clusters, clustered_by = request$by,
    lone = lone_coefficients(model, request, result$kind),
    call = call,
    source = list(data = data, arguments = arguments, na_action = na.action, timefix = timefix)
  ))
  warn_cox_outcome(fit)
  fit
}

check_exact_ties <- function(ties, model, request, call = rlang::caller_env()) {
  if (!is.null(model$columns$weight)) {
    abort_survlines("ties", c(
      "{.code ties = \"{ties}\"} does not allow {.arg weights}.",
      i = "For replicates of rows use {.arg frequency}, else {.code ties = \"efron\"}."
    ), call = call)
  }
  if (!is.null(request)) {
    abort_survlines("ties", c(
      "{.code ties = \"{ties}\"} does not allow robust standard errors, here over {request$by}.",
      i = "Use {.code ties = \"efron\"}, or {.code robust = FALSE} without a cluster."
    ), call = call)
  }
}

#' Control of the iterations of `fit_cox()`
#'
#' @param tolerance The iteration ends after a Newton step shorter than this, in standard errors.
#'   Convergence is quadratic: what is left is about the square of it.
#' @param max_iterations Most steps taken for which the information is computed. Between two of them
#'   a model with many covariates may take others, that need the score alone; these do not count.
#' @param threads How many threads the fit may use. `NULL`: `options(survlines.threads)`, else the
#'   environment variable `SURVLINES_NUM_THREADS`, else 1. More threads make fits of many rows
#'   faster and change no digit of the result.
#' @return A list.
#' @section Errors: `survlines_error_argument`.
#' @examples
#' cox_control(max_iterations = 100)
#' @export
cox_control <- function(tolerance = NULL, max_iterations = NULL, threads = NULL) {
  control <- core_cox_defaults()
  control$threads <- n_threads(threads)
  if (!is.null(tolerance)) control$tolerance <- check_positive(tolerance)
  if (!is.null(max_iterations)) {
    steps <- check_positive(max_iterations)
    control$max_iterations <- as.integer(max(1, min(steps, .Machine$integer.max)))
  }
  control
}

check_control <- function(control, call = rlang::caller_env()) {
  if (!is.list(control) || !all(c("tolerance", "max_iterations") %in% names(control))) {
    abort_survlines("argument", "{.arg control} must be made by {.fn cox_control}.", call = call)
  }
  check_positive(control$tolerance, call, "control$tolerance")
  check_positive(control$max_iterations, call, "control$max_iterations")
  n_threads(control$threads, call)
}

check_init <- function(init, names, call = rlang::caller_env()) {
  if (is.null(init)) {
    return(rep(0, length(names)))
  }
  if (!is.numeric(init) || length(init) != length(names) || !all(is.finite(init))) {
    abort_survlines("argument", c(
      "{.arg init} must be {length(names)} finite number{?s}.",
      i = "The columns of the design are {.field {names}}."
    ), call = call)
  }
  as.double(init)
}

# list(cluster, n_clusters, by) or NULL when standard errors are those of the model. `by` says in
# words what the clusters are.
robust_request <- function(model, data, robust, n_patients) {
  repeated <- !is.null(n_patients) && n_patients < model$n_rows
  fractional <- !is.null(model$columns$weight) &&
    any(model$columns$weight != round(model$columns$weight))
  if (isFALSE(robust) ||
    (is.null(robust) && is.null(model$cluster) && !repeated && !fractional)) {
    return(NULL)
  }
  request <- if (!is.null(model$cluster)) {
    list(cluster = model$cluster, n_clusters = model$n_clusters, by = "clusters")
  } else if (repeated) {
    patients <- if (is.null(model$rows)) data$patient_id else data$patient_id[model$rows]
    clusters <- code_clusters(patients)
    list(cluster = clusters$cluster, n_clusters = clusters$n_clusters, by = "patients")
  } else {
    list(cluster = NULL, n_clusters = model$n_rows, by = "rows")
  }
  if (is.null(robust)) inform_robust(request, fractional)
  request
}

inform_robust <- function(request, fractional) {
  why <- switch(request$by,
    clusters = "rows of a cluster are not independent",
    patients = "lines of one patient are not independent",
    rows = "weights are not whole numbers"
  )
  inform_survlines("robust", c(
    "Standard errors are robust, over {request$n_clusters} {request$by}: {why}.",
    i = "{.code robust = FALSE} turns this off."
  ))
}

new_cox <- function(model, result, settings) {
  names <- design_names(model$x)
  kind <- result$kind
  estimated <- kind == "finite"
  coefficient <- result$coefficient
  coefficient[kind == "aliased"] <- NA
  coefficient[kind == "infinite"] <- Inf * sign(coefficient[kind == "infinite"])
  names(coefficient) <- names(kind) <- names
  counts <- fit_counts(model)
  fit <- c(
    list(
      coefficients = coefficient, last_step = result$coefficient, kind = kind,
      variance = named_variance(result$variance, names, estimated),
      robust_variance = named_variance(result$robust_variance, names, estimated),
      loglik = if (counts$n_events == 0) c(0, 0) else result$loglik, df = sum(kind != "aliased"),
      score_test = result$score_test,
      robust_score_test = if (!is.null(settings$n_clusters)) result$robust_score_test,
      iterations = result$iterations, status = result$status,
      assign = model$assign, term_labels = model$term_labels, contrasts = model$contrasts,
      variable_levels = model$variable_levels, n_strata = model$columns$n_strata,
      weighted = !is.null(model$columns$weight)
    ),
    settings, counts, list(formula = model$formula$formula, terms = formula_terms(model$formula))
  )
  class(fit) <- "survlines_cox"
  fit
}

named_variance <- function(variance, names, estimated) {
  if (is.null(variance)) {
    return(NULL)
  }
  if (!all(estimated)) variance[!estimated, ] <- variance[, !estimated] <- NA
  dimnames(variance) <- list(names, names)
  variance
}

# What the column holds that the status is made of, where there is one, such as `status` in
# Surv(time, status == 3).
describe_status <- function(fit) {
  response <- use_bare_names(fit$formula[[2L]])
  status <- if (rlang::is_call(response, "Surv")) arrange_arguments(match_surv(response))$status
  name <- all.vars(status)
  values <- if (length(name) == 1L) fit$source$data[[name]]
  if (!is.atomic(values) || is.null(values)) {
    return(NULL)
  }
  found <- sort(unique(as.character(values)))
  shown <- paste0("\"", utils::head(found, 5L), "\"", collapse = ", ")
  escape_braces(paste0("`", name, "` holds ", shown, if (length(found) > 5L) ", ...", "."))
}

warn_cox_outcome <- function(fit) {
  if (fit$n_events == 0) {
    warn_survlines("no_events", c(
      "No row has an event, so that no coefficient can be estimated.",
      i = describe_status(fit), i = "Is the status coded as you think?"
    ))
  }
  infinite <- names(fit$coefficients)[fit$kind == "infinite"]
  if (length(infinite) > 0L) {
    warn_survlines("infinite", c(
      "The likelihood grows for ever as {.field {infinite}} go{?es/} to infinity.",
      i = "In some level, or beyond some value, nobody or everybody had the event.",
      i = "The other coefficients and the likelihood ratio test are right. A finite estimate comes
           from a penalised likelihood (Firth 1993; Heinze & Schemper 2001)."
    ))
  }
  if (length(fit$lone) > 0L) {
    warn_survlines("lone_cluster", c(
      "Robust intervals of {.field {fit$lone}} are too narrow: a group that {?it/they} compare{?s/}
       is a single {single_cluster(fit)}.",
      i = "Its residuals add up to 0, as if its hazard were known. {.code robust = FALSE} gives
           standard errors of the model."
    ))
  }
  if (fit$status != "converged" && length(infinite) == 0L && fit$n_events > 0) {
    warn_survlines("convergence", c(
      "The iteration did not converge in {fit$iterations} step{?s}.",
      i = "Look for covariates of very different size; see {.fn cox_control}.",
      i = if (any(fit$start != 0)) "It began at {.arg init}; without that it begins at 0."
    ))
  }
}

# ---- results ---------------------------------------------------------------------------------

# The variance that tests and intervals use.
used_variance <- function(fit) {
  if (is.null(fit$robust_variance)) fit$variance else fit$robust_variance
}

standard_errors <- function(variance) sqrt(unname(diag(variance)))

cox_intervals <- function(fit, level) {
  half <- stats::qnorm((1 + level) / 2) * standard_errors(used_variance(fit))
  list(low = unname(fit$coefficients) - half, high = unname(fit$coefficients) + half)
}

# list(statistic, df, p) of the test that all coefficients are the initial ones, which are 0 unless
# `init` says otherwise. NA where nothing is tested.
wald_test <- function(fit) {
  finite <- fit$kind == "finite"
  variance <- used_variance(fit)[finite, finite, drop = FALSE]
  distance <- unname(fit$coefficients[finite]) - fit$start[finite]
  form <- core_quadratic_form(variance, distance)
  # Infinite coefficients have no Wald test, nor has a model that contains one.
  if (any(fit$kind == "infinite")) form$statistic <- NA_real_
  test_of(form$statistic, form$df)
}

test_of <- function(statistic, df) {
  if (df == 0L) statistic <- NA_real_
  list(
    statistic = statistic, df = df,
    p = stats::pchisq(statistic, max(df, 1L), lower.tail = FALSE)
  )
}

cox_tests <- function(fit) {
  list(
    log = test_of(2 * (fit$loglik[2L] - fit$loglik[1L]), fit$df),
    wald = wald_test(fit),
    sc = test_of(fit$score_test, fit$df),
    robust = if (is.null(fit$robust_score_test)) {
      test_of(NA_real_, 0L)
    } else {
      test_of(fit$robust_score_test, fit$df)
    }
  )
}

#' @export
coef.survlines_cox <- function(object, ...) object$coefficients

#' Covariance matrix of the coefficients of a Cox model
#'
#' @param object A fit of [fit_cox()].
#' @param type `"default"`: the one that standard errors, tests and intervals use, which is the
#'   robust one where the fit has it; `"model"`: the inverse information; `"robust"`.
#' @param ... Not used; what this has by another name is refused.
#' @return A matrix with a row and column for each coefficient; missing where a coefficient was
#'   not estimated.
#' @section Errors: `survlines_error_argument` when a robust matrix is asked for and not there.
#' @examples
#' vcov(fit_cox(Surv(time, status) ~ age + sex, lung))
#' @export
vcov.survlines_cox <- function(object, type = c("default", "model", "robust"), ...) {
  check_nothing_known(..., .of = "vcov")
  type <- match_choice(type, c("default", "model", "robust"))
  if (type == "robust" && is.null(object$robust_variance)) {
    abort_survlines("argument", c(
      "The fit has no robust variance.", i = "Fit with {.code robust = TRUE} or a cluster."
    ))
  }
  switch(type,
    default = used_variance(object), model = object$variance, robust = object$robust_variance
  )
}

#' @export
logLik.survlines_cox <- function(object, ...) {
  structure(object$loglik[2L], df = object$df, nobs = object$n_events, class = "logLik")
}

#' @export
nobs.survlines_cox <- function(object, ...) object$n_events

#' @export
formula.survlines_cox <- function(x, ...) written_formula(x)

# Made on demand from what the fit was made of.
#' @export
model.frame.survlines_cox <- function(formula, ...) {
  source <- formula$source
  scope <- list2env(list(data = source$data, terms = formula$terms))
  arguments <- c(
    list(formula = quote(terms), data = quote(data), na.action = source$na_action),
    source$arguments
  )
  eval(as.call(c(list(quote(stats::model.frame)), arguments)), scope)
}
