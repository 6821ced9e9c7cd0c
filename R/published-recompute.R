# What a row of a file of published numbers asks for, computed from a registry. Every
# statistic is a function of the row and of the data, and returns value, lower and upper.

# The tables and endpoints that rows refer to, made once for all rows.
published_data <- function(registry, rules, cutoff, days_per_month, conf_level) {
  names(rules) <- vapply(rules, `[[`, "", "name")
  endpoints <- lapply(rules, function(rule) derive_endpoint(registry, rule, cutoff))
  lines <- line_covariates(registry)
  best <- best_response(registry, cutoff = cutoff)
  lines$best_response <- best$best_response[match(lines$line_id, best$line_id)]
  for (name in names(endpoints)) {
    endpoint <- endpoints[[name]]
    row <- match(lines$line_id, endpoint$line_id)
    lines[[paste0(name, "_days")]] <- endpoint$days[row]
    lines[[paste0(name, "_months")]] <- endpoint$days[row] / days_per_month
    lines[[paste0(name, "_event")]] <- endpoint$event[row]
  }
  list(
    tables = list(
      patients = with_first_line(registry$patients, lines),
      lines = lines,
      assessments = with_line(registry$assessments, lines),
      adverse_events = with_line(registry$adverse_events, lines)
    ),
    endpoints = lapply(endpoints, with_line, lines),
    days_per_month = days_per_month, conf_level = conf_level
  )
}

add_columns <- function(table, other, row) {
  added <- setdiff(names(other), names(table))
  table[added] <- other[row, added]
  table
}

with_line <- function(table, lines) {
  add_columns(table, lines, match(table$line_id, lines$line_id))
}

with_first_line <- function(patients, lines) {
  first <- lines[lines$line_order == 1L, ]
  last_seen <- pmax(patients$last_contact_date, patients$death_date, na.rm = TRUE)
  if ("diagnosis_date" %in% names(patients)) {
    patients$follow_up_years <- as.numeric(last_seen - patients$diagnosis_date) / 365.25
  }
  add_columns(patients, first, match(patients$patient_id, first$patient_id))
}

recompute <- function(row, data) {
  statistic <- published_statistics[[row$statistic]]
  if (is.null(statistic)) {
    abort_survlines("statistic", c(
      "There is no statistic {.val {row$statistic}}.",
      i = "Known are {.val {names(published_statistics)}}."
    ))
  }
  result <- statistic(row, data)
  # Bounds are compared only where the row prints them.
  c(result, list(lower = NA_real_, upper = NA_real_))[c("value", "lower", "upper")]
}

# ---- rows -------------------------------------------------------------------

table_key <- function(table) if (table == "patients") "patient_id" else "line_id"

check_known <- function(value, known, what) {
  if (!value %in% known) {
    abort_survlines("argument", "{what} must be one of {.val {known}}, not {.val {value}}.")
  }
}

population_of <- function(row, data) {
  check_known(row$table, names(data$tables), "The column {.field table}")
  table <- data$tables[[row$table]]
  table[meets(table, row$filter, data$tables, table_key(row$table)), ]
}

endpoint_of <- function(row, data) {
  check_known(row$endpoint, names(data$endpoints), "The column {.field endpoint}")
  rows <- data$endpoints[[row$endpoint]]
  rows[meets(rows, row$filter, data$tables, "line_id"), ]
}

# Variables that are named as days are turned into the unit of the printed number.
values_of <- function(row, data) {
  values <- known_column(population_of(row, data), row$variable)
  if (!endsWith(row$variable, "_days")) {
    return(values)
  }
  values / published_unit(row$unit, data$days_per_month)
}

# A year is a year of the calendar, also where a publication takes months of 30 days.
published_unit <- function(unit, days_per_month) {
  if (unit %in% c("year", "years")) 365.25 else days_in(plural_unit(unit), days_per_month)
}

plural_unit <- function(unit) if (endsWith(unit, "s")) unit else paste0(unit, "s")

# ---- plain statistics -------------------------------------------------------

count_rows <- function(row, data) list(value = nrow(population_of(row, data)))

count_distinct <- function(row, data) {
  values <- known_column(population_of(row, data), row$variable)
  list(value = length(unique(values[!is.na(values)])))
}

share_of_rows <- function(row, data) {
  population <- population_of(row, data)
  counted <- function(text) sum(meets(population, text, data$tables, table_key(row$table)))
  result <- list(value = 100 * counted(row$counted) / nrow(population))
  if (nzchar(row$method)) {
    numerator <- if (nzchar(row$bounds_counted)) row$bounds_counted else row$counted
    limits <- proportion_interval(
      counted(numerator), nrow(population), row$method, data$conf_level
    )
    result$lower <- 100 * limits$conf.low
    result$upper <- 100 * limits$conf.high
  }
  result
}

# The records that `counted` selects are grouped by the column `group` of their table; each
# group's share of rows is computed, and the largest returned.
largest_share <- function(row, data) {
  population <- population_of(row, data)
  table <- sub("\\..*", "", row$group)
  check_known(table, names(data$tables), "The table before the dot in {.field group}")
  key <- table_key(row$table)
  records <- matching_records(data$tables[[table]], parse_conditions(row$counted))
  records <- records[records[[key]] %in% population[[key]], ]
  groups <- known_column(records, sub("^[^.]*\\.", "", row$group))
  affected <- tapply(records[[key]], as.character(groups), function(id) length(unique(id)))
  list(value = 100 * max(0, affected) / nrow(population))
}

# A statistic of a column; printed bounds are its range.
of_variable <- function(statistic) {
  function(row, data) {
    values <- values_of(row, data)
    values <- values[!is.na(values)]
    if (length(values) == 0L) {
      return(list(value = NA_real_))
    }
    list(value = statistic(values), lower = min(values), upper = max(values))
  }
}

month_of <- function(statistic) {
  function(row, data) {
    days <- known_column(population_of(row, data), row$variable)
    list(value = format(statistic(days, na.rm = TRUE), "%Y-%m"))
  }
}

# ---- survival ---------------------------------------------------------------

# That rows of one patient are not independent is said once, by compare_reported().
quietly <- function(expr) {
  suppressMessages(expr, classes = c(
    "survlines_message_repeated_lines", "survlines_message_robust"
  ))
}

fit_published_curve <- function(row, data, rows = endpoint_of(row, data)) {
  quietly(fit_km(
    stats::reformulate("1", response = as.name(row$endpoint)),
    data = rows, conf_level = data$conf_level,
    conf_type = or_default(row$method, "log-log"),
    at_zero = or_default(row$at_zero, "missing")
  ))
}

or_default <- function(text, default) if (nzchar(text)) text else default

survival_median <- function(row, data) {
  median <- survival_quantile(fit_published_curve(row, data), 0.5)
  per_unit <- published_unit(row$unit, data$days_per_month)
  list(
    value = median$estimate / per_unit,
    lower = median$conf.low / per_unit, upper = median$conf.high / per_unit
  )
}

# "6 months": a number and a unit.
days_of <- function(time, days_per_month) {
  parts <- strsplit(time, " +")[[1L]]
  number <- as_numbers(parts[1L])
  if (length(parts) != 2L || is.na(number)) {
    abort_survlines("argument", c(
      "The column {.field time} must hold a number and a unit, not {.val {time}}.",
      i = "Such as {.val 6 months}."
    ))
  }
  number * published_unit(parts[2L], days_per_month)
}

survival_share <- function(row, data) {
  time <- days_of(row$time, data$days_per_month)
  at <- survival_at(fit_published_curve(row, data), time)
  list(
    value = 100 * at$estimate, lower = 100 * at$conf.low, upper = 100 * at$conf.high
  )
}

# A term is the name of a column of numbers, or a condition, which becomes 0 or 1.
term_values <- function(term, rows, data) {
  if (term %in% names(rows)) {
    return(as.numeric(rows[[term]]))
  }
  as.numeric(meets(rows, term, data$tables, "line_id"))
}

fit_published_cox <- function(row, data) {
  rows <- endpoint_of(row, data)
  terms <- split_list(row$covariates)
  columns <- paste0("x", seq_along(terms))
  rows[columns] <- lapply(terms, term_values, rows, data)
  formula <- stats::reformulate(columns, response = as.name(row$endpoint))
  clustered <- identical(row$method, "clustered")
  fit <- quietly(fit_cox(formula, data = rows, robust = clustered))
  estimates <- tidy(fit, exponentiate = TRUE, conf_level = data$conf_level)
  place <- match(row$variable, terms)
  if (is.na(place)) {
    abort_survlines("argument", c(
      "The column {.field variable} must be one of the terms in {.field covariates}.",
      x = "It is {.val {row$variable}}; the terms are {.val {terms}}."
    ))
  }
  estimates[place, ]
}

hazard_ratio <- function(row, data) {
  term <- fit_published_cox(row, data)
  list(value = term$estimate, lower = term$conf.low, upper = term$conf.high)
}

hazard_ratio_p <- function(row, data) list(value = fit_published_cox(row, data)$p.value)

logrank_p <- function(row, data) {
  rows <- endpoint_of(row, data)
  rows$group <- if (row$group %in% names(rows)) {
    rows[[row$group]]
  } else {
    meets(rows, row$group, data$tables, "line_id")
  }
  formula <- stats::reformulate("group", response = as.name(row$endpoint))
  list(value = glance(quietly(test_logrank(formula, data = rows)))$p.value)
}

published_statistics <- list(
  count = count_rows,
  distinct = count_distinct,
  percent = share_of_rows,
  largest_percent = largest_share,
  mean = of_variable(mean),
  median = of_variable(stats::median),
  min = of_variable(min),
  max = of_variable(max),
  earliest = month_of(min),
  latest = month_of(max),
  survival_median = survival_median,
  survival_percent = survival_share,
  hazard_ratio = hazard_ratio,
  hazard_ratio_p = hazard_ratio_p,
  logrank_p = logrank_p
)
