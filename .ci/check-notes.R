# Rscript .ci/check-notes.R LOG ALLOWED: fails when the log of R CMD check did not come to its end,
# or holds a note, warning or error that is not, word for word, in the file of allowed notes.

# The log is a list of items, "* checking something ... RESULT" and the lines that explain it.
split_items <- function(file) {
  lines <- trimws(readLines(file, encoding = "UTF-8", warn = FALSE), "right")
  lines <- lines[nzchar(lines) & !startsWith(lines, "#")]
  items <- split(lines, cumsum(startsWith(lines, "* ")))
  vapply(items, paste, "", collapse = "\n")
}

arguments <- commandArgs(trailingOnly = TRUE)
items <- split_items(arguments[[1L]])
allowed <- split_items(arguments[[2L]])

is_finding <- grepl("^[^\n]*\\.\\.\\.[^\n]* (NOTE|WARNING|ERROR)(\n|$)", items)
unexpected <- setdiff(items[is_finding], allowed)

if (!any(grepl("^\\* DONE", items))) {
  stop("R CMD check did not come to its end.", call. = FALSE)
}
if (length(unexpected) > 0L) {
  message("Not in the list of allowed notes:\n", paste(unexpected, collapse = "\n"))
  quit(status = 1L)
}
message("R CMD check: ", sum(is_finding), " notes, all of them in the list of allowed notes.")
