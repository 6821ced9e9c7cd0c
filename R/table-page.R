# Tables on a page of Word. Word takes the widths of columns as they are given, and breaks a word
# that is wider than its column.

# Below this size, in points, printed text cannot be read.
smallest_text <- 7

# Longer texts are prose, which may run over several lines; shorter ones do so where all else fails.
longest_line <- 40L

# What reads as one stands on one line: "12 (36 %)", "1.06 to 5.57", "< 0.001", and in French what
# comes before a colon.
firm_text <- function(text) {
  of_all <- function(key) unique(vapply(label_languages(), label_text, "", key = key))
  value <- paste(c("[0-9]", of_all("not_reached"), of_all("infinite")), collapse = "|")
  after <- paste0("(?<=", value, ")")
  words <- trimws(gsub("[{](low|high)[}]", "", of_all("range")))
  spaces <- c(
    paste0(after, " (?=(?:", paste(words, collapse = "|"), ") [-<]?(?:", value, "))"),
    paste0("(?<=", paste0("\u00a0", words, collapse = "|"), ") (?=[-<]?(?:", value, "))"),
    paste0(after, " (?=[(])"), "(?<=[0-9]) (?=%)", "(?<=[<>=]) (?=[0-9])", " (?=[:;?!]( |$))"
  )
  for (space in spaces) text <- gsub(space, "\u00a0", text, perl = TRUE)
  text
}

# A table whose texts are firm. What its headings, spans and notes are made of is theirs as well.
with_firm_texts <- function(table) {
  table[] <- lapply(table, function(column) {
    if (is.character(column)) firm_text(column) else column
  })
  for (part in c("headings", "spans", "notes")) {
    text <- attr(table, part)
    if (!is.null(text)) attr(table, part) <- rlang::set_names(firm_text(text), names(text))
  }
  table
}

# list(table, size, padding, widths): the table with its texts as the page (in inches) takes them.
# Where columns as wide as what they hold are wider than the page: less space between columns, then
# smaller text, then lines that break at spaces, and only then at those of numbers that read as one.
# No word is broken: a table whose words alone are too wide runs over the margin.
fit_page <- function(table, page, font_size, font) {
  firm <- with_firm_texts(table)
  layout <- page_layout(measure_columns(firm, font), page, font_size)
  if (sum(layout$widths) > page) {
    firm <- table
    layout <- page_layout(measure_columns(table, font), page, font_size)
  }
  # Widths that share a page add up to it but for rounding.
  if (sum(layout$widths) > page + 1e-6) {
    inform_survlines("page_width", c(
      "The table is {format(sum(layout$widths), digits = 2)} inches wide, more than its page.",
      i = "Leave out columns, or put it on a page on its side: {.code page_width = 9}."
    ))
  }
  c(list(table = firm), layout)
}

lay_out <- function(shown, layout) {
  shown <- sized(shown, layout$size)
  shown <- flextable::padding(
    shown, padding.left = layout$padding, padding.right = layout$padding, part = "all"
  )
  shown <- flextable::width(shown, width = layout$widths)
  flextable::set_table_properties(
    shown, layout = "fixed", align = "left",
    # A row stands on one page, and so does a table of few rows.
    opts_word = list(split = FALSE, keep_with_next = nrow(layout$table) <= 15L)
  )
}

# list(size, padding, widths): the first layout, from the roomiest on, in which no line must break.
page_layout <- function(points, page, font_size) {
  smaller <- seq(font_size, min(smallest_text, font_size), by = -0.5)
  layouts <- data.frame(
    size = c(rep(font_size, 2L), smaller), padding = c(5, 3, rep(2, length(smaller)))
  )
  inches <- function(k) {
    lapply(points, function(part) {
      # Programs differ by a hair in how wide they draw a text.
      0.02 + 1.02 * part * layouts$size[k] + 2 * layouts$padding[k] / 72
    })
  }
  fits <- vapply(seq_len(nrow(layouts)), function(k) sum(inches(k)$line) <= page, NA)
  k <- c(which(fits), nrow(layouts))[1L]
  list(
    size = layouts$size[k], padding = layouts$padding[k], widths = share_page(inches(k), page)
  )
}

# Widths of columns: their words, and of the rest of the page what lines, then whole texts ask for.
share_page <- function(wide, page) {
  grow <- function(from, to) {
    missing <- sum(to - from)
    room <- max(page - sum(from), 0)
    if (missing > 0) from + min(1, room / missing) * (to - from) else from
  }
  grow(grow(wide$word, wide$line), wide$whole)
}

# list(word, line, whole): for each column the width of what cannot be broken, of what should not
# be, and of all it holds on one line; in inches for text of one point.
measure_columns <- function(table, font) {
  texts <- lapply(as.list(table), as.character)
  headings <- lone_spans(table)
  words <- function(text) unlist(strsplit(text, "[ \n]"))
  n <- length(texts)
  wide <- measure_texts(
    c(
      lapply(headings, words), headings, lapply(texts, words),
      lapply(texts, function(text) text[nchar(text) <= longest_line]), texts
    ),
    font, bold = seq_len(2L * n)
  )
  wide <- matrix(wide, nrow = n)
  word <- pmax(wide[, 1L], wide[, 3L])
  line <- pmax(word, wide[, 4L])
  list(word = word, line = line, whole = pmax(line, wide[, 2L], wide[, 5L]))
}

# The texts above each column: its heading, and a span that is above no other.
lone_spans <- function(table) {
  headings <- as.list(table_headings(table))
  spans <- attr(table, "spans")[names(table)]
  if (is.null(spans)) {
    return(headings)
  }
  runs <- rle(ifelse(is.na(spans), "", unname(spans)))
  lone <- rep(runs$lengths, runs$lengths) == 1L
  Map(function(heading, span, alone) c(heading, if (alone) span), headings, spans, lone)
}

# The width of the widest of each element of `texts`, in inches for text of one point.
measure_texts <- function(texts, font, bold) {
  size <- 10
  texts <- lapply(texts, function(text) unique(text[!is.na(text)]))
  n <- max(lengths(texts), 1L)
  columns <- lapply(texts, function(text) c(text, rep("", n - length(text))))
  names(columns) <- paste0("column", seq_along(columns))
  shown <- flextable::border_remove(flextable::flextable(tibble::as_tibble(columns)))
  shown <- flextable::padding(shown, padding = 0, part = "body")
  shown <- flextable::font(shown, fontname = font, part = "body")
  shown <- flextable::fontsize(shown, size = size, part = "body")
  shown <- flextable::bold(shown, j = bold, part = "body")
  flextable::dim_pretty(shown, part = "body")$widths / size
}
