# Malformed input of every exported function ends in a result or in an error of ours.

test_that("every exported function and method has a valid call to spoil", {
  namespace <- asNamespace("survlines")
  methods <- getNamespaceInfo(namespace, "S3methods")
  methods <- paste(methods[, 1L], methods[, 2L], sep = ".")
  # Rules of endpoints are decided upon within the package; broom.helpers, which need not be there,
  # asks for the other.
  methods <- methods[!startsWith(methods, "decide.") & !startsWith(methods, "model_get_")]
  exported <- setdiff(getNamespaceExports("survlines"), passed_on)
  expect_identical(setdiff(c(exported, methods), names(fuzz_calls())), character())
  expect_identical(setdiff(names(fuzz_calls()), c(exported, methods)), character())
})

test_that("the calls that are spoilt are valid", {
  withr::local_dir(withr::local_tempdir())
  fixtures <- fuzz_fixtures()
  for (call in unlist(fuzz_calls())) {
    expect_identical(fault_of(call, fixtures), NULL)
  }
})

test_that("a registry that has no more than what functions work with ends no call badly", {
  withr::local_dir(withr::local_tempdir())
  withr::local_pdf(NULL)
  fixtures <- fuzz_fixtures()
  use_few_texts()
  calls <- Filter(function(call) "study" %in% all.vars(call), unlist(fuzz_calls()))
  for (table in names(columns_worked_with)) {
    fixtures$study[[table]] <- fixtures$study[[table]][columns_worked_with[[table]]]
  }
  for (call in calls) {
    expect_identical(fault_of(call, fixtures), NULL)
  }
})

test_that("odd arguments and spoilt data end in a result or an error of ours", {
  skip_quick()
  withr::local_dir(withr::local_tempdir())
  withr::local_pdf(NULL)
  fixtures <- fuzz_fixtures()
  use_few_texts()
  for (name in names_to_fuzz()) {
    faults <- fuzz_function(name, fixtures)
    expect_identical(faults, NULL, label = paste("the faults of", name))
  }
})
