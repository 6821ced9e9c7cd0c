# Intervals of percentages: which method, and which count, they belong to.

interval_methods <- function() {
  list(
    Wald = wald_interval, Wilson = wilson_interval, `Clopper-Pearson` = exact_interval,
    `mid-p` = mid_p_interval
  )
}

rows_with_interval <- function(rows) {
  which(
    rows$unit == "%" & !rows$is_survival & is_number(rows$ranges$printed) &
      is_number(rows$ranges$lower) & is_number(rows$ranges$upper)
  )
}

audit_intervals <- function(rows, conf_level) {
  groups <- group_counts(rows)
  judged <- lapply(rows_with_interval(rows), function(i) {
    totals <- if (is.na(rows$total[[i]])) implied_sizes(rows, i, groups) else rows$total[[i]]
    totals <- totals[totals > 0]
    if (length(totals) > 0L) judge_interval(rows, i, totals, conf_level)
  })
  judged <- Filter(Negate(is.null), judged)
  audited(length(judged), Filter(function(one) length(one) > 0L, judged))
}

# A finding, or an empty list when some method gives the interval of the printed percentage.
judge_interval <- function(rows, i, totals, conf_level) {
  bounds <- lapply(rows$ranges[c("lower", "upper")], range_at, i)
  printed <- range_at(rows$ranges$printed, i)
  for (n in totals) {
    for (method in interval_methods()) {
      if (any(fits_bounds(method, counts_of_percentage(printed, n), n, bounds, conf_level))) {
        return(list())
      }
    }
  }
  n <- totals[[1L]]
  others <- methods_that_fit(counts_within(bounds, n), n, bounds, conf_level)
  x <- counts_of_percentage(printed, n)
  finding(
    i, sprintf("No interval of %s is %s to %s.",
      if (length(x) == 0L) paste0(printed$value, " %") else paste(x[[1L]], "of", n),
      rows$lower[[i]], rows$upper[[i]]
    ),
    describe_interval_fits(others, n)
  )
}

counts_of_percentage <- function(printed, n) {
  x <- seq(max(0, floor(printed$from * n / 100)), min(n, ceiling(printed$to * n / 100)))
  x[100 * x / n >= printed$from & 100 * x / n <= printed$to]
}

# An interval contains its estimate.
counts_within <- function(bounds, n) {
  x <- seq.int(0L, n)
  x[100 * x / n >= bounds$lower$from & 100 * x / n <= bounds$upper$to]
}

# Whether the intervals of counts `x` have bounds that are printed like these.
fits_bounds <- function(interval, x, n, bounds, conf_level) {
  vapply(x, function(count) {
    limits <- 100 * interval(count, n, conf_level)
    limits[[1L]] >= bounds$lower$from && limits[[1L]] <= bounds$lower$to &&
      limits[[2L]] >= bounds$upper$from && limits[[2L]] <= bounds$upper$to
  }, NA)
}

# Which counts of `x` and which methods give these bounds.
methods_that_fit <- function(x, n, bounds, conf_level) {
  methods <- interval_methods()
  fits <- vapply(
    methods, fits_bounds, logical(length(x)),
    x = x, n = n, bounds = bounds, conf_level = conf_level
  )
  at <- which(matrix(fits, ncol = length(methods)), arr.ind = TRUE)
  list(x = x[at[, 1L]], method = names(methods)[at[, 2L]])
}

describe_interval_fits <- function(fits, n) {
  if (length(fits$x) == 0L) {
    return(sprintf("No method gives it for any count of %g.", n))
  }
  each <- sprintf("the %s interval of %g of %g", fits$method, fits$x, n)
  paste0("It is ", paste(each, collapse = ", or "), ".")
}

audit_two_intervals <- function(rows, conf_level) {
  at <- rows_with_interval(rows)
  at <- at[!is.na(rows$total[at])]
  same <- split(at, paste(rows$value[at], rows$total[at]))
  same <- same[lengths(same) > 1L]
  findings <- lapply(same, function(group) {
    apart <- lapply(c("lower", "upper"), function(bound) {
      range <- rows$ranges[[bound]]
      outer(group, group, function(a, b) cannot_agree(range_at(range, a), range_at(range, b)))
    })
    if (any(unlist(apart))) {
      finding(group, sprintf(
        "One percentage of %g has %d different intervals.", rows$total[[group[[1L]]]],
        length(unique(paste(rows$lower[group], rows$upper[group])))
      ))
    }
  })
  audited(length(same), findings)
}
