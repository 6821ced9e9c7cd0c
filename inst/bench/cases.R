# What is measured: the list of cases, each of which is one row of the table.

# `least` and `aim` are the ratio that the case should reach; NA where there is none.
# `make(case)` gives the data and `prepare(data, case)` what both programs start from; neither is
# part of the time. `ours` and `theirs` are the calls that are timed, functions of what was
# prepared and the case; `differ(ours, theirs)` says how far apart the answers are and
# `tolerance` how far they may be; `floor(case, ours)` see floors.R.
# `kind` says what the ratio is one of: "time" of the peer and of survlines, peak "memory" of their
# processes, memory "added" by the call, time of one and of two "threads", or the "growth" of time
# with the rows.
new_case <- function(name, rows, ours, theirs = NULL, differ = NULL, floor = NULL, peer = "",
                     package = "survival", kind = "time", columns = 0L, groups = 1L, least = NA,
                     aim = NA, tolerance = 1e-6, distinct = NULL, late = FALSE,
                     make = random_data, prepare = function(data, case) data) {
  as.list(environment())
}

random_data <- function(case) {
  random_rows(case$rows, case$columns, case$groups, case$distinct, case$late)
}

all_cases <- function() {
  c(cases_cox(), cases_curves(), cases_small(), cases_memory(), cases_threads(), cases_growth())
}

cases_memory <- function() {
  whole <- added <- cases_cox()[[1L]]
  whole[c("name", "kind", "least", "aim")] <- list("Peak memory of Cox, all of R", "memory", 2, 4)
  added[c("name", "kind", "least", "aim")] <- list("Peak memory of Cox, the call", "added", 2, 4)
  list(whole, added)
}

# In all other cases one thread is meant, which is what the package takes unless told.
cox_on <- function(threads, data, columns) {
  before <- options(survlines.threads = threads)
  on.exit(options(before))
  cox_call(data, columns)
}

# One thread is the peer of two. Their answers must be the same bit by bit.
threads_case <- function(rows, columns) {
  new_case(
    sprintf("Cox on two threads, %d covariates", columns),
    kind = "threads", rows = rows,
    columns = columns, least = 1.5, aim = 1.8, package = "survlines", peer = "one thread",
    ours = function(data, case) cox_on(2L, data, case$columns),
    theirs = function(data, case) cox_on(1L, data, case$columns),
    floor = floor_cox, tolerance = 0,
    differ = function(ours, theirs) furthest(coef(ours) - coef(theirs), vcov(ours) - vcov(theirs))
  )
}

cases_threads <- function() list(threads_case(1e6, 20L), threads_case(1e5, 100L))

growth_case <- function(name, columns, groups, call) {
  new_case(
    name,
    kind = "growth", rows = 1e7, columns = columns, groups = groups, ours = call,
    least = exponent_n_log_n
  )
}

# Of n log n over the sizes that are timed, 1e5 to 1e7: the exponent is to be no greater.
exponent_n_log_n <- log(1e7 * log(1e7) / (1e5 * log(1e5))) / log(1e7 / 1e5)

cases_growth <- function() {
  list(
    growth_case("Growth of Kaplan-Meier", 0L, 1L, function(data, case) {
      fit_km(Surv(time, status) ~ 1, data)
    }),
    growth_case("Growth of log-rank, 2 groups", 0L, 2L, function(data, case) {
      test_logrank(Surv(time, status) ~ group, data)
    }),
    growth_case("Growth of Cox, 5 covariates", 5L, 1L, function(data, case) {
      cox_call(data, case$columns)
    })
  )
}

# The same cases with data that take no time: does every one of them still run, and agree? Targets
# have no meaning then.
shrink <- function(case) {
  case$least <- case$aim <- NA
  case$rows <- min(case$rows, 2000L)
  case$columns <- min(case$columns, 5L)
  case$groups <- min(case$groups, 20L)
  case
}

# Cases one of whose words is in the name, the size or the peer: "1e6", "Cox", "survfit".
choose_cases <- function(cases, words) {
  if (length(words) == 0L) {
    return(cases)
  }
  described <- vapply(cases, function(case) {
    paste(case$name, format_rows(case$rows), case$peer)
  }, "")
  chosen <- Reduce(`|`, lapply(words, grepl, described, ignore.case = TRUE))
  if (!any(chosen)) stop("no case matches ", toString(words), call. = FALSE)
  cases[chosen]
}
