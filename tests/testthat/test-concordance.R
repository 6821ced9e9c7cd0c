test_that("concordance and its error are those of survival, on random data", {
  formulas <- list(
    Surv(exit, status) ~ x + g, Surv(exit, status) ~ x + strata(s),
    Surv(entry, exit, status) ~ x + g, Surv(entry, exit, status) ~ x + strata(s) + offset(z / 10)
  )
  result <- over_random_sets(n_random_sets(300L), function(seed) {
    data <- random_rows(sample(30:80, 1L))
    data$case_weights <- if (seed %% 2L == 0L) data$w else 1
    data$clusters <- if (seed %% 3L == 0L) data$id else seq_len(nrow(data))
    formula <- formulas[[seed %% 4L + 1L]]
    environment(formula) <- environment()
    theirs <- tryCatch(
      survival::coxph(formula, data, weights = case_weights, cluster = clusters),
      warning = function(condition) "survival warns"
    )
    ours <- quietly(fit_cox(formula, data, weights = case_weights, cluster = clusters))
    if (is.character(theirs) || any(ours$kind != "finite")) {
      return("not all coefficients are finite")
    }
    # The same scores: what is equal must be so on both sides.
    data$score <- round(predict(ours, reference = "zero"), 8)
    model <- cox_model(ours)
    found <- core_concordance(
      model$columns, data$score, robust_request(model, data, TRUE, NULL)
    )
    right <- stats::update(formula, . ~ score)
    if (!is.null(model$stratum_labels)) right <- stats::update(formula, . ~ score + strata(s))
    environment(right) <- environment()
    expected <- survival::concordance(right, data,
      weights = case_weights, cluster = clusters, reverse = TRUE
    )
    if (is.null(expected$concordance) || is.na(expected$concordance)) {
      return("no pairs")
    }
    counts <- expected$count
    if (is.matrix(counts)) counts <- colSums(counts)
    c(
      index = largest_difference(found$index, expected$concordance),
      variance = largest_difference(found$variance, expected$var, max(expected$var, 1e-6)),
      pairs = largest_difference(
        c(found$concordant, found$discordant, found$tied_score, found$tied_time, found$tied_both),
        counts, pmax(counts, 1)
      )
    )
  })
  expect_agreement(result)
})

test_that("concordance of a fit is that of coxph", {
  theirs <- survival::coxph(Surv(time, status) ~ age + sex, survival::lung)
  found <- concordance_index(quietly(fit_cox(Surv(time, status) ~ age + sex, survival::lung)))
  expected <- survival::concordance(theirs)
  expect_equal(found$estimate, expected$concordance, tolerance = 1e-10)
  expect_equal(found$std.error, sqrt(expected$var), tolerance = 1e-10)
  clustered <- quietly(fit_cox(Surv(time, status) ~ age + sex, survival::kidney, cluster = id))
  theirs <- survival::coxph(Surv(time, status) ~ age + sex, survival::kidney, cluster = id)
  expected <- survival::concordance(theirs, cluster = survival::kidney$id)
  expect_equal(concordance_index(clustered)$std.error, sqrt(expected$var), tolerance = 1e-8)
})

test_that("the offset is a part of the score", {
  formula <- Surv(time, status) ~ sex + offset(age / 30)
  theirs <- survival::concordance(survival::coxph(formula, survival::lung))
  fit <- quietly(fit_cox(formula, survival::lung))
  for (found in list(concordance_index(fit), concordance_index(fit, survival::lung))) {
    expect_equal(found$estimate, theirs$concordance, tolerance = 1e-10)
    expect_equal(found$std.error, sqrt(theirs$var), tolerance = 1e-10)
  }
})

test_that("concordance on new rows is that of survival", {
  test <- survival::veteran[81:137, ]
  test$karno[3] <- NA
  formula <- Surv(time, status) ~ karno + strata(trt)
  ours <- quietly(fit_cox(formula, survival::veteran))
  theirs <- survival::coxph(formula, survival::veteran)
  expected <- survival::concordance(theirs, newdata = test)
  found <- concordance_index(ours, test)
  expect_equal(found$estimate, expected$concordance, tolerance = 1e-10)
  expect_equal(found$std.error, sqrt(expected$var), tolerance = 1e-10)
})

test_that("frequency is rows; the time unit and the order do not matter", {
  data <- withr::with_seed(51, random_rows(60L))
  formula <- Surv(entry, exit, status) ~ x + strata(s)
  of <- function(data, ...) concordance_index(quietly(fit_cox(formula, data, ...)))
  expected <- of(data, frequency = f)
  expect_equal(of(data[rep(1:60, data$f), ]), expected, tolerance = 1e-10)
  expect_equal(of(data[60:1, ], frequency = f), expected, tolerance = 1e-10)
  other <- transform(data, entry = entry * 1e-9, exit = exit * 1e-9)
  expect_equal(of(other, frequency = f), expected, tolerance = 1e-10)
})

test_that("without comparable pairs the index is missing", {
  data <- data.frame(time = 1:3, status = c(0, 0, 1), x = c(1, 3, 2))
  found <- concordance_index(quietly(fit_cox(Surv(time, status) ~ x, data)))
  expect_identical(found$estimate, NA_real_)
  expect_identical(found$std.error, NA_real_)
  expect_error(concordance_index(1), class = "survlines_error_argument")
})

test_that("new rows without a finite linear predictor are named", {
  fit <- quietly(fit_cox(Surv(time, status) ~ age + sex, lung))
  infinite <- transform(lung[1:20, ], age = replace(age, c(3, 7), c(Inf, -Inf)))
  infinite$sex[2] <- NA
  expect_error(
    quietly(concordance_index(fit, infinite)), "rows 3, 7",
    class = "survlines_error_newdata"
  )
})

test_that("concordance() of survival takes our fits, and gives its own class", {
  shape <- c("concordance", "n", "var")
  right_sides <- list(~ age + ph.ecog, ~ age + strata(sex))
  for (right in right_sides) {
    formula <- stats::update(right, Surv(time, status) ~ .)
    ours <- survival::concordance(quietly(fit_cox(formula, lung)))
    theirs <- survival::concordance(survival::coxph(formula, lung), keepstrata = FALSE)
    expect_s3_class(ours, "concordance")
    expect_equal(unclass(ours)[shape], unclass(theirs)[shape], tolerance = 1e-8)
    expect_equal(ours$count, theirs$count)
    expect_equal(stats::coef(ours), stats::coef(theirs))
    expect_output(print(ours), "Concordance=")
  }
  half <- seq_len(nrow(lung)) %% 2L == 0L
  other <- survival::concordance(
    quietly(fit_cox(Surv(time, status) ~ age, lung, subset = half)), newdata = lung[!half, ]
  )
  model <- survival::coxph(Surv(time, status) ~ age, lung, subset = half)
  theirs <- survival::concordance(model, newdata = lung[!half, ])
  expect_equal(unclass(other)[shape], unclass(theirs)[shape], tolerance = 1e-8)
})

test_that("concordance() refuses what only survival's own method does", {
  fit <- quietly(fit_cox(Surv(time, status) ~ age, lung))
  for (expression in expression(
    survival::concordance(fit, timewt = "S"), survival::concordance(fit, fit)
  )) {
    expect_error(eval(expression), "as_coxph", class = "survlines_error_argument")
  }
})
