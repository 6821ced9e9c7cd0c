# Rscript .ci/document.R FOLDER: regenerates RcppExports.R, RcppExports.cpp, NAMESPACE and man/ of
# the package that lies in the folder.

folder <- commandArgs(trailingOnly = TRUE)[[1L]]
Rcpp::compileAttributes(folder)
roxygen2::roxygenise(folder)
