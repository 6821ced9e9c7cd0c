# The small registry as REDCap would export it, codes and all.
redcap_export <- function() {
  blank <- data.frame(
    record_id = character(), redcap_repeat_instrument = character(),
    redcap_repeat_instance = character(), gender = character(), born = character(),
    last_seen = character(), died = character(), drug = character(), begin = character(),
    stopped = character(), resp_line = character(), resp_date = character(),
    resp = character(), tox_line = character(), tox = character(), tox_grade = character()
  )
  row <- function(...) {
    cells <- list(...)
    added <- blank[NA_integer_, ]
    added[] <- ""
    added[names(cells)] <- cells
    added
  }
  rbind(
    row(record_id = "1", gender = "1", born = "1994-03-02", last_seen = "2012-09-01",
        died = "2012-09-01"),
    row(record_id = "1", redcap_repeat_instrument = "treatment", redcap_repeat_instance = "1",
        drug = "A", begin = "2012-03-01", stopped = "2012-06-20"),
    row(record_id = "1", redcap_repeat_instrument = "response", redcap_repeat_instance = "1",
        resp_line = "1", resp_date = "2012-04-12", resp = "3"),
    row(record_id = "1", redcap_repeat_instrument = "toxicity", redcap_repeat_instance = "1",
        tox_line = "1", tox = "skin", tox_grade = "2"),
    row(record_id = "2", gender = "2", born = "1992-02-29", last_seen = "2013-01-15"),
    row(record_id = "2", redcap_repeat_instrument = "treatment", redcap_repeat_instance = "1",
        drug = "B", begin = "2012-02-28", stopped = "2012-05-01"),
    row(record_id = "2", redcap_repeat_instrument = "treatment", redcap_repeat_instance = "2",
        drug = "A", begin = "2012-08-01"),
    row(record_id = "2", redcap_repeat_instrument = "response", redcap_repeat_instance = "1",
        resp_line = "2", resp_date = "2012-09-15", resp = "1")
  )
}

instruments <- c(lines = "treatment", assessments = "response", adverse_events = "toxicity")
line_field <- c(assessments = "resp_line", adverse_events = "tox_line")

test_that("one field may name the line for all tables", {
  export <- redcap_export()
  export$tox_line <- NULL
  tables <- redcap_tables(export, instruments[1:2], "resp_line")
  expect_identical(tables, redcap_tables(export, instruments[1:2], line_field[1L]))
})

test_that("a flat export becomes a registry", {
  file <- withr::local_tempfile(fileext = ".csv")
  utils::write.csv(redcap_export(), file, row.names = FALSE)
  study <- read_registry(
    redcap_tables(file, instruments, line_field),
    columns = list(
      patients = c(
        sex = "gender", birth_date = "born", last_contact_date = "last_seen",
        death_date = "died"
      ),
      lines = c(start_date = "begin", end_date = "stopped"),
      assessments = c(assessment_date = "resp_date", response = "resp"),
      adverse_events = c(category = "tox", grade = "tox_grade")
    ),
    values = list(
      sex = c("1" = "male", "2" = "female"),
      response = c("1" = "CR", "2" = "PR", "3" = "SD", "4" = "PD")
    )
  )
  expect_identical(study$lines$line_id, c("1-1", "2-1", "2-2"))
  expect_identical(study$lines$line_no, c(1L, 1L, 2L))
  expect_identical(study$patients$sex, c("male", "female"))
  expect_identical(study$assessments$line_id, c("1-1", "2-2"))
  expect_identical(study$assessments$response, c("SD", "CR"))
  expect_identical(study$adverse_events$grade, 2L)
  expect_identical(sort(names(study$patients)), sort(c(
    "patient_id", "sex", "birth_date", "last_contact_date", "death_date"
  )))
  expect_identical(derive_endpoint(study, endpoint_pfs())$days, c(111L, 63L, 167L))
})

test_that("exports that cannot be taken apart are refused", {
  export <- redcap_export()
  refused <- function(export, what, ...) {
    expect_error(redcap_tables(export, ...), what, class = "survlines_error_file")
  }
  refused(export[-2L], "redcap_repeat_instrument", instruments, line_field)
  refused(export, "therapy", c(lines = "therapy"))
  refused(export, "assessments", instruments[1:2])
  refused(rbind(export, export[1L, ]), "several rows", instruments, line_field)
  export$resp_line[3L] <- ""
  refused(export, "row 3", instruments, line_field)
  expect_error(redcap_tables(export, c(line = "treatment")), class = "survlines_error_argument")
})
