# What tables of reports share. A table is a tibble whose columns are text for the eye. What they
# are made of is computed elsewhere; here it is only put in words.

# `about` holds the facts of the fit or registry that footnotes tell (method, cut-off, unit, kind of
# interval ...); `headings` and `spans` what stands above the columns (spans: above several);
# `stub` names the columns that say what a row is, `repeats` those of them whose value is shown once
# for a run of rows.
new_table <- function(columns, kind, title, headings, notes, about, stub = names(columns),
                      repeats = character(), spans = NULL) {
  tibble::new_tibble(
    columns,
    nrow = length(columns[[1L]]), class = c(paste0("survlines_table_", kind), "survlines_table"),
    title = title, headings = headings, notes = notes, about = about, stub = stub,
    repeats = repeats, spans = spans
  )
}

#' Title, headings and footnotes of a table
#'
#' Footnotes are made from what the fit or the registry knows of itself: the method, the kind
#' and level of intervals, the data cut-off, the unit of time, rows left out, masked counts. The
#' same facts stand as values in the table's attribute `about`.
#'
#' @param table A table of [table_baseline()], [table_response()], [table_survival()],
#'   [table_cox()] or [table_safety()]. Columns may have been dropped or reordered.
#' @return `table_notes()`: the footnotes, one text each. `table_headings()`: the heading of each
#'   column, named by the columns. `table_title()`: one text.
#' @section Errors: `survlines_error_argument` when `table` is no such table.
#' @examples
#' table <- table_survival(fit_km(Surv(time, status) ~ sex, lung), times = 180)
#' table_notes(table)
#' knitr::kable(table, col.names = unname(table_headings(table)))
#' attr(table, "about")$conf_type
#' @export
table_notes <- function(table) {
  check_made_table(table)
  attr(table, "notes")
}

#' @rdname table_notes
#' @export
table_headings <- function(table) {
  check_made_table(table)
  headings <- attr(table, "headings")[names(table)]
  headings[is.na(headings)] <- names(table)[is.na(headings)]
  rlang::set_names(headings, names(table))
}

#' @rdname table_notes
#' @export
table_title <- function(table) {
  check_made_table(table)
  attr(table, "title")
}

check_made_table <- function(table, call = rlang::caller_env()) {
  check_given(table, call)
  if (!inherits(table, "survlines_table")) {
    abort_survlines("argument", c(
      "{.arg table} must be a table of this package.",
      i = "Such as {.fn table_survival} gives."
    ), call = call)
  }
}

# ---- numbers as text -------------------------------------------------------------------------

show_decimals <- function(value, digits, language) {
  mark <- label_text("decimal_mark", language)
  formatC(value, digits = digits, format = "f", decimal.mark = mark)
}

# Numbers that are text already.
with_decimal_mark <- function(text, language) {
  sub(".", label_text("decimal_mark", language), text, fixed = TRUE)
}

# Significant digits, for numbers of any size.
show_digits <- function(value, digits, language) {
  with_decimal_mark(format(value, digits = digits, trim = TRUE), language)
}

# Limits that are text already.
show_brackets <- function(low, high, language) {
  label_text(rep("interval_brackets", length(low)), language, low = low, high = high)
}

# A time that was not reached is NR.
show_reached <- function(value, digits, language) {
  ifelse(
    is.na(value), label_text("not_reached", language), show_decimals(value, digits, language)
  )
}

show_range <- function(low, high, language) {
  if (length(low) == 0L) {
    return(character())
  }
  label_text("range", language, low = low, high = high)
}

show_with_range <- function(value, low, high, language) {
  paste0(value, " (", show_range(low, high, language), ")")
}

show_interval <- function(estimate, lower, upper, digits, language) {
  show_with_range(
    show_reached(estimate, digits, language), show_reached(lower, digits, language),
    show_reached(upper, digits, language), language
  )
}

show_share <- function(n, of, digits, language) {
  if (length(n) == 0L) {
    return(character())
  }
  of <- rep_len(of, length(n))
  share <- ifelse(of > 0, show_decimals(100 * n / of, digits, language), "")
  ifelse(
    nzchar(share), label_text("count_share", language, n = n, share = share), as.character(n)
  )
}

show_p <- function(p, language) {
  if (length(p) == 0L) {
    return(character())
  }
  small <- paste("<", show_decimals(0.001, 3, language))
  ifelse(p < 0.001, small, show_decimals(p, 3, language))
}

show_level <- function(level, language) {
  label_text("level_per_cent", language, level = format_plain(100 * level))
}

# ---- facts as footnotes ----------------------------------------------------------------------

note_cutoff <- function(about, language) {
  if (!is.null(about$cutoff)) {
    label_text("cutoff_note", language, date = format(about$cutoff))
  } else if (!is.null(about$last_day)) {
    label_text("last_day_note", language, date = format(about$last_day))
  }
}

# Intervals are named as arguments name them; those named after people keep their capitals.
note_interval <- function(about, language) {
  people <- c(wilson = "Wilson", wald = "Wald", `clopper-pearson` = "Clopper-Pearson")
  method <- if (about$interval %in% names(people)) people[[about$interval]] else about$interval
  label_text(
    "interval_note", language,
    method = method, level = show_level(about$conf_level, language)
  )
}

# A month is the only unit whose length is a choice; a year has twelve of them.
note_month <- function(about, language) {
  if (about$time_unit %in% c("months", "years") && !is.null(about$days_per_month)) {
    label_text("month_note", language, days = format(
      about$days_per_month, digits = 7L, decimal.mark = label_text("decimal_mark", language)
    ))
  }
}

note_masked <- function(about, language) {
  if (is.null(about$min_cell)) {
    return(NULL)
  }
  label_text(
    "masked_note", language,
    max = about$min_cell - 1, small = paste0("<", about$min_cell)
  )
}

note_dropped <- function(about, language) {
  if (!identical(as.character(about$n_dropped), "0")) {
    label_text("dropped_note", language, n = about$n_dropped)
  }
}

# Facts that travel with a masked table must not tell what it masks.
without_counts <- function(about, counts = c("n_rows", "n_events", "n_patients", "n_clusters")) {
  if (is.null(about$min_cell)) {
    return(about)
  }
  few <- about$n_dropped > 0 && about$n_dropped < about$min_cell
  if (few) about$n_dropped <- masked_text(about$n_dropped, "small", about$min_cell)
  about[setdiff(names(about), counts)]
}

# What the rows of a fit tell of themselves: who they are, and until when they were followed.
about_rows <- function(fit) {
  # Where no patient has a second row, rows may be lines or patients: patients is true of both.
  unit <- if (is.null(fit$n_patients)) {
    "rows"
  } else if (fit$n_patients < fit$n_rows) {
    "lines"
  } else {
    "patients"
  }
  list(
    unit = unit, n_rows = fit$n, n_events = fit$n_events, n_patients = fit$n_patients,
    n_dropped = fit$n_missing + fit$n_zero_weight,
    cutoff = fit$followed$cutoff, last_day = fit$followed$last_day
  )
}

name_unit_of_time <- function(unit, language) {
  label_text(
    switch(unit,
      days = "unit_days", weeks = "unit_weeks", months = "unit_months", years = "unit_years"
    ),
    language
  )
}
