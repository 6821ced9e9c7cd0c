two_sexes <- function() {
  data <- survival::kidney
  data$sex <- factor(data$sex, labels = c("male", "female"))
  data
}

test_that("hazard ratios name direction and unit, and show both intervals", {
  data <- two_sexes()
  fit <- fit_cox(Surv(time, status) ~ age + sex, data, cluster = id, robust = TRUE)
  table <- suppressMessages(table_cox(
    fit,
    labels = c(age = "Age"), units = c(age = "year"), errors = "both", reference = FALSE,
    digits = 3
  ))
  expect_identical(table$term, c("Age", "sex"))
  expect_identical(table$compares, c("per year", "female vs male"))
  oracle <- survival::coxph(Surv(time, status) ~ age + sex, data, cluster = id)
  # coxph() keeps the model's own variance aside.
  show <- function(variance) {
    half <- qnorm(0.975) * sqrt(diag(variance))
    sprintf("%.3f to %.3f", exp(coef(oracle) - half), exp(coef(oracle) + half))
  }
  expect_identical(table$hazard_ratio, sprintf("%.3f", exp(coef(oracle))))
  expect_identical(table$interval, show(oracle$naive.var))
  expect_identical(table$robust_interval, show(oracle$var))
  used <- suppressMessages(table_cox(fit, reference = FALSE, digits = 3))
  expect_identical(used$interval, table$robust_interval)
  expect_identical(used$p, table$robust_p)
  expect_match(table_notes(used), "Robust", all = FALSE)
  plain <- suppressMessages(table_cox(fit_cox(Surv(time, status) ~ age, data)))
  expect_identical(plain$compares, "per 1")
  expect_false("robust_p" %in% names(plain))
  expect_error(table_cox(1), class = "survlines_error_argument")
})

test_that("levels are counted, the reference too", {
  fit <- fit_cox(Surv(time, status) ~ celltype + age, veteran, robust = FALSE)
  table <- suppressMessages(table_cox(fit))
  counts <- table(veteran$celltype)
  expect_identical(table$lines, c(as.integer(counts), nrow(veteran)))
  events <- tapply(veteran$status, veteran$celltype, sum)
  expect_identical(table$events, as.integer(c(events, sum(veteran$status))))
  expect_identical(table$compares[1:2], c("squamous (reference)", "smallcell vs squamous"))
  expect_identical(table$hazard_ratio[1L], "1")
  expect_identical(table_headings(table)[["lines"]], "Rows")
  twice <- fit_cox(Surv(time, status) ~ celltype, veteran, frequency = rep(2L, nrow(veteran)))
  expect_identical(table_cox(twice)$events, as.integer(2 * events))
})

test_that("lines, patients and events of registry rows", {
  study <- read_registry(registry_example())
  pfs <- derive_endpoint(study, endpoint_pfs(), covariates = "regimen")
  pfs$combined <- factor(ifelse(grepl("+", pfs$regimen, fixed = TRUE), "yes", "no"))
  fit <- suppressMessages(fit_cox(pfs ~ combined, pfs))
  table <- table_cox(fit)
  for (level in c("no", "yes")) {
    rows <- pfs[pfs$combined == level, ]
    row <- match(level, c("no", "yes"))
    expect_identical(table$lines[row], nrow(rows))
    expect_identical(table$patients[row], length(unique(rows$patient_id)))
    expect_identical(table$events[row], sum(rows$event))
  }
  expect_equal(attr(table, "about")$n_patients, length(unique(pfs$patient_id)))
})

test_that("each covariate alone is fitted to the same rows", {
  data <- two_sexes()
  data$age[c(3, 11)] <- NA
  fit <- fit_cox(
    Surv(time, status) ~ age + sex + disease + strata(frail > 1), data,
    cluster = id, ties = "breslow"
  )
  table <- suppressMessages(table_cox(fit, univariable = TRUE, reference = FALSE, digits = 3))
  complete <- data[!is.na(data$age), ]
  expected <- unlist(lapply(c("age", "sex", "disease"), function(name) {
    formula <- as.formula(paste("Surv(time, status) ~", name, "+ strata(frail > 1)"))
    alone <- survival::coxph(formula, complete, cluster = id, ties = "breslow")
    half <- qnorm(0.975) * sqrt(diag(alone$var))
    sprintf(
      "%.3f (%.3f to %.3f)", exp(coef(alone)), exp(coef(alone) - half), exp(coef(alone) + half)
    )
  }))
  expect_identical(
    paste0(table$univariable_hazard_ratio, " (", table$univariable_interval, ")"), expected
  )
  expect_match(table_notes(table), "2 rows left out", all = FALSE)
  crossed <- fit_cox(Surv(time, status) ~ age * sex, data, cluster = id)
  table <- suppressMessages(table_cox(crossed, univariable = TRUE))
  interaction <- grepl(":", table$term)
  expect_identical(table$univariable_hazard_ratio[interaction], "")
  expect_identical(table$compares[interaction], "")
})

test_that("a small unit does not hide a hazard ratio", {
  set.seed(1)
  data <- data.frame(delay = round(rexp(300, 1 / 400)), status = 1)
  data$time <- rexp(300, exp(-0.0015 * data$delay))
  fit <- fit_cox(Surv(time, status) ~ delay, data)
  expect_message(
    table <- table_cox(fit, units = c(delay = "days")),
    "per = c\\(delay = 10\\)",
    class = "survlines_message_rounding"
  )
  expect_false(table$hazard_ratio == "1.00")
  limits <- strsplit(table$interval, " to ")[[1L]]
  expect_false(limits[1L] == limits[2L])
  expect_no_message(
    hundred <- table_cox(fit, units = c(delay = "days"), per = c(delay = 100))
  )
  expect_identical(hundred$compares, "per 100 days")
  expect_identical(hundred$hazard_ratio, sprintf("%.2f", exp(100 * coef(fit))))
  expect_identical(
    hundred$interval, paste(sprintf("%.2f", exp(100 * confint(fit))), collapse = " to ")
  )
  expect_error(table_cox(fit, per = c(time = 2)), class = "survlines_error_argument")
  expect_error(table_cox(fit, per = 2), class = "survlines_error_argument")
})

test_that("what was not estimated says so", {
  data <- data.frame(
    time = 1:12, status = rep(c(1, 1, 0), 4), x = rep(0:1, 6), g = factor(rep(c("a", "b"), 6))
  )
  data$none <- factor(ifelse(data$status == 0, "none", "some"), levels = c("some", "none"))
  fit <- suppressWarnings(fit_cox(Surv(time, status) ~ x + g + none, data))
  table <- table_cox(fit, reference = FALSE)
  expect_identical(table$hazard_ratio[2:3], c("not estimated", "0"))
  expect_identical(table$interval[2:3], c("", ""))
})

test_that("hazard ratios of small counts are masked", {
  data <- data.frame(time = c(1:30), status = 1, g = factor(rep(c("a", "b", "c"), c(12, 15, 3))))
  data$time[28:30] <- c(4, 9, 22)
  data$status[c(1:6, 13:20)] <- 0
  table <- table_cox(fit_cox(Surv(time, status) ~ g, data), min_cell = 5)
  expect_identical(table$hazard_ratio[3L], "masked")
  expect_match(table$hazard_ratio[2L], "^[0-9.]+$")
  expect_identical(table$lines[3L], "<5")
})

test_that("a masked number of events takes another level's with it", {
  data <- data.frame(
    time = (17 * 1:40) %% 41, status = 1, x = rep(c(2, 5, 3, 9), 10),
    g = factor(rep(c("a", "b", "c"), c(12, 15, 13)))
  )
  data$status[c(1:6, 15:20, 25:26, 31:40)] <- 0
  table <- table_cox(fit_cox(Surv(time, status) ~ g + x, data), min_cell = 5)
  expect_identical(as.character(table$lines), c("12", "15", "13", "40"))
  expect_identical(as.character(table$events), c("*", "7", "<5", "16"))
})

test_that("a unit is a finite number; where the ratio overflows its table is made all the same", {
  fit <- fit_cox(Surv(time, status) ~ age, survival::lung)
  expect_error(table_cox(fit, per = c(age = Inf)), "finite", class = "survlines_error_argument")
  expect_error(plot(fit, per = c(age = -Inf)), "finite", class = "survlines_error_argument")
  expect_match(table_cox(fit, per = c(age = 1e308))$hazard_ratio, "Inf")
})
