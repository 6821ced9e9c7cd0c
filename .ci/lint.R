# lintr over the package and over the R scripts of this folder. The package is installed before:
# only then does lintr know which functions exist.

lints <- c(lintr::lint_package("."), lintr::lint_dir(".ci", relative_path = FALSE))
for (lint in lints) {
  print(lint)
}
message(length(lints), " lints")
quit(status = if (length(lints) > 0L) 1L else 0L)
