# Percentages against counts and denominators.

audit_percentages <- function(rows, conf_level) {
  at <- which(rows$unit == "%" & is_number(rows$ranges$printed) & !rows$is_survival)
  groups <- group_counts(rows)
  verdicts <- lapply(at, function(i) judge_percentage(rows, i, fractions_of(rows, i, groups)))
  known <- !vapply(verdicts, is.null, NA)
  how <- vapply(verdicts[known], `[[`, "", "how")
  at <- at[known]
  findings <- Map(function(i, verdict) {
    if (verdict$how %in% c("either", "rounded")) {
      return(NULL)
    }
    others <- rows$id[at[how == "rounded" & rows$place[at] == rows$place[[i]]]]
    report_percentage(rows, i, verdict, if (verdict$how == "truncated") others)
  }, at, verdicts[known])
  audited(length(at), findings)
}

# Every count and denominator that row `i` may mean; a count is NA where none is printed.
fractions_of <- function(rows, i, groups) {
  counts <- counts_beside(rows, i)
  total <- rows$total[[i]]
  totals <- c(if (!is.na(total)) total, stats::na.omit(rows$total[counts]))
  sizes <- implied_sizes(rows, i, groups)
  if (length(counts) > 0L) {
    below <- if (length(totals) > 0L) unique(c(totals, rows$sizes[[i]])) else sizes
    x <- rep(rows$value[counts], each = length(below))
    n <- rep(below, times = length(counts))
  } else {
    n <- if (is.na(total)) sizes else total
    x <- rep(NA_real_, length(n))
    # An n below the size of the population may be the count itself.
    as_count <- rows$sizes[[i]][rows$sizes[[i]] > total & !is.na(total)]
    x <- c(x, rep(total, length(as_count)))
    n <- c(n, as_count)
  }
  list(x = x[n > 0], n = n[n > 0], rows = counts)
}

# Rows that print the count of the same quantity in the same place.
counts_beside <- function(rows, i) {
  which(
    rows$unit == "count" & rows$place == rows$place[[i]] & rows$key == rows$key[[i]] &
      rows$population_key == rows$population_key[[i]] & is_number(rows$ranges$printed)
  )
}

judge_percentage <- function(rows, i, fractions) {
  if (length(fractions$n) == 0L) {
    return(NULL)
  }
  printed <- range_at(rows$ranges$printed, i)
  ways <- Map(function(x, n) {
    percent <- 100 * (if (is.na(x)) 0:n else x) / n
    ways_printed(percent, printed)
  }, fractions$x, fractions$n)
  how <- unlist(ways)
  found <- intersect(c("either", "rounded", "truncated", "rounded up"), how)
  c(list(how = c(found, "neither")[[1L]]), fractions)
}

# How each percentage becomes the printed one: "either" when rounding and truncating both do it.
ways_printed <- function(percent, printed) {
  step <- 10^-printed$digits
  slack <- 1e-9 * (1 + abs(percent))
  above <- percent - printed$value
  rounded <- abs(above) <= step / 2 + slack
  truncated <- above >= -slack & above < step - slack
  raised <- above <= slack & above > -step + slack
  way <- ifelse(raised, "rounded up", "neither")
  way[truncated] <- "truncated"
  way[rounded] <- "rounded"
  way[rounded & truncated] <- "either"
  unique(way)
}

report_percentage <- function(rows, i, verdict, rounded_beside) {
  fraction <- list(x = verdict$x[[1L]], n = verdict$n[[1L]])
  if (is.na(fraction$x)) {
    nearest <- round(rows$value[[i]] / 100 * fraction$n)
    return(finding(
      i,
      sprintf("%s %% is not that of a whole number of %g.", rows$printed[[i]], fraction$n),
      sprintf(
        "The nearest is %g of %g, %s %%.%s", nearest, fraction$n,
        show_percent(nearest, fraction$n, rows, i), said_how(verdict$how)
      )
    ))
  }
  finding(
    c(i, verdict$rows),
    sprintf(
      "%g of %g is %s %%, not %s %%.", fraction$x, fraction$n,
      show_percent(fraction$x, fraction$n, rows, i), rows$printed[[i]]
    ),
    trimws(paste0(
      said_how(verdict$how),
      if (length(rounded_beside) > 0L) {
        paste0(" Rounded in the same place: ", paste(rounded_beside, collapse = ", "), ".")
      },
      if (verdict$how == "neither") other_denominators(range_at(rows$ranges$printed, i), fraction)
    ))
  )
}

said_how <- function(how) {
  switch(how,
    truncated = " Truncated, not rounded.",
    `rounded up` = " Rounded up.",
    ""
  )
}

# One digit more than printed.
show_percent <- function(x, n, rows, i) {
  formatC(100 * x / n, digits = rows$ranges$printed$digits[[i]] + 1L, format = "f")
}

# The nearest denominator, and the nearest count, that would give the percentage.
other_denominators <- function(printed, fraction) {
  fits <- function(x, n) {
    percent <- 100 * x / n
    percent >= printed$from & percent <= printed$to
  }
  nearest <- function(values, target) values[which.min(abs(values - target))]
  below <- seq_len(2 * fraction$n)
  n <- nearest(below[fits(fraction$x, below)], fraction$n)
  above <- seq(0, fraction$n)
  x <- nearest(above[fits(above, fraction$n)], fraction$x)
  options <- c(
    if (length(n) > 0L) sprintf("%g of %g", fraction$x, n),
    if (length(x) > 0L) sprintf("%g of %g", x, fraction$n)
  )
  if (length(options) == 0L) "" else paste0("It would be ", paste(options, collapse = " or "), ".")
}
