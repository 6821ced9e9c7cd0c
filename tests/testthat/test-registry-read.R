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

test_that("what is not there is refused by its name", {
  folder <- write_folder(small_tables()["patients"])
  expect_error(read_registry(folder), "lines.csv", class = "survlines_error_file")
  expect_error(read_registry("nowhere"), "nowhere", class = "survlines_error_file")
  expect_error(
    read_registry(file.path(folder, "patients.csv")), "folder",
    class = "survlines_error_file"
  )
  expect_error(
    read_registry(write_folder(small_tables()), tables = c(assessments = "visits.csv")),
    "visits.csv",
    class = "survlines_error_file"
  )
  expect_error(
    read_registry(folder, tables = c(patient = "patients.csv")),
    class = "survlines_error_argument"
  )
  expect_error(read_registry(7), class = "survlines_error_argument")
})

test_that("columns and codes of the source get the registry's names", {
  tables <- small_tables()
  names(tables$patients)[1:2] <- c("nr", "sexe")
  names(tables$lines)[2L] <- "nr"
  tables$patients$sexe <- c("1", "2", "2", "1")
  read <- read_registry(
    tables,
    columns = c(patient_id = "nr", sex = "sexe"),
    values = list(sex = c("1" = "male", "2" = "female"))
  )
  expect_equal(read, small_registry())
  per_table <- read_registry(
    tables,
    columns = list(patients = c(patient_id = "nr", sex = "sexe"), lines = c(patient_id = "nr")),
    values = list(patients.sex = c("1" = "male", "2" = "female"))
  )
  expect_equal(per_table, small_registry())
})

test_that("a code of one table does not change the other tables", {
  tables <- small_tables()
  tables$patients$category <- "skin"
  read <- read_registry(tables, values = list(patients.category = c(skin = "dermal")))
  expect_identical(unique(read$patients$category), "dermal")
  expect_identical(read$adverse_events$category, c("skin", "skin", "fatigue"))
})

test_that("names and codes that fit nowhere are refused", {
  tables <- small_tables()
  expect_error(
    read_registry(tables, columns = c(patient_id = "nr")), "nr",
    class = "survlines_error_columns"
  )
  expect_error(
    read_registry(tables, columns = list(lines = c(patient_id = "nr"))), "nr",
    class = "survlines_error_columns"
  )
  expect_error(
    read_registry(tables, columns = list(patients = c(sex = "birth_date"))), "sex",
    class = "survlines_error_columns"
  )
  expect_error(
    read_registry(tables, values = list(colour = c(a = "b"))), "colour",
    class = "survlines_error_values"
  )
  expect_error(
    read_registry(tables, values = list(sex = "female")), "sex",
    class = "survlines_error_values"
  )
})

test_that("texts for missing cells are a matter of agreement", {
  folder <- write_folder(small_tables(), na = "NA")
  expect_error(read_registry(folder), "missing = c", class = "survlines_error_registry")
  expect_equal(read_registry(folder, missing = c("", "NA")), small_registry())
})

test_that("empty rows at the end are left out with a message, within they are errors", {
  folder <- write_folder(small_tables())
  cat(",,,,,,\n,,,,,,\n", file = file.path(folder, "lines.csv"), append = TRUE)
  expect_message(
    read <- read_registry(folder), "2 empty rows",
    class = "survlines_message_empty_rows"
  )
  expect_equal(read, small_registry())
  tables <- small_tables()
  tables$lines <- tables$lines[c(1, 6, 2:5), ]
  problem <- tryCatch(
    read_registry(write_folder(tables)),
    survlines_error_registry = identity
  )
  expect_true(all(problem$problems$row[problem$problems$severity == "error"] == 2L))
})

test_that("a key the source does not have is made of several columns", {
  tables <- small_tables()
  line_of <- function(id) tables$lines[match(id, tables$lines$line_id), ]
  for (name in c("assessments", "adverse_events")) {
    line <- line_of(tables[[name]]$line_id)
    tables[[name]]$patient <- line$patient_id
    tables[[name]]$number <- line$line_no
    tables[[name]]$line_id <- NULL
  }
  tables$lines$line_id <- NULL
  parts <- list(line_id = c("patient", "number"))
  read <- read_registry(tables, columns = list(
    lines = list(line_id = c("patient_id", "line_no")), assessments = parts,
    adverse_events = parts
  ))
  expect_identical(read$lines$line_id, c("P1-1", "P2-1", "P3-1", "P4-1", "P2-2"))
  expect_identical(
    derive_endpoint(read, endpoint_pfs())$days,
    derive_endpoint(small_registry(), endpoint_pfs())$days
  )
  expect_identical(join_cells(list(c("a", NA), c(1, 2))), c("a-1", NA))
})

test_that("file names differ in case where nothing else fits", {
  folder <- write_folder(small_tables())
  file.rename(file.path(folder, "lines.csv"), file.path(folder, "Lines.CSV"))
  expect_equal(read_registry(folder), small_registry())
})

test_that("a cell that is no date is reported once, with what may help", {
  tables <- change(small_tables(), "patients", 2L, "last_contact_date", "1/5/2015")
  problem <- tryCatch(registry_of(tables), survlines_error_registry = identity)
  errors <- problem$problems[problem$problems$severity == "error", ]
  expect_identical(errors$rule, "not_a_date")
  expect_match(conditionMessage(problem), "date_format")
})
