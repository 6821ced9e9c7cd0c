zph_table <- function(fit, ...) unname(survival::cox.zph(fit, ...)$table)

our_table <- function(test) unname(as.matrix(test$table[c("statistic", "df", "p.value")]))

test_that("the test is cox.zph's, on random data", {
  formulas <- list(
    Surv(exit, status) ~ x + g, Surv(exit, status) ~ x + z + strata(s),
    Surv(entry, exit, status) ~ x + g, Surv(entry, exit, status) ~ x + strata(s) + offset(z / 10)
  )
  result <- over_random_sets(n_random_sets(300L), function(seed) {
    data <- random_rows(sample(40:90, 1L))
    # cox.zph() of survival 3.5-3 stops at weights of integer type.
    data$case_weights <- switch(seed %% 3L + 1L, 1, data$w, as.double(data$f))
    formula <- formulas[[seed %% 4L + 1L]]
    environment(formula) <- environment()
    ties <- c("efron", "breslow")[seed %% 2L + 1L]
    theirs <- tryCatch(
      survival::coxph(formula, data,
        weights = case_weights, ties = ties, x = TRUE, y = TRUE,
        control = suppressWarnings(survival::coxph.control(eps = 1e-12, iter.max = 50))
      ),
      warning = function(condition) "survival warns"
    )
    ours <- quietly(fit_cox(formula, data, weights = case_weights, ties = ties))
    if (is.character(theirs) || any(ours$kind != "finite")) {
      return("not all coefficients are finite")
    }
    transform <- c("km", "rank", "identity", "log")[seed %% 5L %% 4L + 1L]
    expected <- tryCatch(
      zph_table(theirs, transform, terms = seed %% 2L == 0L),
      error = function(condition) "cox.zph stops"
    )
    if (is.character(expected)) {
      return(expected)
    }
    found <- our_table(test_proportional(ours, transform, terms = seed %% 2L == 0L))
    # Where few events leave the variance nearly singular, both lose digits.
    if (any(found[, 2L] != expected[, 2L])) {
      return("singular variance")
    }
    c(statistic = largest_difference(found[, 1L], expected[, 1L], pmax(expected[, 1L], 1)))
  })
  expect_agreement(result, 1e-7)
})

test_that("the test is cox.zph's on the published data sets", {
  formula <- Surv(time, status) ~ trt + celltype + karno + age
  theirs <- survival::coxph(formula, survival::veteran)
  ours <- quietly(fit_cox(formula, survival::veteran))
  for (transform in list("km", "rank", "identity", "log", sqrt)) {
    for (terms in c(TRUE, FALSE)) {
      found <- test_proportional(ours, transform, terms)
      expected <- survival::cox.zph(theirs, transform, terms)
      expect_equal(our_table(found), unname(expected$table), tolerance = 1e-6)
      expect_identical(found$table$term, rownames(expected$table))
    }
  }
  heart <- Surv(start, stop, event) ~ (age + surgery) * transplant
  expect_equal(
    our_table(test_proportional(fit_cox(heart, survival::heart))),
    zph_table(survival::coxph(heart, survival::heart)),
    tolerance = 1e-6
  )
})

test_that("the test is the score test of the split data with the interaction", {
  data <- survival::veteran
  split <- survival::survSplit(
    Surv(time, status) ~ karno, data,
    cut = unique(data$time), start = "tstart", end = "time", event = "status"
  )
  ours <- quietly(fit_cox(Surv(time, status) ~ karno, data))
  split$interaction <- split$karno * log(split$time)
  whole <- survival::coxph(
    Surv(tstart, time, status) ~ karno + interaction, split,
    init = c(coef(ours), 0), iter.max = 0
  )
  expect_equal(test_proportional(ours, "log")$table$statistic[1L], whole$score, tolerance = 1e-6)
})

test_that("frequency is rows, the order and the time unit do not matter", {
  data <- withr::with_seed(41, random_rows(60L))
  formula <- Surv(entry, exit, status) ~ x + g + strata(s)
  test <- function(data, ..., transform = "km") {
    our_table(test_proportional(quietly(fit_cox(formula, data, ...)), transform))
  }
  for (transform in c("km", "rank", "identity")) {
    expected <- test(data, frequency = f, transform = transform)
    expect_equal(test(data[rep(1:60, data$f), ], transform = transform), expected, tolerance = 1e-8)
    mixed <- data[withr::with_seed(42, sample(60L)), ]
    expect_equal(test(mixed, frequency = f, transform = transform), expected, tolerance = 1e-8)
    other <- transform(data, entry = entry / 365.25, exit = exit / 365.25)
    expect_equal(test(other, frequency = f, transform = transform), expected, tolerance = 1e-8)
  }
})

test_that("coefficients that are not finite are left out", {
  data <- transform(survival::veteran, twice = 2 * karno)
  fit <- quietly(fit_cox(Surv(time, status) ~ karno + twice + age, data))
  alone <- quietly(fit_cox(Surv(time, status) ~ karno + age, data))
  expect_equal(test_proportional(fit)$table, test_proportional(alone)$table, tolerance = 1e-8)
})

test_that("what cannot be tested is refused", {
  fit <- quietly(fit_cox(Surv(time - 1, status) ~ karno, survival::veteran))
  expect_error(test_proportional(fit, "log"), class = "survlines_error_argument")
  expect_error(test_proportional(fit, "cube"), class = "survlines_error_argument")
  empty <- quietly(fit_cox(Surv(time, status) ~ 1, survival::veteran))
  expect_error(test_proportional(empty), class = "survlines_error_argument")
  expect_error(test_proportional(1), class = "survlines_error_argument")
})

test_that("the test prints, is tidy and has a figure", {
  formula <- Surv(time, status) ~ karno + celltype
  test <- test_proportional(quietly(fit_cox(formula, survival::veteran)))
  expect_output(print(test), "GLOBAL")
  expect_named(tidy(test), c("term", "statistic", "df", "p.value"))
  skip_if_not_installed("ggplot2")
  figure <- plot(test)
  expect_s3_class(figure, "ggplot")
  expect_identical(nrow(ggplot2::layer_data(figure, 2L)), 4L * 128L)
})
