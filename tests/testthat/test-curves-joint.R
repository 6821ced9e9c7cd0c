# All options of a curve or test drawn at once, against survival and slow versions of the
# definitions (helper-brute.R). Seeds are fixed; with SURVLINES_FUZZ=1 there are more sets from a
# fresh start, which is printed and can be given again as SURVLINES_FUZZ_SEED.

over_joint_sets <- function(n, n_fuzz, compare) {
  over_random_sets(if (fuzzes_in_full()) n_fuzz else n_random_sets(n), function(seed) compare())
}

draw <- function(...) sample(list(...), 1L)[[1L]]
one_in <- function(n) sample.int(n, 1L) == 1L

# Rows with drawn options: late entry, causes, kinds of weights, replicates, clusters. `expanded`
# has a row for each replicate, `row` says which it was.
draw_rows <- function(n_causes = 1L, n = sample(8:40, 1L)) {
  data <- random_rows(n)
  data$cause <- data$status * sample(n_causes, nrow(data), replace = TRUE)
  data$outcome <- factor(data$cause, 0:n_causes)
  if (one_in(2L)) data$entry <- min(data$entry) - 1
  data$w <- draw(rep(1, nrow(data)), data$f + 0, data$w)
  data$f <- draw(rep(1L, nrow(data)), data$f)
  # Rounded, so that equal times are one number: the slow versions know no near ties.
  if (one_in(3L)) data$exit <- round(data$exit * 1.1, 1L)
  data$entry <- round(pmin(data$entry, data$exit - 0.5), 1L)
  data$s <- if (one_in(2L)) data$s else "one"
  list(data = data, expanded = data[rep(seq_len(nrow(data)), data$f), ])
}

at_risk_late <- function(rows, start) {
  rows <- rows[rows$exit >= start, ]
  rows$entry[rows$entry < start] <- -1e9
  rows
}

# What a curve should be: a row for each time of each group, in the order of tidy().
expected_curves <- function(rows, groups, estimate, error, cluster) {
  do.call(rbind, lapply(sort(unique(groups)), function(group) {
    own <- rows[groups == group, ]
    own_cluster <- cluster[groups == group]
    points <- brute_curve(own, 1L)
    steps <- vapply(points, function(p) fleming_harrington_steps(p$n, p$d, p$m), c(0, 0))
    n <- vapply(points, `[[`, 0, "n")
    d <- vapply(points, `[[`, 0, "d")
    survival <- switch(estimate,
      `kaplan-meier` = vapply(points, `[[`, 0, "survival"), `nelson-aalen` = exp(-cumsum(d / n)),
      `fleming-harrington` = exp(-cumsum(steps[1L, ]))
    )
    influence <- if (estimate == "kaplan-meier") "d_survival" else "d_hazard"
    scale <- if (estimate == "kaplan-meier") survival^2 else 1
    variance <- switch(error,
      greenwood = cumsum(d / n / (n - d)),
      tsiatis = if (estimate == "fleming-harrington") cumsum(steps[2L, ]) else cumsum(d / n^2),
      peto = (1 - survival) / n,
      jackknife = vapply(points, function(p) squared_influence(p[[influence]], own_cluster), 0) /
        scale
    )
    data.frame(
      time = vapply(points, `[[`, 0, "time"), n = n, d = d, survival = survival,
      variance = variance
    )
  }))
}

test_that("fit_km: every option at once", {
  result <- over_joint_sets(150L, 3000L, function() {
    rows <- draw_rows()
    estimate <- draw("kaplan-meier", "nelson-aalen", "fleming-harrington")
    scale <- sample(interval_scales, 1L)
    clustered <- estimate != "fleming-harrington" && one_in(3L)
    errors <- setdiff(km_errors, if (estimate == "fleming-harrington") "jackknife")
    error <- if (clustered) "jackknife" else sample(errors, 1L)
    start <- if (one_in(3L)) sort(rows$data$exit)[2L]
    by <- draw(~1, ~g, ~ g + s)
    level <- runif(1L, 0.5, 0.99)
    formula <- stats::update(by, Surv(entry, exit, status) ~ .)
    arguments <- list(formula, rows$data,
      weights = quote(w), frequency = quote(f), cluster = if (clustered) quote(id),
      estimate = estimate, std_error = error, conf_type = scale, conf_level = level,
      start_time = start, at_zero = draw("missing", "zero")
    )
    ours <- tidy(quietly(do.call(fit_km, arguments)))

    expanded <- if (is.null(start)) rows$expanded else at_risk_late(rows$expanded, start)
    groups <- do.call(paste, c(list("all"), expanded[all.vars(by)]))
    cluster <- if (clustered) expanded$id else seq_len(nrow(expanded))
    expected <- expected_curves(expanded, groups, estimate, error, cluster)
    known <- expected$survival > 1e-12 & expected$survival < 1 & expected$variance < 1e6
    # The root of a variance of 0 left by rounding, as of a group that is one cluster, is no
    # standard error to compare.
    spread <- known & expected$variance > 1e-10
    limits <- quietly(brute_limits(
      expected$survival, expected$survival * sqrt(expected$variance), qnorm((1 + level) / 2), scale
    ))
    size <- pmax(expected$variance[known], 1e-6)
    c(
      time = largest_difference(ours$time, expected$time, 1),
      n.risk = largest_difference(ours$n.risk, expected$n, 1),
      estimate = largest_difference(ours$estimate, expected$survival, 1),
      variance = largest_difference(ours$std.error[known]^2, expected$variance[known], size),
      conf.low = largest_difference(ours$conf.low[spread], limits$low[spread], 1),
      conf.high = largest_difference(ours$conf.high[spread], limits$high[spread], 1)
    )
  })
  expect_agreement(result)
})

test_that("fit_cuminc: every option at once", {
  result <- over_joint_sets(100L, 2000L, function() {
    n_causes <- sample(3L, 1L)
    rows <- draw_rows(n_causes)
    scale <- sample(interval_scales, 1L)
    clustered <- one_in(2L)
    level <- runif(1L, 0.5, 0.99)
    by <- draw(~1, ~g, ~ g + s)
    ours <- tidy(quietly(do.call(fit_cuminc, list(
      stats::update(by, Surv(entry, exit, outcome) ~ .), rows$data,
      weights = quote(w), frequency = quote(f), cluster = if (clustered) quote(id),
      conf_type = scale, conf_level = level
    ))))
    groups <- do.call(paste, c(list("all"), rows$expanded[all.vars(by)]))
    expected <- do.call(rbind, lapply(sort(unique(groups)), function(group) {
      own <- rows$expanded[groups == group, ]
      cluster <- if (clustered) own$id else seq_len(nrow(own))
      points <- brute_curve(own, n_causes)
      do.call(rbind, lapply(seq_len(n_causes), function(k) {
        data.frame(
          incidence = vapply(points, function(p) p$incidence[k], 0),
          variance = vapply(points, function(p) squared_influence(p$d_incidence[, k], cluster), 0)
        )
      }))
    }))
    # The root of a variance of 0 left by rounding is no standard error to compare.
    known <- expected$incidence > 1e-12 & expected$incidence < 1 - 1e-12 &
      expected$variance > 1e-10
    limits <- quietly(brute_limits(
      expected$incidence, sqrt(expected$variance), qnorm((1 + level) / 2), scale
    ))
    c(
      estimate = largest_difference(ours$estimate, expected$incidence, 1),
      variance = largest_difference(ours$std.error^2, expected$variance, 1),
      conf.low = largest_difference(ours$conf.low[known], limits$low[known], 1),
      conf.high = largest_difference(ours$conf.high[known], limits$high[known], 1)
    )
  })
  expect_agreement(result)
})

test_that("test_logrank: every option at once", {
  result <- over_joint_sets(120L, 3000L, function() {
    rows <- draw_rows()
    weighting <- sample(test_weights, 1L)
    powers <- if (weighting == "fleming-harrington") runif(2L, 0, 2) else c(0, 0)
    weighted <- one_in(2L)
    clustered <- one_in(2L)
    scores <- if (one_in(3L)) rnorm(nlevels(droplevels(rows$data$g)))
    data <- rows$data
    data$g <- droplevels(data$g)
    if (nlevels(data$g) < 2L) {
      return("one group")
    }
    ours <- quietly(do.call(test_logrank, list(
      Surv(entry, exit, status) ~ g + strata(s), data,
      weights = if (weighted) quote(w), frequency = quote(f),
      cluster = if (clustered) quote(id), weighting = weighting, rho = powers[1L],
      gamma = powers[2L], scores = scores
    )))
    expanded <- data[rep(seq_len(nrow(data)), data$f), ]
    if (!weighted) expanded$w <- 1
    brute <- brute_logrank(expanded, weighting, powers[1L], powers[2L])
    covariance <- brute$covariance
    if (weighted || clustered) {
      unit <- if (clustered) expanded$id else seq_len(nrow(expanded))
      covariance <- crossprod(rowsum(brute$residual * expanded$w, unit))
    }
    size <- max(covariance, 1e-6)
    difference <- rowSums(ours$observed) - rowSums(ours$expected)
    statistic <- if (is.null(scores) || ours$df == 0L) {
      0
    } else {
      centred <- scores - mean(scores)
      expected <- sum(centred * brute$difference)^2 / drop(centred %*% covariance %*% centred)
      largest_difference(ours$statistic, expected, max(expected, 1))
    }
    c(
      difference = largest_difference(difference, brute$difference, sqrt(size)),
      covariance = largest_difference(ours$covariance, covariance, size), statistic = statistic
    )
  })
  expect_agreement(result)
})

test_that("test_gray: rho, strata, replicates and groups at once, as cmprsk", {
  skip_if_not_installed("cmprsk")
  result <- over_joint_sets(60L, 1000L, function() {
    rows <- draw_rows(sample(2:3, 1L), n = sample(25:60, 1L))
    rho <- draw(0, 0.5, 1, 2)
    expanded <- rows$expanded
    theirs <- tryCatch(
      suppressWarnings(cmprsk::cuminc(
        expanded$exit, expanded$cause, expanded$g, expanded$s,
        rho = rho
      ))$Tests,
      error = function(condition) NULL
    )
    if (is.null(theirs) || !all(is.finite(theirs))) {
      return("cmprsk stops")
    }
    ours <- quietly(test_gray(Surv(exit, outcome) ~ g + strata(s), rows$data,
      rho = rho, frequency = f, causes = rownames(theirs)
    ))
    if (any(ours$df != theirs[, "df"])) {
      return("a group never at risk, which cmprsk counts")
    }
    c(statistic = largest_difference(
      ours$statistic, theirs[, "stat"], pmax(theirs[, "stat"], 1)
    ))
  })
  expect_agreement(result)
})

test_that("rows cut in two, and rows at risk of nothing, change no curve and no test", {
  for (seed in 1:8) {
    data <- withr::with_seed(seed, random_rows(40L))
    data$outcome <- factor(data$status * (1 + (data$x > 0)), 0:2)
    at <- withr::with_seed(seed, data$entry + (data$exit - data$entry) * stats::runif(40L))
    parts <- rbind(
      transform(data, exit = at, status = 0L, outcome = factor(0, 0:2)), transform(data, entry = at)
    )
    # Between two times of the data, which are whole numbers.
    useless <- transform(data[1:5, ],
      entry = exit - 0.75, exit = exit - 0.25, status = 0L, outcome = factor(0, 0:2)
    )
    curves <- function(data) {
      km <- tidy(fit_km(Surv(entry, exit, status) ~ g, data))
      incidence <- tidy(fit_cuminc(Surv(entry, exit, outcome) ~ g, data, std_error = "aalen"))
      list(
        km[km$n.event > 0, setdiff(names(km), "n.censor")],
        incidence[incidence$n.event > 0, setdiff(names(incidence), "n.censor")]
      )
    }
    test <- function(data) {
      test <- test_logrank(Surv(entry, exit, status) ~ g + strata(s), data)
      test[c("observed", "expected", "covariance", "statistic", "df")]
    }
    for (more in list(parts, rbind(data, useless))) {
      expect_equal(quietly(curves(more)), quietly(curves(data)))
      expect_equal(quietly(test(more)), quietly(test(data)))
    }
    # Nobody is at risk who was not there.
    expect_lte(max(quietly(tidy(fit_km(Surv(entry, exit, status) ~ 1, parts)))$n.risk), 40)
  }
})

test_that("order, unit, replicates and rows of weight 0 change nothing made of curves", {
  for (seed in 1:8) {
    data <- withr::with_seed(seed, random_rows(40L))
    data$entry <- data$entry - min(data$entry)
    data$exit <- data$exit + max(0, data$entry - data$exit + 1)
    data$outcome <- factor(data$status * (1 + (data$x > 0)), 0:2)
    last <- min(tapply(data$exit, data$g, max))
    all_results <- function(data, unit = 1, ...) {
      km <- fit_km(Surv(exit, status) ~ g, data, ...)
      late <- fit_km(Surv(entry, exit, status) ~ g, data, std_error = "greenwood", ...)
      incidence <- fit_cuminc(Surv(exit, outcome) ~ g, data, ...)
      times <- last * unit * c(0.3, 0.8)
      list(
        survival_rmst(km, times[2L])$estimate / unit,
        survival_rmst(km, times[2L], "difference")$p.value,
        survival_difference(km, times)$p.value, survival_at(late, times)$std.error,
        survival_quantile(km)$conf.low / unit, incidence_at(incidence, times)$conf.low,
        survival_band(late)$conf.high, follow_up(km)$median / unit,
        predict(km, data.frame(g = "a"), times = times[1L])
      )
    }
    whole <- quietly(all_results(data))
    expect_equal(quietly(all_results(data[40:1, ])), whole)
    for (unit in c(1e-9, 1e9)) {
      scaled <- transform(data, entry = entry * unit, exit = exit * unit)
      expect_equal(quietly(all_results(scaled, unit)), whole)
    }
    replicated <- quietly(all_results(data, frequency = f))
    expect_equal(quietly(all_results(data[rep(1:40, data$f), ])), replicated)
    more <- rbind(transform(data, f = 1), transform(data[1:9, ], exit = exit + 1, f = 0))
    expect_equal(quietly(all_results(more, frequency = f)), whole)
  }
})
