# Text, numbers and dates of the outside world become the types that the
# dictionary names. What cannot become the type is missing in the result AND is
# returned as a problem, so nothing is lost without a word.

# Problems share one shape; a problem has no severity until a rule gives it one. No
# problem is NULL, because most checks find none and data frames are slow to make.
found <- function(table, row, field, rule, message) {
  if (length(row) == 0L) {
    return(NULL)
  }
  data.frame(
    table = table, row = as.integer(row), field = field, rule = rule, message = message,
    stringsAsFactors = FALSE
  )
}

no_problems <- function() {
  data.frame(
    table = character(), row = integer(), field = character(), rule = character(),
    message = character(), stringsAsFactors = FALSE
  )
}

bind_rows_base <- function(frames) {
  frames <- Filter(Negate(is.null), frames)
  if (length(frames) == 0L) no_problems() else do.call(rbind, frames)
}

# All four tables, typed: list(tables, problems, imputed).
type_tables <- function(tables, dictionary, date_format, partial_dates) {
  typed <- lapply(
    rlang::set_names(registry_table_names),
    function(name) {
      type_table(tables[[name]], name, dictionary, date_format, partial_dates)
    }
  )
  list(
    tables = lapply(typed, `[[`, "table"),
    problems = bind_rows_base(lapply(typed, `[[`, "problems")),
    imputed = do.call(rbind, unname(lapply(typed, `[[`, "imputed")))
  )
}

type_table <- function(table, name, dictionary, date_format, partial_dates) {
  described <- described_columns(dictionary, name)
  if (is.null(table)) {
    table <- empty_table(described)
  }
  decimal <- if (is.null(attr(table, "decimal"))) "." else attr(table, "decimal")
  attr(table, "decimal") <- NULL
  table <- tibble::as_tibble(table)
  problems <- list()
  imputed <- list(no_imputed_dates())
  types <- column_types(names(table), name, described)
  for (column in names(table)) {
    done <- type_column(table[[column]], types[[column]], date_format, partial_dates, decimal)
    label <- attr(table[[column]], "label", exact = TRUE)
    table[[column]] <- done$value
    attr(table[[column]], "label") <- label
    problems[[column]] <- found(name, done$row, column, done$rule, done$message)
    if (length(done$imputed) > 0L) {
      imputed[[column]] <- data.frame(
        table = name, row = done$imputed, field = column,
        recorded = done$recorded, used = done$value[done$imputed], stringsAsFactors = FALSE
      )
    }
  }
  list(
    table = table,
    problems = bind_rows_base(problems),
    imputed = do.call(rbind, unname(imputed))
  )
}

# The type of every column, by name. What endpoints are made from are days, described or not.
column_types <- function(columns, table, described) {
  types <- described$type[match(columns, described$column)]
  types[is.na(types) & paste0(table, ".", columns) %in% dated_columns] <- "date"
  types[is.na(types)] <- "undescribed"
  rlang::set_names(types, columns)
}

no_imputed_dates <- function() {
  data.frame(
    table = character(), row = integer(), field = character(), recorded = character(),
    used = as.Date(character()), stringsAsFactors = FALSE
  )
}

empty_table <- function(described) {
  columns <- lapply(described$type, function(type) {
    switch(type, date = as.Date(character()), integer = integer(), number = numeric(), character())
  })
  tibble::as_tibble(rlang::set_names(columns, described$column))
}

# One column: list(value, row, rule, message, imputed, recorded).
type_column <- function(x, type, date_format, partial_dates, decimal) {
  switch(type,
    date = type_date(x, date_format, partial_dates),
    integer = type_number(x, whole = TRUE, decimal),
    number = type_number(x, whole = FALSE, decimal),
    undescribed = list(value = guess_type(x, decimal)),
    list(value = type_text(x))
  )
}

type_text <- function(x) {
  if (is.factor(x)) {
    x <- as.character(x)
  }
  if (is.numeric(x) && !inherits(x, "integer64")) {
    # 100000 is an identifier, not 1e+05.
    text <- format(x, scientific = FALSE, trim = TRUE, digits = 15L)
    text[is.na(x)] <- NA_character_
    return(text)
  }
  text <- as.character(x)
  text[!nzchar(text)] <- NA_character_
  text
}

type_number <- function(x, whole, decimal = ".") {
  # 64-bit integers of databases are numbers only to those who know their class.
  if (is.factor(x) || inherits(x, "integer64")) {
    x <- as.character(x)
  }
  recorded <- x
  x <- with_point(x, decimal)
  if (is.character(x)) {
    x[!nzchar(trimws(x))] <- NA_character_
    value <- suppressWarnings(as.numeric(x))
  } else {
    value <- as.numeric(x)
  }
  bad <- !is.na(x) & !is.finite(value)
  if (whole) {
    bad <- bad | (is.finite(value) & (value != round(value) | abs(value) > .Machine$integer.max))
  }
  value[bad] <- NA
  bad <- which(bad)
  list(
    value = if (whole) as.integer(value) else value,
    row = bad,
    rule = if (whole) "not_an_integer" else "not_a_number",
    message = sprintf(
      "'%s' is not %s.", recorded[bad], if (whole) "a whole number" else "a number"
    )
  )
}

# "1,5" is a number where a comma is the decimal point.
with_point <- function(x, decimal) {
  if (!is.character(x) || decimal == ".") {
    return(x)
  }
  commas <- grepl("^[^.,]*,[^.,]*$", x)
  x[commas] <- sub(",", ".", x[commas], fixed = TRUE)
  x
}

# A column that the dictionary does not describe: text that is a plain number, an ISO
# date or TRUE and FALSE in every filled cell becomes one; leading zeros stay text.
guess_type <- function(x, decimal = ".") {
  if (is.factor(x)) {
    x <- as.character(x)
  }
  if (!is.character(x)) {
    return(x)
  }
  x[!nzchar(x)] <- NA_character_
  filled <- unique(x[!is.na(x)])
  if (length(filled) == 0L) {
    return(x)
  }
  if (all(grepl("^-?(0|[1-9][0-9]{0,14})([.][0-9]+)?$", with_point(filled, decimal)))) {
    return(as.numeric(with_point(x, decimal)))
  }
  if (all(filled %in% c("TRUE", "FALSE"))) {
    return(as.logical(x))
  }
  if (all(grepl("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", filled))) {
    dates <- as.Date(filled, format = "%Y-%m-%d", optional = TRUE)
    if (!anyNA(dates)) {
      return(dates[match(x, filled)])
    }
  }
  x
}

type_date <- function(x, date_format, partial_dates) {
  if (inherits(x, "Date")) {
    return(list(value = as.Date(floor(as.numeric(x)), origin = "1970-01-01")))
  }
  if (inherits(x, "POSIXt")) {
    return(type_date_time(x))
  }
  text <- type_text(x)
  # A registry has few distinct days, so each is parsed once.
  distinct <- unique(text[!is.na(text)])
  parsed <- parse_dates(distinct, date_format, partial_dates)
  index <- match(text, distinct)
  value <- parsed$date[index]
  bad <- which(!is.na(text) & is.na(value))
  imputed <- which(parsed$partial[index] & !is.na(value))
  list(
    value = value,
    row = bad,
    rule = ifelse(parsed$partial[index][bad], "partial_date", "not_a_date"),
    message = ifelse(
      parsed$partial[index][bad],
      sprintf("'%s' is a partial date; see `partial_dates` in ?registry.", text[bad]),
      sprintf("'%s' is not a date in the format %s.", text[bad], toString(date_format))
    ),
    imputed = imputed,
    recorded = text[imputed]
  )
}

# A date-time at midnight is a date; another time of day would be lost.
type_date_time <- function(x) {
  clock <- as.POSIXlt(x)
  value <- as.Date(clock)
  bad <- which(!is.na(x) & (clock$hour != 0L | clock$min != 0L | floor(clock$sec) != 0))
  list(
    value = value, row = bad, rule = "time_of_day",
    message = sprintf("The time of day of %s is dropped.", format(x[bad]))
  )
}

# "2012", "2012-05" and "05/2012".
partial_date_pattern <- "^([0-9]{4}|[0-9]{4}-(0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])/[0-9]{4})$"

# Strict: the whole text must follow the format ("2012-05-01x" is no date).
parse_dates <- function(text, date_format, partial_dates) {
  date <- rep(as.Date(NA), length(text))
  for (format in date_format) {
    open <- is.na(date)
    fits <- open & grepl(date_pattern(format), text)
    date[fits] <- as.Date(text[fits], format = format, optional = TRUE)
  }
  open <- is.na(date)
  partial <- open & grepl(partial_date_pattern, text)
  if (partial_dates != "error" && any(partial)) {
    date[partial] <- impute_dates(text[partial], partial_dates)
  }
  list(date = date, partial = partial)
}

date_pattern <- function(format) {
  pattern <- gsub("([.|()^{}+$*?]|\\[|\\])", "\\\\\\1", format)
  pattern <- gsub("%Y", "[0-9]{4}", pattern, fixed = TRUE)
  pattern <- gsub("%[mdyHMS]", "[0-9]{1,2}", pattern)
  pattern <- gsub("%[bB]", "[[:alpha:].]+", pattern)
  paste0("^", pattern, "$")
}

# The first, middle (the 15th; the 1st of July) or last day of what is known.
impute_dates <- function(text, which_day) {
  year <- as.integer(regmatches(text, regexpr("[0-9]{4}", text)))
  month <- suppressWarnings(as.integer(gsub("[-/]|[0-9]{4}", "", text)))
  year_only <- is.na(month)
  first <- switch(which_day, first = 1L, mid = 7L, last = 12L)
  month[year_only] <- first
  day <- switch(which_day,
    first = rep(1L, length(text)),
    mid = ifelse(year_only, 1L, 15L),
    last = days_in_month(year, month)
  )
  as.Date(sprintf("%04d-%02d-%02d", year, month, day), format = "%Y-%m-%d")
}

days_in_month <- function(year, month) {
  after <- month == 12L
  next_first <- sprintf("%04d-%02d-01", year + after, ifelse(after, 1L, month + 1L))
  as.POSIXlt(as.Date(next_first, format = "%Y-%m-%d") - 1L)$mday
}
