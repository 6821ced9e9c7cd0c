# Words of tables, figures and reports in the reader's language. They stand in
# inst/labels/<language>.csv (key, text), where a translator can read and change them. Places
# for numbers and names are written {so}, the word that goes with a number {n|row|rows}. Tests find
# the keys in use by calls of label_text(), so they are written out there rather than pasted
# together.

# Languages that have a file of labels.
label_languages <- function() {
  folder <- system.file("labels", package = "survlines")
  sub("\\.csv$", "", list.files(folder, pattern = "\\.csv$"))
}

# Files are read once.
label_files <- new.env(parent = emptyenv())

read_labels <- function(language, call = rlang::caller_env()) {
  if (rlang::is_string(language) && language %in% names(label_files)) {
    return(label_files[[language]])
  }
  known <- label_languages()
  if (!rlang::is_string(language) || !language %in% known) {
    abort_survlines("language", c(
      "{.arg language} must be one of {.val {known}}.",
      i = "A language is a file of labels; those of the package are in {.path inst/labels}."
    ), call = call)
  }
  label_files[[language]] <- utils::read.csv(
    system.file("labels", paste0(language, ".csv"), package = "survlines"),
    colClasses = "character", na.strings = character(), encoding = "UTF-8"
  )
  label_files[[language]]
}

#' Words of tables, figures and reports
#'
#' The words that tables, figures and reports show stand in files of labels, one for each language:
#' `inst/labels/en.csv` and `fr.csv`, with the columns `key` and `text`. The R Markdown template of
#' [render_report()] asks for its words by this function.
#'
#' @param key Keys of labels.
#' @param language `"en"` or `"fr"`.
#' @param ... What to put into the places of the texts: `unit = "months"` puts months where the text
#'   says `{unit}`. Vectors give as many texts. With a number `n`, `{n|row|rows}` becomes the word
#'   that goes with it.
#' @param call For errors: whose fault it was.
#' @return The texts, without names.
#' @section Errors: `survlines_error_language` for a language without a file,
#'   `survlines_error_label` for a key that the file has not.
#' @examples
#' label_text(c("patients", "hazard_ratio"), "fr")
#' label_text("time_in", unit = "months")
#' @export
label_text <- function(key, language = "en", ..., call = rlang::caller_env()) {
  key <- check_text(key, NULL, call)
  labels <- read_labels(language, call)
  unknown <- setdiff(key, labels$key)
  if (length(unknown) > 0L) {
    abort_survlines("label", c(
      "No label {.val {unknown}} in the language {.val {language}}.",
      i = "Add {cli::qty(unknown)}{?it/them} to {.path inst/labels/{language}.csv}."
    ), call = call)
  }
  text <- labels$text[match(key, labels$key)]
  fillers <- list(...)
  if (!all(vapply(fillers, is.atomic, NA))) {
    abort_survlines("argument", "What is put into a label must be text or numbers.", call = call)
  }
  # The numbers that a language takes for one.
  single <- strsplit(labels$text[labels$key == "singular"], " ", fixed = TRUE)[[1L]]
  # Words first: what is put into a place may look like one.
  for (place in if (any(grepl("|", text, fixed = TRUE))) names(fillers)) {
    words <- paste0("[{]", place, "[|]([^|{}]*)[|]([^|{}]*)[}]")
    chosen <- ifelse(as.character(fillers[[place]]) %in% single, "\\1", "\\2")
    text <- mapply(gsub, words, chosen, text, USE.NAMES = FALSE)
  }
  for (place in names(fillers)) {
    text <- mapply(
      gsub, paste0("{", place, "}"), as.character(fillers[[place]]), text,
      MoreArgs = list(fixed = TRUE), USE.NAMES = FALSE
    )
  }
  text
}

# ---- labels of columns -----------------------------------------------------------------------

# The label of each column, as haven, labelled and Hmisc keep it, or its name.
column_labels <- function(columns, data) {
  labels <- labels_in(columns, data)
  columns[match(names(labels), columns)] <- labels
  unname(columns)
}

# Labels that the user gave, and those of the columns for which none was given.
with_column_labels <- function(given, columns, data) {
  c(given, labels_in(setdiff(unique(columns), names(given)), data))
}

# Those of the columns that have a label, by their names.
labels_in <- function(columns, data) {
  labels <- vapply(columns, function(column) {
    label <- attr(data[[column]], "label", exact = TRUE)
    if (rlang::is_string(label) && !is.na(label)) as.vector(unclass(label)) else ""
  }, "")
  labels <- rlang::set_names(labels, columns)
  labels[nzchar(labels)]
}
