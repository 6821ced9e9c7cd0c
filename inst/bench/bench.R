# survlines beside its peers, whole calls, in one process.
#
#   Rscript bench.R [SIZE=full|small] [PAIRS=5] [CSV=file] [word ...]
#
# SIZE=small runs every case on data of no size, to see that it runs and that the answers agree.
# Words choose cases (see choose_cases()). `make bench CASES="word word"` installs the newest
# survival and the other peers first.
#
# The parts: cases.R, cases-cox.R, cases-curves.R (what is measured, against what target), data.R,
# answers.R (do both agree?), measure.R, memory.R, machine.R and floors.R (how far from what the
# machine can do), print.R.

script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- dirname(script)
parts <- c(
  "data", "answers", "floors", "cases", "cases-cox", "cases-curves", "measure", "memory",
  "machine", "print"
)
for (part in parts) source(file.path(folder, paste0(part, ".R")))

say <- function(...) cat(..., "\n", sep = "")

read_arguments <- function(arguments) {
  named <- grepl("^(SIZE|PAIRS|CSV)=", arguments)
  value <- function(name, default) {
    given <- sub(".*?=", "", grep(paste0("^", name, "="), arguments, value = TRUE), perl = TRUE)
    if (length(given) > 0L && nzchar(given[1L])) given[1L] else default
  }
  size <- match.arg(value("SIZE", "full"), c("full", "small"))
  list(
    size = size, pairs = as.integer(value("PAIRS", if (size == "small") 1L else 5L)),
    csv = value("CSV", NULL), words = arguments[!named]
  )
}

# All cases of a size, numbered so that a child process finds its own.
numbered_cases <- function(size) {
  cases <- all_cases()
  if (size == "small") cases <- lapply(cases, shrink)
  Map(function(case, number) c(case, list(number = number)), cases, seq_along(cases))
}

is_installed <- function(package) requireNamespace(package, quietly = TRUE)

without_absent_peers <- function(cases) {
  there <- vapply(cases, function(case) is_installed(case$package), NA)
  for (case in cases[!there]) say(case$package, " is not installed: left out ", case$peer)
  cases[there]
}

peer_versions <- function(cases) {
  packages <- unique(c("survlines", vapply(cases, `[[`, "", "package")))
  versions <- vapply(packages, function(p) format(utils::packageVersion(p)), "")
  c(R = R.version.string, versions)
}

run <- function(arguments) {
  cases <- choose_cases(numbered_cases(arguments$size), arguments$words)
  cases <- without_absent_peers(cases)
  small <- arguments$size == "small"
  settings <- list(
    size = arguments$size, script = script, pairs = arguments$pairs, batch = if (small) 0 else 0.05,
    memory = !small, machine = measure_machine(folder),
    versions = peer_versions(cases)
  )
  print_machine(settings)
  print_header()
  rows <- lapply(cases, function(case) {
    row <- measure(case, settings)
    print_result(row)
    row
  })
  if (!is.null(arguments$csv)) write_results(do.call(rbind, rows), settings, arguments$csv)
}

write_results <- function(results, settings, file) {
  results <- cbind(
    results,
    survlines = settings$versions[["survlines"]], r = settings$versions[["R"]],
    processor = processor(), gigabytes_per_second = settings$machine$bandwidth / 1e9,
    gigaflops = settings$machine$peak / 1e9, date = format(Sys.Date())
  )
  numbers <- vapply(results, is.double, NA)
  results[numbers] <- lapply(results[numbers], signif, 4L)
  utils::write.csv(results, file, row.names = FALSE, na = "")
}

suppressMessages({
  library(survlines)
  if (is_installed("prodlim")) library(prodlim)
})
arguments <- commandArgs(trailingOnly = TRUE)
if (identical(arguments[1L], "--child")) {
  report_memory(numbered_cases(arguments[4L])[[as.integer(arguments[2L])]], arguments[3L])
} else {
  run(read_arguments(arguments))
}
