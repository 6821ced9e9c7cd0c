# Malformed input of the curves and tests: each call ends in a result or in an error of ours.

causes_of <- function(codes) factor(codes, 0:2, c("none", "a", "b"))

test_that("degenerate data give a result with NA and a word, never NaN without one", {
  one <- data.frame(time = 3, cause = causes_of(1), arm = "x")
  expect_equal(tidy(fit_cuminc(Surv(time, cause) ~ 1, one))$estimate, c(1, 0))
  censored <- data.frame(time = 1:4, cause = causes_of(0), arm = c("x", "y"))
  fit <- fit_cuminc(Surv(time, cause) ~ arm, censored)
  expect_true(all(tidy(fit)$estimate == 0))
  expect_false(any(is.nan(tidy(fit)$conf.low)))
  expect_warning(expect_warning(
    test <- test_gray(Surv(time, cause) ~ arm, censored),
    class = "survlines_warning_nothing_to_compare"
  ), class = "survlines_warning_nothing_to_compare")
  expect_equal(test$p.value, c(NA_real_, NA_real_))
  expect_warning(
    trend <- test_logrank(Surv(time, cause == "a") ~ arm, censored, scores = TRUE),
    class = "survlines_warning_nothing_to_compare"
  )
  expect_equal(trend$p.value, NA_real_)
  expect_equal(survival_rmst(fit_km(Surv(time, cause == "a") ~ 1, censored), 3)$std.error, 0)
})

test_that("rows at fault are named, whichever function reads them", {
  data <- data.frame(time = c(1, Inf, 3, 4), cause = causes_of(c(1, 2, 0, 1)), w = c(1, -1, 1, 1))
  expect_error(
    fit_cuminc(Surv(time, cause) ~ 1, data), "row 2",
    class = "survlines_error_not_finite"
  )
  data$time[2] <- 2
  expect_error(
    fit_cuminc(Surv(time, cause) ~ 1, data, weights = w), "row 2", class = "survlines_error_weights"
  )
  expect_error(
    fit_cuminc(Surv(time, cause) ~ 1, data, frequency = time / 2), "rows 1, 3",
    class = "survlines_error_frequency"
  )
  data$cause[3] <- NA
  fit <- fit_cuminc(Surv(time, cause) ~ 1, data)
  expect_equal(glance(fit)$n.dropped, c(1, 1))
  expect_error(
    fit_cuminc(Surv(time, cause) ~ 1, data[3, ]), "cause|Surv", class = "survlines_error_no_data"
  )
})

# Values of every type, length and oddity that a user could pass by mistake.
odd_values <- function() {
  list(
    NULL, NA, NA_real_, NaN, Inf, -Inf, 0, -1, 1e308, 0.5, 1:3, character(), "", "log", letters,
    TRUE, list(), list(1, "a"), quote(x), quote(f(x)), function(x) x, data.frame(),
    data.frame(a = 1), matrix(1:4, 2), array(0, c(1, 1, 1)), factor("a"), factor(character()),
    as.Date("2020-01-01"),
    1i, raw(2), structure(1, class = "strange"), structure(1:2, names = c("a", NA)),
    Surv(1:3, c(0, 1, 1)), ~x, y ~ x, Surv(time, status) ~ nothing, new.env(), globalenv(),
    as.POSIXct("2020-01-01", tz = "UTC"), 2^53, .Machine$integer.max, "\u00e9", integer(),
    complex(0)
  )
}

# Any of the arguments replaced by an odd value, or the data spoilt in one column.
spoil_data <- function(data) {
  column <- sample(names(data), 1L)
  n <- nrow(data)
  kind <- sample(8L, 1L)
  if (kind == 8L) {
    return(data[0L, ])
  }
  data[[column]] <- switch(kind,
    rep(NA, n), rep(Inf, n), as.character(data[[column]]), rep(list(1), n),
    factor(rep("a", n)), -seq_len(n), replace(as.numeric(rep(1, n)), 1L, NaN)
  )
  data
}

ends_well <- function(call) {
  result <- tryCatch(
    quietly(eval(call)),
    survlines_error = function(condition) NULL,
    error = function(condition) condition
  )
  if (inherits(result, "condition")) paste(deparse(call)[1L], ":", conditionMessage(result))
}

test_that("odd arguments and spoilt columns end in a result or an error of ours", {
  data <- data.frame(
    time = c(1, 2, 2, 3, 5, 8), status = c(1, 0, 1, 1, 0, 1), g = c("a", "b"),
    cause = causes_of(c(1, 0, 2, 1, 0, 2)), w = 1, id = 1:6
  )
  curve <- quietly(fit_km(Surv(time, status) ~ g, data))
  incidence <- fit_cuminc(Surv(time, cause) ~ g, data)
  plain <- Surv(time, status) ~ g
  causes <- Surv(time, cause) ~ g
  on_rows <- list(
    fit_km = list(
      plain, data, conf_level = 0.9, conf_type = "log", at_zero = "zero",
      estimate = "nelson-aalen", std_error = "tsiatis", start_time = 1, timefix = TRUE,
      time_unit = "weeks"
    ),
    fit_cuminc = list(causes, data, conf_level = 0.9, conf_type = "plain", std_error = "aalen"),
    test_gray = list(causes, data, causes = "a", rho = 1),
    test_logrank = list(
      plain, data, weighting = "fleming-harrington", rho = 1, gamma = 1, scores = 1:2
    ),
    test_logrank_pairs = list(plain, data, weighting = "gehan", adjust = "holm")
  )
  on_fits <- list(
    survival_at = list(curve, 2, "days"), survival_quantile = list(curve, 0.5, "days"),
    survival_rmst = list(curve, 2, "difference", "days", 0.9),
    survival_difference = list(curve, 2, "plain", "days", 0.9),
    incidence_at = list(incidence, 2, "a", "days"), as_survfit = list(curve)
  )
  seed <- if (nzchar(Sys.getenv("SURVLINES_FUZZ"))) sample.int(1e6, 1L) else 1L
  withr::local_seed(seed)
  n <- if (nzchar(Sys.getenv("SURVLINES_FUZZ"))) 5000L else n_random_sets(60L)
  odd <- odd_values()
  problems <- character()
  for (name in c(names(on_rows), names(on_fits))) {
    for (repeated in seq_len(n)) {
      arguments <- c(on_rows, on_fits)[[name]]
      if (name %in% names(on_rows) && repeated %% 3L == 0L) {
        arguments[[2L]] <- spoil_data(data)
      } else {
        arguments[sample(length(arguments), 1L)] <- list(sample(odd, 1L)[[1L]])
      }
      call <- as.call(c(as.name(name), lapply(arguments, function(x) {
        if (is.language(x) && !inherits(x, "formula")) call("quote", x) else x
      })))
      problems <- c(problems, ends_well(call))
    }
  }
  expect_identical(unique(problems), character())
})
