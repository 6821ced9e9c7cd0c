#' Write tables as CSV files and as one Excel workbook
#'
#' Every table becomes a CSV file (UTF-8) and a sheet of one workbook, under the headings that
#' [table_headings()] gives. In the workbook the footnotes stand below the table; beside the CSV
#' files they stand in a file of their own, so that a CSV file holds the table and nothing else.
#'
#' @section Formulas: A spreadsheet takes text that begins with `=`, `+`, `-` or `@` for a formula,
#'   which a value typed into a registry could abuse. Such text gets an apostrophe before it in CSV
#'   files, except plain numbers such as `-0.5`; in the workbook every text is written as text,
#'   never as a formula or a link.
#' @section Names: Names of tables become names of files and sheets. Characters that Excel or a file
#'   system does not allow become `-`, a leading dot or apostrophe is dropped, sheets are cut to 31
#'   characters; names that are then the same, upper and lower case aside, get a number.
#' @param tables A named list of data frames, such as those of [table_baseline()],
#'   [table_response()], [table_survival()], [table_cox()] and [table_safety()].
#' @param folder Path of a folder; it is made when it does not exist.
#' @param formats Which to write: `"csv"`, `"xlsx"` or both.
#' @param workbook Name of the workbook.
#' @param overwrite Whether files that exist may be replaced.
#' @return The paths of the files written, invisibly.
#' @section Errors: `survlines_error_argument` for a list without names, with a name twice, or with
#'   something that is no data frame, and for the name of a file as `folder`; `survlines_error_file`
#'   when a file exists and `overwrite` is false (nothing is written then);
#'   `survlines_error_package` where openxlsx is not installed and a workbook was asked for.
#' @examples
#' folder <- tempfile()
#' table <- table_survival(fit_km(Surv(time, status) ~ sex, lung), times = 180)
#' write_tables(list(Survival = table), folder, formats = "csv")
#' list.files(folder)
#' @export
write_tables <- function(tables, folder, formats = c("csv", "xlsx"), workbook = "tables.xlsx",
                         overwrite = FALSE) {
  check_given(tables)
  check_named_tables(tables)
  folder <- check_folder(folder, c(
    i = "Every table becomes a file in it; {.arg formats} are {.val csv}, {.val xlsx} or both.",
    i = "{.arg workbook} is the name of the workbook."
  ))
  workbook <- check_path(workbook)
  check_flag(overwrite)
  if (!is.character(formats) || length(formats) == 0L || !all(formats %in% c("csv", "xlsx"))) {
    abort_survlines("argument", "{.arg formats} must be among {.val {c('csv', 'xlsx')}}.")
  }
  if ("xlsx" %in% formats) check_installed("openxlsx", "A workbook")
  notes <- all_notes(tables)
  files <- table_files(tables, notes, folder, formats, workbook)
  existing <- files[file.exists(files)]
  if (length(existing) > 0L && !overwrite) {
    abort_survlines("file", c(
      "The file{?s} {.path {existing}} exist{?s/} already.",
      i = "Choose another folder, or {.code overwrite = TRUE}."
    ))
  }
  make_folder(folder)
  if ("csv" %in% formats) {
    contents <- c(lapply(tables, displayed_table), if (nrow(notes) > 0L) list(notes))
    csv <- files[names(files) == "csv"]
    for (i in seq_along(contents)) write_csv_text(without_formulas(contents[[i]]), csv[i])
  }
  if ("xlsx" %in% formats) write_workbook(tables, files[["xlsx"]])
  invisible(unname(files))
}

check_named_tables <- function(tables, call = rlang::caller_env()) {
  named <- is.list(tables) && !is.data.frame(tables) && length(tables) > 0L &&
    rlang::is_named(tables)
  if (!named || anyDuplicated(names(tables)) > 0L) {
    abort_survlines("argument", c(
      "{.arg tables} must be a list of tables, each with a name of its own.",
      i = "Such as {.code list(Survival = table_survival(fit))}."
    ), call = call)
  }
  for (name in names(tables)) check_data_frame(tables[[name]], paste0("tables$", name), call)
}

# The paths, named by their format: a CSV file for each table, one for the notes, the workbook.
table_files <- function(tables, notes, folder, formats, workbook) {
  names <- safe_names(c(names(tables), if (nrow(notes) > 0L) "notes"), 100L)
  csv <- if ("csv" %in% formats) paste0(names, ".csv")
  xlsx <- if ("xlsx" %in% formats) {
    paste0(safe_names(sub("\\.xlsx$", "", workbook, ignore.case = TRUE), 100L), ".xlsx")
  }
  files <- file.path(folder, c(csv, xlsx))
  rlang::set_names(files, rep(c("csv", "xlsx"), c(length(csv), length(xlsx))))
}

# One row a footnote.
all_notes <- function(tables) {
  notes <- lapply(tables, function(table) attr(table, "notes"))
  data.frame(table = rep(names(tables), lengths(notes)), note = as.character(unlist(notes)))
}

# Names that files and sheets may have: no character that either forbids, nothing Windows or Excel
# keeps for itself, not too long, and each different from the others in every case.
safe_names <- function(names, longest) {
  safe <- gsub("[][*?/\\\\<>|\":]|[[:cntrl:]]", "-", names)
  safe <- gsub("^[ .']+|[ .']+$", "", safe)
  kept <- "^(con|prn|aux|nul|com[0-9]|lpt[0-9]|history)$"
  taken <- !nzchar(safe) | grepl(kept, safe, ignore.case = TRUE)
  safe[taken] <- paste0("table ", safe[taken])
  safe <- gsub("[ .']+$", "", substr(safe, 1L, longest))
  for (i in seq_along(safe)) {
    number <- 1L
    base <- safe[i]
    while (tolower(safe[i]) %in% tolower(safe[seq_len(i - 1L)])) {
      number <- number + 1L
      end <- paste0("-", number)
      safe[i] <- paste0(substr(base, 1L, longest - nchar(end)), end)
    }
  }
  safe
}

# The columns under their headings; columns of other kinds than number and text are text.
displayed_table <- function(table) {
  shown <- lapply(as.list(table), function(column) {
    if (is_plain_vector(column) && !is.object(column)) column else as.character(column)
  })
  headings <- if (inherits(table, "survlines_table")) table_headings(table) else names(table)
  # A span above columns is part of what their headings say.
  spans <- attr(table, "spans")[names(table)]
  spanned <- !is.na(spans) & nzchar(spans)
  headings[spanned] <- paste0(spans[spanned], ": ", headings[spanned])
  tibble::new_tibble(rlang::set_names(shown, unname(headings)), nrow = nrow(table))
}

without_formulas <- function(table) {
  guard <- function(text) {
    # As spreadsheets read them: spaces before, and the wide forms of the signs, count too.
    risky <- grepl("^[[:space:]]*[=+@\uff1d\uff0b\uff20\uff0d-]", text) |
      grepl("^[\t\r\n]", text)
    number <- grepl("^[+-]?[0-9]+([.,][0-9]+)?$", text)
    ifelse(risky & !number, paste0("'", text), text)
  }
  table[] <- lapply(table, function(column) if (is.character(column)) guard(column) else column)
  names(table) <- guard(names(table))
  table
}

write_workbook <- function(tables, file) {
  book <- openxlsx::createWorkbook()
  sheets <- safe_names(names(tables), 31L)
  heading <- openxlsx::createStyle(textDecoration = "bold", border = "bottom", wrapText = TRUE)
  for (i in seq_along(tables)) {
    shown <- displayed_table(tables[[i]])
    openxlsx::addWorksheet(book, sheets[i])
    openxlsx::writeData(book, i, shown, headerStyle = heading)
    openxlsx::freezePane(book, i, firstRow = TRUE)
    openxlsx::setColWidths(book, i, seq_along(shown), widths = column_widths(shown))
    notes <- attr(tables[[i]], "notes")
    if (length(notes) > 0L) {
      openxlsx::writeData(book, i, notes, startRow = nrow(shown) + 3L, colNames = FALSE)
    }
  }
  openxlsx::saveWorkbook(book, file, overwrite = TRUE)
}

# As wide as the longest text, within reason.
column_widths <- function(table) {
  vapply(seq_along(table), function(j) {
    longest <- max(nchar(c(names(table)[j], as.character(table[[j]]))), 0L, na.rm = TRUE)
    min(max(longest + 2, 8), 45)
  }, 0)
}
