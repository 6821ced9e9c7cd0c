# Peak memory of a call, each in a process of its own. The process makes the data, has the system
# forget the peak of that, makes the call, and reads the peak: R, the data and the call. Linux
# alone keeps this figure (VmHWM); elsewhere memory is NA.

status_file <- "/proc/self/status" # nolint: absolute_path_linter.
forget_file <- "/proc/self/clear_refs" # nolint: absolute_path_linter.

status_megabytes <- function(field) {
  line <- grep(paste0("^", field, ":"), readLines(status_file), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}

# What the child process does; prints the megabytes before and at the peak.
report_memory <- function(case, which) {
  set.seed(1)
  prepared <- case$prepare(case$make(case), case)
  gc(verbose = FALSE)
  before <- status_megabytes("VmRSS")
  writeLines("5", forget_file)
  case[[which]](prepared, case)
  cat("megabytes", before, status_megabytes("VmHWM"), "\n")
}

# The C library is told to give large vectors back at once, so that what the making of the data
# left behind is not there for the call to use.
child_megabytes <- function(which, number, settings) {
  output <- system2(
    file.path(R.home("bin"), "Rscript"),
    c(shQuote(settings$script), "--child", number, which, settings$size),
    stdout = TRUE, stderr = "", env = "MALLOC_MMAP_THRESHOLD_=1048576"
  )
  line <- grep("^megabytes ", output, value = TRUE)
  if (length(line) != 1L) stop("the process that measures memory broke off", call. = FALSE)
  as.numeric(strsplit(line, " ", fixed = TRUE)[[1L]][2:3])
}

can_measure_memory <- function() file.exists(status_file) && file.access(forget_file, 2L) == 0L

measure_memory <- function(case, settings) {
  if (!can_measure_memory()) {
    return(NULL)
  }
  ours <- child_megabytes("ours", case$number, settings)
  theirs <- child_megabytes("theirs", case$number, settings)
  c(before = ours[1L], ours = ours[2L], theirs = theirs[2L])
}
