test_that("rho 1 is survdiff's, strata included", {
  result <- over_random_sets(n_random_sets(300L), function(seed) {
    data <- random_rows()
    formula <- list(Surv(exit, status) ~ g, Surv(exit, status) ~ g + strata(s))[[seed %% 2L + 1L]]
    theirs <- tryCatch(survival::survdiff(formula, data, rho = 1), error = function(condition) NULL)
    if (is.null(theirs) || !is.finite(theirs$chisq)) {
      return("survival stops")
    }
    ours <- quietly(test_logrank(formula, data, weighting = "fleming-harrington", rho = 1))
    total <- function(x) if (is.matrix(x)) rowSums(x) else x
    c(
      observed = largest_difference(tidy(ours)$obs, total(theirs$obs), 1),
      expected = largest_difference(tidy(ours)$exp, total(theirs$exp), 1),
      covariance = largest_difference(ours$covariance, theirs$var, max(theirs$var, 1))
    )
  })
  expect_agreement(result)
})

test_that("trend: a score test of Cox without ties, and any linear change of scores", {
  withr::local_seed(1)
  data <- data.frame(
    time = sample(1000, 80), status = rbinom(80, 1, 0.7), g = sample(1:4, 80, TRUE)
  )
  test <- test_logrank(Surv(time, status) ~ g, data, scores = TRUE)
  score <- survival::coxph(Surv(time, status) ~ g, data)$score
  expect_equal(test$statistic, score, tolerance = 1e-10)
  expect_equal(test$df, 1L)
  moved <- test_logrank(Surv(time, status) ~ g, data, scores = 1e6 + 3 * 1:4)
  expect_equal(moved$statistic, test$statistic)
  expect_output(print(test), "trend")
  two <- test_logrank(Surv(time, status) ~ sex, lung, scores = TRUE)
  expect_equal(two$statistic, test_logrank(Surv(time, status) ~ sex, lung)$statistic)
})

test_that("frequency, row order, unit of time and names of groups change no weighted test", {
  data <- withr::with_seed(2, random_rows(50))
  twice <- data[rep(seq_len(50), data$f), ]
  for (weighting in test_weights) {
    statistic <- function(data, ...) {
      quietly(test_logrank(Surv(exit, status) ~ g + strata(s), data, weighting = weighting, ...))$
        statistic
    }
    expect_equal(statistic(data, frequency = f), statistic(twice))
    expect_equal(statistic(data[rev(seq_len(50)), ]), statistic(data))
    expect_equal(statistic(transform(data, exit = exit * 1e-9)), statistic(data))
    expect_equal(statistic(transform(data, g = factor(g, c("c", "a", "b")))), statistic(data))
  }
})

test_that("pairs are tests of two groups, adjusted", {
  pairs <- test_logrank_pairs(Surv(time, status) ~ celltype, veteran, adjust = "BH")
  expect_equal(nrow(pairs), 6L)
  two <- test_logrank(Surv(time, status) ~ celltype, veteran,
    subset = celltype %in% c("squamous", "large")
  )
  one <- pairs[pairs$group1 == "celltype=squamous" & pairs$group2 == "celltype=large", ]
  expect_equal(one$statistic, two$statistic)
  expect_equal(pairs$p.adjusted, p.adjust(pairs$p.value, "BH"))
  stratified <- test_logrank_pairs(Surv(time, status) ~ celltype + strata(trt), veteran,
    weighting = "gehan"
  )
  two <- test_logrank(Surv(time, status) ~ celltype + strata(trt), veteran,
    subset = celltype %in% c("smallcell", "adeno"), weighting = "gehan"
  )
  one <- stratified[stratified$group1 == "celltype=smallcell" &
    stratified$group2 == "celltype=adeno", ]
  expect_equal(one$statistic, two$statistic)
})

test_that("MaxCombo: one test is itself, joint p-values by simulation and bounds", {
  skip_if_not_installed("mvtnorm")
  single <- test_maxcombo(Surv(time, status) ~ trt, veteran, rho = 0, gamma = 0)
  plain <- test_logrank(Surv(time, status) ~ trt, veteran)
  expect_equal(single$statistic^2, plain$statistic)
  expect_equal(single$p.value, plain$p.value)
  twice <- test_maxcombo(Surv(time, status) ~ trt, veteran, rho = c(0, 0), gamma = c(0, 0))
  expect_equal(twice$p.value, plain$p.value, tolerance = 1e-5)

  test <- test_maxcombo(Surv(time, status) ~ trt, veteran)
  each <- vapply(1:4, function(k) {
    test_logrank(Surv(time, status) ~ trt, veteran,
      weighting = "fleming-harrington", rho = test$tests$rho[k], gamma = test$tests$gamma[k]
    )$statistic
  }, 0)
  expect_equal(test$tests$statistic^2, each)
  smallest <- 2 * pnorm(-test$statistic)
  expect_true(test$p.value >= smallest && test$p.value <= 4 * smallest)
  withr::local_seed(3)
  parts <- eigen(test$correlation, symmetric = TRUE)
  root <- parts$vectors %*% diag(sqrt(pmax(parts$values, 0)))
  draws <- matrix(rnorm(4e5), ncol = 4) %*% t(root)
  simulated <- mean(do.call(pmax, as.data.frame(abs(draws))) >= test$statistic)
  expect_lt(abs(simulated - test$p.value), 4 * sqrt(simulated * (1 - simulated) / 1e5))
  state <- .Random.seed
  expect_identical(test_maxcombo(Surv(time, status) ~ trt, veteran)$p.value, test$p.value)
  expect_identical(.Random.seed, state)
  three <- test_maxcombo(Surv(time, status) ~ trt, veteran, rho = c(0, 0, 1), gamma = c(0, 1, 1))
  expect_true(three$p.value <= test$p.value + 1e-6 || three$statistic < test$statistic)
  expect_equal(glance(test)$p.value, test$p.value)
  expect_output(print(test), "MaxCombo")
})

test_that("what makes no test is refused or said", {
  refused <- function(class, expression) expect_error(expression, class = class)
  argument <- "survlines_error_argument"
  refused(argument, test_logrank(Surv(time, status) ~ sex, lung, weighting = "wilcoxon"))
  refused(argument, test_logrank(Surv(time, status) ~ sex, lung, rho = 1))
  refused(argument, test_logrank(Surv(time, status) ~ sex, lung,
    weighting = "fleming-harrington", rho = -1
  ))
  refused(argument, test_logrank(Surv(time, status) ~ sex, lung, scores = 1:3))
  refused(argument, test_logrank(Surv(time, status) ~ sex, lung, scores = c(1, NA)))
  refused(argument, test_logrank_pairs(Surv(time, status) ~ sex, lung, adjust = "tukey"))
  refused("survlines_error_formula", test_logrank_pairs(Surv(time, status) ~ 1, lung))
  skip_if_not_installed("mvtnorm")
  refused(argument, test_maxcombo(Surv(time, status) ~ sex, lung, rho = 1, gamma = 1:2))
  refused("survlines_error_formula", test_maxcombo(Surv(time, status) ~ celltype, veteran))
  expect_warning(
    test <- test_maxcombo(Surv(time, rep(0, 228)) ~ sex, lung),
    class = "survlines_warning_nothing_to_compare"
  )
  expect_equal(test$p.value, NA_real_)
})
