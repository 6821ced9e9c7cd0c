# One quantity printed with different values.

audit_repeated <- function(rows, conf_level) {
  at <- which(is_number(rows$ranges$printed) & nzchar(rows$key))
  pairs <- same_quantity(rows, at)
  apart <- lapply(c("printed", "lower", "upper"), function(name) {
    range <- rows$ranges[[name]]
    both <- is_number(range)[pairs$a] & is_number(range)[pairs$b]
    both & cannot_agree(range_at(range, pairs$a), range_at(range, pairs$b))
  })
  differ <- Reduce(`|`, apart)
  groups <- connected(pairs[differ, ])
  audited(nrow(pairs), lapply(groups, report_repeated, rows))
}

# Pairs of rows that print the same quantity of the same population in the same unit.
same_quantity <- function(rows, at) {
  equal <- pairs_within(split(at, paste(rows$unit[at], rows$key[at], sep = "|")))
  bounded <- at[is_number(rows$ranges$lower)[at] & is_number(rows$ranges$upper)[at]]
  bounds <- paste(rows$unit, rows$lower, rows$upper, sep = "|")
  alike <- pairs_within(split(bounded, bounds[bounded]))
  nested <- vapply(seq_len(nrow(alike)), function(k) {
    a <- rows$words[[alike$a[[k]]]]
    b <- rows$words[[alike$b[[k]]]]
    !setequal(a, b) && (all(a %in% b) || all(b %in% a))
  }, NA)
  pairs <- rbind(equal, alike[nested, ])
  same <- vapply(seq_len(nrow(pairs)), function(k) {
    same_population(rows, pairs$a[[k]], pairs$b[[k]])
  }, NA)
  pairs[same, ]
}

pairs_within <- function(groups) {
  pairs <- lapply(unname(groups[lengths(groups) > 1L]), utils::combn, 2L)
  pairs <- do.call(cbind, c(list(matrix(integer(), 2L)), pairs))
  data.frame(a = pairs[1L, ], b = pairs[2L, ])
}

# The groups of rows that pairs connect.
connected <- function(pairs) {
  members <- unique(c(pairs$a, pairs$b))
  group <- seq_along(members)
  for (k in seq_len(nrow(pairs))) {
    two <- group[match(c(pairs$a[[k]], pairs$b[[k]]), members)]
    group[group == two[[2L]]] <- two[[1L]]
  }
  unname(lapply(split(members, group), sort))
}

report_repeated <- function(at, rows) {
  values <- paste(unique(rows$shown[at]), collapse = " and ")
  finding(
    at,
    sprintf("\"%s\" is printed as %s.", rows$quantity[[at[[1L]]]], values),
    elsewhere(at, rows)
  )
}

# Where one of the values is printed for a neighbouring quantity: the mean for the median, or that
# of all for that of a group.
elsewhere <- function(at, rows) {
  strip <- c("mean", "median", "average", "whole", "group", "all", "overall", "total")
  words <- lapply(rows$words, setdiff, strip)
  own <- unique(unlist(rows$words[at]))
  near <- which(
    rows$unit == rows$unit[[at[[1L]]]] & rows$value %in% rows$value[at] &
      vapply(words, function(set) length(set) > 0L && all(set %in% own), NA) &
      !rows$key %in% rows$key[at]
  )
  if (length(near) == 0L) {
    return("")
  }
  told <- sprintf("%s is also \"%s\" (%s)", rows$printed[near], rows$quantity[near], rows$id[near])
  paste0(paste(told, collapse = "; "), ".")
}
