# Whether the numbers of a publication can be true together, judged from the print alone.

# All that an audit may read: what is printed, never what somebody noted about it.
audit_columns <- c(
  "id", "place", "quantity", "population", "printed", "lower", "upper", "unit", "n", "claim"
)

#' Audit printed numbers without data
#'
#' Asks whether the numbers a publication prints can be true together. It needs no registry:
#' percentages are held against counts, intervals against proportions, p values against hazard
#' ratios, and numbers against their repetitions.
#'
#' @param published A tibble of [read_published()], or the path of its CSV file.
#' @param conf_level Level of all printed intervals.
#' @return A tibble of class `survlines_audit` with one row per finding:
#'
#'   * `check`: the check it fails, see below;
#'   * `ids`: the rows it is about, parted by spaces;
#'   * `place`: where they stand;
#'   * `printed`: the numbers as printed;
#'   * `finding`: what is wrong;
#'   * `explanation`: what would explain it, `""` where nothing is known that would.
#'
#'   The attribute `compared` says how many comparisons each check made: no finding among no
#'   comparison says nothing. `summary()` is a tibble of `check`, `compared` and `findings`. The
#'   attribute `unread` has the ids of rows whose numbers could not be read, such as months.
#' @section What is read: only the columns `r audit_columns` of `published`; nothing that says how
#'   a number is computed or what is thought of it.
#' @eval audit_rd()
#' @section Which rows belong together:
#'
#' * Quantities and populations are compared as sets of words: small letters, no plural s, numbers
#'   in figures, nothing in brackets, none of `r audit_words$skipped`;
#'   `r audit_words$start` are one word. "6-month PFS" is "PFS at 6 months".
#' * Two populations differ when they begin with different numbers or, where one has no number,
#'   have different words. An empty or unclear population differs from none.
#' * The denominator is `n`, or the number that the population begins with, or the count of the
#'   group whose name the quantity begins with or the population consists of. Where several can
#'   be meant, a percentage is accepted when one fits.
#' * A printed number stands for all that are rounded to it; a comparison fails only when no
#'   choice among these agrees.
#' * Percentages of survival are no shares of a count, and are left out.
#' @section Power: Of 200 consistent papers of 50 numbers made at random, none raised an alarm. Of
#'   40 with one number changed, for each check, its own check found every changed percentage, bound
#'   of a proportion, hazard ratio, direction, part, total and repetition; a changed p value in 35,
#'   and a median moved by at least six years in 33, the others being possible still.
#'   `tests/testthat/test-audit.R` holds the package to such shares. Real publications use more
#'   words than these papers.
#' @section Errors: those of [read_published()]; `survlines_error_argument` for a wrong level.
#' @seealso [compare_reported()], which needs the registry.
#' @references Brown NJL, Heathers JAJ (2017). The GRIM test: a simple technique detects numerous
#'   anomalies in the reporting of results in psychology. Social Psychological and Personality
#'   Science 8, 363-369. Altman DG, Bland JM (2011). How to obtain the P value from a confidence
#'   interval. BMJ 343, d2304.
#' @examples
#' printed <- data.frame(
#'   id = c("T1", "T2", "T3"), place = "table 1", quantity = c("women", "women", "response"),
#'   population = "29 patients", unit = c("count", "%", "%"), n = "29",
#'   printed = c("10", "33", "41.4"), lower = c("", "", "23.5"), upper = c("", "", "59.3")
#' )
#' audit_reported(printed)
#' @export
audit_reported <- function(published, conf_level = 0.95) {
  published <- as_published(published)
  published[setdiff(names(published), audit_columns)] <- NULL
  check_level(conf_level)
  rows <- audit_rows(published)
  found <- lapply(audit_checks(), function(check) check$find(rows, conf_level))
  findings <- lapply(found, `[[`, "findings")
  checks <- rep(names(found), lengths(findings))
  structure(
    tibble::new_tibble(
      as_findings(checks, do.call(c, unname(findings)), rows),
      nrow = length(checks), class = "survlines_audit"
    ),
    compared = vapply(found, `[[`, 0L, "compared"),
    unread = rows$id[is.na(rows$value)]
  )
}

# Every check is a name, what it asks, and the function that finds. The help page is made from it.
audit_checks <- function() {
  list(
    percentage = list(
      asks = paste(
        "Is a percentage that of its count and denominator, rounded; or truncated, or rounded up?",
        "Without a count: is it that of any count?"
      ),
      find = audit_percentages
    ),
    proportion_interval = list(
      asks = paste(
        "Is the interval of a percentage a Wald, Wilson, Clopper-Pearson or mid-p interval of its",
        "count; or of another?"
      ),
      find = audit_intervals
    ),
    two_intervals = list(
      asks = "Has one percentage of one denominator two intervals?",
      find = audit_two_intervals
    ),
    hazard_ratio_p = list(
      asks = paste(
        "Is a p value that of its hazard ratio and interval? (Wald test; 10 % of the statistic",
        "are granted to the likelihood-ratio and the score test; log-rank tests are left out.)"
      ),
      find = audit_p_values
    ),
    hazard_ratio_interval = list(
      asks = "Is the hazard ratio in the middle of its interval on the logarithmic scale?",
      find = audit_log_symmetry
    ),
    hazard_ratio_direction = list(
      asks = paste(
        "Does the hazard ratio point where its `claim` does? (Such as \"longer with X\"; the",
        "hazard ratio is read as that of X, or of what stands before \"vs\".)"
      ),
      find = audit_directions
    ),
    within_bounds = list(
      asks = "Does a median, mean or other number lie within the bounds printed with it?",
      find = audit_bounds
    ),
    total = list(
      asks = paste(
        "Do the rows of a table add up to the row called total? Do three or more counts that",
        "differ in their last words add up to `n`? (Only where they come within a quarter of it,",
        "since others need not be parts of a whole.) Do male and female? Is a count above `n`?"
      ),
      find = audit_totals
    ),
    any_part = list(
      asks = paste(
        "Does a part exceed the row of its group called \"any\", \"at least one\" or \">=1\"?"
      ),
      find = audit_any_parts
    ),
    repeated = list(
      asks = paste(
        "Has one quantity of one population two values? The same words name the same quantity;",
        "or the words of one are among those of the other and both bounds are the same."
      ),
      find = audit_repeated
    )
  )
}

# The checks as a table of the help page.
audit_rd <- function() {
  checks <- audit_checks()
  c(
    "@section The checks:",
    "| check | what it asks |",
    "|---|---|",
    sprintf("| `%s` | %s |", names(checks), vapply(checks, `[[`, "", "asks"))
  )
}

# ---- findings -----------------------------------------------------------------

# What a check returns: how many comparisons it made, and a list of findings.
audited <- function(compared, findings = list()) {
  list(compared = as.integer(compared), findings = Filter(Negate(is.null), findings))
}

# `at` are row numbers.
finding <- function(at, what, explanation = "") {
  list(at = at, what = what, explanation = explanation)
}

as_findings <- function(checks, findings, rows) {
  of_rows <- function(text, sep) {
    vapply(findings, function(found) paste(unique(text[found$at]), collapse = sep), "")
  }
  findings <- unname(findings)
  list(
    check = checks,
    ids = of_rows(rows$id, " "),
    place = of_rows(rows$place, ", "),
    printed = of_rows(paste0(rows$shown, ifelse(rows$unit == "%", " %", "")), "; "),
    finding = vapply(findings, `[[`, "", "what"),
    explanation = vapply(findings, `[[`, "", "explanation")
  )
}

# ---- display --------------------------------------------------------------------

#' @rdname audit_reported
#' @param object,x An audit.
#' @param ... There must be nothing else.
#' @export
summary.survlines_audit <- function(object, ...) {
  check_nothing_else(..., .what = summary_name, .hint = NULL)
  compared <- attr(object, "compared")
  checks <- names(compared)
  findings <- vapply(checks, function(check) sum(object$check == check), 0L)
  tibble::tibble(check = checks, compared = unname(compared), findings = unname(findings))
}

#' @rdname audit_reported
#' @export
print.survlines_audit <- function(x, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  compared <- sum(attr(x, "compared"))
  cli::cat_line(count_of(nrow(x), "finding"), " in ", count_of(compared, "comparison"), ".")
  unread <- attr(x, "unread")
  if (length(unread) > 0L) {
    cli::cat_line("Not read as numbers: ", paste(unread, collapse = ", "), ".")
  }
  for (check in unique(x$check)) {
    cli::cat_line()
    cli::cat_line(check)
    found <- x[x$check == check, ]
    text <- paste0(found$ids, " (", found$place, "): ", found$finding, " ", found$explanation)
    cli::cat_line(strwrap(text, indent = 2L, exdent = 4L))
  }
  invisible(x)
}
