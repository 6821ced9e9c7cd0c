printed_rows <- function(...) {
  rows <- data.frame(..., stringsAsFactors = FALSE)
  if (is.null(rows$id)) rows$id <- paste0("T", seq_len(nrow(rows)))
  rows
}

recomputed_value <- function(registry, ..., unit = "count", rules = list(endpoint_pfs())) {
  rows <- printed_rows(printed = "1", unit = unit, ...)
  comparison <- compare_reported(rows, registry, rules = rules)
  expect_identical(comparison$reason, rep("", nrow(rows)))
  comparison$value
}

osteosarcoma <- function(file = "") {
  system.file("extdata", "osteosarcoma", file, package = "survlines")
}

# ---- reading ------------------------------------------------------------------

test_that("printed numbers are read as text, so that digits stay", {
  file <- withr::local_tempfile(fileext = ".csv")
  writeLines(c("id,printed,lower", "T1,1.00,0.99", "T2,3,"), file)
  published <- read_published(file)
  expect_identical(published$printed, c("1.00", "3"))
  expect_identical(published$lower, c("0.99", ""))
  expect_true(all(published_columns$optional %in% names(published)))
})

test_that("files that cannot be compared are refused", {
  expect_error(read_published("nowhere.csv"), class = "survlines_error_file")
  expect_error(
    compare_reported(data.frame(id = "T1"), small_registry()),
    class = "survlines_error_published"
  )
  expect_error(
    compare_reported(data.frame(id = c("T1", "T1"), printed = "2"), small_registry()), "row 2",
    class = "survlines_error_published"
  )
  expect_error(
    compare_reported(data.frame(id = "T1", printed = 2), small_registry()), "text",
    class = "survlines_error_published"
  )
  expect_error(compare_reported(printed_rows(printed = "2"), 1), class = "survlines_error")
})

# ---- the rule of agreement ----------------------------------------------------

test_that("half a unit of the last printed digit, ends included", {
  expect_true(agrees(2.25, "2.3", ""))
  expect_true(agrees(2.35, "2.3", ""))
  expect_false(agrees(2.3501, "2.3", ""))
  expect_false(agrees(2.2499, "2.3", ""))
  expect_true(agrees(3.4, "3", ""))
  expect_false(agrees(3.4, "3", "1"))
  expect_true(agrees(0.995, "1.00", ""))
  expect_true(agrees(4.767, "4.75", "1"))
  expect_true(agrees(-1.5, "-1", ""))
})

test_that("inequalities, months and nothing printed", {
  expect_true(agrees(9.9, "<10", ""))
  expect_false(agrees(10, "<10", ""))
  expect_true(agrees(10, "<= 10", ""))
  expect_true(agrees("2009-09", "2009-09", ""))
  expect_false(agrees("2009-10", "2009-09", ""))
  expect_true(agrees(NA_real_, "", ""))
  expect_false(agrees(NA_real_, "3", ""))
})

test_that("a row matches only with both of its bounds", {
  rows <- printed_rows(
    printed = "124.5", unit = "days", statistic = "median", table = "lines",
    filter = "drug=A", variable = "follow_up_days", lower = c("61", "61", "60"),
    upper = c("184", "183", "184"), reason = c("", "", "known")
  )
  comparison <- compare_reported(rows, small_registry())
  # Lines of A start 184, 61 and 167 days before their last contact.
  expect_identical(comparison$value, rep(167, 3L))
  rows$printed <- "167"
  comparison <- compare_reported(rows, small_registry())
  expect_identical(
    as.character(comparison$verdict), c("match", "mismatch", "expected mismatch")
  )
  expect_identical(comparison$reason, c("", "", "known"))
  expect_identical(comparison$printed[1L], "167 (61 to 184)")
  expect_identical(comparison$bounds[1L], "61.0 to 184.0")
})

# ---- conditions -----------------------------------------------------------------

test_that("conditions compare columns with values", {
  count <- function(filter, table = "lines") {
    recomputed_value(
      small_registry(),
      statistic = "count", table = table, filter = filter
    )
  }
  expect_identical(count(""), 5)
  expect_identical(count("drug=A"), 3)
  expect_identical(count("drug=A|B"), 5)
  expect_identical(count("drug!=A"), 2)
  expect_identical(count("stop_reason~tox"), 2)
  expect_identical(count("stop_reason=toxicity; drug=A"), 1)
  expect_identical(count("start_date>=2012-04-01"), 3)
  expect_identical(count("age_at_start<20"), 3)
  expect_identical(count("line_no=1.0"), 4)
  # Who is still treated has no reason of stopping, which is neither equal nor unequal.
  expect_identical(count("stop_reason=toxicity") + count("stop_reason!=toxicity"), 4)
  expect_identical(count("adverse_events.category=skin"), 1)
  expect_identical(count("adverse_events.grade>=1"), 1)
  expect_identical(count("lines.drug=A", "patients"), 3)
  expect_identical(count("drug=A", "patients"), 2)
})

test_that("conditions on another table must hold in one record", {
  tables <- change(small_tables(), "adverse_events", 1L, "category", "fatigue")
  study <- registry_of(tables)
  count <- function(filter) {
    recomputed_value(study, statistic = "count", table = "lines", filter = filter)
  }
  expect_identical(count("adverse_events.category=fatigue; adverse_events.grade=1"), 1)
  # L1 has fatigue of grade 1 and skin of grade 3, never fatigue of grade 3.
  expect_identical(count("adverse_events.category=fatigue; adverse_events.grade=3"), 0)
})

test_that("what is wrong in one row is said there and stops no other", {
  rows <- printed_rows(
    printed = "5", unit = "count", table = "lines",
    statistic = c("count", "count", "count", "guess", "", "count", "count"),
    filter = c("", "weight=3", "drug", "", "", "drug>A", "age_at_start>1|2")
  )
  rows$table[6L] <- "beds"
  comparison <- compare_reported(rows, small_registry())
  expect_identical(as.character(comparison$verdict), c("match", rep("not computed", 6L)))
  expect_match(comparison$reason[2L], "weight")
  expect_match(comparison$reason[3L], "not a condition")
  expect_match(comparison$reason[4L], "guess")
  expect_match(comparison$reason[6L], "beds")
  expect_match(comparison$reason[7L], "one number")
})

test_that("nothing in a file is evaluated", {
  mark <- withr::local_tempfile()
  code <- paste0("file.create('", mark, "')")
  for (column in c("filter", "counted", "variable", "group", "covariates", "time", "printed")) {
    rows <- printed_rows(
      printed = "5", unit = "months", table = "lines", endpoint = "pfs", filter = "", counted = "",
      variable = "drug", group = "drug", covariates = "drug=A", time = "6 months",
      statistic = c("percent", "mean", "hazard_ratio", "logrank_p", "survival_percent")
    )
    rows[[column]] <- code
    suppressWarnings(compare_reported(rows, small_registry()))
    expect_false(file.exists(mark))
  }
})

# ---- statistics -------------------------------------------------------------------

test_that("plain statistics are those worked out by hand", {
  study <- small_registry()
  of_lines <- function(statistic, variable, filter = "", unit = "count") {
    recomputed_value(
      study,
      statistic = statistic, table = "lines", variable = variable, filter = filter, unit = unit
    )
  }
  # Treated 111, 63, 61 and 61 days; one goes on.
  expect_identical(of_lines("median", "treatment_days", unit = "days"), 62)
  expect_identical(of_lines("mean", "treatment_days", unit = "days"), 74)
  expect_identical(of_lines("min", "treatment_days", unit = "weeks"), 61 / 7)
  expect_identical(of_lines("max", "treatment_days", unit = "months"), 111 / 30.4375)
  expect_identical(of_lines("distinct", "patient_id"), 4)
  rows <- printed_rows(
    printed = c("2012-02", "2012-08"), unit = "month", table = "lines", variable = "start_date",
    statistic = c("earliest", "latest")
  )
  expect_identical(compare_reported(rows, study)$recomputed, c("2012-02", "2012-08"))
})

test_that("percentages come with the interval asked for, of the numerator asked for", {
  rows <- printed_rows(
    printed = c("60", "60"), lower = "17", upper = c("100", "100"), unit = "%", table = "lines",
    statistic = "percent", counted = "drug=A", method = "wald",
    bounds_counted = c("", "drug=B")
  )
  comparison <- compare_reported(rows, small_registry())
  expect_equal(comparison$value, c(60, 60))
  wald <- proportion_interval(3:2, 5, "wald")
  expect_equal(comparison$lower, 100 * wald$conf.low)
  expect_equal(comparison$upper, 100 * wald$conf.high)
})

test_that("the largest share is that of the most frequent group of records", {
  largest <- function(counted) {
    recomputed_value(
      small_registry(),
      unit = "%", statistic = "largest_percent", table = "lines",
      group = "adverse_events.category", counted = counted
    )
  }
  # Two records of skin in one line count once.
  expect_equal(largest(""), 20)
  expect_equal(largest("adverse_events.category=lungs"), 0)
})

test_that("statistics of survival are those of the survival package", {
  set.seed(7)
  study <- suppressWarnings(registry_of(random_tables(60)))
  pfs <- derive_endpoint(study, endpoint_pfs(), covariates = c("drug", "line_no"))
  pfs$a <- as.numeric(pfs$drug == "A")
  rows <- printed_rows(
    printed = "1", unit = c("days", "%", "HR", "p", "p"), lower = c("1", "", "1", "", ""),
    upper = c("1", "", "1", "", ""), endpoint = "pfs", filter = c("drug=A", "drug=A", "", "", ""),
    statistic = c(
      "survival_median", "survival_percent", "hazard_ratio", "hazard_ratio_p", "logrank_p"
    ),
    time = "2 weeks", covariates = "drug=A; line_no", variable = "drug=A", group = "drug"
  )
  found <- compare_reported(rows, study)
  curve <- survival::survfit(pfs ~ 1, pfs[pfs$drug == "A", ], conf.type = "log-log")
  middle <- quantile(curve, 0.5)
  expect_equal(found$value[1L], middle$quantile[[1L]])
  expect_equal(c(found$lower[1L], found$upper[1L]), c(middle$lower[[1L]], middle$upper[[1L]]))
  expect_equal(found$value[2L], 100 * summary(curve, times = 14)$surv)
  model <- summary(survival::coxph(pfs ~ a + line_no, pfs))
  expect_equal(
    c(found$value[3L], found$lower[3L], found$upper[3L]), unname(model$conf.int[1L, c(1, 3, 4)]),
    tolerance = 1e-6
  )
  expect_equal(found$value[4L], model$coefficients[1L, 5L], tolerance = 1e-6)
  difference <- survival::survdiff(pfs ~ drug, pfs)
  expect_equal(found$value[5L], pchisq(difference$chisq, 1, lower.tail = FALSE))
  rows$method <- c("log-log", "log-log", "clustered", "clustered", "")
  clustered <- compare_reported(rows, study)
  robust <- summary(survival::coxph(pfs ~ a + line_no, pfs, cluster = patient_id))
  expect_equal(clustered$upper[3L], robust$conf.int[1L, 4L], tolerance = 1e-6)
})

test_that("months have the length asked for, years that of the calendar", {
  rows <- printed_rows(
    printed = "1", unit = c("months", "years"), table = "lines", statistic = "max",
    variable = "treatment_days"
  )
  found <- compare_reported(rows, small_registry(), days_per_month = 30)
  expect_equal(found$value, c(111 / 30, 111 / 365.25))
})

# ---- printing -----------------------------------------------------------------------

test_that("a comparison tells how many come back and shows the others", {
  rows <- printed_rows(
    id = c("T1", "T2", "T3"), printed = c("5", "6", "7"), unit = "count", table = "lines",
    statistic = c("count", "count", ""), reason = c("", "Counted twice.", "")
  )
  comparison <- compare_reported(rows, small_registry())
  expect_identical(
    describe_comparison(comparison),
    "1 of 3 printed numbers recomputed; 1 expected mismatch; 1 not computed"
  )
  output <- paste(capture.output(print(comparison)), collapse = "\n")
  expect_match(output, "1 of 3 printed numbers recomputed")
  expect_match(output, "Counted twice.")
  expect_false(grepl("T1", output, fixed = TRUE))
  counted <- summary(comparison)
  expect_identical(counted$numbers, c("all", "counts"))
  expect_identical(counted$match, c(1L, 1L))
  expect_identical(counted$`not computed`, c(1L, 1L))
})

# ---- the registry that comes with the package ------------------------------------------

test_that("the printed numbers come back, but for nine that cannot", {
  study <- read_registry(osteosarcoma())
  comparison <- compare_reported(osteosarcoma("published.csv"), study, days_per_month = 30)
  expect_identical(comparison$id, sprintf("F%03d", 1:272))
  expect_gte(sum(comparison$verdict == "match"), 261L)
  expect_identical(sum(comparison$verdict == "not computed"), 0L)
  expect_identical(
    comparison$id[comparison$verdict == "expected mismatch"],
    c("F003", "F030", "F107", "F123", "F186", "F188", "F217", "F218", "F264")
  )
})

# Changes of the tables that need not make sense: only what follows from them is looked at.
set <- function(table, ...) {
  values <- list(...)
  function(tables) {
    tables[[table]][names(values)] <- values
    tables
  }
}

shift <- function(table, columns, days) {
  function(tables) {
    tables[[table]][columns] <- lapply(tables[[table]][columns], function(date) {
      format(as.Date(date) + days)
    })
    tables
  }
}

drop_first_patient <- function(tables) {
  left <- tables$lines$patient_id == tables$patients$patient_id[1L]
  tables$patients <- tables$patients[-1L, ]
  tables$lines <- tables$lines[!left, ]
  kept <- tables$lines$line_id
  tables$assessments <- tables$assessments[tables$assessments$line_id %in% kept, ]
  tables$adverse_events <- tables$adverse_events[tables$adverse_events$line_id %in% kept, ]
  tables
}

twenty_changes <- list(
  drop_first_patient,
  shift("patients", "diagnosis_date", 400), shift("patients", "birth_date", -3650),
  shift("patients", c("death_date", "last_contact_date"), 300),
  set("patients", sex = "female"), set("patients", histology = "chondroblastic"),
  set("patients", center = "C01", center_type = "pediatric"), set("patients", grade = "II"),
  shift("lines", "start_date", -40), shift("lines", "end_date", 100),
  set("lines", drug = "pazopanib"), set("lines", regimen = "sorafenib"),
  set("lines", stop_reason = "toxicity"),
  set("lines", dose_modified = "yes", tumor_board = "no"),
  set(
    "lines",
    stage_at_start = "complete remission", relapse_site = "localized", relapse_no = "1",
    previous_lines = "0"
  ),
  set("assessments", response = "SD"), shift("assessments", "assessment_date", 200),
  set("adverse_events", grade = "5"),
  set("adverse_events", grade = "1", line_id = "L01"),
  set("adverse_events", category = "cardiac", term = "arrhythmia")
)

test_that("no printed number is a constant: each follows one of 20 changes of the tables", {
  skip_quick()
  folder <- osteosarcoma()
  dictionary <- read_dictionary(file.path(folder, "dictionary.csv"))
  published <- read_published(osteosarcoma("published.csv"))
  rules <- registry_rules()
  rules$severity <- "off"
  tables <- lapply(
    rlang::set_names(registry_table_names),
    function(name) read_csv_text(file.path(folder, paste0(name, ".csv")))
  )
  numbers <- function(tables) {
    study <- do.call(registry, c(tables, list(dictionary = dictionary, rules = rules)))
    suppressWarnings(compare_reported(published, study))$recomputed
  }
  before <- numbers(tables)
  follows <- vapply(twenty_changes, function(change) {
    numbers(change(tables)) != before
  }, rep(NA, nrow(published)))
  expect_identical(ncol(follows), 20L)
  expect_identical(published$id[rowSums(follows) == 0L], character())
})

test_that("contradictions refer to printed numbers and name their kind", {
  found <- utils::read.csv(osteosarcoma("contradictions.csv"), colClasses = "character")
  kinds <- c(
    "contradiction", "arithmetic slip", "unit mismatch", "criticism", "conjecture", "consistent"
  )
  expect_identical(setdiff(found$kind, kinds), character())
  ids <- unlist(strsplit(c(found$ids, found$adds, found$total), " ", fixed = TRUE))
  expect_identical(setdiff(ids, read_published(osteosarcoma("published.csv"))$id), character())
  expect_identical(found$number, as.character(seq_len(nrow(found))))
})

test_that("what is special to one registry stays out of the code", {
  sources <- test_path("..", "..", c("R", "src"))
  skip_if_not(all(dir.exists(sources)), "the sources are not here")
  files <- list.files(sources, "\\.(R|h|cpp)$", recursive = TRUE, full.names = TRUE)
  text <- vapply(files, function(file) paste(readLines(file), collapse = "\n"), "")
  expect_gt(length(files), 40L)
  special <- grepl("osteosarcoma|sirolimus|\\bOUTC\\b|\\bpaper\\b", text, ignore.case = TRUE)
  expect_identical(basename(files[special]), character())
})
