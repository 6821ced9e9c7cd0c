test_that("characteristics say what they count", {
  table <- table_baseline(
    small_registry(),
    patients = c(Sex = "sex"), lines = c("Reason" = "stop_reason", "line_no")
  )
  expect_identical(names(table), c("characteristic", "level", "value", "of"))
  sex <- table[table$characteristic == "Sex", ]
  expect_identical(sex$level, c("male", "female"))
  expect_identical(sex$value, c("2 (50 %)", "2 (50 %)"))
  expect_identical(sex$of, rep("4 patients", 2L))
  reason <- table[table$characteristic == "Reason", ]
  expect_identical(reason$value[reason$level == "toxicity"], "2 (40 %)")
  expect_identical(reason$value[reason$level == "missing"], "1")
  expect_identical(unique(reason$of), "5 lines")
  number <- table[table$characteristic == "line_no", ]
  expect_identical(number$level, c("mean", "median (range)"))
  expect_identical(number$value, c("1.2", "1.0 (1 to 2)"))
})

test_that("characteristics without any value or unknown", {
  tables <- change(small_tables(), "patients", 1:4, "diagnosis_date", NA)
  table <- table_baseline(registry_of(tables), patients = "delay_days")
  expect_identical(table$level, "missing")
  expect_identical(table$value, "4")
  expect_error(
    table_baseline(small_registry(), lines = "weight"), "weight",
    class = "survlines_error_covariate"
  )
})

test_that("response has a row per group and one for all lines", {
  table <- table_response(small_registry(), method = "wald", time_unit = "days")
  expect_identical(table$drug, c("A", "B", "all lines"))
  expect_identical(table$lines, c(3L, 2L, 5L))
  # L1 had PR, L5 CR, L4 PR and is still treated; L2 and L3 had no response.
  expect_identical(table$controlled, c(2L, 1L, 3L))
  expect_identical(table$ongoing, c(0L, 1L, 1L))
  expect_identical(table$duration, c("86.0 (61.0 to 111.0)", "", "86.0 (61.0 to 111.0)"))
  wald <- proportion_interval(2, 3, "wald")
  expect_identical(
    table$share[1L],
    sprintf("66.7 (%.1f to %.1f)", 100 * wald$conf.low, 100 * wald$conf.high)
  )
})

test_that("a group without disease control has a row", {
  tables <- small_tables()
  tables$assessments <- tables$assessments[tables$assessments$line_id != "L4", ]
  table <- table_response(registry_of(tables))
  expect_identical(table$controlled, c(2L, 0L, 2L))
  expect_identical(table$duration[2L], "")
  expect_identical(table$ongoing[2L], 0L)
})

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

test_that("hazard ratios name direction and unit, and show both intervals", {
  data <- survival::kidney
  data$sex <- factor(data$sex, labels = c("male", "female"))
  fit <- fit_cox(Surv(time, status) ~ age + sex, data, cluster = id, robust = TRUE)
  table <- table_cox(fit, labels = c(age = "Age"), units = c(age = "year"))
  expect_identical(table$term, c("Age", "sexfemale"))
  expect_identical(table$compares, c("per year", "female vs male"))
  oracle <- survival::coxph(Surv(time, status) ~ age + sex, data, cluster = id)
  # coxph() keeps the model's own variance aside.
  show <- function(variance) {
    half <- qnorm(0.975) * sqrt(diag(variance))
    sprintf("%.2f to %.2f", exp(coef(oracle) - half), exp(coef(oracle) + half))
  }
  expect_identical(table$hazard_ratio, sprintf("%.2f", exp(coef(oracle))))
  expect_identical(table$interval, show(oracle$naive.var))
  expect_identical(table$robust_interval, show(oracle$var))
  plain <- table_cox(fit_cox(Surv(time, status) ~ age, data))
  expect_identical(plain$compares, "per 1")
  expect_false("robust_p" %in% names(plain))
  expect_error(table_cox(1), class = "survlines_error_argument")
})
