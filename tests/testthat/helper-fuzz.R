# A fuzzer: valid calls of every exported function, spoilt at random. Each must end in a result or
# in an error of ours; helper-fuzz-calls.R has the calls, helper-fuzz-spoil.R what spoils them.

# SURVLINES_FUZZ=1 asks for many spoilt calls with a fresh seed; SURVLINES_FUZZ_SEED repeats one.
fuzzes_in_full <- function() nzchar(Sys.getenv("SURVLINES_FUZZ"))

fuzz_seed <- function() {
  given <- Sys.getenv("SURVLINES_FUZZ_SEED")
  if (nzchar(given)) {
    return(as.integer(given))
  }
  if (fuzzes_in_full()) sample.int(1e6L, 1L) else 1L
}

# SURVLINES_FUZZ_ONLY is a pattern of names of functions.
names_to_fuzz <- function() {
  grep(Sys.getenv("SURVLINES_FUZZ_ONLY"), names(fuzz_calls()), value = TRUE)
}

# How many spoilt calls of a function; those that take long get fewer in a normal run.
n_spoilt_calls <- function(name) {
  asked <- Sys.getenv("SURVLINES_FUZZ_CALLS")
  if (nzchar(asked)) {
    return(as.integer(asked))
  }
  if (fuzzes_in_full()) {
    return(5000L)
  }
  if (name %in% names(slow_to_fuzz)) slow_to_fuzz[[name]] else 300L
}

# Spoils and runs the calls of one function. Returns what is wrong, one text a fault, and prints
# the seed, so that a run with SURVLINES_FUZZ_SEED repeats it.
fuzz_function <- function(name, fixtures, n = n_spoilt_calls(name), seed = fuzz_seed()) {
  if (fuzzes_in_full()) {
    cat("fuzz:", name, n, "calls with SURVLINES_FUZZ_SEED =", seed, "\n", file = stderr())
  }
  calls <- fuzz_calls()[[name]]
  withr::with_seed(seed, {
    # A call of its own seed is the same whatever random numbers the calls before it took.
    faults <- unlist(lapply(sample.int(.Machine$integer.max, n), function(seed) {
      set.seed(seed)
      fault_of(spoil_call(one_of(calls), fixtures, is_method(name)), fixtures)
    }))
  })
  unique(faults)
}

is_method <- function(name) grepl("survlines_", name, fixed = TRUE)

# NULL where a call ends well, otherwise what it was and how it ended. A call takes milliseconds;
# after ten seconds of work, or a minute on a busy machine, it hangs.
fault_of <- function(call, fixtures, limit = 10) {
  force(call)
  setTimeLimit(cpu = limit, elapsed = 6 * limit, transient = TRUE)
  on.exit(setTimeLimit())
  condition <- tryCatch(
    {
      utils::capture.output(show_figure(quietly(eval(call, fixtures))), file = nullfile())
      NULL
    },
    error = identity
  )
  if (is.null(condition) || is_well_raised(condition, call)) {
    return(NULL)
  }
  paste0(
    shorten(call), "\n    ends in ", class(condition)[1L], ": ",
    substr(conditionMessage(condition), 1L, 300L), "\n    of ", shorten(conditionCall(condition))
  )
}

# Some faults of figures show when they are drawn, which takes so long that few are.
show_figure <- function(result) {
  if (inherits(result, "ggplot") && fuzzes_in_full() && sample.int(20L, 1L) == 1L) {
    suppressWarnings(print(result))
  }
  invisible()
}

# Our own errors, whose text can be made; and R's of a call that does not fit the signature or has
# no method, which never reaches us.
is_well_raised <- function(condition, call) {
  if (inherits(condition, "survlines_error")) {
    return(all(nzchar(conditionMessage(condition))))
  }
  raised_by <- conditionCall(condition)
  identical(raised_by, call) ||
    (is.call(raised_by) && identical(raised_by[[1L]], quote(UseMethod)))
}

shorten <- function(call) substr(paste(deparse(call, nlines = 6L), collapse = " "), 1L, 300L)

# For the time of a test, the texts of conditions are made in full the first time of each kind only;
# where the fuzzer runs in full, the first five times and one in twenty later. That takes cli ten
# times as long as everything else.
use_few_texts <- function(most = if (fuzzes_in_full()) 5L else 1L,
                          one_in = if (fuzzes_in_full()) 20 else Inf,
                          frame = parent.frame()) {
  namespace <- asNamespace("survlines")
  made <- new.env()
  for (name in c("abort_survlines", "warn_survlines", "inform_survlines")) {
    replace_for_test(namespace, name, few_texts(get(name, namespace), made, most, one_in), frame)
  }
}

replace_for_test <- function(namespace, name, value, frame) {
  original <- get(name, namespace)
  put <- function(value) {
    unlockBinding(name, namespace)
    assign(name, value, namespace)
    lockBinding(name, namespace)
  }
  put(value)
  withr::defer(put(original), envir = frame)
}

# `raise` is one of the three functions of R/conditions.R. Past `most` texts of one template one in
# `one_in` is made; of the others an error carries the template itself, a warning or message is left
# out.
few_texts <- function(raise, made, most, one_in) {
  raises_error <- "call" %in% names(formals(raise))
  function(what, message, ...) {
    key <- paste(what, message[[1L]])
    made[[key]] <- 1L + if (is.null(made[[key]])) 0L else made[[key]]
    if (made[[key]] <= most || made[[key]] %% one_in == 0) {
      arguments <- list(what = what, message = message, ...)
      arguments$.envir <- parent.frame()
      if (raises_error && is.null(arguments$call)) arguments$call <- parent.frame()
      return(do.call(raise, arguments))
    }
    if (raises_error) {
      classes <- c(paste0("survlines_error_", what), "survlines_error")
      stop(errorCondition(message[[1L]], class = classes))
    }
  }
}
