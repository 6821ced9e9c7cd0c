#' Read a registry from a folder of CSV files
#'
#' Reads `patients.csv` and `lines.csv`, and `assessments.csv` and
#' `adverse_events.csv` where they exist; then does what [registry()] does.
#'
#' @param source Path of the folder.
#' @param dictionary A dictionary as [read_dictionary()] returns it. By default the
#'   file `dictionary.csv` of the folder, or the package's own where there is none.
#' @inheritParams registry
#' @return A registry; see [registry()].
#' @section Errors: `survlines_error_file` when the folder or one of its two
#'   necessary files does not exist; the errors of [registry()].
#' @examples
#' folder <- tempfile()
#' dir.create(folder)
#' writeLines(
#'   c("patient_id,last_contact_date,death_date", "P1,2012-09-01,2012-09-01"),
#'   file.path(folder, "patients.csv")
#' )
#' writeLines(
#'   c("line_id,patient_id,drug,start_date,end_date", "L1,P1,A,2012-03-01,2012-06-20"),
#'   file.path(folder, "lines.csv")
#' )
#' read_registry(folder)
#' @export
read_registry <- function(source, dictionary = NULL, date_format = "%Y-%m-%d",
                          partial_dates = c("error", "first", "mid", "last"),
                          rules = registry_rules(), cutoff = NULL) {
  partial_dates <- match_choice(partial_dates, c("error", "first", "mid", "last"))
  tables <- read_folder(source)
  if (is.null(dictionary)) {
    own <- file.path(source, "dictionary.csv")
    dictionary <- read_dictionary(if (file.exists(own)) own)
  }
  built <- build_registry(tables, dictionary, date_format, partial_dates)
  accept_registry(built, rules, cutoff)
}

read_folder <- function(folder, call = rlang::caller_env()) {
  files <- file.path(folder, paste0(registry_table_names, ".csv"))
  names(files) <- registry_table_names
  absent <- files[c("patients", "lines")][!file.exists(files[c("patients", "lines")])]
  if (length(absent) > 0L) {
    abort_survlines("file", c(
      "The registry lacks the file{?s} {.path {absent}}.",
      i = "A registry is a folder with {.file patients.csv} and {.file lines.csv}."
    ), call = call)
  }
  lapply(files[file.exists(files)], read_csv_text)
}

# Every cell as text; types come from the dictionary.
read_csv_text <- function(file) {
  utils::read.csv(
    file,
    colClasses = "character", na.strings = "", encoding = "UTF-8", check.names = FALSE,
    strip.white = TRUE
  )
}
