# Numbers of books, manuals and published outputs, with the call that gives them there; here the
# call is ours, by hand. fixtures/reference-cases.csv says where each number is from.
#
# Data that survival does not have stand beside the numbers, with their sources.
#
# Not here by name: rats-frailty, as there are no frailties. Of competing-FineGray the two standard
# errors, for crr() adds what estimating the distribution of censoring adds (1 % here); the test of
# the recipe below has the others. Of KM-quantiles-flats the fifth quantile: the curve is flat to
# its end there. quantile.survfit() answers 9.5, half way to the last censored time; survfit()'s own
# printed median takes the time of the step in such a case, as we do (test below).
# N34-status-codings is a test of its own below, as survival's texts are our conditions.

fixture <- function(name) utils::read.csv(test_path("fixtures", name), comment.char = "#")

six_mp <- function() {
  # Freireich et al. (1963), remission in weeks; the pairs are of one control and one treated.
  data.frame(
    time = c(
      1, 10, 22, 7, 3, 32, 12, 23, 8, 22, 17, 6, 2, 16, 11, 34, 8, 32, 12, 25, 2, 11, 5, 20, 4, 19,
      15, 6, 8, 17, 23, 35, 5, 6, 11, 13, 4, 9, 1, 6, 8, 10
    ),
    cens = c(
      1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1,
      0, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0
    ),
    treat = rep(c("control", "6-MP"), 21), pair = rep(1:21, each = 2)
  )
}

at_limits <- function(table) unlist(table[c("estimate", "conf.low", "conf.high")])
chi_square <- function(formula, data, ...) glance(test_logrank(formula, data, ...))$statistic
p_value <- function(formula, data, ...) glance(test_logrank(formula, data, ...))$p.value
on_one_scale <- function(formula, data, scale) fit_km(formula, data, conf_type = scale)

cases <- list(
  `KM-startstop` = function() {
    data <- data.frame(
      start = c(1, 2, 5, 2, 1, 7, 3, 4, 8, 8), stop = c(2, 3, 6, 7, 8, 9, 9, 9, 14, 17),
      event = rep(1:0, c(7, 3))
    )
    table <- tidy(fit_km(Surv(start, stop, event) ~ 1, data))
    c(table$estimate[table$n.event > 0], table$n.risk)
  },
  `KM-quantiles-flats` = function() {
    data <- data.frame(
      time = c(9, 3, 1, 1, 6, 6, 8, 10), status = c(1, NA, 1, 0, 1, 1, 0, 0)
    )
    probs <- 1 - c(13 / 14, 6 / 7, 2 / 3, 0.5, 9 / 35, 0.1)
    table <- survival_quantile(on_one_scale(Surv(time, status) ~ 1, data, "log"), probs)
    c(table$estimate[-5], table$conf.low)
  },
  `KM-robust-var` = function() {
    data <- data.frame(time = c(9, 3, 1, 1, 6, 6, 8), status = c(1, NA, 1, 0, 1, 1, 0))
    survival_at(fit_km(Surv(time, status) ~ 1, data, std_error = "jackknife"), c(1, 6))$
      std.error.surv
  },
  `aml-KM` = function() {
    fit <- fit_km(Surv(time, status) ~ x, aml)
    at <- survival_at(fit, c(9, 13, 18, 23, 31, 34, 48))[1:7, ]
    c(at$estimate, at$std.error.surv, survival_quantile(fit)$estimate)
  },
  `aml-CI-types` = function() {
    unlist(lapply(c("plain", "log", "log-log", "logit", "arcsine"), function(scale) {
      at_limits(survival_at(on_one_scale(Surv(time, status) ~ x, aml, scale), 23)[1, ])
    }))
  },
  `aml-median-CI` = function() {
    unlist(lapply(c("plain", "log", "log-log"), function(scale) {
      at_limits(survival_quantile(on_one_scale(Surv(time, status) ~ 1, aml, scale)))
    }))
  },
  `aml-logrank` = function() {
    test <- test_logrank(Surv(time, status) ~ x, aml)
    c(
      test$statistic, tidy(test)$exp, test$covariance[1, 1], test$p.value,
      chi_square(Surv(time, status) ~ x, aml, weighting = "fleming-harrington", rho = 1)
    )
  },
  `6mp-KM` = function() {
    fit <- fit_km(Surv(time, cens) ~ treat, six_mp())
    at <- survival_at(fit, c(6, 7, 10, 13, 16, 22, 23))[1:7, ]
    c(at$estimate, at$std.error.surv, survival_quantile(fit)$estimate)
  },
  `6mp-NelsonAalen` = function() {
    fit <- fit_km(Surv(time, cens) ~ 1, six_mp(),
      subset = treat == "6-MP", estimate = "nelson-aalen"
    )
    -log(survival_at(fit, c(6, 7, 10, 13, 16, 22, 23))$estimate)
  },
  `6mp-logrank` = function() {
    test <- test_logrank(Surv(time, cens) ~ treat, six_mp())
    c(test$statistic, test$p.value, tidy(test)$exp)
  },
  `6mp-weighted-logrank` = function() {
    formula <- Surv(time, cens) ~ treat
    c(
      vapply(c("gehan", "tarone-ware", "peto-peto"), function(weighting) {
        chi_square(formula, six_mp(), weighting = weighting)
      }, 0),
      chi_square(formula, six_mp(), weighting = "fleming-harrington", rho = 1)
    )
  },
  `6mp-stratified-by-pair` = function() {
    sqrt(chi_square(Surv(time, cens) ~ treat + strata(pair), six_mp()))
  },
  `veteran-logrank` = function() {
    test <- test_logrank(Surv(time, status) ~ celltype, veteran)
    c(test$statistic, tidy(test)$exp, test$p.value)
  },
  `veteran-FH-rho-gamma` = function() {
    mapply(function(rho, gamma) {
      chi_square(Surv(time, status) ~ trt, veteran,
        weighting = "fleming-harrington", rho = rho, gamma = gamma
      )
    }, c(0, 1, 0, 1, 0.5), c(0, 0, 1, 1, 0.5))
  },
  `lung-KM` = function() {
    all <- on_one_scale(Surv(time, status) ~ 1, lung, "log")
    sexes <- survival_quantile(on_one_scale(Surv(time, status) ~ sex, lung, "log"))
    c(
      at_limits(survival_quantile(all)), sexes$estimate, sexes$conf.low, sexes$conf.high,
      at_limits(survival_at(all, 365.25))
    )
  },
  `lung-logrank` = function() {
    c(chi_square(Surv(time, status) ~ sex, lung), p_value(Surv(time, status) ~ sex, lung))
  },
  `lung-logrank-stratified` = function() {
    c(
      chi_square(Surv(time, status) ~ sex + strata(ph.ecog), lung),
      chi_square(Surv(time, status) ~ pat.karno + strata(inst), lung)
    )
  },
  `lung-reverseKM` = function() {
    at_limits(survival_quantile(on_one_scale(Surv(time, status == 1) ~ 1, lung, "log")))
  },
  `lung-RMST` = function() {
    fit <- fit_km(Surv(time, status) ~ sex, lung)
    areas <- unlist(lapply(c(365.25, 500), function(tau) {
      survival_rmst(fit, tau)[c("estimate", "std.error")]
    }))
    difference <- survival_rmst(fit, 365.25, "difference")
    c(areas, difference$estimate, difference$std.error)
  },
  `ovarian-logrank` = function() chi_square(Surv(futime, fustat) ~ rx, ovarian),
  `pbc-RMST-survRM2` = function() {
    data <- transform(pbc[1:312, ],
      t = time / 365.25, e = as.integer(status == 2), arm = as.integer(trt == 1)
    )
    fit <- fit_km(Surv(t, e) ~ arm, data, time_unit = "years")
    each <- survival_rmst(fit, 10)
    difference <- survival_rmst(fit, 10, "difference")
    c(each$estimate, each$std.error, at_limits(difference), difference$p.value)
  },
  `colon-logrank` = function() {
    data <- colon[colon$etype == 2, ]
    c(chi_square(Surv(time, status) ~ rx, data), p_value(Surv(time, status) ~ rx, data))
  },
  `competing-AJ` = function() {
    fit <- fit_cuminc(Surv(months, cause) ~ sex, progression_data())
    at <- incidence_at(fit, 120)
    at$estimate[c(1, 3, 2, 4)]
  },
  `competing-Gray` = function() {
    test_gray(Surv(months, cause) ~ sex, progression_data())$statistic
  },
  `lifelines-logrank-toy1` = function() toy_test(c(1, 1, 1, 1, 1, 1)),
  `lifelines-logrank-toy2` = function() toy_test(c(1, 0, 1, 1, 0, 1)),
  `lifelines-late-entry-2` = function() {
    data <- data.frame(entry = c(1, 2, 4, 0, 0), exit = c(2, 10, 5, 4, 3), event = 1)
    tidy(fit_km(Surv(entry, exit, event) ~ 1, data))$estimate
  },
  `lifelines-KM-fractional-weights` = function() {
    data <- data.frame(
      time = c(0.6, 0.4, 0.8, 0.9), status = c(0, 1, 1, 0), w = c(1.5, 2, 0.8, 0.9)
    )
    tidy(fit_km(Surv(time, status) ~ 1, data, weights = w))$estimate
  },
  `N12-entry-ties-event` = function() {
    data <- data.frame(entry = c(0, 0, 1, 1, 2, 2), exit = c(2, 3, 3, 4, 5, 6), event = 1)
    survival <- tidy(fit_km(Surv(entry, exit, event) ~ 1, data))$estimate
    c(survival[1], survival)
  },
  `N14-time-zero` = function() {
    data <- data.frame(time = c(0, 0, 1, 2, 3), status = c(1, 0, 1, 1, 0))
    tidy(fit_km(Surv(time, status) ~ 1, data))$estimate
  },
  `N32-last-obs-event` = function() {
    data <- data.frame(time = 1:6, status = 1)
    log <- on_one_scale(Surv(time, status) ~ 1, data, "log")
    last <- tidy(log)[6, ]
    log_log <- tidy(on_one_scale(Surv(time, status) ~ 1, data, "log-log"))[6, ]
    c(
      last$std.error, last$conf.low, last$conf.high, log_log$conf.low, log_log$conf.high,
      at_limits(survival_quantile(log)), survival_at(log, c(0, 0.5, 6, 7))$estimate
    )
  },
  `kidneyKM-logrank` = function() {
    chi_square(Surv(time, delta) ~ type, fixture("kidney-catheters.csv"))
  },
  `bmt-logrank` = function() chi_square(Surv(t2, d3) ~ group, fixture("bone-marrow.csv")),
  `larynx-trend` = function() {
    larynx <- fixture("larynx.csv")
    trend <- test_logrank(Surv(time, delta) ~ stage, larynx, scores = 1:4)
    c(sqrt(trend$statistic), chi_square(Surv(time, delta) ~ stage, larynx))
  },
  `rossi-logrank` = function() {
    test <- test_logrank(Surv(week, arrest) ~ race, fixture("rossi.csv"))
    c(test$statistic, test$covariance[1, 1])
  },
  `competing-FineGray` = function() {
    rows <- fine_gray_rows(progression_data(), "pcm")
    coef(fit_cox(Surv(start, stop, event) ~ age + I(sex == "M"), rows,
      weights = weight, ties = "breslow", robust = FALSE
    ))
  },
  `N33-median-not-reached` = function() {
    data <- data.frame(time = 1:10, status = as.numeric(1:10 == 4))
    at_limits(survival_quantile(on_one_scale(Surv(time, status) ~ 1, data, "log")))
  }
)

# The weights of cmprsk::crr(): a row with another cause stays at risk, with weight G(t-) / G(x-)
# at the event times t after its own time x. G is the distribution of censoring, and a row with an
# event is at risk of being censored at its time; survival::finegray() has it leave before.
fine_gray_rows <- function(data, cause) {
  censoring <- quietly(fit_km(Surv(months, cause == "censor") ~ 1, data))
  uncensored <- function(times) survival_at(censoring, times - 0.5)$estimate
  times <- sort(unique(data$months[data$cause == cause]))
  stays <- which(!data$cause %in% c("censor", cause))
  extra <- lapply(stays, function(i) {
    stop <- times[times > data$months[i]]
    if (length(stop) == 0L) {
      return(NULL)
    }
    data.frame(
      row = i, start = c(data$months[i], stop[-length(stop)]), stop = stop, event = FALSE,
      weight = uncensored(stop) / uncensored(data$months[i])
    )
  })
  own <- data.frame(
    row = seq_len(nrow(data)), start = -1, stop = data$months, event = data$cause == cause,
    weight = 1
  )
  rows <- do.call(rbind, c(list(own), extra))
  cbind(rows, data[rows$row, c("age", "sex")])
}

toy_test <- function(status) {
  data <- data.frame(t = c(10, 20, 30, 10, 20, 50), s = status, g = rep(1:0, each = 3))
  c(chi_square(Surv(t, s) ~ g, data), p_value(Surv(t, s) ~ g, data))
}

progression_data <- function() {
  transform(survival::mgus2,
    months = ifelse(pstat == 0, futime, ptime),
    cause = factor(ifelse(pstat == 0, 2 * death, 1), 0:2, c("censor", "pcm", "death"))
  )
}

reference <- utils::read.csv(
  test_path("fixtures", "reference-cases.csv"), colClasses = c(value = "character")
)
reference$value <- as.numeric(reference$value)

test_that("every case of the table is tried, and no other", {
  expect_setequal(names(cases), reference$case_id)
})

for (case_id in names(cases)) {
  test_that(paste("the numbers of", case_id, "come back"), {
    expected <- reference[reference$case_id == case_id, ]
    value <- unname(quietly(cases[[case_id]]()))
    expect_length(value, nrow(expected))
    expect_identical(is.na(value), is.na(expected$value))
    expect_identical(is.infinite(value), is.infinite(expected$value))
    finite <- is.finite(expected$value)
    difference <- abs(value - expected$value) / pmax(1, abs(expected$value))
    expect_true(all(difference[finite] <= expected$tolerance[finite]),
      info = paste(expected$quantity[finite], signif(difference[finite], 2), collapse = "; ")
    )
  })
}

test_that("N34-status-codings: what survival turns into missing values is refused", {
  time <- c(2, 3, 5)
  events <- function(status) sum(tidy(quietly(fit_km(Surv(time, status) ~ 1)))$n.event)
  expect_equal(events(c(TRUE, FALSE, TRUE)), 2)
  expect_equal(events(c(1, 0, 1)), 2)
  expect_equal(events(c(2, 1, 2)), 2)
  refused <- function(status, class) expect_error(fit_km(Surv(time, status) ~ 1), class = class)
  # Invalid status value, converted to NA.
  refused(c(0, 2, 0), "survlines_error_status")
  refused(c(0, 1, 2), "survlines_error_status")
  # Invalid status value, must be logical or numeric.
  refused(c("1", "0", "1"), "survlines_error_status")
  # survival makes several states of it; here the message says which level was read as what.
  status <- factor(c("dead", "alive", "dead"))
  expect_message(fit <- fit_km(Surv(time, status) ~ 1), "alive.*censored",
    class = "survlines_message_status_coding"
  )
  expect_equal(sum(tidy(fit)$n.event), 2)
})

test_that("KM-quantiles-flats: a curve that is flat to its end", {
  data <- data.frame(time = c(9, 3, 1, 1, 6, 6, 8, 10), status = c(1, NA, 1, 0, 1, 1, 0, 0))
  fit <- on_one_scale(Surv(time, status) ~ 1, data, "log")
  expect_equal(survival_quantile(fit, 1 - 9 / 35)$estimate, 9)
  expect_equal(unname(quantile(as_survfit(fit), 1 - 9 / 35)$quantile), 9.5)
  # survfit() itself: its table says 2, quantile() 5.
  theirs <- survival::survfit(Surv(c(1, 2, 4, 8), c(1, 1, 0, 0)) ~ 1)
  expect_equal(summary(theirs)$table[["median"]], 2)
  expect_equal(unname(quantile(theirs, 0.5)$quantile), 5)
})

test_that("competing-FineGray: survival::finegray() and weights are coxph()'s, robust errors too", {
  data <- transform(progression_data(), id = seq_along(months))
  expanded <- survival::finegray(Surv(months, cause) ~ age + sex + id, data, etype = "pcm")
  formula <- Surv(fgstart, fgstop, fgstatus) ~ age + sex
  ours <- quietly(fit_cox(formula, expanded, weights = fgwt, cluster = id))
  theirs <- survival::coxph(formula, expanded, weights = fgwt, cluster = id)
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-8)
  expect_equal(vcov(ours), vcov(theirs), tolerance = 1e-8)
  # crr()'s standard errors: 0.00573710 and 0.18568103.
  expect_equal(unname(sqrt(diag(vcov(ours)))), c(0.00573710, 0.18568103), tolerance = 0.01)
})
