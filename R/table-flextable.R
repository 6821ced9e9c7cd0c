#' Tables for Word, HTML and PDF
#'
#' A [flextable::flextable()] with the table's headings, its title as caption and its footnotes
#' below. Change it with the functions of flextable.
#'
#' @param x A table of [table_baseline()], [table_response()], [table_survival()], [table_cox()] or
#'   [table_safety()].
#' @param caption Text above the table; `NULL` for none.
#' @param font_size Size of the text in points.
#' @param ... Not used.
#' @return A flextable. A value that stands for several rows stands there once.
#' @section Errors: `survlines_error_package` where flextable is not installed.
#' @examplesIf requireNamespace("flextable", quietly = TRUE)
#' table <- table_survival(fit_km(Surv(time, status) ~ sex, lung), times = 180)
#' flextable::as_flextable(table)
#' @exportS3Method flextable::as_flextable
as_flextable.survlines_table <- function(x, caption = table_title(x), # nolint: object_name_linter.
                                         font_size = 9, ...) {
  check_installed("flextable", "A flextable")
  check_positive(font_size)
  shown <- flextable::flextable(tibble::as_tibble(as.list(x)))
  shown <- flextable::set_header_labels(shown, values = as.list(table_headings(x)))
  shown <- with_runs(shown, intersect(attr(x, "repeats"), names(x)))
  notes <- table_notes(x)
  if (length(notes) > 0L) shown <- flextable::add_footer_lines(shown, notes)
  shown <- style_table(shown, intersect(attr(x, "stub"), names(x)), font_size)
  shown <- with_spans(shown, attr(x, "spans")[names(x)])
  if (is.null(caption)) shown else flextable::set_caption(shown, caption, caption_number())
}

# The number Word gives a table, said in full: outside knitr some versions of flextable have no
# default for all its parts and fail.
caption_number <- function() {
  if (requireNamespace("officer", quietly = TRUE)) {
    officer::run_autonum(seq_id = "tab", pre_label = "", post_label = ". ", tnd = 0, tns = "-")
  }
}

# A heading above columns that belong together.
with_spans <- function(shown, spans) {
  if (is.null(spans)) {
    return(shown)
  }
  runs <- rle(unname(ifelse(is.na(spans), "", spans)))
  shown <- flextable::add_header_row(
    shown,
    values = runs$values, colwidths = runs$lengths, top = TRUE
  )
  shown <- flextable::bold(shown, i = 1L, part = "header")
  flextable::align(shown, i = 1L, align = "center", part = "header")
}

# Runs of rows that are the same in all of `columns` show their values once.
with_runs <- function(shown, columns) {
  if (length(columns) == 0L) {
    return(shown)
  }
  shown <- flextable::merge_v(shown, j = columns, target = columns, combine = TRUE)
  flextable::valign(shown, j = columns, valign = "top", part = "body")
}

# Lines above and below, none between; what names a row stands to the left, numbers to the right.
style_table <- function(shown, stub, font_size) {
  thick <- flextable::fp_border_default(color = "black", width = 1.25)
  thin <- flextable::fp_border_default(color = "black", width = 0.5)
  shown <- flextable::border_remove(shown)
  shown <- flextable::hline_top(shown, border = thick, part = "header")
  shown <- flextable::hline_bottom(shown, border = thin, part = "header")
  shown <- flextable::hline_bottom(shown, border = thick, part = "body")
  shown <- flextable::fontsize(shown, size = font_size, part = "all")
  shown <- flextable::fontsize(shown, size = font_size - 1, part = "footer")
  shown <- flextable::padding(shown, padding.top = 2, padding.bottom = 2, part = "all")
  shown <- flextable::bold(shown, part = "header")
  shown <- flextable::align(shown, align = "right", part = "body")
  shown <- flextable::align(shown, align = "right", part = "header")
  shown <- flextable::align(shown, j = stub, align = "left", part = "body")
  shown <- flextable::align(shown, j = stub, align = "left", part = "header")
  # The last line also runs under cells that stand for several rows.
  shown <- flextable::fix_border_issues(shown)
  flextable::set_table_properties(shown, layout = "autofit", width = 1)
}
