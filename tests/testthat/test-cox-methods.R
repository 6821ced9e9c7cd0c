veteran_fit <- function(formula = Surv(time, status) ~ trt + celltype + karno, ...) {
  quietly(fit_cox(formula, survival::veteran, ...))
}
veteran_coxph <- function(formula = Surv(time, status) ~ trt + celltype + karno, ...) {
  survival::coxph(formula, survival::veteran, ...)
}

test_that("anova of terms and of fits is that of coxph", {
  columns <- c("loglik", "Chisq", "Df", "Pr(>|Chi|)")
  expect_equal(
    as.data.frame(anova(veteran_fit()))[columns], as.data.frame(anova(veteran_coxph()))[columns],
    ignore_attr = TRUE, tolerance = 1e-7
  )
  small <- Surv(time, status) ~ karno
  found <- anova(veteran_fit(small), veteran_fit())
  expected <- anova(veteran_coxph(small), veteran_coxph())
  expect_equal(found$Chisq, expected$Chisq, tolerance = 1e-7)
  expect_equal(found$Df, expected$Df)
  expect_output(print(found), "Model 2")
})

test_that("fits that cannot be compared are refused", {
  small <- veteran_fit(Surv(time, status) ~ karno, subset = age > 50)
  expect_error(anova(veteran_fit(), small), class = "survlines_error_anova")
  breslow <- veteran_fit(ties = "breslow")
  expect_error(anova(veteran_fit(), breslow), class = "survlines_error_anova")
  robust <- veteran_fit(robust = TRUE)
  expect_error(anova(robust), class = "survlines_error_anova")
  expect_error(anova(veteran_fit(), 1), class = "survlines_error_argument")
})

test_that("update(), drop1(), add1() and step() work as on coxph", {
  ours <- fit_cox(Surv(time, status) ~ trt + celltype + karno, survival::veteran)
  theirs <- survival::coxph(Surv(time, status) ~ trt + celltype + karno, survival::veteran)
  updated <- quietly(update(ours, . ~ . - trt))
  expect_equal(coef(updated), coef(update(theirs, . ~ . - trt)), tolerance = 1e-6)
  expect_equal(drop1(ours)$AIC, drop1(theirs)$AIC, tolerance = 1e-8)
  expect_equal(
    add1(ours, ~ . + age + prior)$AIC, add1(theirs, ~ . + age + prior)$AIC,
    tolerance = 1e-8
  )
  found <- quietly(step(ours, trace = 0))
  expect_identical(
    attr(terms(found), "term.labels"), attr(terms(step(theirs, trace = 0)), "term.labels")
  )
  expect_equal(AIC(ours), AIC(theirs), tolerance = 1e-8)
  expect_equal(BIC(ours), BIC(theirs), tolerance = 1e-8)
})

test_that("the model frame and matrix are those of coxph", {
  for (formula in list(
    Surv(time, status) ~ trt * celltype, Surv(time, status) ~ splines::ns(karno, 3) + strata(trt),
    Surv(time, status) ~ poly(age, 2)
  )) {
    ours <- model.matrix(veteran_fit(formula))
    theirs <- model.matrix(veteran_coxph(formula))
    expect_equal(dimnames(ours), dimnames(theirs))
    expect_equal(ours, theirs, ignore_attr = TRUE)
    expect_equal(attr(ours, "assign"), attr(theirs, "assign"), ignore_attr = TRUE)
  }
  frame <- model.frame(veteran_fit())
  expect_identical(nrow(frame), 137L)
  expect_identical(names(frame)[2:4], c("trt", "celltype", "karno"))
})

test_that("formulas may be built in functions", {
  fit_by <- function(name, data) {
    fit_cox(stats::as.formula(paste("Surv(time, status) ~", name)), data)
  }
  fit <- quietly(fit_by("karno", survival::veteran))
  expect_equal(coef(fit), coef(veteran_fit(Surv(time, status) ~ karno)))
  expect_length(residuals(fit), 137L)
  expect_s3_class(as_coxph(fit), "coxph")
})

test_that("other contrasts give the same model in other terms", {
  data <- survival::veteran
  contrasts(data$celltype) <- stats::contr.sum(4)
  ours <- quietly(fit_cox(Surv(time, status) ~ celltype, data))
  theirs <- survival::coxph(Surv(time, status) ~ celltype, data)
  expect_equal(coef(ours), coef(theirs), tolerance = 1e-6)
  newdata <- data[c(1, 50, 100), ]
  expect_warning(found <- predict(ours, newdata), NA)
  expect_equal(found, suppressWarnings(predict(theirs, newdata)), tolerance = 1e-6)
  expect_equal(logLik(ours)[1], logLik(veteran_fit(Surv(time, status) ~ celltype))[1])
})

test_that("augment() keeps to the rows of the fit", {
  fit <- quietly(fit_cox(Surv(time, status) ~ ph.ecog, survival::lung))
  found <- augment(fit)
  expect_identical(nrow(found), 227L)
  expect_identical(found$ph.ecog, survival::lung$ph.ecog[!is.na(survival::lung$ph.ecog)])
  expect_identical(found$.resid, unname(residuals(fit)))
  padded <- augment(quietly(fit_cox(Surv(time, status) ~ ph.ecog, survival::lung,
    na.action = na.exclude
  )))
  expect_identical(is.na(padded$.resid), is.na(survival::lung$ph.ecog))
  new <- augment(fit, newdata = data.frame(ph.ecog = 0:2), type.predict = "risk")
  expect_named(new, c("ph.ecog", ".fitted", ".se.fit"))
  expect_error(augment(fit, data = survival::lung[1:3, ]), class = "survlines_error_argument")
})

test_that("terms() are those of the formula, and formulas may have dots and interactions", {
  for (formula in list(
    Surv(time, status) ~ trt * celltype + strata(prior), Surv(time, status) ~ .,
    Surv(time, status) ~ (trt + karno + age)^2, Surv(time, status) ~ celltype / karno
  )) {
    ours <- veteran_fit(formula)
    theirs <- veteran_coxph(formula)
    expect_identical(attr(terms(ours), "term.labels"), attr(terms(theirs), "term.labels"))
    expect_equal(coef(ours), coef(theirs), tolerance = 1e-6)
  }
})

test_that("update() changes data, ties and clusters, and drop1() knows strata", {
  ours <- fit_cox(Surv(time, status) ~ karno + age + strata(celltype), survival::veteran)
  theirs <- survival::coxph(Surv(time, status) ~ karno + age + strata(celltype), survival::veteran)
  expect_equal(drop1(ours)$AIC, drop1(theirs)$AIC, tolerance = 1e-8)
  half <- survival::veteran[1:70, ]
  expect_equal(coef(quietly(update(ours, data = half))), coef(update(theirs, data = half)),
    tolerance = 1e-6
  )
  expect_identical(quietly(update(ours, ties = "breslow"))$ties, "breslow")
  expect_false(is.null(quietly(update(ours, cluster = prior))$robust_variance))
})

test_that("predictions may be of some terms only", {
  ours <- veteran_fit()
  theirs <- veteran_coxph()
  found <- predict(ours, type = "terms", terms = c("karno", "trt"), se.fit = TRUE)
  expected <- predict(theirs, type = "terms", terms = c("karno", "trt"), se.fit = TRUE)
  expect_equal(found$fit, expected$fit, tolerance = 1e-6, ignore_attr = TRUE)
  expect_equal(found$se.fit, expected$se.fit, tolerance = 1e-6, ignore_attr = TRUE)
  expect_identical(predict(ours, type = "terms", terms = 2), predict(ours,
    type = "terms",
    terms = "celltype"
  ))
  expect_error(predict(ours, type = "terms", terms = "height"), class = "survlines_error_argument")
})

test_that("fitted() and weights() are those of coxph()", {
  data <- transform(lung, w = ph.karno / 100)
  ours <- quietly(fit_cox(Surv(time, status) ~ age + ph.ecog, data, weights = w, robust = FALSE))
  theirs <- survival::coxph(Surv(time, status) ~ age + ph.ecog, data, weights = w, robust = FALSE)
  expect_equal(unname(fitted(ours)), fitted(theirs))
  expect_equal(weights(ours), unname(weights(theirs)))
  expect_null(weights(quietly(fit_cox(Surv(time, status) ~ age, lung))))
})
