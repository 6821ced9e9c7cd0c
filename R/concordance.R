#' Concordance of a Cox model
#'
#' The share of comparable pairs of rows in which the one with the higher predicted risk has the
#' event first (Harrell's C). It is computed when asked for, not with every fit.
#'
#' @param fit A fit of [fit_cox()].
#' @param newdata A data frame of other rows to judge the model by, with its times, status and
#'   strata; the rows of the fit when not given. `weights`, `frequency` and clusters are those of
#'   the fit and apply to its rows only.
#' @param conf_level Level of the interval.
#' @param object A fit of [fit_cox()].
#' @param ... There must be nothing else. For several models at once, time weights and the like
#'   there is survival's own method: `concordance(as_coxph(fit), ...)`.
#' @return A tibble with one row: `estimate`, `std.error`, `conf.low`, `conf.high` (cut to 0 and
#'   1), and totals of pairs: `concordant`, `discordant`, `tied.score`, `tied.time`, `tied.both`.
#'   Without comparable pairs the estimate is missing.
#'
#'   `concordance()`, the generic function of survival, gives the same as an object of its class
#'   `concordance`; numbers of pairs are totals over strata, as with `keepstrata = FALSE` there, and
#'   `cvar` is left out.
#'
#' @section Formula: A pair is comparable when one row has its event at a time at which the other,
#' of the same stratum, is at risk and does not have it. With weights a pair counts the product.
#' \eqn{C = (concordant + tied / 2) / comparable}, where tied are comparable pairs of equal score.
#' The standard error is the infinitesimal jackknife, \eqn{\sqrt{\sum (w\, dC/dw)^2}} over rows, or
#' over totals of clusters when the fit's variance is that of clusters.
#'
#' @section Errors: `survlines_error_argument`, `survlines_error_newdata` for new rows whose linear
#'   predictor is not finite, and those of [predict.survlines_cox()].
#' @references
#' Harrell FE, Califf RM, Pryor DB, Lee KL, Rosati RA (1982). Evaluating the yield of medical
#' tests. Journal of the American Medical Association 247, 2543-2546.
#'
#' Therneau TM, Watson DA (2017). The concordance statistic and the Cox model. Technical report
#' 85, Department of Health Science Research, Mayo Clinic.
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + sex, lung)
#' concordance_index(fit)
#' concordance(fit)
#' @export
concordance_index <- function(fit, newdata = NULL, conf_level = 0.95) {
  check_cox(fit)
  check_level(conf_level)
  found <- find_concordance(fit, newdata)
  std_error <- sqrt(found$variance)
  half <- stats::qnorm((1 + conf_level) / 2) * std_error
  columns <- list(
    estimate = found$index, std.error = std_error,
    conf.low = max(found$index - half, 0), conf.high = min(found$index + half, 1),
    concordant = found$concordant, discordant = found$discordant,
    tied.score = found$tied_score, tied.time = found$tied_time, tied.both = found$tied_both
  )
  tibble::new_tibble(lapply(columns, function(x) if (is.nan(x)) NA_real_ else x), nrow = 1L)
}

#' @rdname concordance_index
#' @importFrom survival concordance
#' @export
concordance.survlines_cox <- function(object, ..., newdata = NULL) {
  check_nothing_else(
    ...,
    .of = "concordance",
    .hint = "For other arguments and several models: {.code concordance(as_coxph(fit), ...)}."
  )
  found <- find_concordance(object, newdata)
  structure(
    list(
      concordance = found$index,
      count = c(
        concordant = found$concordant, discordant = found$discordant, tied.x = found$tied_score,
        tied.y = found$tied_time, tied.xy = found$tied_both
      ),
      n = found$n, var = found$variance, na.action = if (is.null(newdata)) object$na.action,
      call = match.call()
    ),
    class = "concordance"
  )
}

# What the core says, and of how many rows.
find_concordance <- function(fit, newdata, call = rlang::caller_env()) {
  model <- cox_model(fit, as_matrix = FALSE)
  if (!is.null(newdata)) {
    return(new_concordance(fit, model, newdata, call))
  }
  c(fitted_concordance(fit, model), n = fit$n)
}

fitted_concordance <- function(fit, model) {
  clusters <- list(cluster = NULL, n_clusters = 0L)
  if (!is.null(fit$n_clusters)) {
    clusters <- robust_request(model, fit$source$data, TRUE, fit$n_patients)
  }
  score <- core_risk_scores(cox_columns(model), model$x, fit$last_step)
  core_concordance(model$columns, score, clusters)
}

# Times of new rows are ranked among themselves.
new_concordance <- function(fit, model, newdata, call) {
  rows <- new_rows(
    fit, model, newdata, stats::na.omit, !is.null(model$stratum_labels), FALSE, call
  )
  all_rows <- row.names(newdata)
  newdata <- newdata[all_rows %in% rows$names, , drop = FALSE]
  plain <- stats::reformulate("1", attr(fit$terms, "variables")[[2L]])
  environment(plain) <- environment(fit$terms)
  times <- model_data_again(
    plain, newdata, list(), stats::na.omit, "design", fit$source$timefix
  )
  kept <- if (is.null(times$rows)) seq_along(rows$names) else times$rows
  columns <- times$columns
  columns$stratum <- rows$stratum[kept]
  columns$n_strata <- max(1L, length(model$stratum_labels))
  given <- list(exit = columns$exit, offset = rows$offset[kept])
  score <- core_risk_scores(given, rows$x[kept, , drop = FALSE], fit$last_step)
  check_linear_predictor(score, match(rows$names[kept], all_rows), call)
  found <- core_concordance(columns, score, list(cluster = NULL, n_clusters = 0L))
  c(found, n = length(score))
}

# New rows may hold what no fit takes.
check_linear_predictor <- function(score, row, call) {
  bad <- row[!is.finite(score)]
  if (length(bad) > 0L) {
    abort_survlines("newdata", c(
      "{.arg newdata} gives no finite linear predictor in {describe_rows(bad)}.",
      i = "Look for infinite or very large values of the variables of the model."
    ), call = call)
  }
}
