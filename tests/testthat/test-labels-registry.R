labelled_registry <- function() {
  tables <- small_tables()
  tables$lines$tumor_board <- c("yes", "no", "yes", NA, "no")
  tables$lines$arm <- c("other", "B", "other", "B", "B")
  attr(tables$patients$sex, "label") <- "Sexe \u00e0 la naissance"
  quietly(registry_of(tables))
}

test_that("every column of patients, lines and what follows from them has a label", {
  known <- line_covariates(read_registry(registry_example()))
  dictionary <- read_dictionary()
  described <- dictionary$table %in% c("patients", "lines")
  derived <- names(derived_covariates(line_timeline(small_registry())))
  expect_true(all(derived %in% names(known)))
  for (language in label_languages()) {
    keys <- paste0("column_", c(dictionary$column[described], derived))
    expect_identical(setdiff(keys, read_labels(language)$key), character())
  }
  with_values <- described & dictionary$type == "category"
  expect_setequal(worded_columns, dictionary$column[with_values])
  values <- unlist(lapply(dictionary$values[with_values], split_values))
  for (language in label_languages()) expect_true(all(is_value_known(values, language)))
})

test_that("a column's own label comes first, then the package's, then its name", {
  known <- line_covariates(labelled_registry())
  columns <- c("sex", "drug", "tumor_board")
  labels <- report_labels(columns, known, "fr")
  expect_identical(labels$headings, rlang::set_names(
    c("Sexe \u00e0 la naissance", "Traitement", "Tumor board"), columns
  ))
  expect_identical(labels$mentions, rlang::set_names(
    c("Sexe \u00e0 la naissance", "traitement", "tumor board"), columns
  ))
  expect_identical(covariate_labels(columns[3:2], known, "en"), c("tumor_board", "Drug"))
  expect_identical(covariate_labels(character(), known, "en"), character())
})

test_that("values are in the language, in their order, and never half of them", {
  words <- value_words(factor(c("male", "female", NA), c("male", "female")), "sex", "fr")
  expect_identical(levels(words), c("homme", "femme"))
  expect_identical(as.character(words), c("homme", "femme", NA))
  # A text keeps the order of its values: the reference of a model stays what it was.
  expect_identical(levels(value_words(c("yes", "no"), "x", "fr")), c("non", "oui"))
  expect_identical(levels(value_words(c(TRUE, FALSE), "ongoing", "fr")), c("non", "oui"))
  expect_identical(levels(value_words(c("lost", "death"), "stop_reason", "fr")), c(
    "d\u00e9c\u00e8s", "lost"
  ))
  for (same in list(c("other", "B"), factor(c("A", "yes")), 1:3, as.Date("2012-01-01"))) {
    expect_identical(value_words(same, "arm", "fr"), same)
  }
  expect_identical(value_words(c("male", NA), "sex", "en"), c("male", NA))
  labelled <- structure(c("yes", "no"), label = "Board")
  expect_identical(attr(value_words(labelled, "x", "fr"), "label"), "Board")
})

test_that("tables of a registry are in the language, values too", {
  study <- labelled_registry()
  baseline <- table_baseline(study, "sex", c("stop_reason", "tumor_board", "arm"), language = "fr")
  expect_identical(unique(baseline$characteristic), c(
    "Sexe \u00e0 la naissance", "Raison d'arr\u00eat", "tumor_board", "arm"
  ))
  expect_identical(baseline$level[1:2], c("homme", "femme"))
  words <- c("d\u00e9c\u00e8s", "traitement termin\u00e9", "oui", "other")
  expect_true(all(words %in% baseline$level))
  response <- table_response(study, by = "sex", language = "fr")
  expect_identical(response$sex, c("homme", "femme", "toutes les lignes"))
  expect_identical(response$lines, c(2L, 3L, 5L))
  # The same durations as in English: groups are matched before they are named.
  expect_identical(
    gsub("[^0-9]", "", response$duration), gsub("[^0-9]", "", table_response(study, "sex")$duration)
  )
  safety <- table_safety(study, by = c("drug", "tumor_board"), language = "fr")
  expect_identical(table_headings(safety)[1:2], c(drug = "Traitement", tumor_board = "tumor_board"))
  expect_true(all(safety$tumor_board %in% c("oui", "non", "manquant")))
  expect_match(table_notes(safety), "A, oui : ", all = FALSE)
})

test_that("a report names columns and values in its language, in tables, texts and figures", {
  skip_if_not_installed("patchwork")
  study <- read_registry(registry_example())
  results <- quietly(report_results(
    study,
    rules = "os", group = "sex", covariates = c("sex", "ongoing", "grade"), language = "fr"
  ))
  os <- results$endpoints$os
  expect_match(os$test, "Test du log-rank selon sexe : ")
  expect_identical(table_headings(os$grouped$table)[["group"]], "Sexe")
  expect_identical(os$grouped$table$group, c("homme", "femme"))
  expect_match(table_title(os$grouped$table), "selon sexe en chiffres")
  expect_identical(unique(os$cox$table$term), "Sexe")
  expect_identical(os$cox$table$compares, c("homme (r\u00e9f\u00e9rence)", "femme contre homme"))
  expect_match(os$cox$remark, "m\u00eame valeur : encore trait\u00e9, grade")
  expect_match(ggplot2::get_alt_text(os$grouped$figure), "homme : ")
  expect_match(ggplot2::get_alt_text(os$cox$figure), "Sexe : femme contre homme")
  methods <- rlang::set_names(results$methods$value, results$methods$what)
  expect_identical(methods[["Groupes compar\u00e9s"]], "Sexe")
  expect_true(all(c("homme", "choix du patient", "oui") %in% results$baseline$level))
  expect_false(any(c("male", "yes", "patient choice") %in% results$baseline$level))
  # Words change no number; what a report is made from stays as it was.
  english <- quietly(fit_cox(os ~ sex, os$data))
  expect_equal(unname(os$cox$fit$coefficients), unname(english$coefficients))
  expect_identical(levels(os$data$sex), c("male", "female"))
})
