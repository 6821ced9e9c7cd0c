# The dictionary is a data frame, one row a column of a registry table. It is
# the only place where tables, types, keys and allowed values are written down.

registry_table_names <- c("patients", "lines", "assessments", "adverse_events")
dictionary_types <- c("text", "category", "date", "integer", "number")
# The days that endpoints are made from.
dated_columns <- c(
  "patients.birth_date", "patients.diagnosis_date", "patients.last_contact_date",
  "patients.death_date", "lines.start_date", "lines.end_date", "assessments.assessment_date",
  "adverse_events.onset_date"
)
# What functions work with, whatever a dictionary or the rules of a registry leave out.
columns_worked_with <- list(
  patients = c("patient_id", "last_contact_date", "death_date"),
  lines = c("line_id", "patient_id", "start_date", "end_date"),
  assessments = c("line_id", "assessment_date", "response"),
  adverse_events = c("line_id", "category")
)
dictionary_fields <- c(
  "table", "column", "type", "unit", "required", "key", "values", "description"
)

#' The dictionary of a registry
#'
#' A dictionary says which columns the four tables of a registry have, of which
#' type, which must be filled, which are keys and which values are allowed. It is
#' a CSV file so that clinicians and data managers can read and change it.
#'
#' The columns of a dictionary:
#'
#' * `table`: `patients`, `lines`, `assessments` or `adverse_events`.
#' * `column`: the column's name.
#' * `type`: `text`, `category`, `date`, `integer` or `number`.
#' * `unit`: for people, such as `days`.
#' * `required`: `value` (the column exists and no cell is empty), `column` (the
#'   column exists, cells may be empty) or `no`.
#' * `key`: `primary`, or the column it refers to, such as `patients.patient_id`.
#' * `values`: allowed values separated by `|`, in the order in which tables and
#'   factor levels show them; empty allows everything.
#' * `description`: what the column means.
#'
#' @param file Path of a dictionary in CSV. The default is the dictionary that
#'   comes with the package; it asks for no more than the endpoints need.
#' @return A tibble with the columns above, all of type character; empty cells
#'   are `""`.
#' @section Errors: `survlines_error_dictionary` when a column is missing, a type
#'   or a `required` is unknown, a column is described twice or a key refers to a
#'   column that is not described.
#' @seealso [registry()], [read_registry()]
#' @examples
#' read_dictionary()
#' @export
read_dictionary <- function(file = NULL) {
  if (is.null(file)) {
    file <- system.file("extdata", "dictionary.csv", package = "survlines")
  }
  file <- check_path(file)
  if (!is_file(file)) {
    abort_survlines("file", c(
      "There is no dictionary {.path {file}}.",
      i = "Give the path of a CSV file, or leave {.arg file} out for the package's dictionary."
    ))
  }
  dictionary <- utils::read.csv(
    file,
    colClasses = "character", na.strings = character(), encoding = "UTF-8"
  )
  check_dictionary(dictionary)
}

check_dictionary <- function(dictionary, call = rlang::caller_env()) {
  absent <- setdiff(dictionary_fields, names(dictionary))
  if (!is.data.frame(dictionary) || length(absent) > 0L) {
    abort_survlines("dictionary", c(
      if (is.data.frame(dictionary)) {
        "The dictionary lacks the column{?s} {.field {absent}}."
      } else {
        "The dictionary must be a data frame."
      },
      i = "See {.code ?read_dictionary} for what a dictionary holds."
    ), call = call)
  }
  uneven <- uneven_column(dictionary)
  if (!is.null(uneven)) {
    abort_survlines("dictionary", c(
      "A row of the dictionary must have a cell in each column.",
      x = "{uneven}."
    ), call = call)
  }
  dictionary <- tibble::new_tibble(
    dictionary_texts(unclass(dictionary)[dictionary_fields], call),
    nrow = nrow(dictionary)
  )
  refuse_entries <- function(bad, what) {
    if (any(bad)) {
      abort_survlines("dictionary", c(
        paste0("The dictionary has ", what, " in {describe_rows(which(bad))}."),
        i = "See {.code ?read_dictionary} for what a dictionary holds."
      ), call = call)
    }
  }
  names_described <- paste(dictionary$table, dictionary$column, sep = ".")
  references <- setdiff(dictionary$key, c("", "primary"))
  refuse_entries(!dictionary$table %in% registry_table_names, "an unknown table")
  refuse_entries(!dictionary$type %in% dictionary_types, "an unknown type")
  refuse_entries(
    names_described %in% dated_columns & dictionary$type != "date",
    "another type than date for a day that endpoints need"
  )
  refuse_entries(!dictionary$required %in% c("value", "column", "no"), "an unknown `required`")
  refuse_entries(duplicated(names_described), "a column described twice")
  refuse_entries(
    dictionary$key %in% setdiff(references, names_described), "a key to an undescribed column"
  )
  dictionary
}

# The columns as text; what is missing is empty.
dictionary_texts <- function(columns, call) {
  several <- !vapply(columns, function(column) is.atomic(column) && is.null(dim(column)), NA)
  if (any(several)) {
    abort_survlines("dictionary", c(
      "A cell of the dictionary must hold one text; {.field {names(columns)[several]}}
       {cli::qty(sum(several))}hold{?s/} lists or tables.",
      i = "See {.code ?read_dictionary} for what a dictionary holds."
    ), call = call)
  }
  lapply(columns, function(column) {
    column <- as.character(column)
    column[is.na(column)] <- ""
    column
  })
}

# The rows of the dictionary for one table, in the order of its columns: a plain list of columns,
# as every function that is given a registry looks at them.
described_columns <- function(dictionary, table) {
  rows <- dictionary$table == table
  lapply(dictionary, `[`, rows)
}

# Allowed values of one column; character(0) allows everything.
allowed_values <- function(dictionary, table, column) {
  row <- which(dictionary$table == table & dictionary$column == column)
  if (length(row) == 0L) character() else split_values(dictionary$values[row])
}

split_values <- function(values) {
  if (nzchar(values)) trimws(strsplit(values, "|", fixed = TRUE)[[1L]]) else character()
}

# The rows of the dictionary as plain lists, which are quick to look into.
dictionary_entries <- function(dictionary) {
  lapply(seq_len(nrow(dictionary)), function(i) lapply(dictionary, `[[`, i))
}

#' @rdname read_dictionary
#' @param registry A registry made by [registry()] or [read_registry()].
#' @export
registry_dictionary <- function(registry) {
  check_registry(registry)
  attr(registry, "dictionary")
}
