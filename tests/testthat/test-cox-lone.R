# 30 patients with two lines each; the lines of group "c" are those of the first patient.
lone_data <- function(reference = "a") {
  data <- withr::with_seed(1, data.frame(
    id = rep(1:30, each = 2L), time = stats::rexp(60L), status = stats::rbinom(60L, 1L, 0.8),
    age = stats::rnorm(60L)
  ))
  group <- ifelse(data$id == 1L, "c", ifelse(data$id %% 2L == 0L, "a", "b"))
  data$g <- stats::relevel(factor(group), reference)
  data
}

lone_terms <- function(formula, data, ...) {
  suppressWarnings(suppressMessages(fit_cox(formula, data, ...)))$lone
}

test_that("a level of one cluster is named, whatever the coding", {
  data <- lone_data()
  by_reference <- lone_data("c")
  expect_identical(lone_terms(Surv(time, status) ~ age + g, data, cluster = id), "gc")
  expect_identical(lone_terms(Surv(time, status) ~ g, by_reference, cluster = id), c("ga", "gb"))
  expect_identical(
    lone_terms(Surv(time, status) ~ I(g == "c") + age, data, cluster = id), 'I(g == "c")TRUE'
  )
  data$x <- 3 + (data$g != "c")
  expect_identical(lone_terms(Surv(time, status) ~ x, data, cluster = id), "x")
  expect_identical(
    lone_terms(Surv(time, status) ~ stats::poly(age, 2) + g, data, cluster = id), "gc"
  )
  expect_length(lone_terms(Surv(time, status) ~ age + g, data), 0L)
  expect_length(lone_terms(Surv(time, status) ~ age, data, cluster = id), 0L)
  # Two clusters are enough; rows without clusters are clusters of their own.
  data$id[1L] <- 31L
  expect_length(lone_terms(Surv(time, status) ~ age + g, data, cluster = id), 0L)
  weights <- rep(c(0.5, 1.5), 30L)
  expect_length(lone_terms(Surv(time, status) ~ g, data, weights = weights), 0L)
  one_row <- data[-1L, ]
  one_row$g[one_row$id == 1L] <- "c"
  expect_identical(lone_terms(Surv(time, status) ~ g, one_row, robust = TRUE), "gc")
})

test_that("a cluster that comes late among many rows is found, and one that comes again is not", {
  data <- withr::with_seed(2, data.frame(
    id = 1:3000, time = stats::rexp(3000L), status = 1L, x = 0, g = factor(rep(1:3, 1000L))
  ))
  late <- 2000:2003
  data$x[late] <- 1
  data$id[late] <- 1L
  expect_identical(lone_terms(Surv(time, status) ~ g + x, data, cluster = id), "x")
  data$x[1500L] <- 1
  expect_length(lone_terms(Surv(time, status) ~ g + x, data, cluster = id), 0L)
})

test_that("the residuals of such a group add up to nothing, so that its error is too small", {
  fit <- suppressWarnings(fit_cox(Surv(time, status) ~ g, lone_data(), cluster = id, robust = TRUE))
  errors <- tidy(fit)
  expect_lt(errors$robust.se[2L], errors$std.error[2L] / 3)
  expect_lt(abs(sum(residuals(fit)[1:2])), 1e-6)
})

test_that("the fit warns, prints a caution, and its table has a note", {
  expect_warning(
    fit <- fit_cox(Surv(time, status) ~ g, lone_data(), cluster = id, robust = TRUE),
    "gc",
    class = "survlines_warning_lone_cluster"
  )
  expect_output(print(fit), "too narrow, as a group compared is a single cluster: gc", fixed = TRUE)
  expect_output(print(summary(fit)), "too narrow", fixed = TRUE)
  expect_match(table_notes(table_cox(fit)), "single cluster: g: c vs a.", fixed = TRUE, all = FALSE)
  french <- table_notes(table_cox(fit, labels = c(g = "Groupe"), language = "fr"))
  expect_match(french, "une seule grappe : Groupe : c contre a.", fixed = TRUE, all = FALSE)
  # Small counts that the table hides are not told by its notes.
  expect_no_match(table_notes(table_cox(fit, min_cell = 5)), "single")
  expect_no_warning(both <- suppressMessages(fit_cox(Surv(time, status) ~ g, lone_data())))
  expect_no_match(table_notes(table_cox(both)), "single")
})
