# Rscript .ci/report.R INPUT FOLDER: renders an R Markdown file, leaving nothing beside it.

arguments <- commandArgs(trailingOnly = TRUE)
rmarkdown::render(
  arguments[[1L]],
  output_dir = arguments[[2L]],
  intermediates_dir = tempfile("report"),
  output_options = list(self_contained = TRUE),
  quiet = TRUE
)
