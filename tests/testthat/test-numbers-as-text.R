# Rows with a covariate `x`, most of which have the event.
rows_with <- function(x) {
  n <- length(x)
  data.frame(time = seq_len(n), status = rep(c(1, 0, 1), length.out = n), x = x)
}

fits_of_formulas <- list(
  function(data, ...) fit_cox(Surv(time, status) ~ x, data, ...),
  function(data, ...) fit_km(Surv(time, status) ~ x, data, ...),
  function(data, ...) fit_cuminc(Surv(time, factor(status, 0:1)) ~ x, data, ...),
  function(data, ...) test_logrank(Surv(time, status) ~ x, data, ...),
  function(data, ...) test_logrank_pairs(Surv(time, status) ~ x, data, ...),
  function(data, ...) test_gray(Surv(time, factor(status, 0:1)) ~ x, data, ...)
)

# The warning about numbers as text, other warnings put aside; NULL where there is none.
text_warning <- function(expression) {
  found <- NULL
  withCallingHandlers(expression, warning = function(condition) {
    if (inherits(condition, "survlines_warning_numbers_as_text")) found <<- condition
    invokeRestart("muffleWarning")
  })
  found
}

test_that("every formula warns of decimal commas and of text among numbers, by column and row", {
  commas <- rows_with(paste0(50:61, ",5"))
  mixed <- rows_with(c(NA, "n.d.", 50:58, "{<5}"))
  for (fit in fits_of_formulas) {
    message <- gsub("\\s+", " ", conditionMessage(text_warning(fit(commas))))
    expect_match(message, "x is text, though all 12 values in it are numbers", fixed = TRUE)
    expect_match(message, "a factor of 12 levels", fixed = TRUE)
    expect_match(message, "\"50,5\", \"51,5\", \"52,5\" in rows 1, 2, 3, 4, 5 and 7", fixed = TRUE)
    expect_match(message, "as.numeric(sub(\",\", \".\", x, fixed = TRUE))", fixed = TRUE)
    expect_null(text_warning(fit(mixed)))
  }
  mixed <- rows_with(c(NA, "n.d.", 50:60, "{<5}"))
  for (fit in fits_of_formulas) {
    message <- gsub("\\s+", " ", conditionMessage(text_warning(fit(mixed))))
    expect_match(message, "11 of the 13 values in it are numbers", fixed = TRUE)
    expect_match(message, "\"n.d.\", \"{<5}\" in rows 2, 14.", fixed = TRUE)
    expect_match(message, "what is no number becomes missing", fixed = TRUE)
    later <- conditionMessage(text_warning(fit(mixed, subset = time > 2)))
    expect_match(later, "in row 14.", fixed = TRUE)
  }
})

test_that("names of groups are no numbers as text", {
  warned <- function(x) !is.null(text_warning(fit_km(Surv(time, status) ~ x, rows_with(x))))
  # Nine numbers are few, ten are many; so are four and five with a fraction.
  expect_false(warned(as.character(1:9)))
  expect_true(warned(as.character(1:10)))
  expect_false(warned(c("0.5", "1.5", "2,5", "3.5", "4")))
  expect_true(warned(c("0.5", "1.5", "2,5", "3.5", ".75")))
  expect_true(warned(c(" 1.5", "-2.5", "3.5e2 ", "4.", "+5.5")))
  # Half of the values are not most of them.
  expect_false(warned(c(1:10, letters[1:10])))
  expect_true(warned(c(1:10, letters[1:9])))
  # Codes have leading zeros; what is a factor is meant to be one.
  expect_false(warned(sprintf("%02d", 1:30)))
  expect_false(warned(factor(1:30)))
  expect_false(warned(1:30))
  expect_false(warned(rep(c("1", "2", "3"), 10)))
  expect_false(warned(c("1a", "1b", "C40.1", "C40.2", "10-20", "20-30", ">= 5", "x", "y", "z")))
})

test_that("values that no row of the fit has do not count", {
  data <- rows_with(as.character(1:10))
  data$status[10] <- NA
  expect_null(text_warning(fit_km(Surv(time, status) ~ x, data)))
  expect_null(text_warning(fit_cox(Surv(time, status) ~ x, data)))
})

test_that("one variable among others is found, and once is enough", {
  data <- transform(rows_with(paste0(50:61, ",5")), g = rep(c("a", "b"), 6), z = 12:1)
  warned <- text_warning(fit_km(Surv(time, status) ~ g + x, data))
  expect_match(conditionMessage(warned), "12 levels")
  warned <- text_warning(fit <- fit_cox(Surv(time, status) ~ z + g + x, data))
  expect_match(conditionMessage(warned), "12 levels")
  expect_null(text_warning(residuals(fit)))
  curve <- suppressWarnings(fit_km(Surv(time, status) ~ x, data))
  expect_null(text_warning(predict(curve)))
})

test_that("times that are text are refused, naming the rows", {
  data <- rows_with(1:12)
  data$text <- replace(as.character(data$time), 5, "n.d.")
  data$comma <- paste0(data$time, ",5")
  for (fit in list(fit_km, fit_cox, test_logrank)) {
    expect_error(
      fit(Surv(text, status) ~ x, data), "n[.]d.*row 5", class = "survlines_error_formula"
    )
    expect_error(
      fit(Surv(comma, status) ~ x, data, subset = time > 10), "rows 11, 12",
      class = "survlines_error_formula"
    )
  }
  expect_error(
    fit_km(Surv(text, comma, status) ~ x, data), "entry time text",
    class = "survlines_error_formula"
  )
  data$comma <- factor(data$comma)
  expect_error(
    fit_km(Surv(comma, status) ~ x, data), "as.character(comma)",
    fixed = TRUE, class = "survlines_error_formula"
  )
})

test_that("a status that is text is refused with a condition to write", {
  data <- transform(rows_with(1:12), status = ifelse(status == 1, "dead", "alive"))
  expect_error(
    fit_km(Surv(time, status) ~ x, data), "status == \"dead\"",
    fixed = TRUE, class = "survlines_error_status"
  )
})
