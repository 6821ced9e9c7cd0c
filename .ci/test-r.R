# Runs the tests of a folder against the installed package and writes "passed failed skipped", in
# tests, to a file; a pattern chooses test files by their names.
#   Rscript .ci/test-r.R FOLDER FILE [PATTERN]

arguments <- commandArgs(trailingOnly = TRUE)

results <- testthat::test_dir(
  arguments[[1L]],
  filter = if (length(arguments) > 2L) arguments[[3L]],
  package = "survlines",
  load_package = "installed",
  reporter = testthat::CheckReporter,
  stop_on_failure = FALSE
)

tests <- as.data.frame(results)
failed <- tests$failed > 0L | tests$error
skipped <- tests$skipped & !failed
counts <- c(sum(!failed & !skipped), sum(failed), sum(skipped))

slowest <- head(tests[order(-tests$real), ], 5L)
cat("slowest tests, in seconds:\n")
cat(sprintf("%8.1f  %s: %s\n", slowest$real, slowest$file, slowest$test), sep = "")
cat("testthat:", nrow(tests), "tests in", round(sum(tests$real)), "seconds\n")
writeLines(paste(counts, collapse = " "), arguments[[2L]])
