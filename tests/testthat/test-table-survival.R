test_that("survival in numbers is that of the fit", {
  data <- data.frame(time = c(1, 2, 3, 4, 5, 6), status = c(1, 1, 1, 0, 0, 0), arm = c("a", "b"))
  table <- table_survival(fit_km(Surv(time, status) ~ arm, data), times = 2)
  expect_identical(names(table), c("group", "rows", "events", "median", "2 days"))
  expect_identical(table$group, c("a", "b"))
  expect_identical(table$rows, c(3L, 3L))
  expect_identical(table$events, c(2L, 1L))
  expect_match(table$median[1L], "^3.0 \\(")
  expect_match(table$median[2L], "^NR")
  expect_match(table$`2 days`, "^67 \\(")
  expect_identical(table_survival(fit_km(Surv(time, status) ~ 1, data))$group, "all")
  expect_error(table_survival(1), class = "survlines_error_argument")
})

test_that("groups lose the name of their variable and nothing else", {
  expect_identical(level_names("previous=<=2"), "<=2")
  expect_identical(level_names("drug=A, sex=male"), "A, male")
  expect_identical(level_names("all"), "all")
})

test_that("facts of the curves stand in footnotes and headings", {
  study <- small_registry()
  os <- suppressMessages(derive_endpoint(study, endpoint_os(), cutoff = "2012-10-01"))
  fit <- fit_km(os ~ 1, os, conf_type = "plain", conf_level = 0.9)
  table <- table_survival(fit, times = 3, time_unit = "months")
  about <- attr(table, "about")
  expect_identical(about[c("conf_type", "conf_level", "time_unit")], list(
    conf_type = "plain", conf_level = 0.9, time_unit = "months"
  ))
  expect_identical(about$cutoff, as.Date("2012-10-01"))
  for (fact in c("plain, 90 %", "2012-10-01", "Greenwood", "Kaplan-Meier")) {
    expect_match(table_notes(table), fact, all = FALSE, fixed = TRUE)
  }
  expect_match(table_headings(table)[["median"]], "months (90 % CI)", fixed = TRUE)
  expect_identical(table_headings(table)[["rows"]], "Patients")
})

test_that("landmarks come in the order asked, and after the last time there is none", {
  data <- data.frame(time = 1:8, status = c(1, 1, 1, 1, 0, 0, 0, 0))
  fit <- fit_km(Surv(time, status) ~ 1, data)
  table <- table_survival(fit, times = c(4, 2, 20))
  expect_match(table$`4 days`, "^50 ")
  expect_match(table$`2 days`, "^75 ")
  expect_identical(table$`20 days`, "not estimated")
})

test_that("a curve at 0 has no interval there, and the table none", {
  data <- data.frame(time = 1:4, status = 1)
  fit <- fit_km(Surv(time, status) ~ 1, data)
  expect_identical(table_survival(fit, times = 4)$`4 days`, "0")
})

test_that("medians and landmarks of few events are masked", {
  data <- data.frame(
    time = c(1:20, 1:20), status = c(rep(1, 10), rep(0, 10), 1, rep(0, 19)),
    arm = rep(c("a", "b"), each = 20)
  )
  fit <- fit_km(Surv(time, status) ~ arm, data)
  table <- table_survival(fit, times = c(2, 7), min_cell = 5)
  expect_identical(table$rows, c("20", "20"))
  expect_identical(table$events, c("10", "<5"))
  expect_identical(table$median[2L], "masked")
  # Two events by day 2, three between day 7 and the last.
  expect_identical(table$`2 days`, c("masked", "masked"))
  expect_false("n_events" %in% names(attr(table, "about")))
})
