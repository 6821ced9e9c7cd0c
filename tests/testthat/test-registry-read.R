write_folder <- function(tables, frame = parent.frame()) {
  folder <- withr::local_tempdir(.local_envir = frame)
  for (name in names(tables)) {
    utils::write.csv(
      tables[[name]], file.path(folder, paste0(name, ".csv")),
      row.names = FALSE, na = ""
    )
  }
  folder
}

test_that("a folder gives the registry its tables give", {
  folder <- write_folder(small_tables())
  expect_equal(read_registry(folder), small_registry())
})

test_that("a folder's own dictionary is used", {
  folder <- write_folder(small_tables())
  dictionary <- read_dictionary()
  dictionary$values[dictionary$column == "drug"] <- "B|C"
  utils::write.csv(dictionary, file.path(folder, "dictionary.csv"), row.names = FALSE)
  problem <- tryCatch(read_registry(folder), survlines_error_registry = identity)
  expect_identical(problem$problems$rule, rep("not_in_dictionary", 3L))
})

test_that("a folder without patients or lines is refused by the file's name", {
  folder <- write_folder(small_tables()["patients"])
  expect_error(read_registry(folder), "lines.csv", class = "survlines_error_file")
  expect_error(read_registry("nowhere"), class = "survlines_error_file")
})
