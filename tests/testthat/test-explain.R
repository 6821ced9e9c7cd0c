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

test_that("a line whose drug nobody recorded still has its story", {
  study <- small_registry()
  study$lines$drug <- NULL
  pfs <- derive_endpoint(study, endpoint_pfs())
  expect_match(explain(pfs, "L1", study), "The treatment was given from 2012-03-01 to 2012-06-20.")
})

test_that("lines that are not there and tables that are no endpoint are refused", {
  pfs <- derive_endpoint(small_registry(), endpoint_pfs())
  expect_error(explain(pfs, "L9"), "L9", class = "survlines_error_argument")
  other <- small_registry()
  other$lines <- other$lines[-2L, ]
  expect_error(explain(pfs, registry = other), "no line .*L2", class = "survlines_error_argument")
  expect_error(explain(mtcars), class = "survlines_error_argument")
  expect_error(explain(line_id = data.frame(x = 1)), "missing", class = "survlines_error_argument")
  rows <- as.data.frame(pfs)
  rows$cause <- rows$exit_date
  expect_error(explain(rows), "cause", class = "survlines_error_argument")
})

test_that("dplyr's own explain() finds an endpoint too", {
  skip_if_not_installed("dplyr")
  pfs <- derive_endpoint(small_registry(), endpoint_pfs())
  kept <- dplyr::filter(pfs, .data$event)
  joined <- dplyr::left_join(kept, data.frame(line_id = "L2", extra = 1), by = "line_id")
  expect_s3_class(joined$pfs, "Surv")
  expect_identical(dplyr::explain(joined, "L2"), explain(pfs, "L2"))
})

test_that("an endpoint says above its rows how many events it has", {
  pfs <- derive_endpoint(small_registry(), endpoint_pfs())
  expect_match(tbl_sum(pfs)[1L], "5 rows of 4 patients, 2 events")
})

test_that("competing events and reasons of stopping are told as such", {
  ttr <- derive_endpoint(small_registry(), endpoint_ttr())
  expect_match(explain(ttr, "L2"), "has another event on 2012-07-15")
  ttf <- derive_endpoint(small_registry(), endpoint_ttf())
  expect_match(explain(ttf, "L1"), "treatment stopped (toxicity)", fixed = TRUE)
})
