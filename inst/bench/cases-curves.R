# Cases of Kaplan-Meier curves and log-rank tests; what the fields of a case mean is said in
# cases.R.

curve_case <- function(name, rows, least, aim, groups = 1L, ..., theirs = NULL) {
  formula <- if (groups > 1L) Surv(time, status) ~ group else Surv(time, status) ~ 1
  if (is.null(theirs)) theirs <- function(data, case) survfit(formula, data)
  new_case(
    name,
    rows = rows, groups = groups, least = least, aim = aim, peer = "survfit()",
    ours = function(data, case) fit_km(formula, data), theirs = theirs,
    floor = floor_curve, differ = differ_curves, tolerance = 1e-9, ...
  )
}

without_timefix <- function(data, case) {
  survfit(Surv(time, status) ~ 1, data, timefix = FALSE)
}

test_case <- function(name, rows, groups, least, aim, ...) {
  new_case(
    name,
    rows = rows, groups = groups, least = least, aim = aim, peer = "survdiff()",
    ours = function(data, case) test_logrank(Surv(time, status) ~ group, data),
    theirs = function(data, case) survdiff(Surv(time, status) ~ group, data),
    floor = floor_test, differ = differ_tests, ...
  )
}

cases_curves <- function() {
  list(
    curve_case("Kaplan-Meier", 1e6, 25, 60),
    curve_case("Kaplan-Meier, timefix = FALSE", 1e6, 10, 25, theirs = without_timefix),
    curve_case("Kaplan-Meier", 1e7, 25, 60),
    curve_case("Kaplan-Meier, timefix = FALSE", 1e7, 10, 25, theirs = without_timefix),
    curve_case("Kaplan-Meier, 1000 distinct times", 1e6, 60, 200, distinct = 1000L),
    curve_case("Kaplan-Meier, 1000 groups", 1e6, 300, 1000, groups = 1000L),
    new_case(
      "Kaplan-Meier beside prodlim",
      rows = 1e6, peer = "prodlim()", package = "prodlim",
      ours = function(data, case) fit_km(Surv(time, status) ~ 1, data),
      theirs = function(data, case) prodlim::prodlim(Hist(time, status) ~ 1, data),
      floor = floor_curve, differ = differ_prodlim, tolerance = 1e-9
    ),
    test_case("Log-rank, 2 groups", 1e6, 2L, 30, 80),
    test_case("Log-rank, 1000 groups", 1e4, 1000L, 300, 1000)
  )
}

# Where a call costs more than what it computes.
cases_small <- function() {
  registry <- function(case) small_registry()
  list(
    curve_case("Kaplan-Meier", 33L, 4, 10, groups = 2L, make = registry),
    test_case("Log-rank, 2 groups", 33L, 2L, 4, 10, make = registry),
    cox_case(
      "Cox", 33L, 2L, 4, 10,
      peer = "coxph()", make = registry,
      ours = function(data, case) cox_call(data, case$columns),
      theirs = function(data, case) coxph_call(data, case$columns)
    )
  )
}
