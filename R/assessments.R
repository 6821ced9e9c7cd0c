# Assessments in order, and the first, last and confirmed ones of every line.

# Assessments in the order of line and day; `row` is the row of the table.
sorted_assessments <- function(registry, timeline) {
  table <- registry$assessments
  line <- match_rows(table, registry$lines, "line_id")
  date <- column_or_missing(table, "assessment_date", as.Date(NA))
  known <- which(!is.na(line) & !is.na(date))
  row <- known[order(line[known], date[known], known, method = "radix")]
  response <- column_or_missing(table, "response")[row]
  list(
    row = row, line = line[row], date = date[row], response = response,
    method = column_or_missing(table, "method")[row],
    evaluable = !is.na(response) & response != "NE" & date[row] >= timeline$start[line[row]]
  )
}

method_counts <- function(assessments, methods) {
  if (is.null(methods)) rep(TRUE, length(assessments$row)) else assessments$method %in% methods
}

# For every line the first assessment (its place in `assessments`) that says so,
# from the start of the line up to `limit`.
first_finding <- function(assessments, says_so, start, limit) {
  line <- assessments$line
  inside <- assessments$date >= start[line] &
    (is.na(limit[line]) | assessments$date <= limit[line])
  place <- which(says_so & inside)
  place[match(seq_along(start), line[place])]
}

# Findings that a later one, at least `days` after, repeats, with none that says
# otherwise in between. `counts` are the assessments that are looked at.
confirmed_findings <- function(assessments, counts, says_so, days) {
  place <- which(counts)
  line <- assessments$line[place]
  positive <- says_so[place]
  n <- length(place)
  if (n == 0L) {
    return(says_so)
  }
  new_run <- c(TRUE, line[-1L] != line[-n] | positive[-1L] != positive[-n])
  last_of_run <- c(which(new_run)[-1L] - 1L, n)[cumsum(new_run)]
  last_date <- assessments$date[place][last_of_run]
  confirmed <- positive & as.numeric(last_date - assessments$date[place]) >= days &
    last_of_run > seq_len(n)
  says_so[] <- FALSE
  says_so[place[confirmed]] <- TRUE
  says_so
}

# The place of the last evaluable assessment of every line on or before `day`
# (before it when `strictly`); NA where there is none.
last_visit <- function(assessments, day, strictly = FALSE) {
  line <- assessments$line
  in_time <- if (strictly) assessments$date < day[line] else assessments$date <= day[line]
  place <- which(assessments$evaluable & in_time)
  place[length(place) + 1L - match(seq_along(day), rev(line[place]))]
}

# Lines that nobody assessed have no finding, which is not the same as a finding of nothing.
warn_without_assessments <- function(assessments, finding) {
  if (length(assessments$row) == 0L) {
    warn_survlines("no_assessments", c(
      "The registry holds no assessment of any line: none can show {finding}.",
      i = "The table {.field assessments} names {.field line_id}, {.field assessment_date} and
           {.field response}."
    ))
  }
}
