# Parts against totals.

audit_totals <- function(rows, conf_level) {
  parts <- list(
    sums_of_total_rows(rows), partitions(rows), complements(rows), counts_above_total(rows)
  )
  audited(
    sum(vapply(parts, `[[`, 0L, "compared")),
    do.call(c, lapply(parts, `[[`, "findings"))
  )
}

printed_counts <- function(rows) which(rows$unit == "count" & is_number(rows$ranges$printed))

# ---- a row called total -----------------------------------------------------------

# "AE cell: total grade 1" is the sum of "AE cell: ... grade 1" in the same place.
sums_of_total_rows <- function(rows) {
  counts <- printed_counts(rows)
  pattern <- "^(|.*[ :])(total|overall)( .*)$"
  totals <- counts[grepl(pattern, rows$text[counts], perl = TRUE)]
  heads <- sub(pattern, "\\1", rows$text[totals], perl = TRUE)
  tails <- sub(pattern, "\\3", rows$text[totals], perl = TRUE)
  findings <- lapply(seq_along(totals), function(k) {
    i <- totals[[k]]
    around <- setdiff(counts[
      rows$place[counts] == rows$place[[i]] & startsWith(rows$text[counts], heads[[k]]) &
        rows$population_key[counts] == rows$population_key[[i]]
    ], totals)
    parts <- around[ends_like(rows$text[around], heads[[k]], tails[[k]])]
    if (length(parts) < 2L) {
      return(NULL)
    }
    siblings <- tails[heads == heads[[k]]]
    placed <- Reduce(`|`, lapply(siblings, ends_like, text = rows$text[around], head = heads[[k]]))
    # Parts that say not to which total they belong may make up what is missing.
    complete <- heads[[k]] == "" || all(placed)
    list(sum = judge_sum(rows, i, parts, complete))
  })
  compared <- Filter(Negate(is.null), findings)
  audited(length(compared), lapply(compared, `[[`, "sum"))
}

ends_like <- function(text, head, tail) {
  startsWith(text, head) & endsWith(text, tail) & nchar(text) > nchar(head) + nchar(tail)
}

judge_sum <- function(rows, i, parts, complete) {
  sum <- sum(rows$value[parts])
  if (sum == rows$value[[i]] || (!complete && sum < rows$value[[i]])) {
    return(NULL)
  }
  finding(c(i, parts), sprintf(
    "%s is %g, not %s.", paste(rows$printed[parts], collapse = " + "), sum, rows$printed[[i]]
  ))
}

# ---- parts of n -------------------------------------------------------------------

# "stopped for progression", "stopped for toxicity", ... of the same n. Counts beyond one time
# after another, and counts "of which", are no parts.
partitions <- function(rows) {
  at <- printed_counts(rows)
  at <- at[!is.na(rows$total[at]) & !grepl("^of which\\b", rows$text[at], perl = TRUE)]
  key <- paste(
    rows$place[at], rows$population_key[at], rows$total[at], family_head(rows$text[at]), sep = "|"
  )
  families <- Filter(function(family) {
    length(family) >= 3L && !anyDuplicated(rows$key[family]) && sum(is_threshold(rows, family)) < 2L
  }, split(at, key))
  sums_to_n(rows, families, near = 0.25)
}

# What goes before the last preposition or comma or, without one, the first word.
family_head <- function(text) {
  separated <- "^(.*(?:[,:]|\\b(?:for|by|with|under|of|to|in|at)))\\s.*$"
  ifelse(
    grepl(separated, text, perl = TRUE), sub(separated, "\\1", text, perl = TRUE),
    sub(" .*$", "", text)
  )
}

is_threshold <- function(rows, at) {
  grepl("\\b(beyond|within|after|before|at least|at most|more than|less than)\\b|[<>]",
    rows$text[at], perl = TRUE
  )
}

sums_to_n <- function(rows, families, near) {
  sums <- vapply(families, function(family) sum(rows$value[family]), 0)
  totals <- vapply(families, function(family) rows$total[[family[[1L]]]], 0L)
  compared <- abs(sums - totals) <= near * totals
  findings <- Map(function(family, sum, total) {
    if (sum != total) {
      finding(family, sprintf(
        "%s is %g of %g.", paste(rows$printed[family], collapse = " + "), sum, total
      ), describe_difference(total - sum))
    }
  }, families[compared], sums[compared], totals[compared])
  audited(sum(compared), unname(findings))
}

describe_difference <- function(missing) {
  paste0(
    abs(missing), if (abs(missing) == 1) " is " else " are ",
    if (missing > 0) "not told." else "too many."
  )
}

# ---- two that make a whole ----------------------------------------------------------

complement_words <- list(
  c("male", "female"), c("man", "woman"), c("men", "women"), c("boy", "girl")
)

complements <- function(rows) {
  at <- printed_counts(rows)
  at <- at[!is.na(rows$total[at])]
  key <- paste(rows$place[at], rows$population_key[at], rows$total[at], sep = "|")
  pairs <- lapply(split(at, key), function(group) {
    found <- lapply(complement_words, function(two) group[match(two, rows$key[group])])
    Filter(Negate(anyNA), found)
  })
  sums_to_n(rows, do.call(c, unname(pairs)), near = Inf)
}

counts_above_total <- function(rows) {
  at <- printed_counts(rows)
  at <- at[!is.na(rows$total[at])]
  findings <- lapply(at[rows$value[at] > rows$total[at]], function(i) {
    finding(i, sprintf("%s of %s.", rows$printed[[i]], rows$n[[i]]))
  })
  audited(length(at), findings)
}

# ---- a part above "any" ---------------------------------------------------------------

any_pattern <- "(>=1|>0|\\bat least (one|1)|\\bany)(?![\\w.])"

# "B >=1 toxicity" bounds every other row of B in the same place, population and unit.
audit_any_parts <- function(rows, conf_level) {
  at <- which(rows$unit %in% c("count", "%") & is_number(rows$ranges$printed))
  bounds <- at[grepl(any_pattern, rows$text[at], perl = TRUE)]
  judged <- lapply(bounds, function(i) {
    group <- trimws(sub(paste0(any_pattern, ".*$"), "", rows$text[[i]], perl = TRUE))
    parts <- if (nzchar(group)) parts_of_group(rows, setdiff(at, i), i, group) else integer()
    if (length(parts) > 0L) list(judge_parts(rows, i, parts), n = length(parts))
  })
  judged <- Filter(Negate(is.null), judged)
  audited(sum(0L, vapply(judged, `[[`, 0L, "n")), do.call(c, lapply(judged, `[[`, 1L)))
}

parts_of_group <- function(rows, at, i, group) {
  at[
    rows$place[at] == rows$place[[i]] & rows$unit[at] == rows$unit[[i]] &
      rows$population_key[at] == rows$population_key[[i]] &
      startsWith(rows$text[at], paste0(group, " "))
  ]
}

judge_parts <- function(rows, i, parts) {
  printed <- rows$ranges$printed
  above <- parts[lies_below(range_at(printed, i), range_at(printed, parts))]
  lapply(above, function(part) {
    finding(
      c(part, i),
      sprintf("\"%s\" exceeds \"%s\".", rows$quantity[[part]], rows$quantity[[i]])
    )
  })
}
