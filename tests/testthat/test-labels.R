label_file <- function(language) {
  read.csv(
    system.file("labels", paste0(language, ".csv"), package = "survlines"),
    colClasses = "character", na.strings = character(), encoding = "UTF-8"
  )
}

# Every text written in the first argument of a call of `function_name`.
keys_in <- function(expression, function_name) {
  if (!is.call(expression)) {
    return(if (is.pairlist(expression)) unlist(lapply(expression, keys_in, function_name)))
  }
  here <- if (identical(expression[[1L]], as.name(function_name)) && length(expression) > 1L) {
    texts_in(expression[[2L]])
  }
  parts <- as.list(expression)
  # An argument left empty, as in x[1, ], is a name without letters.
  parts <- Filter(function(part) !is.name(part) || nzchar(as.character(part)), parts)
  c(here, unlist(lapply(parts, keys_in, function_name)))
}

texts_in <- function(expression) {
  if (is.character(expression)) {
    # A condition among the keys may hold other texts.
    return(grep("^[a-z][a-z0-9_]*$", expression, value = TRUE))
  }
  if (is.call(expression)) unlist(lapply(as.list(expression)[-1L], texts_in))
}

keys_of_package <- function() {
  package <- asNamespace("survlines")
  functions <- Filter(is.function, mget(ls(package, all.names = TRUE), package))
  unique(as.character(unlist(lapply(functions, function(f) {
    unlist(lapply(c("label_text", "say"), function(name) {
      c(keys_in(body(f), name), keys_in(formals(f), name))
    }))
  }))))
}

places_in <- function(text) {
  lapply(regmatches(text, gregexpr("\\{[a-z]+\\}", text)), function(found) sort(unique(found)))
}

test_that("every language has the same keys, each once, with a text and the same places", {
  expect_setequal(label_languages(), c("en", "fr"))
  english <- label_file("en")
  for (language in setdiff(label_languages(), "en")) {
    labels <- label_file(language)
    expect_identical(names(labels), c("key", "text"))
    expect_identical(setdiff(english$key, labels$key), character())
    expect_identical(setdiff(labels$key, english$key), character())
    expect_identical(labels$key[duplicated(labels$key)], character())
    expect_identical(labels$key[!nzchar(labels$text)], character())
    expect_identical(
      places_in(labels$text[match(english$key, labels$key)]), places_in(english$text)
    )
  }
})

test_that("every key in use has a text", {
  expect_identical(keys_in(quote(f(label_text(c("a", x), b))), "label_text"), "a")
  expect_identical(setdiff(keys_of_package(), label_file("en")$key), character())
})

test_that("the word that goes with a number is singular or plural, as the language has it", {
  note <- function(language, n, events) {
    label_text("rows_events_note", language, n = n, events = events)
  }
  expect_identical(note("en", c(1, 0, 2), c(0, 1, 12)), c(
    "1 row, 0 events.", "0 rows, 1 event.", "2 rows, 12 events."
  ))
  expect_identical(note("fr", c(1, 0, 2), c(0, 1, 12)), c(
    "1 observation, 0 \u00e9v\u00e9nement.", "0 observation, 1 \u00e9v\u00e9nement.",
    "2 observations, 12 \u00e9v\u00e9nements."
  ))
  expect_identical(label_text("of_patients", n = c("1", "<5", "*")), c(
    "1 patient", "<5 patients", "* patients"
  ))
  expect_identical(label_text("lines_patients_events_note", lines = 2, patients = 1, events = 1),
    "2 lines of 1 patient, 1 event."
  )
  expect_identical(label_text("dropped_note", "fr", n = 2),
    "2 observations \u00e9cart\u00e9es (valeurs manquantes ou poids nul)."
  )
  # Text put into a place is no number, whatever it looks like.
  expect_identical(label_text("alt_form_values", name = "{n|a|b}", n = 2),
    "{n|a|b}: 2 rows, too few values for a smooth."
  )
})

test_that("words that go with a number name a place of their text, and no number goes without", {
  counted <- list(
    en = "row|line|patient|event|cluster|stratum|strata|assessment|coefficient",
    fr = "observation|ligne|patient|\u00e9v\u00e9nement|grappe|strate|\u00e9valuation|coefficient"
  )
  numerous <- c("too_many_curves", "too_many_timelines")
  for (language in label_languages()) {
    labels <- label_file(language)
    forms <- regmatches(labels$text, gregexpr("[{][a-z]+[|][^{}]*[}]", labels$text))
    for (i in which(lengths(forms) > 0L)) {
      expect_match(forms[[i]], "^[{][a-z]+[|][^|]+[|][^|]+[}]$")
      places <- sub("[{]([a-z]+)[|].*", "{\\1}", forms[[i]])
      expect_true(all(places %in% places_in(labels$text[i])[[1L]]))
    }
    bare <- grepl(paste0("[}] (", counted[[language]], ")s?\\b"), labels$text)
    expect_identical(setdiff(labels$key[bare], numerous), character())
  }
})

test_that("label_text() fills places and names what is missing", {
  expect_identical(label_text("time_in", unit = "months"), "Time in months")
  expect_identical(label_text(c("patients", "lines"), "fr"), c("Patients", "Lignes"))
  expect_identical(label_text("at_time", time = c(2, 4), unit = "x"), c("% at 2 x", "% at 4 x"))
  expect_identical(label_text("versus", a = "A", b = "\\1"), "A vs \\1")
  expect_error(label_text("patients", "xx"), "en.*fr", class = "survlines_error_language")
  expect_error(label_text("patients", NA), class = "survlines_error_language")
  expect_error(label_text(c("patients", "nonsense")), "nonsense", class = "survlines_error_label")
})

test_that("columns that have a label are shown by it", {
  rows <- lung
  rows$sex <- factor(rows$sex, labels = c("male", "female"))
  attr(rows$sex, "label") <- "Sex at birth"
  attr(rows$age, "label") <- structure("Age (years)", class = "labelled")
  attr(rows$ph.ecog, "label") <- ""
  fit <- fit_cox(Surv(time, status == 2) ~ sex + age + ph.ecog + poly(age, 2), rows)
  terms <- c("Sex at birth", "Sex at birth", "Age (years)", "ph.ecog")
  expect_identical(table_cox(fit)$term[1:4], terms)
  expect_identical(table_cox(fit)$term[5L], "poly(age, 2)1")
  given <- table_cox(fit, labels = c(sex = "Sex", sexfemale = "Women"))
  expect_identical(given$term[1:3], c("Sex", "Women", "Age (years)"))
  expect_identical(table_cox(fit, per = c(age = 10))$compares[3L], "per 10")

  curves <- fit_km(Surv(time, status == 2) ~ sex + ph.ecog, rows)
  expect_identical(table_headings(table_survival(curves))[["group"]], "Sex at birth, ph.ecog")
  plain <- fit_km(Surv(time, status == 2) ~ ph.ecog, rows)
  expect_identical(table_headings(table_survival(plain))[["group"]], "Group")
  skip_if_not_installed("ggplot2")
  drawn <- plot(fit)$data$label
  expect_identical(drawn[1:2], c("Sex at birth: female vs male", "Age (years): per 1"))
  expect_identical(plot(fit, names = c(sex = "Sex"))$data$label[1L], "Sex: female vs male")
  figure <- plot(curves, risk_table = FALSE)
  expect_identical(figure$scales$get_scales("colour")$name, "Sex at birth, ph.ecog")
})

test_that("columns of a registry keep their labels to its tables and endpoints", {
  tables <- small_tables()
  attr(tables$lines$drug, "label") <- "Drug given"
  attr(tables$patients$sex, "label") <- "Sex at birth"
  study <- registry_of(tables)
  baseline <- table_baseline(study, c("sex", "age_at_start"), c(Drug = "drug"))
  expect_identical(unique(baseline$characteristic), c(
    "Sex at birth", "Age at start (completed years)", "Drug"
  ))
  heading <- function(table) table_headings(table)[["drug"]]
  expect_identical(heading(table_response(study)), "Drug given")
  expect_identical(heading(table_safety(study, by = "drug")), "Drug given")
  rows <- derive_endpoint(study, endpoint_os(), covariates = c("drug", "sex"))
  expect_identical(attr(rows[rows$event, ]$sex, "label"), "Sex at birth")
})
