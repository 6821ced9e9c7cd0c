# What a report is made from: the registry as of the cut-off, its size, its problems, and what was
# left out.

# list(registry, whole, beyond): the registry as it was on the day of the cut-off, the registry as
# it came, and the records dated later.
locked_registry <- function(registry, cutoff) {
  if (is.character(registry)) registry <- read_registry(registry, cutoff = cutoff)
  check_registry(registry)
  if (is.null(cutoff)) {
    return(list(registry = registry, whole = registry, beyond = NULL))
  }
  beyond <- beyond_cutoff(registry, cutoff)
  locked <- apply_cutoff(reported_by(registry, cutoff), cutoff)
  started <- locked$patients$patient_id %in% locked$lines$patient_id
  without_line <- !registry$patients$patient_id %in% registry$lines$patient_id
  locked$patients <- locked$patients[started | without_line, ]
  dated <- locked$assessments$line_id %in% locked$lines$line_id &
    !is.na(column_or_missing(locked$assessments, "assessment_date", as.Date(NA)))
  locked$assessments <- locked$assessments[dated, ]
  list(registry = locked, whole = registry, beyond = beyond)
}

report_facts <- function(registry, settings) {
  say <- sayer(settings)
  lines <- registry$lines
  n <- count_registry(registry)
  counts <- add_rest(add_counts(no_counts(), n), "patients", "deaths")
  counts <- add_rest(counts, "patients", "several")
  shown <- report_counts(n, add_rest(counts, "lines", "ongoing"), settings)
  # How many records, and of how many lines.
  records <- function(table) {
    say("fact_of_lines", n = nrow(table), lines = length(unique(table$line_id)))
  }
  range_of <- function(dates) {
    dates <- dates[!is.na(dates)]
    if (length(dates) == 0L) say("unknown") else paste(range(dates), collapse = " \u2013 ")
  }
  as_facts(
    say("caption_facts"), say,
    say("patients"), shown[["patients"]],
    say("lines"), shown[["lines"]],
    say("fact_several_lines"), shown[["several"]],
    say("fact_deaths"), shown[["deaths"]],
    say("ongoing"), shown[["ongoing"]],
    say("fact_lines_started"), range_of(lines$start_date),
    say("fact_last_contact"), range_of(registry$patients$last_contact_date),
    say("fact_assessments"), records(registry$assessments),
    say("fact_adverse_events"), records(registry$adverse_events),
    say("fact_imputed_dates"), NROW(attr(registry, "imputed"))
  )
}

count_registry <- function(registry) {
  c(
    patients = nrow(registry$patients), lines = nrow(registry$lines),
    several = sum(table(registry$lines$patient_id) > 1L),
    deaths = sum(!is.na(registry$patients$death_date)),
    ongoing = sum(is_ongoing(line_timeline(registry)))
  )
}

# Counts as text, named; small ones masked, and those from which they could be worked out.
report_counts <- function(n, counts, settings) {
  mask <- mask_counts(counts, settings$min_cell)
  rlang::set_names(masked_text(n, unname(mask[names(n)]), settings$min_cell), names(n))
}

# A table of what and value from one of each in turn.
as_facts <- function(title, say, ...) {
  texts <- vapply(list(...), as.character, "")
  report_table(
    list(what = texts[c(TRUE, FALSE)], value = texts[c(FALSE, TRUE)]), title,
    c(what = say("what"), value = say("value"))
  )
}

# A table of the report's own, which as_flextable() shows like the others: texts to the left.
report_table <- function(columns, title, headings, notes = NULL, repeats = character()) {
  texts <- names(columns)[vapply(columns, is.character, NA)]
  new_table(
    columns, "report", title, headings, notes,
    about = list(), stub = texts, repeats = repeats
  )
}

# label_text() in the language of a report. Local copies are called `say`, so that tests find the
# keys in use.
sayer <- function(settings) {
  function(key, ...) label_text(key, settings$language, ...)
}

# How the report was computed.
report_methods <- function(settings) {
  say <- sayer(settings)
  none <- say("none")
  named <- function(columns) if (length(columns) == 0L) none else paste(columns, collapse = ", ")
  as_facts(
    say("caption_methods"), say,
    say("method_rules"), named(names(settings$rules)),
    say("method_group"), named(settings$headings[settings$group]),
    say("method_covariates"), named(settings$headings[settings$covariates]),
    say("method_cutoff"), if (is.null(settings$cutoff)) none else format(settings$cutoff),
    say("method_time"), say("method_time_text"),
    say("method_unit"), say("method_unit_text",
      unit = settings$unit, days = show_digits(settings$days_per_month, 7L, settings$language)
    ),
    say("method_curves"), say("method_curves_text", scale = settings$conf_type),
    say("method_cox"), say("method_cox_text"),
    say("method_min_cell"), if (is.null(settings$min_cell)) none else settings$min_cell,
    say("method_versions"), paste0(
      "survlines ", utils::packageVersion("survlines"), ", survival ",
      utils::packageVersion("survival"), ", ", R.version.string
    )
  )
}

# The settings of every rule: a rule is its settings.
report_rule_settings <- function(settings) {
  say <- sayer(settings)
  words <- lapply(settings$rules, rule_settings)
  report_table(
    list(
      rule = rep(names(words), lengths(words)),
      setting = unlist(lapply(words, names), use.names = FALSE),
      value = unlist(words, use.names = FALSE)
    ),
    say("caption_rules"), c(rule = say("rule"), setting = say("setting"), value = say("value")),
    repeats = "rule"
  )
}

# One row per rule that is broken, with the message of the first row.
report_problems <- function(registry, settings) {
  say <- sayer(settings)
  problems <- validate_registry(registry, cutoff = settings$cutoff)
  if (nrow(problems) == 0L) {
    return(absent(say("report_no_problems")))
  }
  key <- paste(problems$severity, problems$table, problems$field, problems$rule, sep = "\r")
  first <- problems[!duplicated(key), ]
  key <- factor(key, unique(key))
  report_table(
    list(
      severity = first$severity, where = paste0(
        first$table, ifelse(nzchar(first$field), paste0("$", first$field), "")
      ),
      rule = first$rule, rows = as.integer(table(key)),
      which = vapply(split(problems$row, key), name_rows, "", USE.NAMES = FALSE),
      message = first$message
    ),
    say("caption_problems"),
    c(
      severity = say("severity"), where = say("field"), rule = say("rule"),
      rows = say("number_of_rows"), which = say("which_rows"), message = say("message")
    )
  )
}

# Problems of a whole column have no row.
name_rows <- function(rows) {
  if (anyNA(rows)) "" else sub("^rows? ", "", describe_rows(rows))
}

# What the cut-off and missing values left out: what, how many rows, and why.
report_left_out <- function(study, endpoints, settings) {
  say <- sayer(settings)
  endpoints <- endpoints[!vapply(endpoints, is_absent, NA)]
  rows <- rbind(
    left_out_by_cutoff(study$beyond, settings),
    do.call(rbind, lapply(unname(endpoints), left_out_of_endpoint, settings = settings))
  )
  if (NROW(rows) == 0L) {
    return(absent(say("left_out_nothing")))
  }
  report_table(
    as.list(rows), say("caption_left_out"),
    c(what = say("what"), rows = say("number_of_rows"), why = say("why")),
    repeats = "what"
  )
}

left_out_by_cutoff <- function(beyond, settings) {
  if (NROW(beyond) == 0L) {
    return(NULL)
  }
  field <- paste0(beyond$table, "$", beyond$field)
  counts <- table(factor(field, unique(field)))
  data.frame(
    what = names(counts), rows = as.integer(counts),
    why = label_text("left_out_cutoff", settings$language, date = format(settings$cutoff))
  )
}

left_out_of_endpoint <- function(endpoint, settings) {
  say <- sayer(settings)
  missing <- endpoint$n_missing[endpoint$n_missing > 0L]
  rows <- c(if (endpoint$n_without_time > 0L) endpoint$n_without_time, unname(missing))
  if (length(rows) == 0L) {
    return(NULL)
  }
  data.frame(
    what = endpoint$title, rows = rows, why = c(
      if (endpoint$n_without_time > 0L) say("left_out_no_time"),
      if (length(missing) > 0L) say("left_out_missing", column = settings$headings[names(missing)])
    )
  )
}

report_notes <- function(notes, settings) {
  say <- sayer(settings)
  if (nrow(notes) == 0L) {
    return(absent(say("report_no_notes")))
  }
  report_table(
    as.list(notes), say("caption_notes"), c(about = say("about"), note = say("note")),
    repeats = "about"
  )
}
