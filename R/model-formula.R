# What a formula says, before any column is read.

special_functions <- c("Surv", "strata", "cluster")

# terms(), with survival::Surv(), survival::strata() and survival::cluster() read as the bare
# names, and the bare names known even where survival is not attached.
read_terms <- function(formula, data, call) {
  if ("::" %in% all.names(formula)) formula[] <- lapply(as.list(formula), use_bare_names)
  formula <- know_special_functions(formula)
  guard_formula(terms_with_specials(formula, data), call)
}

know_special_functions <- function(formula) {
  environment(formula) <- list2env(
    list(Surv = Surv, strata = strata, cluster = cluster), parent = environment(formula)
  )
  formula
}

terms_with_specials <- function(formula, data = NULL) {
  stats::terms(formula, specials = c("strata", "cluster"), data = data, keep.order = FALSE)
}

# The terms of what read_formula() or plain_rows() says of a formula: the latter needs none, so that
# they are made for who asks.
formula_terms <- function(read) {
  if (!is.null(read$terms)) {
    return(read$terms)
  }
  terms_with_specials(know_special_functions(read$formula))
}

# The formula of a fit, with `.` replaced by the variables it stands for: update(), drop1() and
# step() know no data.
written_formula <- function(fit) {
  formula <- fit$formula
  if (!"." %in% all.vars(formula[[3L]])) {
    return(formula)
  }
  written <- stats::formula(stats::terms(formula, data = fit$source$data))
  environment(written) <- environment(formula)
  written
}

use_bare_names <- function(expression) {
  if (!is.call(expression)) {
    return(expression)
  }
  head <- expression[[1L]]
  if (is.call(head) && identical(head[[1L]], quote(`::`)) &&
    as.character(head[[2L]]) %in% c("survival", "survlines") &&
    as.character(head[[3L]]) %in% special_functions) {
    expression[[1L]] <- head[[3L]]
  }
  # A missing argument, as in x[, 1], is left as it is.
  for (i in seq_along(expression)[-1L]) {
    if (!identical(expression[[i]], rlang::missing_arg())) {
      expression[[i]] <- use_bare_names(expression[[i]])
    }
  }
  expression
}

# Whatever breaks while a formula is evaluated is the formula's error.
guard_formula <- function(expression, call) {
  withCallingHandlers(
    expression,
    error = function(condition) {
      if (inherits(condition, "survlines_error")) {
        return()
      }
      abort_survlines("formula", c(
        "The formula could not be evaluated.",
        i = "A column may be misspelt, of the wrong type or of another length."
      ), call = call, parent = condition)
    }
  )
}

# A name that stands for itself must be a column of the data, or a variable where the formula was
# written; functions such as t() are none. Names within other expressions are found missing when
# these are evaluated.
check_names <- function(formula, arguments, data, call) {
  if (length(arguments) == 0L && are_columns(all.vars(formula$formula), data)) {
    return(invisible())
  }
  environment <- environment(formula$terms)
  expressions <- c(
    formula$response, if (rlang::is_call(formula$response, "Surv")) as.list(formula$response)[-1L],
    formula$variables,
    unlist(lapply(formula$variables[formula$strata], function(x) as.list(x)[-1L])),
    formula$cluster, if (is.call(formula$cluster)) as.list(formula$cluster)[-1L], arguments
  )
  symbols <- Filter(function(x) is.symbol(x) && !identical(x, rlang::missing_arg()), expressions)
  names <- unique(vapply(symbols, as.character, ""))
  names <- setdiff(names, names(data))
  found <- vapply(names, is_variable, NA, environment)
  if (!all(found)) abort_unknown_name(names[!found], data, call)
}

# What cannot be looked at, such as an argument that was not given, is left to those who use it.
is_variable <- function(name, environment) {
  tryCatch(
    exists(name, envir = environment) && !is.function(get(name, envir = environment)),
    error = function(condition) TRUE
  )
}

abort_unknown_name <- function(names, data, call) {
  near <- unique(unlist(lapply(names, near_names, names(data))))
  shown <- paste(utils::head(names(data), 10L), collapse = ", ")
  hidden <- length(data) - 10L
  abort_survlines("formula", c(
    if (is.null(data)) {
      "There is no variable {.field {names}}, and no {.arg data}."
    } else {
      "There is no column {.field {names}} in {.arg data}."
    },
    i = if (length(near) > 0L) {
      "Is it {.or {.field {near}}}?"
    } else if (length(data) > 0L) {
      "Its columns are {shown}{if (hidden > 0L) paste(' and', hidden, 'more')}."
    }
  ), call = call)
}

# Names of columns that one or two letters make of another one, or that differ in case only.
near_names <- function(name, known, most = min(2, nchar(name) - 1)) {
  if (length(known) == 0L) {
    return(character())
  }
  distance <- utils::adist(tolower(name), tolower(known))[1L, ]
  known[which(distance <= most)]
}

# What a formula of two sides says: list(formula, terms, response, response_names, variables,
# strata, cluster, offset, main, main_names). `terms` is without cluster(); `variables` holds an
# expression for each variable of the terms, by the name it has in a model frame; `strata`,
# `offset` and `main` say which of these names are what; `response_names` and `main_names` are
# NULL where an argument of the left side or a main variable is more than a name; `cluster` is the
# expression of the cluster() term or NULL. As in coxph(), an intercept is always there.
read_formula <- function(formula, data, call) {
  terms <- read_terms(formula, data, call)
  response <- attr(terms, "variables")[[2L]]
  index <- attr(terms, "specials")$cluster
  cluster <- if (length(index) > 0L) attr(terms, "variables")[[index[1L] + 1L]]
  if (length(index) > 0L) terms <- drop_cluster(terms, index, call)

  variables <- as.list(attr(terms, "variables"))[-(1:2)]
  names <- core_argument_names(attr(terms, "variables"))[-1L]
  is_call <- is.na(names)
  names[is_call] <- vapply(variables[is_call], deparse_name, "")
  names(variables) <- names
  offset <- names[attr(terms, "offset") - 1L]
  strata <- names[attr(terms, "specials")$strata - 1L]
  removed <- if ("-" %in% all.names(formula[[3L]])) setdiff(names[!in_terms(terms)], offset)
  if (length(removed) > 0L) {
    variables <- variables[!names %in% removed]
    strata <- setdiff(strata, removed)
  }
  special <- c(strata, offset, removed)
  main <- if (length(special) == 0L) names else setdiff(names, special)
  simple <- length(removed) == 0L && !any(names[is_call] %in% main)
  list(
    formula = formula, terms = terms, response = response,
    response_names = if (is.call(response)) argument_names(response), variables = variables,
    strata = strata, cluster = cluster, offset = offset,
    main = main, main_names = if (simple) main
  )
}

# Which variables of the right side some term has: those taken away with `-`, as in `. - centre`,
# stay among the variables. Rows in which they are missing are left out, as in coxph().
in_terms <- function(terms) {
  n <- length(attr(terms, "variables")) - 2L
  factors <- attr(terms, "factors")
  if (length(factors) == 0L) rep(FALSE, n) else unname(rowSums(factors > 0)[-1L] > 0)
}

# The names within a call whose arguments are names and nothing else, or NULL.
argument_names <- function(expression) {
  names <- core_argument_names(expression)
  if (is.null(names(expression)) && !anyNA(names)) names
}

# Whether these are names of columns.
are_columns <- function(names, data) !anyNA(match(names, names(data)))

# The name a variable has in a model frame.
deparse_name <- function(expression) {
  if (is.symbol(expression)) {
    return(as.character(expression))
  }
  paste(deparse(expression, width.cutoff = 500L, backtick = TRUE),
    collapse = " "
  )
}

drop_cluster <- function(terms, index, call) {
  if (length(index) > 1L) {
    abort_survlines("formula", "A formula can have one {.fn cluster} term only.", call = call)
  }
  uses <- attr(terms, "factors")[index, ] > 0
  if (any(attr(terms, "order")[uses] > 1L)) {
    abort_survlines("formula", "{.fn cluster} cannot be part of an interaction.", call = call)
  }
  offsets <- as.list(attr(terms, "variables"))[attr(terms, "offset") + 1L]
  right <- c(attr(terms, "term.labels")[!uses], vapply(offsets, deparse_name, ""))
  if (length(right) == 0L) right <- "1"
  formula <- stats::reformulate(right, attr(terms, "variables")[[2L]])
  environment(formula) <- environment(terms)
  stats::terms(formula, specials = c("strata", "cluster"))
}
