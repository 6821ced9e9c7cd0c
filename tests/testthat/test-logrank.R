# The score test of coxph() with exact ties is the log-rank test, also with late entry.
score_oracle <- function(formula, data) {
  control <- survival::coxph.control(iter.max = 0)
  # It warns that no iteration was made, or that a group has no events.
  fit <- tryCatch(
    suppressWarnings(survival::coxph(formula, data, ties = "exact", control = control)),
    error = function(condition) "survival stops"
  )
  if (is.character(fit)) fit else list(statistic = fit$score, df = sum(!is.na(coef(fit))))
}

test_that("the test is survdiff's on random data", {
  formulas <- list(
    Surv(exit, status) ~ g, Surv(exit, status) ~ g + strata(s), Surv(exit, status) ~ g + s
  )
  result <- over_random_sets(n_random_sets(1000L), function(seed) {
    data <- random_rows()
    formula <- formulas[[seed %% 3L + 1L]]
    # It warns of the p-value where the statistic has no degree of freedom.
    theirs <- tryCatch(
      suppressWarnings(survival::survdiff(formula, data)),
      error = function(condition) NULL
    )
    if (is.null(theirs) || !is.finite(theirs$chisq)) {
      return("survival stops")
    }
    ours <- quietly(test_logrank(formula, data))
    total <- function(x) if (is.matrix(x)) rowSums(x) else x
    c(
      observed = largest_difference(tidy(ours)$obs, total(theirs$obs)),
      expected = largest_difference(tidy(ours)$exp, total(theirs$exp)),
      covariance = largest_difference(ours$covariance, theirs$var, max(theirs$var, 1)),
      statistic = if (ours$df == 0L) {
        abs(theirs$chisq)
      } else {
        largest_difference(ours$statistic, theirs$chisq, max(theirs$chisq, 1))
      },
      n = largest_difference(tidy(ours)$N, theirs$n)
    )
  })
  expect_agreement(result)
})

test_that("with late entry it is the exact score test", {
  formulas <- list(Surv(entry, exit, status) ~ g, Surv(entry, exit, status) ~ g + strata(s))
  result <- over_random_sets(n_random_sets(500L), function(seed) {
    data <- random_rows(sample(5:30, 1L))
    formula <- formulas[[seed %% 2L + 1L]]
    theirs <- score_oracle(formula, data)
    if (is.character(theirs)) {
      return(theirs)
    }
    ours <- glance(quietly(test_logrank(formula, data)))
    if (theirs$df == 0L) {
      return(c(statistic = as.numeric(!is.na(ours$statistic)), df = as.numeric(ours$df)))
    }
    c(
      statistic = largest_difference(ours$statistic, theirs$statistic, max(theirs$statistic, 1)),
      df = abs(ours$df - theirs$df)
    )
  })
  expect_agreement(result)
})

test_that("tests are survdiff's on survival's own data", {
  for (case in list(
    list(Surv(time, status) ~ sex, lung), list(Surv(time, status) ~ sex + strata(ph.ecog), lung),
    list(Surv(time, status) ~ celltype, veteran), list(Surv(futime, fustat) ~ rx, ovarian),
    list(Surv(time, status) ~ x, aml), list(Surv(time, status) ~ disease, kidney)
  )) {
    theirs <- survdiff(case[[1L]], case[[2L]])
    ours <- glance(quietly(test_logrank(case[[1L]], case[[2L]])))
    expect_equal(ours$statistic, theirs$chisq, tolerance = 1e-9)
    expect_equal(ours$p.value, pchisq(theirs$chisq, ours$df, lower.tail = FALSE), tolerance = 1e-9)
  }
  late <- glance(test_logrank(Surv(start, stop, event) ~ surgery, heart))
  expect_equal(late$statistic, score_oracle(Surv(start, stop, event) ~ surgery, heart)$statistic)
})

test_that("frequency 2 is two rows, order and unit are nothing", {
  for (seed in 1:20) {
    data <- withr::with_seed(seed, random_rows(30L))
    formula <- Surv(entry, exit, status) ~ g + strata(s)
    test <- quietly(test_logrank(formula, data))
    doubled <- data[rep(1:30, data$f), ]
    expect_equal(
      glance(quietly(test_logrank(formula, data, frequency = f))),
      glance(quietly(test_logrank(formula, doubled)))
    )
    expect_equal(
      tidy(quietly(test_logrank(formula, data, frequency = f))),
      tidy(quietly(test_logrank(formula, doubled)))
    )
    expect_equal(tidy(test), tidy(quietly(test_logrank(formula, data[30:1, ]))))
    shrunk <- transform(data, entry = entry * 1e-9, exit = exit * 1e-9)
    expect_equal(glance(test), glance(quietly(test_logrank(formula, shrunk))))
  }
})

test_that("time 0 is a time, rows of weight 0 are no rows, and rows are counted without end", {
  data <- withr::with_seed(3, random_rows(40L))
  data$exit[1:6] <- 0
  data$status[1:3] <- 1
  theirs <- survdiff(Surv(exit, status) ~ g, data)
  expect_equal(test_logrank(Surv(exit, status) ~ g, data)$statistic, theirs$chisq)
  data$w <- rep(0:1, c(5, 35))
  expect_equal(
    test_logrank(Surv(exit, status) ~ g, data, weights = w)$statistic,
    test_logrank(Surv(exit, status) ~ g, data[-(1:5), ], weights = w)$statistic
  )
  expect_identical(glance(test_logrank(Surv(exit, status) ~ g, data, weights = w))$n.dropped, 5L)
  # So many rows that the hypergeometric factor no longer moves.
  one_row_each <- function(copies) {
    test_logrank(Surv(exit, status) ~ g, data, frequency = rep(copies, 40))$statistic / copies
  }
  expect_equal(one_row_each(3e9), one_row_each(1e7), tolerance = 1e-5)
})

test_that("nothing to compare gives NA and says why", {
  expect_error(test_logrank(Surv(time, status) ~ 1, aml), class = "survlines_error_formula")
  expect_error(test_logrank(Surv(time, status) ~ strata(x), aml), class = "survlines_error_formula")
  one <- transform(aml, x = "a")
  expect_warning(test <- test_logrank(Surv(time, status) ~ x, one),
    class = "survlines_warning_nothing_to_compare"
  )
  expect_identical(test$p.value, NA_real_)
  expect_output(print(test), "NA")
  expect_warning(test_logrank(Surv(time, status * 0) ~ x, aml), "no events",
    class = "survlines_warning_nothing_to_compare"
  )
})

test_that("a group without events or never at risk is no error", {
  data <- transform(aml, group = as.character(x))
  data$group[23] <- "early"
  data$time[23] <- 1
  data$status[23] <- 0
  test <- test_logrank(Surv(time, status) ~ group, data)
  expect_identical(test$df, 1L)
  expect_equal(test$statistic, test_logrank(Surv(time, status) ~ x, aml[-23, ])$statistic)
})

test_that("repeated lines are told", {
  rows <- data.frame(
    patient_id = 1, line_id = 1:23, event = TRUE, reason = "", source = "", aml
  )
  expect_message(test_logrank(Surv(time, status) ~ x, rows), "23 lines of 1 patient",
    class = "survlines_message_repeated_lines"
  )
})

test_that("expected numbers print with two decimals; without events no ratio is NaN", {
  data <- data.frame(time = 1:4, status = c(1, 1, 1, 1), group = c("a", "a", "b", "b"))
  printed <- capture.output(print(test_logrank(Surv(time, status) ~ group, data)))
  expect_match(printed, "\\b0\\.83\\b", all = FALSE)
  none <- suppressWarnings(test_logrank(Surv(time, 0 * status) ~ group, data))
  printed <- capture.output(print(none))
  expect_match(printed, "0\\.00 +NA", all = FALSE)
  expect_false(any(grepl("NaN", printed, fixed = TRUE)))
})

test_that("the unit of trend scores does not matter, however large", {
  statistic <- function(scores) {
    glance(test_logrank(Surv(time, status) ~ x, aml, scores = scores))$statistic
  }
  expect_equal(statistic(c(-1, 1) * 1e308), statistic(1:2), tolerance = 1e-12)
  expect_equal(statistic(c(-1, 1) * 1e-300), statistic(1:2), tolerance = 1e-12)
})
