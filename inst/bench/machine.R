# What this machine can do at most, measured in the run by machine.cpp: bytes it reads and floating
# point operations it makes in a second, on one thread.

measure_machine <- function(folder) {
  library <- compile_machine(folder)
  if (is.null(library)) {
    say("no C++ compiler: the distance from the floor is not available")
    return(list(bandwidth = NA_real_, peak = NA_real_))
  }
  dyn.load(library)
  on.exit(dyn.unload(library))
  list(
    bandwidth = .C("read_bandwidth", 0)[[1L]],
    peak = .C("peak_flops", 0)[[1L]]
  )
}

compile_machine <- function(folder) {
  source <- file.path(tempdir(), "machine.cpp")
  file.copy(file.path(folder, "machine.cpp"), source, overwrite = TRUE)
  library <- file.path(tempdir(), paste0("machine", .Platform$dynlib.ext))
  status <- system2(
    file.path(R.home("bin"), "R"), c("CMD", "SHLIB", "-o", shQuote(library), shQuote(source)),
    stdout = FALSE, stderr = FALSE
  )
  if (status == 0L) library
}

processor <- function() {
  if (!file.exists("/proc/cpuinfo")) { # nolint: absolute_path_linter.
    return(Sys.info()[["machine"]])
  }
  lines <- readLines("/proc/cpuinfo") # nolint: absolute_path_linter.
  field <- function(name) {
    sub(".*: *", "", grep(paste0("^", name, "\t"), lines, value = TRUE)[1L])
  }
  model <- field("model name")
  if (is.na(model)) {
    return(Sys.info()[["machine"]])
  }
  sprintf("%s (family %s, model %s)", model, field("cpu family"), field("model"))
}
