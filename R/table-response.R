#' Disease control and time on treatment
#'
#' @inheritParams response_rate
#' @inheritParams table_baseline
#' @param by Name of a column of [line_covariates()] that makes the rows, or `NULL` for all lines
#'   only.
#' @param method Interval of the share, see [proportion_interval()].
#' @param time_unit,days_per_month As in [derive_endpoint()].
#' @param cutoff Day of the data lock or `NULL`, as in [best_response()].
#' @return A tibble with one row per group and one for all lines: the column `by` (`group` without
#'   one), `lines`, `controlled` (lines with CR, PR or SD as best response), `share` (per cent, with
#'   interval), `duration` (median time on treatment of the controlled lines, with range, in
#'   `time_unit`) and `ongoing` (controlled lines still treated, which have no duration).
#' @section Errors: `survlines_error_covariate` for an unknown column, `survlines_error_argument`
#'   for wrong arguments, `survlines_error_language` for a language without labels.
#' @seealso [disease_control()], [treatment_duration()]; [table_notes()] for footnotes
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   ),
#'   assessments = data.frame(
#'     line_id = "L1", assessment_date = "2012-04-12", response = "SD"
#'   )
#' )
#' table_response(study)
#' @export
table_response <- function(registry, by = "drug", method = "wilson", conf_level = 0.95,
                           time_unit = "months", days_per_month = default_month(), cutoff = NULL,
                           min_cell = NULL, language = "en") {
  check_registry(registry)
  check_min_cell(min_cell)
  method <- match_choice(method, c("wilson", "wald", "clopper-pearson", "mid-p"))
  if (!is.null(by)) by <- check_text(by)
  cutoff <- as_cutoff(cutoff)
  seen <- apply_cutoff(registry, cutoff)
  numbers <- function(by) {
    response_numbers(seen, by, method, conf_level, time_unit, days_per_month, language)
  }
  groups <- if (!is.null(by)) numbers(by)
  rows <- rbind(groups, numbers(NULL))
  about <- list(
    interval = method, conf_level = conf_level, time_unit = time_unit,
    days_per_month = days_per_month, cutoff = cutoff, min_cell = min_cell
  )
  columns <- response_columns(rows, nrow(rows), about, language)
  by_label <- covariate_labels(by, line_covariates(seen), language)
  if (!is.null(by)) names(columns)[1L] <- by
  new_table(
    columns, "response", label_text("title_response", language),
    response_headings(names(columns), by_label, about, language),
    notes = c(
      label_text("response_note", language), note_interval(about, language),
      note_month(about, language), note_cutoff(about, language), note_masked(about, language)
    ),
    about = about, stub = names(columns)[1L]
  )
}

response_numbers <- function(registry, by, method, conf_level, time_unit, days_per_month,
                             language) {
  rate <- disease_control(registry, by = by, method = method, conf_level = conf_level)
  given <- treatment_duration(
    registry,
    by = by, responses = c("CR", "PR", "SD"),
    time_unit = time_unit, days_per_month = days_per_month
  )
  # Groups without a controlled line have no duration.
  given <- given[if (is.null(by)) 1L else match(rate[[by]], given[[by]]), ]
  group <- if (is.null(by)) {
    label_text("all_lines", language)
  } else {
    as.character(value_words(rate[[by]], by, language))
  }
  data.frame(
    group = ifelse(is.na(group), label_text("missing", language), group),
    lines = rate$lines, controlled = rate$responders,
    estimate = rate$estimate, low = rate$conf.low, high = rate$conf.high,
    median = given$median, min = given$min, max = given$max,
    ongoing = ifelse(is.na(given$ongoing), 0L, given$ongoing)
  )
}

# Lines are controlled or not, controlled lines ended or not; groups add up to all lines, the last
# row.
response_counts <- function(rows) {
  cell <- function(name, row) paste(name, row)
  columns <- c("lines", "controlled", "ongoing")
  counts <- no_counts()
  for (name in columns) {
    counts <- add_counts(
      counts, rlang::set_names(rows[[name]], cell(name, seq_len(nrow(rows))))
    )
  }
  for (row in seq_len(nrow(rows))) {
    counts <- add_rest(counts, cell("lines", row), cell("controlled", row))
    counts <- add_rest(counts, cell("controlled", row), cell("ongoing", row))
  }
  if (nrow(rows) > 1L) {
    for (name in columns) {
      counts <- add_sum(counts, cell(name, nrow(rows)), cell(name, seq_len(nrow(rows) - 1L)))
    }
  }
  counts
}

response_columns <- function(rows, n, about, language) {
  min_cell <- about$min_cell
  mask <- mask_counts(response_counts(rows), min_cell)
  mask_of <- function(name) unname(mask[paste(name, seq_len(n))])
  shown <- function(name) {
    if (is.null(min_cell)) rows[[name]] else masked_text(rows[[name]], mask_of(name), min_cell)
  }
  hidden <- label_text("hidden", language)
  share <- show_interval(100 * rows$estimate, 100 * rows$low, 100 * rows$high, 1, language)
  duration <- show_interval(rows$median, rows$min, rows$max, 1, language)
  no_share <- mask_of("lines") != "" | mask_of("controlled") != ""
  ended <- rows$controlled - rows$ongoing
  few <- if (is.null(min_cell)) FALSE else ended > 0 & ended < min_cell
  no_duration <- mask_of("controlled") != "" | mask_of("ongoing") != "" | few
  list(
    group = rows$group, lines = shown("lines"), controlled = shown("controlled"),
    share = ifelse(no_share, hidden, ifelse(rows$lines == 0, "", share)),
    duration = ifelse(no_duration, hidden, ifelse(is.na(rows$median), "", duration)),
    ongoing = shown("ongoing")
  )
}

# `by` as it is to be shown; empty where there are no groups.
response_headings <- function(names, by, about, language) {
  unit <- name_unit_of_time(about$time_unit, language)
  level <- show_level(about$conf_level, language)
  rlang::set_names(c(
    if (length(by) == 0L) label_text("group", language) else by,
    label_text(c("lines", "controlled"), language),
    label_text("share_interval", language, level = level),
    label_text("duration_range", language, unit = unit), label_text("ongoing", language)
  ), names)
}
