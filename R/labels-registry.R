# Columns and values of a registry in words of the reader's language. A column's own label
# (attr(x, "label")) comes first, then the package's for columns that it knows.

# The columns of patients and lines whose values are words of the package.
worded_columns <- c("sex", "stop_reason", "previous_pfs_event")

# The label of each column, or its name.
covariate_labels <- function(columns, data, language, otherwise = columns) {
  labels <- read_labels(language)
  text <- labels$text[match(paste0("column_", columns, recycle0 = TRUE), labels$key)]
  text[is.na(text)] <- otherwise[is.na(text)]
  own <- labels_in(columns, data)
  labelled <- columns %in% names(own)
  text[labelled] <- own[columns[labelled]]
  text
}

# list(headings, mentions), each named by the columns: what stands above a column or at the
# beginning of a line, and within a sentence. Columns that have no label are called by their name.
report_labels <- function(columns, data, language) {
  words <- gsub("_", " ", columns, fixed = TRUE)
  heading <- covariate_labels(columns, data, language, with_first(words, toupper))
  own <- columns %in% names(labels_in(columns, data))
  known <- paste0("column_", columns, recycle0 = TRUE) %in% read_labels(language)$key
  mention <- ifelse(own, heading, ifelse(known, with_first(heading, tolower), words))
  list(
    headings = rlang::set_names(heading, columns), mentions = rlang::set_names(mention, columns)
  )
}

with_first <- function(text, change) {
  substr(text, 1L, 1L) <- change(substr(text, 1L, 1L))
  text
}

# The columns with their headings as labels and their values in words.
in_words <- function(data, headings, language) {
  for (column in names(headings)) {
    data[[column]] <- value_words(data[[column]], column, language)
    attr(data[[column]], "label") <- headings[[column]]
  }
  data
}

# A column with its values in the reader's language, in the order they had. Columns that the package
# does not know are changed where all their values are words of the package: half a translation
# reads badly.
value_words <- function(values, column, language) {
  if (is.logical(values)) values <- factor(ifelse(values, "yes", "no"), c("no", "yes"))
  if (!is.character(values) && !is.factor(values)) {
    return(values)
  }
  levels <- if (is.factor(values)) levels(values) else sort(unique(values))
  words <- label_values(levels, language)
  translated <- column %in% worded_columns || all(is_value_known(levels, language))
  if (!translated || identical(words, levels)) {
    return(values)
  }
  label <- attr(values, "label", exact = TRUE)
  values <- factor(values, levels, words, ordered = is.ordered(values))
  attr(values, "label") <- label
  values
}

# Values of the package's own vocabulary in the reader's language; others as they are, and those
# that would become one.
label_values <- function(values, language) {
  labels <- read_labels(language)
  known <- unique(values)
  text <- labels$text[match(value_keys(known), labels$key)]
  text <- ifelse(is.na(text), known, text)
  alike <- text %in% text[duplicated(text)]
  ifelse(alike, known, text)[match(values, known)]
}

is_value_known <- function(values, language) value_keys(values) %in% read_labels(language)$key

value_keys <- function(values) paste0("value_", gsub("[ -]", "_", values), recycle0 = TRUE)
