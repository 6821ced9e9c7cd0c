# Treatment lines as bars in time: what timelines, swimmer plots and waterfalls draw.

# One row for each of the lines at `line` (rows of the table): from the start to the end of
# treatment. A treatment without an end lasted until the next line or death, or goes on at last
# contact.
line_bars <- function(registry, timeline, line) {
  end <- given_until(timeline)
  ongoing <- is.na(end)
  end[ongoing] <- timeline$last_seen[ongoing]
  of_lines <- function(column) column_or_missing(registry$lines, column)[line]
  data.frame(
    line = line, line_id = of_lines("line_id"), patient_id = of_lines("patient_id"),
    drug = of_lines("drug"),
    start = timeline$start[line], end = end[line], ongoing = ongoing[line],
    days = as.numeric(end - timeline$start)[line]
  )
}

# Lines asked for by identifier, or the first in the order of their start; rows of the table.
shown_lines <- function(registry, timeline, lines, most, call = rlang::caller_env()) {
  known <- started_lines(timeline)
  known <- known[!is.na(pmax(timeline$end, timeline$last_seen, na.rm = TRUE)[known])]
  if (!is.null(lines)) {
    place <- if (is.atomic(lines) && is.null(dim(lines))) {
      match(lines, registry$lines$line_id[known])
    }
    if (length(place) == 0L || anyNA(place) || anyDuplicated(place)) {
      abort_survlines("argument", c(
        "{.arg lines} must be identifiers of lines that have started, each once.",
        x = if (anyNA(place)) "Not found: {.val {utils::head(lines[is.na(place)], 5L)}}."
      ), call = call)
    }
    return(known[place])
  }
  if (length(known) == 0L) {
    abort_survlines("no_data", "No line of the registry has started.", call = call)
  }
  in_order <- known[order(timeline$start[known])]
  hidden <- length(in_order) - most
  if (hidden > 0L) {
    inform_survlines("not_shown", c(
      i = "{hidden} line{?s} {?is/are} not shown; choose others with {.arg lines}."
    ))
  }
  utils::head(in_order, most)
}

# A column of lines as a factor: common values first, and so many values that fills stay apart.
fill_groups <- function(values, most, language) {
  values <- as.character(values)
  values[is.na(values)] <- label_text("missing", language)
  counts <- sort(table(values), decreasing = TRUE)
  if (length(counts) <= most) {
    return(factor(values, names(counts)))
  }
  kept <- names(counts)[seq_len(most - 1L)]
  other <- label_text("other", language)
  factor(ifelse(values %in% kept, values, other), union(kept, other))
}

check_line_column <- function(column, known, call = rlang::caller_env(),
                              name = rlang::caller_arg(column)) {
  if (!column %in% names(known)) {
    abort_survlines("covariate", c(
      "{.arg {name}} must be the name of a column.",
      i = "The columns of {.code line_covariates(registry)} can be asked for."
    ), call = call)
  }
  column
}
