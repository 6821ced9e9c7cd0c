# That nobody was assessed is said by a warning, which has a test of its own.
pfs_of <- function(registry, ...) {
  suppressWarnings(
    derive_endpoint(registry, endpoint_pfs(...)),
    classes = "survlines_warning_no_assessments"
  )
}

expect_exit <- function(row, date, reason, event) {
  expect_identical(row$exit_date[1L], as.Date(date))
  expect_identical(row$reason[1L], reason)
  expect_identical(row$event[1L], event)
}

test_that("progression-free survival of the small registry is what hand and rule say", {
  pfs <- pfs_of(small_registry())
  expect_identical(pfs$days, c(111L, 138L, 61L, 244L, 61L))
  expect_identical(pfs$event, c(FALSE, TRUE, TRUE, FALSE, FALSE))
  expect_identical(pfs$reason, c(
    "end of treatment", "progression", "death", "last contact", "end of treatment"
  ))
  expect_identical(pfs$source, c(
    "lines row 1 (end_date)", "assessments row 3 (assessment_date)",
    "patients row 3 (death_date)", "patients row 4 (last_contact_date)",
    "lines row 5 (end_date)"
  ))
  expect_identical(as.matrix(pfs$pfs)[, "time"], as.numeric(pfs$days), ignore_attr = TRUE)
})

test_that("a progression after stopping counts until the next line starts", {
  after_stop <- one_line("PD", "2012-06-01", end = "2012-04-01")
  expect_exit(pfs_of(after_stop), "2012-06-01", "progression", TRUE)
  expect_exit(
    pfs_of(after_stop, after_stop = "ignore"), "2012-04-01", "end of treatment", FALSE
  )
  on_the_day <- one_line("PD", "2012-06-01", end = "2012-04-01", next_start = "2012-06-01")
  expect_exit(pfs_of(on_the_day), "2012-06-01", "progression", TRUE)
  too_late <- one_line("PD", "2012-06-02", end = "2012-04-01", next_start = "2012-06-01")
  expect_exit(pfs_of(too_late), "2012-04-01", "end of treatment", FALSE)
})

test_that("a death counts under treatment only, unless another window is asked for", {
  under <- one_line(death = "2012-05-01", contact = "2012-05-01", end = "2012-05-01")
  expect_exit(pfs_of(under), "2012-05-01", "death", TRUE)
  no_end <- one_line(death = "2012-05-01", contact = "2012-05-01")
  expect_exit(pfs_of(no_end), "2012-05-01", "death", TRUE)
  later <- one_line(death = "2012-05-10", contact = "2012-05-10", end = "2012-05-01")
  expect_exit(pfs_of(later), "2012-05-01", "end of treatment", FALSE)
  expect_exit(pfs_of(later, death = "any"), "2012-05-10", "death", TRUE)
  expect_exit(pfs_of(later, death = "until_next_line"), "2012-05-10", "death", TRUE)
  stopped_by_death <- one_line(
    death = "2012-05-10", contact = "2012-05-10", end = "2012-05-01", stop_reason = "death"
  )
  expect_exit(pfs_of(stopped_by_death), "2012-05-10", "death", TRUE)
})

test_that("progression and death on one day are a progression, or a death when asked", {
  both <- one_line("PD", "2012-05-01", death = "2012-05-01", contact = "2012-05-01")
  expect_exit(pfs_of(both), "2012-05-01", "progression", TRUE)
  expect_exit(pfs_of(both, same_day = "death"), "2012-05-01", "death", TRUE)
})

test_that("follow-up beyond the end of treatment can be asked for", {
  stopped <- one_line(end = "2012-04-01", contact = "2012-10-01")
  expect_exit(pfs_of(stopped), "2012-04-01", "end of treatment", FALSE)
  expect_exit(pfs_of(stopped, stop = "ignore"), "2012-10-01", "last contact", FALSE)
  dead <- one_line(end = "2012-04-01", contact = "2012-10-01", death = "2012-10-01")
  expect_exit(pfs_of(dead, stop = "ignore"), "2012-10-01", "death not counted", FALSE)
})

test_that("a line without an end is overtaken by the next line", {
  overtaken <- one_line(next_start = "2012-06-01")
  expect_exit(pfs_of(overtaken), "2012-06-01", "next line", FALSE)
  expect_exit(pfs_of(overtaken, next_line = "event"), "2012-06-01", "next line", TRUE)
})

test_that("the stop reason counts as progression only when asked", {
  stopped <- one_line(end = "2012-04-01", stop_reason = "progression")
  expect_exit(pfs_of(stopped), "2012-04-01", "end of treatment", FALSE)
  expect_exit(pfs_of(stopped, count_stop_reason = TRUE), "2012-04-01", "progression", TRUE)
})

test_that("confirmed progressions need a later one with none better in between", {
  dates <- c("2012-03-01", "2012-03-15", "2012-04-15", "2012-06-15")
  never <- one_line(c("PD", "SD", "SD", "PD"), dates)
  expect_exit(pfs_of(never), "2012-03-01", "progression", TRUE)
  expect_false(pfs_of(never, progression = "confirmed")$event)
  soon <- one_line(c("PD", "PD", "SD", "SD"), dates)
  expect_false(pfs_of(soon, progression = "confirmed")$event)
  expect_exit(
    pfs_of(soon, progression = "confirmed", confirm_days = 14), "2012-03-01", "progression", TRUE
  )
  not_evaluable_between <- one_line(c("PD", "NE", "PD", "PD"), dates)
  expect_exit(
    pfs_of(not_evaluable_between, progression = "confirmed"), "2012-03-01", "progression", TRUE
  )
})

test_that("methods choose the assessments that count", {
  clinical <- one_line(
    c("PD", "PD"), c("2012-03-01", "2012-05-01"),
    method = c("clinical", "RECIST")
  )
  expect_exit(pfs_of(clinical), "2012-03-01", "progression", TRUE)
  expect_exit(pfs_of(clinical, methods = "RECIST"), "2012-05-01", "progression", TRUE)
})

test_that("missed visits censor at the last visit before the gap", {
  gap <- one_line(c("SD", "PD"), c("2012-03-01", "2012-09-01"))
  expect_exit(pfs_of(gap, max_gap = 183), "2012-03-01", "missed visits", FALSE)
  expect_exit(pfs_of(gap, max_gap = 184), "2012-09-01", "progression", TRUE)
  none <- one_line("PD", "2012-09-01")
  expect_exit(pfs_of(none, max_gap = 90), "2012-01-01", "missed visits", FALSE)
})

test_that("censoring can go back to the last evaluable assessment", {
  seen <- one_line(
    c("SD", "NE"), c("2012-03-01", "2012-05-01"), end = "2012-06-01"
  )
  row <- pfs_of(seen, censor_at = "last_assessment")
  expect_exit(row, "2012-03-01", "last assessment", FALSE)
  expect_identical(row$source, "assessments row 1 (assessment_date)")
  never <- one_line(end = "2012-06-01")
  expect_exit(pfs_of(never, censor_at = "last_assessment"), "2012-01-01", "no assessment", FALSE)
})

test_that("overall survival has one row per patient, with the first line's covariates", {
  os <- derive_endpoint(small_registry(), endpoint_os(), covariates = c("drug", "sex"))
  expect_identical(os$patient_id, c("P1", "P2", "P3", "P4"))
  expect_identical(os$line_id, c("L1", "L2", "L3", "L4"))
  expect_identical(os$days, c(184L, 322L, 61L, 244L))
  expect_identical(os$event, c(TRUE, FALSE, TRUE, FALSE))
  expect_identical(os$drug, c("A", "B", "A", "B"))
  expect_message(
    by_line <- derive_endpoint(small_registry(), endpoint_os(unit = "line")), NA
  )
  expect_identical(by_line$days, c(184L, 322L, 61L, 244L, 167L))
})

test_that("survival from diagnosis enters at the first line", {
  os <- derive_endpoint(small_registry(), endpoint_os(origin = "diagnosis"))
  parts <- as.matrix(os$os)
  expect_identical(colnames(parts), c("start", "stop", "status"))
  expect_identical(parts[, "start"], as.numeric(os$entry_date - os$origin_date), ignore_attr = TRUE)
  expect_identical(parts[, "stop"], as.numeric(os$days), ignore_attr = TRUE)
})

test_that("an unknown origin and an empty time at risk are missing with a warning", {
  tables <- change(small_tables(), "patients", 2L, "diagnosis_date", NA)
  expect_warning(
    os <- derive_endpoint(registry_of(tables), endpoint_os(origin = "diagnosis")),
    class = "survlines_warning_missing_origin"
  )
  expect_identical(is.na(os$os), c(FALSE, TRUE, FALSE, FALSE))
  same_day <- one_line(death = "2012-01-01", contact = "2012-01-01")
  expect_warning(
    os <- derive_endpoint(same_day, endpoint_os(origin = "diagnosis")),
    class = "survlines_warning_no_time_at_risk"
  )
  expect_true(is.na(os$os))
  expect_identical(derive_endpoint(same_day, endpoint_os())$days, 0L)
})

test_that("the unit changes the survival column and nothing else", {
  days <- pfs_of(small_registry())
  months <- derive_endpoint(small_registry(), endpoint_pfs(), time_unit = "months")
  thirty <- derive_endpoint(
    small_registry(), endpoint_pfs(),
    time_unit = "years", days_per_month = 30
  )
  expect_identical(days[names(days) != "pfs"], months[names(months) != "pfs"])
  expect_equal(as.matrix(months$pfs)[, "time"] * 30.4375, as.matrix(days$pfs)[, "time"])
  expect_equal(as.matrix(thirty$pfs)[, "time"] * 360, as.matrix(days$pfs)[, "time"])
})

test_that("rows in another order give the same rows", {
  tables <- small_tables()
  a <- pfs_of(registry_of(tables))
  for (name in c("patients", "lines", "assessments")) {
    tables[[name]] <- tables[[name]][rev(seq_len(nrow(tables[[name]]))), ]
  }
  b <- pfs_of(registry_of(tables))
  same <- setdiff(names(a), "source")
  expect_equal(b[match(a$line_id, b$line_id), same], a[same])
})

test_that("an endpoint survives filter, join and [ because its columns say it all", {
  pfs <- pfs_of(small_registry())
  kept <- pfs[pfs$event, ]
  expect_s3_class(kept$pfs, "Surv")
  joined <- merge(as.data.frame(kept), data.frame(line_id = "L2", extra = 1))
  expect_s3_class(joined$pfs, "Surv")
  expect_match(explain(kept, "L2"), "progression")
})

test_that("wrong rules, names and covariates are refused by name", {
  study <- small_registry()
  expect_error(derive_endpoint(study, endpoint_pfs), class = "survlines_error_argument")
  expect_error(endpoint_pfs(name = "days"), class = "survlines_error_argument")
  expect_error(endpoint_pfs(max_gap = -1), class = "survlines_error_argument")
  expect_error(endpoint_pfs(stop = "maybe"), class = "survlines_error_argument")
  expect_error(
    derive_endpoint(study, endpoint_pfs(), covariates = "colour"),
    "colour",
    class = "survlines_error_covariate"
  )
  expect_error(
    derive_endpoint(study, endpoint_pfs(name = "drug"), covariates = "drug"),
    class = "survlines_error_covariate"
  )
  expect_error(
    derive_endpoint(study, endpoint_pfs(), time_unit = "moons"),
    class = "survlines_error_argument"
  )
})

test_that("rows without an end, and rows that end before they start, are refused", {
  rules <- registry_rules()
  rules$severity[rules$rule == "missing_value"] <- "off"
  tables <- change(small_tables(), "patients", 4L, "last_contact_date", NA)
  endless <- do.call(registry, c(tables, list(rules = rules)))
  expect_error(
    derive_endpoint(endless, endpoint_pfs()), "L4",
    class = "survlines_error_no_exit"
  )
  rules$severity <- "off"
  tables <- change(small_tables(), "lines", 1L, "end_date", "2012-02-01")
  backward <- do.call(registry, c(tables, list(rules = rules)))
  expect_error(
    derive_endpoint(backward, endpoint_pfs()), "L1",
    class = "survlines_error_negative_time"
  )
})

ttf_of <- function(registry, ...) derive_endpoint(registry, endpoint_ttf(...))

test_that("time to treatment failure ends with treatment, and the reason is the cause", {
  ttf <- ttf_of(small_registry())
  expect_identical(ttf$days, c(111L, 63L, 61L, 244L, 61L))
  expect_identical(ttf$event, c(TRUE, TRUE, TRUE, FALSE, FALSE))
  expect_identical(as.character(ttf$cause), c(
    "toxicity", "toxicity", "death", "censored", "censored"
  ))
  expect_identical(ttf$reason[4:5], c("last contact", "completed"))
  expect_true(all(ttf_of(small_registry(), planned = character())$event[-4L]))
})

test_that("causes of treatment failure have one order, whatever that of the lines", {
  tables <- change(small_tables(), "lines", 2L, "stop_reason", "other")
  # L4 has not ended: no reason is recorded.
  recorded <- c("end of treatment", "other", "toxicity")
  causes <- c("censored", "progression", "death", recorded, "next line")
  expect_identical(levels(ttf_of(registry_of(tables))$cause), causes)
  turned <- change(change(tables, "lines", 1L, "stop_reason", "other"), "lines", 2L,
    "stop_reason", "toxicity"
  )
  expect_identical(levels(ttf_of(registry_of(turned))$cause), causes)
})

test_that("treatment beyond progression fails at its end, or at progression when asked", {
  beyond <- one_line("PD", "2012-03-01", end = "2012-06-01", stop_reason = "progression")
  expect_exit(ttf_of(beyond), "2012-06-01", "progression", TRUE)
  expect_exit(ttf_of(beyond, progression = TRUE), "2012-03-01", "progression", TRUE)
})

test_that("death under treatment, an overtaking line and no reason end treatment too", {
  expect_exit(
    ttf_of(one_line(death = "2012-05-01", contact = "2012-05-01")), "2012-05-01", "death", TRUE
  )
  expect_exit(ttf_of(one_line(next_start = "2012-06-01")), "2012-06-01", "next line", TRUE)
  expect_exit(ttf_of(one_line(end = "2012-06-01")), "2012-06-01", "end of treatment", TRUE)
  completed <- one_line(end = "2012-06-01", stop_reason = "completed", next_start = "2012-08-01")
  expect_exit(ttf_of(completed), "2012-06-01", "completed", FALSE)
})

test_that("time to next treatment ends with the next line or death", {
  ttnt <- derive_endpoint(small_registry(), endpoint_ttnt())
  expect_identical(ttnt$days, c(184L, 155L, 61L, 244L, 167L))
  expect_identical(as.character(ttnt$cause), c(
    "death", "next line", "death", "censored", "censored"
  ))
  expect_identical(ttnt$source[2L], "lines row 5 (start_date)")
  only_lines <- derive_endpoint(small_registry(), endpoint_ttnt(death = "censor"))
  expect_identical(only_lines$event, c(FALSE, TRUE, FALSE, FALSE, FALSE))
  expect_identical(only_lines$reason[1L], "death not counted")
})

test_that("duration of response runs from response to progression, responders only", {
  study <- one_line(c("SD", "PR", "PD"), c("2012-02-01", "2012-03-01", "2012-06-01"))
  dor <- derive_endpoint(study, endpoint_dor())
  expect_identical(dor$origin_date, as.Date("2012-03-01"))
  expect_identical(dor$days, 92L)
  expect_true(dor$event)
  from_start <- derive_endpoint(study, endpoint_dor(from = "line_start"))
  expect_identical(as.numeric(as.matrix(from_start$dor)), c(60, 152, 1))
  expect_message(
    all <- derive_endpoint(small_registry(), endpoint_dor()),
    class = "survlines_message_endpoint_rows"
  )
  expect_identical(all$line_id, c("L1", "L4", "L5"))
  nobody <- one_line("SD", "2012-02-01")
  expect_error(derive_endpoint(nobody, endpoint_dor()), class = "survlines_error_no_data")
  unconfirmed <- endpoint_dor(confirm = TRUE)
  expect_error(derive_endpoint(study, unconfirmed), class = "survlines_error_no_data")
})

test_that("time to response has progression and death as competing events", {
  ttr <- derive_endpoint(small_registry(), endpoint_ttr())
  expect_identical(ttr$event, c(TRUE, FALSE, FALSE, TRUE, TRUE))
  expect_identical(as.character(ttr$cause), c(
    "response", "progression", "death", "response", "response"
  ))
  expect_identical(ttr$days, c(90L, 138L, 61L, 61L, 45L))
  expect_identical(levels(ttr$cause), c("censored", "response", "progression", "death"))
  after_progression <- one_line(c("PD", "CR"), c("2012-03-01", "2012-04-01"))
  expect_identical(
    as.character(derive_endpoint(after_progression, endpoint_ttr())$cause), "progression"
  )
})

test_that("causes are what survival asks of competing risks", {
  ttr <- derive_endpoint(small_registry(), endpoint_ttr())
  fit <- survival::survfit(survival::Surv(days, cause) ~ 1, data = ttr)
  expect_identical(fit$states, c("(s0)", "response", "progression", "death"))
})

test_that("random registries give what the rule gives line by line", {
  set.seed(20)
  for (trial in 1:10) {
    tables <- random_tables(30L)
    study <- registry(
      tables$patients, tables$lines, tables$assessments,
      rules = only_errors()
    )
    pfs <- derive_endpoint(study, endpoint_pfs())
    slow <- lapply(pfs$line_id, function(id) slow_pfs(tables, id))
    expect_identical(pfs$days, vapply(slow, `[[`, 0L, "days"))
    expect_identical(pfs$event, vapply(slow, `[[`, NA, "event"))
  }
})

test_that("overall survival of lines says how often it counts a death", {
  tables <- change(small_tables(), "patients", 2L, "death_date", "2013-01-15")
  expect_message(
    derive_endpoint(registry_of(tables), endpoint_os(unit = "line")),
    "3 deaths counted 4 times",
    class = "survlines_message_endpoint_rows"
  )
})

test_that("covariates known only later warn of immortal time and name the remedy", {
  expect_warning(
    os <- derive_endpoint(small_registry(), endpoint_os(), covariates = c("n_lines", "drug")),
    "split_at_line",
    class = "survlines_warning_immortal_time"
  )
  expect_identical(os$n_lines, c(1L, 2L, 1L, 1L))
  expect_warning(
    derive_endpoint(small_registry(), endpoint_os(), covariates = c("line_order", "drug")), NA
  )
})
