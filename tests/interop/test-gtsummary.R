# The statistics behind a table, as columns of numbers.
statistics <- function(table) {
  cards <- do.call(rbind, lapply(table$cards$tbl_survfit, as.data.frame))
  cards <- cards[cards$stat_name %in% c("estimate", "conf.low", "conf.high"), ]
  split(unlist(cards$stat, use.names = FALSE), cards$stat_name)
}

expect_statistics <- function(table, ours) {
  found <- statistics(table)
  for (column in c("estimate", "conf.low", "conf.high")) {
    expect_equal(found[[column]], ours[[column]], info = column)
  }
}

expect_survfit_tables <- function(fit, times) {
  genuine <- as_survfit(fit)
  at_times <- expect_no_warning(gtsummary::tbl_survfit(genuine, times = times))
  expect_statistics(at_times, survival_at(fit, times))
  medians <- expect_no_warning(gtsummary::tbl_survfit(genuine, probs = 0.5))
  expect_statistics(medians, survival_quantile(fit, 0.5))
  medians
}

test_that("survival at times and medians are ours", {
  medians <- expect_survfit_tables(fit_km(Surv(time, event) ~ sex, patients), c(180, 365))
  expect_identical(medians$table_body$stat_1[-1L], c("270 (210, 306)", "426 (345, 524)"))
  stored <- Surv(time, event) ~ 1
  expect_survfit_tables(fit_km(stored, patients, conf_type = "log", conf_level = 0.9), c(180, 365))
})

test_that("so are those of a registry, from a formula with one column for the endpoint", {
  fit <- suppressMessages(fit_km(pfs ~ treatment, registry_lines()))
  medians <- expect_survfit_tables(fit, c(60, 120))
  labels <- unname(medians$table_body$label)
  expect_identical(labels, c("treatment", "kinase inhibitor", "sirolimus"))
})

expect_hazard_ratios <- function(model, fit, level = 0.95) {
  table <- expect_no_warning(
    gtsummary::tbl_regression(model, exponentiate = TRUE, conf.level = level)
  )
  body <- table$table_body
  ours <- tidy(fit, exponentiate = TRUE, conf.level = level)
  body <- body[match(ours$term, body$term), ]
  for (column in c("estimate", "conf.low", "conf.high", "p.value")) {
    expect_equal(body[[column]], ours[[column]], tolerance = 1e-5, info = column)
  }
  header <- table$table_styling$header
  expect_identical(header$label[header$column == "estimate"], "**HR**")
  table
}

test_that("hazard ratios are ours, from as_coxph() and from the fit itself", {
  fit <- fit_cox(Surv(time, event) ~ age + sex + factor(ph.ecog) + strata(inst), patients)
  theirs <- expect_hazard_ratios(as_coxph(fit), fit)
  ours <- expect_hazard_ratios(fit, fit)
  columns <- c("variable", "label", "row_type", "reference_row", "n_obs", "n_event", "exposure")
  expect_equal(ours$table_body[columns], theirs$table_body[columns], ignore_attr = TRUE)
  expect_equal(gtsummary::add_nevent(ours)$table_body$N_event[1L], fit$n_events)
  expect_hazard_ratios(fit, fit, 0.8)
})

test_that("clustered fits keep their robust intervals", {
  rows <- registry_lines()
  fit <- suppressMessages(
    fit_cox(pfs ~ treatment + previous_lines, rows, cluster = patient_id)
  )
  expect_hazard_ratios(as_coxph(fit), fit)
  expect_hazard_ratios(fit, fit)
})

test_that("broom.helpers describes the terms of a fit as those of coxph()", {
  fit <- fit_cox(Surv(time, event) ~ age * sex + factor(ph.ecog), patients)
  described <- function(model) {
    broom.helpers::tidy_plus_plus(model, exponentiate = TRUE)[
      c(
        "term", "variable", "var_type", "label", "reference_row", "n_obs", "n_event", "estimate"
      )
    ]
  }
  expect_equal(described(fit), described(as_coxph(fit)), ignore_attr = TRUE, tolerance = 1e-6)
})
