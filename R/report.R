#' A registry report in one call
#'
#' From the tables of a registry to an HTML page or a Word file: who is in it, what is wrong with
#' the tables, what was left out and why, survival by endpoint, group and covariate, reasons of
#' stopping, response, safety, and every setting it was made with. What a registry does not have
#' (assessments, adverse events, a second group, an event) is said in words.
#'
#' The report is an R Markdown document. In RStudio it is at File > New File > R Markdown > From
#' Template > Registry report; its parameters are the arguments below, and its text is yours to
#' change. [report_results()] gives its contents as R objects.
#'
#' @inheritParams report_results
#' @param output `"html"`, `"docx"` (Word) or both.
#' @param file Path of the report without its ending, which follows from `output`. The folder is
#'   made where there is none; an older report of this name is replaced.
#' @param title Title; by default "Registry report" in the language of the report.
#' @param ... Further arguments of [report_results()]: `rules`, `group`, `covariates`, `time_unit`,
#'   `days_per_month`, `conf_type`, `cutoff`, `language`, `min_cell`.
#' @param quiet Whether to keep the steps to oneself; otherwise they are shown as they are taken.
#' @return The paths of the files, named by `output`, invisibly. The HTML page is one file that
#'   needs no other, with text for those who cannot see its figures; the Word file has real tables
#'   with captions.
#' @section Errors: `survlines_error_package` where rmarkdown, flextable, ggplot2, patchwork or
#'   pandoc is missing; those of [report_results()], before anything is written;
#'   `survlines_error_file` when the folder or the file cannot be written to.
#' @seealso [report_results()], [read_registry()]
#' @examplesIf interactive()
#' render_report(
#'   registry_example(), c("html", "docx"), file.path(tempdir(), "report"),
#'   days_per_month = 30, language = "fr"
#' )
#' @export
render_report <- function(registry, output = c("html", "docx"), file = "registry-report",
                          title = NULL, ..., quiet = FALSE) {
  output <- check_outputs(output)
  check_flag(quiet)
  check_report_file(file)
  if (!is.null(title)) title <- check_text(title)
  check_report_software()
  results <- with_step("Computing", quiet, report_results(registry, ...))
  make_folder(dirname(file))
  folder <- tempfile("report")
  on.exit(unlink(folder, recursive = TRUE), add = TRUE)
  file.copy(report_template(), dirname(folder), recursive = TRUE)
  file.rename(file.path(dirname(folder), basename(report_template())), folder)
  target <- file.path(normalizePath(dirname(file)), basename(file))
  written <- rlang::set_names(paste0(target, ".", output), output)
  for (one in output) {
    step <- cli::format_inline("Writing {.path {paste0(file, '.', one)}}")
    with_step(step, quiet, place_report(write_report(results, one, title, folder), written[[one]]))
  }
  invisible(written)
}

# Runs code and says so; the step ends with this function, and with the text it began with.
with_step <- function(text, quiet, code) {
  if (!quiet) cli::cli_progress_step("{text}")
  code
}

# The report is written under a name of ours: the user's would pass through a shell. Returns the
# path of the file.
write_report <- function(results, output, title, folder) {
  arguments <- list(
    file.path(folder, "skeleton.Rmd"),
    output_format = c(html = "html_document", docx = "word_document")[[output]],
    output_file = paste0("report.", output), output_dir = folder,
    params = list(
      registry = results, title = if (is.null(title)) "" else title,
      language = results$settings$language
    ),
    envir = new.env(parent = globalenv()), quiet = TRUE
  )
  # A document cannot be knitted while another is, in one process.
  if (isTRUE(getOption("knitr.in.progress"))) {
    check_installed("xfun", "A report within a document")
    xfun::Rscript_call(rmarkdown::render, arguments)
  } else {
    do.call(rmarkdown::render, arguments)
  }
}

place_report <- function(from, to, call = rlang::caller_env()) {
  if (dir.exists(to) || !suppressWarnings(file.copy(from, to, overwrite = TRUE))) {
    abort_survlines("file", c(
      "The file {.path {to}} cannot be written.",
      i = "Is it open in another program? Otherwise choose another {.arg file}."
    ), call = call)
  }
}

check_outputs <- function(output, call = rlang::caller_env()) {
  known <- c("html", "docx")
  if (!is.character(output) || length(output) == 0L || !all(output %in% known)) {
    abort_survlines("argument", "{.arg output} must be among {.val {known}}.", call = call)
  }
  unique(output)
}

check_report_file <- function(file, call = rlang::caller_env()) {
  if (!rlang::is_string(file) || !nzchar(basename(file)) || dir.exists(file)) {
    abort_survlines("argument", c(
      "{.arg file} must be the path of a file, without its ending.",
      i = "Such as {.code file = \"out/report\"}, which becomes {.path out/report.html}."
    ), call = call)
  }
}

check_report_software <- function(call = rlang::caller_env()) {
  check_installed(
    c("rmarkdown", "knitr", "flextable", "ggplot2", "patchwork"), "A report",
    call = call
  )
  if (!rmarkdown::pandoc_available("2.0")) {
    abort_survlines("package", c(
      "A report needs pandoc 2.0 or later.",
      i = "RStudio brings it; elsewhere see {.url https://pandoc.org/installing.html}."
    ), call = call)
  }
}

report_template <- function() {
  system.file("rmarkdown", "templates", "registry-report", "skeleton", package = "survlines")
}
