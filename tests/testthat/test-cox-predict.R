complete_lung <- stats::na.omit(
  survival::lung[c("time", "status", "age", "sex", "ph.ecog", "wt.loss", "inst")]
)

expect_same_predictions <- function(ours, theirs, newdata, types, reference, tolerance = 1e-8) {
  for (type in types) {
    for (data in list(NULL, newdata)) {
      arguments <- c(
        list(type = type, se.fit = TRUE, reference = reference),
        if (!is.null(data)) list(newdata = data)
      )
      found <- do.call(predict, c(list(ours), arguments))
      expected <- do.call(predict, c(list(theirs), arguments))
      # coxph() multiplies by sqrt(risk) where the delta method has the risk itself.
      if (type == "risk") expected$se.fit <- expected$se.fit * sqrt(expected$fit)
      expect_equal(unlist(found), unlist(expected),
        ignore_attr = TRUE, tolerance = tolerance,
        label = paste(type, reference)
      )
    }
  }
}

test_that("predictions are those of coxph for every type and reference", {
  formulas <- list(
    Surv(time, status) ~ age + factor(ph.ecog) + sex,
    Surv(time, status) ~ age + strata(sex) + splines::ns(wt.loss, 3),
    Surv(time, status) ~ poly(age, 2) * sex,
    Surv(time, status) ~ log(age) + strata(sex, ph.ecog)
  )
  newdata <- complete_lung[c(3, 9, 1, 40), ]
  newdata$time <- c(100, 500, 3000, 1)
  for (formula in formulas) {
    for (ties in c("efron", "breslow")) {
      theirs <- survival::coxph(formula, complete_lung, ties = ties, control = strict_coxph)
      ours <- quietly(fit_cox(formula, complete_lung, ties = ties))
      for (reference in c("strata", "sample", "zero")) {
        expect_same_predictions(
          ours, theirs, newdata, c("lp", "risk", "expected", "terms", "survival"), reference
        )
      }
      expect_equal(predict(ours, type = "terms"), predict(theirs, type = "terms"),
        ignore_attr = "dimnames", tolerance = 1e-8
      )
    }
  }
})

test_that("robust fits predict with their robust variance, as coxph", {
  theirs <- survival::coxph(Surv(time, status) ~ age + sex, survival::kidney, cluster = id)
  ours <- quietly(fit_cox(Surv(time, status) ~ age + sex, survival::kidney, cluster = id))
  newdata <- survival::kidney[1:4, ]
  expect_same_predictions(ours, theirs, newdata, c("lp", "expected"), "strata", 1e-6)
})

test_that("events expected in (entry, exit] are those to the exit less those to the entry", {
  result <- over_random_sets(n_random_sets(60L), function(seed) {
    data <- random_rows(sample(30:80, 1L))
    ties <- c("efron", "breslow")[seed %% 2L + 1L]
    fit <- quietly(fit_cox(Surv(entry, exit, status) ~ x + strata(s), data, ties = ties))
    if (any(fit$kind != "finite")) {
      return("not all coefficients are finite")
    }
    expected_to <- function(time) {
      predict(fit, transform(data, entry = -1e6, exit = time), type = "expected")
    }
    between <- expected_to(data$exit) - expected_to(data$entry)
    c(additive = largest_difference(predict(fit, data, type = "expected"), between, 1))
  })
  expect_agreement(result)
})

test_that("predictions for new rows do not depend on the other new rows", {
  data <- transform(complete_lung, o = age / 50)
  fit <- quietly(fit_cox(Surv(time, status) ~ sex + offset(o), data))
  for (type in c("lp", "risk", "expected")) {
    all <- predict(fit, data, type = type)
    alone <- predict(fit, data[7, ], type = type)
    expect_equal(alone, all[7], tolerance = 1e-12)
  }
  theirs <- survival::coxph(Surv(time, status) ~ sex + offset(o), data, control = strict_coxph)
  # coxph() of survival 3.5-3 centres offsets when it is asked for standard errors.
  expect_equal(predict(fit, data), predict(theirs, data, se.fit = TRUE)$fit,
    ignore_attr = TRUE, tolerance = 1e-8
  )
  # Offset 1 more: one more in the linear predictor.
  more <- transform(data, o = o + 1)
  expect_equal(unname(predict(fit, more) - predict(fit, data)), rep(1, nrow(data)))
})

test_that("NA in gives NA out, with as many rows as newdata", {
  fit <- quietly(fit_cox(Surv(time, status) ~ age + factor(ph.ecog) + strata(sex), survival::lung))
  newdata <- data.frame(
    age = c(60, NA, 60, 60), ph.ecog = c(1, 1, NA, 2), sex = c(1, 1, 2, NA),
    time = c(100, 100, 100, 100), status = 0
  )
  for (type in c("lp", "risk", "expected", "survival")) {
    found <- predict(fit, newdata, type = type, se.fit = TRUE)
    expect_identical(unname(is.na(found$fit)), c(FALSE, TRUE, TRUE, TRUE))
    expect_identical(unname(is.na(found$se.fit)), c(FALSE, TRUE, TRUE, TRUE))
  }
  expect_length(predict(fit, newdata, na.action = stats::na.omit), 1L)
  padded <- predict(quietly(
    fit_cox(Surv(time, status) ~ ph.ecog, survival::lung, na.action = na.exclude)
  ))
  expect_identical(unname(is.na(padded)), is.na(survival::lung$ph.ecog))
})

test_that("strata must be given where they matter, and known", {
  fit <- quietly(fit_cox(Surv(time, status) ~ age + strata(sex), survival::lung))
  expect_error(predict(fit, data.frame(age = 60)), class = "survlines_error_formula")
  expect_identical(
    predict(fit, data.frame(age = 60), reference = "zero"),
    c("1" = 60 * unname(coef(fit)))
  )
  newdata <- data.frame(age = 60, sex = 3, time = 10, status = 0)
  expect_error(predict(fit, newdata), class = "survlines_error_newdata")
  expect_error(survival_curves(fit, newdata), class = "survlines_error_newdata")
  factor <- quietly(fit_cox(Surv(time, status) ~ factor(sex), survival::lung))
  expect_error(predict(factor, newdata), class = "survlines_error_formula")
})

test_that("extreme predictors neither overflow nor vanish", {
  data <- withr::with_seed(5, data.frame(
    time = stats::rexp(60), status = 1, x = stats::rnorm(60), far = 800 * stats::rnorm(60)
  ))
  fit <- quietly(fit_cox(Surv(time, status) ~ x + offset(far), data))
  expected <- predict(fit, type = "expected", se.fit = TRUE)
  expect_true(all(is.finite(unlist(expected))))
  expect_equal(sum(expected$fit), 60, tolerance = 1e-10)
  curves <- survival_curves(fit, data.frame(x = c(0, 0), far = c(-3000, 3000)))
  expect_false(anyNA(curves))
  expect_true(all(curves$estimate[curves$row == 2L] == 0))
  for (type in c("log", "log-log", "plain")) {
    limits <- survival_curves(fit, data.frame(x = 0, far = data$far[1:5]), conf_type = type)
    expect_false(anyNA(limits))
    expect_true(all(limits$conf.low <= limits$estimate & limits$estimate <= limits$conf.high))
  }
})

test_that("curves are those of survfit, by baseline, interval and stratum", {
  newdata <- data.frame(age = c(50, 65), sex = c(1, 2), ph.ecog = c(0, 2))
  for (ties in c("efron", "breslow")) {
    for (type in c("log", "log-log", "plain")) {
      formula <- Surv(time, status) ~ age + ph.ecog + strata(sex)
      theirs <- survival::coxph(formula, complete_lung, ties = ties, control = strict_coxph)
      ours <- quietly(fit_cox(formula, complete_lung, ties = ties))
      curves <- survival_curves(ours, newdata, conf_type = type)
      for (row in 1:2) {
        expected <- summary(
          survival::survfit(theirs, newdata[row, ], conf.type = type, conf.int = 0.95)
        )
        found <- curves[curves$row == row, ]
        expect_equal(found$time, expected$time)
        expect_equal(found$estimate, as.vector(expected$surv), tolerance = 1e-8)
        expect_equal(found$std.error.surv, as.vector(expected$std.err), tolerance = 1e-8)
        expect_equal(found$cumhaz, as.vector(expected$cumhaz), tolerance = 1e-8)
        last <- found$time < max(found$time)
        expect_equal(found$conf.low[last], as.vector(expected$lower)[last], tolerance = 1e-8)
        expect_equal(found$conf.high[last], as.vector(expected$upper)[last], tolerance = 1e-8)
      }
    }
  }
})

test_that("the Breslow baseline of an Efron fit is that of survfit's Breslow hazard", {
  theirs <- survival::coxph(Surv(time, status) ~ age + sex, complete_lung, control = strict_coxph)
  ours <- quietly(fit_cox(Surv(time, status) ~ age + sex, complete_lung))
  newdata <- data.frame(age = 60, sex = 1)
  expected <- summary(survival::survfit(theirs, newdata, stype = 2, ctype = 1))
  found <- survival_curves(ours, newdata, baseline = "breslow")
  expect_equal(found$cumhaz, expected$cumhaz, tolerance = 1e-8)
})

test_that("curves may be read at any time", {
  fit <- quietly(fit_cox(Surv(time, status) ~ age + sex, complete_lung))
  newdata <- data.frame(age = 60, sex = 1)
  whole <- survival_curves(fit, newdata)
  found <- survival_curves(fit, newdata, times = c(0, whole$time[3], whole$time[3] + 0.5, 1e6))
  expect_identical(found$estimate, c(1, whole$estimate[c(3, 3, nrow(whole))]))
  expect_identical(found$std.error[1], 0)
  expect_identical(found$conf.low[1], 1)
})

test_that("the baseline hazard is that of basehaz", {
  for (ties in c("efron", "breslow")) {
    formula <- Surv(time, status) ~ age + factor(ph.ecog) + strata(sex)
    theirs <- survival::coxph(formula, complete_lung, ties = ties, control = strict_coxph)
    ours <- quietly(fit_cox(formula, complete_lung, ties = ties))
    for (reference in c("sample", "zero")) {
      expected <- survival::basehaz(theirs, centered = reference == "sample")
      found <- baseline_hazard(ours, reference)
      key <- function(strata, time) paste(sub("sex=", "", strata), time)
      position <- match(key(found$strata, found$time), key(expected$strata, expected$time))
      expect_false(anyNA(position))
      expect_equal(found$cumhaz, expected$hazard[position], tolerance = 1e-8)
    }
  }
})

test_that("predictions do not depend on the order of the rows, or on frequency against rows", {
  data <- withr::with_seed(31, random_rows(50L))
  order <- withr::with_seed(32, sample(50L))
  formula <- Surv(entry, exit, status) ~ x + strata(s)
  fit <- quietly(fit_cox(formula, data, frequency = f))
  again <- quietly(fit_cox(formula, data[order, ], frequency = f))
  twice <- quietly(fit_cox(formula, data[rep(1:50, data$f), ]))
  for (type in c("lp", "expected")) {
    found <- predict(fit, data, type = type, se.fit = TRUE)
    expect_equal(predict(again, data, type = type, se.fit = TRUE), found, tolerance = 1e-9)
    expect_equal(predict(twice, data, type = type, se.fit = TRUE), found, tolerance = 1e-9)
  }
})

test_that("columns set aside add nothing; infinite coefficients have no standard error", {
  data <- transform(complete_lung, twice = 2 * age)
  fit <- quietly(fit_cox(Surv(time, status) ~ age + twice + sex, data))
  alone <- quietly(fit_cox(Surv(time, status) ~ age + sex, data))
  expect_equal(predict(fit, se.fit = TRUE), predict(alone, se.fit = TRUE), tolerance = 1e-8)
  data$never <- as.numeric(seq_len(nrow(data)) %in% which(data$status == 1)[1:5])
  data$status[data$never == 1] <- 1
  infinite <- quietly(fit_cox(Surv(time, status) ~ never + sex, data))
  expect_true(all(is.finite(predict(infinite))))
})

test_that("collapsed predictions are those of coxph", {
  formula <- Surv(start, stop, event) ~ age + transplant
  heart <- survival::heart
  ours <- quietly(fit_cox(formula, heart, cluster = id))
  theirs <- survival::coxph(formula, heart, cluster = id, control = strict_coxph)
  for (type in c("lp", "risk", "expected", "terms")) {
    expected <- predict(theirs, type = type, collapse = heart$id)
    expect_equal(predict(ours, type = type, collapse = heart$id), expected,
      ignore_attr = TRUE, tolerance = 1e-8
    )
    expect_equal(predict(ours, type = type, collapse = TRUE), expected,
      ignore_attr = TRUE, tolerance = 1e-8
    )
    expect_equal(predict(ours, heart[1:9, ], type = type, collapse = heart$id[1:9]),
      predict(theirs, heart[1:9, ], type = type, collapse = heart$id[1:9]),
      ignore_attr = TRUE, tolerance = 1e-8
    )
  }
  # A patient's survival, piece by piece.
  expect_equal(
    exp(-predict(ours, type = "expected", collapse = heart$id)),
    tapply(predict(ours, type = "survival"), heart$id, prod),
    ignore_attr = TRUE
  )
  expect_error(predict(ours, type = "survival", collapse = TRUE),
    class = "survlines_error_argument"
  )
  expect_error(predict(ours, se.fit = TRUE, collapse = TRUE), class = "survlines_error_argument")
  expect_error(predict(ours, heart, collapse = 1:3), class = "survlines_error_argument")
})

test_that("a new row alone knows the levels of strata in interactions", {
  formula <- Surv(time, status) ~ age * strata(sex)
  ours <- quietly(fit_cox(formula, complete_lung))
  theirs <- survival::coxph(formula, complete_lung, control = strict_coxph)
  for (row in 1:9) {
    new <- complete_lung[row, ]
    expect_equal(predict(ours, new), predict(ours)[row], ignore_attr = TRUE)
    expect_equal(predict(ours, new, type = "expected"), predict(theirs, new, type = "expected"),
      ignore_attr = TRUE, tolerance = 1e-8
    )
  }
})

test_that("offsets of rows with frequencies are against the mean of the replicates", {
  data <- transform(complete_lung, f = 1 + (seq_along(time) %% 3), o = age / 50)
  formula <- Surv(time, status) ~ sex + offset(o)
  ours <- quietly(fit_cox(formula, data, frequency = f))
  twice <- quietly(fit_cox(formula, data[rep(seq_len(nrow(data)), data$f), ]))
  expect_equal(predict(ours, data), predict(twice, data), tolerance = 1e-9)
  expect_equal(baseline_hazard(ours), baseline_hazard(twice), tolerance = 1e-9)
})

test_that("a covariate of another kind than in the fit is named, not multiplied", {
  fit <- fit_cox(Surv(time, status) ~ age + factor(sex), lung)
  new <- lung[1:3, ]
  refused <- function(age, says) {
    new$age <- age
    for (ask in list(predict, survival_curves, concordance_index)) {
      expect_error(ask(fit, newdata = new), says, class = "survlines_error_newdata")
    }
  }
  refused(c("60", "70", "80"), "lacks.*age.*not know.*age70")
  refused(matrix(60, 3L, 2L), "lacks.*age")
})
