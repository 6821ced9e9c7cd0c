test_that("lines count once per category by their worst grade, events as reported", {
  worst <- worst_grades(small_registry())
  expect_identical(worst$line_id, c("L1", "L2"))
  expect_identical(worst$worst_grade, c(3L, NA))
  expect_identical(worst$events, c(2L, 1L))
  table <- adverse_event_table(small_registry())
  skin <- table[table$category == "skin", ]
  expect_identical(
    c(skin$lines, skin$lines_affected, skin$grade_1, skin$grade_3, skin$events),
    c(3L, 1L, 0L, 1L, 2L)
  )
  fatigue <- table[table$category == "fatigue", ]
  expect_identical(c(fatigue$not_graded, fatigue$events), c(1L, 1L))
})

test_that("'any' counts a line once over all categories", {
  tables <- small_tables()
  tables$adverse_events <- data.frame(
    line_id = c("L1", "L1", "L3"), category = c("skin", "fatigue", "skin"), grade = c(2, 4, 1)
  )
  table <- adverse_event_table(registry_of(tables), by = NULL)
  any_event <- table[table$category == "any", ]
  expect_identical(c(any_event$lines, any_event$lines_affected), c(5L, 2L))
  expect_identical(c(any_event$grade_1, any_event$grade_2, any_event$grade_4), c(1L, 0L, 1L))
  expect_identical(any_event$events, 3L)
  expect_equal(any_event$share, 2 / 5)
})

test_that("an event without a grade does not hide one with a grade", {
  tables <- small_tables()
  tables$adverse_events <- data.frame(
    line_id = c("L1", "L1", "L1", "L3"), category = c("skin", "skin", "fatigue", "skin"),
    grade = c(NA, 2, NA, 4)
  )
  worst <- worst_grades(registry_of(tables))
  expect_identical(worst$worst_grade[worst$category == "skin"], c(2L, 4L))
  table <- adverse_event_table(registry_of(tables), by = NULL)
  expect_identical(table$category, c("any", "fatigue", "skin"))
  expect_identical(table$grade_2, c(1L, 0L, 1L))
  expect_identical(table$not_graded, c(0L, 1L, 0L))
})

test_that("a registry without events gives zero, not nothing", {
  tables <- small_tables()
  table <- adverse_event_table(registry(tables$patients, tables$lines))
  expect_identical(table$drug, c("A", "B"))
  expect_identical(table$lines_affected, c(0L, 0L))
  expect_identical(table$lines, c(3L, 2L))
})

test_that("what rules let pass is counted: no category, no such line, a grade there is none of", {
  tables <- small_tables()
  tables$adverse_events <- data.frame(
    line_id = c("L1", "L1", "L9", "L3"), category = c("skin", NA, "skin", "skin"),
    grade = c(1, 2, 3, 6)
  )
  study <- registry(
    tables$patients, tables$lines,
    adverse_events = tables$adverse_events, rules = registry_rules()[0L, ]
  )
  table <- adverse_event_table(study, by = NULL)
  expect_identical(table$category, c("any", "skin", NA))
  expect_identical(table$lines_affected, c(2L, 2L, 1L))
  expect_identical(table$events, c(3L, 2L, 1L))
  expect_identical(table$not_graded, c(1L, 1L, 0L))
  shown <- table_safety(study, stop_for = character(), min_cell = 3)
  expect_identical(shown$category, c("any", "skin", "missing"))
})

test_that("categories called any or NA are no others than they are", {
  tables <- small_tables()
  tables$adverse_events <- data.frame(
    line_id = c("L1", "L1", "L2", "L2", "L2", "L4"),
    category = c("any", "skin", "any", "NA", NA, "any"), grade = c(1, 3, 2, 4, 5, NA)
  )
  rules <- registry_rules()
  rules$severity[rules$rule == "missing_value"] <- "off"
  study <- do.call(registry, c(tables, list(rules = rules)))
  expect_identical(nrow(worst_grades(study)), 6L)

  table <- adverse_event_table(study, NULL)
  expect_identical(table$category, c("any", "NA", "any", "skin", NA))
  expect_identical(table$lines_affected, c(3L, 1L, 3L, 1L, 1L))
  expect_identical(table$events, c(6L, 1L, 3L, 1L, 1L))
  expect_identical(table$grade_5, c(1L, 0L, 0L, 0L, 1L))
  by_drug <- adverse_event_table(study)
  expect_identical(by_drug$category, c("any", "any", "skin", "any", "NA", "any", NA))
  expect_identical(by_drug$lines_affected, c(1L, 1L, 1L, 2L, 1L, 2L, 1L))

  shown <- table_safety(study, stop_for = character())
  expect_identical(shown$category, c("any", "NA", "\"any\"", "skin", "missing"))
  expect_identical(shown$lines, c("3 (60 %)", "1 (20 %)", "3 (60 %)", "1 (20 %)", "1 (20 %)"))
  expect_identical(shown$patients[1:3], c("3 (75 %)", "1 (25 %)", "3 (75 %)"))
  expect_identical(table_safety(study, language = "fr")$category[c(1, 3)], c("au moins un", "any"))
})

test_that("groups called NA are not those without a value", {
  tables <- small_tables()
  tables$lines$drug <- c("NA", NA, "A", "NA", "A")
  rules <- registry_rules()
  rules$severity[rules$rule == "missing_value"] <- "off"
  study <- do.call(registry, c(tables, list(rules = rules)))
  expect_identical(adverse_event_table(study)$drug[1:2], c("A", "NA"))
  expect_identical(treatment_duration(study, by = "drug")$lines, c(2L, 2L, 1L))
})
