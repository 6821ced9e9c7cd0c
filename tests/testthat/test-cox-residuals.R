test_that("residuals carry the names and shapes of coxph", {
  ours <- fit_cox(Surv(time, status) ~ age + sex + strata(inst), survival::lung)
  theirs <- survival::coxph(Surv(time, status) ~ age + sex + strata(inst), survival::lung)
  for (type in cox_residual_types) {
    expected <- residuals(theirs, type)
    if (is.matrix(expected)) colnames(expected) <- names(coef(theirs))
    found <- residuals(ours, type)
    strata <- attr(found, "strata")
    if (type == "schoenfeld") {
      expect_identical(as.vector(strata), as.vector(attr(expected, "strata")))
    }
    attr(found, "strata") <- attr(expected, "strata") <- NULL
    expect_equal(found, expected, tolerance = 1e-6)
  }
  one <- residuals(fit_cox(Surv(time, status) ~ age, survival::lung), "score")
  expect_null(dim(one))
})

test_that("residuals of the score and of the martingales add up to nothing", {
  data <- withr::with_seed(3, random_rows(60L))
  fit <- quietly(fit_cox(Surv(entry, exit, status) ~ x + g + strata(s), data, weights = w))
  expect_lt(max(abs(colSums(residuals(fit, "score", weighted = TRUE)))), 1e-9)
  expect_lt(abs(sum(residuals(fit, "martingale", weighted = TRUE))), 1e-9)
})

test_that("the order of the rows does not matter", {
  data <- withr::with_seed(11, random_rows(50L))
  order <- withr::with_seed(12, sample(50L))
  fit <- function(data) {
    quietly(fit_cox(Surv(entry, exit, status) ~ x + strata(s), data, weights = w))
  }
  for (type in c("martingale", "deviance", "score", "dfbeta", "dfbetas")) {
    here <- as.matrix(residuals(fit(data), type))
    there <- as.matrix(residuals(fit(data[order, ]), type))
    expect_equal(here[rownames(there), , drop = FALSE], there, tolerance = 1e-10)
  }
})

test_that("frequency 2 is two rows; collapsing counts both", {
  data <- withr::with_seed(21, random_rows(40L))
  rows <- rep(seq_len(40L), data$f)
  formula <- Surv(entry, exit, status) ~ x + z
  ours <- quietly(fit_cox(formula, data, frequency = f, cluster = id))
  twice <- quietly(fit_cox(formula, data[rows, ], cluster = id))
  for (type in c("martingale", "deviance", "score", "dfbeta", "dfbetas")) {
    once <- unname(as.matrix(residuals(ours, type))[rows, ])
    expect_equal(once, unname(as.matrix(residuals(twice, type))[, ]), tolerance = 1e-9)
    expect_equal(
      residuals(ours, type, collapse = TRUE), residuals(twice, type, collapse = TRUE),
      tolerance = 1e-9
    )
  }
})

test_that("rows left out are padded after na.exclude only", {
  data <- survival::lung
  data$w <- rep(c(1, 2, 0), 76)
  left_out <- is.na(data$ph.ecog) | data$w == 0
  fit <- function(action) {
    fit_cox(Surv(time, status) ~ age + ph.ecog, data, weights = w, na.action = action)
  }
  padded <- residuals(quietly(fit(na.exclude)))
  expect_identical(names(padded), row.names(data))
  expect_identical(unname(is.na(padded)), left_out)
  expect_identical(padded[!left_out], residuals(quietly(fit(na.omit))))
  matrix <- residuals(quietly(fit("na.exclude")), "dfbeta")
  expect_identical(dim(matrix), c(228L, 2L))
  expect_identical(rownames(matrix), row.names(data))
})

test_that("collapsed residuals are those of coxph", {
  formula <- Surv(start, stop, event) ~ (age + surgery) * transplant
  ours <- fit_cox(formula, survival::heart, cluster = id)
  theirs <- survival::coxph(formula, survival::heart, cluster = id)
  for (type in c("martingale", "score", "dfbeta", "deviance")) {
    expected <- residuals(theirs, type, collapse = survival::heart$id)
    expect_equal(residuals(ours, type, collapse = TRUE), expected,
      ignore_attr = TRUE, tolerance = 1e-6
    )
    expect_equal(residuals(ours, type, collapse = survival::heart$id), expected,
      ignore_attr = TRUE, tolerance = 1e-6
    )
  }
  expect_error(residuals(ours, collapse = 1:3), class = "survlines_error_argument")
  alone <- fit_cox(Surv(time, status) ~ age, survival::lung)
  expect_error(residuals(alone, collapse = TRUE), class = "survlines_error_argument")
})

test_that("groups to collapse over may be those of the data, or of the rows used", {
  lung <- survival::lung
  fit <- quietly(fit_cox(Surv(time, status) ~ age + ph.ecog, lung, subset = age > 50))
  used <- lung[lung$age > 50 & !is.na(lung$ph.ecog), ]
  used$group <- used$sex * 100 + used$time %% 7
  expected <- drop(rowsum(residuals(fit), used$group))
  expect_equal(residuals(fit, collapse = lung$sex * 100 + lung$time %% 7), expected)
  expect_equal(residuals(fit, collapse = used$group), expected)
})

# Therneau & Grambsch (2000), section 4.3. coxph() of survival 3.5-3 leaves out the divisor N of
# patients with several events.
test_that("deviance residuals of patients with several events use their number", {
  fit <- quietly(fit_cox(Surv(start, stop, event) ~ rx + size, survival::bladder2, cluster = id))
  martingale <- drop(rowsum(residuals(fit), survival::bladder2$id))
  events <- drop(rowsum(survival::bladder2$event, survival::bladder2$id))
  log_ratio <- ifelse(events == 0, 0, events * log((events - martingale) / events))
  expected <- sign(martingale) * sqrt(-2 * (martingale + log_ratio))
  expect_gt(max(events), 1)
  expect_equal(residuals(fit, "deviance", collapse = TRUE), expected,
    ignore_attr = TRUE, tolerance = 1e-10
  )
})

test_that("coefficients that were not estimated have missing dfbetas, the others are unharmed", {
  data <- transform(survival::lung, twice = 2 * age)
  fit <- fit_cox(Surv(time, status) ~ age + twice + sex, data)
  alone <- fit_cox(Surv(time, status) ~ age + sex, data)
  found <- residuals(fit, "dfbetas")
  expect_true(all(is.na(found[, "twice"])))
  expect_equal(found[, c("age", "sex")], residuals(alone, "dfbetas"), tolerance = 1e-8)
})

test_that("residuals do not follow the data when these change", {
  data <- survival::lung
  fit <- fit_cox(Surv(time, status) ~ age, data)
  before <- residuals(fit)
  data$age <- rev(data$age)
  expect_identical(residuals(fit), before)
})

test_that("partial residuals are those of coxph", {
  formula <- Surv(time, status) ~ age + factor(ph.ecog) + strata(sex)
  ours <- quietly(fit_cox(formula, survival::lung))
  theirs <- survival::coxph(formula, survival::lung)
  expect_equal(residuals(ours, "partial"), residuals(theirs, "partial"),
    tolerance = 1e-6, ignore_attr = "constant"
  )
  one <- quietly(fit_cox(Surv(time, status) ~ age, survival::lung, ties = "exact"))
  expect_identical(dim(residuals(one, "partial")), c(228L, 1L))
})

test_that("all rows summed into one keep a column for each coefficient", {
  fit <- fit_cox(Surv(time, status) ~ age + sex, survival::lung)
  group <- rep("all", nrow(survival::lung))
  for (type in c("score", "dfbeta", "dfbetas")) {
    single <- residuals(fit, type)
    found <- residuals(fit, type, collapse = group)
    expect_identical(dimnames(found), list("all", c("age", "sex")))
    expect_equal(found["all", ], colSums(single), tolerance = 1e-12)
  }
  expect_equal(residuals(fit, collapse = group), c(all = sum(residuals(fit))))
})
