relapse_data <- function() {
  transform(
    survival::mgus2,
    months = ifelse(pstat == 1, ptime, futime),
    cause = factor(ifelse(pstat == 1, 1, 2 * death), 0:2, c("censored", "progression", "death"))
  )
}

random_causes <- function(n, causes = 3L, late = FALSE) {
  exit <- sample(2:12, n, TRUE)
  data.frame(
    entry = if (late) pmin(sample(0:8, n, TRUE), exit - 1L) else 0L,
    exit = exit,
    cause = factor(sample(0:causes, n, TRUE), 0:causes, c("none", letters[seq_len(causes)])),
    arm = sample(c("x", "y"), n, TRUE), id = sample(n %/% 2L, n, TRUE),
    weight = round(runif(n, 0.2, 3), 2), times = sample(1:3, n, TRUE)
  )
}

# survfit's rows of one curve at the times of ours.
oracle_at <- function(oracle, cause, times) {
  column <- match(cause, oracle$states)
  at <- match(times, oracle$time)
  # survfit's plain limits have lost their shape.
  limit <- function(x) matrix(x, ncol = length(oracle$states))[at, column]
  list(
    estimate = oracle$pstate[at, column], std_error = oracle$std.err[at, column],
    low = limit(oracle$lower), high = limit(oracle$upper)
  )
}

expect_as_survfit <- function(fit, oracle, tolerance = 1e-9) {
  table <- tidy(fit)
  for (cause in fit$causes) {
    ours <- table[table$cause == cause, ]
    theirs <- oracle_at(oracle, cause, ours$time)
    expect_equal(ours$estimate, theirs$estimate, tolerance = tolerance)
    expect_equal(ours$std.error^2, theirs$std_error^2, tolerance = tolerance)
    inside <- ours$estimate > 0 & ours$estimate < 1 - 1e-9
    expect_equal(ours$conf.low[inside], theirs$low[inside], tolerance = 1e-7)
    expect_equal(ours$conf.high[inside], theirs$high[inside], tolerance = 1e-7)
  }
}

test_that("estimates, errors and intervals are those of survfit, on every scale", {
  withr::local_seed(1)
  scales <- c("log-log" = "log-log", log = "log", plain = "plain", logit = "logit",
    arcsine = "arcsin")
  for (repeated in 1:10) {
    data <- random_causes(sample(20:80, 1))
    for (scale in names(scales)) {
      fit <- fit_cuminc(Surv(exit, cause) ~ 1, data, conf_type = scale)
      oracle <- survival::survfit(Surv(exit, cause) ~ 1, data, conf.type = scales[[scale]])
      expect_as_survfit(fit, oracle)
    }
  }
})

test_that("weights, late entry and clusters are those of survfit", {
  withr::local_seed(2)
  for (repeated in 1:15) {
    data <- random_causes(sample(20:60, 1), late = TRUE)
    data$row <- seq_len(nrow(data))
    fit <- fit_cuminc(Surv(entry, exit, cause) ~ 1, data, weights = weight, conf_type = "log")
    oracle <- suppressWarnings(
      survival::survfit(Surv(entry, exit, cause) ~ 1, data, weights = weight, id = row)
    )
    expect_as_survfit(fit, oracle)
  }
})

# survfit() of survival 3.5-3 takes `cluster` for several states and leaves it out of account: the
# standard errors are those of rows. So the proof is by derivatives, and by survfit for one cause.
test_that("clusters: the squared influence of each, found by moving its weight", {
  withr::local_seed(5)
  for (repeated in 1:3) {
    data <- random_causes(25, causes = 2L, late = TRUE)
    fit <- fit_cuminc(Surv(entry, exit, cause) ~ 1, data, weights = weight, cluster = id)
    step <- 1e-4
    moved <- function(id, by) {
      data$moved <- data$weight * ifelse(data$id == id, 1 + by, 1)
      tidy(fit_cuminc(Surv(entry, exit, cause) ~ 1, data, weights = moved))$estimate
    }
    influence <- vapply(unique(data$id), function(id) {
      (moved(id, step) - moved(id, -step)) / (2 * step)
    }, tidy(fit)$estimate)
    expect_equal(tidy(fit)$std.error, sqrt(rowSums(influence^2)), tolerance = 1e-6)
    expect_equal(glance(fit)$n.clusters[1L], length(unique(data$id)))
  }
})

test_that("clusters: one cause is survfit's Kaplan-Meier", {
  withr::local_seed(6)
  for (repeated in 1:10) {
    data <- random_causes(40, causes = 1L, late = TRUE)
    table <- tidy(fit_cuminc(Surv(entry, exit, cause) ~ 1, data, weights = weight, cluster = id))
    oracle <- survival::survfit(
      Surv(entry, exit, cause == "a") ~ 1, data, weights = weight, cluster = id
    )
    at <- match(table$time, oracle$time)
    expect_false(oracle$logse)
    expect_equal(table$std.error^2, oracle$std.err[at]^2, tolerance = 1e-9)
  }
})

test_that("Aalen's variance is that of cmprsk", {
  skip_if_not_installed("cmprsk")
  withr::local_seed(3)
  for (repeated in 1:20) {
    data <- random_causes(sample(20:80, 1))
    fit <- fit_cuminc(Surv(exit, cause) ~ arm, data, std_error = "aalen")
    times <- sort(unique(data$exit[data$cause != "none"]))
    theirs <- cmprsk::timepoints(cmprsk::cuminc(data$exit, data$cause, data$arm, cencode = "none"),
      times = times
    )
    ours <- incidence_at(fit, times)
    row <- paste(sub("arm=", "", ours$strata), ours$cause)
    at <- cbind(match(row, rownames(theirs$est)), match(ours$time, times))
    # cmprsk keeps no variance where a curve has ended, and none after the last event.
    known <- !is.na(theirs$est[at]) & !is.na(ours$estimate)
    expect_gt(sum(known), 10)
    expect_equal(ours$estimate[known], theirs$est[at][known], tolerance = 1e-9)
    expect_equal(ours$std.error[known]^2, theirs$var[at][known], tolerance = 1e-9)
  }
})

test_that("without censoring the incidence is a share and its variance that of a share", {
  data <- data.frame(time = 1:10, cause = factor(rep(c("a", "b"), 5), c("none", "a", "b")))
  at <- incidence_at(fit_cuminc(Surv(time, cause) ~ 1, data), 7)
  expect_equal(at$estimate, c(0.4, 0.3))
  expect_equal(at$std.error, sqrt(c(0.4 * 0.6, 0.3 * 0.7) / 10))
})

test_that("one cause is one minus Kaplan-Meier", {
  data <- transform(survival::lung, cause = factor(status, 1:2, c("none", "death")))
  incidence <- tidy(fit_cuminc(Surv(time, cause) ~ sex, data))
  curve <- tidy(suppressMessages(fit_km(Surv(time, status) ~ sex, data)))
  expect_equal(incidence$estimate, 1 - curve$estimate, tolerance = 1e-13)
})

test_that("frequency 2 is two rows, weight 0 none, and the unit of time changes nothing", {
  withr::local_seed(4)
  data <- random_causes(40, late = TRUE)
  twice <- data[rep(seq_len(nrow(data)), data$times), ]
  for (formula in list(Surv(entry, exit, cause) ~ arm, Surv(exit, cause) ~ 1)) {
    expect_equal(
      tidy(fit_cuminc(formula, data, frequency = times)), tidy(fit_cuminc(formula, twice))
    )
    expect_equal(
      tidy(fit_cuminc(formula, data, frequency = times, cluster = id)),
      tidy(fit_cuminc(formula, twice, cluster = id))
    )
    half <- rbind(data, transform(data, weight = 0, exit = exit + 1))
    expect_equal(
      tidy(fit_cuminc(formula, half, weights = weight)),
      tidy(fit_cuminc(formula, data, weights = weight))
    )
    long <- transform(data, entry = entry * 1e9 / 3, exit = exit * 1e9 / 3)
    errors <- tidy(fit_cuminc(formula, data))$std.error
    expect_equal(tidy(fit_cuminc(formula, long))$std.error, errors)
    expect_equal(tidy(fit_cuminc(formula, data[rev(seq_len(40)), ]))$std.error, errors)
  }
})

test_that("Surv columns, endpoints' causes and unused levels are understood", {
  data <- relapse_data()
  data$outcome <- Surv(data$months, data$cause)
  fit <- fit_cuminc(Surv(months, cause) ~ sex, data, time_unit = "months")
  expect_equal(tidy(fit_cuminc(outcome ~ sex, data)), tidy(fit))
  levels(data$cause) <- c(levels(data$cause), "emigration")
  wider <- fit_cuminc(Surv(months, cause) ~ sex, data)
  expect_equal(unique(tidy(wider)$estimate[tidy(wider)$cause == "emigration"]), 0)
  years <- incidence_at(fit, 10, time_unit = "years")
  expect_equal(years$estimate, incidence_at(fit, 120)$estimate)
  # One curve ends censored, in the other everybody has had an event.
  expect_equal(is.na(incidence_at(fit, 1e6)$estimate), c(TRUE, TRUE, FALSE, FALSE))
  expect_equal(nobs(fit), nrow(data))
  expect_equal(sum(glance(fit)$events), sum(data$cause != "censored"))
})

test_that("what cannot be fitted is refused by name", {
  data <- relapse_data()
  expect_error(fit_cuminc(Surv(months, death) ~ 1, data), class = "survlines_error_status")
  expect_error(
    fit_cuminc(Surv(months, cause) ~ 1, data, std_error = "aalen", weights = age),
    class = "survlines_error_argument"
  )
  expect_error(
    fit_cuminc(Surv(months, cause) ~ 1, data, std_error = "aalen", cluster = sex),
    class = "survlines_error_argument"
  )
  expect_error(fit_cuminc(Surv(months, cause) ~ 1, data[0, ]), class = "survlines_error_no_data")
  expect_error(
    fit_cuminc(Surv(months, months, cause) ~ 1, data), class = "survlines_error_entry_exit"
  )
  fit <- fit_cuminc(Surv(months, cause) ~ 1, data)
  expect_error(incidence_at(fit, 12, "cure"), class = "survlines_error_argument")
  expect_error(incidence_at(fit, NA_real_), class = "survlines_error_argument")
  expect_error(incidence_at(1, 12), class = "survlines_error_argument")
  expect_error(fit_km(Surv(months, cause) ~ 1, data), class = "survlines_error_status")
})

test_that("an incidence that has reached 1 has no variance, and limits of 1 on every scale", {
  for (n in 1:40) {
    data <- data.frame(time = withr::with_seed(n, rexp(n)), cause = factor(rep(1, n), 0:2))
    for (scale in c("plain", "log", "log-log", "logit", "arcsine")) {
      rows <- tidy(fit_cuminc(Surv(time, cause) ~ 1, data, conf_type = scale))
      last <- rows[rows$cause == "1" & rows$n.risk == 1, ]
      expect_equal(last$estimate, 1)
      expect_identical(last$std.error, 0)
      expect_equal(c(last$conf.low, last$conf.high), c(1, 1))
    }
  }
})

test_that("it prints what a reader needs", {
  fit <- fit_cuminc(Surv(months, cause) ~ sex, relapse_data(), time_unit = "months")
  expect_output(print(fit), "progression")
  expect_output(print(fit), "infinitesimal jackknife")
  expect_output(print(summary(fit, times = 120)), "120")
})

test_that("a Fine-Gray model is a weighted Cox model", {
  skip_if_not_installed("cmprsk")
  data <- relapse_data()
  data <- data[seq(1, nrow(data), 4), ]
  data$male <- as.numeric(data$sex == "M")
  # The two programs weigh tied times differently.
  data$months <- data$months + seq_len(nrow(data)) / 1e4
  expanded <- survival::finegray(Surv(months, cause) ~ age + male, data, etype = "progression")
  fit <- fit_cox(
    Surv(fgstart, fgstop, fgstatus) ~ age + male, expanded,
    weights = fgwt, ties = "breslow", robust = FALSE
  )
  theirs <- cmprsk::crr(
    data$months, as.integer(data$cause) - 1L, cbind(data$age, data$male),
    gtol = 1e-10
  )
  expect_equal(unname(coef(fit)), unname(theirs$coef), tolerance = 1e-6)
})
