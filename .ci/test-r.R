# Runs tests/testthat against the installed package and writes "passed failed skipped", in tests, to
# the file named by the first argument. A second argument is a pattern of names of test files.

arguments <- commandArgs(trailingOnly = TRUE)

results <- testthat::test_dir(
  "tests/testthat",
  filter = if (length(arguments) > 1L) arguments[[2L]],
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
writeLines(paste(counts, collapse = " "), arguments[[1L]])
