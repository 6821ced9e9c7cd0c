# Words of tables, figures and reports in the reader's language. They stand in
# inst/labels/<language>.csv (key, text), where a translator can read and change them. Places
# for numbers and names are written {so}.

# Languages that have a file of labels.
label_languages <- function() {
  folder <- system.file("labels", package = "survlines")
  sub("\\.csv$", "", list.files(folder, pattern = "\\.csv$"))
}

read_labels <- function(language, call = rlang::caller_env()) {
  known <- label_languages()
  if (!rlang::is_string(language) || !language %in% known) {
    abort_survlines("language", c(
      "{.arg language} must be one of {.val {known}}.",
      i = "A language is a file of labels; those of the package are in {.path inst/labels}."
    ), call = call)
  }
  utils::read.csv(
    system.file("labels", paste0(language, ".csv"), package = "survlines"),
    colClasses = "character", na.strings = character(), encoding = "UTF-8"
  )
}

# The texts of `key` in a language, without names. `...` fills the places: unit = "months" puts
# months where the text says {unit}. Tests find the keys in use by calls of this function, so they
# are written out there rather than pasted together.
label_text <- function(key, language = "en", ..., call = rlang::caller_env()) {
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
  for (place in names(fillers)) {
    text <- mapply(
      gsub, paste0("{", place, "}"), as.character(fillers[[place]]), text,
      MoreArgs = list(fixed = TRUE), USE.NAMES = FALSE
    )
  }
  text
}
