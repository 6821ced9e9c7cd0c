# Checks of arguments. Each returns the checked value or aborts as
# `survlines_error_argument` in the name of the function the user called.

# An argument without a default must be there; `missing()` sees through the functions that passed it
# on by its name.
check_given <- function(value, call = rlang::caller_env(), name = rlang::caller_arg(value)) {
  if (missing(value)) {
    abort_survlines("argument", "{.arg {name}} is missing.", call = call)
  }
}

# One of `choices`. The default of a signature, the vector of all choices, means the first.
match_choice <- function(value, choices, name = rlang::caller_arg(value),
                         call = rlang::caller_env()) {
  # To find the name costs more than all else here: it is asked for in need.
  if (missing(value) || !is_one_choice(value, choices)) {
    force(name)
    check_given(value, call, name)
    meant <- likely_choice(value, choices)
    abort_survlines("argument", c(
      "{.arg {name}} must be one of {.val {choices}}.",
      i = if (length(meant) == 1L) "Did you mean {.val {meant}}, not {.val {value}}?"
    ), call = call)
  }
  value[1L]
}

is_one_choice <- function(value, choices) {
  identical(value, choices) || (is.character(value) && length(value) == 1L && value %in% choices)
}

# The choice that a misspelt word stands for, where there is one.
likely_choice <- function(value, choices) {
  if (!is.character(value) || length(value) != 1L || is.na(value) || !nzchar(value)) {
    return(character())
  }
  distance <- drop(utils::adist(value, choices, ignore.case = TRUE))
  near <- choices[distance == min(distance) & distance <= 2L]
  if (length(near) == 1L) near else character()
}

check_flag <- function(flag, call = rlang::caller_env(), name = rlang::caller_arg(flag)) {
  if (!is.logical(flag) || length(flag) != 1L || is.na(flag)) {
    abort_survlines("argument", "{.arg {name}} must be TRUE or FALSE.", call = call)
  }
  flag
}

check_level <- function(level, call = rlang::caller_env(), name = rlang::caller_arg(level)) {
  if (!is_one_number(level) || level <= 0 || level >= 1) {
    abort_survlines("argument", c(
      "{.arg {name}} must be one number between 0 and 1.",
      i = "For a 95 % interval: {.code {name} = 0.95}."
    ), call = call)
  }
  level
}

check_probabilities <- function(probs, call = rlang::caller_env()) {
  check_given(probs, call)
  if (!is_plain_vector(probs) || anyNA(probs) || any(probs <= 0 | probs > 1)) {
    abort_survlines("argument", "{.arg probs} must be numbers above 0 and up to 1.", call = call)
  }
  probs
}

check_times <- function(times, call = rlang::caller_env()) {
  check_given(times, call)
  if (!is_plain_vector(times) || anyNA(times)) {
    abort_survlines("argument", "{.arg times} must be numbers, none missing.", call = call)
  }
  times
}

check_formula <- function(formula, call = rlang::caller_env()) {
  check_given(formula, call)
  if (is.data.frame(formula)) {
    abort_survlines("formula", c(
      "{.arg formula} comes first, then {.arg data}.",
      i = "In a pipe write {.code rows |> fit_km(formula = Surv(time, status) ~ drug)}."
    ), call = call)
  }
  if (!inherits(formula, "formula") || length(formula) != 3L) {
    abort_survlines("formula", c(
      "{.arg formula} must have two sides.",
      i = "For example {.code Surv(time, status) ~ drug}."
    ), call = call)
  }
  formula
}

# A data frame or nothing. Its columns are looked at by who reads them: see read_rows().
check_data <- function(data, call = rlang::caller_env()) {
  if (!is.null(data) && !is.data.frame(data)) check_data_frame(data, "data", call)
  data
}

check_data_frame <- function(data, name, call = rlang::caller_env()) {
  if (!is.data.frame(data)) {
    abort_survlines("argument", "{.arg {name}} must be a data frame.", call = call)
  }
  uneven <- uneven_column(data)
  if (!is.null(uneven)) {
    abort_survlines("argument", c(
      "The columns of {.arg {name}} must have a value for each row.",
      x = "{uneven}.",
      i = "{.fn data.frame} and {.fn tibble::tibble} see to this; {.fn structure} does not."
    ), call = call)
  }
}

# What is wrong, in words, with the first column of a data frame that has not a value for each row;
# NULL where all have. Only a data frame made by hand has such columns, and R would recycle them.
uneven_column <- function(data) {
  n_rows <- .row_names_info(data, 2L)
  uneven <- which(lengths(unclass(data), use.names = FALSE) != n_rows)
  # A matrix or a table within a column has a row for each, whatever its length.
  for (column in uneven) {
    n <- NROW(.subset2(data, column))
    if (n != n_rows) {
      return(paste0(
        names(data)[column], " has ", count_of(n, "value"), ", the data frame ",
        count_of(n_rows, "row")
      ))
    }
  }
}

# Argument `package` is only suggested: say how to get it.
check_installed <- function(packages, what, call = rlang::caller_env()) {
  missing <- packages[!vapply(packages, requireNamespace, NA, quietly = TRUE)]
  if (length(missing) > 0L) {
    abort_survlines("package", c(
      "{what} needs the package{?s} {.pkg {missing}}.",
      i = "Install {?it/them} with {.run install.packages({deparse(missing)})}."
    ), call = call)
  }
}

check_positive <- function(value, call = rlang::caller_env(), name = rlang::caller_arg(value)) {
  if (missing(value) || !is_one_number(value) || value <= 0) {
    force(name)
    check_given(value, call, name)
    abort_survlines("argument", "{.arg {name}} must be one number above 0.", call = call)
  }
  value
}

check_number <- function(value, call = rlang::caller_env(), name = rlang::caller_arg(value)) {
  if (missing(value) || !is_one_number(value)) {
    force(name)
    check_given(value, call, name)
    abort_survlines("argument", "{.arg {name}} must be one finite number.", call = call)
  }
  value
}

# How many digits to show.
check_digits <- function(digits, least = 0, call = rlang::caller_env()) {
  if (!is_plain_vector(digits) || length(digits) != 1L || !digits %in% least:15) {
    abort_survlines(
      "argument", "{.arg digits} must be one whole number from {least} to 15.",
      call = call
    )
  }
  as.integer(digits)
}

# Text, none of it missing; `n` values of it, or any number (NULL).
check_text <- function(text, n = 1L, call = rlang::caller_env(), name = rlang::caller_arg(text)) {
  if (missing(text) || !is.character(text) || anyNA(text) || (!is.null(n) && length(text) != n)) {
    force(name)
    check_given(text, call, name)
    what <- if (identical(n, 1L)) "one piece of text" else "text, none missing"
    abort_survlines("argument", "{.arg {name}} must be {what}.", call = call)
  }
  as_plain_text(text)
}

# Text by names, such as c(age = "years"), or nothing.
check_named_text <- function(text, call = rlang::caller_env(), name = rlang::caller_arg(text)) {
  force(name)
  plain <- check_text(text, NULL, call, name)
  if (length(text) > 0L && is.null(names(text))) {
    abort_survlines("argument", c(
      "{.arg {name}} must have names.",
      i = "Such as {.code {name} = c(age = \"Age\")}."
    ), call = call)
  }
  plain
}

# Text without class and attributes but names.
as_plain_text <- function(text) rlang::set_names(as.vector(unclass(text)), names(text))

# The path of a file or folder.
check_path <- function(path, call = rlang::caller_env(), name = rlang::caller_arg(path)) {
  force(name)
  path <- check_text(path, 1L, call, name)
  if (!nzchar(path)) abort_survlines("argument", "{.arg {name}} is empty.", call = call)
  path
}

# A folder that tables are written to; "tables.xlsx" is written by who takes it for a file.
check_folder <- function(folder, hints, call = rlang::caller_env()) {
  check_given(folder, call, "folder")
  folder <- check_path(folder, call, "folder")
  is_file <- grepl("[.](csv|tsv|txt|xlsx?|ods)$", folder, ignore.case = TRUE)
  if (is_file && !dir.exists(folder)) {
    abort_survlines("argument", c(
      "{.arg folder} must be a folder, not a file such as {.path {folder}}.", hints
    ), call = call)
  }
  folder
}

# The folder is there afterwards, and files can be written to it.
make_folder <- function(folder, call = rlang::caller_env()) {
  dir.create(folder, showWarnings = FALSE, recursive = TRUE)
  if (!dir.exists(folder) || file.access(folder, 2L) != 0L) {
    abort_survlines("file", c(
      "The folder {.path {folder}} cannot be made or written to.",
      i = "Choose another one."
    ), call = call)
  }
}

is_file <- function(path) file.exists(path) && !dir.exists(path)

# Numbers in a row: a Surv object, which is.numeric() takes for numbers, is none, nor is a matrix.
is_plain_vector <- function(x) is.numeric(x) && !inherits(x, "Surv") && is.null(dim(x))

# A class would go over to what is computed with the number, and bit64's keep no double in it.
is_one_number <- function(x) {
  is_plain_vector(x) && !is.object(x) && length(x) == 1L && is.finite(x)
}
