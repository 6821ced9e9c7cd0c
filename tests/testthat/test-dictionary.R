test_that("the package's dictionary and the study's agree where both describe a column", {
  general <- read_dictionary()
  study <- read_dictionary(
    system.file("extdata", "osteosarcoma", "dictionary.csv", package = "survlines")
  )
  key <- function(d) paste(d$table, d$column)
  expect_setequal(setdiff(key(general), key(study)), character())
  both <- match(key(general), key(study))
  expect_identical(general$key, study$key[both])
  expect_identical(
    general$type == "date", study$type[both] == "date"
  )
})

test_that("a dictionary with a fault is refused by name", {
  dictionary <- read_dictionary()
  expect_error(read_dictionary("nowhere.csv"), class = "survlines_error_file")
  faulty <- function(column, row, value) {
    dictionary[[column]][row] <- value
    expect_error(
      registry(data.frame(), data.frame(), dictionary = dictionary),
      class = "survlines_error_dictionary"
    )
  }
  faulty("table", 1L, "patient")
  faulty("type", 1L, "datum")
  faulty("required", 2L, "maybe")
  faulty("column", 2L, "patient_id")
  faulty("key", 9L, "patients.name")
  expect_error(
    registry(data.frame(), data.frame(), dictionary = dictionary[-1L]),
    class = "survlines_error_dictionary"
  )
})

test_that("a column of a dictionary is text, whatever its class, and never a table", {
  dictionary <- read_dictionary()
  dictionary$description <- structure(dictionary$description, class = "strange")
  made <- registry_dictionary(small_registry(dictionary = dictionary))
  expect_identical(made$description, unclass(dictionary$description))
  dictionary$key <- matrix(dictionary$key, nrow(dictionary), 2L)
  expect_error(
    small_registry(dictionary = dictionary), "key.*holds",
    class = "survlines_error_dictionary"
  )
})

test_that("registry_dictionary() gives back what the registry was read with", {
  expect_identical(registry_dictionary(small_registry()), read_dictionary())
  expect_error(registry_dictionary(list()), class = "survlines_error_argument")
})
