#' Tables for Word, HTML and PDF
#'
#' A [flextable::flextable()] with the table's headings, its title as caption and its footnotes
#' below. Change it with the functions of flextable.
#'
#' @param x A table of [table_baseline()], [table_response()], [table_survival()], [table_cox()] or
#'   [table_safety()].
#' @param caption Text above the table, or a [flextable::as_paragraph()]; `NULL` for none.
#' @param font_size Size of the text in points, at most 1638 as in Word.
#' @param page_width Width of the page between its margins in inches, to which columns are fitted,
#'   as Word wants them; `NULL` leaves widths to the program that shows the table. Numbers that read
#'   as one, such as `1.06 to 5.57`, then stay on one line, and no word is broken: a table that is
#'   too wide gets less space between its columns, then smaller text (down to 7 points), and only
#'   then lines that break at spaces. Where words alone are wider than the page, a message
#'   (`survlines_message_page_width`) says so. 6.3 is an upright page, 9 one on its side.
#' @param font Family of the text. Arial is known to Word, and LibreOffice has one as wide.
#' @param ... There must be nothing else.
#' @return A flextable. A value that stands for several rows stands there once.
#' @section Errors: `survlines_error_package` where flextable is not installed;
#'   `survlines_error_argument` for arguments of another kind or name.
#' @examplesIf requireNamespace("flextable", quietly = TRUE)
#' table <- table_survival(fit_km(Surv(time, status) ~ sex, lung), times = 180)
#' flextable::as_flextable(table)
#' @exportS3Method flextable::as_flextable
as_flextable.survlines_table <- function(x, caption = table_title(x), # nolint: object_name_linter.
                                         font_size = 9, page_width = NULL, font = "Arial", ...) {
  check_installed("flextable", "A flextable")
  check_data_frame(x, "x")
  check_nothing_else(..., .what = "A flextable of a table", .hint = NULL)
  check_font_size(font_size)
  if (!is.null(page_width)) check_positive(page_width)
  font <- check_text(font)
  if (!is.null(caption) && !inherits(caption, "paragraph")) caption <- check_text(caption)
  layout <- if (!is.null(page_width)) fit_page(x, page_width, font_size, font)
  if (!is.null(layout)) x <- layout$table
  before <- flextable::set_flextable_defaults(
    font.family = font, cs.family = font, eastasia.family = font, hansi.family = font,
    font.size = font_size
  )
  on.exit(do.call(flextable::set_flextable_defaults, before))
  shown <- flextable::flextable(tibble::as_tibble(as.list(x)))
  shown <- flextable::set_header_labels(shown, values = as.list(table_headings(x)))
  shown <- with_runs(shown, intersect(attr(x, "repeats"), names(x)))
  shown <- with_notes(shown, table_notes(x))
  shown <- style_table(shown, intersect(attr(x, "stub"), names(x)), font_size)
  shown <- with_spans(shown, attr(x, "spans")[names(x)])
  if (!is.null(layout)) shown <- lay_out(shown, layout)
  if (is.null(caption)) shown else with_caption(shown, caption)
}

# A line each, below and across the table. flextable's add_footer_lines() makes one after another,
# which takes longer than all the rest of the table.
with_notes <- function(shown, notes) {
  if (length(notes) == 0L) {
    return(shown)
  }
  cells <- rlang::rep_named(shown$col_keys, list(notes))
  flextable::merge_h(flextable::add_footer(shown, top = FALSE, values = cells), part = "footer")
}

# To the left, and on the page of its table.
with_caption <- function(shown, caption) {
  if (!requireNamespace("officer", quietly = TRUE)) {
    return(flextable::set_caption(shown, caption))
  }
  flextable::set_caption(
    shown, caption, caption_number(),
    style = "Table Caption", align_with_table = FALSE,
    fp_p = officer::fp_par(keep_with_next = TRUE, padding.top = 10)
  )
}

# The number Word gives a table, said in full: outside knitr some versions of flextable have no
# default for all its parts and fail.
caption_number <- function() {
  officer::run_autonum(seq_id = "tab", pre_label = "", post_label = ". ", tnd = 0, tns = "-")
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
  flextable::merge_v(shown, j = columns, target = columns, combine = TRUE)
}

# Word knows no larger text.
largest_text <- 1638

check_font_size <- function(font_size, call = rlang::caller_env()) {
  check_positive(font_size, call)
  if (font_size > largest_text) {
    abort_survlines("argument", "{.arg font_size} must be at most {largest_text} points.",
      call = call
    )
  }
}

# Lines above and below, none between; what names a row stands to the left, numbers to the right.
style_table <- function(shown, stub, font_size) {
  thick <- flextable::fp_border_default(color = "black", width = 1.25)
  thin <- flextable::fp_border_default(color = "black", width = 0.5)
  shown <- flextable::border_remove(shown)
  shown <- flextable::hline_top(shown, border = thick, part = "header")
  shown <- flextable::hline_bottom(shown, border = thin, part = "header")
  shown <- flextable::hline_bottom(shown, border = thick, part = "body")
  shown <- sized(shown, font_size)
  shown <- flextable::padding(shown, padding.top = 2, padding.bottom = 2, part = "all")
  shown <- flextable::bold(shown, part = "header")
  # What belongs together begins on one line, where a cell beside it has several.
  shown <- flextable::valign(shown, valign = "top", part = "body")
  shown <- flextable::valign(shown, valign = "bottom", part = "header")
  shown <- flextable::align(shown, align = "right", part = "body")
  shown <- flextable::align(shown, align = "right", part = "header")
  shown <- flextable::align(shown, j = stub, align = "left", part = "body")
  shown <- flextable::align(shown, j = stub, align = "left", part = "header")
  # The last line also runs under cells that stand for several rows.
  shown <- flextable::fix_border_issues(shown)
  flextable::set_table_properties(shown, layout = "autofit", width = 1)
}

# Footnotes are a little smaller, but not too small to be read.
sized <- function(shown, font_size) {
  shown <- flextable::fontsize(shown, size = font_size, part = "all")
  below <- max(font_size - 1, min(font_size, smallest_text))
  flextable::fontsize(shown, size = below, part = "footer")
}
