# A registry of another disease and another shape, made by this script: 400 treatment
# lines of multiple myeloma, eight drugs, French names, codes and dates, four codes of
# response, no grades, semicolons and Latin-1. Two dates are partial.

second_drugs <- c(
  "bortezomib", "carfilzomib", "daratumumab", "ixazomib", "lenalidomide", "melphalan",
  "pomalidomide", "thalidomide"
)

second_cutoff <- as.Date("2020-12-31")

# list(malades, lignes, evaluations, toxicites) with real dates, without a fault.
second_tables <- function() {
  withr::local_seed(400)
  n_lines <- c(rep(1:3, 50L), rep(1L, 100L))
  n <- length(n_lines)
  diagnosis <- as.Date("2008-01-01") + sample(0:1500, n, replace = TRUE)
  start <- diagnosis + sample(150:400, n, replace = TRUE)
  lines <- list()
  for (k in 1:3) {
    who <- which(n_lines >= k)
    duration <- sample(150:300, length(who), replace = TRUE)
    lines[[k]] <- data.frame(
      num = who, rang = k, debut = start[who], fin = start[who] + duration,
      motif = sample(c("PROG", "PROG", "TOX", "FIN"), length(who), replace = TRUE)
    )
    start[who] <- start[who] + duration + sample(20:60, length(who), replace = TRUE)
  }
  lines <- do.call(rbind, lines)
  lines <- lines[order(lines$num, lines$rang), ]
  lines$molecule <- sample(second_drugs, nrow(lines), replace = TRUE)
  last <- start + sample(30:200, n, replace = TRUE)
  dead <- rep(c(TRUE, FALSE), length.out = n)
  # Every tenth patient alive is still treated.
  ongoing <- !duplicated(lines$num, fromLast = TRUE) & lines$num %% 10L == 0L
  lines$fin[ongoing] <- NA
  lines$motif[ongoing] <- NA
  lines$ligne <- sprintf("T%03d", seq_len(nrow(lines)))
  list(
    malades = data.frame(
      num = sprintf("M%03d", seq_len(n)),
      centre = rep(c("H\u00f4pital A", "Centre B; annexe"), length.out = n),
      sexe = sample(c("H", "F"), n, replace = TRUE),
      naissance = diagnosis - sample(15000:30000, n, replace = TRUE),
      diagnostic = diagnosis, derniere_nouvelle = last,
      deces = replace(last, !dead, NA)
    ),
    lignes = data.frame(
      ligne = lines$ligne, num = sprintf("M%03d", lines$num), rang = lines$rang,
      molecule = lines$molecule, debut = lines$debut, fin = lines$fin, motif = lines$motif
    ),
    evaluations = second_evaluations(lines),
    toxicites = data.frame(
      ligne = lines$ligne[seq(1L, 399L, 2L)], date_debut = lines$debut[seq(1L, 399L, 2L)] + 10L,
      categorie = rep(c("neuropathie", "h\u00e9matologique"), length.out = 200L)
    )
  )
}

# Two evaluations a line, and a progression on the last day where that is why it ended.
second_evaluations <- function(lines) {
  early <- data.frame(
    ligne = lines$ligne, date_eval = lines$debut + 60L,
    reponse = sample(c("RC", "RP", "ST"), nrow(lines), replace = TRUE)
  )
  late <- data.frame(ligne = lines$ligne, date_eval = lines$debut + 120L, reponse = "ST")
  stopped <- lines[lines$motif %in% "PROG", ]
  progressed <- data.frame(ligne = stopped$ligne, date_eval = stopped$fin, reponse = "PROG")
  all <- rbind(early, late, progressed)
  all[order(all$ligne, all$date_eval), ]
}

# Plants one fault of every kind that such a registry can have, each in a patient of
# its own. list(tables, expected): table, row and rule of every fault.
plant_faults <- function(tables) {
  expected <- list()
  taken <- c("M001", "M002")
  planted <- function(table, row, rule) {
    expected[[length(expected) + 1L]] <<- data.frame(table = table, row = row, rule = rule)
  }
  lignes <- tables$lignes
  patient <- match(lignes$num, tables$malades$num)
  ends_it <- !duplicated(lignes$num, fromLast = TRUE)
  alive <- is.na(tables$malades$deces)[patient]
  ongoing <- is.na(lignes$fin)
  # The row of the first line that fits, of a patient nobody has touched.
  pick <- function(fits) {
    row <- which(fits & !lignes$num %in% taken)[1L]
    taken <<- c(taken, lignes$num[row])
    row
  }
  pick_patient <- function(fits) patient[pick(fits)]
  evaluation <- function(line, which_one) {
    which(tables$evaluations$ligne == lignes$ligne[line])[which_one]
  }
  append_row <- function(table, ...) {
    last <- tables[[table]][nrow(tables[[table]]), ]
    last[] <- lapply(last, function(cell) cell[NA_integer_])
    cells <- list(...)
    last[names(cells)] <- cells
    tables[[table]] <<- rbind(tables[[table]], last)
    nrow(tables[[table]])
  }
  set <- function(table, row, column, value) tables[[table]][[column]][row] <<- value
  any_line <- rep(TRUE, nrow(lignes))

  row <- pick_patient(any_line)
  set("malades", row, "sexe", "X")
  planted("patients", row, "not_in_dictionary")
  row <- pick_patient(any_line)
  set("malades", row, "naissance", tables$malades$diagnostic[row] + 1L)
  planted("patients", row, "diagnosis_before_birth")
  row <- pick_patient(any_line)
  set("malades", row, "naissance", as.Date("1880-01-01"))
  planted("patients", row, "implausible_age")
  row <- pick(ends_it & lignes$rang == 1L)
  set("malades", patient[row], "diagnostic", lignes$debut[row] + 1L)
  planted("lines", row, "start_before_diagnosis")
  row <- pick_patient(!alive)
  set("malades", row, "deces", tables$malades$deces[row] - 1L)
  planted("patients", row, "contact_after_death")
  row <- pick_patient(!alive)
  set("malades", row, "derniere_nouvelle", tables$malades$deces[row] - 1L)
  planted("patients", row, "death_after_contact")
  row <- pick_patient(alive)
  set("malades", row, "derniere_nouvelle", second_cutoff + 10L)
  planted("patients", row, "after_cutoff")

  row <- pick(ends_it & lignes$motif %in% "TOX")
  set("lignes", row, "fin", lignes$debut[row] - 1L)
  planted("lines", row, "end_before_start")
  row <- pick(ends_it & alive & lignes$motif %in% "TOX")
  set("lignes", row, "fin", tables$malades$derniere_nouvelle[patient[row]] + 1L)
  planted("lines", row, "line_after_contact")
  row <- pick(!ends_it & lignes$motif %in% "TOX")
  set("lignes", row, "fin", lignes$debut[row + 1L] + 1L)
  planted("lines", row, "overlapping_lines")
  row <- pick(!ends_it & lignes$motif %in% "TOX")
  set("lignes", row, "fin", NA)
  set("lignes", row, "motif", NA)
  planted("lines", row, "line_without_end")
  row <- pick(ends_it & !alive & lignes$motif %in% "TOX")
  set("lignes", row, "fin", NA)
  set("lignes", row, "motif", NA)
  planted("lines", row, "death_without_end")
  row <- pick(ends_it & lignes$rang == 2L)
  set("lignes", row, "rang", 3L)
  planted("lines", row, "line_no_gap")
  row <- pick(ends_it & ongoing)
  set("lignes", row, "motif", "TOX")
  planted("lines", row, "stop_without_end")
  row <- pick(ends_it & alive & lignes$motif %in% "TOX")
  set("lignes", row, "motif", "DC")
  planted("lines", row, "stop_by_death_alive")
  row <- pick(lignes$motif %in% "TOX")
  set("lignes", row, "motif", "PROG")
  planted("lines", row, "stop_without_progression")
  row <- pick(lignes$motif %in% "PROG")
  set("lignes", row, "motif", "FIN")
  planted("lines", row, "progression_without_stop")

  row <- pick(any_line)
  set("evaluations", evaluation(row, 1L), "date_eval", lignes$debut[row] - 1L)
  planted("assessments", evaluation(row, 1L), "assessment_before_start")
  row <- pick(ends_it & lignes$motif %in% "TOX")
  set(
    "evaluations", evaluation(row, 2L), "date_eval",
    tables$malades$derniere_nouvelle[patient[row]] + 1L
  )
  planted("assessments", evaluation(row, 2L), "assessment_after_contact")
  row <- pick(!ends_it & lignes$motif %in% "TOX")
  set("evaluations", evaluation(row, 2L), "date_eval", lignes$debut[row + 1L] + 1L)
  planted("assessments", evaluation(row, 2L), "assessment_in_next_line")
  row <- pick(any_line)
  set("evaluations", evaluation(row, 1L), "reponse", NA)
  planted("assessments", evaluation(row, 1L), "missing_value")
  row <- pick(ends_it & lignes$motif %in% "TOX")
  other <- append_row(
    "evaluations",
    ligne = lignes$ligne[row], date_eval = lignes$debut[row] + 120L, reponse = "RP"
  )
  planted("assessments", other, "contradictory_assessments")
  row <- pick(lignes$motif %in% "PROG")
  other <- append_row(
    "evaluations",
    ligne = lignes$ligne[row], date_eval = lignes$fin[row] + 1L, reponse = "ST"
  )
  planted("assessments", other, "response_after_progression")
  other <- append_row(
    "evaluations",
    ligne = "T999", date_eval = as.Date("2012-01-01"), reponse = "ST"
  )
  planted("assessments", other, "orphan_key")

  event <- function() {
    row <- pick(lignes$ligne %in% tables$toxicites$ligne)
    list(line = row, row = match(lignes$ligne[row], tables$toxicites$ligne))
  }
  at <- event()
  set("toxicites", at$row, "date_debut", lignes$debut[at$line] - 1L)
  planted("adverse_events", at$row, "event_before_start")
  at <- event()
  set(
    "toxicites", at$row, "date_debut", tables$malades$derniere_nouvelle[patient[at$line]] + 1L
  )
  planted("adverse_events", at$row, "event_after_contact")

  other <- append_row(
    "malades",
    num = "M998", derniere_nouvelle = as.Date("2012-01-01"), sexe = "F"
  )
  planted("patients", other, "patient_without_line")
  tables$malades <- rbind(tables$malades, tables$malades[1L, ])
  planted("patients", nrow(tables$malades), "duplicate_key")
  other <- append_row(
    "lignes",
    ligne = "T998", num = "M999", rang = 1L, molecule = "melphalan",
    debut = as.Date("2012-01-01")
  )
  planted("lines", other, "orphan_key")
  list(
    tables = tables, lines = lignes, patient = patient, pick = pick,
    expected = do.call(rbind, expected)
  )
}

# Writes the tables as a center would send them. `spoil` changes cells of the text:
# list(table = , row = , column = , text = ).
write_second <- function(tables, spoil = list(), frame = parent.frame()) {
  folder <- withr::local_tempdir(.local_envir = frame)
  partial <- list(
    list(table = "malades", row = 1L, column = "diagnostic", text = "2008"),
    list(
      table = "malades", row = 2L, column = "naissance",
      text = format(tables$malades$naissance[2L], "%m/%Y")
    )
  )
  text <- lapply(tables, function(table) {
    table[] <- lapply(table, function(column) {
      if (inherits(column, "Date")) format(column, "%d/%m/%Y") else as.character(column)
    })
    table
  })
  for (cell in c(partial, spoil)) {
    text[[cell$table]][[cell$column]][cell$row] <- cell$text
  }
  for (name in names(text)) {
    cells <- lapply(text[[name]], function(column) {
      ifelse(is.na(column), "", paste0("\"", column, "\""))
    })
    lines <- c(paste(names(cells), collapse = ";"), do.call(paste, c(unname(cells), sep = ";")))
    utf8 <- charToRaw(enc2utf8(paste0(lines, "\n", collapse = "")))
    latin1 <- iconv(list(utf8), "UTF-8", "latin1", toRaw = TRUE)[[1L]]
    writeBin(latin1, file.path(folder, paste0(name, ".csv")))
  }
  folder
}

# What somebody with such a folder has to say once.
read_second <- function(folder, ...) {
  read_registry(
    folder,
    tables = c(
      patients = "malades.csv", lines = "lignes.csv", assessments = "evaluations.csv",
      adverse_events = "toxicites.csv"
    ),
    columns = list(
      patients = c(
        patient_id = "num", center = "centre", sex = "sexe", birth_date = "naissance",
        diagnosis_date = "diagnostic", last_contact_date = "derniere_nouvelle",
        death_date = "deces"
      ),
      lines = c(
        line_id = "ligne", patient_id = "num", line_no = "rang", drug = "molecule",
        start_date = "debut", end_date = "fin", stop_reason = "motif"
      ),
      assessments = c(line_id = "ligne", assessment_date = "date_eval", response = "reponse"),
      adverse_events = c(line_id = "ligne", onset_date = "date_debut", category = "categorie")
    ),
    values = list(
      sex = c(H = "male", F = "female"),
      stop_reason = c(
        PROG = "progression", TOX = "toxicity", FIN = "completed", DC = "death"
      ),
      response = c(RC = "CR", RP = "PR", ST = "SD", PROG = "PD")
    ),
    date_format = "%d/%m/%Y", partial_dates = "mid", cutoff = second_cutoff, ...
  )
}
