curves_table <- function() {
  table_survival(fit_km(Surv(time, status) ~ sex, lung), times = c(180, 360))
}

test_that("tables come back from CSV and workbook as they were", {
  skip_if_not_installed("openxlsx")
  skip_if_not_installed("readxl")
  cox <- suppressMessages(
    table_cox(fit_cox(Surv(time, status) ~ age + celltype, veteran), univariable = TRUE)
  )
  tables <- list(Survival = curves_table(), "Cox: both/all" = cox)
  folder <- withr::local_tempdir()
  files <- write_tables(tables, folder)
  expect_setequal(
    basename(files), c("Survival.csv", "Cox- both-all.csv", "notes.csv", "tables.xlsx")
  )
  for (i in 1:2) {
    shown <- displayed_table(tables[[i]])
    csv <- read.csv(files[i], check.names = FALSE, colClasses = "character", encoding = "UTF-8")
    expect_identical(names(csv), names(shown))
    text <- lapply(shown, as.character)
    expect_identical(as.list(csv), text)
    sheet <- readxl::read_excel(
      files[4L], sheet = i, n_max = nrow(shown), col_types = "text", .name_repair = "minimal"
    )
    sheet <- lapply(sheet, function(column) ifelse(is.na(column), "", column))
    expect_identical(sheet, text)
    below <- readxl::read_excel(
      files[4L], sheet = i, skip = nrow(shown) + 2L, col_names = FALSE, .name_repair = "minimal"
    )
    expect_identical(below[[1L]], table_notes(tables[[i]]))
  }
  notes <- read.csv(files[3L], encoding = "UTF-8")
  expect_identical(notes$note, c(table_notes(tables[[1L]]), table_notes(tables[[2L]])))
  expect_identical(readxl::excel_sheets(files[4L]), c("Survival", "Cox- both-all"))
})

test_that("files that exist stay unless told otherwise", {
  folder <- withr::local_tempdir()
  writeLines("mine", file.path(folder, "notes.csv"))
  tables <- list(Survival = curves_table())
  expect_error(write_tables(tables, folder, "csv"), "notes.csv", class = "survlines_error_file")
  expect_identical(list.files(folder), "notes.csv")
  expect_identical(readLines(file.path(folder, "notes.csv")), "mine")
  write_tables(tables, folder, "csv", overwrite = TRUE)
  expect_setequal(list.files(folder), c("notes.csv", "Survival.csv"))
  within_file <- file.path(folder, "notes.csv", "below")
  expect_error(write_tables(tables, within_file, "csv"), "folder", class = "survlines_error_file")
})

test_that("the name of a file is no folder", {
  folder <- withr::local_tempdir()
  tables <- list(Survival = curves_table())
  study <- read_registry(registry_example())
  for (file in file.path(folder, c("tabs.xlsx", "tabs.CSV"))) {
    expect_error(write_tables(tables, file), "formats", class = "survlines_error_argument")
    expect_error(write_registry(study, file), "folder", class = "survlines_error_argument")
  }
  expect_length(list.files(folder), 0L)
  dir.create(file.path(folder, "odd.csv"))
  expect_length(write_tables(tables, file.path(folder, "odd.csv"), "csv"), 2L)
})

test_that("text of a registry never becomes a formula", {
  skip_if_not_installed("openxlsx")
  nasty <- c(
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1+1", "\t=1", "\uff1d1+1", "=HYPERLINK(\"http://x\")",
    "a,\"=1+1", "line\n=1"
  )
  table <- data.frame(text = nasty, fine = c("-0.5", "+2", "-3,5", rep("x", 7)), n = -(1:10))
  names(table)[1L] <- "=header"
  folder <- withr::local_tempdir()
  files <- write_tables(list(a = table), folder)
  csv <- read.csv(files[1L], check.names = FALSE, encoding = "UTF-8")
  expect_identical(names(csv)[1L], "'=header")
  expect_identical(csv[[1L]], paste0(rep(c("'", ""), c(8, 2)), nasty))
  expect_identical(csv$fine, table$fine)
  expect_identical(csv$n, table$n)
  # No cell of the sheet holds a formula or a link.
  folder <- withr::local_tempdir()
  utils::unzip(files[2L], exdir = folder)
  sheet <- readLines(file.path(folder, "xl/worksheets/sheet1.xml"), warn = FALSE)
  sheet <- paste(sheet, collapse = "")
  expect_false(grepl("<f>|<f |<hyperlink", sheet))
  expect_match(sheet, "t=\"s\"")
})

test_that("names of sheets and files are allowed ones", {
  long <- strrep("n", 40)
  safe <- safe_names(
    c("a/b", "A-B", long, paste0(long, "x"), "", "'quoted'", "con", "History", "../up", "[x]*?"),
    31L
  )
  expect_false(any(grepl("[][*?/\\\\:]", safe)))
  expect_true(all(nchar(safe) <= 31L & nzchar(safe)))
  expect_identical(anyDuplicated(tolower(safe)), 0L)
  expect_false(any(tolower(safe) %in% c("history", "con")) || any(grepl("^[.']|[.']$", safe)))
  expect_error(write_tables(list(curves_table()), "x"), class = "survlines_error_argument")
  expect_error(write_tables(list(a = 1), "x"), "a", class = "survlines_error_argument")
  expect_error(write_tables(list(a = lung, a = lung), "x"), class = "survlines_error_argument")
  expect_error(
    write_tables(list(a = lung), "x", formats = "pdf"), class = "survlines_error_argument"
  )
})
