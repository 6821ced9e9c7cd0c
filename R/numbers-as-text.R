# Numbers that arrived as text: with decimal commas, or with one "n.d." or "<5" in their column. A
# formula makes a level of each value, where a number was meant.

# Warns of such variables among the columns of a formula's right side; `rows` are the rows of the
# data that they are of (NULL: all), `right` is what right_side() made of them. Only distinct values
# are looked at, which are known by then; rows are where there is something to say.
warn_numbers_as_text <- function(columns, right, use, rows) {
  for (name in names(columns)[vapply(columns, is.character, NA)]) {
    values <- if (use == "design") {
      right$variable_levels[[name]]
    } else {
      values_of_groups(columns, name, right, use)
    }
    if (are_numbers_as_text(values)) warn_of_text(columns[[name]], name, values, rows)
  }
}

# The distinct values of a column, or nothing where they are too few to matter.
values_of_groups <- function(columns, name, right, use) {
  groups <- if (use == "curves" || use == "causes") "stratum" else "group"
  labels <- right[[paste0(groups, "_labels")]]
  prefix <- paste0(name, "=")
  if (length(labels) < fewest_fractions) {
    character()
  } else if (length(columns) == 1L && all(startsWith(labels, prefix))) {
    substring(labels, nchar(prefix) + 1L)
  } else {
    unique(columns[[name]][match(seq_along(labels) - 1L, right[[groups]])])
  }
}

# Surv() says that a time is no number, but not which rows keep it from being one. `response` is the
# Surv() call that the arguments are of.
check_times_are_numbers <- function(arguments, response, rows, call) {
  texts <- arguments[intersect(c("entry", "exit"), names(arguments))]
  texts <- texts[vapply(texts, function(x) is.character(x) || is.factor(x), NA)]
  if (length(texts) == 0L) {
    return(invisible())
  }
  role <- names(texts)[1L]
  name <- deparse_name(arrange_arguments(match_surv(response))[[role]])
  is_factor <- is.factor(texts[[1L]])
  used <- as.character(texts[[1L]])
  if (!is.null(rows)) used <- used[rows]
  abort_survlines("formula", c(
    "The {role} time {.field {name}} is {if (is_factor) 'a factor' else 'text'}, not numbers.",
    describe_text(used, rows),
    i = text_hint(if (is_factor) paste0("as.character(", name, ")") else name, used)
  ), call = call)
}

fewest_numbers <- 10L
fewest_fractions <- 5L

# Most are numbers, too many or too finely graded to be names of groups, and none is a code such as
# "01".
are_numbers_as_text <- function(values) {
  if (length(values) < fewest_fractions || any(grepl("^\\s*0[0-9]", values, useBytes = TRUE))) {
    return(FALSE)
  }
  numbers <- values[reads_as_number(values)]
  2L * length(numbers) > length(values) &&
    (length(numbers) >= fewest_numbers || sum(grepl("[.,]", numbers)) >= fewest_fractions)
}

# As people write numbers, with a point or a comma.
reads_as_number <- function(text) {
  grepl("^\\s*[-+]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][-+]?[0-9]+)?\\s*$", text,
    useBytes = TRUE
  )
}

warn_of_text <- function(column, name, values, rows) {
  n <- length(values)
  n_numbers <- sum(reads_as_number(values))
  share <- if (n_numbers == n) paste("all", n) else paste(n_numbers, "of the", n)
  warn_survlines("numbers_as_text", c(
    "{.field {name}} is text, though {share} values in it are numbers: it is taken for a factor of
     {n} levels.",
    describe_text(column, rows),
    i = text_hint(name, values),
    i = "If these are names of groups, {.code factor({name})} says so."
  ))
}

# What keeps a column from being numbers, and in which rows.
describe_text <- function(column, rows) {
  is_number <- reads_as_number(column) | is.na(column)
  kinds <- list(
    `No number` = which(!is_number),
    `A decimal comma` = which(is_number & grepl(",", column, fixed = TRUE, useBytes = TRUE))
  )
  found <- kinds[lengths(kinds) > 0L]
  lines <- vapply(names(found), function(kind) {
    at <- found[[kind]]
    shown <- encodeString(utils::head(unique(column[at]), 3L), quote = "\"")
    where <- describe_rows(if (is.null(rows)) at else rows[at])
    escape_braces(paste0(kind, ": ", paste(shown, collapse = ", "), " in ", where, "."))
  }, "")
  rlang::set_names(lines, rep("x", length(lines)))
}

text_hint <- function(name, values) {
  has_commas <- any(grepl(",", values, fixed = TRUE, useBytes = TRUE))
  text <- if (has_commas) sprintf("sub(\",\", \".\", %s, fixed = TRUE)", name) else name
  others <- !all(is.na(values) | reads_as_number(values))
  paste0(
    "As a number: {.code ", escape_braces(paste0("as.numeric(", text, ")")), "}",
    if (others) "; what is no number becomes missing", "."
  )
}
