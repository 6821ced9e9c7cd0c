# A registry small enough to be worked out by hand: four patients, five lines.
small_tables <- function() {
  list(
    patients = data.frame(
      patient_id = c("P1", "P2", "P3", "P4"),
      sex = c("male", "female", "female", "male"),
      birth_date = c("1994-03-02", "1992-02-29", "1940-01-01", "2000-12-31"),
      diagnosis_date = c("2009-10-20", "2010-01-01", "2011-01-01", "2011-02-01"),
      last_contact_date = c("2012-09-01", "2013-01-15", "2012-06-01", "2012-12-31"),
      death_date = c("2012-09-01", NA, "2012-06-01", NA)
    ),
    lines = data.frame(
      line_id = c("L1", "L2", "L3", "L4", "L5"),
      patient_id = c("P1", "P2", "P3", "P4", "P2"),
      line_no = c(1, 1, 1, 1, 2),
      drug = c("A", "B", "A", "B", "A"),
      start_date = c("2012-03-01", "2012-02-28", "2012-04-01", "2012-05-01", "2012-08-01"),
      end_date = c("2012-06-20", "2012-05-01", "2012-06-01", NA, "2012-10-01"),
      stop_reason = c("toxicity", "toxicity", "death", NA, "completed")
    ),
    assessments = data.frame(
      line_id = c("L1", "L1", "L2", "L5", "L4"),
      assessment_date = c("2012-04-12", "2012-05-30", "2012-07-15", "2012-09-15", "2012-07-01"),
      response = c("SD", "PR", "PD", "CR", "PR"),
      method = c("RECIST", "RECIST", "clinical", "RECIST", "RECIST")
    ),
    adverse_events = data.frame(
      line_id = c("L1", "L1", "L2"),
      onset_date = c("2012-03-05", NA, "2012-03-03"),
      category = c("skin", "skin", "fatigue"),
      term = c("rash", "itch", "tired"),
      grade = c(1, 3, NA)
    )
  )
}

small_registry <- function(...) {
  do.call(registry, c(small_tables(), list(...)))
}

# The tables with one cell changed.
change <- function(tables, table, row, column, value) {
  tables[[table]][[column]][row] <- value
  tables
}

registry_of <- function(tables) do.call(registry, tables)

# One patient, one line, these assessments: for rules looked at one by one.
one_line <- function(responses = character(), dates = character(), end = NA, death = NA,
                     contact = "2013-12-31", stop_reason = NA, next_start = NULL,
                     method = rep("RECIST", length(responses))) {
  starts <- c("2012-01-01", next_start)
  n <- length(starts)
  registry(
    patients = data.frame(
      patient_id = "P1", diagnosis_date = "2011-01-01", last_contact_date = contact,
      death_date = death
    ),
    lines = data.frame(
      line_id = paste0("L", seq_len(n)), patient_id = "P1", line_no = seq_len(n), drug = "A",
      start_date = starts, end_date = c(end, rep(NA, n - 1L)),
      stop_reason = c(stop_reason, rep(NA, n - 1L))
    ),
    assessments = data.frame(
      line_id = rep("L1", length(responses)), assessment_date = dates, response = responses,
      method = method
    ),
    rules = only_errors()
  )
}

# Rules of endpoints are looked at on registries that give warnings on purpose.
only_errors <- function() {
  rules <- registry_rules()
  rules[rules$severity == "error", ]
}

# A registry at random: one to three lines a patient, many ties of dates.
random_tables <- function(n) {
  day <- as.Date("2010-01-01")
  patient_id <- paste0("P", seq_len(n))
  n_lines <- sample(1:3, n, replace = TRUE)
  of <- rep(seq_len(n), n_lines)
  line_no <- sequence(n_lines)
  start <- day + 60L * (line_no - 1L) + sample(0:40, length(of), replace = TRUE)
  duration <- sample(c(0:70, rep(NA, 20)), length(of), replace = TRUE)
  last <- day + 60L * n_lines + sample(130:300, n, replace = TRUE)
  dead <- sample(c(TRUE, FALSE), n, replace = TRUE)
  k <- 4L * length(of)
  which_line <- sample(seq_along(of), k, replace = TRUE)
  list(
    patients = data.frame(
      patient_id = patient_id, last_contact_date = last,
      death_date = ifelse(dead, last, NA) + as.Date("1970-01-01")
    ),
    lines = data.frame(
      line_id = paste0("L", seq_along(of)), patient_id = patient_id[of], line_no = line_no,
      drug = sample(c("A", "B"), length(of), replace = TRUE),
      start_date = start, end_date = start + duration
    ),
    assessments = data.frame(
      line_id = paste0("L", which_line),
      assessment_date = pmin(
        start[which_line] + sample(0:90, k, replace = TRUE), last[of[which_line]]
      ),
      response = sample(c("CR", "PR", "SD", "PD", "NE"), k, replace = TRUE)
    )
  )
}

# The tables as a folder of CSV files that lives as long as the calling test.
write_folder <- function(tables, na = "", frame = parent.frame()) {
  folder <- withr::local_tempdir(.local_envir = frame)
  for (name in names(tables)) {
    utils::write.csv(
      tables[[name]], file.path(folder, paste0(name, ".csv")),
      row.names = FALSE, na = na
    )
  }
  folder
}

# The rule of PFS once more, one line at a time and without cleverness.
slow_pfs <- function(tables, line_id) {
  line <- tables$lines[tables$lines$line_id == line_id, ]
  patient <- tables$patients[tables$patients$patient_id == line$patient_id, ]
  starts <- tables$lines$start_date[tables$lines$patient_id == line$patient_id]
  later <- starts[starts > line$start_date]
  next_start <- if (length(later) > 0L) min(later) else as.Date("9999-01-01")
  seen <- tables$assessments[tables$assessments$line_id == line_id, ]
  seen <- seen$assessment_date[
    seen$response == "PD" & seen$assessment_date >= line$start_date &
      seen$assessment_date <= next_start
  ]
  treatment_end <- min(line$end_date, next_start, na.rm = TRUE)
  progression <- if (length(seen) > 0L) min(seen) else as.Date(NA)
  death <- patient$death_date
  if (!is.na(death) && death > treatment_end) death <- NA
  event <- c(progression, death)
  if (!all(is.na(event))) {
    return(list(days = as.integer(min(event, na.rm = TRUE) - line$start_date), event = TRUE))
  }
  exit <- min(line$end_date, next_start, patient$last_contact_date, na.rm = TRUE)
  list(days = as.integer(exit - line$start_date), event = FALSE)
}
