# `extras` is a list of expressions: weights, frequency, cluster, subset.
model_of <- function(formula, data, use, direct, extras = NULL, na_action = na.omit) {
  model <- model_data(formula, data, extras, na_action, use, direct = direct)
  if (!is.null(model$x)) model$x <- as_design_matrix(model$x, model$n_rows)
  model
}

# What both ways must have alike: everything but the class of `formula`'s environment.
comparable <- function(model) {
  model$formula <- NULL
  model
}

expect_same_ways <- function(formula, data, use, ..., na_action = na.omit) {
  extras <- match.call(expand.dots = FALSE)$...
  direct <- quietly(model_of(formula, data, use, TRUE, extras, na_action))
  general <- quietly(model_of(formula, data, use, FALSE, extras, na_action))
  read <- read_formula(formula, data, NULL)
  arguments <- surv_arguments(read, data, NULL)
  # The direct way was really taken.
  expect_false(is.null(direct_columns(read, data, arguments, use)))
  expect_identical(comparable(direct), comparable(general))
}

with_missing <- function(data, columns) {
  for (column in columns) data[[column]][sample(nrow(data), 3L)] <- NA
  data
}

test_that("plain columns give the same directly and through model.frame()", {
  formulas <- list(
    Surv(exit, status) ~ x + g + u, Surv(exit, status) ~ strata(s) + x,
    Surv(entry, exit, status) ~ o + x + strata(s, g), Surv(exit, u) ~ x + strata(f) + strata(s),
    y ~ x + g, y2 ~ g + strata(u), Surv(exit, code) ~ 1
  )
  for (seed in seq_len(n_random_sets(100L))) {
    withr::with_seed(seed, {
      data <- random_rows(sample(20:40, 1L))
      n <- nrow(data)
      data$u <- stats::runif(n) < 0.5
      data$code <- data$status + 1
      data$o <- factor(sample(letters[1:4], n, replace = TRUE), letters[1:5], ordered = TRUE)
      if (seed %% 2L == 0L) data <- with_missing(data, c("x", "g", "s", "exit", "u", "w"))
      data$y <- Surv(data$exit, data$status)
      data$y2 <- Surv(data$entry, data$exit, data$status)
      for (formula in formulas) {
        expect_same_ways(formula, data, "design", weights = w, cluster = id)
      }
      expect_same_ways(Surv(exit, status) ~ g + s, data, "curves", frequency = f)
      expect_same_ways(Surv(exit, status) ~ f + strata(s), data, "curves", subset = x > 0)
      expect_same_ways(Surv(exit, status) ~ s + u + strata(g), data, "groups", subset = -(1:3))
      expect_same_ways(y ~ o, tibble::as_tibble(data), "groups", na_action = na.exclude)
    })
  }
})

test_that("columns that have not a value for each row are refused by name, whoever reads them", {
  whole <- data.frame(
    time = 1:6, status = c(1, 0, 1, 1, 0, 1), x = c(3, 1, 2, 5, 4, 6), g = c("a", "b"),
    cause = factor(c(0, 1, 2, 1, 2, 0))
  )
  cut <- function(column, n = 2L) {
    columns <- unclass(whole)
    columns[[column]] <- rep_len(columns[[column]], n)
    structure(columns, class = "data.frame", row.names = 1:6)
  }
  expect_refused <- function(call, column, values = 2L, rows = 6L) {
    what <- sprintf("%s has %d values, the data frame %d rows", column, values, rows)
    expect_error(call, what, class = "survlines_error_argument")
  }
  for (column in c("time", "status", "x")) {
    expect_refused(fit_cox(Surv(time, status) ~ x, cut(column)), column)
    expect_refused(fit_cox(Surv(time, status) ~ log(x), cut(column)), column)
  }
  # Twice as many values as rows, and half as many, which R would recycle.
  expect_refused(fit_km(Surv(time, status) ~ g, cut("g", 12L)), "g", 12L)
  expect_refused(test_gray(Surv(time, cause) ~ g, cut("g", 3L)), "g", 3L)
  expect_refused(fit_cuminc(Surv(time, cause) ~ 1, cut("cause")), "cause")
  expect_refused(test_logrank(Surv(time, status) ~ strata(g) + x, cut("g")), "g")
  # Columns that agree with one another, but not with the rows.
  nine <- structure(unclass(whole), class = "data.frame", row.names = 1:9)
  expect_refused(fit_km(Surv(time, status) ~ g, nine), "time", 6L, 9L)
  expect_refused(fit_km(Surv(time, status) ~ g, nine, subset = x > 2), "time", 6L, 9L)

  cox <- fit_cox(Surv(time, status) ~ x, whole)
  curve <- fit_km(Surv(time, status) ~ x, whole)
  expect_refused(predict(cox, cut("x", 3L)), "x", 3L)
  expect_refused(augment(cox, data = cut("g")), "g")
  expect_refused(augment(curve, data = cut("g")), "g")
  expect_refused(predict(curve, cut("x", 3L), times = 1), "x", 3L)
  # A matrix and a table within a column have a row for each.
  whole$several <- matrix(1:12, 6L)
  whole$table <- whole["x"]
  expect_identical(coef(fit_cox(Surv(time, status) ~ x, whole, subset = x > 0)), coef(cox))
})

test_that("names of complete columns are read in one look, and give the same", {
  formulas <- list(
    design = Surv(exit, status) ~ x + g + u, design = Surv(entry, exit, status) ~ o + x,
    design = Surv(exit, u) ~ 1, design = Surv(whole, number) ~ z,
    curves = Surv(exit, status) ~ 1, curves = Surv(whole, status) ~ g + s + u,
    curves = Surv(entry, exit, number) ~ id, groups = Surv(exit, u) ~ o,
    design = Surv(exit, status) ~ `odd name` + x, curves = Surv(exit, `1`) ~ `odd name`,
    groups = Surv(entry, whole, status) ~ s + g, groups = Surv(exit, status) ~ many
  )
  for (seed in seq_len(n_random_sets(10L))) {
    withr::with_seed(seed, {
      data <- random_rows(sample(20:40, 1L))
      n <- nrow(data)
      data$u <- stats::runif(n) < 0.5
      data$o <- factor(sample(letters[1:4], n, replace = TRUE), letters[1:5], ordered = TRUE)
      data$whole <- as.integer(data$exit)
      data$number <- as.double(data$status)
      data$many <- sample(c(-Inf, 1, 2.5), n, replace = TRUE)
      data$`odd name` <- data$g
      data$`1` <- data$u
      if (seed %% 2L == 0L) data <- tibble::as_tibble(data)
      for (i in seq_along(formulas)) {
        use <- names(formulas)[i]
        expect_false(is.null(plain_rows(formulas[[i]], data, use)))
        plain <- quietly(model_of(formulas[[i]], data, use, TRUE))
        general <- quietly(model_of(formulas[[i]], data, use, FALSE))
        expect_identical(comparable(plain), comparable(general))
        expect_identical(formula_terms(plain$formula), formula_terms(general$formula),
          ignore_formula_env = TRUE, ignore_attr = ".Environment"
        )
        expect_identical(plain$formula$variables, general$formula$variables)
      }
    })
  }
})

test_that("one look is not enough where there is more to read, or something to say", {
  data <- withr::with_seed(1, random_rows(20L))
  data$day <- as.Date("2020-01-01") + data$exit
  data$one <- factor(rep("only", 20L))
  data$.x <- data$x
  data$matrix <- cbind(data$x, data$z)
  data$twelve <- data$status + 1
  data$half <- data$status / 2
  data$infinite <- replace(data$x, 3L, Inf)
  gaps <- data
  for (column in c("exit", "status", "x", "g", "s")) gaps[[column]][5L] <- NA
  for (formula in list(
    Surv(exit, status) ~ x + x, Surv(exit, status) ~ ., Surv(exit, status) ~ (x), Surv(exit) ~ x,
    Surv(exit, status) ~ x - 1, Surv(exit, status) ~ 0, Surv(exit, status) ~ x * z,
    Surv(exit, status) ~ strata(s), Surv(exit, status) ~ offset(x), Surv(exit, status) ~ log(z),
    Surv(exit, status) ~ nothing, Surv(time = exit, status) ~ x, Surv(exit, status == 1) ~ x,
    survival::Surv(exit, status) ~ x, exit ~ x, ~x, Surv(exit, status) ~ .x, Surv(day, status) ~ x,
    Surv(exit, twelve) ~ x, Surv(exit, half) ~ x, Surv(exit, g) ~ x, Surv(exit, entry, status) ~ x,
    Surv(infinite, status) ~ x, Surv(exit, status) ~ one, Surv(exit, status) ~ infinite,
    Surv(exit, status) ~ s, Surv(exit, status) ~ matrix, Surv(exit, status) ~ day,
    stats::terms(Surv(exit, status) ~ x)
  )) {
    expect_null(plain_rows(formula, data, "design"))
  }
  for (formula in list(
    Surv(exit, one) ~ 1, Surv(one, status) ~ 1, Surv(exit, status) ~ matrix,
    Surv(exit, status) ~ day, Surv(exit, status) ~ x:g
  )) {
    expect_null(plain_rows(formula, data, "curves"))
  }
  for (formula in list(
    Surv(exit, x) ~ 1, Surv(x, status) ~ 1, Surv(z, status) ~ 1, Surv(z, status) ~ x,
    Surv(z, status) ~ g, Surv(z, status) ~ s
  )) {
    expect_null(plain_rows(formula, gaps, "groups"))
  }
  expect_null(plain_rows(Surv(exit, status) ~ x, NULL, "design"))
  expect_null(plain_rows(Surv(exit, status) ~ x, data[0L, ], "design"))
  expect_null(plain_rows(Surv(exit, status) ~ 1, data, "causes"))
})

test_that("curves of groups are the same with and without ranks, whatever times are near ties", {
  for (seed in seq_len(n_random_sets(40L))) {
    withr::with_seed(seed, {
      n <- sample(c(5L, 60L, 1500L), 1L)
      time <- switch(seed %% 4L + 1L,
        sample(40L, n, replace = TRUE), sample(40L, n, replace = TRUE) / 30.4375,
        stats::rexp(n), sample(-5:20, n, replace = TRUE) * 1e7
      )
      nudged <- stats::runif(n) < 0.5
      time[nudged] <- time[nudged] * (1 + stats::runif(sum(nudged), -3e-8, 3e-8))
      data <- data.frame(
        time = time, status = stats::runif(n) < 0.6, group = sample(9L, n, replace = TRUE)
      )
      for (timefix in c(TRUE, FALSE)) {
        model <- function(ranked) {
          model_data(Surv(time, status) ~ group, data, list(), stats::na.omit, "curves", timefix,
            ranked = ranked
          )
        }
        expect_true(is_unranked(model(FALSE)$columns))
        ranked <- model(TRUE)
        expect_identical(
          core_km_unranked(model(FALSE)$columns), core_km(ranked$columns, ranked$times)
        )
      }
    })
  }
})

test_that("causes are the same directly and through model.frame()", {
  formulas <- list(
    Surv(exit, cause) ~ 1, Surv(exit, cause) ~ g + s, Surv(entry, exit, cause) ~ strata(g), y ~ s,
    y2 ~ 1
  )
  for (seed in seq_len(n_random_sets(40L))) {
    withr::with_seed(seed, {
      data <- random_rows(sample(20:40, 1L))
      causes <- c("none", "a", "b", "never")
      data$cause <- factor(causes[sample(3L, nrow(data), replace = TRUE)], causes)
      if (seed %% 2L == 0L) data <- with_missing(data, c("g", "exit", "cause", "w"))
      data$y <- Surv(data$exit, data$cause)
      data$y2 <- Surv(data$entry, data$exit, data$cause)
      for (formula in formulas) {
        expect_same_ways(formula, data, "causes", weights = w, frequency = f, cluster = id)
      }
      expect_same_ways(Surv(exit, cause) ~ g + strata(s), data, "groups_causes", subset = x > 0)
    })
  }
})

test_that("the design is model.matrix()'s, whatever the contrasts", {
  data <- withr::with_seed(1, random_rows(40L))
  data$h <- data$g
  contrasts(data$h) <- contr.helmert(3)
  data$k <- data$g
  contrasts(data$k) <- "contr.sum"
  for (kind in c("contr.treatment", "contr.sum", "contr.SAS")) {
    withr::with_options(list(contrasts = c(kind, "contr.poly")), {
      expect_same_ways(Surv(exit, status) ~ g + h + k + x, data, "design")
      model <- model_of(Surv(exit, status) ~ g + h + k + x, data, "design", TRUE)
      expect_identical(
        unname(model$x), unname(model.matrix(~ g + h + k + x, data)[, -1L]),
        ignore_attr = TRUE
      )
    })
  }
})

test_that("survival:: in front of the special functions changes nothing", {
  plain <- fit_cox(Surv(time, status == 2) ~ age + strata(sex), lung)
  for (formula in list(
    survival::Surv(time, status == 2) ~ age + survival::strata(sex),
    survlines::Surv(time, status == 2) ~ age + strata(sex)
  )) {
    expect_identical(coef(fit_cox(formula, lung)), coef(plain))
  }
  with_term <- quietly(fit_cox(Surv(time, status) ~ age + survival::cluster(inst), lung))
  with_argument <- quietly(fit_cox(Surv(time, status) ~ age, lung, cluster = inst))
  expect_identical(vcov(with_term), vcov(with_argument))
})

test_that("formulas are evaluated where they were written", {
  make <- function() {
    local_age <- lung$age
    Surv(time, status == 2) ~ local_age
  }
  expect_equal(
    unname(coef(fit_cox(make(), lung))), unname(coef(fit_cox(Surv(time, status == 2) ~ age, lung)))
  )
  time <- aml$time
  status <- aml$status
  group <- aml$x
  expect_equal(
    tidy(fit_km(Surv(time, status) ~ group))$estimate,
    tidy(fit_km(Surv(time, status) ~ x, aml))$estimate
  )
  expect_equal(coef(fit_cox(Surv(time, status) ~ x, subset = time > 5, aml)),
    coef(fit_cox(Surv(time, status) ~ x, aml[aml$time > 5, ])))
})

test_that("functions of covariates, interactions and strata by covariate are coxph's", {
  for (formula in list(
    Surv(time, status) ~ log(age) + factor(sex) * ph.karno, Surv(time, status) ~ poly(age, 2),
    Surv(time, status) ~ age * strata(sex), Surv(time, status) ~ 0 + factor(sex),
    Surv(time, status) ~ .
  )) {
    data <- lung[c("time", "status", "age", "sex", "ph.karno")]
    ours <- quietly(fit_cox(formula, data))
    theirs <- coxph(formula, data)
    expect_identical(names(coef(ours)), names(coef(theirs)))
    expect_equal(coef(ours), coef(theirs), tolerance = 1e-6)
  }
})

test_that("missing values are dropped, counted and named", {
  fit <- quietly(fit_cox(Surv(time, status) ~ age + ph.ecog + meal.cal, lung))
  expect_identical(fit$missing, c(ph.ecog = 1L, meal.cal = 47L))
  expect_identical(glance(fit)$n.dropped, 48L)
  expect_s3_class(fit$na.action, "omit")
  fit <- quietly(fit_cox(Surv(time, status) ~ ph.ecog, lung, na.action = na.exclude))
  expect_s3_class(fit$na.action, "exclude")
  expect_identical(unname(fit$na.action[1L]), which(is.na(lung$ph.ecog)))
  expect_error(
    quietly(fit_cox(Surv(time, status) ~ ph.ecog, lung, na.action = na.fail)),
    class = "survlines_error_formula"
  )
  expect_error(
    quietly(fit_cox(Surv(time, status) ~ ph.ecog, lung, na.action = na.pass)),
    class = "survlines_error_missing_values"
  )
})

test_that("missing strata, weights, frequencies and clusters are dropped and named too", {
  data <- withr::with_seed(2, random_rows(40L))
  data$s[1] <- NA
  data$w[2] <- NA
  data$f[3] <- NA
  data$id[4] <- NA
  data$status[5] <- NA
  fit <- quietly(fit_cox(Surv(entry, exit, status) ~ x + strata(s), data,
    weights = w, frequency = f, cluster = id
  ))
  expect_identical(fit$missing, c(
    `Surv(entry, exit, status)` = 1L, `strata(s)` = 1L, weights = 1L, frequency = 1L, cluster = 1L
  ))
  rest <- quietly(fit_cox(Surv(entry, exit, status) ~ x + strata(s), data[-(1:5), ],
    weights = w, frequency = f, cluster = id
  ))
  expect_identical(coef(fit), coef(rest))
  expect_identical(vcov(fit), vcov(rest))
})

test_that("nothing to fit says why", {
  expect_error(fit_km(Surv(time, status) ~ 1, aml[0, ]), class = "survlines_error_no_data")
  data <- transform(aml, z = NA_real_)
  expect_error(fit_cox(Surv(time, status) ~ z, data),
    "23 missing in z", class = "survlines_error_no_data"
  )
  data$w <- 0
  expect_error(fit_cox(Surv(time, status) ~ x, data, weights = w),
    "23 of weight 0", class = "survlines_error_no_data"
  )
})

test_that("rows that cannot be are named", {
  data <- data.frame(entry = c(0, 5, 3, 9), exit = c(4, 5, 8, 7), status = 1, x = 1:4)
  expect_error(fit_cox(Surv(entry, exit, status) ~ x, data),
    "rows 2, 4", class = "survlines_error_entry_exit"
  )
  expect_silent(fit_km(Surv(entry, exit, status) ~ 1, data, subset = c(1, 3)))
  data$exit[1] <- Inf
  expect_error(fit_km(Surv(exit, status) ~ 1, data), "row 1", class = "survlines_error_not_finite")
  many <- data.frame(time = c(1, rep(Inf, 8)), status = 1)
  expect_error(fit_km(Surv(time, status) ~ 1, many), "rows 2, 3, 4, 5, 6 and 3 more")
  data <- data.frame(time = 1:4, status = 1, x = c(1, Inf, 3, 4))
  expect_error(fit_cox(Surv(time, status) ~ x, data), "x.*row 2",
    class = "survlines_error_not_finite"
  )
  expect_error(fit_cox(Surv(time, status) ~ offset(x), data), "row 2",
    class = "survlines_error_not_finite"
  )
  expect_error(
    fit_cox(Surv(time, status) ~ 1, data, weights = c(1, -1, 1, NA)),
    "row 2", class = "survlines_error_weights"
  )
  expect_error(
    fit_cox(Surv(time, status) ~ 1, data, weights = c(1, Inf, 1, 2)),
    class = "survlines_error_weights"
  )
  expect_error(
    fit_cox(Surv(time, status) ~ 1, data, frequency = c(1, 1.5, 1, 2)),
    "row 2", class = "survlines_error_frequency"
  )
  expect_error(fit_cox(Surv(time, status) ~ 1, data, frequency = -1:2),
    class = "survlines_error_frequency"
  )
})

test_that("a missing entry is minus infinity", {
  data <- data.frame(entry = -Inf, exit = c(2, 4, 4, 7), status = c(1, 0, 1, 1))
  expect_equal(
    tidy(fit_km(Surv(entry, exit, status) ~ 1, data)), tidy(fit_km(Surv(exit, status) ~ 1, data))
  )
})

test_that("the status is read as Surv() reads it, and guesses are told", {
  expect_message(fit_km(Surv(time, status) ~ 1, lung), class = "survlines_message_status_coding")
  expect_silent(fit_km(Surv(time, status) ~ 1, aml))
  expect_silent(fit_km(Surv(time, status == 2) ~ 1, lung))
  three <- transform(aml, status = rep_len(0:2, 23))
  expect_error(fit_km(Surv(time, status) ~ 1, three), "fit_cuminc",
    class = "survlines_error_status"
  )
  expect_error(fit_km(Surv(time, factor(status)) ~ 1, three), "fit_cuminc",
    class = "survlines_error_status"
  )
  three$causes <- Surv(three$time, factor(three$status))
  expect_error(fit_km(causes ~ 1, three), "fit_cuminc", class = "survlines_error_status")
  expect_error(fit_km(Surv(time, as.character(status)) ~ 1, aml),
    class = "survlines_error_status"
  )
  expect_message(
    as_factor <- fit_km(Surv(time, factor(status, 0:1, c("alive", "dead"))) ~ x, aml),
    "dead", class = "survlines_message_status_coding"
  )
  expect_equal(tidy(as_factor), tidy(fit_km(Surv(time, status) ~ x, aml)))
  expect_error(fit_km(Surv(time, status) ~ 1, transform(aml, status = status * 7)),
    class = "survlines_error_status"
  )
  expect_error(fit_km(Surv(time, time + 1, type = "interval2") ~ 1, aml),
    class = "survlines_error_formula"
  )
})

test_that("what breaks in a formula is the formula's error, with its parent", {
  condition <- tryCatch(fit_cox(Surv(time, status) ~ log(no_such_column), aml), error = identity)
  expect_s3_class(condition, "survlines_error_formula")
  expect_match(conditionMessage(condition$parent), "no_such_column")
  expect_error(fit_cox(Surv(time, status) ~ x, aml, weights = no_such_column),
    class = "survlines_error_formula"
  )
  expect_error(fit_cox(time ~ x, aml), class = "survlines_error_formula")
  expect_error(fit_cox(~x, aml), class = "survlines_error_formula")
  expect_error(fit_cox(Surv(time, status) ~ x, as.list(aml)), class = "survlines_error_argument")
  expect_error(fit_cox(Surv(time, status) ~ x, aml, weights = 1:3),
    "23 row", class = "survlines_error_weights"
  )
  expect_error(fit_cox(Surv(time, status) ~ factor(rep("a", 23)), aml),
    class = "survlines_error_formula"
  )
  expect_error(fit_km(Surv(time, status) ~ x * status, aml), class = "survlines_error_formula")
  expect_error(fit_km(Surv(time, status) ~ offset(time), aml), class = "survlines_error_formula")
  expect_error(test_logrank(Surv(time, status) ~ cluster(x), aml),
    class = "survlines_error_formula"
  )
  expect_error(quietly(fit_cox(Surv(time, status) ~ cluster(inst), lung, cluster = sex)),
    class = "survlines_error_formula"
  )
})

test_that("near-equal times are one tie in any unit, if wanted", {
  data <- data.frame(time = c(2, sqrt(2)^2, 3, 5), status = 1)
  for (unit in c(1, 1e-9, 1e9)) {
    scaled <- transform(data, time = time * unit)
    expect_length(fit_km(Surv(time, status) ~ 1, scaled)$time, 3L)
    expect_length(fit_km(Surv(time, status) ~ 1, scaled, timefix = FALSE)$time, 4L)
  }
  data$entry <- c(0, 0, 0, 5 - 1e-9)
  expect_error(fit_km(Surv(entry, time, status) ~ 1, data), "row 4",
    class = "survlines_error_entry_exit"
  )
})

test_that("weights reach the fit through the dots of a wrapper", {
  wrapper <- function(...) fit_km(Surv(exit, status) ~ g, ...)
  data <- withr::with_seed(1, random_rows(30L))
  expect_identical(
    tidy(wrapper(data, frequency = f, subset = x > 0)),
    tidy(fit_km(Surv(exit, status) ~ g, data, frequency = f, subset = x > 0))
  )
  expect_identical(
    tidy(do.call(fit_km, list(Surv(exit, status) ~ g, data, frequency = data$f))),
    tidy(fit_km(Surv(exit, status) ~ g, data, frequency = f))
  )
})

test_that("differences of dates are days; other units are refused, not mistaken", {
  days <- as.Date("2020-03-01") + c(5, 9, 12) - as.Date("2020-03-01")
  data <- data.frame(days = days, number = c(5, 9, 12), status = c(1, 0, 1))
  expect_equal(
    tidy(fit_km(Surv(days, status) ~ 1, data)), tidy(fit_km(Surv(number, status) ~ 1, data))
  )
  data$weeks <- as.difftime(data$number, units = "weeks")
  expect_error(fit_km(Surv(weeks, status) ~ 1, data), class = "survlines_error_time_unit")
  data$late <- days + 1
  expect_error(fit_km(Surv(late, days, status) ~ 1, data), class = "survlines_error_entry_exit")
})

test_that("several rows of a wrong status hold it, one holds it", {
  data <- data.frame(time = 1:4, status = c(-1, 1, -1, -1))
  expect_error(fit_km(Surv(time, status) ~ 1, data), "rows 1, 3, 4\\s+hold something")
})

test_that("terms that would be another model than coxph()'s are refused", {
  refused <- function(formula, what) {
    expect_error(fit_cox(formula, lung), what, class = "survlines_error_formula")
  }
  refused(Surv(time, status) ~ frailty(inst), "frailty\\(inst\\)")
  refused(Surv(time, status) ~ sex + pspline(age), "pspline\\(age\\)")
  refused(Surv(time, status) ~ survival::ridge(age, sex, theta = 1), "ridge")
  refused(Surv(time, status) ~ sex + tt(age), "survSplit")
})

test_that("data before the formula are put right", {
  wrong_order <- function(fit) {
    expect_error(fit, "comes first", class = "survlines_error_formula")
  }
  wrong_order(fit_cox(lung, Surv(time, status) ~ sex))
  wrong_order(fit_km(lung))
})

test_that("a misspelt name is named, with those it is near to", {
  misspelt <- function(formula, what, ..., data = lung) {
    expect_error(fit_km(formula, data, ...), what, class = "survlines_error_formula")
  }
  misspelt(Surv(tme, status) ~ sex, "tme.*Is it.*time")
  misspelt(Surv(time, status) ~ sxe, "sxe.*Is it.*sex")
  misspelt(Surv(time, status) ~ strata(Sex), "Sex.*Is it.*sex")
  misspelt(Surv(time, status) ~ sex + cluster(instt), "instt.*Is it.*inst")
  misspelt(Surv(time, status) ~ hospital, "hospital.*Its columns are.*inst")
  misspelt(Surv(time, status) ~ hospital, "x9, x10 and 2 more\\.",
    data = setNames(lung[c(1:10, 1:2)], paste0("x", 1:12))
  )
  misspelt(Surv(time, status) ~ sex, "agee.*Is it.*age", weights = agee)
  # A function is no variable.
  misspelt(Surv(time, status) ~ t, "There is no column t in")
  misspelt(Surv(time_of_ours, status_of_ours) ~ 1, "no `?data", data = NULL)
  expect_error(
    fit_cox(Surv(time, status) ~ agge, lung), "agge.*Is it.*age",
    class = "survlines_error_formula"
  )
})

test_that("weights and frequencies of another length say that there must be one per row", {
  expect_error(
    fit_km(Surv(time, status) ~ 1, lung, weights = -1),
    "weights.*one value per row.*It has 1 value",
    class = "survlines_error_weights"
  )
  expect_error(
    fit_cox(Surv(time, status) ~ age, lung, frequency = 1:2), "frequency.*one value per row",
    class = "survlines_error_frequency"
  )
  expect_error(
    fit_cox(Surv(time, status) ~ age, lung, cluster = 1:2), "cluster.*one value per row",
    class = "survlines_error_formula"
  )
})

test_that("a survival object is no time, status, weight, frequency or cluster", {
  rows <- data.frame(time = 1:4, entry = 0, status = 1, g = c("a", "b"), cause = factor(1:2, 0:2))
  rows$whole <- survival::Surv(rows$time, rows$status)
  refused <- function(fit, what, says) {
    expect_error(fit, says, class = paste0("survlines_error_", what))
  }
  refused(fit_km(Surv(time, whole) ~ g, rows), "formula", "status.*within")
  refused(fit_cox(Surv(whole, time, status) ~ g, rows), "formula", "entry.*within")
  refused(test_gray(Surv(whole, cause) ~ g, rows), "formula", "exit.*within")
  refused(fit_cuminc(Surv(time, cause) ~ 1, rows, cluster = whole), "formula", "cluster")
  refused(fit_km(Surv(time, status) ~ 1, rows, weights = whole), "weights", "survival object")
  refused(fit_km(Surv(time, status) ~ 1, rows, frequency = whole), "frequency", "survival object")
})

test_that("code, lists and tables of the right length are no weights, frequencies or clusters", {
  rows <- data.frame(time = 1:3, status = 1, cause = factor(c(1, 2, 1), 0:2))
  for (value in list(y ~ x, quote(f(x, y)), expression(a, b, c), list(1, 2, 3), rows)) {
    says <- "one value per row; it is (a list or a table|a formula, a\\s+function)"
    expect_error(
      fit_cuminc(Surv(time, cause) ~ 1, rows, cluster = value), says,
      class = "survlines_error_formula"
    )
    expect_error(
      fit_km(Surv(time, status) ~ 1, rows, weights = value), says,
      class = "survlines_error_weights"
    )
    expect_error(
      fit_cox(Surv(time, status) ~ 1, rows, frequency = value), says,
      class = "survlines_error_frequency"
    )
  }
  rows$day <- as.POSIXlt(as.Date("2020-01-01") + c(0, 0, 1))
  by_day <- fit_km(Surv(time, status) ~ 1, rows, cluster = day)
  by_code <- fit_km(Surv(time, status) ~ 1, rows, cluster = c(1, 1, 2))
  expect_identical(tidy(by_day)$std.error, tidy(by_code)$std.error)
})

test_that("frequencies beyond exact counting and odd na.actions are refused", {
  expect_error(
    fit_km(Surv(time, status) ~ 1, aml, frequency = rep(1e308, 23)), "2\\^53",
    class = "survlines_error_frequency"
  )
  holes <- transform(aml, time = replace(time, 1L, NA))
  for (odd in list(sum, names, function(frame) data.frame(a = 1))) {
    expect_error(
      fit_km(Surv(time, status) ~ 1, holes, na.action = odd), "na.action",
      class = "survlines_error_formula"
    )
    expect_error(
      predict(fit_cox(Surv(time, status) ~ x, aml), aml, na.action = odd), "na.action",
      class = "survlines_error_formula"
    )
  }
})

test_that("what `-` takes out of a formula is out of the model", {
  data <- transform(lung, centre = factor(inst), ecog = factor(ph.ecog))
  data <- data[c("time", "status", "age", "sex", "ecog", "centre", "wt.loss")]
  for (formula in list(
    Surv(time, status) ~ . - centre, Surv(time, status) ~ age + sex - sex,
    Surv(time, status) ~ age + ecog + sex - ecog - age, Surv(time, status) ~ . - centre - 1,
    Surv(time, status) ~ . - wt.loss - sex - centre + strata(sex),
    Surv(time, status) ~ age + offset(wt.loss / 10) + sex - sex,
    Surv(time, status) ~ (age + wt.loss) * sex - wt.loss, Surv(time, status) ~ age - age
  )) {
    ours <- quietly(fit_cox(formula, data))
    theirs <- survival::coxph(formula, data)
    expect_equal(as.numeric(coef(ours)), as.numeric(coef(theirs)), tolerance = 1e-6)
    expect_identical(as.character(names(coef(ours))), as.character(names(coef(theirs))))
    expect_equal(ours$n, theirs$n)
    expect_equal(unname(residuals(ours)), unname(residuals(theirs)), tolerance = 1e-6)
    if (length(coef(theirs)) > 0L) {
      # Differences of rows: where the predictor is 0 is another question with offsets.
      lines <- lapply(list(ours, theirs), function(fit) diff(predict(fit, data[1:9, ])))
      expect_equal(lines[[1L]], lines[[2L]], tolerance = 1e-6)
      expect_identical(names(coef(as_coxph(ours))), names(coef(ours)))
    }
  }
  for (formula in list(Surv(time, status) ~ sex + ecog - ecog, Surv(time, status) ~ sex - sex)) {
    ours <- quietly(fit_km(formula, data))
    theirs <- survival::survfit(formula, data)
    expect_identical(ours$strata, names(theirs$strata))
    expect_equal(tidy(ours)$estimate, theirs$surv)
    expect_equal(as.vector(predict(ours, data[1:3, ], times = 200)), as.vector(
      if (is.null(theirs$strata)) {
        rep(summary(theirs, times = 200)$surv, 3L)
      } else {
        summary(theirs, times = 200)$surv[data$sex[1:3]]
      }
    ))
  }
  test <- quietly(test_logrank(Surv(time, status) ~ . - age - ecog - centre - wt.loss, data))
  complete <- stats::na.omit(data)
  theirs <- survival::survdiff(Surv(time, status) ~ sex, complete)
  expect_equal(test$statistic, theirs$chisq)
  causes <- quietly(fit_cuminc(Surv(time, factor(status)) ~ sex + ecog - ecog, data))
  expect_identical(causes$strata, c("sex=1", "sex=2"))
})

test_that("columns of haven are groups and numbers also where haven is not loaded", {
  labelled <- function(x) {
    structure(
      as.double(x),
      labels = c(male = 1, female = 2), class = c("haven_labelled", "vctrs_vctr", "double")
    )
  }
  data <- transform(lung, plain = sex)
  data$sex <- labelled(data$sex)
  curves <- quietly(fit_km(Surv(time, status) ~ sex, data))
  expect_identical(curves$strata, c("sex=1", "sex=2"))
  expect_identical(
    tidy(curves)$estimate, tidy(quietly(fit_km(Surv(time, status) ~ plain, data)))$estimate
  )
  expect_identical(
    quietly(test_logrank(Surv(time, status) ~ sex, data))$statistic,
    quietly(test_logrank(Surv(time, status) ~ plain, data))$statistic
  )
  expect_equal(
    unname(coef(quietly(fit_cox(Surv(time, status) ~ sex, data)))),
    unname(coef(quietly(fit_cox(Surv(time, status) ~ plain, data))))
  )
})

test_that("a left side without Surv() is told to have one, however its columns are named", {
  for (formula in list(lung$time ~ lung$age, time ~ age, log(time) ~ age)) {
    expect_error(
      fit_cox(formula, lung), "Surv\\(time, status\\)", class = "survlines_error_formula"
    )
  }
  expect_error(fit_cox(lung$time ~ lung$age), "survival object", class = "survlines_error_formula")
  fit <- quietly(fit_cox(Surv(lung$time, lung$status) ~ lung$age))
  expect_equal(unname(coef(fit)), unname(coef(quietly(fit_cox(Surv(time, status) ~ age, lung)))))
})
