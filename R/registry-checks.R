# The functions behind the rules. Each looks at the whole registry at once and
# returns the rows at fault; none of them changes anything.

# What a check may look at: the four tables, the dictionary, the cut-off, the
# timeline of every line, the assessments in order and each line's first progression.
check_context <- function(registry, cutoff) {
  timeline <- line_timeline(registry)
  assessments <- sorted_assessments(registry, timeline)
  progression <- first_finding(
    assessments, assessments$response %in% "PD", timeline$start, timeline$next_start
  )
  list(
    tables = unclass(registry)[registry_table_names],
    dictionary = attr(registry, "dictionary"),
    entries = dictionary_entries(attr(registry, "dictionary")),
    cutoff = cutoff,
    timeline = timeline,
    assessments = assessments,
    progression = assessments$date[progression]
  )
}

# The row of `target` that each row of `table` refers to by the column `id`.
match_rows <- function(table, target, id) {
  ids <- column_or_missing(table, id)
  match(ids, column_or_missing(target, id), incomparables = NA)
}

# Applies `check(column, entry)` to every described column there is.
over_columns <- function(context, check) {
  bind_rows_base(lapply(context$entries, function(entry) {
    check(context$tables[[entry$table]][[entry$column]], entry)
  }))
}

check_missing_column <- function(context) {
  over_columns(context, function(column, entry) {
    if (is.null(column) && entry$required != "no") {
      found(
        entry$table, NA_integer_, entry$column, "missing_column",
        sprintf("The table has no column '%s'.", entry$column)
      )
    }
  })
}

check_missing_value <- function(context) {
  over_columns(context, function(column, entry) {
    if (is.null(column) || entry$required != "value") {
      return(NULL)
    }
    found(
      entry$table, which(is.na(column)), entry$column, "missing_value",
      "The cell is empty and must be filled."
    )
  })
}

check_not_in_dictionary <- function(context) {
  over_columns(context, function(column, entry) {
    allowed <- split_values(entry$values)
    if (is.null(column) || length(allowed) == 0L) {
      return(NULL)
    }
    row <- which(!is.na(column) & !as.character(column) %in% allowed)
    found(
      entry$table, row, entry$column, "not_in_dictionary",
      sprintf("'%s' is none of: %s.", column[row], paste(allowed, collapse = ", "))
    )
  })
}

check_undescribed_column <- function(context) {
  bind_rows_base(lapply(registry_table_names, function(name) {
    described <- described_columns(context$dictionary, name)$column
    extra <- setdiff(names(context$tables[[name]]), described)
    found(
      name, rep(NA_integer_, length(extra)), extra, "undescribed_column",
      sprintf("Column '%s' is kept as it is.", extra)
    )
  }))
}

# Groups are made of texts as they are: "Drug" and "drug" would be two. Keys are not looked at, nor
# texts from a list, as the dictionary allows them one by one.
check_differs_in_case <- function(context) {
  described <- vapply(context$entries, function(entry) {
    if (entry$key != "" || length(split_values(entry$values)) > 0L) {
      paste(entry$table, entry$column)
    } else {
      ""
    }
  }, "")
  bind_rows_base(lapply(registry_table_names, function(name) {
    table <- context$tables[[name]]
    free <- Filter(function(column) !paste(name, column) %in% described, names(table))
    bind_rows_base(lapply(free, function(column) differing_in_case(table[[column]], name, column)))
  }))
}

# Each row whose text is rarer than one that reads alike; of equally frequent ones the later.
differing_in_case <- function(column, table, field) {
  if (!is.character(column) && !is.factor(column)) {
    return(NULL)
  }
  counts <- sort(table(factor(column, unique(column))), decreasing = TRUE)
  texts <- names(counts)
  plain <- tolower(gsub("\\s+", " ", trimws(texts)))
  usual <- texts[match(plain, plain)]
  row <- which(column %in% texts[usual != texts])
  at <- match(as.character(column)[row], texts)
  found(
    table, row, field, "differs_in_case",
    sprintf("'%s' is '%s' but for capitals or spaces.", texts[at], usual[at])
  )
}

check_duplicate_key <- function(context) {
  over_columns(context, function(column, entry) {
    if (entry$key != "primary") {
      return(NULL)
    }
    row <- which(duplicated(column, incomparables = NA))
    found(
      entry$table, row, entry$column, "duplicate_key",
      sprintf("'%s' stands already in row %d.", column[row], match(column[row], column))
    )
  })
}

check_orphan_key <- function(context) {
  over_columns(context, function(column, entry) {
    if (entry$key %in% c("", "primary")) {
      return(NULL)
    }
    target <- strsplit(entry$key, ".", fixed = TRUE)[[1L]]
    row <- which(!is.na(column) & !column %in% context$tables[[target[1L]]][[target[2L]]])
    found(
      entry$table, row, entry$column, "orphan_key",
      sprintf("'%s' is not in %s.", column[row], entry$key)
    )
  })
}

# A column of the table, or missing dates where the registry has none.
dates_of <- function(context, table, column) {
  column_or_missing(context$tables[[table]], column, as.Date(NA))
}

# The patient's date for every line.
patient_dates <- function(context, column) {
  dates_of(context, "patients", column)[context$timeline$patient]
}

# Rows in which `early` lies after `late`; a missing date breaks no rule.
check_order <- function(table, field, rule, early, late, message) {
  row <- which(early > late)
  found(table, row, field, rule, sprintf(message, early[row], late[row]))
}

check_diagnosis_before_birth <- function(context) {
  check_order(
    "patients", "diagnosis_date", "diagnosis_before_birth",
    dates_of(context, "patients", "birth_date"), dates_of(context, "patients", "diagnosis_date"),
    "Birth %s, diagnosis %s."
  )
}

check_start_before_diagnosis <- function(context) {
  check_order(
    "lines", "start_date", "start_before_diagnosis",
    patient_dates(context, "diagnosis_date"), dates_of(context, "lines", "start_date"),
    "Diagnosis %s, start of the line %s."
  )
}

check_end_before_start <- function(context) {
  check_order(
    "lines", "end_date", "end_before_start",
    dates_of(context, "lines", "start_date"), dates_of(context, "lines", "end_date"),
    "Start %s, end %s."
  )
}

check_line_after_contact <- function(context) {
  known <- pmax(
    patient_dates(context, "last_contact_date"), patient_dates(context, "death_date"),
    na.rm = TRUE
  )
  bind_rows_base(lapply(c("start_date", "end_date"), function(field) {
    check_order(
      "lines", field, "line_after_contact", dates_of(context, "lines", field), known,
      "%s lies after the last contact or death on %s."
    )
  }))
}

check_start_before_birth <- function(context) {
  check_order(
    "lines", "start_date", "start_before_birth", patient_dates(context, "birth_date"),
    dates_of(context, "lines", "start_date"), "Birth %s, start of the line %s."
  )
}

check_contact_after_death <- function(context) {
  check_order(
    "patients", "last_contact_date", "contact_after_death",
    dates_of(context, "patients", "last_contact_date"),
    dates_of(context, "patients", "death_date"), "Last contact %s, death %s."
  )
}

check_death_after_contact <- function(context) {
  check_order(
    "patients", "death_date", "death_after_contact",
    dates_of(context, "patients", "death_date"),
    dates_of(context, "patients", "last_contact_date"), "Death %s, last contact %s."
  )
}

check_implausible_age <- function(context) {
  birth <- dates_of(context, "patients", "birth_date")
  last <- dates_of(context, "patients", "last_contact_date")
  age <- completed_years(birth, last)
  row <- which(age > 110L)
  found(
    "patients", row, "birth_date", "implausible_age",
    sprintf("Born on %s, %d years old on %s.", birth[row], age[row], last[row])
  )
}

check_after_cutoff <- function(context) {
  limit <- if (is.null(context$cutoff)) Sys.Date() else context$cutoff
  what <- if (is.null(context$cutoff)) "today" else "the cut-off"
  over_columns(context, function(column, entry) {
    if (!inherits(column, "Date")) {
      return(NULL)
    }
    row <- which(column > limit)
    found(
      entry$table, row, entry$column, "after_cutoff",
      sprintf("%s lies after %s, %s.", column[row], what, limit)
    )
  })
}

check_patient_without_line <- function(context) {
  patient_id <- column_or_missing(context$tables$patients, "patient_id")
  with_line <- column_or_missing(context$tables$lines, "patient_id")
  row <- which(!is.na(patient_id) & !patient_id %in% with_line)
  found(
    "patients", row, "patient_id", "patient_without_line",
    sprintf("Patient '%s' has no line.", patient_id[row])
  )
}

check_overlapping_lines <- function(context) {
  check_order(
    "lines", "end_date", "overlapping_lines", context$timeline$end, context$timeline$next_start,
    "The line ends on %s, the next starts on %s."
  )
}

check_line_without_end <- function(context) {
  next_start <- context$timeline$next_start
  check_open_lines(
    context, "line_without_end", !is.na(next_start), next_start,
    "No end, but the next line starts on %s."
  )
}

# Of a patient's lines the last one; the others are found by their next line.
check_death_without_end <- function(context) {
  death <- context$timeline$death
  last <- is.na(context$timeline$next_start)
  check_open_lines(
    context, "death_without_end", last & !is.na(death), death,
    "No end, but the patient died on %s."
  )
}

# Lines without an end, in a registry that records ends, that `ended` says were over on a `date`.
check_open_lines <- function(context, rule, ended, date, message) {
  recorded <- "end_date" %in% names(context$tables$lines)
  row <- which(recorded & is.na(context$timeline$end) & ended)
  found("lines", row, "end_date", rule, sprintf(message, date[row]))
}

check_line_no_gap <- function(context) {
  number <- column_or_missing(context$tables$lines, "line_no", NA_integer_)
  place <- context$timeline$order
  row <- which(number != place & !is.na(context$timeline$patient))
  found(
    "lines", row, "line_no", "line_no_gap",
    sprintf("Number %s, but line %s of the patient by its start.", number[row], place[row])
  )
}

# Lines with this reason of stopping for which `broken` holds.
check_stop_reason <- function(context, rule, reason, broken, message) {
  row <- which(context$timeline$stop_reason %in% reason & broken)
  found("lines", row, "stop_reason", rule, rep(message, length(row)))
}

check_stop_without_end <- function(context) {
  reason <- context$timeline$stop_reason
  check_stop_reason(
    context, "stop_without_end", unique(reason[!is.na(reason)]), is.na(context$timeline$end),
    "A reason of stopping, but no end date."
  )
}

check_stop_by_death_alive <- function(context) {
  check_stop_reason(
    context, "stop_by_death_alive", "death", is.na(context$timeline$death),
    "Stopped by death, but the patient has no date of death."
  )
}

check_stop_without_progression <- function(context) {
  check_stop_reason(
    context, "stop_without_progression", "progression", is.na(context$progression),
    "Stopped for progression, but no assessment says PD."
  )
}

check_progression_without_stop <- function(context) {
  progression <- context$progression
  end <- context$timeline$end
  reason <- context$timeline$stop_reason
  row <- which(progression <= end & !is.na(reason) & !reason %in% c("progression", "death"))
  found(
    "lines", row, "stop_reason", "progression_without_stop",
    sprintf("PD on %s, but stopped on %s for: %s.", progression[row], end[row], reason[row])
  )
}

# Dates of a table of records beside those of their lines.
line_record_dates <- function(context, table, column) {
  line <- match_rows(context$tables[[table]], context$tables$lines, "line_id")
  list(
    date = dates_of(context, table, column),
    start = context$timeline$start[line],
    next_start = context$timeline$next_start[line],
    last_seen = context$timeline$last_seen[line]
  )
}

check_assessment_before_start <- function(context) {
  at <- line_record_dates(context, "assessments", "assessment_date")
  check_order(
    "assessments", "assessment_date", "assessment_before_start", at$start, at$date,
    "The line starts on %s, the assessment is of %s."
  )
}

check_assessment_after_contact <- function(context) {
  at <- line_record_dates(context, "assessments", "assessment_date")
  check_order(
    "assessments", "assessment_date", "assessment_after_contact", at$date, at$last_seen,
    "The assessment is of %s, the last contact or death of %s."
  )
}

check_assessment_in_next_line <- function(context) {
  at <- line_record_dates(context, "assessments", "assessment_date")
  check_order(
    "assessments", "assessment_date", "assessment_in_next_line", at$date, at$next_start,
    "The assessment is of %s, the next line starts on %s."
  )
}

check_event_before_start <- function(context) {
  at <- line_record_dates(context, "adverse_events", "onset_date")
  check_order(
    "adverse_events", "onset_date", "event_before_start", at$start, at$date,
    "The line starts on %s, the event begins on %s."
  )
}

check_event_after_contact <- function(context) {
  at <- line_record_dates(context, "adverse_events", "onset_date")
  check_order(
    "adverse_events", "onset_date", "event_after_contact", at$date, at$last_seen,
    "The event begins on %s, the last contact or death is of %s."
  )
}

check_contradictory_assessments <- function(context) {
  seen <- context$assessments
  judged <- which(!is.na(seen$response) & seen$response != "NE")
  n <- length(judged)
  one <- judged[-n]
  other <- judged[-1L]
  pair <- which(
    seen$line[one] == seen$line[other] & seen$date[one] == seen$date[other] &
      seen$response[one] != seen$response[other]
  )
  found(
    "assessments", seen$row[other[pair]], "response", "contradictory_assessments",
    sprintf(
      "%s here and %s in row %d, both of %s.", seen$response[other[pair]],
      seen$response[one[pair]], seen$row[one[pair]], seen$date[one[pair]]
    )
  )
}

check_response_after_progression <- function(context) {
  seen <- context$assessments
  progression <- context$progression[seen$line]
  place <- which(seen$response %in% c("CR", "PR", "SD") & seen$date > progression)
  found(
    "assessments", seen$row[place], "response", "response_after_progression",
    sprintf(
      "%s on %s, but PD on %s.", seen$response[place], seen$date[place], progression[place]
    )
  )
}

check_unknown_response <- function(context) {
  response <- column_or_missing(context$tables$assessments, "response")
  allowed <- allowed_values(context$dictionary, "assessments", "response")
  row <- which(!is.na(response) & !response %in% response_order)
  # What the dictionary refuses is reported as such.
  if (length(allowed) > 0L) {
    row <- row[response[row] %in% allowed]
  }
  found(
    "assessments", row, "response", "unknown_response",
    sprintf("'%s' is none of: %s.", response[row], toString(response_order))
  )
}

check_grade <- function(context) {
  if (length(allowed_values(context$dictionary, "adverse_events", "grade")) > 0L) {
    return(NULL)
  }
  grade <- column_or_missing(context$tables$adverse_events, "grade", NA_integer_)
  row <- which(!grade %in% c(1:5, NA))
  found(
    "adverse_events", row, "grade", "grade_outside_1_to_5",
    sprintf("Grade %s is none of 1 to 5.", grade[row])
  )
}
