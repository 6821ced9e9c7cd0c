five_tables <- function(...) {
  study <- read_registry(registry_example())
  pfs <- derive_endpoint(study, endpoint_pfs(), covariates = c("drug", "delay_weeks"))
  pfs$sirolimus <- factor(ifelse(pfs$drug == "sirolimus", "yes", "no"))
  suppressMessages(list(
    table_baseline(study, patients = c("sex", "age_at_diagnosis"), lines = "relapse_site", ...),
    table_response(study, ...),
    table_survival(fit_km(pfs ~ sirolimus, pfs), times = c(3, 6), time_unit = "months", ...),
    table_cox(
      fit_cox(pfs ~ delay_weeks + sirolimus, pfs),
      per = c(delay_weeks = 10), units = c(delay_weeks = "weeks"), univariable = TRUE, ...
    ),
    table_safety(study, ...)
  ))
}

test_that("all five tables are real tables of a Word document, with their footnotes", {
  skip_if_not_installed("flextable")
  skip_if_not_installed("officer")
  tables <- five_tables()
  document <- officer::read_docx()
  for (table in tables) {
    document <- flextable::body_add_flextable(document, flextable::as_flextable(table))
  }
  file <- withr::local_tempfile(fileext = ".docx")
  print(document, target = file)
  content <- officer::docx_summary(officer::read_docx(file))
  cells <- content[content$content_type == "table cell", ]
  expect_length(unique(cells$doc_index), 5L)
  for (i in seq_along(tables)) {
    of_table <- cells[cells$doc_index == unique(cells$doc_index)[i], ]
    for (heading in table_headings(tables[[i]])) expect_true(heading %in% of_table$text)
    for (note in table_notes(tables[[i]])) expect_true(note %in% of_table$text)
    last <- unlist(tables[[i]][nrow(tables[[i]]), ])
    expect_true(all(as.character(last) %in% of_table$text))
    expect_match(content$text, table_title(tables[[i]]), fixed = TRUE, all = FALSE)
  }
  expect_true(all(c("Univariable", "Multivariable") %in% cells$text))
})

test_that("every table speaks French, masked or not", {
  skip_if_not_installed("flextable")
  for (table in c(five_tables(language = "fr"), five_tables(language = "fr", min_cell = 5))) {
    texts <- c(table_title(table), table_headings(table), table_notes(table))
    expect_false(any(grepl("\\{[a-z]+\\}", texts)))
    expect_false(any(grepl("Intervals|Lines|Per cent|Hazard", texts)))
    expect_s3_class(flextable::as_flextable(table), "flextable")
  }
})

test_that("captions are text or a paragraph, and arguments those of the help page", {
  skip_if_not_installed("flextable")
  table <- five_tables()[[3L]]
  caption_of <- function(caption) flextable::as_flextable(table, caption)$caption$value
  expect_identical(caption_of("Table"), "Table")
  expect_identical(caption_of(flextable::as_paragraph("Table"))$txt, "Table")
  for (bad in list(3, c("two", "texts"), NA, sum)) {
    expect_error(flextable::as_flextable(table, bad), class = "survlines_error_argument")
  }
  expect_error(flextable::as_flextable(table, page_width = -1), class = "survlines_error_argument")
  expect_error(flextable::as_flextable(table, size = 9), "no argument `size`",
    class = "survlines_error_argument"
  )
  cut <- structure(unclass(table), class = class(table))
  cut <- structure(cut, row.names = 1:9)
  expect_error(flextable::as_flextable(cut), "the data frame 9 rows",
    class = "survlines_error_argument"
  )
})

test_that("a table keeps its headings when columns are dropped", {
  skip_if_not_installed("flextable")
  table <- five_tables()[[4L]]
  fewer <- table[c("term", "hazard_ratio", "interval")]
  expect_identical(unname(table_headings(fewer)), c("Covariate", "Hazard ratio", "95 % CI"))
  expect_s3_class(flextable::as_flextable(fewer, caption = NULL), "flextable")
  expect_error(table_notes(lung), class = "survlines_error_argument")
})

test_that("text larger than Word has is refused", {
  skip_if_not_installed("flextable")
  table <- table_survival(quietly(fit_km(Surv(time, status) ~ sex, survival::lung)), times = 180)
  expect_error(flextable::as_flextable(table, font_size = 1e300, page_width = 6),
    "at most 1638",
    class = "survlines_error_argument"
  )
})
