test_that("a user's own rule is checked with the others", {
  short <- function(registry) {
    as.numeric(registry$lines$end_date - registry$lines$start_date) < 62
  }
  rules <- add_rule(
    rule = "short_line", check = short, table = "lines", description = "Too short.",
    field = "end_date"
  )
  problems <- validate_registry(small_registry(), rules = rules)
  expect_identical(problems$rule, c("short_line", "short_line"))
  expect_identical(problems$row, c(3L, 5L))
  by_number <- add_rule(
    rule = "third", check = function(registry) 3, table = "lines", description = "The third."
  )
  expect_identical(validate_registry(small_registry(), rules = by_number)$row, 3L)
})

test_that("a user's rule that fails says which rule it is", {
  add <- function(check) {
    rules <- add_rule(rule = "mine", check = check, table = "lines", description = "Mine.")
    validate_registry(small_registry(), rules = rules)
  }
  expect_error(add(function(registry) stop("oh")), "mine", class = "survlines_error_rule")
  expect_error(add(function(registry) 99), "mine", class = "survlines_error_rule")
  expect_error(
    add_rule(rule = "not_a_date", check = identity, table = "lines", description = "x"),
    class = "survlines_error_argument"
  )
})

test_that("rules have one name each and a severity people know", {
  rules <- registry_rules()
  expect_identical(anyDuplicated(rules$rule), 0L)
  expect_true(all(rules$severity %in% c("error", "warning", "note")))
  expect_true(all(nzchar(rules$description)))
  rules$description <- as.Date("2012-01-01") + seq_len(nrow(rules))
  expect_error(
    add_rule(rules, "mine", function(tables) 1L, "lines", "A line."),
    class = "survlines_error_argument"
  )
})
