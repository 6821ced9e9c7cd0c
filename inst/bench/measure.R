# Measures a case: pairs of calls in one process, in alternating order, each pair's answers
# compared before its times count.

# Seconds of a call and its value. A call that is over before the clock has ticked often enough is
# repeated.
time_call <- function(call, prepared, case, at_least) {
  gc(verbose = FALSE)
  calls <- 0L
  start <- as.numeric(Sys.time())
  repeat {
    value <- call(prepared, case)
    calls <- calls + 1L
    passed <- as.numeric(Sys.time()) - start
    if (passed >= at_least) break
  }
  list(seconds = passed / calls, value = value)
}

time_pair <- function(case, prepared, ours_first, at_least) {
  if (ours_first) ours <- time_call(case$ours, prepared, case, at_least)
  theirs <- time_call(case$theirs, prepared, case, at_least)
  if (!ours_first) ours <- time_call(case$ours, prepared, case, at_least)
  difference <- case$differ(ours$value, theirs$value)
  if (!isTRUE(difference <= case$tolerance)) {
    stop(
      case$name, ": the answers of survlines and ", case$peer, " differ by ", difference,
      ", allowed are ", case$tolerance,
      call. = FALSE
    )
  }
  list(
    ours = ours$seconds, theirs = theirs$seconds, difference = difference,
    floor = unlist(case$floor(case, ours$value))
  )
}

# As many pairs as asked for, but not more than three of those that take longer than 10 seconds.
time_pairs <- function(case, prepared, settings) {
  pairs <- list()
  wanted <- settings$pairs
  while (length(pairs) < wanted) {
    pair <- time_pair(case, prepared, length(pairs) %% 2L == 0L, settings$batch)
    if (pair$ours + pair$theirs > 10) wanted <- min(wanted, 3L)
    pairs <- c(pairs, list(pair))
  }
  pairs
}

# One row of the table for cases of kind "time" and "threads".
measure_pairs <- function(case, settings) {
  prepared <- case$prepare(case$make(case), case)
  pairs <- time_pairs(case, prepared, settings)
  ours <- vapply(pairs, `[[`, 0, "ours")
  theirs <- vapply(pairs, `[[`, 0, "theirs")
  floor <- pairs[[1L]]$floor
  floor_seconds <- max(
    floor[["bytes"]] / settings$machine$bandwidth, floor[["flops"]] / settings$machine$peak
  )
  rm(prepared)
  memory <- if (settings$memory && case$kind == "time" && case$rows > 1000L) {
    measure_memory(case, settings)
  }
  result_row(
    case,
    pairs = length(pairs), seconds = stats::median(ours),
    seconds_peer = stats::median(theirs), ratio = stats::median(theirs / ours),
    difference = max(vapply(pairs, `[[`, 0, "difference")),
    floor_seconds = floor_seconds, memory = memory
  )
}

# R, its packages and the data are as large for both programs: "added" leaves them out.
measure_memory_case <- function(case, settings) {
  memory <- measure_memory(case, settings)
  if (is.null(memory)) {
    return(result_row(case, ratio = NA))
  }
  same <- if (case$kind == "added") memory[["before"]] else 0
  ratio <- (memory[["theirs"]] - same) / (memory[["ours"]] - same)
  result_row(case, ratio = ratio, memory = memory)
}

# The exponent of time in the number of rows, by least squares over sizes from a hundredth on.
measure_growth <- function(case, settings) {
  sizes <- case$rows / c(100, 10, 1)
  seconds <- vapply(sizes, function(rows) {
    case$rows <- rows
    data <- case$make(case)
    times <- replicate(settings$pairs, time_call(case$ours, data, case, settings$batch)$seconds)
    stats::median(times)
  }, 0)
  exponent <- stats::coef(stats::lm(log(seconds) ~ log(sizes)))[[2L]]
  result_row(case, pairs = settings$pairs, seconds = seconds[3L], ratio = exponent)
}

measure <- function(case, settings) {
  set.seed(1)
  switch(case$kind,
    time = ,
    threads = measure_pairs(case, settings),
    memory = ,
    added = measure_memory_case(case, settings),
    growth = measure_growth(case, settings)
  )
}

result_row <- function(case, pairs = NA, seconds = NA, seconds_peer = NA, ratio, difference = NA,
                       floor_seconds = NA, memory = NULL) {
  if (is.null(memory)) memory <- c(before = NA, ours = NA, theirs = NA)
  data.frame(
    case = case$name, kind = case$kind, rows = case$rows, covariates = case$columns,
    groups = case$groups, peer = case$peer, pairs = pairs, seconds = seconds,
    seconds_peer = seconds_peer, ratio = ratio, least = as.numeric(case$least),
    aim = as.numeric(case$aim), verdict = verdict(case, ratio), difference = difference,
    tolerance = if (case$kind %in% c("time", "threads")) case$tolerance else NA,
    floor_seconds = floor_seconds, times_floor = seconds / floor_seconds,
    megabytes_before = memory[["before"]], megabytes = memory[["ours"]],
    megabytes_peer = memory[["theirs"]], threads = if (case$kind == "threads") 2L else 1L,
    peer_version = format(utils::packageVersion(case$package))
  )
}

# "aim", "target" or "short"; nothing where no target is set.
verdict <- function(case, ratio) {
  if (is.na(ratio) || is.na(case$least)) {
    return("")
  }
  if (case$kind == "growth") {
    return(if (ratio <= case$least) "target" else "short")
  }
  if (ratio >= case$aim) "aim" else if (ratio >= case$least) "target" else "short"
}
