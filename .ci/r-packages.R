# Which R packages are missing, and their installation:
#   Rscript .ci/r-packages.R missing FIELD[,FIELD...] [PACKAGE...]
#   Rscript .ci/r-packages.R install LIBRARY JOBS PACKAGE...
#   Rscript .ci/r-packages.R install-fast LIBRARY JOBS PACKAGE...     to be used a few times only
#   Rscript .ci/r-packages.R newer LIBRARY PACKAGE     prints the package if there is a newer one
#   Rscript .ci/r-packages.R compiled PACKAGE...       prints which of these, and of all they need,
#                                                      are not here and have to be compiled
#   Rscript .ci/r-packages.R versions PACKAGE...       prints which versions are here

# One row a dependency: name and lowest version ("0" where none is asked for).
parse_dependencies <- function(text) {
  entries <- trimws(unlist(strsplit(text, ",")))
  entries <- entries[nzchar(entries)]
  name <- sub("[[:space:]]*\\(.*", "", entries)
  asks <- grepl(">=", entries, fixed = TRUE)
  version <- ifelse(asks, gsub(".*>=[[:space:]]*|[[:space:]]*\\).*", "", entries), "0")
  data.frame(name, version)
}

is_installed <- function(name, version) {
  path <- find.package(name, quiet = TRUE)
  length(path) > 0L && packageVersion(name, dirname(path[[1L]])) >= version
}

stop_if_r_is_old <- function(depends) {
  depends <- parse_dependencies(depends)
  needed <- depends$version[depends$name == "R"]
  if (getRversion() < needed) {
    stop("survlines needs R ", needed, " or later; this is R ", getRversion(), ".", call. = FALSE)
  }
}

list_missing <- function(fields, extras) {
  description <- read.dcf("DESCRIPTION")
  stop_if_r_is_old(description[, "Depends"])
  fields <- intersect(strsplit(fields, ",", fixed = TRUE)[[1L]], colnames(description))
  wanted <- rbind(
    parse_dependencies(description[, fields]),
    data.frame(name = extras, version = rep("0", length(extras)))
  )
  found <- as.logical(Map(is_installed, wanted$name, wanted$version))
  writeLines(unique(wanted$name[!found & wanted$name != "R"]))
}

choose_mirror <- function() {
  if (getOption("repos")[["CRAN"]] == "@CRAN@") {
    utils::chooseCRANmirror(ind = 1L, local.only = TRUE)
  }
}

list_newer <- function(library, package) {
  choose_mirror()
  offered <- suppressWarnings(utils::available.packages())
  if (!package %in% rownames(offered)) {
    message("getOption(\"repos\") cannot be reached: going on with the ", package, " that is here")
    return(invisible())
  }
  here <- file.exists(file.path(library, package, "DESCRIPTION"))
  if (!here || packageVersion(package, library) < offered[package, "Version"]) writeLines(package)
}

# What is here, in any version, is taken to have what it needs.
list_compiled <- function(packages) {
  choose_mirror()
  offered <- utils::available.packages()
  here <- rownames(utils::installed.packages())
  absent <- next_ones <- setdiff(packages, here)
  while (length(next_ones) > 0L) {
    needed <- unlist(tools::package_dependencies(next_ones, offered))
    next_ones <- setdiff(needed, c(absent, here))
    absent <- c(absent, next_ones)
  }
  compiled <- rownames(offered)[offered[, "NeedsCompilation"] %in% "yes"]
  writeLines(intersect(absent, compiled))
}

list_versions <- function(packages) {
  version <- vapply(packages, function(name) format(packageVersion(name)), "")
  writeLines(paste(packages, version, collapse = ", "))
}

install_missing <- function(library, jobs, packages, options = "--no-multiarch") {
  choose_mirror()
  utils::install.packages(
    packages, lib = library, Ncpus = as.integer(jobs), quiet = TRUE, INSTALL_opts = options
  )
}

# Without help and byte code, and not loaded to see whether it can be.
fast <- c("--no-docs", "--no-byte-compile", "--no-test-load")

arguments <- commandArgs(trailingOnly = TRUE)
switch(arguments[[1L]],
  missing = list_missing(arguments[[2L]], arguments[-(1:2)]),
  install = install_missing(arguments[[2L]], arguments[[3L]], arguments[-(1:3)]),
  "install-fast" = install_missing(
    arguments[[2L]], arguments[[3L]], arguments[-(1:3)], options = fast
  ),
  newer = list_newer(arguments[[2L]], arguments[[3L]]),
  compiled = list_compiled(arguments[-1L]),
  versions = list_versions(arguments[-1L]),
  stop("first argument: missing, install, install-fast, newer, compiled or versions")
)
