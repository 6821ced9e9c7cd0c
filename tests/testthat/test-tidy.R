skip_without_broom <- function() skip_if_not_installed("broom")

test_that("columns are broom's, in its order, and so are the values", {
  skip_without_broom()
  theirs <- broom::tidy(survfit(Surv(time, status) ~ x, aml, conf.type = "log-log"))
  ours <- tidy(fit_km(Surv(time, status) ~ x, aml))
  expect_identical(setdiff(names(ours), "std.error.surv"), names(theirs))
  inside <- theirs$estimate < 1 & theirs$estimate > 0
  for (column in setdiff(names(theirs), "strata")) {
    expect_equal(ours[[column]][inside], theirs[[column]][inside], tolerance = 1e-9)
  }
  expect_identical(as.character(ours$strata), theirs$strata)
  expect_equal(ours$std.error.surv[inside], (ours$estimate * ours$std.error)[inside])

  theirs <- coxph(Surv(time, status) ~ age + sex, kidney, cluster = id)
  theirs <- broom::tidy(theirs, conf.int = TRUE)
  ours <- tidy(quietly(fit_cox(Surv(time, status) ~ age + sex, kidney, cluster = id)))
  expect_identical(setdiff(names(ours), "contrast"), names(theirs))
  expect_equal(ours[names(theirs)], theirs, tolerance = 1e-6, ignore_attr = TRUE)
  theirs <- broom::tidy(coxph(Surv(time, status) ~ x, aml), exponentiate = TRUE, conf.int = TRUE)
  ours <- tidy(fit_cox(Surv(time, status) ~ x, aml), exponentiate = TRUE)
  expect_equal(ours[names(theirs)], theirs, tolerance = 1e-6, ignore_attr = TRUE)
})

test_that("tidy() of a Cox model takes broom's arguments", {
  skip_without_broom()
  theirs <- coxph(Surv(time, status) ~ x, aml)
  ours <- fit_cox(Surv(time, status) ~ x, aml)
  limits <- c("conf.low", "conf.high")
  expect_equal(
    tidy(ours, conf.int = TRUE, conf.level = 0.8)[limits],
    broom::tidy(theirs, conf.int = TRUE, conf.level = 0.8)[limits],
    tolerance = 1e-6, ignore_attr = TRUE
  )
  expect_identical(tidy(ours, conf.level = 0.8), tidy(ours, conf_level = 0.8))
  without <- tidy(ours, conf.int = FALSE)
  expect_identical(names(without), setdiff(names(tidy(ours)), limits))
  expect_error(tidy(ours, conf.level = 2), "conf.level", class = "survlines_error_argument")
  expect_error(tidy(ours, conf_level = 2), "conf_level", class = "survlines_error_argument")
  expect_error(tidy(ours, conf.int = 1), class = "survlines_error_argument")
})

test_that("glance() has broom's columns and values", {
  skip_without_broom()
  theirs <- broom::glance(coxph(Surv(time, status) ~ age + sex, kidney, cluster = id))
  ours <- glance(quietly(fit_cox(Surv(time, status) ~ age + sex, kidney, cluster = id)))
  shared <- intersect(names(theirs), names(ours))
  expect_true(all(c(
    "n", "nevent", "statistic.log", "p.value.log", "statistic.sc", "p.value.sc", "statistic.wald",
    "p.value.wald", "statistic.robust", "p.value.robust", "logLik", "AIC", "BIC", "nobs"
  ) %in% shared))
  # survival prints the Wald statistic with two decimals, and broom reads it from there.
  expect_equal(ours$statistic.wald, theirs$statistic.wald, tolerance = 0.005, ignore_attr = TRUE)
  for (column in setdiff(shared, "statistic.wald")) {
    expect_equal(as.numeric(ours[[column]]), as.numeric(theirs[[column]]), tolerance = 1e-6)
  }
  theirs <- broom::glance(survdiff(Surv(time, status) ~ x, aml))
  ours <- glance(test_logrank(Surv(time, status) ~ x, aml))
  expect_equal(ours[names(theirs)], theirs, tolerance = 1e-9, ignore_attr = TRUE)
})

test_that("glance() and the notes under a table say how many of what, by which method", {
  study <- read_registry(registry_example())
  pfs <- quietly(derive_endpoint(study, endpoint_pfs(), covariates = c("drug", "line_order")))
  lines <- nrow(pfs)
  patients <- length(unique(pfs$patient_id))
  events <- sum(pfs$event)
  expect_lt(patients, lines)
  expect_glance <- function(fit, ...) {
    expected <- list(...)
    expect_equal(as.list(glance(fit)[1L, names(expected)]), expected)
  }

  alone <- quietly(fit_km(pfs ~ 1, pfs, conf_type = "plain"))
  expect_glance(alone,
    nobs = lines, n.patients = patients, events = events, n.clusters = NA_integer_,
    conf.type = "plain", conf.level = 0.95, std.error.type = "greenwood"
  )
  clustered <- quietly(fit_km(pfs ~ 1, pfs, cluster = patient_id))
  expect_glance(clustered, n.clusters = patients, std.error.type = "jackknife")
  cox <- quietly(fit_cox(pfs ~ line_order, pfs, ties = "breslow"))
  expect_glance(cox,
    nobs = lines, n.patients = patients, nevent = events, n.clusters = patients, ties = "breslow",
    n.strata = 1L
  )
  logrank <- quietly(test_logrank(pfs ~ drug, pfs))
  expect_glance(logrank, nobs = lines, n.patients = patients, n.events = events, n.strata = 1L)
  incidence <- quietly(fit_cuminc(Surv(days, cause) ~ 1, pfs))
  expect_glance(incidence,
    nobs = lines, n.patients = patients, n.clusters = NA_integer_, conf.type = "log-log",
    std.error.type = "jackknife"
  )

  under <- function(table) paste(table_notes(table), collapse = " ")
  counted <- paste(lines, "lines of", patients, "patients")
  expect_match(under(table_survival(alone)), counted, fixed = TRUE)
  expect_match(under(table_survival(alone)), "plain, 95 %", fixed = TRUE)
  expect_match(under(table_survival(clustered)), paste("over", patients, "clusters"), fixed = TRUE)
  of_cox <- under(quietly(table_cox(cox)))
  expect_match(of_cox, paste0(counted, ", ", events, " events"), fixed = TRUE)
  expect_match(of_cox, "Breslow ties", fixed = TRUE)
  expect_match(of_cox, "clustered by patient", fixed = TRUE)
})

test_that("a coefficient says what it compares", {
  data <- transform(lung, sex = factor(sex, 1:2, c("male", "female")), old = age > 60)
  contrast <- function(formula) {
    tidy(fit_cox(formula, data))$contrast
  }
  expect_identical(
    contrast(Surv(time, status == 2) ~ sex + age + old),
    c("female vs male", "per 1", "TRUE vs FALSE")
  )
  expect_identical(contrast(Surv(time, status == 2) ~ sex + log(age)), c("female vs male", "per 1"))
  expect_identical(
    contrast(Surv(time, status == 2) ~ factor(ph.ecog)), c("1 vs 0", "2 vs 0", "3 vs 0")
  )
  expect_identical(
    contrast(Surv(time, status == 2) ~ sex * age), c("female vs male", "per 1", NA)
  )
  contrasts(data$sex) <- "contr.sum"
  expect_identical(contrast(Surv(time, status == 2) ~ sex), NA_character_)
})

test_that("one library() is enough", {
  exports <- getNamespaceExports("survlines")
  expect_true(all(c("Surv", "strata", "cluster", "tidy", "glance", "augment") %in% exports))
  expect_identical(survlines::Surv, survival::Surv)
  expect_identical(survlines::tidy, generics::tidy)
})
