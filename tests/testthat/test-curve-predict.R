test_that("rows have the value of their curve at their time", {
  fit <- quietly(fit_km(Surv(time, status) ~ sex + strata(ph.ecog), lung))
  new <- data.frame(sex = c(2, 1, NA, 2), ph.ecog = c(0, 1, 1, 0), time = c(300, 100, 100, NA))
  at <- survival_at(fit, c(300, 100))
  one <- function(label, time, column) at[[column]][at$strata == label & at$time == time]
  predicted <- predict(fit, new, times = c(300, 100, 100, 300), se.fit = TRUE)
  label <- c("sex=2, strata(ph.ecog)=ph.ecog=0", "sex=1, strata(ph.ecog)=ph.ecog=1")
  expect_true(all(label %in% fit$strata))
  expect_equal(unname(predicted$fit), c(
    one(label[1], 300, "estimate"), one(label[2], 100, "estimate"), NA,
    one(label[1], 300, "estimate")
  ))
  expect_equal(unname(predicted$se.fit[1]), one(label[1], 300, "std.error.surv"))
  # Their own times are read from the left side.
  new$status <- 1
  expect_equal(unname(predict(fit, new)), c(unname(predicted$fit[1:2]), NA, NA))
  months <- predict(fit, new, times = 300 / 30.4375, time_unit = "months")
  expect_equal(unname(months[1]), unname(predicted$fit[1]))
})

test_that("without new rows they are those of the fit, in the data's order", {
  data <- withr::with_seed(3, random_rows(40L))
  data$g[4] <- NA
  fit <- quietly(fit_km(Surv(entry, exit, status) ~ g, data, weights = f, subset = x > -1))
  augmented <- augment(fit)
  kept <- data[data$x > -1 & !is.na(data$g), ]
  expect_equal(augmented$x, kept$x)
  table <- tidy(fit)
  row <- match(paste0("g=", kept$g, kept$exit), paste0(table$strata, table$time))
  expected <- table$estimate[row]
  expect_equal(augmented$.fitted, expected)
  expect_equal(unname(predict(fit)), expected)
  expect_equal(names(predict(fit)), row.names(kept))
  padded <- quietly(fit_km(Surv(exit, status) ~ g, data, na.action = na.exclude))
  expect_equal(unname(which(is.na(predict(padded)))), 4L)
  late <- quietly(fit_km(Surv(exit, status) ~ g, data, start_time = 3))
  expect_equal(nrow(augment(late)), sum(data$exit >= 3 & !is.na(data$g)))
  expect_true(all(augment(fit, times = -1e6)$.fitted == 1))
})

test_that("incidence: by cause, at any time, and for new rows", {
  data <- withr::with_seed(4, random_rows(40L))
  data$cause <- factor(data$status * (1 + (data$x > 0)), 0:2, c("none", "a", "b"))
  fit <- quietly(fit_cuminc(Surv(entry, exit, cause) ~ g, data))
  for (cause in c("a", "b")) {
    augmented <- augment(fit, cause = cause)
    table <- tidy(fit)[tidy(fit)$cause == cause, ]
    row <- match(paste0("g=", data$g, data$exit), paste0(table$strata, table$time))
    expect_equal(augmented$.fitted, table$estimate[row])
    expect_equal(augmented$.se.fit, table$std.error[row])
    expect_equal(augmented$.conf.high, table$conf.high[row])
  }
  new <- data.frame(g = c("c", "a"))
  expect_equal(
    unname(predict(fit, new, times = 3, cause = "b")),
    rev(incidence_at(fit, 3, "b")$estimate[c(1, 3)])
  )
  expect_equal(unname(predict(fit)), augment(fit)$.fitted)
})

test_that("rows without a curve or a time are named", {
  fit <- fit_km(Surv(time, status) ~ x, aml)
  argument <- "survlines_error_argument"
  other <- data.frame(x = "other")
  expect_error(predict(fit, other, times = 1), "row 1", class = argument)
  expect_error(predict(fit, aml, times = 1:2), class = argument)
  expect_error(predict(fit, 1:3, times = 1), class = argument)
  expect_error(predict(fit, data.frame(y = 1), times = 1), class = "survlines_error_formula")
  expect_error(predict(fit, data.frame(x = "Maintained")), class = "survlines_error_formula")
  expect_error(augment(fit, aml[1:3, ]), class = argument)
  expect_error(
    predict(fit_km(Surv(time, status) ~ x, aml), data.frame(x = raw(2)), times = 5), "raw bytes",
    class = "survlines_error_formula"
  )
})
