test_that("a registry of another shape is read without an invented problem", {
  tables <- second_tables()
  expect_identical(nrow(tables$lignes), 400L)
  study <- expect_silent(read_second(write_second(tables)))
  expect_identical(nrow(validate_registry(study, cutoff = second_cutoff)), 0L)
  expect_identical(study$patients$center[1:2], c("H\u00f4pital A", "Centre B; annexe"))
  expect_identical(sort(unique(study$lines$drug)), second_drugs)
  expect_setequal(study$assessments$response, c("CR", "PR", "SD", "PD"))
  expect_false("grade" %in% names(study$adverse_events))
  expect_identical(study$lines$start_date, tables$lignes$debut)
  expect_setequal(
    imputed_dates(study)$recorded, c("2008", format(tables$malades$naissance[2L], "%m/%Y"))
  )
})

test_that("its endpoints, rates and tables are what its lines say", {
  study <- read_second(write_second(second_tables()))
  pfs <- derive_endpoint(study, endpoint_pfs(), covariates = "drug")
  expect_identical(nrow(pfs), 400L)
  slow <- lapply(pfs$line_id, function(id) slow_pfs(study, id))
  expect_identical(pfs$days, vapply(slow, `[[`, 0L, "days"))
  expect_identical(pfs$event, vapply(slow, `[[`, NA, "event"))
  expect_identical(nrow(derive_endpoint(study, endpoint_os())), nrow(study$patients))
  expect_identical(disease_control(study)$responders, 400L)
  events <- adverse_event_table(study, by = NULL)
  expect_identical(events$not_graded, events$lines_affected)
  expect_identical(events$events[events$category == "any"], 200L)
})

test_that("every planted fault is found by its rule, and none is invented", {
  planted <- plant_faults(second_tables())
  free <- planted$patient[planted$pick(rep(TRUE, nrow(planted$lines)))]
  line <- planted$pick(rep(TRUE, nrow(planted$lines)))
  folder <- write_second(planted$tables, spoil = list(
    list(table = "malades", row = free, column = "naissance", text = "31/02/1950"),
    list(table = "lignes", row = line, column = "rang", text = "un")
  ))
  expected <- rbind(planted$expected, data.frame(
    table = c("patients", "lines"), row = c(free, line), rule = c("not_a_date", "not_an_integer")
  ))
  expect_gte(nrow(expected), 20L)
  problem <- tryCatch(read_second(folder), survlines_error_registry = identity)
  found <- problem$problems[problem$problems$severity != "note", ]
  key <- function(problems) sort(paste(problems$table, problems$row, problems$rule))
  expect_identical(setdiff(key(expected), key(found)), character())
  expect_identical(setdiff(key(found), key(expected)), character())
  expect_identical(nrow(found), nrow(expected))
  # All but what a text file cannot have, and what other tests look at.
  expect_setequal(
    c(expected$rule, "time_of_day", "not_a_number", "missing_column", "partial_date",
      "undescribed_column", "start_before_birth", "grade_outside_1_to_5",
      "unknown_response", "differs_in_case"),
    registry_rules()$rule
  )
})

test_that("the code knows no registry in particular", {
  words <- "osteosarcom|sirolimus|sorafenib|sunitinib|pazopanib|OUTC'S|GSF-GETO|\\bpaper\\b"
  root <- test_path("..", "..")
  files <- list.files(
    file.path(root, c("R", "src")),
    pattern = "[.](R|cpp|h)$", recursive = TRUE, full.names = TRUE
  )
  # An installed package has no sources beside its tests; its functions have their text.
  if (length(files) > 0L) {
    text <- unlist(lapply(files, readLines, warn = FALSE))
  } else {
    namespace <- asNamespace("survlines")
    text <- unlist(lapply(ls(namespace, all.names = TRUE), function(name) {
      deparse(get(name, envir = namespace))
    }))
  }
  expect_gt(length(text), 1000L)
  expect_identical(grep(words, text, ignore.case = TRUE, value = TRUE), character())
})
