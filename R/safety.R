#' Worst grade of every line and category
#'
#' @param registry A registry.
#' @param cutoff Day of the data lock (a `Date` or ISO text) or `NULL`: lines that start
#'   and events that begin later are not counted.
#' @return A tibble with one row per line and category seen in it: `patient_id`,
#'   `line_id`, `category`, `worst_grade` (`NA` when none of the events is graded)
#'   and `events` (how many were reported).
#' @section Errors: `survlines_error_argument` when `registry` is no registry.
#' @seealso [adverse_event_table()]
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   ),
#'   adverse_events = data.frame(
#'     line_id = "L1", category = c("skin", "skin", "fatigue"), grade = c(1, 3, 2)
#'   )
#' )
#' worst_grades(study)
#' adverse_event_table(study)
#' @export
worst_grades <- function(registry, cutoff = NULL) {
  check_registry(registry)
  registry <- reported_by(registry, as_cutoff(cutoff))
  events <- registry$adverse_events
  line <- match_rows(events, registry$lines, "line_id")
  category <- column_or_missing(events, "category")
  grade <- column_or_missing(events, "grade", NA_integer_)
  # Sorted by line and category, the worst first.
  sorted <- order(line, category, -grade, method = "radix", na.last = TRUE)
  key <- paste(line, value_codes(category))
  first <- sorted[!duplicated(key[sorted])]
  tibble::tibble(
    patient_id = registry$lines$patient_id[line[first]],
    line_id = events$line_id[first],
    category = category[first],
    worst_grade = grade[first],
    events = tabulate(match(key, key[first]), length(first))
  )
}

#' Adverse events by category and grade
#'
#' Lines are counted once per category, by their worst grade (CTCAE); events are
#' counted as reported. The two totals are different things and stand apart.
#'
#' @param registry A registry.
#' @param by Names of columns of [line_covariates()] that make groups, or `NULL` for
#'   all lines together.
#' @inheritParams worst_grades
#' @return A tibble with one row per group and category, and one row `any` per group, which is its
#'   first (whatever the categories are called): the columns of `by`, `category`, `lines` (the
#'   denominator: all lines of the group), `lines_affected`, `share` (of the lines), `grade_1` to
#'   `grade_5` (lines by worst grade), `not_graded` (lines none of whose events has a grade from 1
#'   to 5) and `events`.
#' @section Errors: `survlines_error_covariate` for an unknown column in `by`.
#' @references National Cancer Institute (2017). Common Terminology Criteria for
#'   Adverse Events (CTCAE), version 5.0.
#' @seealso [worst_grades()]
#' @examples
#' study <- registry(
#'   patients = data.frame(
#'     patient_id = "P1", last_contact_date = "2012-09-01", death_date = NA
#'   ),
#'   lines = data.frame(
#'     line_id = "L1", patient_id = "P1", drug = "A",
#'     start_date = "2012-03-01", end_date = "2012-06-20"
#'   ),
#'   adverse_events = data.frame(
#'     line_id = "L1", category = c("skin", "skin", "fatigue"), grade = c(1, 3, 2)
#'   )
#' )
#' adverse_event_table(study, by = "drug")
#' @export
adverse_event_table <- function(registry, by = "drug", cutoff = NULL) {
  check_registry(registry)
  registry <- reported_by(registry, as_cutoff(cutoff))
  groups <- line_groups(registry, by, registry$lines$line_id)
  rows <- count_events(registry, groups)
  columns <- setdiff(names(rows), c("group", "all_categories"))
  tibble::as_tibble(c(
    lapply(as.list(groups$labels), function(label) label[rows$group]), as.list(rows[columns])
  ))
}

# One row for all categories of a group together (`all_categories`), then one for each category
# that it has: a category may be called `any`, too.
count_events <- function(registry, groups) {
  worst <- worst_grades(registry)
  group <- groups$group[match(worst$line_id, registry$lines$line_id)]
  categories <- sort(unique(worst$category), na.last = TRUE)
  n_places <- length(categories) + 1L
  over_all <- worst_of_all(worst)
  counted <- rbind(over_all, worst)
  place <- c(rep(1L, nrow(over_all)), 1L + match(worst$category, categories))
  cell <- (group[match(counted$line_id, worst$line_id)] - 1L) * n_places + place
  tabulated <- tabulate_cells(counted, cell, groups$n * n_places)
  in_group <- rep(seq_len(groups$n), each = n_places)
  lines <- tabulate(groups$group, groups$n)[in_group]
  rows <- data.frame(
    group = in_group, all_categories = rep(seq_len(n_places) == 1L, groups$n),
    category = rep(c("any", categories), groups$n), lines = lines,
    lines_affected = tabulated$lines_affected, share = tabulated$lines_affected / lines,
    tabulated[-1L]
  )
  rows[rows$lines_affected > 0L | rows$all_categories, ]
}

# One row per line over all its categories.
worst_of_all <- function(worst) {
  sorted <- order(match(worst$line_id, worst$line_id), -worst$worst_grade, na.last = TRUE)
  first <- sorted[!duplicated(worst$line_id[sorted])]
  over_all <- worst[first, ]
  over_all$events <- as.integer(rowsum(worst$events, match(worst$line_id, over_all$line_id)))
  over_all
}

# Events of a line that the registry does not have are in no cell.
tabulate_cells <- function(counted, cell, n) {
  by_grade <- lapply(rlang::set_names(1:5, paste0("grade_", 1:5)), function(grade) {
    tabulate(cell[counted$worst_grade %in% grade], n)
  })
  events <- integer(n)
  known <- !is.na(cell)
  sums <- rowsum(counted$events[known], cell[known])
  events[as.integer(rownames(sums))] <- as.integer(sums)
  c(
    list(lines_affected = tabulate(cell, n)),
    by_grade,
    list(not_graded = tabulate(cell[!counted$worst_grade %in% 1:5], n), events = events)
  )
}
