# Robust log-rank tests: coxph()'s robust score test with Breslow's ties where there is one, and the
# definition of the residuals otherwise.

# coxph() at 0 with robust variance: the score test, from its score residuals.
robust_oracle <- function(formula, data, weights, cluster) {
  environment(formula) <- environment()
  fit <- tryCatch(
    suppressWarnings(survival::coxph(formula, data,
      weights = weights, cluster = cluster, ties = "breslow",
      control = survival::coxph.control(iter.max = 0)
    )),
    error = function(condition) "survival stops"
  )
  if (is.character(fit)) {
    return(fit)
  }
  if (anyNA(coef(fit))) {
    return("a group that survival drops")
  }
  fit$rscore
}

test_that("clusters, weights, strata and entry times: coxph's robust score test", {
  result <- over_random_sets(n_random_sets(200L), function(seed) {
    data <- random_rows(sample(15:60, 1L))
    formula <- list(
      Surv(exit, status) ~ g, Surv(exit, status) ~ g + strata(s), Surv(entry, exit, status) ~ g,
      Surv(entry, exit, status) ~ g + strata(s)
    )[[seed %% 4L + 1L]]
    data$u <- if (seed %% 3L == 0L) 1 else data$w
    data$unit <- if (seed %% 5L == 0L) seq_len(nrow(data)) else data$id
    theirs <- robust_oracle(formula, data, data$u, data$unit)
    if (is.character(theirs)) {
      return(theirs)
    }
    ours <- quietly(test_logrank(formula, data, weights = u, cluster = unit))
    if (ours$df < 2L) {
      return("fewer groups at risk, or clusters, than degrees of freedom")
    }
    alone <- quietly(test_logrank(formula, data, weights = w))
    rows <- quietly(test_logrank(formula, data, weights = w, cluster = seq_along(exit)))
    c(
      statistic = largest_difference(ours$statistic, theirs, max(theirs, 1)),
      alone = largest_difference(alone$statistic, rows$statistic, max(theirs, 1)),
      sum = max(abs(rowSums(ours$covariance))) / max(ours$covariance)
    )
  })
  expect_agreement(result, 1e-8)
})

test_that("every weighting, with strata, entry, frequencies and weights, is its definition", {
  result <- over_random_sets(n_random_sets(40L), function(seed) {
    data <- random_rows(30L)
    weighting <- test_weights[seed %% 6L + 1L]
    powers <- if (weighting == "fleming-harrington") c(0.5, 1) else c(0, 0)
    run <- function(...) {
      quietly(test_logrank(Surv(entry, exit, status) ~ g + strata(s), data,
        weights = w, frequency = f, weighting = weighting, rho = powers[1], gamma = powers[2], ...
      ))
    }
    # Replicates as weights: in brute_logrank() only their product counts for n and d.
    all <- transform(data, w = w * f)
    u <- brute_logrank(all, weighting, powers[1], powers[2])$residual
    clustered <- run(cluster = id)
    of_cluster <- rowsum(u * data$w * data$f, data$id)
    scale <- max(clustered$covariance, 1e-6)
    c(
      difference = largest_difference(
        rowSums(clustered$observed) - rowSums(clustered$expected), colSums(of_cluster), sqrt(scale)
      ),
      clustered = largest_difference(clustered$covariance, crossprod(of_cluster), scale),
      rows = largest_difference(run()$covariance, crossprod(u * data$w * sqrt(data$f)), scale)
    )
  })
  expect_agreement(result)
})

test_that("frequency, order, unit, scale of weights and names of groups change no robust test", {
  data <- withr::with_seed(2, random_rows(50))
  twice <- data[rep(seq_len(50), data$f), ]
  for (weighting in test_weights) {
    statistic <- function(data, ...) {
      quietly(test_logrank(Surv(entry, exit, status) ~ g + strata(s), data,
        weighting = weighting, weights = w, ...
      ))$statistic
    }
    expect_equal(statistic(data, frequency = f), statistic(twice))
    expect_equal(statistic(data, frequency = f, cluster = id), statistic(twice, cluster = id))
    one <- statistic(data, cluster = id)
    expect_equal(statistic(data[50:1, ], cluster = id), one)
    longer <- transform(data, exit = exit * 1e9, entry = entry * 1e9)
    expect_equal(statistic(longer, cluster = id), one)
    expect_equal(statistic(transform(data, g = factor(g, c("c", "a", "b"))), cluster = id), one)
    more <- rbind(data, transform(data[1:9, ], w = 0, exit = exit + 1))
    expect_equal(statistic(more, cluster = id), one)
  }
})

test_that("trend, pairs, a cluster term, and what a reader is told", {
  data <- withr::with_seed(5, random_rows(60))
  formula <- Surv(exit, status) ~ g
  test <- quietly(test_logrank(formula, data, cluster = id))
  expect_equal(
    quietly(test_logrank(Surv(exit, status) ~ g + cluster(id), data))$statistic, test$statistic
  )
  trend <- quietly(test_logrank(formula, data, cluster = id, scores = TRUE))
  fit <- survival::coxph(Surv(exit, status) ~ as.numeric(g), data,
    cluster = id, ties = "breslow", iter.max = 0
  )
  expect_equal(trend$statistic, as.vector(fit$rscore))
  pairs <- quietly(test_logrank_pairs(formula, data, cluster = id, weights = w))
  two <- quietly(test_logrank(formula, data, cluster = id, weights = w, subset = g != "b"))
  expect_equal(pairs$statistic[2], two$statistic)
  expect_equal(glance(test)$n.clusters, length(unique(data$id)))
  expect_output(print(test), "robust over [0-9]+ clusters")
  expect_false(glance(quietly(test_logrank(formula, data)))$robust)

  expect_warning(one <- test_logrank(Surv(time, status) ~ x, aml, cluster = rep(1, 23)),
    "one cluster", class = "survlines_warning_nothing_to_compare"
  )
  expect_equal(one$p.value, NA_real_)
  skip_if_not_installed("mvtnorm")
  expect_error(test_maxcombo(Surv(time, status) ~ sex + cluster(id), kidney),
    class = "survlines_error_formula"
  )
})
