test_that("lines and patients are counted by worst grade", {
  tables <- small_tables()
  tables$adverse_events <- rbind(tables$adverse_events, data.frame(
    line_id = c("L5", "L4"), onset_date = NA, category = c("fatigue", "skin"),
    term = NA, grade = c(2, 4)
  ))
  table <- table_safety(registry_of(tables))
  expect_identical(table$category, c("any", "fatigue", "skin", "Stopped for toxicity"))
  # Five lines of four patients; P2 had fatigue in both lines.
  expect_identical(table$lines, c("4 (80 %)", "2 (40 %)", "2 (40 %)", "2 (40 %)"))
  expect_identical(table$patients, c("3 (75 %)", "1 (25 %)", "2 (50 %)", "2 (50 %)"))
  expect_identical(table$grade_3, c("1", "0", "1", ""))
  expect_identical(table$grade_3_up, c("2 (40 %)", "0 (0 %)", "2 (40 %)", ""))
  expect_identical(table$not_graded, c("1", "1", "0", ""))
  expect_identical(table$events, c("5", "2", "3", ""))
  expect_match(table_notes(table), "5 lines and 4 patients", all = FALSE)
})

test_that("counts are those of adverse_event_table(), by group", {
  study <- read_registry(registry_example())
  table <- table_safety(study, by = "drug", stop_for = character())
  counts <- adverse_event_table(study, by = "drug")
  expect_identical(table$drug, as.character(counts$drug))
  expect_identical(sub(" .*", "", table$lines), as.character(counts$lines_affected))
  expect_identical(table$grade_2, as.character(counts$grade_2))
  expect_identical(table$events, as.character(counts$events))
  worst <- worst_grades(study)
  drug <- study$lines$drug[match(worst$line_id, study$lines$line_id)]
  patients <- vapply(seq_len(nrow(counts)), function(i) {
    inside <- drug == as.character(counts$drug[i]) &
      (counts$category[i] == "any" | worst$category == counts$category[i])
    length(unique(worst$patient_id[inside]))
  }, 0L)
  expect_identical(sub(" .*", "", table$patients), as.character(patients))
})

test_that("a registry without stop reasons, without events, or locked", {
  tables <- small_tables()
  tables$lines$stop_reason <- NULL
  expect_false(any(grepl("Stopped", table_safety(registry_of(tables))$category)))
  tables$adverse_events <- tables$adverse_events[0L, ]
  empty <- table_safety(registry_of(tables))
  expect_identical(empty$lines, "0 (0 %)")
  locked <- suppressMessages(table_safety(small_registry(), cutoff = "2012-06-01"))
  # L5 starts and L1 stops for toxicity later.
  expect_match(table_notes(locked), "4 lines and 4 patients", all = FALSE)
  expect_identical(locked$lines[locked$category == "Stopped for toxicity"], "1 (25 %)")
  expect_error(table_safety(small_registry(), by = "none"), class = "survlines_error_covariate")
  expect_error(table_safety(small_registry(), stop_for = 1), class = "survlines_error_argument")
})

test_that("no small count is left in a masked table", {
  study <- read_registry(registry_example())
  for (by in list(NULL, "drug")) {
    table <- table_safety(study, by = by, min_cell = 5)
    shown <- unlist(table[setdiff(names(table), c(by, "category"))])
    counts <- suppressWarnings(as.numeric(sub(" .*", "", shown)))
    expect_false(any(counts %in% 1:4))
    expect_true(any(shown == "<5"))
  }
})

test_that("without a line that has started there are no groups to count in", {
  study <- small_registry()
  expect_error(
    quietly(table_safety(study, by = "drug", cutoff = "2000-01-01")), "started",
    class = "survlines_error_no_data"
  )
  expect_match(quietly(table_safety(study, cutoff = "2000-01-01"))$lines[1L], "^0")
})
