# Small counts of a table are masked, and with them others from which they could be worked out. A
# table hands over its counts and the sums that hold between them, also sums with counts it does
# not show (who had no event is what is left of the rows).

#' Masked counts
#'
#' Tables that may be published must not let anybody recognise a patient. With `min_cell = 5`
#' every count from 1 to 4 is shown as `<5` in all tables of this package.
#'
#' @section What is masked:
#' * **Small counts**: 1 to `min_cell - 1`, shown as `<5`. A zero is shown.
#' * **Other counts**, shown as `*`: as long as a masked count follows from its sum, the smallest
#'   part that is still shown is masked as well, and where none is left, the total. Whoever is left
#'   of a total (`19 of 20`) is protected like a count of the table.
#' * **What is made of masked counts**: percentages, intervals, medians and ranges of the same row;
#'   hazard ratios and p-values where a count of their level or of its reference is small.
#' * **Landmarks** of survival, where the events between two landmarks, or the rows that are left
#'   after the last of them, are few.
#'
#' @section What is promised:
#' No masked count can be found by subtraction within a sum. A reader knows that `<5` is 1 to 4,
#' that `*` is 0 or more, what is shown, and the sum. For a sum with total \eqn{S} and parts
#' \eqn{x_1 + \dots + x_k = S}, each known to lie between \eqn{l} and \eqn{u}, a part then lies in
#' \deqn{\max(l_i, l_S - \sum_{j \ne i} u_j) \le x_i \le \min(u_i, u_S - \sum_{j \ne i} l_j),}
#' and the total between the sums of the limits. Every masked count is left with two values or more.
#'
#' @section What is not promised:
#' * **Several sums at once**: levels in rows crossed with events in columns may tell more than each
#'   sum alone; so may inequalities (patients are not more than their lines; `any` event is not
#'   less than one of its kinds).
#' * **Several tables** of the same people, and readers who know part of the data.
#' * **Few possible values**: a count that is 3 or 4 is masked, but nearly known.
#' * **Ranges** (`10 to 70`): their ends are values of single people.
#'
#' Those need the optimisation of special software and the eye of whoever publishes the table.
#' @references
#' Willenborg L, de Waal T (2001). Elements of Statistical Disclosure Control. Lecture Notes in
#' Statistics 155. Springer, New York.
#'
#' Hundepool A, Domingo-Ferrer J, Franconi L, Giessing S, Schulte Nordholt E, Spicer K, de Wolf
#' P-P (2012). Statistical Disclosure Control. Wiley, Chichester.
#' @name masked-counts
#' @seealso [table_baseline()], [table_response()], [table_survival()], [table_cox()],
#'   [table_safety()]
#' @examples
#' table_survival(fit_km(Surv(time, status) ~ ph.ecog, lung), min_cell = 5)
NULL

check_min_cell <- function(min_cell, call = rlang::caller_env()) {
  if (is.null(min_cell)) {
    return(NULL)
  }
  if (!is_plain_vector(min_cell) || length(min_cell) != 1L || !is.finite(min_cell) ||
    min_cell < 3 || min_cell != round(min_cell)) {
    abort_survlines("argument", c(
      "{.arg min_cell} must be NULL or one whole number from 3.",
      i = "5 masks counts from 1 to 4. With 2, a masked count could only be 1."
    ), call = call)
  }
  min_cell
}

# Counts of a table, named. Those that are not `shown` follow from a sum and are no less to be
# protected.
no_counts <- function() list(value = numeric(), shown = logical(), sums = list())

add_counts <- function(counts, values, shown = TRUE) {
  counts$value <- c(counts$value, values)
  counts$shown <- c(counts$shown, rlang::rep_named(names(values), shown))
  counts
}

# Cell `total` is the sum of the cells `parts`.
add_sum <- function(counts, total, parts) {
  counts$sums <- c(counts$sums, list(list(total = total, parts = parts)))
  counts
}

# The parts are no more than the total; what is left is a cell of its own that is not shown.
add_rest <- function(counts, total, parts) {
  rest <- paste0("rest ", length(counts$sums))
  left <- counts$value[[total]] - sum(counts$value[parts])
  counts <- add_counts(counts, rlang::set_names(left, rest), shown = FALSE)
  add_sum(counts, total, c(parts, rest))
}

# Named by the cells: "small", "further" (masked for the sake of others) or "" (shown as it is).
mask_counts <- function(counts, min_cell) {
  mask <- rlang::rep_named(names(counts$value), "")
  if (is.null(min_cell)) {
    return(mask)
  }
  small <- counts$value > 0 & counts$value < min_cell
  mask[small & counts$shown] <- "small"
  repeat {
    before <- mask
    for (sum in counts$sums) mask <- protect_sum(sum, counts, mask, small, min_cell)
    if (identical(mask, before)) {
      return(mask)
    }
  }
}

# Masks more of one sum until none of its masked or small cells has only one possible value. This
# ends: with the total hidden, every part can be all that its own mask allows; and counts that do
# not add up to their total have nothing left to hide.
protect_sum <- function(sum, counts, mask, small, min_cell) {
  cells <- c(sum$parts, sum$total)
  secret <- mask[cells] != "" | small[cells]
  while (any(secret & single_valued(sum, counts, mask, min_cell))) {
    parts <- sum$parts[(counts$shown & mask == "" & counts$value > 0)[sum$parts]]
    next_cell <- c(parts[order(counts$value[parts])], sum$total)[1L]
    if (mask[[next_cell]] == "further") break
    mask[next_cell] <- "further"
    secret[cells == next_cell] <- TRUE
  }
  mask
}

# Which cells of a sum (parts, then total) a reader can work out from it.
single_valued <- function(sum, counts, mask, min_cell) {
  cells <- c(sum$parts, sum$total)
  unknown <- !counts$shown[cells] | mask[cells] == "further"
  low <- ifelse(unknown, 0, ifelse(mask[cells] == "small", 1, counts$value[cells]))
  high <- ifelse(unknown, Inf, ifelse(mask[cells] == "small", min_cell - 1, counts$value[cells]))
  parts <- seq_along(sum$parts)
  total <- length(cells)
  without <- function(limit, i) sum(limit[setdiff(parts, i)])
  least <- c(low[total] - vapply(parts, without, 0, limit = high), sum(low[parts]))
  most <- c(high[total] - vapply(parts, without, 0, limit = low), sum(high[parts]))
  # Sums of weights need not be whole; all others differ by 1 at least.
  unname(pmin(high, most) - pmax(low, least) < 0.5)
}

# The text of counts: as they are, or what their mask says of them.
masked_text <- function(value, mask, min_cell, text = as.character(value)) {
  masks <- c(small = paste0("<", min_cell), further = "*")
  ifelse(mask == "", text, masks[match(mask, names(masks))])
}
