wide_table <- function(page, ..., language = "fr", errors = "used") {
  study <- read_registry(registry_example())
  pfs <- derive_endpoint(study, endpoint_pfs(), covariates = c("drug", "sex"))
  fit <- quietly(fit_cox(pfs ~ drug + sex, pfs))
  table <- table_cox(fit, univariable = TRUE, errors = errors, language = language)
  list(table = table, shown = flextable::as_flextable(table, page_width = page, ...))
}

# Widths in inches by the font metrics that come with R: Helvetica, of which Arial has the widths.
widest_piece <- function(texts, size, bold) {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  pieces <- unlist(strsplit(texts, "[ \n]"))
  max(graphics::strwidth(
    gsub("\u00a0", " ", pieces), "inches", cex = size / 12, family = "Helvetica", font = 1 + bold
  ))
}

size_of <- function(shown) unique(as.vector(shown$body$styles$text$font.size$data))

test_that("what reads as one is not broken", {
  nbsp <- "\u00a0"
  together <- c(
    "12 (36 %)", "1.06 to 5.57", "1,06 \u00e0 5,57", "< 0,001", "NR (3.2 to NR)", "95 %"
  )
  expect_identical(firm_text(together), gsub(" ", nbsp, together, fixed = TRUE))
  apart <- c("prior to surgery", "sirolimus (reference)", "A vs B", "from 1 time to 5", NA)
  expect_identical(firm_text(apart), apart)
  expect_identical(firm_text("Intervalles : Wald ; p"), gsub("_", nbsp, "Intervalles_: Wald_; p"))
})

expect_whole_words <- function(made) {
  size <- size_of(made$shown)
  padding <- unique(as.vector(made$shown$body$styles$pars$padding.left$data))
  room <- made$shown$body$colwidths - 2 * padding / 72
  for (j in seq_along(room)) {
    expect_gte(room[[j]], widest_piece(as.character(made$shown$body$dataset[[j]]), size, FALSE))
    heading <- table_headings(made$table)[[j]]
    expect_gte(room[[j]], widest_piece(heading, size, TRUE))
  }
}

test_that("no column of a page is narrower than its longest word", {
  skip_if_not_installed("flextable")
  for (page in c(9, 6.3)) {
    made <- wide_table(page)
    expect_whole_words(made)
    expect_lte(sum(made$shown$body$colwidths), page + 1e-8)
    expect_true(any(grepl("\u00a0", unlist(made$shown$body$dataset))))
  }
  # Numbers that read as one break before words do.
  expect_no_message(made <- wide_table(5.2))
  expect_whole_words(made)
  expect_lte(sum(made$shown$body$colwidths), 5.2 + 1e-8)
  expect_false(any(grepl("\u00a0", unlist(made$shown$body$dataset))))
  expect_message(made <- wide_table(6.3, errors = "both"),
    "6[.][0-9]+ inches", class = "survlines_message_page_width"
  )
  expect_whole_words(made)
})

test_that("a table too wide has less space, then smaller text, then lines that break", {
  points <- list(word = c(0.02, 0.03), line = c(0.05, 0.1), whole = c(0.05, 0.3))
  need <- function(part, size, padding) sum(0.02 + 1.02 * part * size + 2 * padding / 72)
  layout <- function(page) page_layout(points, page, 9)[c("size", "padding")]
  expect_identical(layout(need(points$line, 9, 5)), list(size = 9, padding = 5))
  expect_identical(layout(need(points$line, 9, 5) - 0.01), list(size = 9, padding = 3))
  expect_identical(layout(need(points$line, 9, 3) - 0.01), list(size = 9, padding = 2))
  expect_identical(layout(need(points$line, 9, 2) - 0.01), list(size = 8.5, padding = 2))
  expect_identical(layout(need(points$word, 7, 2)), list(size = 7, padding = 2))
  # All of a roomy page is not asked for; of a narrow one all is used.
  expect_equal(sum(page_layout(points, 20, 9)$widths), need(points$whole, 9, 5))
  expect_equal(sum(page_layout(points, 4, 9)$widths), min(4, need(points$whole, 9, 5)))
  expect_equal(
    page_layout(points, 0.6, 9)$widths[1L],
    need(points$word[1L], 7, 2) + 0.3 * (0.6 - need(points$word, 7, 2))
  )
  # Words are whole, whatever the page.
  expect_equal(sum(page_layout(points, 0.2, 9)$widths), need(points$word, 7, 2))
  # Text that is smaller from the start stays as it is.
  expect_identical(page_layout(points, 0.5, 6)$size, 6)
})

test_that("a span above a single column takes part in its width", {
  skip_if_not_installed("flextable")
  table <- new_table(
    list(a = "x", b = "y"), "test", "Title", c(a = "A", b = "B"), NULL, list(),
    spans = c(a = "Unmistakable", b = "")
  )
  widths <- flextable::as_flextable(table, page_width = 6)$body$colwidths
  expect_gte(widths[1L], widest_piece("Unmistakable", 9, TRUE))
  expect_lt(widths[2L], 0.5)
})

test_that("text has one font throughout, and settings of flextable stay as they were", {
  skip_if_not_installed("flextable")
  before <- flextable::get_flextable_defaults()
  for (page in list(NULL, 6.3)) {
    shown <- wide_table(page, font = "Courier New")$shown
    for (part in c("header", "body", "footer")) {
      text <- shown[[part]]$styles$text
      for (family in c("font.family", "hansi.family", "cs.family", "eastasia.family")) {
        expect_setequal(as.vector(text[[family]]$data), "Courier New")
      }
    }
  }
  expect_identical(flextable::get_flextable_defaults(), before)
  expect_error(wide_table(6.3, font = NA), class = "survlines_error_argument")
})

test_that("the tibble and tables without a page keep their spaces", {
  skip_if_not_installed("flextable")
  made <- wide_table(6.3, language = "en")
  expect_false(any(grepl("\u00a0", unlist(made$table))))
  expect_true(any(grepl("\u00a0", unlist(made$shown$body$dataset))))
  plain <- flextable::as_flextable(made$table)
  expect_false(any(grepl("\u00a0", unlist(plain$body$dataset))))
})
