# Comparison with the installed survival package, on random data and on its own.

# R CMD check repeats what has been tested: long tests that ask nothing else are left out there.
skip_quick <- function() {
  testthat::skip_if(identical(Sys.getenv("SURVLINES_QUICK"), "1"), "quick run")
}

# How many random sets: fewer where SURVLINES_QUICK is set, more where everything is fuzzed.
n_random_sets <- function(full) {
  if (fuzzes_in_full()) {
    return(5L * full)
  }
  if (identical(Sys.getenv("SURVLINES_QUICK"), "1")) ceiling(full * 0.15) else full
}

# Random rows with many ties, late entry, strata, weights, frequencies and clusters.
random_rows <- function(n = sample(5:60, 1L)) {
  n_times <- sample(c(3L, 8L, 20L, 1000L), 1L)
  exit <- sample(n_times, n, replace = TRUE)
  hazard_of_status <- stats::runif(1L, 0.3, 1)
  data.frame(
    entry = exit - sample(n_times, n, replace = TRUE) - (stats::runif(n) < 0.5) * n_times,
    exit = exit,
    status = as.integer(stats::runif(n) < hazard_of_status),
    x = round(stats::rnorm(n), 2), z = stats::rnorm(n) * 10 + 50,
    g = factor(sample(c("a", "b", "c"), n, replace = TRUE)),
    s = sample(c("one", "two"), n, replace = TRUE),
    w = sample(c(0.25, 0.5, 1, 1.75, 3), n, replace = TRUE),
    f = sample(1:3, n, replace = TRUE),
    id = sample(ceiling(n / 2), n, replace = TRUE)
  )
}

# The same sets in every normal run, fresh ones where everything is fuzzed.
first_seed <- function() {
  seed <- fuzz_seed()
  if (fuzzes_in_full()) cat("random sets: SURVLINES_FUZZ_SEED =", seed, "\n", file = stderr())
  seed
}

# Runs `compare(seed)` over seeds. A comparison is a named vector of differences, or, where a rule
# leaves the set out, the reason as text. Returns list(worst, seed, left_out, n): the largest
# differences, the seeds of their sets, and the reasons.
over_random_sets <- function(n, compare, first = first_seed()) {
  # R would compile the functions within a test anew for each set, which takes longer than the set.
  jit <- compiler::enableJIT(0L)
  on.exit(compiler::enableJIT(jit))
  seeds <- seq(first, length.out = n)
  results <- lapply(seeds, function(seed) withr::with_seed(seed, compare(seed)))
  left_out <- vapply(results, is.character, NA)
  compared <- do.call(rbind, results[!left_out])
  worst <- apply(compared, 2L, which.max)
  list(
    worst = compared[cbind(worst, seq_along(worst))] |> stats::setNames(colnames(compared)),
    seed = seeds[!left_out][worst], left_out = unlist(results[left_out]), n = n
  )
}

# No difference above the limit, and no more than a tenth of the sets left out. Where SURVLINES_LOG
# names a file, the largest differences and the reasons for leaving sets out are added to it.
expect_agreement <- function(result, limit = 1e-9) {
  log_agreement(result, Sys.getenv("SURVLINES_LOG"))
  for (k in seq_along(result$worst)) {
    label <- paste0("difference of ", names(result$worst)[k], ", seed ", result$seed[k])
    testthat::expect_lte(result$worst[[k]], limit, label = label)
  }
  testthat::expect_lt(length(result$left_out) / result$n, 0.1, label = "share left out")
}

log_agreement <- function(result, file) {
  if (!nzchar(file)) {
    return(invisible())
  }
  reasons <- table(result$left_out)
  line <- c(
    paste(result$n, "sets"), paste(names(result$worst), format(result$worst, digits = 2L)),
    paste("left out:", if (length(reasons) > 0L) paste(reasons, names(reasons)) else "none")
  )
  cat(paste(line, collapse = "; "), "\n", file = file, append = TRUE)
}

# The largest relative difference of two vectors; missing values must agree.
largest_difference <- function(ours, theirs, scale = abs(theirs)) {
  ours <- unname(as.vector(ours))
  theirs <- unname(as.vector(theirs))
  if (length(ours) != length(theirs) || !identical(is.na(ours), is.na(theirs))) {
    return(Inf)
  }
  known <- !is.na(ours) & ours != theirs
  if (!any(known)) {
    return(0)
  }
  scale <- rep_len(scale, length(ours))
  max(abs(ours - theirs)[known] / scale[known])
}

quietly <- function(expression) suppressMessages(suppressWarnings(expression))
