#' The registry that comes with the package
#'
#' Folders with the tables of registries to try things on. What is shipped is
#' **synthetic**: it was built so that the numbers of a publication come back, and says
#' nothing about the real patients behind that publication.
#'
#' @param name Name of one of the registries, or `NULL` for the first of them.
#' @return The path of a folder for [read_registry()]; its name is the registry's.
#' @section Errors: `survlines_error_argument` for an unknown name.
#' @examples
#' study <- read_registry(registry_example())
#' study
#' @export
registry_example <- function(name = NULL) {
  folders <- list.dirs(system.file("extdata", package = "survlines"), recursive = FALSE)
  folders <- folders[file.exists(file.path(folders, "lines.csv"))]
  if (is.null(name)) {
    return(folders[1L])
  }
  name <- check_text(name)
  chosen <- folders[basename(folders) %in% name]
  if (length(chosen) != 1L) {
    abort_survlines("argument", c(
      "There is no registry {.val {name}}.",
      i = "There is {.val {basename(folders)}}."
    ))
  }
  chosen
}
