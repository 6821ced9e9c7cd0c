# ---- what a report says -----------------------------------------------------------------------

example_study <- function() read_registry(registry_example())

test_that("results hold every part, with the settings they were made with", {
  skip_if_not_installed("patchwork")
  results <- report_results(
    registry_example(),
    days_per_month = 30, covariates = c("drug", "previous_lines")
  )
  expect_s3_class(results, "survlines_report")
  expect_named(results$endpoints, c("pfs", "os"))
  pfs <- results$endpoints$pfs
  fit <- suppressMessages(fit_km(pfs ~ drug, pfs$data))
  expect_identical(pfs$grouped$fit$survival, fit$survival)
  expect_match(pfs$size, "33.*29.*32")
  expect_identical(pfs$cox$fit$n_rows, 33L)
  facts <- rlang::set_names(results$facts$value, results$facts$what)
  expect_identical(facts[["Patients"]], "29")
  expect_identical(facts[["Assessments"]], "71 of 30 lines")
  methods <- paste(results$methods$value, collapse = " ")
  expect_match(methods, "a month has 30 days")
  expect_match(methods, as.character(utils::packageVersion("survlines")), fixed = TRUE)
  expect_match(paste(results$notes$note, collapse = " "), "treated as independent")
  # Nothing stays behind.
  expect_null(getOption("survlines.days_per_month"))
})

test_that("a cut-off leaves out what came later and says so", {
  skip_if_not_installed("patchwork")
  study <- example_study()
  day <- as.Date("2011-12-31")
  results <- report_results(study, rules = "os", cutoff = "2011-12-31", covariates = NULL)
  started <- study$lines$start_date <= day
  expect_identical(results$registry$lines$line_id, study$lines$line_id[started])
  expect_setequal(results$registry$patients$patient_id, study$lines$patient_id[started])
  os <- suppressMessages(derive_endpoint(study, endpoint_os(), cutoff = day))
  expect_identical(results$endpoints$os$data$days, os$days)
  expect_identical(results$endpoints$os$data$event, os$event)
  starts <- results$left_out[results$left_out$what == "lines$start_date", ]
  expect_identical(starts$rows, sum(!started))
  expect_match(starts$why, "2011-12-31")
  expect_true("after_cutoff" %in% results$problems$rule)
})

test_that("a number with a class, which results would inherit, is no number of days", {
  month <- structure(30, class = "strange")
  expect_error(report_results(example_study(), days_per_month = month),
    "days_per_month", class = "survlines_error_argument"
  )
  expect_error(derive_endpoint(example_study(), endpoint_os(), days_per_month = month),
    "days_per_month", class = "survlines_error_argument"
  )
  expect_null(getOption("survlines.days_per_month"))
})

# The example without some of its records, by the package's own dictionary.
poorer <- function(change) {
  tables <- unclass(example_study())[registry_table_names]
  suppressWarnings(do.call(registry, change(tables)))
}

test_that("what a registry does not have is said in words", {
  skip_if_not_installed("patchwork")
  bare <- poorer(function(tables) {
    tables$assessments <- NULL
    tables$adverse_events <- NULL
    tables$lines$stop_reason <- NULL
    tables$lines$drug <- "A"
    tables$patients$death_date <- as.Date(NA)
    tables
  })
  results <- report_results(bare, covariates = c("drug", "previous_lines"))
  expect_match(results$response, "no assessments")
  expect_match(results$safety, "no adverse events")
  expect_match(results$stops, "no reasons of stopping")
  os <- results$endpoints$os
  expect_match(os$size, "events: 0.*Nobody had the event")
  expect_match(os$grouped, "one value of drug \\(A\\)")
  expect_match(os$cox, "no Cox model")
  expect_identical(os$overall$table$events, 0L)
  expect_match(paste(results$notes$note, collapse = " "), "assessments")
  french <- report_results(bare, rules = "os", language = "fr")
  expect_match(french$response, "pas d'\u00e9valuations")
  expect_match(french$endpoints$os$test, "m\u00eame valeur de traitement")
})

test_that("numbers in the text of a French report have commas", {
  skip_if_not_installed("patchwork")
  results <- suppressMessages(
    report_results(example_study(), rules = "pfs", group = "drug", language = "fr")
  )
  expect_match(results$endpoints$pfs$test, "khi-deux 7,35, 3 ddl, p = 0,0615", fixed = TRUE)
  expect_match(
    paste(unlist(results$methods), collapse = " "), "30,4375 jours",
    fixed = TRUE
  )
})

test_that("a part that cannot be computed does not stop the others", {
  skip_if_not_installed("patchwork")
  study <- example_study()
  results <- report_results(study, rules = c("os", "dor"), covariates = c("drug", "grade"))
  # All patients have one grade.
  expect_match(results$endpoints$os$cox$remark, "one value: grade")
  unanswered <- poorer(function(tables) {
    tables$assessments$response[tables$assessments$response %in% c("CR", "PR")] <- "SD"
    tables
  })
  results <- report_results(unanswered, rules = c("dor", "os"))
  expect_match(results$endpoints$dor, "Not computed")
  expect_identical(results$endpoints$os$title, "Overall survival")
})

test_that("small counts are hidden, and figures then have no numbers at risk", {
  skip_if_not_installed("patchwork")
  study <- poorer(function(tables) {
    tables$adverse_events <- NULL
    tables
  })
  results <- quietly(report_results(study, rules = "os", min_cell = 5))
  facts <- rlang::set_names(results$facts$value, results$facts$what)
  # Four patients have several lines.
  expect_identical(facts[["Patients with several lines"]], "<5")
  expect_identical(facts[["Still treated"]], "0")
  ends <- results$endpoints$os$ends
  expect_identical(ends$rows, c("24", "5"))
  shown <- unlist(lapply(results[c("baseline", "response")], function(table) {
    unlist(table[names(table) %in% c("value", "lines", "controlled", "events")])
  }))
  expect_false(any(grepl("^[1-4]( |$)", shown[!grepl("[.]", shown)])))
  expect_false(inherits(results$endpoints$os$overall$figure, "patchwork"))
  # Nor is a line drawn alone, or a hazard ratio that the table hides.
  expect_s3_class(results$timelines, "survlines_absent")
  expect_s3_class(results$endpoints$os$cox$figure, "survlines_absent")
})

test_that("wrong arguments are refused before anything is written", {
  study <- example_study()
  expect_error(report_results(study, rules = "nonsense"), class = "survlines_error_argument")
  expect_error(
    report_results(study, rules = list(endpoint_os(), endpoint_os())),
    class = "survlines_error_argument"
  )
  expect_error(report_results(study, group = "nonsense"), class = "survlines_error_covariate")
  expect_error(report_results(study, language = "xx"), class = "survlines_error_language")
  expect_error(report_results(study, time_unit = "fortnights"), class = "survlines_error_argument")
  expect_error(report_results(study, min_cell = -1), class = "survlines_error_argument")
  expect_error(report_results("nowhere"), class = "survlines_error")
  expect_error(report_results(3), class = "survlines_error_argument")
  expect_error(render_report(study, "pdf"), class = "survlines_error_argument")
  expect_error(render_report(study, file = tempdir()), class = "survlines_error_argument")
})

test_that("values of the package's own vocabulary are in the language of the report", {
  reasons <- c("death", "toxicity", "other drug", "cut off", "cut-off")
  expect_identical(label_values(reasons[c(2L, 1L, 2L, 3L)], "fr"), c(
    "toxicit\u00e9", "d\u00e9c\u00e8s", "toxicit\u00e9", "other drug"
  ))
  # Two values stay two.
  expect_identical(label_values(reasons, "fr")[4:5], reasons[4:5])
  skip_if_not_installed("patchwork")
  stops <- report_stops(example_study(), list(
    time_unit = "months", unit = "mois", conf_type = "log-log", language = "fr"
  ))
  alt <- ggplot2::get_alt_text(stops$figure)
  expect_match(alt, "toxicit\u00e9 : ", fixed = TRUE)
  expect_match(alt, "traitement termin\u00e9 : ", fixed = TRUE)
  expect_no_match(alt, "death|completed|patient choice|toxicity")
  safety <- table_safety(example_study(), language = "fr")
  expect_true("Arr\u00eat pour toxicit\u00e9" %in% safety$category)
})

test_that("a step ends with the text it began with", {
  said <- cli::ansi_strip(testthat::capture_messages(
    for (file in c("a {b}", "c")) {
      expect_identical(with_step(cli::format_inline("Writing {.path {file}}"), FALSE, file), file)
    }
  ))
  said <- sub(" \\[.*", "", trimws(said[nzchar(trimws(said))]))
  expect_identical(substring(said, 3L), rep(c("Writing 'a {b}'", "Writing 'c'"), each = 2L))
  expect_silent(with_step("Writing", TRUE, NULL))
})

# ---- the files --------------------------------------------------------------------------------

skip_without_reports <- function() {
  for (package in c("rmarkdown", "flextable", "officer", "patchwork", "xml2")) {
    skip_if_not_installed(package)
  }
  skip_if_not(rmarkdown::pandoc_available("2.0"))
}

# What a reader finds in a Word file: captions of tables and figures, real tables, texts of figures.
read_word <- function(file) {
  content <- officer::docx_summary(officer::read_docx(file))
  folder <- withr::local_tempdir()
  utils::unzip(file, "word/document.xml", exdir = folder)
  document <- xml2::read_xml(file.path(folder, "word", "document.xml"))
  figures <- xml2::xml_find_all(document, "//pic:cNvPr")
  list(
    text = content$text, tables = length(xml2::xml_find_all(document, "//w:tbl")),
    captions = content$text[content$style_name %in% c("Table Caption", "Image Caption")],
    alt = xml2::xml_attr(figures, "descr")
  )
}

expect_whole_page <- function(file, language) {
  page <- xml2::read_html(file)
  expect_identical(xml2::xml_attr(xml2::xml_find_first(page, "/html"), "lang"), language)
  sources <- xml2::xml_attr(xml2::xml_find_all(page, "//img | //script[@src]"), "src")
  expect_true(all(startsWith(sources, "data:")))
  alt <- xml2::xml_attr(xml2::xml_find_all(page, "//img"), "alt")
  expect_true(all(nchar(alt) > 40L))
  page
}

test_that("the example and the second registry go through one call", {
  skip_quick()
  skip_without_reports()
  folder <- withr::local_tempdir()
  written <- render_report(
    registry_example(), c("html", "docx"), file.path(folder, "new", "100 %s\n`x"),
    title = "\"Lines\" of the\nregistry's patients", rules = "pfs", quiet = TRUE
  )
  expect_identical(names(written), c("html", "docx"))
  expect_true(all(file.exists(written)))
  expect_identical(basename(written), paste0("100 %s\n`x.", c("html", "docx")))
  page <- expect_whole_page(written[["html"]], "en")
  text <- xml2::xml_text(page)
  expect_match(text, "Figure 1. Treatment lines")
  expect_match(text, "\u201cLines\u201d of the registry\u2019s patients")
  expect_match(text, "The checks of the registry found no problem", fixed = TRUE)
  word <- read_word(written[["docx"]])
  tables <- grep("^Table [0-9]+[.] ", word$captions)
  expect_identical(length(tables), word$tables)
  expect_gte(word$tables, 9L)
  expect_identical(length(grep("^Figure [0-9]+[.] ", word$captions)), length(word$alt))
  expect_true(all(nchar(word$alt) > 40L))
  expect_true("sirolimus" %in% word$text)

  second <- read_second(write_second(second_tables()))
  written <- render_report(
    second, c("html", "docx"), file.path(folder, "second"),
    title = "Le registre B", rules = "os", language = "fr", cutoff = second_cutoff,
    covariates = "sex", quiet = TRUE
  )
  page <- expect_whole_page(written[["html"]], "fr")
  expect_match(xml2::xml_text(page), "400 lignes sont trop nombreuses")
  word <- read_word(written[["docx"]])
  expect_identical(word$text[[1L]], "Le registre B")
  expect_identical(length(grep("^Tableau [0-9]+[.] ", word$captions)), word$tables)
  expect_true("Survie globale" %in% word$text)
  expect_setequal(list.files(folder), c("new", "second.docx", "second.html"))
})

test_that("the template asks for words that there are", {
  template <- paste(readLines(file.path(report_template(), "skeleton.Rmd")), collapse = "\n")
  asking <- "(say|label_text)\\((c\\([^)]*\\)|['\"][a-z_]+)"
  calls <- regmatches(template, gregexpr(asking, template))
  keys <- regmatches(calls[[1L]], gregexpr("(?<=['\"])[a-z_]+", calls[[1L]], perl = TRUE))
  keys <- unique(unlist(keys))
  expect_gt(length(keys), 10L)
  expect_identical(setdiff(keys, read_labels("en")$key), character())
})

test_that("a report that cannot be put where it is asked for says so", {
  folder <- withr::local_tempdir()
  made <- file.path(folder, "made")
  writeLines("a report", made)
  expect_error(place_report(made, folder), "cannot be written", class = "survlines_error_file")
  expect_error(
    place_report(made, file.path(folder, "nowhere", "x")), class = "survlines_error_file"
  )
  place_report(made, file.path(folder, "x%d.html"))
  expect_identical(readLines(file.path(folder, "x%d.html")), "a report")
})
