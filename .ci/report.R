# Rscript .ci/report.R FOLDER: writes the osteosarcoma report as HTML and Word, and says in one line
# how many of the printed numbers come back. Fails when fewer do than the reconstruction promises,
# or when one fails to that is not known to.

folder <- commandArgs(trailingOnly = TRUE)[[1L]]
least <- 261L

write <- function(format, ending, options) {
  rmarkdown::render(
    "vignettes/osteosarcoma.Rmd", format,
    output_file = paste0("osteosarcoma.", ending), output_dir = folder,
    intermediates_dir = tempfile("report"), output_options = options,
    envir = new.env(parent = globalenv()), quiet = TRUE
  )
}
write("rmarkdown::html_vignette", "html", list(self_contained = TRUE))
# Lines too long for a page would give the columns of a table fixed widths, whatever they hold.
write("rmarkdown::word_document", "docx", list(toc = FALSE, pandoc_args = "--columns=1000"))

example <- survlines::registry_example("osteosarcoma")
comparison <- survlines::compare_reported(
  file.path(example, "published.csv"), survlines::read_registry(example), days_per_month = 30
)
cat(utils::capture.output(print(comparison))[[1L]], "\n", sep = "")
matched <- sum(comparison$verdict == "match")
unexpected <- comparison$id[!comparison$verdict %in% c("match", "expected mismatch")]
if (length(unexpected) > 0L) {
  message("Not expected to fail: ", paste(unexpected, collapse = ", "))
}
if (matched < least) message("Fewer than ", least, " printed numbers come back.")
quit(status = if (length(unexpected) > 0L || matched < least) 1L else 0L)
