# The left side of a formula: exit times, entry times and events.
#
# Surv() turns rows that cannot be into missing values, which would then be dropped without a
# word. So the arguments of a Surv() call are looked at before Surv() sees them.

# The values of the arguments of the formula's own Surv() call, or NULL where the left side is
# anything else, such as a column made before.
surv_arguments <- function(formula, data, call) {
  response <- formula$response
  if (!is.call(response) || !identical(response[[1L]], quote(Surv))) {
    return(NULL)
  }
  arguments <- if (is_surv_of_columns(formula, data)) {
    arrange_arguments(name_by_place(.subset(data, formula$response_names)))
  } else {
    guard_formula(evaluate_surv(response, data, environment(formula$terms)), call)
  }
  if (any(vapply(arguments, is.object, NA))) {
    arguments <- times_in_days(refuse_nested(arguments, call), call)
  }
  arguments
}

# Columns that are named by place need no evaluation.
is_surv_of_columns <- function(formula, data) {
  names <- formula$response_names
  length(names) %in% 1:3 && are_columns(names, data)
}

evaluate_surv <- function(response, data, environment) {
  arrange_arguments(lapply(match_surv(response), eval, data, environment))
}

# A column made with Surv() is numeric, but has no order and no sums.
refuse_nested <- function(arguments, call) {
  nested <- names(arguments)[vapply(arguments, inherits, NA, "Surv")]
  if (length(nested) > 0L) {
    abort_survlines("formula", c(
      "The {.field {nested}} within {.fn Surv} {?is a/are} survival object{?s} already.",
      i = "Put the column alone on the left side, or name columns of numbers within {.fn Surv}."
    ), call = call)
  }
  arguments
}

# The arguments of a Surv() call by their names. Up to three without names need no match.call().
match_surv <- function(response) {
  if (!is.null(names(response)) || length(response) > 4L) {
    return(as.list(match.call(survival::Surv, response))[-1L])
  }
  name_by_place(as.list(response)[-1L])
}

name_by_place <- function(arguments) {
  names(arguments) <- c("time", "time2", "event")[seq_along(arguments)]
  arguments
}

# Differences of dates are numbers of days. In any other unit nobody would learn that the numbers
# are not days.
times_in_days <- function(arguments, call) {
  for (name in c("entry", "exit")) {
    time <- arguments[[name]]
    if (!inherits(time, "difftime")) next
    if (units(time) != "days") {
      abort_survlines("time_unit", c(
        "The times of {.fn Surv} are differences in {units(time)}; fits count days.",
        i = "Write {.code as.numeric(time, units = \"days\")}."
      ), call = call)
    }
    arguments[[name]] <- as.numeric(time)
  }
  arguments
}

# Surv(time, event) and Surv(entry, exit, event) have the same three arguments in other roles.
arrange_arguments <- function(values) {
  type <- values$type[1L]
  places <- if (!is.null(type)) {
    character()
  } else if (is.null(values$event)) {
    c(exit = "time", status = "time2")
  } else if (is.null(values$time2)) {
    c(exit = "time", status = "event")
  } else {
    c(entry = "time", exit = "time2", status = "event")
  }
  arranged <- values[places]
  names(arranged) <- names(places)
  drop_null(arranged)
}

drop_null <- function(values) {
  if (length(values) == 0L) {
    return(values)
  }
  kept <- !vapply(values, is.null, NA)
  if (all(kept)) values else values[kept]
}

# Aborts where Surv() would make a missing value of something that is there; says which coding
# it guessed. Only rows that are used are looked at (NULL: all of them), but the coding is
# guessed from all rows, as Surv() does.
check_surv_arguments <- function(arguments, rows, with_causes, call) {
  check_entry_before_exit(arguments$entry, arguments$exit, rows, call)
  if (!with_causes) {
    check_status(arguments$status, rows, call)
  } else if (!is.null(arguments$status) && !is.factor(arguments$status)) {
    abort_no_causes(call)
  }
}

abort_no_causes <- function(call) {
  abort_survlines("status", c(
    "With competing events the status must be a factor.",
    i = "Its first level means censored, each other level is a cause, such as
         {.code factor(status, 0:2, c(\"censored\", \"relapse\", \"death\"))}.",
    i = "For one event use {.fn fit_km}."
  ), call = call)
}

check_entry_before_exit <- function(entry, exit, rows, call) {
  if (!is.numeric(entry) || !is.numeric(exit) || length(entry) != length(exit)) {
    return(invisible())
  }
  bad <- keep_used(which(entry >= exit), rows)
  if (length(bad) > 0L) {
    abort_survlines("entry_exit", c(
      "Each row must enter before it leaves: entry >= exit in {describe_rows(bad)}.",
      i = "A row is at risk in (entry, exit]. Correct the times or leave the rows out."
    ), call = call)
  }
}

keep_used <- function(bad, rows) {
  if (is.null(rows)) bad else bad[bad %in% rows]
}

check_status <- function(status, rows, call) {
  if (is.numeric(status)) {
    check_status_numbers(status, rows, call)
  } else if (is.factor(status)) {
    check_status_levels(status, call)
  } else if (is.character(status)) {
    abort_status_text(sort(unique(status)), call)
  }
}

abort_status_text <- function(values, call) {
  shown <- utils::head(values, 5L)
  event <- encodeString(c(values, "dead")[max(length(values), 1L)], quote = "\"")
  abort_survlines("status", c(
    "The status is text, which does not say what is an event.",
    x = if (length(values) > 0L) "It holds {.val {shown}}{if (length(values) > 5L) ', ...'}.",
    i = "Write the event as a condition, such as {.code Surv(time, status == {event})}."
  ), call = call)
}

check_status_levels <- function(status, call) {
  levels <- levels(status)
  if (length(levels) > 2L) abort_status_kinds(levels, call)
  inform_survlines("status_coding", paste(
    "The status is a factor: {.val {levels[1L]}} is read as censored,",
    "{.val {levels[2L]}} as the event."
  ))
}

check_status_numbers <- function(status, rows, call) {
  range <- core_value_range(status)
  # Surv()'s guess: a status whose largest value is 2 is coded 1/2.
  coded_12 <- range[2L] == 2
  allowed <- if (coded_12) c(1, 2) else c(0, 1)
  bad <- keep_used(other_status(status, range, allowed), rows)
  if (length(bad) > 0L) {
    values <- unique(status[!is.na(status)])
    if (length(values) > 2L) abort_status_kinds(sort(values), call)
    abort_survlines("status", c(
      "The status must be coded 0/1, 1/2 or TRUE/FALSE; {describe_rows(bad)}
       {cli::qty(length(bad))}hold{?s/} something else.",
      i = "Write the event as a condition, such as {.code Surv(time, status == 3)}."
    ), call = call)
  }
  if (coded_12) {
    inform_survlines("status_coding", "The status is coded 1/2: 1 is read as censored, 2 as the
      event.")
  }
}

# Rows whose status is not among two consecutive whole numbers. A missing status is no wrong one:
# which() leaves it out. Integers between the two are right without a look at each.
other_status <- function(status, range, allowed) {
  if (is.integer(status) && range[1L] >= allowed[1L] && range[2L] <= allowed[2L]) {
    return(integer())
  }
  which(status != allowed[1L] & status != allowed[2L])
}

abort_status_kinds <- function(values, call) {
  shown <- utils::head(as.character(values), 5L)
  abort_survlines("status", c(
    "The status has {length(values)} values ({.val {shown}}{if (length(values) > 5L) ', ...'}),
     but one event is fitted here.",
    i = "For competing events use {.fn fit_cuminc}.",
    i = "For one of them write a condition, such as
      {.code Surv(time, status == {deparse(shown[2L])})}."
  ), call = call)
}

# list(entry, exit, event) of a Surv object; entry is NULL where everybody is at risk from the
# start. With causes, event is 0 or the number of a cause in `causes`.
read_surv <- function(surv, with_causes, call) {
  if (!inherits(surv, "Surv")) {
    abort_survlines("formula", c(
      "The left side of the formula must be a survival object.",
      i = "Write {.code Surv(time, status)}, or name a column made with {.fn Surv} or
           {.fn derive_endpoint}."
    ), call = call)
  }
  type <- attr(surv, "type")
  if (!type %in% c("right", "counting", "mright", "mcounting")) {
    abort_survlines("formula", c(
      "Survival data of type {.val {type}} are not supported.",
      i = "Supported: {.code Surv(time, status)} and {.code Surv(entry, exit, status)}."
    ), call = call)
  }
  causes <- attr(surv, "states")
  if (with_causes && is.null(causes)) abort_no_causes(call)
  if (!with_causes && length(causes) > 1L) {
    abort_status_kinds(c("censored", attr(surv, "states")), call)
  }
  surv <- unclass(surv)
  last <- ncol(surv)
  columns <- list(
    entry = if (last == 3L) surv[, 1L], exit = surv[, last - 1L], event = surv[, last]
  )
  c(columns, if (with_causes) list(causes = causes))
}
