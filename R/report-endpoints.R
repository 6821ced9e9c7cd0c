# The part of a report on one endpoint: how rows end, curves, the test and the Cox models.

report_endpoint <- function(registry, rule, settings, section) {
  covariates <- unique(c(settings$group, settings$covariates))
  data <- derive_endpoint(registry, rule, cutoff = settings$cutoff, covariates = covariates)
  timed <- !is.na(data[[rule$name]])
  worded <- in_words(data, settings$headings, settings$language)
  title <- endpoint_title(rule, settings)
  step <- function(code) section(rule$name, code)
  ends <- label_text("caption_ends", settings$language, title = title)
  list(
    title = title, rule = rule, data = data,
    n_without_time = sum(!timed),
    n_missing = vapply(data[timed, covariates], function(column) sum(is.na(column)), 0L),
    size = endpoint_size(data[timed, ], settings),
    ends = report_ends(data, settings, ends),
    overall = step(report_curves(worded, rule$name, character(), settings, title)),
    grouped = step(report_grouped(worded, rule$name, settings, title)),
    test = step(report_test(worded, rule$name, settings)),
    cox = step(report_cox(worded, rule$name, settings, title))
  )
}

# How many rows, patients and events there are, in a sentence.
endpoint_size <- function(rows, settings) {
  say <- sayer(settings)
  n_events <- sum(rows$event)
  n <- c(rows = nrow(rows), patients = length(unique(rows$patient_id)), events = n_events)
  counts <- add_rest(add_counts(no_counts(), n), "rows", "events")
  shown <- report_counts(n, counts, settings)
  sentence <- say(
    "endpoint_size",
    rows = shown[["rows"]], patients = shown[["patients"]], events = shown[["events"]]
  )
  if (n_events == 0L) paste(sentence, say("endpoint_no_events")) else sentence
}

endpoint_title <- function(rule, settings) {
  type <- sub("^endpoint_", "", class(rule)[1L])
  title <- label_text(switch(type,
    pfs = "progression_free_survival", os = "overall_survival", ttf = "time_to_failure",
    ttnt = "time_to_next_treatment", dor = "duration_of_response", ttr = "time_to_response"
  ), settings$language)
  if (rule$name == type) title else paste0(title, " (", rule$name, ")")
}

# Columns as a sentence names them.
mentioned <- function(columns, settings) paste(settings$mentions[columns], collapse = ", ")

formula_of <- function(name, terms) {
  plus <- function(a, b) call("+", a, b)
  right <- if (length(terms) == 0L) 1 else Reduce(plus, lapply(terms, as.name))
  rlang::new_formula(as.name(name), right)
}

# list(fit, table, figure, height) of curves, one for each group; the height is in inches.
report_curves <- function(data, name, group, settings, title) {
  say <- sayer(settings)
  unit <- settings$time_unit
  fit <- fit_km(formula_of(name, group), data, conf_type = settings$conf_type)
  table <- table_survival(
    fit,
    times = landmark_times(fit, unit), time_unit = unit, min_cell = settings$min_cell,
    language = settings$language
  )
  n <- n_curves(fit)
  open <- is.null(settings$min_cell)
  caption <- if (length(group) == 0L) {
    say("caption_survival", title = title)
  } else {
    say("caption_survival_groups", title = title, column = mentioned(group, settings))
  }
  list(
    fit = fit, table = retitled(table, caption),
    figure = if (n > most_curves) {
      absent(say("too_many_curves", n = n, most = most_curves))
    } else {
      plot(fit,
        time_unit = unit, risk_table = open, censor_marks = open,
        xlab = say("time_in", unit = settings$unit), ylab = title, language = settings$language
      )
    },
    height = 4 + 0.2 * n
  )
}

retitled <- function(table, title) {
  attr(table, "title") <- title
  table
}

# More curves than colours cannot be told apart.
most_curves <- length(curve_colours)

report_grouped <- function(data, name, settings, title) {
  groups <- group_values(data, name, settings)
  if (length(groups) < 2L) {
    return(absent(no_groups(groups, settings)))
  }
  report_curves(data, name, settings$group, settings, title)
}

group_values <- function(data, name, settings) {
  if (length(settings$group) == 0L) {
    return(character())
  }
  known <- data[!is.na(data[[name]]), settings$group, drop = FALSE]
  unique(do.call(paste, c(lapply(unname(as.list(known)), as.character), sep = ", ")))
}

no_groups <- function(groups, settings) {
  if (length(settings$group) == 0L) {
    return(label_text("no_group_asked", settings$language))
  }
  label_text(
    "one_group", settings$language,
    column = mentioned(settings$group, settings), value = paste(groups, collapse = "")
  )
}

# Round times at which the share free of events is shown: the last three within three quarters of
# the follow-up.
landmark_times <- function(fit, unit) {
  times <- switch(unit,
    days = c(30, 90, 180, 365, 730, 1095, 1825), weeks = c(4, 13, 26, 52, 104, 156, 260),
    months = c(1, 3, 6, 12, 24, 36, 60), years = c(0.5, 1, 2, 3, 5, 10)
  )
  last <- max(fit$time, 0) / time_divisor(fit, unit)
  utils::tail(times[times <= 0.75 * last], 3L)
}

report_test <- function(data, name, settings) {
  say <- sayer(settings)
  groups <- group_values(data, name, settings)
  if (length(groups) < 2L) {
    return(absent(no_groups(groups, settings)))
  }
  if (!any(data$event[!is.na(data[[name]])])) {
    return(absent(say("no_test_without_events")))
  }
  test <- glance(test_logrank(formula_of(name, settings$group), data))
  say("logrank_sentence",
    column = mentioned(settings$group, settings),
    statistic = show_decimals(test$statistic, 2L, settings$language), df = test$df,
    p = with_decimal_mark(format_p(test$p.value), settings$language)
  )
}

# list(fit, table, figure, height, remark) of the model with all covariates that differ between
# rows.
report_cox <- function(data, name, settings, title) {
  say <- sayer(settings)
  if (length(settings$covariates) == 0L) {
    return(absent(say("no_covariates_asked")))
  }
  rows <- data[!is.na(data[[name]]), ]
  rows <- rows[stats::complete.cases(rows[settings$covariates]), ]
  varies <- vapply(rows[settings$covariates], function(x) length(unique(x)) > 1L, NA)
  constant <- settings$covariates[!varies]
  if (!any(varies)) {
    return(absent(say("no_covariate_varies", columns = mentioned(constant, settings))))
  }
  if (!any(rows$event)) {
    return(absent(say("no_model_without_events")))
  }
  terms <- settings$covariates[varies]
  fit <- fit_cox(formula_of(name, terms), data)
  table <- table_cox(
    fit,
    univariable = length(terms) > 1L, min_cell = settings$min_cell, language = settings$language
  )
  list(
    fit = fit, table = retitled(table, say("caption_cox", title = title)),
    # A hazard ratio that the table hides must not stand in a figure.
    figure = if (is.null(settings$min_cell)) {
      plot(fit, language = settings$language)
    } else {
      absent(say("forest_hidden"))
    },
    height = 1 + 0.45 * length(fit$coefficients),
    remark = if (length(constant) > 0L) {
      say("constant_left_out", columns = mentioned(constant, settings))
    }
  )
}
