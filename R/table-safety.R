#' Adverse events by worst grade
#'
#' Lines and patients are counted once per category, by their worst grade (CTCAE); events as
#' reported. A patient with the same kind of event in two lines is one patient and two lines.
#'
#' @inheritParams table_baseline
#' @param by Names of columns of [line_covariates()] that make groups, or `NULL` for all lines
#'   together.
#' @param stop_for Values of `stop_reason` in the table of lines that mean that treatment was
#'   stopped for an adverse event: they have a row of their own. Left out when the registry has no
#'   such column.
#' @param cutoff Day of the data lock or `NULL`, as in [adverse_event_table()].
#' @return A tibble with one row per group and category, the row `any` first (a category of that
#'   name is quoted): the columns of `by`, `category`, `lines` (with any grade, and per cent of the
#'   group's lines), `patients` (and per cent of the group's patients), `grade_1` to `grade_5`
#'   (lines by worst grade), `grade_3_up` (lines, and per cent), `not_graded` (lines none of whose
#'   events has a grade from 1 to 5; left out when there are none) and `events`.
#' @section Errors: `survlines_error_covariate` for an unknown column in `by`,
#'   `survlines_error_argument` for wrong arguments, `survlines_error_language` for a language
#'   without labels, `survlines_error_no_data` when no line has started.
#' @references National Cancer Institute (2017). Common Terminology Criteria for Adverse Events
#'   (CTCAE), version 5.0.
#' @seealso [adverse_event_table()], [worst_grades()]; [table_notes()] for footnotes
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A", start_date = "2012-03-01",
#'     end_date = "2012-06-20", stop_reason = "toxicity"
#'   ),
#'   adverse_events = data.frame(
#'     line_id = "L1", category = c("skin", "skin", "fatigue"), grade = c(1, 3, 2)
#'   )
#' )
#' table_safety(study)
#' @export
table_safety <- function(registry, by = NULL, stop_for = "toxicity", cutoff = NULL,
                         min_cell = NULL, language = "en") {
  check_registry(registry)
  check_min_cell(min_cell)
  check_stop_for(stop_for)
  cutoff <- as_cutoff(cutoff)
  seen <- reported_by(registry, cutoff)
  groups <- line_groups(seen, by, seen$lines$line_id)
  for (column in names(groups$labels)) {
    groups$labels[[column]] <- value_words(groups$labels[[column]], column, language)
  }
  if (groups$n == 0L) abort_survlines("no_data", "No line of the registry has started.")
  rows <- safety_rows(count_events(seen, groups), worst_grades(seen), seen, groups)
  stops <- count_stops(seen, groups, stop_for, cutoff)
  masks <- lapply(seq_len(groups$n), function(group) {
    mask_counts(safety_counts(rows[rows$group == group, ], stops, group), min_cell)
  })
  about <- list(cutoff = cutoff, stop_for = if (!is.null(stops)) stop_for, min_cell = min_cell)
  parts <- lapply(seq_len(groups$n), function(group) {
    safety_columns(
      rows[rows$group == group, ], stops, group, masks[[group]], about, language
    )
  })
  columns <- c(
    group_columns(groups, parts, language),
    lapply(rlang::set_names(names(parts[[1L]])), function(name) unlist(lapply(parts, `[[`, name)))
  )
  if (all(rows$not_graded == 0L)) columns$not_graded <- NULL
  new_table(
    columns, "safety", label_text("title_safety", language),
    safety_headings(names(columns), groups$labels, language),
    notes = c(
      label_text("worst_grade_note", language),
      denominator_notes(rows, groups, masks, min_cell, language),
      note_cutoff(about, language), note_masked(about, language)
    ),
    about = about, stub = c(by, "category"), repeats = by
  )
}

check_stop_for <- function(stop_for, call = rlang::caller_env()) {
  if (!is.character(stop_for) || anyNA(stop_for)) {
    abort_survlines("argument", c(
      "{.arg stop_for} must be values of {.field stop_reason}.",
      i = "{.code character()} leaves the row out."
    ), call = call)
  }
}

# ---- counts ----------------------------------------------------------------------------------

grade_names <- paste0("grade_", 1:5)

# The rows of count_events() with the patients of their group and how many of them are affected.
# Each group begins with the row of all its categories.
safety_rows <- function(rows, worst, registry, groups) {
  rows$grade_3_up <- rows$grade_3 + rows$grade_4 + rows$grade_5
  group_of_event <- groups$group[match(worst$line_id, registry$lines$line_id)]
  rows$patients <- vapply(rows$group, function(group) {
    length(unique(registry$lines$patient_id[groups$group == group]))
  }, 0L)
  rows$patients_affected <- mapply(function(group, all_categories, category) {
    inside <- group_of_event == group & (all_categories | worst$category %in% category)
    length(unique(worst$patient_id[inside]))
  }, rows$group, rows$all_categories, rows$category, USE.NAMES = FALSE)
  rows
}

# Lines and patients of each group whose treatment was stopped for an adverse event, or NULL where
# the registry does not say why lines stop. What is dated after the lock has not happened.
count_stops <- function(registry, groups, stop_for, cutoff) {
  lines <- registry$lines
  if (!"stop_reason" %in% names(lines) || length(stop_for) == 0L) {
    return(NULL)
  }
  stopped <- lines$stop_reason %in% stop_for
  if (!is.null(cutoff)) {
    stopped <- stopped & !(column_or_missing(lines, "end_date", as.Date(NA)) > cutoff) %in% TRUE
  }
  list(
    lines = tabulate(groups$group[stopped], groups$n),
    patients = vapply(seq_len(groups$n), function(group) {
      length(unique(lines$patient_id[stopped & groups$group == group]))
    }, 0L)
  )
}

# Cells are named by the row of the group (1: any) and what they count.
safety_counts <- function(rows, stops, group) {
  counts <- add_counts(
    no_counts(), c(`all lines` = rows$lines[1L], `all patients` = rows$patients[1L])
  )
  for (i in seq_len(nrow(rows))) counts <- add_safety_row(counts, rows[i, ], i)
  if (!is.null(stops)) {
    counts <- add_counts(
      counts, c(`stop lines` = stops$lines[group], `stop patients` = stops$patients[group])
    )
    counts <- add_affected(counts, "stop")
  }
  counts
}

# Affected lines and patients of all.
add_affected <- function(counts, row) {
  counts <- add_rest(counts, "all lines", paste(row, "lines"))
  add_rest(counts, "all patients", paste(row, "patients"))
}

add_safety_row <- function(counts, row, i) {
  cells <- c(
    lines = row$lines_affected, patients = row$patients_affected, unlist(row[grade_names]),
    not_graded = row$not_graded, grade_3_up = row$grade_3_up, events = row$events
  )
  counts <- add_counts(counts, rlang::set_names(cells, paste(i, names(cells))))
  counts <- add_affected(counts, i)
  counts <- add_sum(counts, paste(i, "lines"), paste(i, c(grade_names, "not_graded")))
  add_sum(counts, paste(i, "grade_3_up"), paste(i, grade_names[3:5]))
}

# ---- columns ---------------------------------------------------------------------------------

# The columns of one group.
safety_columns <- function(rows, stops, group, mask, about, language) {
  stopped <- !is.null(stops)
  cells <- c(as.character(seq_len(nrow(rows))), if (stopped) "stop")
  affected <- list(
    lines = c(rows$lines_affected, stops$lines[group]),
    patients = c(rows$patients_affected, stops$patients[group])
  )
  hidden <- function(name) unname(mask[paste(cells, name)])
  share <- function(name, of, values = affected[[name]]) {
    text <- show_share(values, of, 0, language)
    # Per cent of a total that is masked would tell it.
    if (mask[[paste("all", if (name == "patients") "patients" else "lines")]] != "") {
      text <- as.character(values)
    }
    text
  }
  shown <- function(name, values, text = as.character(values)) {
    of_rows <- unname(mask[paste(seq_len(nrow(rows)), name)])
    c(masked_text(values, of_rows, about$min_cell, text), if (stopped) "")
  }
  first <- label_text("any", language)
  categories <- rows$category[-1L]
  # What is called like a row of the table's own is quoted.
  own <- c(first, label_text("missing", language))
  categories[categories %in% own] <- paste0("\"", categories[categories %in% own], "\"")
  categories[is.na(categories)] <- label_text("missing", language)
  severe <- share("grade_3_up", rows$lines, rows$grade_3_up)
  c(
    list(
      category = c(
        first, categories,
        if (stopped) {
          reasons <- label_values(about$stop_for, language)
          label_text("stopped_for", language, reason = paste(reasons, collapse = ", "))
        }
      ),
      lines = masked_text(
        affected$lines, hidden("lines"), about$min_cell, share("lines", rows$lines[1L])
      ),
      patients = masked_text(
        affected$patients, hidden("patients"), about$min_cell,
        share("patients", rows$patients[1L])
      )
    ),
    lapply(rlang::set_names(grade_names), function(name) shown(name, rows[[name]])),
    list(
      grade_3_up = shown("grade_3_up", rows$grade_3_up, severe),
      not_graded = shown("not_graded", rows$not_graded), events = shown("events", rows$events)
    )
  )
}

# The values of `by` beside each row.
group_columns <- function(groups, parts, language) {
  times <- vapply(parts, function(part) length(part$category), 0L)
  lapply(as.list(groups$labels), function(label) {
    label <- as.character(label)
    label[is.na(label)] <- label_text("missing", language)
    rep(label, times)
  })
}

safety_headings <- function(names, groups, language) {
  fixed <- c(
    category = label_text("category", language), lines = label_text("lines_share", language),
    patients = label_text("patients_share", language),
    rlang::set_names(label_text("grade", language, grade = 1:5), grade_names),
    grade_3_up = label_text("grade_3_or_more", language),
    not_graded = label_text("not_graded", language),
    events = label_text("events_reported", language)
  )
  headings <- fixed[names]
  headings[is.na(headings)] <- covariate_labels(names[is.na(headings)], groups, language)
  rlang::set_names(headings, names)
}

# How many lines and patients the per cent are of.
denominator_notes <- function(rows, groups, masks, min_cell, language) {
  first <- rows[!duplicated(rows$group), ]
  vapply(seq_len(groups$n), function(group) {
    lines <- masked_text(first$lines[group], masks[[group]][["all lines"]], min_cell)
    patients <- masked_text(first$patients[group], masks[[group]][["all patients"]], min_cell)
    if (length(groups$labels) == 0L) {
      return(label_text("denominator_note", language, lines = lines, patients = patients))
    }
    label <- paste(unlist(lapply(groups$labels[group, ], as.character)), collapse = ", ")
    label_text(
      "group_denominator_note", language,
      group = label, lines = lines, patients = patients
    )
  }, "")
}
