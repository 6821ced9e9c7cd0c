skip_if_not_installed("ggplot2")

test_that("bars are durations in order, with the response and an arrow where they go on", {
  figure <- plot_waterfall(small_registry(), time_unit = "days")
  bars <- layer_of(figure, "GeomCol")
  expect_equal(bars$y, c(244, 111, 63, 61, 61))
  expect_identical(figure$data$line_id, c("L4", "L1", "L2", "L3", "L5"))
  best <- best_response(small_registry())
  expect_identical(
    as.character(figure$data$fill),
    label_text(c("CR", "PR", "SD", "PD", "NE"))[
      as.integer(best$best_response)[match(figure$data$line_id, best$line_id)]
    ]
  )
  arrows <- layer_of(figure, "GeomPoint")
  expect_equal(arrows$x, 1)
})

test_that("durations agree with those of treatment_duration()", {
  study <- read_registry(registry_example())
  figure <- plot_waterfall(study, fill = "drug")
  expected <- treatment_duration(study, time_unit = "months")
  expect_equal(stats::median(figure$data$length), expected$median)
  expect_match(
    ggplot2::get_alt_text(figure), sprintf("median %.1f; still treated: 0", expected$median)
  )
  expect_gte(smallest_text(plot_waterfall(study, base_size = 8)), 6)
})

test_that("a registry without drugs has its bars, but no drugs to fill them with", {
  study <- small_registry()
  study$lines$drug <- NULL
  bars <- layer_of(plot_waterfall(study, time_unit = "days"), "GeomCol")
  expect_equal(bars$y, c(244, 111, 63, 61, 61))
  expect_error(plot_waterfall(study, fill = "drug"), class = "survlines_error_covariate")
})

test_that("what is no registry, line or column is refused", {
  expect_error(plot_waterfall(mtcars), class = "survlines_error_argument")
  expect_error(plot_waterfall(small_registry(), fill = "x"), class = "survlines_error_covariate")
  expect_error(plot_waterfall(small_registry(), lines = c("L1", "L1")),
    class = "survlines_error_argument"
  )
  for (lines in list(globalenv(), list(), quote(L1), character(), Surv(1:3, c(0, 1, 1)))) {
    expect_error(plot_waterfall(small_registry(), lines), class = "survlines_error_argument")
  }
  expect_error(plot_waterfall(small_registry(), language = "xx"),
    class = "survlines_error_language"
  )
})
