# CSV as people send it: any of the usual encodings and separators. Every cell is read
# as text; types come from the dictionary.

read_folder <- function(folder, tables, encoding, call) {
  there <- list.files(folder)
  located <- locate_tables(tables, there, paste("The folder", folder), ".csv", call)
  lapply(located, function(file) read_csv_text(file.path(folder, file), encoding, call))
}

read_csv_text <- function(file, encoding = "auto", call = rlang::caller_env()) {
  if (file.size(file) == 0) {
    abort_survlines("file", "{.path {file}} is empty; it needs a header at least.", call = call)
  }
  readable <- as_utf8_file(file, encoding, call)
  if (readable != file) {
    on.exit(unlink(readable))
  }
  sep <- guess_separator(readable)
  check_rectangular(readable, sep, file, call)
  table <- withCallingHandlers(
    utils::read.table(
      readable,
      header = TRUE, sep = sep, quote = "\"", comment.char = "", colClasses = "character",
      na.strings = character(), encoding = "UTF-8", check.names = FALSE, strip.white = TRUE
    ),
    warning = function(warning) {
      # A last line without its line break is no fault.
      if (grepl("incomplete final line", conditionMessage(warning), fixed = TRUE)) {
        rlang::cnd_muffle(warning)
      }
      abort_survlines("file", "{.path {file}} cannot be read.", parent = warning, call = call)
    }
  )
  table <- check_header(table, file, call)
  if (sep == ";") {
    attr(table, "decimal") <- ","
  }
  table
}

# The file itself when it is plain UTF-8, else a converted copy.
as_utf8_file <- function(file, encoding, call) {
  bytes <- readBin(file, "raw", n = file.size(file))
  mark <- byte_order_mark(bytes)
  if (mark == "UTF-16") {
    return(converted_copy(bytes, "UTF-16"))
  }
  if (any(bytes == as.raw(0L))) {
    abort_survlines("file", c(
      "{.path {file}} is not a text file.",
      i = "It has zero bytes. Save it as CSV in UTF-8."
    ), call = call)
  }
  if (mark == "none" && encoding == "latin1") {
    return(converted_copy(bytes, "latin1"))
  }
  text <- rawToChar(bytes)
  if (!validUTF8(text)) {
    if (encoding == "auto" && mark == "none") {
      return(converted_copy(bytes, "latin1"))
    }
    refuse_utf8(text, file, call)
  }
  if (mark == "none") file else converted_copy(bytes[-(1:3)], "UTF-8")
}

converted_copy <- function(bytes, from) {
  if (from != "UTF-8") {
    bytes <- iconv(list(bytes), from, "UTF-8", toRaw = TRUE)[[1L]]
  }
  copy <- tempfile(fileext = ".csv")
  writeBin(bytes, copy)
  copy
}

byte_order_mark <- function(bytes) {
  starts <- function(mark) {
    length(bytes) >= length(mark) && identical(bytes[seq_along(mark)], as.raw(mark))
  }
  if (starts(c(0xef, 0xbb, 0xbf))) {
    "UTF-8"
  } else if (starts(c(0xff, 0xfe)) || starts(c(0xfe, 0xff))) {
    "UTF-16"
  } else {
    "none"
  }
}

refuse_utf8 <- function(text, file, call) {
  lines <- strsplit(text, "\n", fixed = TRUE, useBytes = TRUE)[[1L]]
  bad <- which(!validUTF8(lines))[1L]
  abort_survlines("file", c(
    "{.path {file}} is not valid UTF-8: text line {bad}.",
    i = "Try {.code encoding = \"latin1\"}."
  ), call = call)
}

# The commonest of comma, semicolon and tab outside the quotes of the header.
guess_separator <- function(file) {
  header <- readLines(file, n = 1L, warn = FALSE)
  header <- gsub("\"[^\"]*\"", "", header)
  candidates <- c(",", ";", "\t")
  counts <- vapply(candidates, function(sep) {
    nchar(header) - nchar(gsub(sep, "", header, fixed = TRUE))
  }, 0L)
  candidates[which.max(counts)]
}

check_rectangular <- function(file, sep, shown, call) {
  cells <- utils::count.fields(file, sep = sep, quote = "\"", comment.char = "")
  check_quotes(file, cells, shown, call)
  # A record over several lines of text is counted on its last line.
  cells <- cells[!is.na(cells)]
  uneven <- which(cells[-1L] != cells[1L])
  if (length(uneven) > 0L) {
    abort_survlines("file", c(
      "{.path {shown}} has {cells[1L]} column{?s} but other numbers of cells in \\
       {describe_rows(uneven)}.",
      x = "{describe_rows(uneven[1L])}: {cells[-1L][uneven[1L]]} cell{?s}.",
      i = "A separator within a cell needs quotes around the cell."
    ), call = call)
  }
}

# An odd number of quotes: one of them is open to the end of the file.
check_quotes <- function(file, cells, shown, call) {
  bytes <- readBin(file, "raw", n = file.size(file))
  if (sum(bytes == charToRaw("\"")) %% 2L == 0L) {
    return(invisible())
  }
  runs <- rle(is.na(cells))
  open <- utils::tail(which(runs$values), 1L)
  before <- sum(runs$lengths[seq_len(open - 1L)][!runs$values[seq_len(open - 1L)]])
  abort_survlines("file", c(
    "{.path {shown}} has a quote that is never closed, in row {before} or after it.",
    i = "A quote within a quoted cell is written twice."
  ), call = call)
}

check_header <- function(table, file, call) {
  header <- names(table)
  nameless <- is.na(header) | !nzchar(header)
  filled <- vapply(table, function(column) any(nzchar(column)), NA)
  if (any(nameless & filled)) {
    abort_survlines("file", c(
      "{.path {file}} has cells in column{?s} without a name: {which(nameless & filled)}."
    ), call = call)
  }
  twice <- unique(header[duplicated(header) & !nameless])
  if (length(twice) > 0L) {
    abort_survlines(
      "file", "{.path {file}} has the column{?s} {.val {twice}} twice.",
      call = call
    )
  }
  table[!nameless]
}
