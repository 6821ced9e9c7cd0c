test_that("the story of a line names the day, the reason and the record", {
  study <- small_registry()
  pfs <- derive_endpoint(study, endpoint_pfs())
  text <- unclass(explain(pfs, c("L2", "L1"), study))
  expect_named(text, c("L2", "L1"))
  expect_match(text[["L2"]], "has its event on 2012-07-15, day 138 of pfs")
  expect_match(text[["L2"]], "PD on 2012-07-15")
  expect_match(text[["L2"]], "assessments row 3")
  expect_match(text[["L1"]], "is censored on 2012-06-20, day 111 of pfs: treatment ended")
  expect_output(print(explain(pfs, "L3")), "the patient died")
})

test_that("lines that are not there and tables that are no endpoint are refused", {
  pfs <- derive_endpoint(small_registry(), endpoint_pfs())
  expect_error(explain(pfs, "L9"), "L9", class = "survlines_error_argument")
  expect_error(explain(mtcars), class = "survlines_error_argument")
})
