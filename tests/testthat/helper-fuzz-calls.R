# Valid calls of every exported function and method, which the fuzzer spoils; and the small data
# they are made on. test-fuzz.R asks that nothing exported is missing here.

# Functions of other packages that are passed on; their errors are theirs.
passed_on <- c("Surv", "strata", "cluster", "tidy", "glance", "augment", "explain")

# Spoilt calls in a normal run of what takes too long for the usual number. render_report() runs
# pandoc for half a second a call: 300 calls would take as long as those of all other functions.
slow_to_fuzz <- c(render_report = 3L)

# `frame` is that of the test, with which the files go.
fuzz_fixtures <- function(frame = parent.frame()) {
  fixtures <- new.env(parent = frame)
  fixtures$folder <- write_folder(small_tables(), frame = frame)
  fixtures$target <- withr::local_tempdir(.local_envir = frame)
  quietly(eval(making_fixtures, fixtures))
  fixtures
}

making_fixtures <- quote({
  rows <- data.frame(
    time = c(1, 2, 2, 3, 5, 8, 9, 9), entry = c(0, 0, 1, 1, 2, 0, 3, 4),
    status = c(1, 0, 1, 1, 0, 1, 1, 0), g = c("a", "b"), x = c(0.5, 2, 1, 3, 1, 2, 5, 4),
    w = c(1, 2, 1, 1, 0.5, 1, 1, 1), n = c(1, 2, 1, 1, 3, 1, 1, 1), id = c(1:4, 1:4),
    cause = factor(c(1, 0, 2, 1, 0, 2, 1, 0), 0:2, c("none", "a", "b"))
  )
  curve <- fit_km(Surv(time, status) ~ g, rows)
  incidence <- fit_cuminc(Surv(time, cause) ~ g, rows)
  cox <- fit_cox(Surv(time, status) ~ x + g, rows)
  smaller <- fit_cox(Surv(time, status) ~ x, rows)
  logrank <- test_logrank(Surv(time, status) ~ g, rows)
  combo <- test_maxcombo(Surv(time, status) ~ g, rows)
  proportional <- test_proportional(smaller)
  tables <- small_tables()
  study <- small_registry()
  # A whole report of `study` in both formats takes longer than a call may.
  bare <- registry(tables$patients, tables$lines)
  endpoint <- derive_endpoint(study, endpoint_pfs())
  story <- explain(endpoint)
  dictionary <- read_dictionary()
  rules <- registry_rules()
  dictionary_file <- file.path(folder, "dictionary.csv")
  utils::write.csv(dictionary, dictionary_file, row.names = FALSE)
  published <- data.frame(
    id = c("T1", "T2"), printed = c("50.0", "2"), quantity = c("male", "deaths"),
    unit = c("%", "count"), n = c("4", "4"), statistic = c("share", "count"),
    table = c("patients", "lines"), filter = c("sex=male", "drug=A")
  )
  published_file <- file.path(folder, "published.csv")
  utils::write.csv(published, published_file, row.names = FALSE)
  comparison <- compare_reported(published, study)
  audit <- audit_reported(published)
  odd_lines <- function(registry) which(is.na(registry$lines$end_date))
  export <- data.frame(
    record_id = c("1", "1", "2"), redcap_repeat_instrument = c("", "treatment", ""),
    redcap_repeat_instance = c("", "1", ""), sex = c("1", "", "2"),
    drug = c("", "A", ""), start = c("", "2012-03-01", "")
  )
  shown_table <- table_survival(curve, times = 2)
  rule <- endpoint_os()
  curve_summary <- summary(curve, times = 2)
  incidence_summary <- summary(incidence)
  cox_summary <- summary(cox)
  objects <- list(
    curve, incidence, cox, logrank, combo, proportional, study, endpoint_os(), endpoint,
    comparison, audit, lm(time ~ x, rows), survival::survfit(Surv(time, status) ~ 1, rows)
  )
})

fuzz_calls <- function() {
  c(calls_of_fits(), calls_of_results(), calls_of_registries(), calls_of_endpoints(),
    calls_of_figures(), calls_of_reports(), calls_of_methods())
}

calls_of_fits <- function() {
  alist(
    fit_km = list(
      fit_km(Surv(time, status) ~ g, rows, weights = w, conf_level = 0.9, conf_type = "log"),
      fit_km(Surv(entry, time, status) ~ g, rows, frequency = n, subset = x > 0,
        estimate = "nelson-aalen", std_error = "tsiatis", start_time = 1, at_zero = "zero"),
      fit_km(Surv(time, status) ~ g, rows, cluster = id, na.action = na.exclude, timefix = TRUE,
        time_unit = "weeks")
    ),
    fit_cox = list(
      fit_cox(Surv(time, status) ~ x + g, rows, ties = "breslow", weights = w, robust = TRUE),
      fit_cox(Surv(entry, time, status) ~ x + strata(g), rows, frequency = n, cluster = id,
        init = 0.1, control = cox_control(), conf_level = 0.9),
      fit_cox(Surv(time, status) ~ x, rows, ties = "exact", subset = x > 0, na.action = na.omit,
        timefix = FALSE)
    ),
    fit_cuminc = list(
      fit_cuminc(Surv(time, cause) ~ g, rows, weights = w, conf_level = 0.9, conf_type = "plain"),
      fit_cuminc(Surv(time, cause) ~ g, rows, frequency = n, subset = x > 0, std_error = "aalen",
        na.action = na.omit, timefix = TRUE, time_unit = "weeks"),
      fit_cuminc(Surv(entry, time, cause) ~ 1, rows, cluster = id)
    ),
    test_logrank = list(
      test_logrank(Surv(time, status) ~ g, rows, frequency = n, subset = x > 0,
        weighting = "fleming-harrington", rho = 1, gamma = 1, scores = 1:2),
      test_logrank(Surv(entry, time, status) ~ g + strata(id), rows, na.action = na.omit,
        timefix = TRUE)
    ),
    test_logrank_pairs = list(test_logrank_pairs(
      Surv(time, status) ~ g, rows, frequency = n, subset = x > 0, weighting = "gehan", rho = 0,
      gamma = 0, adjust = "holm", na.action = na.omit, timefix = TRUE
    )),
    test_maxcombo = list(test_maxcombo(
      Surv(time, status) ~ g, rows, frequency = n, subset = x > 0, rho = c(0, 1), gamma = c(0, 0),
      na.action = na.omit, timefix = TRUE
    )),
    test_gray = list(test_gray(
      Surv(time, cause) ~ g, rows, causes = "a", rho = 1, frequency = n, subset = x > 0,
      na.action = na.omit, timefix = TRUE
    )),
    cox_control = list(cox_control(tolerance = 1e-8, max_iterations = 20L))
  ) |> lapply(written_calls)
}

calls_of_results <- function() {
  alist(
    survival_at = list(survival_at(curve, 2, time_unit = "days")),
    survival_quantile = list(survival_quantile(curve, c(0.25, 0.5), time_unit = "days")),
    survival_rmst = list(survival_rmst(curve, 2, "difference", "days", conf_level = 0.9)),
    survival_difference = list(survival_difference(curve, 2, "plain", "days", conf_level = 0.9)),
    incidence_at = list(incidence_at(incidence, 2, causes = "a", time_unit = "days")),
    survival_curves = list(survival_curves(
      cox, rows[1:2, ], times = 1:3, baseline = "breslow", conf_level = 0.9, conf_type = "plain"
    )),
    baseline_hazard = list(baseline_hazard(cox, reference = "zero", baseline = "breslow")),
    concordance_index = list(concordance_index(cox, newdata = rows, conf_level = 0.9)),
    test_proportional = list(test_proportional(cox, transform = "rank", terms = FALSE)),
    survival_band = list(survival_band(
      curve, "hall-wellner", from = 1, to = 5, conf_type = "log", conf_level = 0.9,
      time_unit = "days"
    )),
    smooth_hazard = list(
      smooth_hazard(curve, 2, times = c(2, 3), time_unit = "days", conf_level = 0.9)
    ),
    as_survfit = list(as_survfit(curve)),
    as_coxph = list(as_coxph(cox))
  ) |> lapply(written_calls)
}

calls_of_registries <- function() {
  alist(
    registry = list(registry(
      tables$patients, tables$lines, tables$assessments, tables$adverse_events,
      dictionary = dictionary, date_format = "%Y-%m-%d", partial_dates = "mid", rules = rules,
      cutoff = "2013-07-15"
    )),
    read_registry = list(read_registry(
      folder, tables = c(patients = "patients.csv", lines = "lines.csv"),
      columns = list(lines = c(drug = "drug")), values = list(sex = c(male = "male")),
      date_format = "%Y-%m-%d", partial_dates = "mid", missing = "", encoding = "UTF-8",
      dictionary = dictionary, rules = rules, cutoff = "2013-07-15"
    )),
    validate_registry = list(
      validate_registry(study, rules = rules, cutoff = "2013-07-15"),
      validate_registry(tables, rules, dictionary = dictionary, date_format = "%Y-%m-%d",
        partial_dates = "first")
    ),
    write_registry = list(write_registry(study, target, overwrite = TRUE)),
    redcap_tables = list(redcap_tables(
      export, c(lines = "treatment"), line_field = NULL, record = "record_id", encoding = "UTF-8"
    )),
    read_dictionary = list(read_dictionary(dictionary_file)),
    registry_dictionary = list(registry_dictionary(study)),
    registry_example = list(registry_example("osteosarcoma")),
    registry_rules = list(registry_rules()),
    add_rule = list(add_rule(
      rules, "line_open", odd_lines, "lines", "A line is open.", severity = "note",
      field = "end_date"
    )),
    imputed_dates = list(imputed_dates(study)),
    line_covariates = list(line_covariates(study)),
    beyond_cutoff = list(beyond_cutoff(study, "2012-07-15"))
  ) |> lapply(written_calls)
}

calls_of_endpoints <- function() {
  alist(
    derive_endpoint = list(derive_endpoint(
      study, endpoint_os(), cutoff = "2013-07-15", time_unit = "months", days_per_month = 30,
      covariates = "drug"
    )),
    endpoint_pfs = list(endpoint_pfs(
      progression = "confirmed", confirm_days = 28, methods = "RECIST", after_stop = "ignore",
      count_stop_reason = TRUE, death = "any", same_day = "death", stop = "ignore",
      next_line = "event", censor_at = "last_assessment", max_gap = 90, name = "pfs"
    )),
    endpoint_os = list(endpoint_os(origin = "diagnosis", unit = "line", name = "os")),
    endpoint_ttf = list(endpoint_ttf(planned = "completed", progression = TRUE, name = "ttf")),
    endpoint_ttnt = list(endpoint_ttnt(death = "censor", name = "ttnt")),
    endpoint_dor = list(endpoint_dor(
      from = "line_start", responses = "CR", confirm = TRUE, confirm_days = 28,
      pfs = endpoint_pfs(), name = "dor"
    )),
    endpoint_ttr = list(endpoint_ttr(
      responses = "CR", confirm = TRUE, confirm_days = 28, pfs = endpoint_pfs(), name = "ttr"
    )),
    change_clock = list(change_clock(
      endpoint, "calendar", origin = "2010-01-01", time_unit = "weeks", days_per_month = 30
    )),
    landmark = list(landmark(endpoint, 30, time_unit = "weeks", days_per_month = 30)),
    split_at_line = list(split_at_line(
      endpoint, study, "A", column = "drug", name = "received", time_unit = "weeks",
      days_per_month = 30
    )),
    best_response = list(best_response(
      study, confirm = TRUE, confirm_days = 28, min_sd_days = 20, cutoff = "2012-07-15"
    )),
    response_rate = list(response_rate(
      study, by = "drug", responses = "CR", method = "wald", conf_level = 0.9, confirm = TRUE
    )),
    disease_control = list(disease_control(
      study, by = "drug", method = "mid-p", conf_level = 0.9, cutoff = "2012-07-15"
    )),
    treatment_duration = list(treatment_duration(
      study, by = "drug", responses = "SD", cutoff = "2012-07-15", time_unit = "weeks",
      days_per_month = 30, confirm = TRUE
    )),
    adverse_event_table = list(adverse_event_table(study, by = "drug", cutoff = "2012-07-15")),
    worst_grades = list(worst_grades(study, cutoff = "2012-07-15")),
    follow_up = list(follow_up(
      study, "first_line", cutoff = "2012-07-15", time_unit = "months", days_per_month = 30,
      conf_level = 0.9
    )),
    proportion_interval = list(proportion_interval(c(1, 2), c(3, 4), "mid-p", conf_level = 0.9))
  ) |> lapply(written_calls)
}

calls_of_figures <- function() {
  alist(
    plot_functional_form = list(plot_functional_form(
      cox, covariates = "x", residuals = "model", title = "Title", xlab = "Dose",
      ylab = "Residual", alt = "Text", language = "fr", base_size = 11
    )),
    plot_influence = list(plot_influence(
      cox, type = "dfbeta", collapse = rows$id, label = 1L, title = "Title", xlab = "Row",
      ylab = "Influence", alt = "Text", language = "fr", base_size = 11
    )),
    plot_swimmer = list(plot_swimmer(
      study, lines = "L1", fill = "drug", order = "start", responses = "PR", follow_up = FALSE,
      cutoff = "2012-07-15", time_unit = "weeks", days_per_month = 30, title = "Title",
      xlab = "Time", alt = "Text", language = "fr", base_size = 11
    )),
    plot_waterfall = list(plot_waterfall(
      study, lines = c("L1", "L2"), fill = "drug", cutoff = "2012-07-15", time_unit = "weeks",
      days_per_month = 30, title = "Title", ylab = "Time", alt = "Text", language = "fr",
      base_size = 11
    ))
  ) |> lapply(written_calls)
}

calls_of_reports <- function() {
  alist(
    table_baseline = list(table_baseline(
      study, patients = c(Sex = "sex"), lines = c("line_no", Why = "stop_reason"), digits = 1,
      cutoff = "2012-07-15", min_cell = 3, language = "fr"
    )),
    table_response = list(table_response(
      study, by = "drug", method = "wald", conf_level = 0.9, time_unit = "weeks",
      days_per_month = 30, cutoff = "2012-07-15", min_cell = 3, language = "fr"
    )),
    table_survival = list(table_survival(
      curve, times = 2, time_unit = "days", digits = 1, min_cell = 3, language = "fr"
    )),
    table_cox = list(table_cox(
      cox, labels = c(x = "Dose"), units = c(x = "mg"), per = c(x = 2), univariable = TRUE,
      errors = "both", reference = FALSE, conf_level = 0.9, digits = 2, min_cell = 3,
      language = "fr"
    )),
    table_safety = list(table_safety(
      study, by = "drug", stop_for = "toxicity", cutoff = "2012-07-15", min_cell = 3,
      language = "fr"
    )),
    table_headings = list(table_headings(shown_table)),
    table_notes = list(table_notes(shown_table)),
    table_title = list(table_title(shown_table)),
    write_tables = list(write_tables(
      list(survival = shown_table), target, formats = "csv", workbook = "t.xlsx", overwrite = TRUE
    )),
    label_text = list(label_text("at_time", language = "fr", time = 2, unit = "jours")),
    report_results = list(
      report_results(
        study, rules = "os", group = "drug", covariates = "drug", time_unit = "weeks",
        days_per_month = 30, conf_type = "log", cutoff = "2012-07-15", language = "fr", min_cell = 3
      ),
      report_results(bare, rules = "os", group = NULL, covariates = NULL, min_cell = 3)
    ),
    render_report = list(render_report(
      bare, output = "html", file = file.path(target, "report"), title = "Title", rules = "os",
      group = NULL, covariates = NULL, min_cell = 5, quiet = TRUE
    )),
    compare_reported = list(
      compare_reported(
        published, study, rules = list(endpoint_os()), cutoff = "2013-07-15", days_per_month = 30,
        conf_level = 0.9
      ),
      compare_reported(published_file, study)
    ),
    audit_reported = list(audit_reported(published, conf_level = 0.9)),
    read_published = list(read_published(published_file))
  ) |> lapply(written_calls)
}

# Methods are named by function and class. Their object is left as it is: another object is
# another method's.
calls_of_methods <- function() {
  alist(
    tidy.survlines_km = list(tidy(curve, time_unit = "days")),
    tidy.survlines_cox = list(tidy(cox, exponentiate = TRUE, conf_level = 0.9)),
    tidy.survlines_cuminc = list(tidy(incidence, time_unit = "days")),
    tidy.survlines_logrank = list(tidy(logrank)),
    tidy.survlines_proportional = list(tidy(proportional)),
    glance.survlines_km = list(glance(curve, time_unit = "days")),
    glance.survlines_cox = list(glance(cox)),
    glance.survlines_cuminc = list(glance(incidence, time_unit = "days")),
    glance.survlines_logrank = list(glance(logrank)),
    glance.survlines_maxcombo = list(glance(combo)),
    augment.survlines_cox = list(
      augment(cox, data = rows, type.predict = "risk", type.residuals = "deviance"),
      augment(cox, newdata = rows)
    ),
    augment.survlines_km = list(
      augment(curve, data = rows, time_unit = "days"),
      augment(curve, newdata = rows, times = 2, time_unit = "days")
    ),
    augment.survlines_cuminc = list(
      augment(incidence, data = rows, cause = "a", time_unit = "days"),
      augment(incidence, newdata = rows, times = 2, cause = "a")
    ),
    predict.survlines_km = list(
      predict(curve, newdata = rows, times = 2, time_unit = "days", se.fit = TRUE)
    ),
    predict.survlines_cuminc = list(
      predict(incidence, newdata = rows, times = 2, cause = "a", time_unit = "days", se.fit = TRUE)
    ),
    follow_up.default = list(follow_up(study)),
    follow_up.survlines_registry = list(
      follow_up(study, origin = "first_line", time_unit = "weeks", conf_level = 0.9)
    ),
    follow_up.survlines_km = list(follow_up(curve, time_unit = "weeks", conf_level = 0.9)),
    follow_up.survlines_cuminc = list(follow_up(incidence, time_unit = "weeks", conf_level = 0.9)),
    follow_up.survlines_cox = list(follow_up(cox, time_unit = "weeks", conf_level = 0.9)),
    anova.survlines_cox = list(anova(cox), anova(cox, smaller)),
    coef.survlines_cox = list(coef(cox)),
    vcov.survlines_cox = list(vcov(cox)),
    confint.survlines_cox = list(
      confint(cox, parm = "x", level = 0.9, method = "wald"),
      confint(smaller, parm = 1, level = 0.9, method = "profile")
    ),
    extractAIC.survlines_cox = list(stats::extractAIC(cox, scale = 0, k = 2)),
    fitted.survlines_cox = list(stats::fitted(cox)),
    formula.survlines_cox = list(formula(cox)),
    formula.survlines_cuminc = list(formula(incidence)),
    formula.survlines_km = list(formula(curve)),
    logLik.survlines_cox = list(logLik(cox)),
    model.frame.survlines_cox = list(model.frame(cox)),
    model.matrix.survlines_cox = list(model.matrix(cox)),
    nobs.survlines_cox = list(nobs(cox)),
    nobs.survlines_km = list(nobs(curve)),
    nobs.survlines_cuminc = list(nobs(incidence)),
    nobs.survlines_logrank = list(nobs(logrank)),
    weights.survlines_cox = list(stats::weights(cox)),
    predict.survlines_cox = list(
      predict(cox, rows, type = "risk", se.fit = TRUE, reference = "zero"),
      predict(cox, newdata = rows, type = "terms", terms = "x", na.action = na.omit),
      predict(cox, type = "expected", collapse = rows$id)
    ),
    residuals.survlines_cox = list(
      residuals(cox, type = "score", collapse = rows$id, weighted = TRUE)
    ),
    summary.survlines_km = list(summary(curve, times = 2, probs = 0.5, time_unit = "days")),
    summary.survlines_cox = list(summary(cox, conf_level = 0.9)),
    summary.survlines_cuminc = list(summary(incidence)),
    summary.survlines_logrank = list(summary(logrank)),
    summary.survlines_comparison = list(summary(comparison)),
    summary.survlines_audit = list(summary(audit)),
    `[.survlines_km` = list(curve["g=b"], curve[2:1], curve[c(TRUE, FALSE)]),
    `[.survlines_cuminc` = list(incidence[-1]),
    quantile.survlines_km = list(stats::quantile(
      curve, probs = c(0.25, 0.5), conf.int = TRUE, time_unit = "days"
    )),
    median.survlines_km = list(stats::median(curve, na.rm = FALSE, time_unit = "days")),
    as.data.frame.survlines_km = list(as.data.frame(
      curve, row.names = NULL, optional = FALSE, time_unit = "days"
    )),
    as.data.frame.survlines_cuminc = list(as.data.frame(
      incidence, row.names = NULL, optional = FALSE, time_unit = "days"
    )),
    concordance.survlines_cox = list(survival::concordance(cox, newdata = rows)),
    survfit.survlines_km = list(survival::survfit(curve)),
    survfit.survlines_cox = list(survival::survfit(cox, newdata = rows)),
    as_flextable.survlines_table = list(flextable::as_flextable(
      shown_table, caption = "Caption", font_size = 9, page_width = 6
    )),
    tbl_sum.survlines_endpoint = list(tibble::tbl_sum(endpoint)),
    plot.survlines_km = list(
      plot(curve, time_unit = "days", conf_int = TRUE, censor_marks = TRUE, median_lines = TRUE,
        risk_table = TRUE, labels = c("one", "two"), label = "direct", breaks = c(0, 5, 10),
        title = "Title", xlab = "Time", ylab = "Survival", alt = "Text", base_size = 11)
    ),
    plot.survlines_cox = list(plot(
      cox, per = c(x = 2), units = c(x = "mg"), names = c(x = "Dose"), conf_level = 0.9,
      title = "Title", xlab = "Ratio", alt = "Text", base_size = 11
    )),
    plot.survlines_proportional = list(plot(proportional, alt = "Text", base_size = 11)),
    plot.survlines_registry = list(plot(
      study, patients = "P1", origin = "first_line", time_unit = "weeks", days_per_month = 30
    )),
    autoplot.survlines_km = list(ggplot2::autoplot(curve, time_unit = "days")),
    plot.survlines_cuminc = list(
      plot(incidence, time_unit = "days", style = "stacked", causes = "a", risk_table = TRUE,
        labels = c(a = "One"), label = "direct", breaks = c(0, 5, 10), title = "Title",
        xlab = "Time", ylab = "Incidence", alt = "Text", base_size = 11)
    ),
    plot.survlines_comparison = list(plot(
      comparison, title = "Title", xlab = "Printed", ylab = "Found", alt = "Text",
      language = "fr", base_size = 11
    )),
    autoplot.survlines_comparison = list(ggplot2::autoplot(comparison)),
    autoplot.survlines_cuminc = list(ggplot2::autoplot(incidence, conf_int = FALSE)),
    autoplot.survlines_cox = list(ggplot2::autoplot(cox, per = c(x = 2))),
    print.survlines_km = list(print(curve, digits = 3, time_unit = "days")),
    print.survlines_cox = list(print(cox, digits = 3)),
    print.survlines_cuminc = list(print(incidence, digits = 3)),
    print.survlines_logrank = list(print(logrank, digits = 3)),
    print.survlines_maxcombo = list(print(combo, digits = 3)),
    print.survlines_proportional = list(print(proportional, digits = 3)),
    print.survlines_registry = list(print(study)),
    print.survlines_endpoint_rule = list(print(rule)),
    print.survlines_explanation = list(print(story)),
    print.survlines_audit = list(print(audit)),
    print.survlines_comparison = list(print(comparison)),
    print.summary.survlines_km = list(print(curve_summary, digits = 3)),
    print.summary.survlines_cox = list(print(cox_summary, digits = 3)),
    print.summary.survlines_cuminc = list(print(incidence_summary, digits = 3)),
    explain.survlines_endpoint = list(explain(endpoint, line_id = "L1", registry = study)),
    explain.data.frame = list(
      explain(as.data.frame(tibble::as_tibble(endpoint)), line_id = "L1", registry = study)
    )
  ) |> lapply(written_calls)
}

# list(f(x), g(x)) as written: the calls in it.
written_calls <- function(list_call) as.list(list_call)[-1L]
