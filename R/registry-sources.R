# Workbooks, databases and lists of data frames.

read_list <- function(source, tables, call) {
  located <- locate_tables(tables, names(source), "The list", call = call)
  for (name in names(located)) {
    if (!is.data.frame(source[[located[[name]]]])) {
      abort_survlines("argument", "{.field {located[[name]]}} must be a data frame.", call = call)
    }
  }
  lapply(located, function(element) source[[element]])
}

read_workbook <- function(file, tables, date_format, call) {
  check_installed("readxl", "Reading a workbook", call)
  sheets <- tryCatch(readxl::excel_sheets(file), error = function(problem) {
    abort_survlines("file", "{.path {file}} cannot be read.", parent = problem, call = call)
  })
  located <- locate_tables(tables, sheets, paste("The workbook", file), call = call)
  lapply(located, function(sheet) {
    cells <- readxl::read_excel(
      file,
      sheet = sheet, col_types = "list", .name_repair = "minimal", na = character()
    )
    check_sheet(cells, file, sheet, call)
    cells[] <- lapply(cells, sheet_column, date_format)
    cells[nzchar(names(cells))]
  })
}

check_sheet <- function(cells, file, sheet, call) {
  twice <- unique(names(cells)[duplicated(names(cells)) & nzchar(names(cells))])
  if (length(twice) > 0L) {
    abort_survlines("file", c(
      "Sheet {.val {sheet}} of {.path {file}} has the column{?s} {.val {twice}} twice."
    ), call = call)
  }
  nameless <- which(!nzchar(names(cells)))
  filled <- vapply(cells[nameless], function(column) !all(is.na(unlist(column))), NA)
  if (any(filled)) {
    abort_survlines("file", c(
      "Sheet {.val {sheet}} of {.path {file}} has cells in column{?s} without a name: \\
       {nameless[filled]}."
    ), call = call)
  }
}

# A column of a sheet, cell by cell: people mix dates, numbers and text. Columns of
# one kind keep it; in others dates become text in the format asked for.
sheet_column <- function(cells, date_format) {
  empty <- vapply(cells, function(cell) length(cell) == 0L || is.na(cell), NA)
  cells[empty] <- list(NA)
  is_date <- vapply(cells, inherits, NA, "POSIXt")
  is_number <- vapply(cells, is.numeric, NA) & !is_date
  if (all(is_date | empty) && any(is_date)) {
    seconds <- vapply(cells, as.numeric, 0)
    return(as.POSIXct(seconds, origin = "1970-01-01", tz = "UTC"))
  }
  if (all(is_number | empty) && any(is_number)) {
    return(vapply(cells, as.numeric, 0))
  }
  text <- rep(NA_character_, length(cells))
  text[is_date] <- vapply(cells[is_date], format, "", format = date_format)
  text[is_number] <- type_text(vapply(cells[is_number], as.numeric, 0))
  rest <- !empty & !is_date & !is_number
  text[rest] <- vapply(cells[rest], as.character, "")
  text
}

read_database <- function(connection, tables, call) {
  check_installed("DBI", "Reading a database", call)
  is_query <- grepl("^\\s*(select|with)\\s", unlist(tables), ignore.case = TRUE)
  queries <- unlist(tables)[is_query]
  there <- c(DBI::dbListTables(connection), queries)
  located <- locate_tables(tables, there, "The database", call = call)
  lapply(located, function(table) {
    refuse <- function(problem) {
      abort_survlines(
        "file", "The database does not give {.val {table}}.",
        parent = problem, call = call
      )
    }
    # Drivers warn where a query fails or a cell does not fit its column.
    tryCatch(
      if (table %in% queries) {
        DBI::dbGetQuery(connection, table)
      } else {
        DBI::dbReadTable(connection, table, check.names = FALSE)
      },
      error = refuse, warning = refuse
    )
  })
}
