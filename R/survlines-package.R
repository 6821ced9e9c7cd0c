#' survlines: survival analysis of registry treatment lines
#'
#' Registry tables (`registry()`) become endpoints (`derive_endpoint()`),
#' endpoints become fits (`fit_km()`, `test_logrank()`, `fit_cox()`), fits
#' become tidy data frames, figures and report tables.
#'
#' @keywords internal
#' @useDynLib survlines, .registration = TRUE
#' @importFrom Rcpp evalCpp
"_PACKAGE"
