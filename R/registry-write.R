#' Write a registry as a folder of CSV files
#'
#' [read_registry()] of the folder gives the same registry again: columns in their
#' order, dates in ISO format, numbers to their last bit, text as it is. A date that was
#' imputed is written as it was recorded, so that it is imputed again with the same
#' `partial_dates`.
#'
#' @param registry A registry.
#' @param folder Path of a folder; it is made when it does not exist.
#' @param overwrite Whether files that exist may be replaced.
#' @return The paths of the files (four tables and the dictionary), invisibly.
#' @section Errors: `survlines_error_file` when a file exists and `overwrite` is false;
#'   `survlines_error_argument`, also for the name of a file as `folder`.
#' @seealso [read_registry()]
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   )
#' )
#' folder <- tempfile()
#' write_registry(study, folder)
#' all.equal(read_registry(folder), study)
#' @export
write_registry <- function(registry, folder, overwrite = FALSE) {
  check_registry(registry)
  check_flag(overwrite)
  folder <- check_folder(folder, c(i = "Every table becomes a CSV file in it."))
  files <- file.path(folder, paste0(c(registry_table_names, "dictionary"), ".csv"))
  existing <- files[file.exists(files)]
  if (length(existing) > 0L && !overwrite) {
    abort_survlines("file", c(
      "The file{?s} {.path {existing}} exist{?s/} already.",
      i = "Choose another folder, or {.code overwrite = TRUE}."
    ))
  }
  make_folder(folder)
  imputed <- attr(registry, "imputed")
  for (i in seq_along(registry_table_names)) {
    name <- registry_table_names[i]
    text <- as_text_table(registry[[name]])
    write_csv_text(as_recorded(text, imputed[imputed$table == name, ]), files[i])
  }
  write_csv_text(attr(registry, "dictionary"), files[length(files)])
  invisible(files)
}

as_text_table <- function(table) {
  table[] <- lapply(table, function(column) {
    if (is.double(column) && !inherits(column, "Date")) number_text(column) else column
  })
  table
}

# The shortest text that gives the same number back.
number_text <- function(x) {
  text <- rep(NA_character_, length(x))
  known <- which(!is.na(x))
  text[known] <- sprintf("%.15g", x[known])
  longer <- known[as.numeric(text[known]) != x[known]]
  text[longer] <- sprintf("%.17g", x[longer])
  text
}

as_recorded <- function(table, imputed) {
  for (field in unique(imputed$field)) {
    cells <- imputed[imputed$field == field, ]
    column <- as.character(table[[field]])
    column[cells$row] <- cells$recorded
    table[[field]] <- column
  }
  table
}

# Lines are put together here because write.csv() writes in the session's encoding, which
# may not have all letters.
write_csv_text <- function(table, file) {
  cells <- lapply(unname(as.list(table)), csv_cells)
  header <- paste(csv_cells(names(table)), collapse = ",")
  rows <- if (nrow(table) > 0L) do.call(paste, c(cells, sep = ","))
  connection <- file(file, "wb")
  on.exit(close(connection))
  writeLines(enc2utf8(c(header, rows)), connection, useBytes = TRUE)
}

csv_cells <- function(column) {
  # A registry has few distinct days, and formatting them is slow.
  if (inherits(column, "Date")) {
    days <- unique(column)
    return(csv_cells(as.character(days))[match(column, days)])
  }
  text <- enc2utf8(as.character(column))
  filled <- !is.na(text)
  if (is.character(column) || is.factor(column)) {
    text[filled] <- paste0("\"", gsub("\"", "\"\"", text[filled], fixed = TRUE), "\"")
  }
  text[!filled] <- ""
  text
}
