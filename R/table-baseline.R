#' Characteristics of patients and lines
#'
#' Some characteristics belong to a patient, others to a line, and a patient with two lines
#' counts twice among lines. Every row of the table therefore says what it counts.
#'
#' @param registry A registry.
#' @param patients,lines Names of columns of [line_covariates()] to show per patient (at the
#'   first line) and per line. Named elements give the label to show:
#'   `c("Age at start (years)" = "age_at_start")`; otherwise it is that of the column
#'   (`attr(x, "label")`), for columns of the package's dictionary and of [line_covariates()] one
#'   in `language`, or the column's name. Values of the package's dictionary, such as `male`, are in
#'   `language`, too.
#' @param digits Decimals of numbers.
#' @param cutoff Day of the data lock (a `Date` or ISO text) or `NULL`: lines that start later are
#'   left out, and what is dated later has not happened.
#' @param min_cell `NULL`, or the smallest count that is shown: see [masked-counts].
#' @param language Language of the text, the name of a file of labels: `"en"` or `"fr"`.
#' @return A tibble with `characteristic`, `level`, `value` and `of`. A category has a row per
#'   level, `n (per cent)`; a number has the rows `mean` and `median (range)`; missing values have
#'   a row of their own. `of` says how many patients or lines are the denominator. Per cent are of
#'   all of them, missing values included.
#' @section Errors: `survlines_error_covariate` for an unknown column, `survlines_error_argument`
#'   for wrong arguments, `survlines_error_language` for a language without labels.
#' @seealso [line_covariates()]; [table_notes()] for footnotes; [write_tables()];
#'   [as_flextable.survlines_table()]
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = c("P1", "P2"), sex = c("female", "male"), last_contact_date = "2012-09-01",
#'     death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = c("L1", "L2", "L3"), patient_id = c("P1", "P2", "P2"), drug = c("A", "B", "A"),
#'     start_date = c("2012-03-01", "2012-03-01", "2012-07-01"),
#'     end_date = c("2012-06-20", "2012-05-01", "2012-08-15")
#'   )
#' )
#' table_baseline(study, patients = "sex", lines = c("drug", "Days on drug" = "treatment_days"))
#' @export
table_baseline <- function(registry, patients = character(), lines = character(), digits = 1,
                           cutoff = NULL, min_cell = NULL, language = "en") {
  check_registry(registry)
  patients <- check_text(patients, NULL)
  lines <- check_text(lines, NULL)
  digits <- check_digits(digits)
  check_min_cell(min_cell)
  cutoff <- as_cutoff(cutoff)
  seen <- apply_cutoff(registry, cutoff)
  known <- line_covariates(seen)
  if (!is.null(cutoff)) known <- known[started_lines(line_timeline(seen)), ]
  check_covariates(c(patients, lines), known)
  first <- known[known$line_order %in% 1L, ]
  described <- c(
    describe_columns(first, patients, "patients", digits, language),
    describe_columns(known, lines, "lines", digits, language)
  )
  totals <- c(patients = nrow(first), lines = nrow(known))
  mask <- mask_counts(baseline_counts(described, totals), min_cell)
  rows <- lapply(seq_along(described), function(k) {
    baseline_rows(described[[k]], k, totals, mask, min_cell, language)
  })
  column <- function(name) unlist(lapply(rows, `[[`, name))
  names <- c("characteristic", "level", "value", "of")
  columns <- rlang::set_names(lapply(names, function(name) as.character(column(name))), names)
  about <- list(
    n_patients = nrow(first), n_lines = nrow(known), cutoff = cutoff, min_cell = min_cell
  )
  new_table(
    columns, "baseline", label_text("title_baseline", language),
    rlang::set_names(label_text(names, language), names),
    notes = c(
      if (length(patients) > 0L) label_text("first_line_note", language),
      label_text("missing_share_note", language),
      note_cutoff(about, language), note_masked(about, language)
    ),
    about = about, stub = c("characteristic", "level", "of"),
    repeats = c("characteristic", "of")
  )
}

check_covariates <- function(columns, known, call = rlang::caller_env()) {
  absent <- setdiff(columns, names(known))
  if (length(absent) > 0L) {
    abort_survlines("covariate", c(
      "The registry has no column {.field {absent}}.",
      i = "The columns of {.code line_covariates(registry)} can be shown."
    ), call = call)
  }
}

# A label for every column: its name in the vector, or the column's.
label_columns <- function(columns, data, language) {
  labels <- names(columns)
  own <- covariate_labels(unname(columns), data, language)
  if (is.null(labels)) own else ifelse(nzchar(labels), labels, own)
}

# A list for each column: what there is to count (named by level) and to say of numbers.
describe_columns <- function(data, columns, unit, digits, language) {
  unname(Map(function(column, label) {
    values <- value_words(data[[column]], column, language)
    number <- is.numeric(values)
    list(
      label = label, unit = unit, number = number,
      levels = if (number) integer() else count_levels(values),
      statistics = if (number) describe_numbers(values, digits, language),
      known = sum(!is.na(values)), missing = sum(is.na(values))
    )
  }, columns, label_columns(columns, data, language)))
}

count_levels <- function(values) {
  counts <- table(values)
  rlang::set_names(as.integer(counts), names(counts))
}

# Named texts.
describe_numbers <- function(values, digits, language) {
  values <- values[!is.na(values)]
  if (length(values) == 0L) {
    return(character())
  }
  show <- function(value) show_decimals(value, digits, language)
  # Whole numbers have a whole range.
  whole <- all(values == round(values))
  limits <- if (whole) as.character(range(values)) else show(range(values))
  rlang::set_names(
    c(
      show(mean(values)),
      show_with_range(show(stats::median(values)), limits[1L], limits[2L], language)
    ),
    label_text(c("mean", "median_range"), language)
  )
}

# The levels of a category and its missing values are all there is; what is known of a number is
# not counted in the table, but follows from it.
baseline_counts <- function(described, totals) {
  counts <- add_counts(no_counts(), totals)
  for (k in seq_along(described)) {
    one <- described[[k]]
    parts <- c(one$levels, rlang::set_names(one$missing, " missing"))
    names(parts) <- paste(rep(k, length(parts)), names(parts))
    counts <- add_counts(counts, parts)
    counts <- if (one$number) {
      add_rest(counts, one$unit, names(parts))
    } else {
      add_sum(counts, one$unit, names(parts))
    }
  }
  counts
}

baseline_rows <- function(one, k, totals, mask, min_cell, language) {
  total <- totals[[one$unit]]
  mask_of <- function(level) mask[paste(rep(k, length(level)), level)]
  levels <- masked_text(
    one$levels, mask_of(names(one$levels)), min_cell,
    show_share(one$levels, total, 0, language)
  )
  numbers <- one$statistics
  if (mask_of(" missing") != "" || mask[one$unit] != "" ||
    (!is.null(min_cell) && one$known < min_cell)) {
    numbers[] <- label_text("hidden", language)
  }
  missing <- if (one$missing > 0L) masked_text(one$missing, mask_of(" missing"), min_cell)
  shown <- c(
    rlang::set_names(levels, names(one$levels)), numbers,
    if (!is.null(missing)) rlang::set_names(missing, label_text("missing", language))
  )
  of <- masked_text(total, mask[one$unit], min_cell)
  of <- label_text(if (one$unit == "patients") "of_patients" else "of_lines", language, n = of)
  list(
    characteristic = rep(one$label, length(shown)), level = names(shown), value = unname(shown),
    of = rep(of, length(shown))
  )
}
