# What the fuzzer does to a valid call: arguments left out, replaced, or spoilt in kind.

# Values of every type, length and oddity that a user could pass by mistake.
odd_values <- list(
  NULL, NA, NA_real_, NA_character_, NaN, Inf, -Inf, 0, -1, 1e308, -1e308, 5e-324, 0.5, 1:3, 1:7,
  c(1, NA), c(a = 1, b = 2), character(), "", "log", " days ", letters, strrep("x", 1000L),
  TRUE, c(TRUE, NA), list(), list(1, "a"), list(NULL), quote(x), quote(f(x)), function(x) x,
  function(...) stop("a user's function"), sum, data.frame(), data.frame(a = 1),
  data.frame(a = 1)[0L, , drop = FALSE], matrix(1:4, 2), array(0, c(1, 1, 1)), factor("a"),
  factor(character()), factor("a", c("a", "b")), ordered(c("a", "b")), as.Date("2020-01-01"),
  as.Date(NA), as.Date(c("2020-01-01", "2021-01-01")), as.POSIXct("2020-01-01", tz = "UTC"),
  as.POSIXlt("2020-01-01", tz = "UTC"), as.difftime(3, units = "hours"), 1i, raw(2),
  structure(1, class = "strange"), structure(list(1), class = "strange"),
  structure("a", class = c("glue", "character")), structure(1:2, names = c("a", NA)),
  survival::Surv(1:3, c(0, 1, 1)), ~x, y ~ x, Surv(time, status) ~ nothing, ~ Surv(time, status),
  new.env(), globalenv(), expression(a, b), numeric_version("1.2"), 2^53, -2^31,
  .Machine$integer.max, "\u00e9", "%s %d", "{x}", "{.val", "`", integer(), complex(0), logical()
)

odd_formulas <- list(
  Surv(time, status) ~ nothing, Surv(tme, status) ~ g, Surv(time) ~ g, Surv(time, status) ~ .,
  Surv(time, status, type = "left") ~ g, Surv(time, time, status, type = "interval") ~ g,
  Surv(time, status) ~ 0, Surv(time, status) ~ g - 1, Surv(time, status) ~ g:x,
  Surv(time, status) ~ strata(g), Surv(time, status) ~ strata(nothing), Surv() ~ g,
  Surv(time, status) ~ cluster(g) + cluster(x), Surv(time, status) ~ offset(x),
  Surv(time, status) ~ offset(g), Surv(time, status) ~ log(-x), Surv(time, status) ~ f(x),
  Surv(time, status) ~ NULL, Surv(time, status) ~ "g", Surv(time, status) ~ 5, time ~ g, ~g,
  Surv(status, time) ~ g, Surv(time, g) ~ g, Surv(g, status) ~ x, Surv(time, status) ~ poly(x, 9),
  Surv(x, time, status) ~ g, Surv(time, x, status) ~ g, Surv(time, NULL) ~ g, NULL ~ g,
  Surv(time, status) ~ g + g, Surv(time, status) ~ strata(g) * x, Surv(time, status) ~ 1,
  Surv(time, status) ~ I(x / 0), Surv(time, status) ~ x[1:2], Surv(time, status) ~ g | x,
  Surv(time, status) ~ stop("a user's function"), Surv(rep(time, 2), status) ~ g,
  Surv(time, status) ~ cbind(x, time), Surv(time, status) ~ list(x), Surv(time, cause) ~ g,
  Surv(log(time - time), status) ~ g, Surv(time, status) ~ x + offset(1e308 * x), y ~ x ~ z
)

# One or two faults in a call; `keeps_first`: not in its first argument, but perhaps one more.
spoil_call <- function(call, fixtures, keeps_first = FALSE) {
  for (i in seq_len(sample(c(1L, 1L, 2L), 1L))) {
    if (length(call) > 1L + keeps_first) {
      call <- spoil_argument(call, fixtures, keeps_first)
    } else if (keeps_first) {
      call$unknown <- as_argument(one_of(odd_values))
    }
  }
  call
}

spoil_argument <- function(call, fixtures, keeps_first) {
  places <- seq_along(call)[-seq_len(1L + keeps_first)]
  place <- places[sample.int(length(places), 1L)]
  how <- sample(c("replace", "spoil", "spoil", "leave out"), 1L)
  if (how == "leave out") {
    return(call[-place])
  }
  call[place] <- list(as_argument(
    if (how == "replace") one_of(odd_values) else spoil_value(call[[place]], fixtures)
  ))
  call
}

# Names and calls would be evaluated as written; they are to arrive as values.
as_argument <- function(value) {
  if (is.language(value) && !inherits(value, "formula")) call("quote", value) else value
}

one_of <- function(values) values[[sample.int(length(values), 1L)]]

# Of arguments, of which only the chosen one is evaluated.
one_of_these <- function(...) ...elt(sample.int(...length(), 1L))

spoil_value <- function(expression, fixtures) {
  value <- tryCatch(eval(expression, fixtures), error = function(condition) NULL)
  if (inherits(value, "formula")) {
    return(one_of(odd_formulas))
  }
  if (is.data.frame(value)) {
    return(spoil_data(value))
  }
  if (is.list(value) && length(value) > 0L) {
    return(spoil_list(value, fixtures))
  }
  plain <- is.numeric(value) || is.character(value) || is.logical(value) || is.factor(value)
  if (plain && !is.object(value)) spoil_vector(value) else one_of(odd_values)
}

# A vector of the right kind, but not quite.
spoil_vector <- function(x) {
  one_of_these(
    x[0L], c(x, x), rep(x, 50L), replace(x, 1L, NA), rep(NA, length(x)), as.character(x),
    suppressWarnings(as.numeric(x)), factor(x, c(unique(as.vector(x)), "unused")), as.list(x),
    stats::setNames(x, rep("same", length(x))), matrix(x, 1L), structure(x, class = "strange"),
    structure(x, note = "an attribute"), if (is.numeric(x)) -x else paste0(x, "x"),
    if (is.numeric(x)) x * 1e300 else toupper(as.character(x)),
    if (is.numeric(x)) x / 0 else substr(as.character(x), 1L, 1L), as.logical(x),
    data.frame(x = as.vector(x)), rev(as.vector(x))
  )
}

# A list of nothing; a fit would take `[` for a choice of its curves.
emptied <- function(x) if (is.data.frame(x)) x[0L] else .subset(x, 0L)

# A fit, a registry, a rule or any other list: one part spoilt or its class gone. What carries our
# class but is no such thing at all is left to those who forge.
spoil_list <- function(x, fixtures) {
  if (sample(5L, 1L) == 1L) {
    return(one_of_these(unclass(x), list(x), structure(unclass(x), class = "strange"), names(x)))
  }
  tables <- which(vapply(x, is.data.frame, NA))
  if (inherits(x, "survlines_registry") && length(tables) > 0L) {
    table <- tables[[sample.int(length(tables), 1L)]]
    x[[table]] <- spoil_data(x[[table]])
    return(x)
  }
  if (is.object(x)) {
    return(one_of(fixtures$objects))
  }
  place <- sample.int(length(x), 1L)
  x[place] <- list(if (is.list(x[[place]])) emptied(x[[place]]) else one_of(odd_values))
  x
}

spoil_data <- function(data) {
  # What has been spoilt before may have no cell left.
  if (length(data) == 0L || nrow(data) == 0L) {
    return(one_of(odd_values))
  }
  if (sample(3L, 1L) == 1L) {
    return(spoil_frame(data))
  }
  column <- sample.int(length(data), 1L)
  data[[column]] <- spoil_column(data[[column]])
  data
}

spoil_frame <- function(data) {
  n <- length(data)
  switch(sample(12L, 1L),
    data[0L, , drop = FALSE], data[, 0L, drop = FALSE], data[-sample.int(n, 1L)],
    data[c(seq_len(n), 1L)], stats::setNames(data, rep("same", n)), stats::setNames(data, NULL),
    stats::setNames(data, paste(names(data), "of ours")), as.list(data),
    as.matrix(as.data.frame(lapply(data, as.character))), data[rep(1L, 3L), , drop = FALSE],
    stats::setNames(data, toupper(names(data))), structure(data, class = c("odd", "data.frame"))
  )
}

spoil_column <- function(x) {
  n <- NROW(x)
  value <- one_of_these(
    rep(NA, n), rep(Inf, n), rep(-Inf, n), rep(NaN, n), rep_len(as.character(x), n),
    rep(list(1), n),
    factor(rep("a", n)), factor(seq_len(n), 0:(n + 1L)), -seq_len(n), rep(1e308, n), rep(5e-324, n),
    replace(as.numeric(rep(1, n)), 1L, NaN), replace(seq_len(n), 1L, NA), rep(0, n), rep(2, n),
    seq_len(n) + 0.5, matrix(seq_len(2L * n), n), matrix(0, n, 0L), data.frame(a = seq_len(n)),
    as.Date("2020-01-01") + seq_len(n), as.POSIXct("2020-01-01", tz = "UTC") + seq_len(n),
    as.difftime(as.numeric(seq_len(n)), units = "hours"), rep(1i, n), raw(n),
    survival::Surv(seq_len(n), rep(1, n)), rep("", n), rep("2012-02-30", n), rep(" ", n),
    structure(seq_len(n), class = "strange"), ordered(seq_len(n)), rep(TRUE, n), rep("\u00e9", n)
  )
  if (is.character(x) || is.factor(x)) {
    value <- one_of_these(value, rev(x), replace(as.character(x), 1L, "odd"), rep(x[1L], n))
  }
  value
}
