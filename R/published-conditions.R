# Conditions such as `drug=A|B; age_at_start>=18; adverse_events.grade>=3` select rows.
# They are a small language of their own and are never evaluated as code, so a file of a
# stranger can do no more than compare columns with values.

condition_pattern <- paste0(
  "^(?:(patients|lines|assessments|adverse_events)\\.)?",
  "([A-Za-z][A-Za-z0-9_.]*) *(<=|>=|!=|=|<|>|~) *(.+)$"
)

# "a=1; b>2" becomes a list of list(table, column, operator, values); "" gives none.
parse_conditions <- function(text) {
  parts <- split_list(text)
  matched <- regmatches(parts, regexec(condition_pattern, parts, perl = TRUE))
  unreadable <- parts[lengths(matched) == 0L]
  if (length(unreadable) > 0L) {
    abort_survlines("condition", c(
      "{.val {unreadable}} is not a condition.",
      i = "Write column, operator and value, such as {.val drug=A|B} or {.val age>=18}."
    ))
  }
  lapply(matched, function(match) {
    list(
      table = match[[2L]], column = match[[3L]], operator = match[[4L]],
      values = trimws(strsplit(match[[5L]], "|", fixed = TRUE)[[1L]])
    )
  })
}

split_list <- function(text) {
  parts <- trimws(strsplit(text, ";", fixed = TRUE)[[1L]])
  parts[nzchar(parts)]
}

# Which rows of `data` meet all conditions. Conditions on another table of `tables` hold for a
# row when one record of that table, of the same line (or patient), meets all of them.
meets <- function(data, text, tables, key) {
  conditions <- parse_conditions(text)
  elsewhere <- vapply(conditions, `[[`, "", "table")
  kept <- rep(TRUE, nrow(data))
  for (condition in conditions[elsewhere == ""]) {
    kept <- kept & condition_holds(data, condition)
  }
  for (table in setdiff(elsewhere, "")) {
    records <- matching_records(tables[[table]], conditions[elsewhere == table])
    kept <- kept & data[[key]] %in% records[[key]]
  }
  kept
}

matching_records <- function(records, conditions) {
  kept <- rep(TRUE, nrow(records))
  for (condition in conditions) {
    kept <- kept & condition_holds(records, condition)
  }
  records[kept, ]
}

# A missing value meets no condition.
condition_holds <- function(data, condition) {
  column <- known_column(data, condition$column)
  holds <- switch(condition$operator,
    `=` = as.character(column) %in% comparable(condition$values, column),
    `!=` = !as.character(column) %in% comparable(condition$values, column),
    `~` = contains_any(as.character(column), condition$values),
    compare_ordered(column, condition)
  )
  holds & !is.na(column)
}

known_column <- function(data, column) {
  if (!column %in% names(data)) {
    abort_survlines("condition", "There is no column {.field {column}}.")
  }
  data[[column]]
}

# The values as as.character() writes those of the column: "3.0" is 3.
comparable <- function(values, column) {
  if (is.numeric(column)) as.character(as_numbers(values)) else values
}

contains_any <- function(text, parts) {
  Reduce(`|`, lapply(parts, function(part) grepl(part, text, fixed = TRUE)))
}

compare_ordered <- function(column, condition) {
  if (inherits(column, "Date")) {
    limit <- as.Date(condition$values, format = "%Y-%m-%d")
  } else if (is.numeric(column)) {
    limit <- as_numbers(condition$values)
  } else {
    limit <- NA
  }
  if (length(limit) != 1L || is.na(limit)) {
    abort_survlines("condition", c(
      "{.field {condition$column}} {condition$operator} \\
       {.val {paste(condition$values, collapse = '|')}} cannot be told.",
      i = "Larger and smaller need one number or day, and a column of numbers or days."
    ))
  }
  get(condition$operator, baseenv())(column, limit)
}

as_numbers <- function(text) suppressWarnings(as.numeric(text))
