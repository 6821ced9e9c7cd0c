# Hazard ratios: their intervals, their p values, and what is claimed of them.

rows_with_hazard_ratio <- function(rows) {
  ranges <- rows$ranges
  which(
    rows$unit == "HR" & is_number(ranges$printed) & ranges$printed$value > 0 &
      is_number(ranges$lower) & is_number(ranges$upper)
  )
}

# The logarithms of what a number may have been rounded from.
log_range <- function(range) {
  list(from = log(pmax(range$from, 0)), to = log(pmax(range$to, 0)))
}

audit_log_symmetry <- function(rows, conf_level) {
  at <- rows_with_hazard_ratio(rows)
  findings <- lapply(at, function(i) {
    middle <- log_range(range_at(rows$ranges$printed, i))
    low <- log_range(range_at(rows$ranges$lower, i))
    high <- log_range(range_at(rows$ranges$upper, i))
    fits <- ranges_meet(
      2 * middle$from, 2 * middle$to, low$from + high$from, low$to + high$to
    )
    if (!fits) {
      centre <- sqrt(rows$ranges$lower$value[[i]] * rows$ranges$upper$value[[i]])
      finding(
        i, sprintf(
          "%s is not in the middle of %s to %s on the logarithmic scale.",
          rows$printed[[i]], rows$lower[[i]], rows$upper[[i]]
        ),
        sprintf("The middle is %.3g.", centre)
      )
    }
  })
  audited(length(at), findings)
}

# ---- p values -------------------------------------------------------------------

audit_p_values <- function(rows, conf_level) {
  ratios <- rows_with_hazard_ratio(rows)
  p_values <- which(rows$unit == "p" & !is.na(rows$value))
  pairs <- lapply(p_values, function(p) c(p, ratio_of_p(rows, p, ratios)))
  pairs <- pairs[lengths(pairs) == 2L]
  findings <- lapply(pairs, function(pair) {
    judge_p_value(rows, pair[[1L]], pair[[2L]], conf_level)
  })
  audited(length(pairs), findings)
}

# The one hazard ratio in the same place whose quantity has the words of that of the p value.
ratio_of_p <- function(rows, p, ratios) {
  words <- setdiff(rows$words[[p]], c("p", "value"))
  ratios <- ratios[rows$place[ratios] == rows$place[[p]]]
  others <- lapply(rows$words[ratios], setdiff, c("hr", "hazard", "ratio"))
  equal <- vapply(others, setequal, NA, words)
  if (!any(equal) && length(words) > 0L) {
    equal <- vapply(others, function(set) all(words %in% set), NA)
  }
  if (sum(equal) == 1L) ratios[equal] else integer()
}

# Smallest and largest p value of a Wald test that the printed hazard ratio and bounds allow.
wald_p_range <- function(ratio, lower, upper, conf_level, slack = 0.1) {
  ratio <- log_range(ratio)
  lower <- log_range(lower)
  upper <- log_range(upper)
  widths <- c(upper$from - lower$to, upper$to - lower$from)
  errors <- pmax(widths, 0) / (2 * stats::qnorm((1 + conf_level) / 2))
  nearest <- if (ratio$from <= 0 && ratio$to >= 0) 0 else min(abs(unlist(ratio)))
  z <- c(max(abs(unlist(ratio))) / errors[[1L]] * (1 + slack), nearest / errors[[2L]] * (1 - slack))
  2 * stats::pnorm(-z)
}

judge_p_value <- function(rows, p, i, conf_level) {
  ranges <- rows$ranges
  allowed <- wald_p_range(
    range_at(ranges$printed, i), range_at(ranges$lower, i), range_at(ranges$upper, i), conf_level
  )
  printed <- range_at(ranges$printed, p)
  fits <- switch(substr(printed$operator, 1L, 1L),
    `<` = allowed[[1L]] <= printed$value,
    `>` = allowed[[2L]] >= printed$value,
    ranges_meet(printed$from, printed$to, allowed[[1L]], allowed[[2L]])
  )
  if (fits) {
    return(NULL)
  }
  finding(
    c(i, p),
    sprintf(
      "p = %s is not that of %s (%s to %s).", rows$printed[[p]], rows$printed[[i]],
      rows$lower[[i]], rows$upper[[i]]
    ),
    sprintf("It would be between %.2g and %.2g.", allowed[[1L]], allowed[[2L]])
  )
}

# ---- direction --------------------------------------------------------------------

direction_words <- list(
  # What is good for the group that the claim names: its hazard ratio is below 1.
  below = c(
    "longer", "better", "improved", "improve", "superior", "favour", "favor", "benefit",
    "protective", "prolonged", "prolong", "lower risk", "lower hazard", "reduced risk"
  ),
  above = c(
    "shorter", "worse", "poorer", "inferior", "harm", "harmful", "detrimental", "higher risk",
    "higher hazard", "increased risk"
  )
)

audit_directions <- function(rows, conf_level) {
  at <- which(rows$unit == "HR" & nzchar(rows$claim) & is_number(rows$ranges$printed))
  claims <- lapply(rows$claim[at], read_claim)
  readable <- !vapply(claims, is.null, NA)
  at <- at[readable]
  against <- vapply(seq_along(at), function(k) {
    points_against(rows, at[[k]], claims[readable][[k]])
  }, NA)
  same_claim <- split(at[against], rows$claim[at[against]])
  audited(length(at), lapply(unname(same_claim), report_direction, rows))
}

# list(side, words): on which side of 1 the claim puts the hazard ratio of the group it names.
read_claim <- function(claim) {
  text <- plain_text(claim)
  side <- names(direction_words)[vapply(direction_words, function(words) {
    any(grepl(paste0("\\b", words, "s?\\b", collapse = "|"), text, perl = TRUE))
  }, NA)]
  if (length(side) != 1L) {
    return(NULL)
  }
  said <- unlist(word_sets(direction_words[[side]]))
  words <- setdiff(word_sets(text)[[1L]], c(said, audit_words$survival))
  if (length(words) == 0L) NULL else list(side = side, words = words)
}

points_against <- function(rows, i, claim) {
  printed <- range_at(rows$ranges$printed, i)
  parts <- strsplit(rows$text[[i]], " (vs|versus|against|compared (to|with)) ?")[[1L]]
  reference <- length(parts) > 1L && any(claim$words %in% unlist(word_sets(parts[-1L]))) &&
    !any(claim$words %in% word_sets(parts[[1L]])[[1L]])
  below <- (claim$side == "below") != reference
  if (below) printed$from > 1 else printed$to < 1
}

report_direction <- function(at, rows) {
  claim <- rows$claim[[at[[1L]]]]
  words <- read_claim(claim)$words
  named <- vapply(rows$words[at], function(set) any(words %in% set), NA)
  values <- unique(rows$printed[at])
  finding(
    at,
    sprintf("%s points against \"%s\".", paste(values, collapse = ", "), claim),
    paste0(
      "It fits as the reciprocal, ",
      paste(unique(sprintf("%.2f", 1 / as.numeric(values))), collapse = ", "), ".",
      if (!all(named)) " Not every row says which group the hazard ratio is of."
    )
  )
}
