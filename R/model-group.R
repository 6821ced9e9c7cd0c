# Groups of rows: dense codes and labels.

# list(code, labels): code counts from 0 over the combinations of values that occur, in the
# order of the values, first column slowest; a missing value gives a missing code. A label is
# "name=level", joined by ", ".
group_rows <- function(columns, names = base::names(columns), show_names = TRUE) {
  groups <- NULL
  for (i in seq_along(columns)) {
    column <- code_values(columns[[i]])
    if (show_names) column$labels <- paste0(names[i], "=", column$labels)
    groups <- if (is.null(groups)) column else cross_groups(groups, column)
  }
  groups
}

# Codes of one column, as factor() would give them, but without writing numbers as text.
code_values <- function(x) {
  if (is.factor(x)) {
    labels <- levels(x)
    group <- core_level_codes(x, length(labels))
    return(drop_unused(group$code, labels, group$n))
  }
  # Where haven is not loaded there is no text of its columns: they are grouped by their codes.
  if (inherits(x, "haven_labelled")) x <- as.vector(unclass(x))
  if (is.object(x) || !is.atomic(x)) {
    return(code_values(factor(x)))
  }
  values <- sort(unique(as.vector(x)))
  labels <- as.character(values)
  code <- match(x, values) - 1L
  # Numbers that differ only past the 15th digit are written alike, and one for factor().
  if (anyDuplicated(labels)) code <- (match(labels, unique(labels)) - 1L)[code + 1L]
  list(code = code, labels = unique(labels))
}

cross_groups <- function(slow, fast) {
  n_fast <- length(fast$labels)
  cell <- slow$code * as.double(n_fast) + fast$code
  cells <- sort(unique(cell))
  list(
    code = match(cell, cells) - 1L,
    labels = paste(slow$labels[cells %/% n_fast + 1], fast$labels[cells %% n_fast + 1], sep = ", ")
  )
}

drop_unused <- function(code, labels, n = core_count_codes(code, length(labels))) {
  used <- n > 0L
  if (all(used)) {
    return(list(code = code, labels = labels))
  }
  list(code = (cumsum(used) - 1L)[code + 1L], labels = labels[used])
}
