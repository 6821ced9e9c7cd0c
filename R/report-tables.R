# The parts of a report that are about the whole registry: tables of patients and lines, follow-up,
# reasons of stopping, response and safety. Where there are no records, a sentence says so.

report_baseline <- function(registry, settings) {
  columns <- baseline_columns(registry)
  known <- line_covariates(registry)
  named <- function(columns) {
    headings <- report_labels(columns, known, settings$language)$headings
    rlang::set_names(columns, headings)
  }
  table_baseline(
    registry,
    patients = named(columns$patients), lines = named(columns$lines),
    min_cell = settings$min_cell, language = settings$language
  )
}

# Columns that describe patients and lines in a few rows each: numbers, and texts of few values.
# Keys, dates, and numbers that only restate dates are left out.
baseline_columns <- function(registry, most_levels = 10L) {
  known <- line_covariates(registry)
  restated <- c(
    "line_order", "n_lines", "delay_days", "delay_weeks", "treatment_days", "ongoing",
    "follow_up_days", "line_no"
  )
  describes <- vapply(known, function(column) {
    levels <- length(unique(column[!is.na(column)]))
    few <- is.numeric(column) || is.factor(column) || levels <= most_levels
    levels > 0L && few && !inherits(column, "Date")
  }, NA)
  columns <- setdiff(names(known)[describes], c(restated, "patient_id", "line_id"))
  of_patient <- columns %in% c(names(registry$patients), "age_at_diagnosis")
  list(patients = columns[of_patient], lines = columns[!of_patient])
}

report_follow_up <- function(registry, settings) {
  say <- sayer(settings)
  dated <- any(!is.na(column_or_missing(registry$patients, "diagnosis_date", as.Date(NA))))
  origins <- c(if (dated) "diagnosis", "first_line")
  rows <- lapply(origins, function(origin) {
    follow_up(
      registry, origin,
      time_unit = settings$time_unit, days_per_month = settings$days_per_month
    )
  })
  known <- do.call(rbind, rows)
  plain <- known$method == "plain"
  language <- settings$language
  low <- ifelse(plain, known$min, known$conf.low)
  high <- ifelse(plain, known$max, known$conf.high)
  names <- c(diagnosis = say("since_diagnosis"), first_line = say("since_first_line"))
  report_table(
    list(
      origin = rep(unname(names[origins]), each = 2L),
      method = ifelse(plain, say("follow_up_plain"), say("follow_up_reverse")),
      patients = known$patients, median = show_reached(known$median, 1, language),
      limits = show_range(
        show_reached(low, 1, language), show_reached(high, 1, language), language
      )
    ),
    say("caption_follow_up"),
    c(
      origin = say("origin"), method = say("method"), patients = say("patients"),
      median = say("median_in", unit = settings$unit), limits = say("limits")
    ),
    say("follow_up_note"), "origin"
  )
}

# Why treatments stopped, as competing events.
report_stops <- function(registry, settings) {
  say <- sayer(settings)
  reasons <- column_or_missing(registry$lines, "stop_reason")
  if (all(is.na(reasons))) {
    return(absent(say("report_no_stop_reasons")))
  }
  stops <- derive_endpoint(registry, endpoint_ttf(planned = character()), settings$cutoff)
  stops <- stops[!is.na(stops$ttf), ]
  if (!any(stops$event)) {
    return(absent(say("report_no_stops")))
  }
  fit <- fit_cuminc(Surv(days, cause) ~ 1, stops, conf_type = settings$conf_type)
  causes <- causes_seen(fit)
  list(
    fit = fit, table = report_ends(stops, settings, say("caption_stops_table")),
    figure = plot(fit,
      time_unit = settings$time_unit, risk_table = is.null(settings$min_cell),
      labels = rlang::set_names(label_values(causes, settings$language), causes),
      xlab = say("time_in", unit = settings$unit), ylab = say("cumulative_incidence"),
      language = settings$language
    ),
    height = 5
  )
}

report_response <- function(registry, settings) {
  say <- sayer(settings)
  if (nrow(registry$assessments) == 0L) {
    return(absent(say("report_no_assessments")))
  }
  by <- if (length(settings$group) > 0L) settings$group[1L]
  table_response(
    registry,
    by = by, time_unit = settings$time_unit, days_per_month = settings$days_per_month,
    min_cell = settings$min_cell, language = settings$language
  )
}

report_safety <- function(registry, settings) {
  if (nrow(registry$adverse_events) == 0L) {
    return(absent(label_text("report_no_adverse_events", settings$language)))
  }
  table_safety(registry, by = NULL, min_cell = settings$min_cell, language = settings$language)
}

report_timelines <- function(registry, settings, most = 40L) {
  say <- sayer(settings)
  n <- nrow(registry$lines)
  if (!is.null(settings$min_cell)) {
    return(absent(say("timelines_hidden")))
  }
  if (n > most) {
    return(absent(say("too_many_timelines", n = n, most = most)))
  }
  list(
    figure = plot_swimmer(
      registry,
      time_unit = settings$time_unit, days_per_month = settings$days_per_month,
      language = settings$language
    ),
    height = 1.5 + 0.16 * n
  )
}

# Why rows end, events first.
report_ends <- function(data, settings, title) {
  say <- sayer(settings)
  counts <- as.data.frame(
    table(reason = data$reason, event = data$event), stringsAsFactors = FALSE
  )
  counts <- counts[counts$Freq > 0L, ]
  counts <- counts[order(counts$event != "TRUE", -counts$Freq), ]
  happened <- counts$event == "TRUE"
  report_table(
    list(
      reason = label_values(counts$reason, settings$language),
      event = ifelse(happened, say("yes"), say("no")),
      rows = masked_parts(counts$Freq, happened, settings)
    ),
    title, c(reason = say("reason"), event = say("event"), rows = say("rows"))
  )
}

# Counts of rows by reason as text. Their sums, events and rows, are told elsewhere.
masked_parts <- function(n, happened, settings) {
  parts <- rlang::set_names(n, paste("part", seq_along(n)))
  counts <- add_counts(no_counts(), c(parts, rows = sum(n), events = sum(n[happened])))
  counts <- add_sum(counts, "rows", names(parts))
  if (any(happened)) counts <- add_sum(counts, "events", names(parts)[happened])
  unname(report_counts(parts, counts, settings))
}
