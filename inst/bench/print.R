# The table that people read: a line as soon as a case is done.

table_header <- c(
  case = "case", rows = "rows", pairs = "pairs", seconds = "survlines", seconds_peer = "peer",
  ratio = "ratio", least = "at least", aim = "aim", verdict = "", floor = "x floor",
  memory = "MB (peer)", peer = "peer"
)
table_width <- c(36L, 5L, 5L, 10L, 9L, 8L, 8L, 6L, 6L, 8L, 13L, 1L)

print_header <- function() print_cells(table_header)

print_cells <- function(cells) {
  left <- names(cells) %in% c("case", "verdict", "peer")
  padded <- sprintf("%*s", ifelse(left, -table_width, table_width), cells)
  cat(sub(" +$", "", paste(padded, collapse = " ")), "\n", sep = "")
}

print_result <- function(row) {
  print_cells(c(
    case = row$case, rows = format_rows(row$rows), pairs = format_ratio(row$pairs),
    seconds = format_seconds(row$seconds),
    seconds_peer = format_seconds(row$seconds_peer), ratio = format_ratio(row$ratio),
    least = format_ratio(row$least), aim = format_ratio(row$aim), verdict = row$verdict,
    floor = format_ratio(row$times_floor), memory = format_memory(row), peer = row$peer
  ))
}

format_rows <- function(rows) {
  if (rows < 1000) format(rows) else sub("e[+]0?", "e", format(rows, scientific = TRUE))
}

format_seconds <- function(seconds) {
  if (is.na(seconds)) {
    return("")
  }
  if (seconds < 0.001) {
    sprintf("%.0f us", 1e6 * seconds)
  } else if (seconds < 1) {
    sprintf("%.3g ms", 1000 * seconds)
  } else {
    sprintf("%.3g s", seconds)
  }
}

format_ratio <- function(ratio) if (is.na(ratio)) "" else formatC(ratio, digits = 3L, format = "fg")

format_memory <- function(row) {
  if (is.na(row$megabytes)) "" else sprintf("%.0f (%.0f)", row$megabytes, row$megabytes_peer)
}

print_machine <- function(settings) {
  machine <- settings$machine
  say(settings$versions[["R"]], ", ", processor())
  say(
    "measured on one thread: ", format(machine$bandwidth / 1e9, digits = 3), " GB/s read, ",
    format(machine$peak / 1e9, digits = 3), " GFLOP/s"
  )
  say(paste(names(settings$versions)[-1L], settings$versions[-1L], collapse = ", "))
  say(
    "medians of pairs in alternating order, the ratio that of the pairs; MB: peak of the whole ",
    "process,\ndata included; x floor: how many times the least that inst/bench/floors.R counts"
  )
  if (!can_measure_memory()) say("memory is not available: it is read from Linux's /proc")
  say("")
}
