test_that("the example is a registry without a problem", {
  study <- expect_silent(read_registry(registry_example()))
  expect_identical(nrow(validate_registry(study)), 0L)
  expect_identical(registry_example(basename(registry_example())), registry_example())
  expect_error(registry_example("moon"), class = "survlines_error_argument")
})
