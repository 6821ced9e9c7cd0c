# Some curves of a fit, as survfit objects give them by `[`.

#' Some curves of a fit
#'
#' `fit[1]` or `fit["sex=1"]` is a fit of these curves alone, for figures, tables and whatever takes
#' a fit; as `[` of [survival::survfit()] does.
#'
#' @param x A fit of [fit_km()] or [fit_cuminc()].
#' @param i Which curves: numbers, names as they are printed, or `TRUE` and `FALSE`; each at most
#'   once.
#' @param ... There must be nothing else.
#' @return A fit of the same class, in the order asked for. Its rows are those of its curves; rows
#'   that the whole fit left out belong to none of them and are not counted. Its curves, with their
#'   errors, are those of the whole fit.
#' @section Errors: `survlines_error_argument` where there is no such curve.
#' @examples
#' fit <- fit_km(Surv(time, status) ~ sex, lung)
#' fit["sex=2"]
#' survival_at(fit[2:1], 365)
#' @name select-curves
NULL

#' @rdname select-curves
#' @export
`[.survlines_km` <- function(x, i, ...) {
  check_nothing_else(..., .what = "A fit in brackets", .hint = "Curves are chosen by one index.")
  if (missing(i)) {
    return(x)
  }
  keep_curves(x, check_curve_index(i, x$strata, n_curves(x)))
}

#' @rdname select-curves
#' @export
`[.survlines_cuminc` <- `[.survlines_km`

# Numbers of curves.
check_curve_index <- function(i, labels, n, call = rlang::caller_env()) {
  index <- seq_len(n)
  if (!is.null(labels)) names(index) <- labels
  chosen <- if (is_curve_index(i, n)) unname(index[as.vector(i)])
  if (length(chosen) == 0L || anyNA(chosen) || anyDuplicated(chosen)) {
    abort_survlines("argument", c(
      "{.arg i} must say which curves of the fit, each at most once.",
      i = if (is.null(labels)) "There is one, without a name." else "They are {.val {labels}}.",
      i = "Parts of a fit are had by {.code tidy(fit)} and {.code glance(fit)}."
    ), call = call)
  }
  chosen
}

is_curve_index <- function(i, n) {
  if (is.object(i) && !is.factor(i)) {
    return(FALSE)
  }
  if (is.numeric(i) && !anyNA(i)) {
    return(all(i == round(i)) && all(abs(i) <= n) && (all(i > 0) || all(i < 0)))
  }
  is.character(i) || is.factor(i) || (is.logical(i) && length(i) == n)
}

# What a fit holds for each point of its curves; in matrices a point is a column.
fields_of_points <- c(
  "time", "n_risk", "n_event", "n_censor", "n_enter", "survival", "std_error_log", "incidence",
  "std_error", "conf_low", "conf_high"
)

keep_curves <- function(fit, chosen) {
  model <- keep_strata(curve_model(fit), chosen)
  points <- lapply(chosen, function(k) curve_points(fit, k))
  at <- unlist(points)
  for (name in intersect(fields_of_points, names(fit))) {
    values <- fit[[name]]
    if (is.matrix(values)) {
      fit[[name]] <- values[, at, drop = FALSE]
    } else if (!is.null(values)) {
      fit[[name]] <- values[at]
    }
  }
  fit$stratum_begin <- cumsum(c(0, lengths(points)))
  if (!is.null(fit$strata)) fit$strata <- fit$strata[chosen]
  fit$source$curves <- if (is.null(fit$source$curves)) chosen else fit$source$curves[chosen]
  counts <- fit_counts(model)
  fit[names(counts)] <- counts
  if (!is.null(fit$n_patients)) fit$n_patients <- count_patients(fit$source$data, model$rows)
  if (!is.null(fit$followed)) fit$followed <- followed_until(fit$source$data, model$rows)
  if (!is.null(fit$n_clusters)) fit$n_clusters <- length(unique(model$cluster))
  fit
}

# The model of the rows of some strata, which are then numbered as `chosen` has them. Rows left out
# are of no stratum.
keep_strata <- function(model, chosen) {
  if (is.null(model$columns$stratum)) {
    return(model)
  }
  model <- keep_rows(model, model$columns$stratum %in% (chosen - 1L))
  model$columns$stratum <- match(model$columns$stratum, chosen - 1L) - 1L
  model$columns$n_strata <- length(chosen)
  model$stratum_labels <- model$stratum_labels[chosen]
  model$na_action <- model$zero_weight <- NULL
  counts <- c("missing", "n_missing", "n_zero_weight")
  model[counts] <- all_rows[counts]
  model
}
