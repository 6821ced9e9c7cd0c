# The shortest way, which most calls go: a formula that names columns and nothing more, and columns
# in which every value can be used. What it gives is what the direct way would, without terms() and
# with one look at each column.

# list(formula, columns, used) as read_rows() gives them, or NULL where a row is missing something,
# a mistake is to be named, or the formula says more than names; read_rows() follows then.
plain_rows <- function(formula, data, use, threads = 1L) {
  if (has_causes(use)) {
    return(NULL)
  }
  read <- core_plain_rows(formula, data, use == "design", threads)
  if (is.null(read)) {
    return(NULL)
  }
  names <- names(read$main)
  list(
    formula = list(
      formula = formula, variables = read$variables, strata = character(), main = names
    ),
    columns = list(
      entry = read$entry, exit = read$exit, event = as.integer(read$status),
      n_rows = length(read$exit), main = read$main,
      finite = if (use == "design") vapply(read$main, is.numeric, NA)
    ),
    used = all_rows
  )
}
