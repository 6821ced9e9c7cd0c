audit_rows_of <- function(...) {
  rows <- data.frame(..., stringsAsFactors = FALSE)
  rows$id <- paste0("T", seq_len(nrow(rows)))
  audit_reported(rows)
}

# The rows of one check, as "ids: finding".
found_by <- function(audit, check) {
  audit <- audit[audit$check == check, ]
  paste0(audit$ids, ": ", audit$finding, if (nrow(audit) > 0L) " ", audit$explanation)[
    seq_len(nrow(audit))
  ]
}

published_osteosarcoma <- function() {
  read_published(
    system.file("extdata", "osteosarcoma", "published.csv", package = "survlines")
  )
}

# ---- the shipped publication ------------------------------------------------------

test_that("the contradictions of the shipped publication are found, and nothing else", {
  audit <- audit_reported(published_osteosarcoma())
  expect_identical(paste(audit$check, audit$ids), c(
    "percentage F107 F106", "percentage F123 F122", "percentage F186 F185",
    "percentage F188 F187", "proportion_interval F012", "two_intervals F012 F040",
    "hazard_ratio_direction F018 F069 F183 F255", "total F083 F085 F087",
    "any_part F217 F213", "any_part F218 F214", "repeated F013 F063 F254 F264",
    "repeated F003 F030 F111"
  ))
  said <- function(ids) audit$explanation[match(ids, audit$ids)]
  expect_match(said("F012"), "Wald interval of 12 of 33")
  expect_match(said("F107 F106"), "10 of 30")
  expect_match(said("F123 F122"), "Rounded up")
  expect_match(said("F186 F185"), "Truncated, not rounded. Rounded in the same place: F200")
  expect_match(said("F188 F187"), "Truncated, not rounded")
  expect_match(said("F083 F085 F087"), "3 are not told")
  expect_match(said("F018 F069 F183 F255"), "0.37")
  expect_match(said("F003 F030 F111"), "19 is also \"mean age at initiation\" (F110)", fixed = TRUE)
  expect_match(said("F013 F063 F254 F264"), "2.3 is also \"median PFS whole group\" (F056)",
    fixed = TRUE
  )
  expect_identical(attr(audit, "unread"), c("F028", "F029"))
})

test_that("only what is printed is read", {
  published <- published_osteosarcoma()
  audit <- audit_reported(published)
  noted <- setdiff(names(published), audit_columns)
  published[noted] <- "something else"
  expect_identical(audit_reported(published), audit)
  expect_identical(audit_reported(published[audit_columns]), audit)
  shuffled <- audit_reported(published[rev(seq_len(nrow(published))), ])
  expect_identical(sort(shuffled$check), sort(audit$check))
})

test_that("the code knows nothing of the shipped publication", {
  sources <- list.files(test_path("../../R"), "[.]R$", full.names = TRUE)
  skip_if(length(sources) == 0L, "the sources are not here")
  words <- unique(tolower(unlist(strsplit(c(
    published_osteosarcoma()$claim, "osteosarcoma sirolimus sorafenib sunitinib pazopanib TKI MTB"
  ), " "))))
  words <- setdiff(words, c("longer", "with"))
  code <- tolower(unlist(lapply(sources, readLines)))
  for (word in words) expect_false(any(grepl(paste0("\\b", word, "\\b"), code)), label = word)
})

# ---- each check -------------------------------------------------------------------

test_that("percentages: rounded, truncated, rounded up, or of something else", {
  count <- function(printed, n = "23") {
    audit <- audit_rows_of(
      quantity = "women", unit = c("count", "%"), printed = c("14", printed), n = n
    )
    expect_identical(summary(audit)$compared[[1L]], 1L)
    found_by(audit, "percentage")
  }
  expect_identical(count("61"), character())
  expect_identical(count("60.9"), character())
  expect_match(count("60"), "T2 T1: 14 of 23 is 60.9 %, not 60 %. Truncated")
  expect_match(count("60.86"), "Truncated")
  expect_match(count("58"), "It would be 14 of 24.", fixed = TRUE)
  # 1 of 8 is 12.5 %: half up and half to even are both rounding.
  half <- function(printed) {
    audit_rows_of(unit = "%", printed = printed, n = "8", quantity = "women")
  }
  expect_identical(found_by(half(c("12", "13")), "percentage"), character())
})

test_that("a percentage without a count must be that of some count", {
  audit <- audit_rows_of(
    quantity = c("a", "b", "c", "1-year survival"), unit = "%", population = "17 lines",
    printed = c("35", "36", "<10", "36")
  )
  expect_identical(
    found_by(audit, "percentage"),
    "T2: 36 % is not that of a whole number of 17. The nearest is 6 of 17, 35.3 %. Rounded up."
  )
  # n may be the count: 6 of 17.
  expect_identical(nrow(audit_rows_of(
    quantity = "a", unit = "%", population = "17 lines", printed = "35", n = "6"
  )), 0L)
})

test_that("denominators come from the counts of groups", {
  rows <- function(percent) {
    audit_rows_of(
      quantity = c("patients with X", "X fever", "X fever"), place = c("abstract", "t", "t"),
      population = c("40 patients", "of the arm", "of the arm"), unit = c("count", "count", "%"),
      printed = c("12", "5", percent)
    )
  }
  expect_identical(nrow(rows("42")), 0L)
  expect_match(found_by(rows("41"), "percentage"), "5 of 12 is 41.7 %, not 41 %. Truncated")
})

test_that("every method of an interval is recognized, and a wrong count named", {
  for (method in c("wald", "wilson", "clopper-pearson", "mid-p")) {
    limits <- 100 * unlist(proportion_interval(9, 41, method)[c("conf.low", "conf.high")])
    rows <- function(printed) {
      audit_rows_of(
        quantity = "response", unit = "%", printed = printed, n = "41",
        lower = sprintf("%.1f", limits[[1L]]), upper = sprintf("%.1f", limits[[2L]])
      )
    }
    expect_identical(nrow(rows("22")), 0L)
    wrong <- rows("26.8")
    expect_identical(wrong$check, "proportion_interval")
    expect_match(tolower(wrong$explanation), paste0("the ", method, " interval of 9 of 41"))
  }
  nothing <- audit_rows_of(
    quantity = "response", unit = "%", printed = "50", n = "20", lower = "49", upper = "51"
  )
  expect_match(nothing$explanation, "No method")
  ninety <- data.frame(
    id = "T1", unit = "%", quantity = "response", printed = "50", n = "20", lower = "31.6",
    upper = "68.4"
  )
  expect_identical(nrow(audit_reported(ninety, conf_level = 0.9)), 0L)
  expect_identical(nrow(audit_reported(ninety)), 1L)
})

hazard_ratio <- function(p, printed = "2.73", lower = "1.05", upper = "7.1", ..., label = "p arm") {
  audit_rows_of(
    quantity = c("HR arm", label), unit = c("HR", "p"), printed = c(printed, p),
    lower = c(lower, ""), upper = c(upper, ""), ...
  )
}

test_that("p values against hazard ratios", {
  for (p in c("0.04", "<0.05", ">0.03", "0.039")) expect_identical(nrow(hazard_ratio(p)), 0L)
  for (p in c("0.009", "<0.01", ">0.08", "0.4")) {
    expect_identical(hazard_ratio(p)$check, "hazard_ratio_p")
  }
  # Another test, and another covariate.
  expect_identical(nrow(hazard_ratio("0.4", label = "log-rank p arm")), 0L)
  expect_identical(nrow(hazard_ratio("0.4", label = "p age")), 0L)
  expect_identical(nrow(hazard_ratio("0.9", printed = "1.00", lower = "0.99", upper = "1")), 0L)
})

test_that("intervals of hazard ratios are symmetric on the logarithmic scale", {
  expect_identical(nrow(hazard_ratio("0.04", printed = "2.7")), 0L)
  shifted <- hazard_ratio("0.04", printed = "2.5")
  expect_match(found_by(shifted, "hazard_ratio_interval"), "The middle is 2.73", fixed = TRUE)
})

test_that("hazard ratios point where they are said to", {
  points <- function(quantity, printed, claim) {
    found_by(
      audit_rows_of(quantity = quantity, unit = "HR", printed = printed, claim = claim),
      "hazard_ratio_direction"
    )
  }
  expect_identical(points("HR of X", "0.4", "longer with X"), character())
  expect_identical(points("HR of X", "2.5", "shorter with X"), character())
  expect_match(points("HR of X", "2.5", "longer with X"), "reciprocal, 0.40")
  expect_match(points("HR of X", "0.5", "higher risk with X"), "against")
  expect_match(points("HR", "2.5", "longer with X"), "Not every row says which group")
  expect_identical(points("HR Y vs X", "2.5", "longer with X"), character())
  expect_match(points("HR X vs Y", "2.5", "longer with X"), "against")
  expect_identical(points("HR of X", "2.5", "of interest"), character())
  # What would be rounded to 1 points nowhere.
  expect_identical(points("HR of X", "1.0", "longer with X"), character())
})

test_that("numbers lie within their bounds", {
  bounds <- function(printed, lower, upper) {
    audit_rows_of(
      quantity = "median age", unit = "years", printed = printed, lower = lower, upper = upper
    )$finding
  }
  expect_identical(bounds("19", "9", "72"), character())
  expect_identical(bounds("9", "9.4", "72"), character())
  expect_identical(bounds("8", "9", "72"), "8 lies outside of 9 to 72.")
  expect_identical(bounds("73", "9", "72"), "73 lies outside of 9 to 72.")
  expect_identical(bounds("19", "72", "9"), "The lower bound 72 is above 9.")
})

test_that("parts add up to totals", {
  parts <- function(printed, quantity, n = "33") {
    audit_rows_of(quantity = quantity, printed = printed, n = n, unit = "count")
  }
  reasons <- paste("stopped for", c("progression", "death", "toxicity"))
  expect_identical(nrow(parts(c("26", "6", "1"), reasons)), 0L)
  expect_match(parts(c("26", "3", "1"), reasons)$explanation, "3 are not told")
  expect_match(parts(c("30", "3", "1"), reasons)$explanation, "1 is too many")
  # Far from the total, or one within the other: no parts.
  expect_identical(nrow(parts(c("9", "3", "1"), reasons)), 0L)
  expect_identical(
    nrow(parts(c("20", "10", "5"), paste("lines beyond", c("2", "4", "6"), "months"))), 0L
  )
  expect_identical(found_by(parts(c("10", "22"), c("men", "women")), "total"),
    "T1 T2: 10 + 22 is 32 of 33. 1 is not told."
  )
  expect_match(parts(c("34", "1"), c("x", "y"))$finding, "34 of 33")
  arms <- c("A skin", "B skin", "Total skin", "A blood")
  expect_identical(nrow(parts(c("3", "4", "7", "1"), arms, "")), 0L)
  expect_match(found_by(parts(c("3", "4", "8", "1"), arms, ""), "total"), "T3 T1 T2: 3 \\+ 4 is 7")
  # A part that says not to which total it belongs may make up what is missing, not what exceeds.
  cells <- paste("cell:", c("A grade 1", "B grade 1", "total grade 1", "C"))
  expect_identical(nrow(parts(c("3", "4", "8", "1"), cells, "")), 0L)
  expect_match(parts(c("3", "4", "6", "1"), cells, "")$finding, "3 \\+ 4 is 7, not 6")
})

test_that("no part exceeds the row of any", {
  parts <- function(quantity, printed) {
    audit_rows_of(quantity = quantity, printed = printed, unit = "count")$ids
  }
  expect_identical(parts(c("X >=1 event", "X skin", "Y skin"), c("3", "3", "9")), character())
  expect_identical(parts(c("X >=1 event", "X skin", "Y skin"), c("3", "4", "9")), "T2 T1")
  expect_identical(parts(c("X any event", "X skin"), c("3", "4")), "T2 T1")
  expect_identical(parts(c("X \u2265 1 event", "X skin"), c("3", "4")), "T2 T1")
  expect_identical(parts(c("X >=18 years", "X skin"), c("3", "4")), character())
})

test_that("one quantity has one value", {
  twice <- function(quantity, printed, population = "", lower = "", upper = "") {
    audit_rows_of(
      quantity = quantity, printed = printed, population = population, unit = "months",
      lower = lower, upper = upper
    )$ids
  }
  expect_identical(twice(c("6-month PFS", "PFS at six months"), c("15", "16")), "T1 T2")
  expect_identical(twice("median PFS", c("3", "2.7")), character())
  expect_identical(twice("median PFS", c("3", "2.3")), "T1 T2")
  expect_identical(twice("median PFS", c("19", "20")), "T1 T2")
  expect_identical(twice("median PFS", "3", lower = c("2", "2.6")), "T1 T2")
  expect_identical(
    twice("median PFS", c("3", "2"), population = c("23 lines", "10 lines")), character()
  )
  expect_identical(twice("median PFS", c("3", "2"), c("unclear (29 or 33)", "33 lines")), "T1 T2")
  expect_identical(twice(c("median PFS", "median PFS men"), c("3", "2")), character())
  expect_identical(twice(c("median PFS", "mean PFS"), c("3", "2")), character())
  expect_identical(
    twice(c("median age", "median age at start"), c("3", "2"), lower = "1", upper = "8"), "T1 T2"
  )
})

# ---- the result ---------------------------------------------------------------------

test_that("an audit says how much it compared and what it could not read", {
  audit <- audit_rows_of(
    quantity = c("women", "women", "start"), unit = c("count", "%", "month"), n = c("29", "29", ""),
    printed = c("10", "33", "2009-09")
  )
  expect_s3_class(audit, c("survlines_audit", "tbl_df"))
  expect_named(audit, c("check", "ids", "place", "printed", "finding", "explanation"))
  totals <- summary(audit)
  expect_identical(totals$check, names(audit_checks()))
  expect_identical(sum(totals$findings), 1L)
  expect_identical(totals$compared[totals$check == "percentage"], 1L)
  expect_output(print(audit), "Not read as numbers: T3")
  expect_output(print(audit), "10 of 29 is 34.5 %, not 33 %")
  none <- audit_reported(data.frame(id = "T1", printed = "3"))
  expect_identical(nrow(none), 0L)
  expect_output(print(none), "0 findings in 0 comparisons")
})

test_that("what cannot be audited is refused", {
  expect_error(audit_reported("nowhere.csv"), class = "survlines_error_file")
  expect_error(audit_reported(data.frame(id = "T1")), class = "survlines_error_published")
  expect_error(audit_reported(3), class = "survlines_error")
  expect_error(
    audit_reported(data.frame(id = "T1", printed = "3"), conf_level = 95),
    class = "survlines_error_argument"
  )
})

# ---- how often it is right --------------------------------------------------------------

# What one check alone finds: the others cannot change it, and need not be made 200 times.
ids_found_by <- function(kind, paper) {
  rows <- audit_rows(check_published(paper))
  findings <- audit_checks()[[kind]]$find(rows, 0.95)$findings
  unlist(lapply(findings, function(found) rows$id[found$at]))
}

test_that("one check alone finds what it finds among the others", {
  set.seed(3)
  paper <- consistent_paper()
  for (kind in names(corruptions)) {
    changed <- corruptions[[kind]](paper)$paper
    audit <- audit_reported(changed)
    ids <- as.character(unlist(strsplit(audit$ids[audit$check == kind], " ")))
    expect_setequal(as.character(ids_found_by(kind, changed)), ids)
  }
})

test_that("consistent papers raise no alarm, and papers with one number changed do", {
  set.seed(4)
  n <- n_random_sets(200L)
  papers <- replicate(n, consistent_paper(), simplify = FALSE)
  alarms <- vapply(papers, function(paper) nrow(audit_reported(paper)) > 0L, NA)
  expect_lt(mean(alarms), 0.02)

  kinds <- rep_len(names(corruptions), n)
  found <- mapply(function(paper, kind) {
    changed <- corruptions[[kind]](paper)
    changed$paper$id[[changed$row]] %in% ids_found_by(kind, changed$paper)
  }, papers, kinds)
  # A changed number may be one that is possible as well: moved within its bounds, for instance.
  least <- c(percentage = 0.8, proportion_interval = 0.8, two_intervals = 0.9,
    hazard_ratio_p = 0.6, hazard_ratio_interval = 0.6, hazard_ratio_direction = 1,
    within_bounds = 0.8, total = 1, any_part = 1, repeated = 0.9
  )
  expect_setequal(names(least), names(audit_checks()))
  for (kind in names(least)) {
    missed <- sum(!found[kinds == kind])
    allowed <- ceiling((1 - least[[kind]]) * sum(kinds == kind))
    expect_lte(missed, allowed, label = paste("papers missed by", kind))
  }
})
