# Numbers as a publication prints them, beside the same numbers computed from a registry.

published_columns <- list(
  needed = c("id", "printed"),
  optional = c(
    "place", "quantity", "population", "lower", "upper", "bounds", "unit", "n", "claim", "digits",
    "statistic", "table", "endpoint", "filter", "counted", "variable", "covariates", "time",
    "group", "method", "at_zero", "bounds_counted", "reason"
  )
)

#' Numbers printed in a publication, with what would compute them
#'
#' Reads a CSV file with one row per printed number. Nothing in it is code: what a number is
#' made of stands in columns of plain values, so that a reader can check a row by eye and a
#' file of a stranger can be read without running anything of theirs.
#'
#' @param file Path of a CSV file in UTF-8.
#' @return A tibble of text, one row per printed number, with every column below (`""` where the
#'   file has no such column). Numbers stay text, because `2` and `2.0` are not printed alike.
#' @section Columns:
#' What is printed:
#'
#' * `id`, `place`, `quantity`, `population`, `n`, `claim`: for readers; `id` is unique.
#' * `printed`: the number as printed, with a decimal point; `<10` is an inequality, `2009-09`
#'   (unit `month`) a calendar month.
#' * `lower`, `upper`: the bounds printed with it; `bounds` says which: `confidence` or `range`.
#' * `unit`: `count`, `%`, `months`, `years`, `HR`, `p`, ...
#' * `digits`: decimals to which value and bounds are held, where a number is printed shorter
#'   than those beside it (`3` in a sentence of `2.3` and `5.4`); by default its own.
#'
#' How it is computed:
#'
#' * `statistic`: `count`, `distinct`, `percent`, `largest_percent`, `mean`, `median`, `min`,
#'   `max`, `earliest`, `latest` (months of days), `survival_median`, `survival_percent`,
#'   `hazard_ratio`, `hazard_ratio_p`, `logrank_p`.
#' * `table`: whose rows are counted: `patients` (with the columns of the first line), `lines`
#'   ([line_covariates()] with `best_response`, and `pfs_days`, `pfs_months`, `pfs_event` for
#'   every rule), `assessments` or `adverse_events` (with the columns of their line).
#' * `endpoint`: for statistics of survival, the name of a rule.
#' * `filter`: which rows make the population; `counted`: which of them a percentage counts;
#'   `bounds_counted`: which its interval counts, where a publication differs.
#' * `variable`: the column that is summarized (`..._days` is turned into `unit`), or the term
#'   of the Cox model; `covariates`: all its terms; `time`: such as `6 months`; `group`: what a
#'   log-rank test compares, or, for `largest_percent`, `table.column`.
#' * `method`: of the interval: one of [proportion_interval()], `log-log`, `log` or `plain` for
#'   curves, `model` or `clustered` for Cox; `at_zero`: see [fit_km()].
#' * `reason`: why this number cannot come back, where that is known. A mismatch with a reason
#'   is an expected one.
#'
#' @section Conditions:
#' `filter`, `counted`, `bounds_counted`, `group` and the terms in `covariates` are conditions:
#' column, operator, value. Operators are `=`, `!=` (one of several values parted by `|`), `<`,
#' `<=`, `>`, `>=` (numbers and days) and `~` (contains the text). Several conditions, parted by
#' `;`, must all hold. `adverse_events.grade>=3` asks for a record of that table. A missing value
#' meets no condition.
#' @section Errors: `survlines_error_file` when there is no such file,
#'   `survlines_error_published` when a column is missing or an `id` occurs twice.
#' @seealso [compare_reported()]
#' @examples
#' file <- tempfile(fileext = ".csv")
#' writeLines(c(
#'   "id,quantity,printed,unit,statistic,table,filter,counted",
#'   "T1,women,50,%,percent,patients,,sex=female"
#' ), file)
#' read_published(file)
#' @export
read_published <- function(file) {
  file <- check_path(file)
  if (!is_file(file)) {
    abort_survlines("file", "There is no file {.path {file}} of published numbers.")
  }
  check_published(read_csv_text(file))
}

check_published <- function(published, call = rlang::caller_env()) {
  absent <- setdiff(published_columns$needed, names(published))
  if (!is.data.frame(published) || length(absent) > 0L) {
    abort_survlines("published", c(
      "The published numbers lack the column{?s} {.field {absent}}.",
      i = "See {.help read_published} for what the columns hold."
    ), call = call)
  }
  if (is.numeric(published$printed)) {
    abort_survlines("published", c(
      "{.field printed} must be text: numbers have lost how many digits were printed.",
      i = "Give the path of the CSV file, or read it with {.fn read_published}."
    ), call = call)
  }
  check_table(published, "published", call)
  published[] <- lapply(published, function(column) {
    column <- trimws(as.character(column))
    column[is.na(column)] <- ""
    column
  })
  absent <- setdiff(published_columns$optional, names(published))
  published[absent] <- rep(list(rep("", nrow(published))), length(absent))
  twice <- which(duplicated(published$id))
  if (length(twice) > 0L) {
    abort_survlines("published", c(
      "An {.field id} must occur once: {.val {published$id[twice]}} in {describe_rows(twice)}."
    ), call = call)
  }
  tibble::as_tibble(published)
}

#' Printed numbers beside those a registry gives
#'
#' Computes every number of a file of published numbers from a registry and says whether the
#' two agree.
#'
#' @param published A tibble of [read_published()], or the path of its CSV file.
#' @param registry A registry.
#' @param rules Rules of the endpoints that the rows name, see [derive_endpoint()].
#' @param conf_level Level of all intervals.
#' @inheritParams derive_endpoint
#' @return A tibble with one row per printed number, of class `survlines_comparison`:
#'
#'   * `id`, `place`, `quantity`, `unit`: as in `published`;
#'   * `printed`: the number as printed, with its bounds;
#'   * `recomputed`: the number from the registry with one digit more (counts: none); `bounds`:
#'     its bounds, where some are printed;
#'   * `verdict`: a factor `match`, `expected mismatch` (`published` gives a reason), `mismatch`,
#'     `not computed`;
#'   * `reason`: of a mismatch that is expected, or why nothing could be computed;
#'   * `value`, `lower`, `upper`: the recomputed numbers, not rounded (missing for months).
#'
#'   `summary()` counts verdicts by kind of number, because counts are easier to bring back than
#'   medians.
#' @section Formula: a recomputed number `x` matches a printed `p` with `d` decimals when
#'   \eqn{|x - p| \le 0.5 \cdot 10^{-d}}{|x - p| <= 0.5 * 10^-d}, ends included; a row matches when
#'   the value and each printed bound do. `<10` matches when `x < 10`. A month matches itself.
#'   Years have 365.25 days.
#' @section Errors: those of [read_published()] and [derive_endpoint()]. What is wrong with one
#'   row does not stop the others: its verdict is `not computed` and its reason is the error.
#' @seealso [read_published()]
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = c("P1", "P2"), sex = c("female", "male"), last_contact_date = "2012-09-01",
#'     death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = c("L1", "L2"), patient_id = c("P1", "P2"), drug = c("A", "B"),
#'     start_date = "2012-03-01", end_date = c("2012-06-20", "2012-05-01")
#'   )
#' )
#' printed <- data.frame(
#'   id = c("T1", "T2"), quantity = c("women", "treatment of women"), printed = c("50", "3.2"),
#'   unit = c("%", "months"), statistic = c("percent", "median"), table = c("patients", "lines"),
#'   filter = c("", "sex=female"), counted = c("sex=female", ""), variable = c("", "treatment_days")
#' )
#' compare_reported(printed, study)
#' @export
compare_reported <- function(published, registry, rules = list(endpoint_pfs(), endpoint_os()),
                             cutoff = NULL, days_per_month = 30.4375, conf_level = 0.95) {
  published <- as_published(published)
  check_registry(registry)
  check_level(conf_level)
  check_positive(days_per_month)
  check_rule_list(rules)
  data <- published_data(registry, rules, cutoff, days_per_month, conf_level)
  rows <- lapply(seq_len(nrow(published)), function(i) {
    compare_row(as.list(published[i, ]), data)
  })
  pick <- function(field, type) vapply(rows, `[[`, type, field)
  comparison <- tibble::tibble(
    published[c("id", "place", "quantity", "unit")],
    printed = show_printed(published),
    recomputed = pick("recomputed", ""),
    bounds = pick("bounds", ""),
    verdict = factor(pick("verdict", ""), levels = verdict_levels),
    reason = pick("reason", ""),
    value = pick("value", 0), lower = pick("lower", 0), upper = pick("upper", 0)
  )
  structure(comparison, class = c("survlines_comparison", class(comparison)))
}

# A data frame, or the path of a file of one.
as_published <- function(published, call = rlang::caller_env()) {
  check_given(published, call)
  if (is.data.frame(published)) {
    return(check_published(published, call))
  }
  if (!is.character(published)) {
    abort_survlines("argument", c(
      "{.arg published} must be a data frame or the path of a CSV file.",
      i = "See {.help read_published} for what the columns hold."
    ), call = call)
  }
  read_published(published)
}

check_rule_list <- function(rules, call = rlang::caller_env()) {
  if (!is.list(rules) || is.object(rules)) {
    abort_survlines("argument", c(
      "{.arg rules} must be a list of rules.",
      i = "Such as {.code list(endpoint_pfs(), endpoint_os())}."
    ), call = call)
  }
  lapply(rules, check_rule, call)
}

verdict_levels <- c("match", "expected mismatch", "mismatch", "not computed")

# What goes wrong in one row is the verdict on this row.
compare_row <- function(row, data) {
  nothing <- function(why) {
    list(
      verdict = "not computed", reason = why, recomputed = "", bounds = "",
      value = NA_real_, lower = NA_real_, upper = NA_real_
    )
  }
  if (row$statistic == "") {
    return(nothing("No statistic is given."))
  }
  tryCatch(
    judge(row, recompute(row, data)),
    survlines_error = function(condition) {
      nothing(cli::ansi_strip(gsub("\n", " ", conditionMessage(condition))))
    }
  )
}

judge <- function(row, found) {
  matches <- agrees(found$value, row$printed, row$digits) &&
    agrees(found$lower, row$lower, row$digits) && agrees(found$upper, row$upper, row$digits)
  verdict <- if (matches) "match" else if (nzchar(row$reason)) "expected mismatch" else "mismatch"
  number <- function(value) if (is.numeric(value)) as.numeric(value) else NA_real_
  bound <- function(value, text) if (nzchar(text)) number(value) else NA_real_
  lower <- bound(found$lower, row$lower)
  upper <- bound(found$upper, row$upper)
  list(
    verdict = verdict,
    reason = if (matches) "" else row$reason,
    recomputed = show_number(found$value, row$printed, row$unit),
    bounds = show_bounds(
      show_number(lower, row$lower, row$unit), show_number(upper, row$upper, row$unit)
    ),
    value = number(found$value), lower = lower, upper = upper
  )
}

# ---- the rule of agreement ----------------------------------------------------

printed_pattern <- "^(<=|>=|<|>)? *(-?[0-9]+(?:\\.([0-9]*))?)$"

# list(operator, number, digits) of "45.5", "<10", "1.00".
read_printed <- function(text) {
  parts <- regmatches(text, regexec(printed_pattern, text, perl = TRUE))[[1L]]
  if (length(parts) == 0L) {
    abort_survlines("published", c(
      "{.val {text}} is not a number.",
      i = "Numbers are printed with a decimal point and without a unit."
    ))
  }
  list(operator = parts[[2L]], number = as.numeric(parts[[3L]]), digits = nchar(parts[[4L]]))
}

# Whether a recomputed value would be printed like `text`; an empty text asks nothing.
agrees <- function(value, text, digits) {
  if (text == "") {
    return(TRUE)
  }
  if (is.na(value)) {
    return(FALSE)
  }
  if (is.character(value)) {
    return(value == text)
  }
  printed <- read_printed(text)
  if (printed$operator != "") {
    return(get(printed$operator, baseenv())(value, printed$number))
  }
  digits <- if (digits == "") printed$digits else as.integer(digits)
  # The ends belong to the interval, however the computer writes them.
  abs(value - printed$number) <= 0.5 * 10^-digits * (1 + 1e-9)
}

# ---- display --------------------------------------------------------------------

# One digit more than printed, so that a reader sees what was rounded; counts as they are.
show_number <- function(value, text, unit) {
  if (is.na(value)) {
    return("")
  }
  if (is.character(value)) {
    return(value)
  }
  digits <- if (unit == "count") 0L else read_printed(text)$digits + 1L
  formatC(value, digits = digits, format = "f")
}

show_bounds <- function(lower, upper) {
  ifelse(nzchar(lower) | nzchar(upper), paste(lower, "to", upper), "")
}

show_printed <- function(published) {
  bounds <- show_bounds(published$lower, published$upper)
  paste0(published$printed, ifelse(nzchar(bounds), paste0(" (", bounds, ")"), ""))
}

number_kinds <- c(
  "counts", "percentages", "times and ages", "hazard ratios", "p values", "other numbers"
)

kind_of_unit <- function(unit) {
  kinds <- c("count", "%", "days", "weeks", "months", "years", "HR", "p")
  number_kinds[c(1L, 2L, 3L, 3L, 3L, 3L, 4L, 5L, 6L)[match(unit, kinds, nomatch = 9L)]]
}

#' @rdname compare_reported
#' @param object,x A comparison.
#' @param ... There must be nothing else.
#' @export
summary.survlines_comparison <- function(object, ...) {
  check_nothing_else(..., .what = summary_name, .hint = NULL)
  kind <- kind_of_unit(object$unit)
  kinds <- c(
    list("all" = rep(TRUE, nrow(object))),
    lapply(rlang::set_names(number_kinds[-6L]), function(name) kind == name),
    list("with bounds" = grepl(" to ", object$printed, fixed = TRUE))
  )
  kinds <- Filter(any, kinds)
  counts <- lapply(verdict_levels, function(verdict) {
    vapply(kinds, function(rows) sum(object$verdict[rows] == verdict), 0L, USE.NAMES = FALSE)
  })
  tibble::as_tibble(c(
    list(numbers = names(kinds), printed = vapply(kinds, sum, 0L, USE.NAMES = FALSE)),
    rlang::set_names(counts, verdict_levels)
  ))
}

#' @rdname compare_reported
#' @export
print.survlines_comparison <- function(x, ...) {
  check_nothing_else(..., .of = "print", .hint = NULL)
  cli::cat_line(describe_comparison(x))
  differ <- x[x$verdict != "match", ]
  if (nrow(differ) > 0L) {
    cli::cat_line()
    bounds <- ifelse(nzchar(differ$bounds), paste0(" (", differ$bounds, ")"), "")
    shown <- data.frame(
      id = differ$id, place = differ$place, quantity = differ$quantity,
      printed = differ$printed, recomputed = paste0(differ$recomputed, bounds),
      verdict = differ$verdict
    )
    print(shown, right = FALSE, row.names = FALSE)
    cat_reasons(differ)
  }
  invisible(x)
}

# Each reason once, with the rows it belongs to.
cat_reasons <- function(rows) {
  rows <- rows[nzchar(rows$reason), ]
  if (nrow(rows) == 0L) {
    return(invisible())
  }
  cli::cat_line()
  for (reason in unique(rows$reason)) {
    ids <- paste(rows$id[rows$reason == reason], collapse = ", ")
    cli::cat_line(strwrap(paste0(ids, ": ", reason), exdent = 2L))
  }
}

# "263 of 272 printed numbers recomputed; 9 expected mismatches"
describe_comparison <- function(comparison) {
  n <- function(verdict) sum(comparison$verdict == verdict)
  plural <- function(count, word) paste0(count, " ", word, if (count != 1L) "es")
  others <- c(
    if (n("expected mismatch") > 0L) plural(n("expected mismatch"), "expected mismatch"),
    if (n("mismatch") > 0L) plural(n("mismatch"), "mismatch"),
    if (n("not computed") > 0L) paste(n("not computed"), "not computed")
  )
  paste(c(
    paste(n("match"), "of", nrow(comparison), "printed numbers recomputed"), others
  ), collapse = "; ")
}
