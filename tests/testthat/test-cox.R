test_that("fits are those of coxph on survival's own data", {
  cases <- list(
    list(Surv(time, status) ~ age + sex + ph.ecog + wt.loss, lung),
    list(Surv(time, status) ~ trt + celltype + karno + diagtime + age + prior, veteran),
    list(Surv(time, status) ~ celltype + strata(trt, prior), veteran),
    list(Surv(futime, fustat) ~ age + rx + resid.ds, ovarian),
    list(Surv(start, stop, event) ~ age + year + surgery + transplant, heart),
    list(Surv(start, stop, event) ~ rx + size + number + strata(enum), bladder2),
    list(Surv(time, status) ~ x, aml),
    list(Surv(time, status) ~ age + sex + disease, kidney)
  )
  for (case in cases) {
    for (ties in c("efron", "breslow")) {
      theirs <- coxph(case[[1L]], case[[2L]], ties = ties, control = strict_coxph)
      ours <- quietly(fit_cox(case[[1L]], case[[2L]], ties = ties))
      for (difference in compare_cox_fits(ours, theirs)) expect_lte(difference, 1e-9)
    }
  }
  theirs <- coxph(Surv(stop, event) ~ rx + size + strata(enum), bladder,
    cluster = id,
    control = strict_coxph
  )
  ours <- quietly(fit_cox(Surv(stop, event) ~ rx + size + strata(enum), bladder, cluster = id))
  for (difference in compare_cox_fits(ours, theirs)) expect_lte(difference, 1e-9)
  theirs <- coxph(Surv(time, status) ~ age, lung, weights = sex / 3, control = strict_coxph)
  expect_message(
    ours <- fit_cox(Surv(time, status) ~ age, lung, weights = sex / 3),
    class = "survlines_message_robust"
  )
  for (difference in compare_cox_fits(ours, theirs)) expect_lte(difference, 1e-9)
})

# Estimates and both variances of two fits.
expect_same_fit <- function(one, other, tolerance = 1e-9) {
  testthat::expect_equal(coef(one), coef(other), tolerance = tolerance)
  testthat::expect_equal(one$variance, other$variance, tolerance = tolerance)
  testthat::expect_equal(one$robust_variance, other$robust_variance, tolerance = tolerance)
  testthat::expect_equal(one$loglik, other$loglik, tolerance = tolerance)
}

fit_random <- function(data, ...) {
  quietly(fit_cox(Surv(entry, exit, status) ~ x + g + strata(s), data, ...))
}

test_that("frequency 2 is two rows, weight 0 is no row, order is nothing", {
  for (seed in 1:20) {
    withr::with_seed(seed, {
      data <- random_rows(40L)
      doubled <- data[rep(1:40, data$f), ]
      for (ties in c("efron", "breslow")) {
        expect_same_fit(
          fit_random(data, frequency = f, ties = ties, robust = TRUE),
          fit_random(doubled, ties = ties, robust = TRUE)
        )
        expect_same_fit(
          fit_random(data, frequency = f, ties = ties, cluster = id, weights = w),
          fit_random(doubled, ties = ties, cluster = id, weights = w)
        )
      }
      zero <- replace(data$w, 1:5, 0)
      expect_same_fit(
        fit_random(transform(data, w = zero), weights = w),
        fit_random(data[-(1:5), ], weights = w)
      )
      expect_same_fit(fit_random(data), fit_random(data[sample(40L), ]))
    })
  }
  expect_equal(glance(fit_random(data, frequency = f))$n, sum(data$f))
})

test_that("units of time, shifts and units of covariates, shifts of offsets change nothing", {
  data <- withr::with_seed(3, random_rows(60L))
  fit <- fit_random(data)
  for (unit in c(1e-9, 1e9)) {
    expect_same_fit(fit, fit_random(transform(data, entry = entry * unit, exit = exit * unit)))
  }
  expect_same_fit(fit, fit_random(transform(data, x = x + 1e7)), 100 * 2.2e-16 * 1e7 / sd(data$x))
  for (unit in c(1e-8, 1e8)) {
    scaled <- fit_random(transform(data, x = x * unit))
    expect_equal(coef(scaled)[["x"]] * unit, coef(fit)[["x"]], tolerance = 1e-9)
    expect_equal(vcov(scaled)["x", "x"] * unit^2, vcov(fit)["x", "x"], tolerance = 1e-9)
  }
  shifted <- quietly(fit_cox(Surv(exit, status) ~ x + offset(z * 0 + 100), data))
  expect_equal(coef(shifted), coef(quietly(fit_cox(Surv(exit, status) ~ x, data))))
})

test_that("a linear predictor with a range of 2000 neither over- nor underflows", {
  data <- data.frame(
    time = c(1:6, 1:6), status = 1, stretch = rep(c(-1000, 1000), each = 6),
    x = c(1, 4, 2, 6, 3, 5, 2, 1, 5, 3, 6, 4), s = rep(1:2, each = 6)
  )
  apart <- fit_cox(Surv(time, status) ~ x + strata(s) + offset(stretch), data)
  expect_equal(coef(apart), coef(fit_cox(Surv(time, status) ~ x + strata(s), data)))
  # Within one stratum the far rows have all the hazard, until they are gone.
  data$time <- seq_along(data$time)
  together <- fit_cox(Surv(time, status) ~ x + offset(stretch), data)
  expect_true(all(is.finite(c(coef(together), together$loglik, together$variance))))
})

test_that("collinear, constant and empty columns are NA by coxph's names", {
  data <- transform(lung,
    twice = 2 * age, one = 1, level = factor(sex, 1:3, c("m", "f", "none"))
  )
  formula <- Surv(time, status == 2) ~ age + twice + one + level + ph.karno
  ours <- fit_cox(formula, data)
  theirs <- coxph(formula, data, control = strict_coxph)
  expect_identical(is.na(coef(ours)), is.na(coef(theirs)))
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-9)
  expect_identical(unname(is.na(diag(vcov(ours)))), unname(is.na(coef(theirs))))
  expect_identical(glance(ours)$n.aliased, 3L)
  expect_identical(glance(ours)$df, 3L)
  expect_equal(glance(ours)$statistic.wald, theirs$wald.test, ignore_attr = TRUE)
  expect_output(print(ours), "Not estimated.*twice, one, levelnone")
})

test_that("a monotone likelihood is named and leaves the rest right", {
  data <- transform(lung, none = sex == 1 & inst %in% c(2, 3))
  data$status[data$none] <- 1
  expect_warning(
    fit <- fit_cox(Surv(time, status == 2) ~ age + none, data),
    "noneTRUE", class = "survlines_warning_infinite"
  )
  # What else there is, said where it is needed.
  expect_warning(
    fit_cox(Surv(time, status == 2) ~ age + none, data), "penalised likelihood \\(Firth"
  )
  expect_identical(coef(fit)[["noneTRUE"]], -Inf)
  expect_true(is.na(vcov(fit)["noneTRUE", "noneTRUE"]))
  # In the limit the rows without events are no longer at risk of one.
  rest <- fit_cox(Surv(time, status == 2) ~ age, data[!data$none, ])
  expect_equal(coef(fit)[["age"]], coef(rest)[["age"]], tolerance = 1e-5)
  expect_equal(fit$loglik[2], rest$loglik[2], tolerance = 1e-7)
  expect_identical(glance(fit)$n.infinite, 1L)
  expect_output(print(fit), "Infinite.*noneTRUE")
})

test_that("a stratum without events, and time 0, are data like any other", {
  data <- withr::with_seed(8, random_rows(50L))
  data$exit[1:4] <- 0
  data$status[1:2] <- 1
  with_events <- expect_silent(fit_cox(Surv(exit, status) ~ x + strata(s), data))
  expect_equal(
    coef(with_events), coef(coxph(Surv(exit, status) ~ x + strata(s), data)), tolerance = 1e-6
  )
  silent <- transform(data[1:9, ], s = "three", status = 0, x = 1e3)
  more <- fit_cox(Surv(exit, status) ~ x + strata(s), rbind(data, silent))
  expect_same_fit(more, with_events)
  expect_identical(glance(more)$n.strata, 3L)
})

test_that("more rows than an integer can count are counted, and weigh what they should", {
  data <- transform(aml, many = 1.5e8)
  fit <- function(...) fit_cox(Surv(time, status) ~ x, data, ties = "breslow", ...)
  expect_equal(coef(fit(frequency = many)), coef(fit()), tolerance = 1e-9)
  expect_equal(vcov(fit(frequency = many)) * 1.5e8, vcov(fit()), tolerance = 1e-9)
  expect_equal(glance(fit(frequency = many))$nevent, 18 * 1.5e8)
})

test_that("no events, one row and no covariates give a result and a reason", {
  expect_warning(
    fit <- fit_cox(Surv(time, status * 0) ~ x, aml), class = "survlines_warning_no_events"
  )
  expect_true(is.na(coef(fit)))
  expect_identical(fit$loglik, c(0, 0))
  one <- quietly(fit_cox(Surv(time, status) ~ x, aml[1, ]))
  expect_true(is.na(coef(one)))
  expect_false(any(is.nan(unlist(glance(one)[c("logLik", "df")]))))
  null <- fit_cox(Surv(time, status) ~ 1, aml)
  expect_equal(null$loglik[2], coxph(Surv(time, status) ~ 1, aml)$loglik[1])
  expect_output(print(null), "events = 18")
  expect_identical(nrow(tidy(null)), 0L)
})

test_that("the robust score test knows the offset, which that of coxph leaves out", {
  for (seed in 1:20) {
    data <- withr::with_seed(seed, random_rows(40L))
    data$offset <- withr::with_seed(seed, rnorm(40L))
    formula <- Surv(exit, status) ~ x + z + offset(offset)
    ours <- quietly(fit_cox(formula, data, cluster = id))
    start <- suppressWarnings(
      coxph(formula, data, init = c(0, 0), control = coxph.control(iter.max = 0L))
    )
    by_cluster <- rowsum(residuals(start, "score"), data$id)
    score <- colSums(by_cluster)
    expect_equal(
      glance(ours)$statistic.robust, drop(score %*% solve(crossprod(by_cluster), score))
    )
  }
})

test_that("robust errors come with clusters, repeated patients and fractions, with a message", {
  rows <- data.frame(
    patient_id = rep(1:12, length.out = 23), line_id = 1:23, event = aml$status == 1,
    reason = "", source = "", x = aml$x
  )
  rows$pfs <- Surv(aml$time, aml$status)
  expect_message(fit <- fit_cox(pfs ~ x, rows), "12 patients", class = "survlines_message_robust")
  by_cluster <- quietly(fit_cox(pfs ~ x, rows, cluster = patient_id))
  expect_identical(vcov(fit), vcov(by_cluster))
  expect_identical(glance(fit)[["n.patients"]], 12L)
  expect_silent(plain <- fit_cox(pfs ~ x, rows, robust = FALSE))
  expect_null(plain$robust_variance)
  expect_identical(vcov(fit, "model"), vcov(plain))
  odd <- rows[c(TRUE, FALSE), ]
  odd$patient_id <- 1:12
  expect_silent(fit_cox(pfs ~ x, odd))
  expect_output(print(fit), "patients = 12")
  expect_error(vcov(plain, "robust"), class = "survlines_error_argument")
})

test_that("methods agree with those of coxph", {
  ours <- fit_cox(Surv(time, status == 2) ~ age + factor(ph.ecog), lung)
  theirs <- coxph(Surv(time, status == 2) ~ age + factor(ph.ecog), lung, control = strict_coxph)
  expect_equal(vcov(ours), vcov(theirs), tolerance = 1e-9)
  expect_equal(confint(ours), confint(theirs), tolerance = 1e-9, ignore_attr = TRUE)
  expect_equal(confint(ours, "age", 0.9), confint(theirs, "age", 0.9),
    tolerance = 1e-9, ignore_attr = TRUE
  )
  expect_equal(as.numeric(logLik(ours)), as.numeric(logLik(theirs)), tolerance = 1e-12)
  expect_equal(AIC(ours), AIC(theirs), tolerance = 1e-12)
  expect_equal(BIC(ours), BIC(theirs), tolerance = 1e-12)
  expect_equal(nobs(ours), nobs(theirs))
  expect_equal(model.frame(ours), model.frame(theirs), ignore_attr = TRUE)
  expect_identical(formula(ours), formula(theirs), ignore_attr = TRUE)
})

test_that("arguments are checked and defaults are the core's", {
  expect_identical(cox_control()[1:2], core_cox_defaults())
  expect_identical(cox_control(max_iterations = 3)$max_iterations, 3L)
  expect_error(cox_control(tolerance = -1), class = "survlines_error_argument")
  expect_error(fit_cox(Surv(time, status) ~ x, aml, ties = "random"),
    class = "survlines_error_argument"
  )
  expect_error(fit_cox(Surv(time, status) ~ x, aml, robust = "yes"),
    class = "survlines_error_argument"
  )
  expect_error(fit_cox(Surv(time, status) ~ x, aml, init = 1:2), class = "survlines_error_argument")
  from_afar <- fit_cox(Surv(time, status) ~ x, aml, init = 2)
  expect_equal(coef(from_afar), coef(fit_cox(Surv(time, status) ~ x, aml)), tolerance = 1e-9)
  expect_warning(
    fit_cox(Surv(time, status) ~ x, aml, control = cox_control(max_iterations = 1)),
    class = "survlines_warning_convergence"
  )
})

test_that("a printed fit says what a statistician asks", {
  output <- capture.output(print(quietly(fit_cox(Surv(time, status) ~ age + sex + ph.ecog, lung))))
  expect_match(output, "^ph.ecog +per 1 +1.59", all = FALSE)
  expect_match(output, "n = 227, events = 164, ties: efron", all = FALSE)
  expect_match(output, "1 row dropped for missing values \\(ph.ecog 1\\)", all = FALSE)
  expect_match(output, "Likelihood ratio test = 30.5 on 3 df, p < 0.0001", all = FALSE)
  summarised <- capture.output(print(summary(quietly(
    fit_cox(Surv(time, status) ~ disease, kidney, cluster = id)
  ))))
  expect_match(summarised, "GN vs Other", all = FALSE)
  expect_match(summarised, "clusters = 38", all = FALSE)
  expect_match(summarised, "Robust score test", all = FALSE)
})

test_that("rows at risk of nothing and rows entering when others leave change nothing", {
  for (seed in 1:10) {
    withr::with_seed(seed, {
      data <- random_rows(40L)
      # A row that is at risk between two event times, or of no event at all.
      gaps <- setdiff(seq(-30, 1100, by = 0.5), data$exit[data$status == 1])
      gaps <- gaps[gaps != round(gaps)]
      useless <- transform(data[rep(1L, 5L), ],
        exit = sample(gaps, 5L), status = 0L, x = 1e6, g = "a"
      )
      useless$entry <- useless$exit - 0.25
      expect_same_fit(fit_random(rbind(data, useless)), fit_random(data))
      # Each row cut in two at a random time: the second part enters when the first leaves.
      cut <- data$entry + (data$exit - data$entry) * stats::runif(40L)
      parts <- rbind(transform(data, exit = cut, status = 0L), transform(data, entry = cut))
      expect_same_fit(fit_random(parts), fit_random(data))
    })
  }
})

test_that("negative times are centred scales, not mistakes", {
  data <- transform(aml, time = time - 20)
  expect_silent(fit <- fit_cox(Surv(time, status) ~ x, data))
  expect_equal(coef(fit), coef(fit_cox(Surv(time, status) ~ x, aml)))
})

test_that("a coefficient that is not estimated prints NA, not 'not reached'", {
  data <- data.frame(time = 1:4, status = c(1, 0, 1, 1), x = c(1, 2, 3, 1), one = 1)
  printed <- capture.output(print(fit_cox(Surv(time, status) ~ x + one, data)))
  expect_match(printed, "[NA, NA]", fixed = TRUE, all = FALSE)
  expect_match(printed, "constant or given by columns before: one", fixed = TRUE, all = FALSE)
  expect_false(any(grepl("NR", printed, fixed = TRUE)))
})

test_that("the number of threads changes no bit of a fit", {
  withr::local_seed(1)
  n <- 40000L
  data <- data.frame(
    time = rexp(n), status = rbinom(n, 1L, 0.5), x = rnorm(n), z = runif(n), g = gl(3L, 1L, n)
  )
  fit_with <- function(threads) {
    fit <- fit_cox(Surv(time, status) ~ x + z + g, data, control = cox_control(threads = threads))
    fit$call <- NULL
    fit
  }
  one <- fit_with(1)
  for (threads in c(2, 4)) {
    for (what in c("coefficients", "variance", "loglik", "score_test", "iterations")) {
      expect_identical(fit_with(threads)[[what]], one[[what]])
    }
  }
})

test_that("threads: the argument, then the option, then the environment variable, then one", {
  withr::local_options(survlines.threads = NULL)
  withr::local_envvar(SURVLINES_NUM_THREADS = NA, `_R_CHECK_LIMIT_CORES_` = NA)
  expect_identical(n_threads(), 1L)
  withr::local_envvar(SURVLINES_NUM_THREADS = "3")
  expect_identical(n_threads(), 3L)
  withr::local_options(survlines.threads = 4)
  expect_identical(n_threads(), 4L)
  expect_identical(n_threads(5), 5L)
  withr::local_envvar(`_R_CHECK_LIMIT_CORES_` = "TRUE")
  expect_identical(n_threads(5), 2L)
  expect_error(cox_control(threads = 0), class = "survlines_error_argument")
  withr::local_options(survlines.threads = "many")
  expect_error(cox_control(), class = "survlines_error_argument")
})

test_that("names that are no names of the language are those of coxph(), and shown as they are", {
  rows <- lung
  rows$`my sex` <- factor(rows$sex, labels = c("male", "female"))
  rows$`age:at` <- rows$age
  rows$dead <- rows$status == 2
  for (right in c("`my sex` + `age:at`", "`my sex` + log(`age:at`)", "`my sex` * `age:at`")) {
    formula <- as.formula(paste("Surv(time, dead) ~", right))
    fit <- fit_cox(formula, rows)
    theirs <- coxph(formula, rows)
    expect_equal(coef(fit), coef(theirs), tolerance = 1e-7)
    terms_of <- function(model) colnames(predict(model, type = "terms"))
    expect_identical(terms_of(fit), terms_of(theirs))
    expect_identical(tidy(fit)$contrast[1L], "female vs male")
    table <- table_cox(fit, univariable = TRUE)
    expect_identical(table$compares[1:2], c("male (reference)", "female vs male"))
    expect_identical(table$lines[1:2], as.integer(table(rows$sex)))
  }
  plain <- fit_cox(Surv(time, dead) ~ `my sex` + `age:at`, rows)
  expect_identical(table_cox(plain)$term, c("my sex", "my sex", "age:at"))
  expect_identical(tidy(plain)$contrast, c("female vs male", "per 1"))
  alone <- table_cox(plain, univariable = TRUE)$univariable_hazard_ratio
  expect_identical(alone[3L], table_cox(fit_cox(Surv(time, status == 2) ~ age, rows))$hazard_ratio)
})

test_that("a basis named by its package has its univariable columns, too", {
  fit <- fit_cox(Surv(time, status == 2) ~ sex + splines::ns(age, 2), lung)
  alone <- fit_cox(Surv(time, status == 2) ~ splines::ns(age, 2), lung)
  expect_identical(
    table_cox(fit, univariable = TRUE)$univariable_hazard_ratio[-1L], table_cox(alone)$hazard_ratio
  )
})

test_that("models of many covariates are those of coxph", {
  worst <- 0
  for (k in seq_len(n_random_sets(12))) {
    set.seed(k)
    n <- 400L
    data <- as.data.frame(matrix(rnorm(n * 24L), n))
    data$time <- round(rexp(n, exp(drop(as.matrix(data[1:6]) %*% rep(0.3, 6)))), 2) + 0.01
    data$status <- rbinom(n, 1, 0.7)
    data$centre <- sample(3L, n, TRUE)
    data$patient <- rep(seq_len(n / 2L), 2L)
    terms <- c(paste0("V", 1:24), if (k %% 2L) "strata(centre)")
    formula <- reformulate(terms, quote(Surv(time, status)))
    ours <- fit_cox(formula, data, cluster = patient, robust = TRUE)
    theirs <- coxph(formula, data, cluster = patient, control = strict_coxph)
    worst <- pmax(worst, compare_cox_fits(ours, theirs))
  }
  expect_true(all(worst < 1e-9), info = paste(names(worst), signif(worst, 2), collapse = ", "))
})

test_that("a model without events says what the status holds", {
  warning <- expect_warning(
    fit_cox(Surv(time, status == 3) ~ age, lung), class = "survlines_warning_no_events"
  )
  expect_match(conditionMessage(warning), "`status` holds \"1\", \"2\".", fixed = TRUE)
  odd <- data.frame(time = 1:3, x = 1:3, status = letters[c(1, 2, 1)])
  odd$status[3] <- "{x}"
  expect_warning(
    fit_cox(survival::Surv(time, event = status == "z") ~ x, odd), "\"{x}\"",
    fixed = TRUE
  )
  odd$none <- Surv(1:3, c(0, 0, 0))
  expect_warning(fit_cox(none ~ x, odd), class = "survlines_warning_no_events")
})

test_that("a start far from all that is likely is no result", {
  set.seed(2)
  n <- 2000
  data <- data.frame(
    time = rexp(n), status = rbinom(n, 1, 0.6), a = c(rnorm(n - 1), 1e4), b = rnorm(n)
  )
  formula <- Surv(time, status) ~ a + b
  expect_warning(
    far <- fit_cox(formula, data, init = c(200, 0)), "began at",
    class = "survlines_warning_convergence"
  )
  expect_identical(far$status, "no_ascent")
  expect_identical(unname(far$kind), c("finite", "finite"))
  near <- fit_cox(formula, data, init = c(0.001, 1))
  expect_equal(coef(near), coef(fit_cox(formula, data)), tolerance = 1e-9)
  # Which columns depend on others is the same from any start.
  data$c <- data$a + data$b
  aliased <- fit_cox(Surv(time, status) ~ a + b + c, data, init = c(0.001, -1, 0.5))
  expect_identical(is.na(coef(aliased)), c(a = FALSE, b = FALSE, c = TRUE))
})
