# Published values of Cox models (reference-cox.csv: each with its source and how far it is
# trusted), keyed by case. What is computed here stands in the order of the file.
#
# Not here: rats-frailty, as frailty is no part of this package; N04-firth-two-subjects, as are
# penalties; and of N34-status-codings what survival itself says of other codings.

fit <- function(...) quietly(fit_cox(...))
se <- function(fit, type = "model") unname(sqrt(diag(vcov(fit, type))))
rows_of <- function(x, rows) as.vector(x[rows, ])

# The fit, evaluated at coefficient 0 instead.
at_zero <- function(fit) {
  score <- sum(residuals(within_zero(fit), "score"))
  fit <- within_zero(fit)
  fit$variance[] <- fit$score_test / score^2
  fit
}
within_zero <- function(fit) {
  fit$last_step <- 0 * fit$last_step
  fit
}

test1 <- data.frame(
  time = c(9, 3, 1, 1, 6, 6, 8), status = c(1, NA, 1, 0, 1, 1, 0), x = c(0, 2, 1, 1, 1, 0, 0)
)
test2 <- data.frame(
  start = c(1, 2, 5, 2, 1, 7, 3, 4, 8, 8), stop = c(2, 3, 6, 7, 8, 9, 9, 9, 14, 17),
  event = c(1, 1, 1, 1, 1, 1, 1, 0, 0, 0), x = c(1, 0, 0, 1, 0, 1, 1, 1, 0, 0)
)
test_weighted <- data.frame(
  time = c(1, 1, 2, 2, 2, 2, 3, 4, 5), status = c(1, 0, 1, 1, 1, 0, 0, 1, 0),
  x = c(2, 0, 1, 1, 0, 1, 0, 1, 0), wt = c(1, 2, 3, 4, 3, 2, 1, 2, 1)
)
# Freireich and others (1963); pairs of a patient on placebo and one on 6-mercaptopurine.
leukaemia <- data.frame(
  time = c(
    1, 10, 22, 7, 3, 32, 12, 23, 8, 22, 17, 6, 2, 16, 11, 34, 8, 32, 12, 25, 2, 11, 5, 20, 4, 19,
    15, 6, 8, 17, 23, 35, 5, 6, 11, 13, 4, 9, 1, 6, 8, 10
  ),
  status = as.numeric(!seq_len(42) %in% c(6, 16, 18, 20, 22, 24, 26, 30, 32, 38, 40, 42)),
  tr = rep(c(1, 0), 21)
)
lifelines <- data.frame(
  v1 = c(1, 1, 2, 2, 2), v2 = c(0.184677, 0.071893, 1.364646, 0.098375, 1.663092),
  id = c(1, 1, 2, 3, 4), time = c(7.335846, 5.269797, 11.684092, 12.678458, 6.601666), status = 1
)
lifelines_strata <- data.frame(
  v = c(0.184677, 0.071893, 1.364646, 0.098375, 1.663092), id = c(1, 1, 2, 3, 4),
  s = c(1, 1, 2, 2, 2), time = c(5.269797, 6.601666, 7.335846, 11.684092, 12.678458), status = 1
)
lifelines_ties <- data.frame(
  v = c(-0.71163379, -0.87481227, 0.99557251, -0.83649751, 1.42737105), time = c(6, 6, 7, 8, 9),
  status = c(1, 1, 1, 0, 1)
)

rossi <- utils::read.csv(test_path("fixtures", "rossi.csv"), comment.char = "#")
rossi_fit <- function(ties) {
  fit(Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, rossi, ties = ties)
}

lung_fit <- function() fit(Surv(time, status) ~ age + sex, survival::lung)

# Wei, Lin & Weissfeld: the effects of each recurrence, and their best average.
bladder_effects <- function() {
  found <- fit(Surv(stop, event) ~ (rx + size + number) * strata(enum), survival::bladder,
    cluster = id, ties = "breslow"
  )
  names <- names(coef(found))
  contrast <- t(vapply(1:4, function(k) {
    (names == "rx") + (names == paste0("rx:strata(enum)enum=", k))
  }, numeric(length(names))))
  effect <- drop(contrast %*% coef(found))
  variance <- contrast %*% vcov(found) %*% t(contrast)
  weight <- solve(variance, rep(1, 4))
  c(
    effect, sqrt(diag(variance)), sum(weight * effect) / sum(weight), 1 / sqrt(sum(weight))
  )
}

cases <- list(
  `TG1-breslow` = function() {
    ours <- fit(Surv(time, status) ~ x, test1, ties = "breslow")
    curve <- function(fit) survival_curves(fit, data.frame(x = 0), times = c(1, 6, 8, 9))
    c(
      coef(ours), ours$loglik, vcov(ours), residuals(ours), residuals(ours, "score"),
      residuals(ours, "schoenfeld"), curve(ours)$cumhaz, curve(ours)$std.error^2,
      curve(at_zero(ours))$std.error^2
    )
  },
  `TG1-efron` = function() {
    ours <- fit(Surv(time, status) ~ x, test1)
    robust <- fit(Surv(time, status) ~ x, test1, robust = TRUE)
    c(
      coef(ours), ours$loglik[2], vcov(ours), residuals(within_zero(ours)),
      residuals(ours, "score"), residuals(ours, "schoenfeld"), vcov(robust)
    )
  },
  `TG2-breslow-startstop` = function() {
    ours <- fit(Surv(start, stop, event) ~ x, test2, ties = "breslow")
    c(
      coef(ours), ours$loglik[2], vcov(ours), ours$score_test, residuals(ours),
      residuals(ours, "schoenfeld")
    )
  },
  `TG2-efron-startstop` = function() {
    ours <- fit(Surv(start, stop, event) ~ x, test2)
    c(coef(ours), ours$loglik[2], vcov(ours))
  },
  `TGw-breslow` = function() {
    ours <- fit(Surv(time, status) ~ x, test_weighted, weights = wt, ties = "breslow")
    c(coef(ours), ours$loglik, residuals(within_zero(ours)))
  },
  `TGw-efron` = function() {
    ours <- fit(Surv(time, status) ~ x, test_weighted, weights = wt, robust = TRUE)
    c(coef(ours), ours$loglik[2], vcov(ours, "model"), vcov(ours, "robust"))
  },
  `aml-cox-ties` = function() {
    unlist(lapply(c("breslow", "efron", "exact"), function(ties) {
      ours <- fit(Surv(time, status) ~ x, survival::aml, ties = ties)
      c(coef(ours), se(ours), ours$loglik[2])
    }))
  },
  `6mp-cox-ties` = function() {
    unlist(lapply(c("breslow", "efron", "exact"), function(ties) {
      ours <- fit(Surv(time, status) ~ tr, leukaemia, ties = ties)
      c(coef(ours), se(ours), ours$loglik)
    }))
  },
  `6mp-zph` = function() {
    test <- test_proportional(fit(Surv(time, status) ~ tr, leukaemia))$table
    c(test$statistic[1], test$p.value[1])
  },
  `6mp-concordance` = function() {
    unlist(concordance_index(fit(Surv(time, status) ~ tr, leukaemia))[c("estimate", "std.error")])
  },
  `veteran-cox-breslow` = function() {
    ours <- fit(Surv(time, status) ~ trt + karno + diagtime + age + prior + celltype,
      survival::veteran,
      ties = "breslow"
    )
    c(coef(ours), se(ours), ours$loglik)
  },
  `veteran-cox-efron` = function() {
    coef(fit(Surv(time, status) ~ trt + prior + karno, survival::veteran))
  },
  `veteran-zph` = function() {
    ours <- fit(Surv(time, status) ~ trt + prior + karno, survival::veteran)
    c(test_proportional(ours)$table$statistic, test_proportional(ours, "identity")$table$statistic)
  },
  `lung-cox` = function() {
    one <- fit(Surv(time, status) ~ sex, survival::lung)
    ours <- fit(Surv(time, status) ~ age + sex + ph.ecog, survival::lung)
    shown <- glance(ours)
    c(
      coef(one), se(one), coef(ours), se(ours), shown$statistic.log, shown$statistic.wald,
      shown$statistic.sc, shown$n, shown$nevent
    )
  },
  `lung-basehaz` = function() {
    baseline <- baseline_hazard(lung_fit(), "zero")
    hazard_at <- function(time) max(baseline$cumhaz[baseline$time <= time])
    newdata <- data.frame(age = 60, sex = 1:2)
    curves <- survival_curves(lung_fit(), newdata, times = 310)
    c(
      hazard_at(310), hazard_at(1022), curves$estimate, curves$std.error.surv,
      predict(lung_fit(), newdata, reference = "zero")
    )
  },
  `lung-residuals` = function() {
    of <- function(type) residuals(lung_fit(), type)
    c(
      of("martingale")[1:3], of("deviance")[1:3], rows_of(of("dfbeta"), 1:2),
      rows_of(of("dfbetas"), 1:2), rows_of(of("scaledsch"), 1:2)
    )
  },
  `lung-concordance` = function() {
    unlist(concordance_index(lung_fit())[c("estimate", "std.error")])
  },
  `ovarian-cox` = function() {
    one <- fit(Surv(futime, fustat) ~ age, survival::ovarian)
    ours <- fit(Surv(futime, fustat) ~ age + resid.ds + rx + ecog.ps, survival::ovarian)
    c(coef(one), se(one), coef(ours), residuals(ours)[1:5])
  },
  `ovarian-cox-strata` = function() {
    ours <- fit(Surv(futime, fustat) ~ age + ecog.ps + strata(rx), survival::ovarian)
    c(coef(ours), se(ours))
  },
  `ovarian-offset` = function() {
    whole <- fit(Surv(futime, fustat) ~ age + rx, survival::ovarian)
    data <- transform(survival::ovarian, effect = rx * coef(whole)[2])
    ours <- fit(Surv(futime, fustat) ~ age + offset(effect), data)
    c(coef(ours), ours$loglik[2])
  },
  `ovarian-weights` = function() {
    data <- transform(survival::ovarian, w = replace(rep(1, 26), c(5, 10, 15), 2:4))
    ours <- fit(Surv(futime, fustat) ~ age + ecog.ps, data, weights = w)
    c(coef(ours), se(ours), rows_of(residuals(ours, "dfbeta"), c(5, 10, 15)))
  },
  `bladder-WLW` = bladder_effects,
  `bladder-AG` = function() {
    ours <- fit(Surv(start, stop, event) ~ rx + size + number, survival::bladder2,
      cluster = id, ties = "breslow"
    )
    c(coef(ours), se(ours), se(ours, "robust"), ours$robust_score_test)
  },
  `stanford-KP1` = function() {
    ours <- fit(Surv(start, stop, event) ~ (age + surgery) * transplant, survival::jasa1,
      ties = "breslow"
    )
    c(coef(ours), se(ours))
  },
  `stanford-KP2` = function() {
    coef(fit(Surv(start, stop, event) ~ year * transplant, survival::jasa1, ties = "breslow"))
  },
  `stanford-heart` = function() {
    ours <- fit(Surv(start, stop, event) ~ age + transplant + surgery + year, survival::heart)
    c(coef(ours), se(ours))
  },
  `pbc-cox` = function() {
    ours <- fit(
      Surv(time, status == 2) ~ age + edema + log(bili) + log(albumin) + log(protime),
      survival::pbc
    )
    c(coef(ours), se(ours), glance(ours)$n, glance(ours)$nevent)
  },
  `rats-cluster` = function() {
    ours <- fit(Surv(time, status) ~ rx, survival::rats, subset = sex == "f", cluster = litter)
    c(coef(ours), se(ours), se(ours, "robust"))
  },
  `kidney-cluster` = function() {
    ours <- fit(Surv(time, status) ~ age + sex + disease, survival::kidney, cluster = id)
    c(coef(ours), se(ours, "robust"))
  },
  `colon-recurrence` = function() {
    coef(fit(Surv(time, status) ~ rx + extent + node4, survival::colon, subset = etype == 1))
  },
  `colon-WLW` = function() {
    ours <- fit(Surv(time, status) ~ rx + strata(etype), survival::colon, cluster = id)
    c(coef(ours), se(ours, "robust"))
  },
  `cgd-AG` = function() {
    ours <- fit(Surv(tstart, tstop, status) ~ treat + inherit + steroids, survival::cgd,
      cluster = id
    )
    c(coef(ours), se(ours, "robust"))
  },
  `lifelines-cluster` = function() {
    se(fit(Surv(time, status) ~ v1 + v2, lifelines, cluster = id), "robust")
  },
  `lifelines-cluster-strata` = function() {
    se(fit(Surv(time, status) ~ v + strata(s), lifelines_strata, cluster = id), "robust")
  },
  `lifelines-schoenfeld-ties` = function() {
    residuals(fit(Surv(time, status) ~ v, lifelines_ties), "schoenfeld")
  },
  `N14-time-zero` = function() {
    data <- data.frame(time = c(0, 0, 1, 2, 3), status = c(1, 0, 1, 1, 0), x = c(1, 0, 0, 1, 0))
    coef(fit(Surv(time, status) ~ x, data))
  },
  `6mp-profileCI` = function() {
    confint(fit(Surv(time, status) ~ tr, leukaemia), method = "profile")
  },
  `rossi-cox-efron` = function() {
    ours <- rossi_fit("efron")
    c(coef(ours), ours$loglik[2])
  },
  `rossi-cox-breslow` = function() coef(rossi_fit("breslow")),
  `rossi-cox-strata` = function() {
    coef(fit(Surv(week, arrest) ~ fin + age + strata(race, paro, mar, wexp) + prio, rossi))
  },
  `larynx-cox` = function() {
    larynx <- utils::read.csv(test_path("fixtures", "larynx.csv"), comment.char = "#")
    ours <- fit(Surv(time, delta) ~ factor(stage) + age, larynx, ties = "breslow")
    c(coef(ours), se(ours), unlist(glance(ours)[paste0("statistic.", c("log", "wald", "sc"))]))
  },
  `N34-status-codings` = function() {
    vapply(list(c(TRUE, FALSE, TRUE), c(1, 0, 1), c(2, 1, 2)), function(status) {
      nobs(fit(Surv(time, status) ~ 1, data.frame(time = c(2, 3, 5), status = status)))
    }, 0)
  }
)

reference <- utils::read.csv(test_path("reference-cox.csv"))

test_that("every case of the file is computed, and every value of it", {
  expect_setequal(unique(reference$case_id), names(cases))
  expect_setequal(reference$tolerance, c("1e-6 rel", "1e-5 rel"))
})

for (case in names(cases)) {
  test_that(paste("published values:", case), {
    expected <- reference[reference$case_id == case, ]
    found <- unname(cases[[case]]())
    expect_length(found, nrow(expected))
    # Relative to the value, but for values that are zero up to rounding.
    difference <- abs(found - expected$value) / pmax(abs(expected$value), 1e-8)
    tolerance <- as.numeric(sub(" rel", "", expected$tolerance, fixed = TRUE))
    worst <- which.max(difference / tolerance)
    expect_lte(difference[worst], tolerance[worst],
      label = paste("difference of", expected$quantity[worst])
    )
  })
}
