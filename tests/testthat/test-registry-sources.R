test_that("a named list gives the same registry, under other names too", {
  tables <- small_tables()
  expect_equal(read_registry(tables), small_registry())
  names(tables) <- c("malades", "lignes", "assessments", "adverse_events")
  expect_equal(
    read_registry(tables, tables = c(patients = "malades", lines = "lignes")), small_registry()
  )
  expect_error(read_registry(tables), "patients", class = "survlines_error_file")
  tables$malades <- 1
  expect_error(
    read_registry(tables, tables = c(patients = "malades", lines = "lignes")),
    class = "survlines_error_argument"
  )
})

test_that("a workbook gives the same registry, with dates as dates or as text", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("openxlsx")
  file <- withr::local_tempfile(fileext = ".xlsx")
  tables <- small_tables()
  openxlsx::write.xlsx(tables, file)
  expect_equal(read_registry(file), small_registry())
  dates <- tables
  dates$lines[c("start_date", "end_date")] <- lapply(
    dates$lines[c("start_date", "end_date")], as.Date
  )
  openxlsx::write.xlsx(dates, file)
  expect_equal(read_registry(file), small_registry())
})

test_that("a sheet's column may mix dates, partial dates, numbers and text", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("openxlsx")
  file <- withr::local_tempfile(fileext = ".xlsx")
  tables <- small_tables()
  workbook <- openxlsx::createWorkbook()
  for (name in names(tables)) {
    openxlsx::addWorksheet(workbook, name)
    openxlsx::writeData(workbook, name, tables[[name]])
  }
  openxlsx::writeData(workbook, "patients", as.Date("2009-10-20"),
    startCol = 4, startRow = 2, colNames = FALSE
  )
  openxlsx::writeData(workbook, "patients", 2010, startCol = 4, startRow = 3, colNames = FALSE)
  openxlsx::saveWorkbook(workbook, file)
  read <- read_registry(file, partial_dates = "first")
  expect_equal(read$patients, small_registry()$patients)
  expect_identical(imputed_dates(read)$recorded, "2010")
})

test_that("a workbook's faults are told with sheet and column", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("openxlsx")
  file <- withr::local_tempfile(fileext = ".xlsx")
  openxlsx::write.xlsx(small_tables()["patients"], file)
  expect_error(read_registry(file), "lines", class = "survlines_error_file")
  cat("no workbook", file = file)
  expect_error(read_registry(file), class = "survlines_error_file")
  twice <- small_tables()
  names(twice$patients)[2L] <- "patient_id"
  openxlsx::write.xlsx(twice, file, overwrite = TRUE)
  expect_error(read_registry(file), "patient_id", class = "survlines_error_file")
})

# The small registry in a database, read by tables and by queries.
expect_database <- function(connection) {
  tables <- small_tables()
  DBI::dbWriteTable(connection, "patients", tables$patients, row.names = FALSE)
  DBI::dbWriteTable(connection, "therapies", tables$lines, row.names = FALSE)
  DBI::dbWriteTable(connection, "assessments", tables$assessments, row.names = FALSE)
  DBI::dbWriteTable(connection, "adverse_events", tables$adverse_events, row.names = FALSE)
  expect_error(read_registry(connection), "lines", class = "survlines_error_file")
  expect_equal(
    read_registry(connection, tables = c(lines = "therapies")), small_registry()
  )
  query <- "SELECT * FROM therapies WHERE drug = 'A' ORDER BY line_id"
  some <- suppressWarnings(read_registry(
    connection,
    tables = c(
      lines = query,
      assessments = "SELECT * FROM assessments WHERE line_id IN ('L1', 'L5')",
      adverse_events = "SELECT * FROM adverse_events WHERE line_id = 'L1'"
    )
  ))
  expect_identical(some$lines$line_id, c("L1", "L3", "L5"))
  expect_error(
    read_registry(connection, tables = c(lines = "SELECT nonsense FROM nowhere")),
    "nonsense",
    class = "survlines_error_file"
  )
}

test_that("an SQLite database gives the same registry", {
  skip_if_not_installed("DBI")
  skip_if_not_installed("RSQLite")
  connection <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
  withr::defer(DBI::dbDisconnect(connection))
  expect_database(connection)
})

test_that("a PostgreSQL server gives the same registry", {
  skip_if_not_installed("DBI")
  skip_if_not_installed("RPostgreSQL")
  server <- start_postgresql()
  if (is.character(server)) skip(server)
  withr::defer(server$stop())
  connection <- DBI::dbConnect(
    RPostgreSQL::PostgreSQL(),
    host = server$host, port = server$port, dbname = "postgres", user = "survlines"
  )
  withr::defer(DBI::dbDisconnect(connection), priority = "first")
  expect_database(connection)
  # Typed columns: dates come as dates, keys as 64-bit integers.
  DBI::dbExecute(connection, paste(
    "CREATE TABLE typed AS SELECT patient_id, sex, birth_date::date, diagnosis_date::date,",
    "last_contact_date::date, death_date::date FROM patients"
  ))
  typed <- read_registry(connection, tables = c(patients = "typed", lines = "therapies"))
  expect_equal(typed$patients, small_registry()$patients)
})
