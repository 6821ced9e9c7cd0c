# lintr over the package and over the R scripts of this folder. The package is installed before:
# only then does lintr know which functions exist.

# testthat loads the helper files of the tests, lintr does not.
is_about_test_helpers <- function(lint) {
  lint$linter == "object_usage_linter" && grepl("^tests/(testthat|interop)/", lint$filename)
}

# The parts of the benchmarks are sourced together.
is_about_parts_of_bench <- function(lint) {
  lint$linter == "object_usage_linter" && startsWith(lint$filename, "inst/bench") &&
    grepl("no visible", lint$message, fixed = TRUE)
}

# cli fills "{name}" in a message from the local variable, which lintr takes for unused.
is_about_interpolation <- function(lint) {
  name <- sub("^local variable .(\\w+). assigned but may not be used.*", "\\1", lint$message)
  name != lint$message &&
    any(grepl(sprintf("\\{[^}]*\\b%s\\b", name), readLines(lint$filename)))
}

# The name that an expression at the top of a file defines, or "".
defined_name <- function(expression) {
  defines <- is.call(expression) && identical(expression[[1L]], as.name("<-")) &&
    is.name(expression[[2L]])
  if (defines) as.character(expression[[2L]]) else ""
}

lints <- c(lintr::lint_package("."), lintr::lint_dir(".ci", relative_path = FALSE))
lints <- Filter(Negate(is_about_test_helpers), lints)
lints <- Filter(Negate(is_about_parts_of_bench), lints)
lints <- Filter(Negate(is_about_interpolation), lints)
for (lint in lints) {
  print(lint)
}

# A second definition of a name silently replaces the first, in whichever file it stands.
definitions <- unlist(lapply(list.files("R", "[.]R$", full.names = TRUE), function(file) {
  vapply(as.list(parse(file, keep.source = FALSE)), defined_name, "")
}))
definitions <- definitions[nzchar(definitions)]
twice <- unique(definitions[duplicated(definitions)])
message(length(lints), " lints")
if (length(twice) > 0L) message("defined twice: ", paste(twice, collapse = ", "))
quit(status = if (length(lints) + length(twice) > 0L) 1L else 0L)
