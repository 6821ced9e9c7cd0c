# Rscript .ci/document.R FOLDER: regenerates RcppExports.R, RcppExports.cpp, NAMESPACE and man/ of
# the package that lies in the folder.

folder <- commandArgs(trailingOnly = TRUE)[[1L]]
Rcpp::compileAttributes(folder)

# A method of a generic that is imported for the first time is known as one only when the package is
# loaded with that import: go on until NAMESPACE stays as it is.
read_namespace <- function() readLines(file.path(folder, "NAMESPACE"))
repeat {
  before <- read_namespace()
  roxygen2::roxygenise(folder)
  if (identical(before, read_namespace())) break
}
