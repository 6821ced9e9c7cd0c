#' Survival in numbers
#'
#' @inheritParams table_baseline
#' @param fit A fit of [fit_km()].
#' @param times Times, in `time_unit`, at which to show the share still free of the event.
#' @param time_unit Unit of the times, see [survival_at()].
#' @param digits Decimals of times.
#' @return A tibble with one row per curve: `group`, `rows`, `events`, `median` with its interval
#'   (NR: not reached) and, for every time, the share in per cent with its interval. Where rows are
#'   those of [derive_endpoint()], the heading of `rows` says whether they are lines or patients.
#' @section Errors: `survlines_error_argument` when `fit` is no fit of [fit_km()],
#'   `survlines_error_language` for a language without labels.
#' @seealso [survival_at()], [survival_quantile()]; [table_notes()] for footnotes
#' @examples
#' table_survival(fit_km(Surv(time, status) ~ sex, lung), times = c(6, 12), time_unit = "months")
#' @export
table_survival <- function(fit, times = numeric(), time_unit = NULL, digits = 1, min_cell = NULL,
                           language = "en") {
  check_km(fit)
  check_times(times)
  digits <- check_digits(digits)
  check_min_cell(min_cell)
  about <- about_curves(fit, time_unit, min_cell)
  curves <- glance(fit, time_unit = time_unit)
  about$not_reached <- anyNA(curves[c("median", "conf.low", "conf.high")])
  at <- survival_at(fit, times, time_unit)
  counts <- survival_counts(curves, fit, times * time_divisor(fit, time_unit))
  mask <- mask_counts(counts, min_cell)
  columns <- c(
    survival_totals(curves, mask, min_cell, digits, language),
    survival_landmarks(at, times, about, mask, nrow(curves), language)
  )
  new_table(
    columns, "survival", label_text("title_survival", language),
    survival_headings(names(columns), times, about, group_heading(fit, language), language),
    notes = survival_notes(about, language), about = about, stub = "group"
  )
}

about_curves <- function(fit, time_unit, min_cell) {
  unit <- shown_unit(fit, time_unit)
  month <- if (fit$time_unit == "months" && unit == "months") fit$days_per_unit
  without_counts(c(about_rows(fit), list(
    estimate = fit$estimate, interval = fit$conf_type, conf_type = fit$conf_type,
    conf_level = fit$conf_level, std_error_type = fit$std_error_type,
    n_clusters = fit$n_clusters, clustered = !is.null(fit$n_clusters), time_unit = unit,
    start_time = fit$start_time,
    days_per_month = if (is.null(month)) default_month() else month, min_cell = min_cell
  )))
}

# Every row has its event before the first landmark, between two of them, after the last, or never.
survival_counts <- function(curves, fit, times) {
  times <- sort(unique(times))
  counts <- no_counts()
  for (k in seq_len(nrow(curves))) {
    points <- curve_points(fit, k)
    by_time <- vapply(times, function(time) {
      sum(fit$n_event[points][fit$time[points] <= time])
    }, 0)
    names(by_time) <- paste(rep(k, length(times)), rep("by", length(times)), times)
    totals <- c(curves$events[k], curves$records[k])
    names(totals) <- paste(k, c("events", "rows"))
    chain <- c(by_time, totals)
    counts <- add_counts(counts, chain)
    for (i in seq_along(chain)[-1L]) {
      counts <- add_rest(counts, names(chain)[i], names(chain)[i - 1L])
    }
    # Whoever is left after a landmark, whether followed on or not.
    for (name in names(by_time)) {
      counts <- add_rest(counts, names(totals)[2L], name)
    }
  }
  counts
}

survival_totals <- function(curves, mask, min_cell, digits, language) {
  whole <- function(count) if (all(count == round(count))) as.integer(count) else count
  shown <- function(count, name) {
    hidden <- mask[paste(seq_len(nrow(curves)), name)]
    if (is.null(min_cell)) whole(count) else masked_text(count, unname(hidden), min_cell)
  }
  median <- show_interval(curves$median, curves$conf.low, curves$conf.high, digits, language)
  group <- level_names(as.character(curves$strata))
  list(
    group = ifelse(group == "all", label_text("all", language), group),
    rows = shown(curves$records, "rows"),
    events = shown(curves$events, "events"),
    median = ifelse(
      masked_total(mask, nrow(curves)), label_text("hidden", language), median
    )
  )
}

masked_total <- function(mask, n) {
  unname(mask[paste(seq_len(n), "rows")] != "" | mask[paste(seq_len(n), "events")] != "")
}

survival_landmarks <- function(at, times, about, mask, n, language) {
  sorted <- sort(unique(times))
  shown <- ifelse(
    is.na(at$estimate), label_text("not_estimated", language),
    # Where a curve is at 0 its interval may be unknown.
    ifelse(
      is.na(at$conf.low), show_decimals(100 * at$estimate, 0, language),
      show_interval(100 * at$estimate, 100 * at$conf.low, 100 * at$conf.high, 0, language)
    )
  )
  columns <- lapply(seq_along(times), function(i) {
    # Names of cells hold the time in the unit of the fit: its place is the same.
    landmarks <- grep(" by ", names(mask), fixed = TRUE)
    place <- match(times[i], sorted) + (seq_len(n) - 1L) * length(sorted)
    hidden <- unname(mask[landmarks][place] != "") | masked_total(mask, n)
    ifelse(hidden, label_text("hidden", language), shown[(seq_len(n) - 1L) * length(times) + i])
  })
  rlang::set_names(columns, paste(times, rep(about$time_unit, length(times))))
}

# The label of what makes the groups, where it has one.
group_heading <- function(fit, language) {
  labelled <- labels_in(fit$group_variables, fit$source$data)
  if (length(labelled) > 0L) curve_title(fit) else label_text("group", language)
}

survival_headings <- function(names, times, about, group, language) {
  unit <- name_unit_of_time(about$time_unit, language)
  level <- show_level(about$conf_level, language)
  landmarks <- if (length(times) > 0L) {
    label_text("at_time_interval", language, time = format_plain(times), unit = unit, level = level)
  }
  rows <- switch(about$unit,
    rows = "rows", lines = "lines", patients = "patients"
  )
  rlang::set_names(c(
    group, label_text(rows, language), label_text("events", language),
    label_text("median_interval", language, unit = unit, level = level), landmarks
  ), names)
}

survival_notes <- function(about, language) {
  error <- switch(about$std_error_type,
    greenwood = "Greenwood", tsiatis = "Tsiatis", peto = "Peto",
    jackknife = label_text("jackknife", language)
  )
  c(
    label_text(
      switch(about$estimate,
        `kaplan-meier` = "kaplan_meier_note", `nelson-aalen` = "nelson_aalen_note",
        `fleming-harrington` = "fleming_harrington_note"
      ),
      language
    ),
    note_interval(about, language), label_text("std_error_note", language, error = error),
    note_dependence(about, language),
    if (!is.null(about$start_time)) {
      label_text("start_time_note", language, time = format_plain(about$start_time))
    },
    if (about$not_reached) label_text("not_reached_note", language), note_month(about, language),
    note_cutoff(about, language), note_dropped(about, language), note_masked(about, language)
  )
}

# What is said of rows of one patient; with masked counts, without any count.
note_dependence <- function(about, language) {
  if (about$clustered) {
    return(if (is.null(about$n_clusters)) {
      label_text("masked_clusters_note", language)
    } else {
      label_text("over_clusters_note", language, n = about$n_clusters)
    })
  }
  if (about$unit != "lines") {
    return(NULL)
  }
  if (is.null(about$n_rows)) {
    label_text("not_clustered_note", language)
  } else {
    label_text("independent_note", language, lines = about$n_rows, patients = about$n_patients)
  }
}

# "drug=A, sex=male" becomes "A, male".
level_names <- function(strata) gsub("(^|, )[^=,]+=", "\\1", strata)
