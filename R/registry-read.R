#' Read a registry from files, a database or data frames
#'
#' The four tables are fetched from where they are, columns and codes are given the
#' registry's names, and then [registry()] types and checks them.
#'
#' @section Sources:
#'
#' * A folder: `patients.csv`, `lines.csv` and, where they exist, `assessments.csv` and
#'   `adverse_events.csv`. UTF-8 (with or without a mark), UTF-16 with a mark and
#'   Latin-1 are recognised; comma, semicolon and tab, too. In a file with semicolons a
#'   comma is a decimal point. Quoted cells may hold separators and line breaks. A row
#'   with more or fewer cells than the header is refused, empty rows at the end are
#'   left out with a message.
#' * An Excel workbook (`.xlsx`, `.xls`) with one sheet per table; needs readxl.
#' * A `DBIConnection`: one table or query each; needs DBI.
#' * A named list of data frames; [redcap_tables()] makes one from a REDCap export.
#'
#' @param source Path of a folder or of a workbook, a `DBIConnection`, or a named list
#'   of data frames.
#' @param tables Where the tables are when they do not have the registry's names: a
#'   named vector such as `c(lines = "Therapies")` with names of files (in the folder),
#'   of sheets, of database tables or queries (`SELECT ...`), or of list elements.
#' @param columns The source's names of columns, as `c(birth_date = "geb_datum")` for all
#'   tables or per table as `list(patients = c(birth_date = "geb_datum"))`. Several names
#'   make one column of their cells with `-` between, for keys that a source does not
#'   have: `list(lines = list(line_id = c("patient", "line_no")))`.
#' @param values The source's codes, per column of the registry:
#'   `list(sex = c(F = "female", M = "male"))`. `"lines.drug"` instead of `drug` means
#'   the column of that table only. Codes that are not listed stay as they are.
#' @param missing Texts that mean that a cell is empty.
#' @param encoding Encoding of CSV files: `"auto"` (a mark at the start, else UTF-8 where
#'   it is valid, else Latin-1), `"UTF-8"` or `"latin1"`.
#' @param dictionary A dictionary as [read_dictionary()] returns it. By default the
#'   file `dictionary.csv` of the folder, or the package's own where there is none.
#' @inheritParams registry
#' @return A registry; see [registry()].
#' @section Errors: `survlines_error_file` for files, sheets and tables that are absent
#'   or cannot be read, with file, row and column; `survlines_error_columns` and
#'   `survlines_error_values` when `columns` or `values` name what is not there; the
#'   errors of [registry()].
#' @seealso [write_registry()], [redcap_tables()]
#' @examples
#' folder <- tempfile()
#' dir.create(folder)
#' writeLines(
#'   c("nr;sexe;vu;deces", "P1;F;01/09/2012;01/09/2012"),
#'   file.path(folder, "malades.csv")
#' )
#' writeLines(
#'   c("ligne;nr;drug;debut;fin", "L1;P1;A;01/03/2012;20/06/2012"),
#'   file.path(folder, "lignes.csv")
#' )
#' read_registry(
#'   folder,
#'   tables = c(patients = "malades.csv", lines = "lignes.csv"),
#'   columns = list(
#'     patients = c(
#'       patient_id = "nr", sex = "sexe", last_contact_date = "vu", death_date = "deces"
#'     ),
#'     lines = c(line_id = "ligne", patient_id = "nr", start_date = "debut", end_date = "fin")
#'   ),
#'   values = list(sex = c(F = "female", M = "male")),
#'   date_format = "%d/%m/%Y"
#' )
#' @export
read_registry <- function(source, tables = NULL, columns = NULL, values = NULL,
                          date_format = "%Y-%m-%d",
                          partial_dates = c("error", "first", "mid", "last"),
                          missing = "", encoding = c("auto", "UTF-8", "latin1"),
                          dictionary = NULL, rules = registry_rules(), cutoff = NULL) {
  partial_dates <- match_choice(partial_dates, c("error", "first", "mid", "last"))
  encoding <- match_choice(encoding, c("auto", "UTF-8", "latin1"))
  check_given(source)
  check_table_names(tables)
  check_date_format(date_format)
  check_rules(rules)
  missing <- check_text(missing, NULL)
  if (is.null(dictionary)) {
    dictionary <- dictionary_beside(source)
  }
  read <- read_source(source, tables, encoding, date_format[1L])
  read <- lapply(read, blank_missing, missing)
  read <- lapply(read, drop_empty_end)
  read <- rename_columns(read, columns)
  read <- recode_values(read, values)
  built <- build_registry(read, dictionary, date_format, partial_dates)
  accept_registry(built, rules, cutoff)
}

dictionary_beside <- function(source) {
  own <- if (is.character(source) && length(source) == 1L) file.path(source, "dictionary.csv")
  read_dictionary(if (!is.null(own) && is_file(own)) own)
}

check_table_names <- function(tables, call = rlang::caller_env()) {
  check_given(tables, call)
  if (!is.null(tables) && !is.character(tables) && !is.list(tables)) {
    abort_survlines("argument", "{.arg tables} must be text with names.", call = call)
  }
  unknown <- setdiff(names(tables), registry_table_names)
  if (length(unknown) > 0L || (length(tables) > 0L && is.null(names(tables)))) {
    abort_survlines("argument", c(
      "The names of {.arg tables} must be tables of a registry.",
      i = "They are {.val {registry_table_names}}."
    ), call = call)
  }
}

# A list of data frames, whatever they come from.
read_source <- function(source, tables, encoding, date_format, call = rlang::caller_env()) {
  if (inherits(source, "DBIConnection")) {
    return(read_database(source, tables, call))
  }
  if (is.list(source) && !is.data.frame(source)) {
    return(read_list(source, tables, call))
  }
  if (!is.character(source) || length(source) != 1L || is.na(source)) {
    abort_survlines("argument", c(
      "{.arg source} must be a folder, a workbook, a database connection or a list.",
      i = "See {.code ?read_registry}."
    ), call = call)
  }
  if (dir.exists(source)) {
    return(read_folder(source, tables, encoding, call))
  }
  if (!file.exists(source)) {
    abort_survlines("file", "There is no {.path {source}}.", call = call)
  }
  if (grepl("[.]xlsx?$", source, ignore.case = TRUE)) {
    return(read_workbook(source, tables, date_format, call))
  }
  abort_survlines("file", c(
    "{.path {source}} is neither a folder nor an Excel workbook.",
    i = "Give the folder that holds the CSV files. For a REDCap export see \\
         {.code ?redcap_tables}."
  ), call = call)
}

# Where each table is: the name given, or the registry's own name among `there`.
locate_tables <- function(tables, there, where, suffix = "", call = rlang::caller_env()) {
  located <- rlang::set_names(paste0(registry_table_names, suffix), registry_table_names)
  # "Patients.csv" is taken for "patients.csv" where that is not there.
  other_case <- match(tolower(located), tolower(there))
  absent <- !located %in% there & !is.na(other_case)
  located[absent] <- there[other_case[absent]]
  located[names(tables)] <- given_tables(tables, call)
  needed <- located[unique(c("patients", "lines", names(tables)))]
  absent <- setdiff(needed, there)
  if (length(absent) > 0L) {
    abort_survlines("file", c(
      "{where} lacks {.val {absent}}.",
      i = if (length(there) > 0L) {
        "It has {.val {utils::head(there, 10L)}}; {.arg tables} says which is which."
      }
    ), call = call)
  }
  located[located %in% there]
}

# One piece of text for each table that was given.
given_tables <- function(tables, call) {
  single <- vapply(tables, function(table) is.character(table) && length(table) == 1L, NA)
  if (!all(single) || anyNA(unlist(tables))) {
    abort_survlines("argument", c(
      "{.arg tables} must name one source for each table.",
      i = "Such as {.code c(lines = \"therapy.csv\")}."
    ), call = call)
  }
  unlist(tables)
}

blank_missing <- function(table, missing) {
  for (column in names(table)[vapply(table, is.character, NA)]) {
    cells <- table[[column]]
    cells[cells %in% missing] <- NA_character_
    table[[column]] <- cells
  }
  table
}

# Spreadsheets leave empty rows below the last one.
drop_empty_end <- function(table) {
  n <- nrow(table)
  last <- n
  while (last > 0L && all(vapply(table, function(column) is.na(column[last]), NA))) {
    last <- last - 1L
  }
  if (last < n) {
    inform_survlines("empty_rows", c(
      i = "{n - last} empty row{?s} at the end of a table {?is/are} left out."
    ))
    decimal <- attr(table, "decimal")
    table <- table[seq_len(last), , drop = FALSE]
    attr(table, "decimal") <- decimal
  }
  table
}

# ---- names and codes -----------------------------------------------------------

rename_columns <- function(read, columns, call = rlang::caller_env()) {
  if (length(columns) == 0L) {
    return(read)
  }
  check_columns(columns, call)
  per_table <- is.list(columns)
  if (per_table) {
    check_table_names(columns, call)
  } else {
    columns <- columns_where_present(read, columns, call)
  }
  for (name in intersect(names(columns), names(read))) {
    wanted <- as.list(columns[[name]])
    absent <- setdiff(unlist(wanted), names(read[[name]]))
    if (length(absent) > 0L) {
      abort_survlines("columns", c(
        "The table {.field {name}} has no column {.val {absent}}.",
        i = "It has {.val {names(read[[name]])}}."
      ), call = call)
    }
    several <- lengths(wanted) > 1L
    joined <- lapply(wanted[several], function(parts) join_cells(read[[name]][parts]))
    renamed <- names(read[[name]])
    renamed[match(unlist(wanted[!several]), renamed)] <- names(wanted)[!several]
    read[[name]][names(joined)] <- joined
    renamed <- c(renamed, setdiff(names(joined), renamed))
    twice <- unique(renamed[duplicated(renamed)])
    if (length(twice) > 0L) {
      abort_survlines("columns", c(
        "With these {.arg columns} the table {.field {name}} has {.val {twice}} twice."
      ), call = call)
    }
    names(read[[name]]) <- renamed
  }
  read
}

# Text with names, or a list of such for each table.
check_columns <- function(columns, call) {
  is_named_text <- function(x) {
    is.character(unlist(x)) && !is.null(names(x)) && all(nzchar(names(x))) && !is.data.frame(x)
  }
  whole <- if (is.list(columns)) {
    all(vapply(columns, is_named_text, NA)) && !is.data.frame(columns)
  } else {
    is_named_text(columns)
  }
  if (!whole) {
    abort_survlines("columns", c(
      "{.arg columns} must be text with names, or a list of such for each table.",
      i = "Such as {.code list(lines = c(drug = \"product\"))}."
    ), call = call)
  }
}

# "P1" and "2" become "P1-2"; nothing where a part is missing.
join_cells <- function(parts) {
  parts <- lapply(unname(as.list(parts)), type_text)
  joined <- do.call(paste, c(parts, sep = "-"))
  joined[Reduce(`|`, lapply(parts, is.na))] <- NA_character_
  joined
}

# One vector for all tables: each name applies wherever the source has the column.
columns_where_present <- function(read, columns, call) {
  known <- unlist(lapply(read, names))
  absent <- setdiff(unlist(columns), known)
  if (length(absent) > 0L) {
    abort_survlines("columns", c(
      "No table has a column {.val {absent}}.",
      i = "The columns are {.val {unique(known)}}."
    ), call = call)
  }
  lapply(read, function(table) columns[columns %in% names(table)])
}

recode_values <- function(read, values, call = rlang::caller_env()) {
  if (!is.null(values) && (!is.list(values) || is.null(names(values)))) {
    abort_survlines("values", c(
      "{.arg values} must be a list with the names of columns.",
      i = "Such as {.code list(sex = c(F = \"female\"))}."
    ), call = call)
  }
  for (target in names(values)) {
    parts <- strsplit(target, ".", fixed = TRUE)[[1L]]
    column <- parts[length(parts)]
    places <- if (length(parts) == 2L) parts[1L] else names(read)
    places <- places[vapply(places, function(name) column %in% names(read[[name]]), NA)]
    codes <- unlist(values[[target]])
    if (length(places) == 0L || is.null(names(codes)) || !is.character(codes)) {
      abort_survlines("values", c(
        "{.arg values} cannot be used for {.val {target}}.",
        i = "It must be a column of the registry, with codes such as {.code c(F = \"female\")}."
      ), call = call)
    }
    for (name in places) {
      cells <- type_text(read[[name]][[column]])
      place <- match(cells, names(codes))
      cells[!is.na(place)] <- codes[place[!is.na(place)]]
      read[[name]][[column]] <- cells
    }
  }
  read
}
