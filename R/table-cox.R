#' Hazard ratios, with their direction and unit
#'
#' One row per coefficient and, for the counts, one per reference level. A hazard ratio always says
#' what it compares, and is never printed so short that its interval has no width: where 1.00
#' (0.99 to 1.00) would stand, more decimals are shown and a message names `per`.
#'
#' @inheritParams table_baseline
#' @param fit A fit of [fit_cox()].
#' @param labels Labels of covariates, named by the covariates (or by coefficients); otherwise those
#'   that the columns have (`attr(x, "label")`), or their names.
#' @param units Named texts: the unit of numbers, such as `c(age = "years")`.
#' @param per Named numbers: by how much a number is compared, as in [plot.survlines_cox()].
#'   `per = c(age = 10), units = c(age = "years")` shows the hazard ratio per 10 years. 1 where not
#'   named.
#' @param univariable Whether to show, beside the model, each covariate alone: fitted to the same
#'   rows, with the same strata, offset, weights, ties and clusters, so that what differs is the
#'   adjustment and nothing else.
#' @param errors Which standard errors intervals and p-values have: `"used"`, those of the fit
#'   (robust where it is robust); `"both"`, where the fit is robust, those of the model first and
#'   the robust ones in columns of their own.
#' @param reference Whether reference levels have a row of their own.
#' @param conf_level Level of the intervals.
#' @param digits Decimals of hazard ratios.
#' @return A tibble: `term`, `compares` (`A vs B`, or the unit of a number), `lines`, `patients`
#'   (where patients of [derive_endpoint()] have several rows) and `events` of the level (of all
#'   rows, for numbers), then `hazard_ratio`, `interval` and `p` and, with `errors = "both"`,
#'   `robust_interval` and `robust_p`. With `univariable` the same columns stand before, their
#'   names beginning with `univariable_`.
#' @section Formula: `exp(k b)` with the coefficient `b` and the number of units `k`; limits
#'   `exp(k (b -/+ z se))`. `p` is that of Wald's test.
#' @section Errors: `survlines_error_argument` when `fit` is no fit of [fit_cox()], and for `per`
#'   that names anything but a number; `survlines_error_language` for a language without labels.
#' @section Messages: `survlines_message_rounding` when a hazard ratio per unit prints as 1 although
#'   its interval is narrow.
#' @seealso [tidy.survlines_cox()]; [table_notes()] for footnotes
#' @examples
#' fit <- fit_cox(Surv(time, status) ~ age + celltype, veteran)
#' table_cox(fit, per = c(age = 10), units = c(age = "years"), univariable = TRUE)
#' @export
table_cox <- function(fit, labels = character(), units = character(), per = NULL,
                      univariable = FALSE, errors = c("used", "both"), reference = TRUE,
                      conf_level = fit$conf_level, digits = 2, min_cell = NULL,
                      language = "en") {
  check_cox(fit)
  check_level(conf_level)
  check_flag(univariable)
  check_flag(reference)
  labels <- check_named_text(labels)
  units <- check_named_text(units)
  digits <- check_digits(digits)
  check_min_cell(min_cell)
  both <- match_choice(errors, c("used", "both")) == "both" && !is.null(fit$robust_variance)
  described <- describe_coefficients(fit)
  factor <- units_compared(described, per)
  labels <- with_column_labels(labels, labelled_variables(described), fit$source$data)
  rows <- cox_rows(described, factor, units, labels, language)
  counted <- count_cox_rows(fit, rows)
  mask <- mask_counts(cox_counts(counted, rows), min_cell)
  masked <- masked_rows(counted, rows, mask)
  about <- about_cox(fit, conf_level, both, univariable, counted$all, mask, min_cell)
  about$lone <- lone_comparisons(fit, rows[!masked, ], language)
  show <- function(found) ratio_columns(found, factor, about, digits, language)
  ratios <- show(model_coefficients(fit))
  inform_rounding(fit, described, factor, conf_level, digits)
  alone <- if (univariable) show(univariable_coefficients(fit))
  names(alone) <- if (univariable) paste0("univariable_", names(alone))
  columns <- c(
    list(term = rows$label, compares = rows$compares),
    shown_counts(counted, rows, mask, min_cell),
    place_ratios(c(alone, ratios), rows, masked, language)
  )
  keep <- reference | !is.na(rows$coefficient)
  columns <- lapply(columns, `[`, keep)
  new_table(
    columns, "cox", label_text("title_cox", language),
    cox_headings(names(columns), about, language),
    notes = cox_notes(about, language), about = about, stub = c("term", "compares"),
    repeats = "term", spans = if (univariable) cox_spans(names(columns), language)
  )
}

# By how much each coefficient's number is compared.
units_compared <- function(described, per, call = rlang::caller_env()) {
  numeric <- is_numeric_coefficient(described)
  per <- check_per(per, described$variable[numeric], call)
  factor <- ifelse(numeric, per[described$variable], 1)
  factor[is.na(factor)] <- 1
  unname(factor)
}

# ---- rows ------------------------------------------------------------------------------------

# One row for each coefficient, and before the first of a comparison one for its reference level.
# `coefficient` is missing there; `kind` is "level", "number" or, where nobody can say what is
# compared, "other".
cox_rows <- function(described, factor, units, labels, language) {
  one <- function(j) {
    level <- described$level[j]
    variable <- described$variable[j]
    kind <- if (!is.na(level)) {
      "level"
    } else if (is_numeric_coefficient(described)[j]) {
      "number"
    } else {
      "other"
    }
    label <- if (kind == "other") described$term[j] else variable
    row <- data.frame(
      coefficient = j, variable = variable, kind = kind,
      label = find_label(labels, c(described$term[j], variable), label),
      compares = switch(kind,
        level = label_text("versus", language, a = level, b = described$reference[j]),
        number = label_text("per_unit", language, unit = unit_text(variable, factor[j], units)),
        other = ""
      )
    )
    first <- kind == "level" && match(variable, described$variable) == j
    if (!first) {
      return(row)
    }
    base <- row
    base$coefficient <- NA_integer_
    base$label <- find_label(labels, c(variable, described$term[j]), variable)
    base$compares <- label_text("reference_level", language, level = described$reference[j])
    rbind(base, row)
  }
  rows <- do.call(rbind, lapply(seq_along(described$term), one))
  if (is.null(rows)) {
    rows <- data.frame(
      coefficient = integer(), variable = character(), kind = character(), label = character(),
      compares = character()
    )
  }
  rows
}

# Those that a coefficient compares as they are; one of a basis or a contrast keeps its own name.
labelled_variables <- function(described) {
  described$variable[!is.na(described$level) | is_numeric_coefficient(described)]
}

find_label <- function(labels, names, otherwise) {
  known <- intersect(names, names(labels))
  if (length(known) > 0L) labels[[known[1L]]] else otherwise
}

# "week", "10 weeks", "1": the number stands there where it is not 1 or has no unit.
unit_text <- function(variable, factor, units) {
  unit <- if (variable %in% names(units)) units[[variable]]
  paste(c(if (factor != 1 || is.null(unit)) format_plain(factor), unit), collapse = " ")
}

# ---- counts ----------------------------------------------------------------------------------

# list(all, rows): named numbers lines, patients, events, of all rows and a matrix with one row
# for each row of the table.
count_cox_rows <- function(fit, rows) {
  model <- cox_model(fit)
  frequency <- model$columns$frequency
  if (is.null(frequency)) frequency <- rep(1, model$n_rows)
  # Where no patient has a second row, rows are patients.
  patient <- if (isTRUE(fit$n_patients < fit$n_rows)) {
    data <- fit$source$data$patient_id
    if (is.null(model$rows)) data else data[model$rows]
  }
  count <- function(members) {
    c(
      lines = sum(frequency[members]),
      patients = if (!is.null(patient)) length(unique(patient[members])),
      events = sum((frequency * model$columns$event)[members])
    )
  }
  all <- count(rep(TRUE, model$n_rows))
  of_rows <- lapply(seq_len(nrow(rows)), function(i) {
    if (rows$kind[i] != "level") {
      return(all)
    }
    columns <- which(coefficient_variables(fit) == rows$variable[i])
    own <- if (is.na(rows$coefficient[i])) {
      rowSums(model$x[, columns, drop = FALSE] != 0) == 0
    } else {
      model$x[, rows$coefficient[i]] != 0
    }
    count(own)
  })
  list(all = all, rows = do.call(rbind, c(list(all)[0L], of_rows)))
}

# Levels add up to all rows; rows with and without an event to the rows of a level. Patients may
# have lines of several levels.
cox_counts <- function(counted, rows) {
  all <- rlang::set_names(counted$all, paste("all", names(counted$all)))
  counts <- add_counts(no_counts(), all)
  counts <- add_rest(counts, "all lines", "all events")
  for (variable in unique(rows$variable[rows$kind == "level"])) {
    levels <- which(rows$kind == "level" & rows$variable == variable)
    for (i in levels) {
      own <- counted$rows[i, ]
      counts <- add_counts(counts, rlang::set_names(own, paste(i, names(own))))
      counts <- add_rest(counts, paste(i, "lines"), paste(i, "events"))
    }
    counts <- add_sum(counts, "all lines", paste(levels, "lines"))
    counts <- add_sum(counts, "all events", paste(levels, "events"))
    if ("patients" %in% names(counted$all)) {
      for (i in levels) counts <- add_rest(counts, "all patients", paste(i, "patients"))
    }
  }
  counts
}

row_cells <- function(rows, unit) {
  paste(ifelse(rows$kind == "level", seq_len(nrow(rows)), "all"), rep(unit, nrow(rows)))
}

shown_counts <- function(counted, rows, mask, min_cell) {
  shown <- lapply(names(counted$all), function(unit) {
    values <- if (nrow(rows) > 0L) unname(counted$rows[, unit]) else numeric()
    if (is.null(min_cell)) {
      return(as.integer(values))
    }
    masked_text(values, unname(mask[row_cells(rows, unit)]), min_cell)
  })
  rlang::set_names(shown, names(counted$all))
}

# Rows whose hazard ratio would tell of small counts: their own or those of their reference.
masked_rows <- function(counted, rows, mask) {
  own <- rep(FALSE, nrow(rows))
  for (unit in names(counted$all)) {
    own <- own | mask[row_cells(rows, unit)] == "small"
  }
  base <- which(is.na(rows$coefficient))
  own <- unname(own)
  own | (rows$kind == "level" & own[base][match(rows$variable, rows$variable[base])])
}

# ---- hazard ratios ---------------------------------------------------------------------------

model_coefficients <- function(fit) {
  missing <- rep(NA_real_, length(fit$coefficients))
  robust <- fit$robust_variance
  list(
    estimate = unname(fit$coefficients), std_error = standard_errors(fit$variance),
    robust_error = if (is.null(robust)) missing else standard_errors(robust),
    kind = unname(fit$kind)
  )
}

# Named texts along the coefficients.
ratio_columns <- function(found, factor, about, digits, language) {
  robust <- about$robust
  first <- if (robust && !about$both) found$robust_error else found$std_error
  estimate <- found$estimate * factor
  wald <- wald_columns(estimate, first * factor, found$kind, about$conf_level, digits, language)
  columns <- list(hazard_ratio = wald$ratio, interval = wald$interval, p = wald$p)
  if (about$both) {
    other <- wald_columns(
      estimate, found$robust_error * factor, found$kind, about$conf_level, digits, language
    )
    columns$robust_interval <- other$interval
    columns$robust_p <- other$p
  }
  columns
}

wald_columns <- function(estimate, se, kind, conf_level, digits, language) {
  half <- stats::qnorm((1 + conf_level) / 2) * se
  finite <- kind == "finite"
  digits <- vapply(seq_along(estimate), function(j) {
    if (!finite[j]) {
      return(as.double(digits))
    }
    enough_digits(exp(estimate[j]), exp(estimate[j] - half[j]), exp(estimate[j] + half[j]), digits)
  }, 0)
  show <- function(value) {
    mapply(show_decimals, exp(value), digits, MoreArgs = list(language = language))
  }
  if (length(estimate) == 0L) {
    return(list(ratio = character(), interval = character(), p = character()))
  }
  ratio <- ifelse(finite, show(estimate), "")
  ratio[kind == "aliased"] <- label_text("not_estimated", language)
  infinite <- label_text("infinite", language)
  ratio[kind == "infinite"] <- ifelse(estimate[kind == "infinite"] > 0, infinite, "0")
  list(
    ratio = ratio,
    interval = ifelse(
      finite, show_range(show(estimate - half), show(estimate + half), language), ""
    ),
    p = ifelse(finite, show_p(2 * stats::pnorm(-abs(estimate / se)), language), "")
  )
}

# Decimals that leave the interval a width and, where the ratio would print as 1, five units of the
# last decimal. A table of ratios all near 1 says nothing.
enough_digits <- function(ratio, low, high, digits) {
  most <- max(digits, 6)
  while (digits < most && hidden_by_rounding(ratio, low, high, digits)) digits <- digits + 1
  digits
}

hidden_by_rounding <- function(ratio, low, high, digits) {
  if (!all(is.finite(c(ratio, low, high)))) {
    return(FALSE)
  }
  unit <- 10^-digits
  prints_as_one <- round(ratio, digits) == 1
  excludes_one <- low > 1 || high < 1
  no_width <- round(low, digits) == round(high, digits)
  no_width || (prints_as_one && (excludes_one || high - low < 5 * unit))
}

# Says how to make a hazard ratio readable whose unit is too small.
inform_rounding <- function(fit, described, factor, conf_level, digits) {
  half <- stats::qnorm((1 + conf_level) / 2) * standard_errors(used_variance(fit))
  limits <- function(k, j) exp(k * (fit$coefficients[[j]] + c(0, -1, 1) * half[j]))
  hidden <- function(k, j) {
    ratios <- limits(k, j)
    hidden_by_rounding(ratios[1L], ratios[2L], ratios[3L], digits)
  }
  numeric <- which(is_numeric_coefficient(described) & fit$kind == "finite")
  short <- Filter(function(j) hidden(factor[j], j) && round(limits(factor[j], j)[1L], digits) == 1,
    numeric)
  if (length(short) == 0L) {
    return(invisible())
  }
  larger <- vapply(short, function(j) {
    tens <- factor[j] * 10^(1:6)
    readable <- !vapply(tens, hidden, NA, j)
    tens[c(which(readable), length(tens))[1L]]
  }, 0)
  named <- described$variable[short]
  advice <- paste0("per = c(", paste(named, "=", format_plain(larger), collapse = ", "), ")")
  inform_survlines("rounding", c(
    "{cli::qty(short)}The hazard ratio{?s} of {.field {named}} {?is/are} 1 to \\
     {as.character(digits)} decimals: the unit is small.",
    i = "More decimals are shown. A larger unit reads better: {.code {advice}}."
  ))
}

# Texts along the coefficients, put into the rows of the table.
place_ratios <- function(columns, rows, masked, language) {
  hidden <- label_text("hidden", language)
  Map(function(column, name) {
    is_ratio <- grepl("hazard_ratio$", name)
    placed <- column[rows$coefficient]
    placed[is.na(rows$coefficient)] <- if (is_ratio) "1" else ""
    ifelse(masked & !is.na(rows$coefficient) & nzchar(placed), hidden, placed)
  }, columns, names(columns))
}

# ---- what stands around them -----------------------------------------------------------------

about_cox <- function(fit, conf_level, both, univariable, all, mask, min_cell) {
  about <- about_rows(fit)
  about[c("n_rows", "n_patients", "n_events")] <- NULL
  seen <- all[mask[paste("all", names(all))] == ""]
  about <- c(about, list(
    n_lines = unname(seen["lines"]),
    n_patients = if ("patients" %in% names(seen)) seen[["patients"]],
    n_events = unname(seen["events"]),
    ties = fit$ties, conf_level = conf_level, interval = "wald", n_strata = fit$n_strata,
    robust = !is.null(fit$robust_variance), both = both, clustered_by = fit$clustered_by,
    weighted = fit$weighted, univariable = univariable, min_cell = min_cell
  ))
  # Counts that are masked are not among them.
  without_counts(about, character())
}

cox_headings <- function(names, about, language) {
  level <- show_level(about$conf_level, language)
  rows <- switch(about$unit,
    rows = "rows", lines = "lines", patients = "patients"
  )
  headings <- c(
    term = label_text("term", language), compares = label_text("compares", language),
    lines = label_text(rows, language), patients = label_text("patients", language),
    events = label_text("events", language), hazard_ratio = label_text("hazard_ratio", language),
    interval = label_text("interval", language, level = level), p = label_text("p_value", language),
    robust_interval = label_text("interval_clustered", language, level = level),
    robust_p = label_text("p_clustered", language)
  )
  rlang::set_names(headings[sub("^univariable_", "", names)], names)
}

cox_spans <- function(names, language) {
  alone <- startsWith(names, "univariable_")
  ratio <- sub("^univariable_", "", names) %in%
    c("hazard_ratio", "interval", "p", "robust_interval", "robust_p")
  spans <- ifelse(alone, label_text("univariable", language), "")
  spans[ratio & !alone] <- label_text("multivariable", language)
  rlang::set_names(spans, names)
}

cox_notes <- function(about, language) {
  ties <- switch(about$ties, efron = "Efron", breslow = "Breslow", exact = "exact")
  c(
    label_text("ties_note", language, ties = ties),
    note_cox_size(about, language),
    note_interval(about, language), note_cox_errors(about, language),
    if (about$univariable) label_text("univariable_note", language),
    if (about$n_strata > 1L) label_text("strata_note", language, n = about$n_strata),
    if (about$weighted) label_text("weighted_note", language),
    note_cutoff(about, language), note_dropped(about, language), note_masked(about, language)
  )
}

note_cox_size <- function(about, language) {
  no_patients <- about$unit == "lines" && is.null(about$n_patients)
  if (anyNA(c(about$n_lines, about$n_events)) || no_patients) {
    return(NULL)
  }
  if (is.null(about$n_patients)) {
    key <- if (about$unit == "patients") "patients_events_note" else "rows_events_note"
    return(label_text(key, language, n = about$n_lines, events = about$n_events))
  }
  label_text(
    "lines_patients_events_note", language,
    lines = about$n_lines, patients = about$n_patients, events = about$n_events
  )
}

note_cox_errors <- function(about, language) {
  if (!about$robust) {
    return(if (about$unit == "lines") label_text("not_clustered_note", language))
  }
  robust <- label_text(
    switch(about$clustered_by,
      rows = "robust_note", patients = "clustered_note", clusters = "clusters_note"
    ),
    language
  )
  lone <- if (length(about$lone) > 0L) {
    label_text(
      switch(about$clustered_by,
        rows = "lone_rows_note", patients = "lone_patients_note", clusters = "lone_clusters_note"
      ),
      language,
      terms = paste(about$lone, collapse = "; ")
    )
  }
  c(robust, lone, if (about$both) label_text("both_errors_note", language))
}

# The comparisons whose robust intervals rest on a single cluster, as the rows of the table name
# them.
lone_comparisons <- function(fit, rows, language) {
  rows <- rows[names(fit$coefficients)[rows$coefficient] %in% fit$lone, ]
  named <- label_text(
    rep("named_comparison", nrow(rows)), language, name = rows$label, comparison = rows$compares
  )
  ifelse(nzchar(rows$compares), named, rows$label)
}
