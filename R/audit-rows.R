# Printed rows made ready for an audit: numbers with what they may have been rounded from, and
# words that tell which rows speak of the same thing.

audit_words <- list(
  # Not "a", which names a group as often.
  skipped = c(
    "the", "of", "at", "in", "with", "for", "by", "to", "under", "and", "label"
  ),
  start = c("start", "beginning", "initiation", "baseline"),
  # Words for what is counted, which do not tell one group from another.
  counted = c("line", "patient", "subject", "n", "number"),
  survival = c(
    "survival", "survivor", "os", "pfs", "dfs", "efs", "rfs", "free", "incidence", "alive"
  ),
  unknown = c("", "unclear", "unknown")
)

audit_rows <- function(published) {
  rows <- as.list(published[audit_columns])
  rows$text <- plain_text(rows$quantity)
  rows$words <- word_sets(rows$text)
  rows$key <- vapply(rows$words, paste, "", collapse = " ")
  populations <- unique(rows$population)
  of_row <- match(rows$population, populations)
  keys <- vapply(word_sets(plain_text(populations)), paste, "", collapse = " ")
  rows$population_key <- keys[of_row]
  rows$sizes <- lapply(populations, population_sizes)[of_row]
  rows$is_survival <- has_words(rows$words, audit_words$survival)
  rows$total <- suppressWarnings(as.integer(rows$n))
  rows$shown <- show_printed(published)
  numbers <- lapply(rows[c("printed", "lower", "upper")], printed_ranges, rows$unit == "count")
  rows$value <- numbers$printed$value
  # Each number is a list of value, from and to: the range of what would be printed like it.
  c(rows, list(ranges = numbers))
}

# ---- numbers --------------------------------------------------------------------

# Of a vector of texts: value, operator, digits and the range that is rounded to the value. Counts
# are not rounded.
printed_ranges <- function(text, is_count) {
  readable <- grepl(printed_pattern, text, perl = TRUE)
  number <- sub(printed_pattern, "\\2", text, perl = TRUE)
  number[!readable] <- NA
  value <- as.numeric(number)
  digits <- ifelse(grepl(".", number, fixed = TRUE), nchar(sub("^[^.]*\\.", "", number)), 0L)
  operator <- ifelse(readable, sub("[^<>=].*$", "", text), "")
  half <- ifelse(is_count, 0, 0.5 * 10^-digits * (1 + 1e-9))
  list(
    value = value, operator = operator, digits = digits, from = value - half, to = value + half
  )
}

is_number <- function(range) !is.na(range$value) & range$operator == ""

range_at <- function(range, i) lapply(range, `[`, i)

# Whether ranges have a number in common.
ranges_meet <- function(from_a, to_a, from_b, to_b) from_a <= to_b & from_b <= to_a

# Whether no number printed as the one is as large as one printed as the other. 19.5 alone would be
# rounded to 19 and to 20, but no publication rounds one number both ways.
lies_below <- function(one, other) one$to < other$from + 1e-6 * (other$to - other$from)

cannot_agree <- function(one, other) lies_below(one, other) | lies_below(other, one)

# ---- words ----------------------------------------------------------------------

number_words <- c(
  "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"
)

# Small letters, without what stands in brackets; signs of comparison in ASCII.
plain_text <- function(text) {
  text <- gsub("\\([^)]*\\)", " ", tolower(text))
  text <- gsub("\u2265", ">=", gsub("\u2264", "<=", text))
  trimws(gsub("[[:space:]-]+", " ", gsub("([<>]=?) +", "\\1", text)))
}

# The sorted words of each text.
word_sets <- function(text) {
  split_words <- strsplit(text, "[^[:alnum:]<>=.]+")
  of_text <- rep(seq_along(text), lengths(split_words))
  words <- as.character(unlist(split_words))
  plural <- nchar(words) > 3L & endsWith(words, "s") & !endsWith(words, "ss")
  words[plural] <- substr(words[plural], 1L, nchar(words[plural]) - 1L)
  figure <- match(words, number_words)
  words[!is.na(figure)] <- as.character(figure[!is.na(figure)])
  words[words %in% audit_words$start] <- audit_words$start[[1L]]
  sorted <- order(of_text, words, method = "radix")
  kept <- nzchar(words) & !words %in% audit_words$skipped & !duplicated(paste(of_text, words))
  kept <- sorted[kept[sorted]]
  unname(split(words[kept], factor(of_text[kept], levels = seq_along(text))))
}

has_words <- function(words, wanted) {
  vapply(words, function(set) any(set %in% wanted), NA)
}

# The number a population begins with, and any in brackets: "33 lines (or 29)".
population_sizes <- function(text) {
  if (!grepl("[0-9]", text)) {
    return(integer())
  }
  first <- regmatches(text, regexpr("^[0-9]+(?= |$)", text, perl = TRUE))
  brackets <- regmatches(text, regexpr("\\([^)]*\\)", text))
  as.integer(c(first, unlist(regmatches(brackets, gregexpr("[0-9]+", brackets)))))
}

# Whether the rows `i` and `j` (one of each) can speak of the same population.
same_population <- function(rows, i, j) {
  keys <- rows$population_key[c(i, j)]
  if (any(keys %in% audit_words$unknown)) {
    return(TRUE)
  }
  if (length(rows$sizes[[i]]) > 0L && length(rows$sizes[[j]]) > 0L) {
    return(any(rows$sizes[[i]] %in% rows$sizes[[j]]))
  }
  keys[[1L]] == keys[[2L]]
}

# ---- denominators ---------------------------------------------------------------

# Counts of groups by the name of the group: list(words, value) of every row that counts one.
group_counts <- function(rows) {
  at <- which(rows$unit == "count" & is_number(rows$ranges$printed))
  words <- lapply(rows$words[at], setdiff, audit_words$counted)
  named <- lengths(words) > 0L
  data.frame(
    name = vapply(words[named], paste, "", collapse = " "), value = rows$value[at][named]
  )
}

# Counts of the group that the population consists of, or whose name the quantity begins with.
group_sizes <- function(rows, i, groups) {
  population <- setdiff(strsplit(rows$population_key[[i]], " ")[[1L]], audit_words$counted)
  tokens <- strsplit(rows$text[[i]], " ")[[1L]]
  heads <- vapply(seq_len(max(0L, length(tokens) - 1L)), function(k) {
    paste(tokens[seq_len(k)], collapse = " ")
  }, "")
  heads <- vapply(word_sets(heads), paste, "", collapse = " ")
  names <- setdiff(c(paste(population, collapse = " "), heads), "")
  unique(groups$value[groups$name %in% names])
}

# Denominators that a row without n may have.
implied_sizes <- function(rows, i, groups) {
  sizes <- rows$sizes[[i]]
  if (length(sizes) > 0L) sizes else group_sizes(rows, i, groups)
}
