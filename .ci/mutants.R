# Runs the faults of tests/mutants/mutants.dcf: Rscript .ci/mutants.R FOLDER JOBS [PATTERN]
# FOLDER holds tree (a copy of the project), core (its CMake build) and library.

arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[[1L]]
jobs <- arguments[[2L]]
pattern <- if (length(arguments) > 2L) arguments[[3L]]
tree <- file.path(folder, "tree")
results_file <- file.path(folder, "results.csv")

# A fault may keep an iteration from ending: after half an hour it has failed.
run <- function(command, ...) {
  log <- file.path(folder, "log.txt")
  system2(command, c(...), stdout = log, stderr = log, timeout = 1800)
}

# A fault that does not compile proves nothing.
build <- function(command, ...) {
  if (run(command, ...) != 0L) {
    writeLines(readLines(file.path(folder, "log.txt")))
    stop("The fault does not compile; see above.", call. = FALSE)
  }
}

# TRUE where the tests stay green. `what` is "core" or "r", and then, if not all tests of these, the
# name of a file of tests/cpp or the pattern of files of tests/testthat.
stays_green <- function(what) {
  filter <- sub("^[^ ]* ?", "", what)
  # Chosen tests draw fewer random sets, which is enough for most faults; all tests draw all.
  Sys.setenv(SURVLINES_QUICK = if (nzchar(filter)) "1" else "0")
  if (startsWith(what, "core")) {
    build("cmake", "--build", file.path(folder, "core"), "-j", jobs, "--target", "core_tests")
    chosen <- if (nzchar(filter)) c("--filenames-as-tags", sprintf("'[#%s]'", filter))
    return(run(file.path(folder, "core", "core_tests"), "--abort", chosen) == 0L)
  }
  # All objects anew: R does not see that a header has changed.
  build(
    file.path(R.home("bin"), "R"), "CMD", "INSTALL", "--preclean", "--no-docs", "--no-multiarch",
    "--no-byte-compile", "--no-test-load", "-l", file.path(folder, "library"), tree
  )
  code <- sprintf(
    "testthat::test_dir('%s', package = 'survlines', load_package = 'installed',
       reporter = 'stop', filter = %s)",
    file.path(tree, "tests", "testthat"), if (nzchar(filter)) paste0("'", filter, "'") else "NULL"
  )
  run(file.path(R.home("bin"), "Rscript"), "-e", shQuote(gsub("\n *", " ", code))) == 0L
}

# The indentation of a line is not part of a fault.
apply_fault <- function(fault) {
  file <- file.path(tree, fault$file)
  original <- readLines(file)
  at <- which(trimws(original) == fault$was)
  stopifnot(length(at) == 1L)
  changed <- original
  changed[at] <- sub(fault$was, fault$becomes, original[at], fixed = TRUE)
  writeLines(changed, file)
  function() writeLines(original, file)
}

# By which tests the fault was found, or "" where all stay green.
killed_by <- function(fault) {
  undo <- apply_fault(fault)
  on.exit(undo())
  for (what in unique(c(fault$first, "core", "r"))) {
    if (!stays_green(what)) {
      return(what)
    }
  }
  ""
}

# Tests that are red without any fault would find all of them.
known_green <- ""
check_green <- function(what) {
  if (what %in% known_green) {
    return(invisible())
  }
  if (!stays_green(what)) stop("Without a fault, ", what, " is red.", call. = FALSE)
  known_green <<- c(known_green, what)
}

faults <- as.data.frame(read.dcf("tests/mutants/mutants.dcf"))
results <- if (file.exists(results_file)) {
  utils::read.csv(results_file, colClasses = "character")
} else {
  data.frame(id = character(), killed_by = character())
}
chosen <- if (is.null(pattern)) {
  faults[!faults$id %in% results$id, ]
} else {
  faults[grepl(pattern, faults$id), ]
}
for (i in seq_len(nrow(chosen))) {
  fault <- chosen[i, ]
  killed <- killed_by(fault)
  check_green(killed)
  results <- rbind(
    results[results$id != fault$id, ], data.frame(id = fault$id, killed_by = killed)
  )
  utils::write.csv(results, results_file, row.names = FALSE)
  outcome <- if (nzchar(killed)) paste("killed by", killed) else "SURVIVED"
  cat(fault$id, ": ", outcome, "\n", sep = "")
}

results <- results[results$id %in% faults$id, ]
survivors <- results$id[!nzchar(results$killed_by)]
cat(
  sum(nzchar(results$killed_by)), " of ", nrow(faults), " faults killed, ", length(survivors),
  " survived, ", nrow(faults) - nrow(results), " not yet run\n", sep = ""
)
quit(status = if (length(survivors) > 0L) 1L else 0L)
