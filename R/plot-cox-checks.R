# Figures that check a Cox model: the form in which a covariate enters, and what single rows do to
# the coefficients.

#' Functional form of covariates
#'
#' Martingale residuals against a covariate, with a smooth. Where they come from a model without the
#' covariate, the smooth has about the shape in which the covariate should enter the model: a
#' straight line asks for the covariate as it is, a bend for a transformation.
#'
#' @param fit A fit of [fit_cox()].
#' @param covariates Names of numeric variables of the data, which need not be in the model; by
#'   default those of the model.
#' @param residuals `"without"`: of the model without all terms in which the covariate stands, at
#'   its own estimates of the other coefficients. `"model"`: of the model as it is, whose smooth
#'   should be flat.
#' @param title,xlab,ylab Texts.
#' @inheritParams plot_swimmer
#' @return A ggplot with a panel for each covariate. Up to 2000 rows the smooth is that of
#'   [stats::loess()] with its pointwise 95% interval, for more it is [stats::lowess()] without
#'   robustness steps; at most 5000 points are drawn. There is none for fewer than six values.
#' @section Errors: `survlines_error_argument` when a covariate is no numeric variable of the data
#'   or none is left; `survlines_error_package` where ggplot2 is not installed.
#' @section Messages: `survlines_message_missing` counts rows without a value of a covariate.
#' @references
#' Therneau TM, Grambsch PM, Fleming TR (1990). Martingale-based residuals for survival models.
#' Biometrika 77, 147-160.
#' @seealso [residuals.survlines_cox()], [plot_influence()], [test_proportional()]
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' fit <- fit_cox(Surv(time, status) ~ age + karno + celltype, veteran)
#' plot_functional_form(fit)
#' @export
plot_functional_form <- function(fit, covariates = NULL, residuals = c("without", "model"),
                                 title = NULL, xlab = NULL, ylab = NULL, alt = NULL,
                                 language = "en", base_size = 11) {
  check_installed("ggplot2", "The figure of functional form")
  check_cox(fit)
  check_base_size(base_size)
  check_figure_texts(title = title, xlab = xlab, ylab = ylab, alt = alt)
  residuals <- match_choice(residuals, c("without", "model"))
  covariates <- check_form_covariates(covariates, fit)
  points <- form_points(fit, covariates, residuals)
  smooth <- do.call(rbind, lapply(split(points, points$covariate), form_smooth))
  if (is.null(ylab)) ylab <- label_text("martingale_residual", language)
  if (is.null(alt)) alt <- form_alt_text(points, smooth, language)
  figure <- ggplot2::ggplot(points, ggplot2::aes(.data$value, .data$residual)) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey60", linewidth = 0.3) +
    ggplot2::geom_point(
      data = thinned(points), shape = 1, size = base_size * 0.1, colour = "grey35", stroke = 0.3
    ) +
    ggplot2::geom_ribbon(
      ggplot2::aes(y = NULL, ymin = .data$low, ymax = .data$high),
      data = smooth[!is.na(smooth$low), ], fill = curve_colours[1L], alpha = 0.2
    ) +
    ggplot2::geom_line(data = smooth, colour = curve_colours[1L], linewidth = 0.7) +
    ggplot2::facet_wrap(ggplot2::vars(.data$covariate), scales = "free_x", ncol = 2L) +
    ggplot2::labs(x = xlab, y = ylab, title = title) +
    figure_theme(base_size)
  with_alt_text(figure, alt)
}

# ---- functional form -------------------------------------------------------------------------

# A variable of the data as it stands there, one value for each row used; NULL where there is none.
covariate_of_rows <- function(fit, name) {
  value <- fit$source$data[[name]]
  if (is.null(value) && nzchar(name)) {
    value <- get0(name, environment(fit$formula))
  }
  if (!is.numeric(value) || is.matrix(value) || length(value) != fit$n_data) {
    return(NULL)
  }
  values_used(fit, value)
}

values_used <- function(fit, value) if (is.null(fit$rows)) value else value[fit$rows]

check_form_covariates <- function(covariates, fit, call = rlang::caller_env()) {
  numeric <- function(name) !is.null(covariate_of_rows(fit, name))
  in_model <- all.vars(stats::delete.response(fit$terms))
  in_model <- Filter(numeric, in_model)
  if (is.null(covariates)) covariates <- in_model
  bad <- if (is.character(covariates)) Filter(Negate(numeric), covariates) else "?"
  if (length(covariates) == 0L || length(bad) > 0L || anyDuplicated(covariates)) {
    abort_survlines("argument", c(
      "{.arg covariates} must be names of numeric variables of the data, each once.",
      i = if (length(in_model) > 0L) "Those of the model are {.val {in_model}}."
    ), call = call)
  }
  covariates
}

form_points <- function(fit, covariates, residuals) {
  model <- cox_model(fit)
  pieces <- lapply(covariates, function(name) {
    value <- covariate_of_rows(fit, name)
    keep <- if (residuals == "without") columns_without(fit, name) else rep(TRUE, ncol(model$x))
    points <- data.frame(
      covariate = name, value = value, residual = martingale_without(fit, model, keep)
    )
    points[!is.na(value), ]
  })
  missing <- fit$n_rows - vapply(pieces, nrow, 0L)
  if (any(missing > 0L)) {
    inform_survlines("missing", c(
      i = "Not drawn, as the value is missing: {paste(covariates, missing)[missing > 0L]} rows."
    ))
  }
  points <- do.call(rbind, pieces)
  points$covariate <- factor(points$covariate, covariates)
  points
}

# Which columns of the design do not depend on the variable.
columns_without <- function(fit, name) {
  labels <- fit$term_labels[fit$assign]
  !vapply(labels, function(label) name %in% all.vars(str2lang(label)), NA, USE.NAMES = FALSE)
}

# Martingale residuals at the estimates of the model that has these columns only.
martingale_without <- function(fit, model, keep) {
  if (all(keep)) {
    return(row_residuals(fit, model, "martingale"))
  }
  x <- model$x[, keep, drop = FALSE]
  found <- core_cox(
    cox_columns(model), x, rep(0, sum(keep)), NULL, c(cox_control(), list(ties = fit$ties))
  )
  expected <- core_cox_expected(cox_columns(model), x, found$coefficient, hazard_ties(fit))
  model$columns$event - expected
}

# The smooth at 60 places between the least and the greatest value; nowhere for a few values.
form_smooth <- function(points) {
  n <- if (length(unique(points$value)) < 6L) 0L else 60L
  at <- seq(min(points$value), max(points$value), length.out = n)
  smooth <- data.frame(
    covariate = rep(points$covariate[1L], n), value = at, residual = rep(NA_real_, n),
    low = rep(NA_real_, n), high = rep(NA_real_, n)
  )
  if (n == 0L) {
    return(smooth)
  }
  if (nrow(points) > 2000L) {
    found <- stats::lowess(points$value, points$residual, iter = 0L)
    smooth$residual <- stats::approx(found$x, found$y, at, ties = "ordered")$y
    return(smooth)
  }
  # loess() warns of neighbourhoods where all rows have one value, for which a line is no matter.
  found <- suppressWarnings(stats::predict(
    stats::loess(residual ~ value, points, degree = 1L), data.frame(value = at), se = TRUE
  ))
  half <- stats::qt(0.975, found$df) * found$se.fit
  smooth$residual <- found$fit
  smooth$low <- found$fit - half
  smooth$high <- found$fit + half
  smooth
}

# At most so many points of each panel, evenly over the values.
thinned <- function(points, most = 5000L) {
  pieces <- lapply(split(points, points$covariate), function(panel) {
    panel <- panel[order(panel$value), ]
    panel[unique(round(seq(1, nrow(panel), length.out = min(nrow(panel), most)))), ]
  })
  do.call(rbind, pieces)
}

form_alt_text <- function(points, smooth, language) {
  described <- vapply(split(points, points$covariate), function(panel) {
    name <- as.character(panel$covariate[1L])
    curve <- smooth[smooth$covariate %in% name, ]
    if (nrow(curve) == 0L) {
      return(label_text("alt_form_values", language, name = name, n = nrow(panel)))
    }
    label_text(
      "alt_form_smooth", language,
      name = name, n = nrow(panel), from = show_decimals(curve$residual[1L], 2L, language),
      to = show_decimals(curve$residual[nrow(curve)], 2L, language),
      low = show_digits(min(panel$value), 3L, language),
      high = show_digits(max(panel$value), 3L, language)
    )
  }, "")
  paste(c(label_text("alt_form", language), described), collapse = " ")
}

# ---- influence -------------------------------------------------------------------------------

#' Influence of rows on the coefficients
#'
#' How much each coefficient of a Cox model would change, about, if a row (or a cluster of rows)
#' were left out. Those that matter most are named.
#'
#' @param fit A fit of [fit_cox()].
#' @param type `"dfbetas"`: changes in standard errors, with lines at \eqn{\pm 2 / \sqrt{n}} for `n`
#'   rows or clusters (Belsley, Kuh & Welsch 1980). `"dfbeta"`: changes of the coefficient.
#' @param collapse Which rows are left out together: `TRUE` for the clusters of the fit (or the
#'   patients), `FALSE` for single rows, or a vector with a value for each row of the data. By
#'   default the clusters, where the fit has some.
#' @param label How many rows or clusters to name for each coefficient, the most influential first;
#'   a name that would lie on another is left out.
#' @param title,xlab,ylab Texts.
#' @inheritParams plot_swimmer
#' @return A ggplot with a panel for each coefficient that was estimated.
#' @section Errors: `survlines_error_argument`, `survlines_error_ties` as in
#'   [residuals.survlines_cox()]; `survlines_error_package` where ggplot2 is not installed.
#' @references
#' Belsley DA, Kuh E, Welsch RE (1980). Regression diagnostics. Wiley, New York.
#' @seealso [residuals.survlines_cox()], [plot_functional_form()]
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' plot_influence(fit_cox(Surv(time, status) ~ age + karno, veteran))
#' @export
plot_influence <- function(fit, type = c("dfbetas", "dfbeta"), collapse = NULL, label = 3L,
                           title = NULL, xlab = NULL, ylab = NULL, alt = NULL, language = "en",
                           base_size = 11) {
  check_installed("ggplot2", "The figure of influence")
  check_cox(fit)
  check_coefficients(fit)
  check_base_size(base_size)
  check_figure_texts(title = title, xlab = xlab, ylab = ylab, alt = alt)
  type <- match_choice(type, c("dfbetas", "dfbeta"))
  check_days(label)
  if (is.null(collapse)) collapse <- !is.null(fit$n_clusters)
  groups <- influence_groups(fit, collapse)
  points <- influence_points(fit, type, groups)
  named <- most_influential(points, label)
  single <- is.null(groups)
  if (is.null(xlab)) xlab <- label_text(if (single) "row" else "cluster", language)
  if (is.null(ylab)) ylab <- label_text("influence", language, what = type)
  if (is.null(alt)) alt <- influence_alt_text(points, most_influential(points, 1L), type, language)
  figure <- ggplot2::ggplot(points, ggplot2::aes(.data$place, .data$change)) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey60", linewidth = 0.3) +
    (if (type == "dfbetas") {
      ggplot2::geom_hline(
        yintercept = c(-2, 2) / sqrt(max(points$place)), colour = "grey50", linewidth = 0.3,
        linetype = "22"
      )
    }) +
    ggplot2::geom_segment(ggplot2::aes(xend = .data$place, yend = 0), linewidth = 0.25) +
    ggplot2::geom_point(size = base_size * 0.07, colour = curve_colours[1L]) +
    ggplot2::geom_text(
      ggplot2::aes(
        label = .data$name, vjust = ifelse(.data$change > 0, -0.5, 1.4),
        hjust = .data$place / max(points$place)
      ),
      data = named, size = panel_text_size(base_size), check_overlap = TRUE
    ) +
    ggplot2::facet_wrap(
      ggplot2::vars(.data$term), ncol = 2L, scales = if (type == "dfbeta") "free_y" else "fixed"
    ) +
    ggplot2::scale_y_continuous(expand = ggplot2::expansion(0.2)) +
    ggplot2::labs(x = xlab, y = ylab, title = title) +
    figure_theme(base_size)
  with_alt_text(figure, alt)
}

# The name of the cluster of each row used, or NULL for single rows.
influence_groups <- function(fit, collapse, call = rlang::caller_env()) {
  if (isFALSE(collapse)) {
    return(NULL)
  }
  if (!isTRUE(collapse)) {
    return(collapse_groups(fit, cox_model(fit), collapse, call))
  }
  written <- fit$source$arguments$cluster
  if (!is.null(written)) {
    return(values_used(fit, eval(written, fit$source$data, environment(fit$formula))))
  }
  if (is_endpoint_data(fit$source$data)) {
    return(values_used(fit, fit$source$data$patient_id))
  }
  fit_clusters(fit, cox_model(fit), call)
}

influence_points <- function(fit, type, groups) {
  collapse <- if (is.null(groups)) FALSE else as.character(groups)
  change <- as.matrix(stats::residuals(no_padding(fit), type, collapse = collapse))
  estimated <- fit$kind == "finite"
  change <- change[, estimated, drop = FALSE]
  names <- rownames(change)
  if (is.null(groups) && is_endpoint_data(fit$source$data)) {
    names <- values_used(fit, fit$source$data$line_id)
  }
  terms <- names(fit$kind)[estimated]
  data.frame(
    term = factor(rep(terms, each = nrow(change)), terms), name = rep(names, ncol(change)),
    place = rep(seq_len(nrow(change)), ncol(change)), change = as.vector(change)
  )
}

most_influential <- function(points, label) {
  pieces <- lapply(split(points, points$term), function(panel) {
    utils::head(panel[order(-abs(panel$change)), ], label)
  })
  do.call(rbind, pieces)
}

influence_alt_text <- function(points, largest, type, language) {
  label_text(
    "alt_influence", language,
    what = type, n = max(points$place), terms = nlevels(points$term),
    largest = paste(
      label_text(
        rep("named_comparison", nrow(largest)), language, name = largest$term,
        comparison = paste0(largest$name, " (", show_digits(largest$change, 2L, language), ")")
      ),
      collapse = "; "
    )
  )
}
