# The border between a user's formula and data and the core. What comes out of model_data() keeps
# every promise of src/core/survival_view.h; what cannot be kept is refused here, by name and row.
#
# Columns are read in one of three ways that give the same (test-model-data.R proves it): in one
# look where there is nothing but columns without gaps (model-plain.R), directly where the formula
# names plain columns (model-direct.R), or through stats::model.frame().

# `arguments` holds the expressions of weights, frequency, cluster and subset that the user wrote
# (see written_arguments()); they are evaluated in `data`, then in the formula's environment, as
# coxph() does. `use` says what the
# right side is: "curves" (every variable splits the rows), "groups" (compared within strata) or
# "design" (columns of a regression); "causes" and "groups_causes" are curves and groups of rows
# whose status is a factor of causes. `direct = FALSE` keeps to the general way. `error_call` is
# the environment of the user's function. `ranked = FALSE` allows that plain rows keep their times
# (see unranked_columns()), for an estimator that needs counts only.
#
# Returns a list:
#   columns    what src/r_borrow.h borrows: ranks, event, codes, weight, frequency
#   times      the distinct times that ranks (from 0) index; NULL for unranked columns
#   x (a matrix or a list of columns), assign, contrasts, term_labels, variable_levels, offset
#     (design)
#   group_labels, stratum_labels; cluster (codes from 0), n_clusters
#   n_rows, rows (which rows of data, NULL for all), n_data (rows of data)
#   missing    how many rows each column was missing in; na_action as in lm()
#   n_missing, n_zero_weight   rows dropped; zero_weight: which, as na_action has them
model_data <- function(formula, data, arguments, na_action, use, timefix = TRUE, direct = TRUE,
                       ranked = TRUE, threads = 1L, error_call = rlang::caller_env()) {
  check_formula(formula, error_call)
  data <- check_data(data, error_call)
  check_flag(timefix, error_call)
  rows <- if (direct && length(arguments) == 0L) plain_rows(formula, data, use, threads)
  if (is.null(rows)) {
    rows <- read_rows(formula, data, arguments, na_action, use, direct, error_call)
  } else {
    read_na_action(na_action, error_call)
  }
  columns <- rows$columns
  right <- right_side(columns, rows$formula, use, rows$used$rows, error_call)
  warn_numbers_as_text(columns$main, right, use, rows$used$rows)
  clusters <- code_clusters(columns$cluster)
  n_rows <- length(columns$exit)
  n_data <- columns$n_rows
  columns <- if (!ranked && is_plain(columns, right)) {
    unranked_columns(columns, right, timefix)
  } else {
    rank_columns(columns, right, timefix, threads, rows$used$rows, error_call)
  }
  c(
    list(formula = rows$formula, n_rows = n_rows, n_data = n_data),
    rows$used, columns, right, clusters
  )
}

# model_data() of a fit read again: what was said when it was made is not said twice.
model_data_again <- function(..., call = rlang::caller_env()) {
  suppressWarnings(
    suppressMessages(model_data(..., error_call = call), classes = "survlines_message"),
    classes = "survlines_warning"
  )
}

# list(formula, columns, used): what read_formula() says, the columns of the rows used, checked, and
# what used_rows() says. Whatever the formula may hold; see plain_rows() for most.
read_rows <- function(formula, data, arguments, na_action, use, direct, call) {
  if (!is.null(data)) check_data_frame(data, "data", call)
  formula <- read_formula(formula, data, call)
  check_right_side(formula, use, call)
  check_names(formula, arguments, data, call)
  na_action <- read_na_action(na_action, call)

  surv <- surv_arguments(formula, data, call)
  extras <- evaluate_extras(formula, data, arguments, call)
  check_times_are_numbers(surv, formula$response, extras$subset, call)
  check_surv_arguments(surv, extras$subset, has_causes(use), call)
  all <- if (direct) direct_columns(formula, data, surv, use)
  if (is.null(all)) all <- general_columns(formula, data, extras, use, call)
  if (length(extras) > 0L) check_lengths(all, extras, call)

  used <- used_rows(all, extras, na_action, call)
  columns <- take_rows(all, extras, used$rows)
  check_finite(columns, used$rows, call)
  list(formula = formula, columns = columns, used = used)
}

has_causes <- function(use) use == "causes" || use == "groups_causes"

check_right_side <- function(formula, use, call) {
  if (use == "design") {
    check_no_time_transform(formula$variables, call)
    return(invisible())
  }
  if (length(formula$offset) > 0L) {
    abort_survlines("formula", "{.fn offset} has a meaning in {.fn fit_cox} only.", call = call)
  }
  if (!is.null(formula$cluster) && use == "groups_causes") {
    abort_survlines("formula", c(
      "{.fn cluster} has no meaning in Gray's test.",
      i = "It treats rows as independent; {.fn fit_cuminc} and {.fn fit_cox} know clusters."
    ), call = call)
  }
  if (any(attr(formula$terms, "order") > 1L)) {
    abort_survlines("formula", c(
      "Interactions have no meaning in a formula of groups.",
      i = "Every combination of the named variables is a group already: write {.code a + b}."
    ), call = call)
  }
}

# coxph() gives tt() a meaning of its own.
check_no_time_transform <- function(variables, call) {
  if (any(vapply(variables, rlang::is_call, NA, name = "tt"))) {
    abort_survlines("formula", c(
      "{.fn tt} is not known here.",
      i = "Split the rows by time, with {.fn survival::survSplit}; see {.help fit_cox}."
    ), call = call)
  }
}

read_na_action <- function(na_action, call) {
  if (is.null(na_action)) na_action <- stats::na.pass
  if (is.function(na_action)) {
    return(na_action)
  }
  # The default of getOption("na.action") needs no search.
  if (identical(na_action, "na.omit")) {
    return(stats::na.omit)
  }
  guard_formula(match.fun(na_action), call)
}

# The expressions that the user wrote for these arguments of the function whose frame this is;
# those not given are left out. Unlike match.call() this sees through the dots of a wrapper; but
# `call`, what match.call() gave, knows the names of what was given.
written_arguments <- function(names, frame = parent.frame(), call = NULL) {
  if (!is.null(call) && !any(names %in% names(call))) {
    return(list())
  }
  expressions <- lapply(names, function(name) eval(call("substitute", as.name(name)), frame))
  names(expressions) <- names
  given <- vapply(expressions, function(x) !is.null(x) && !identical(x, rlang::missing_arg()), NA)
  expressions[given]
}

# weights, frequency, cluster (values) and subset (row numbers); those not given are left out.
evaluate_extras <- function(formula, data, expressions, error_call) {
  environment <- environment(formula$terms)
  if (!is.null(formula$cluster)) {
    if (!is.null(expressions$cluster)) {
      abort_survlines("formula", c(
        "The cluster is named twice.",
        i = "Use either the term {.fn cluster} or the argument {.arg cluster}."
      ), call = error_call)
    }
    expressions$cluster <- formula$cluster
  }
  if (length(expressions) == 0L) {
    return(list())
  }
  extras <- drop_null(guard_formula(lapply(expressions, eval, data, environment), error_call))
  if (!is.null(extras$subset)) {
    extras$subset <- subset_rows(extras$subset, data, formula, error_call)
  }
  extras
}

subset_rows <- function(subset, data, formula, call) {
  if (!is.logical(subset) && !is.numeric(subset) && !is.character(subset)) {
    abort_survlines("formula", c(
      "{.arg subset} must say which rows to use.",
      i = "Give one TRUE or FALSE per row, row numbers or row names."
    ), call = call)
  }
  n <- if (is.null(data)) length(subset) else nrow(data)
  if (is.logical(subset) && !length(subset) %in% c(1L, n)) {
    abort_survlines("formula", c(
      "{.arg subset} has {length(subset)} value{?s}, the data {n} row{?s}.",
      i = "Give one TRUE or FALSE per row, or row numbers."
    ), call = call)
  }
  rows <- seq_len(n)
  if (is.character(subset)) names(rows) <- row.names(data)
  rows <- unname(rows[subset])
  rows[!is.na(rows)]
}

# The general way. Nothing is left out yet, so that what is left out can be counted and named.
general_columns <- function(formula, data, extras, use, call) {
  scope <- list2env(list(terms = formula$terms, data = data), parent = environment(formula$terms))
  frame <- guard_formula(
    eval(quote(stats::model.frame(terms, data, na.action = stats::na.pass)), scope), call
  )
  surv <- read_surv(stats::model.response(frame), has_causes(use), call)
  check_variables(frame[formula$main], formula$main, use == "design", call)
  missing <- lapply(frame, missing_rows)
  c(surv, list(
    n_rows = nrow(frame), frame = frame, main = as.list(frame)[formula$main],
    strata = lapply(as.list(frame)[formula$strata], code_values),
    offset = general_offset(frame, call), missing = missing
  ))
}

# model.frame() lets bytes pass, which have no order and no numbers, and matrices, which name no
# groups. Penalties are attributes, without which frailty() would be a number and pspline() any
# basis.
check_variables <- function(variables, names, is_design, call) {
  penalised <- vapply(variables, inherits, NA, "coxph.penalty")
  if (any(penalised)) {
    abort_survlines("formula", c(
      "Penalties and frailties are not fitted here: {.field {names[penalised]}}.",
      i = "Smooth effects: {.fn splines::ns}. Alike rows: {.arg cluster} or {.fn strata}.",
      i = "The models themselves: {.fn survival::coxph}."
    ), call = call)
  }
  unfit <- vapply(variables, function(x) is.raw(x) || (!is_design && !is.null(dim(x))), NA)
  if (any(unfit)) {
    abort_survlines("formula", c(
      "{.field {names[unfit]}} {?holds/hold} raw bytes or several columns.",
      i = "Name variables with one number, text or factor level a row."
    ), call = call)
  }
}

general_offset <- function(frame, call) {
  offset <- guard_formula(stats::model.offset(frame), call)
  if (!is.null(offset)) as.double(offset)
}

# TRUE where a row of a vector or matrix has a missing value; NULL where none has.
missing_rows <- function(x) {
  if (!anyNA(unclass(x))) {
    return(NULL)
  }
  missing <- is.na(x)
  if (length(dim(missing)) == 2L) rowSums(missing) > 0 else as.vector(missing)
}

check_lengths <- function(columns, extras, call) {
  for (name in c("weights", "frequency", "cluster")) {
    value <- extras[[name]]
    n <- length(value)
    what <- if (name == "cluster") "formula" else name
    kind <- not_a_column(value)
    if (!is.null(kind)) {
      abort_survlines(what, c(
        "{.arg {name}} must have one value per row; it is {kind}.",
        i = "Name the column that holds the {name}."
      ), call = call)
    }
    if (!is.null(value) && n != columns$n_rows) {
      abort_survlines(what, c(
        "{.arg {name}} must have one value per row.",
        x = "It has {n} value{?s}, the data {columns$n_rows} row{?s}."
      ), call = call)
    }
  }
}

# What has a length but no value for each row, in words; NULL for columns and for nothing.
not_a_column <- function(value) {
  if (inherits(value, "Surv")) {
    "a survival object"
  } else if (is.list(value) && !inherits(value, "POSIXlt")) {
    "a list or a table"
  } else if (!is.null(value) && !is.atomic(value) && !is.list(value)) {
    "a formula, a function or a piece of code"
  }
}

# list(rows, na_action, missing, n_missing, n_zero_weight): rows is NULL when every row is used.
used_rows <- function(columns, extras, na_action, call) {
  missing <- columns$missing
  if (length(extras) > 0L) {
    missing <- c(missing, lapply(extras[c("weights", "frequency", "cluster")], missing_rows))
  }
  missing <- drop_null(missing)
  if (length(missing) == 0L && length(extras) == 0L && columns$n_rows > 0L) {
    return(all_rows)
  }
  if (length(missing) > 0L && !is_standard(na_action)) {
    used <- apply_na_action(columns, extras, missing, na_action, call)
  } else {
    used <- omit_missing(columns$n_rows, extras$subset, missing, na_action)
  }
  used$missing <- vapply(missing, function(is_missing) {
    sum(if (is.null(extras$subset)) is_missing else is_missing[extras$subset])
  }, 0L)
  used$missing <- used$missing[used$missing > 0L]
  used <- drop_zero_weights(used, columns$n_rows, extras, call)
  if (count_rows_used(used$rows, columns$n_rows) == 0L) abort_no_data(columns, used, call)
  used
}

# What used_rows() says where nothing is left out.
all_rows <- list(
  rows = NULL, na_action = NULL, n_missing = 0L,
  missing = structure(integer(), names = character()), n_zero_weight = 0L
)

is_standard <- function(na_action) {
  identical(na_action, stats::na.omit) || identical(na_action, stats::na.exclude)
}

count_rows_used <- function(rows, n_rows) if (is.null(rows)) n_rows else length(rows)

omit_missing <- function(n_rows, subset, missing, na_action) {
  if (length(missing) == 0L) {
    return(list(rows = subset, na_action = NULL, n_missing = 0L))
  }
  rows <- if (is.null(subset)) seq_len(n_rows) else subset
  omitted <- which(Reduce(`|`, missing)[rows])
  if (length(omitted) == 0L) {
    return(list(rows = subset, na_action = NULL, n_missing = 0L))
  }
  kind <- if (identical(na_action, stats::na.exclude)) "exclude" else "omit"
  list(
    rows = rows[-omitted],
    na_action = structure(omitted, names = as.character(rows[omitted]), class = kind),
    n_missing = length(omitted)
  )
}

# Any other na.action is a function of a model frame. The frame given to it carries row numbers,
# so that we see what it left out; values that it replaces are not taken over.
apply_na_action <- function(columns, extras, missing, na_action, call) {
  rows <- if (is.null(extras$subset)) seq_len(columns$n_rows) else extras$subset
  marks <- lapply(missing, function(is_missing) ifelse(is_missing[rows], NA, 0))
  frame <- as.data.frame(c(marks, list(`(row)` = rows)), optional = TRUE)
  kept <- kept_rows(frame, na_action, call)
  incomplete <- kept[["(row)"]][!stats::complete.cases(kept)]
  if (length(incomplete) > 0L) {
    abort_survlines("missing_values", c(
      "{.arg na.action} left missing values in {describe_rows(incomplete)}.",
      x = "Missing in: {.field {names(missing)}}.",
      i = "Use {.code na.action = na.omit} or {.code na.exclude}."
    ), call = call)
  }
  list(
    rows = kept[["(row)"]], na_action = attr(kept, "na.action"),
    n_missing = length(rows) - nrow(kept)
  )
}

# What na.action leaves of a data frame with the column (row).
kept_rows <- function(frame, na_action, call) {
  kept <- guard_formula(na_action(frame), call)
  if (!is.data.frame(kept) || !all(kept[["(row)"]] %in% frame[["(row)"]]) ||
    is.null(kept[["(row)"]])) {
    abort_survlines("formula", c(
      "{.arg na.action} must return rows of the data frame that it is given.",
      i = "Use {.code na.action = na.omit} or {.code na.exclude}."
    ), call = call)
  }
  kept
}

# A row of weight or frequency zero counts as deleted.
drop_zero_weights <- function(used, n_rows, extras, call) {
  used$n_zero_weight <- 0L
  if (is.null(extras$weights) && is.null(extras$frequency)) {
    return(used)
  }
  weight <- check_weights(extras$weights, used$rows, call)
  frequency <- check_frequency(extras$frequency, used$rows, call)
  zero <- integer()
  if (!is.null(weight)) zero <- which(weight == 0)
  if (!is.null(frequency)) zero <- union(zero, which(frequency == 0))
  if (length(zero) > 0L) {
    rows <- if (is.null(used$rows)) seq_len(n_rows) else used$rows
    used$rows <- rows[-zero]
    used$n_zero_weight <- length(zero)
    used$zero_weight <- structure(zero, names = as.character(rows[zero]), class = "exclude")
  }
  used
}

check_weights <- function(weights, rows, call) {
  if (is.null(weights)) {
    return(NULL)
  }
  if (!is.numeric(weights)) {
    abort_survlines("weights", "{.arg weights} must be numbers.", call = call)
  }
  weights <- if (is.null(rows)) weights else weights[rows]
  refuse_rows("weights", !is.finite(weights) | weights < 0, rows, c(
    "{.arg weights} must be finite and not negative", i = "A weight of 0 leaves a row out."
  ), call)
  weights
}

check_frequency <- function(frequency, rows, call) {
  if (is.null(frequency)) {
    return(NULL)
  }
  if (!is.numeric(frequency)) {
    abort_survlines("frequency", "{.arg frequency} must be whole numbers.", call = call)
  }
  frequency <- if (is.null(rows)) frequency else frequency[rows]
  wrong <- !is.finite(frequency) | frequency < 0 | frequency != round(frequency)
  refuse_rows("frequency", wrong, rows, c(
    "{.arg frequency} must be whole numbers, 0 or more",
    i = "It says how many times a row is there. For other weights use {.arg weights}."
  ), call)
  if (is.double(frequency) && sum(frequency) > 2^53) {
    abort_survlines("frequency", c(
      "{.arg frequency} adds up to more than 2^53, beyond which rows are not counted exactly.",
      i = "It says how many times a row is there. For other weights use {.arg weights}."
    ), call = call)
  }
  frequency
}

# Aborts with "<message> in rows 1, 2 and 3." where `wrong` is TRUE; `rows` are the rows of the
# data that `wrong` is about; the message may name a {subject}.
refuse_rows <- function(what, wrong, rows, message, call, subject = NULL) {
  wrong <- which(wrong)
  if (length(wrong) == 0L) {
    return(invisible())
  }
  wrong <- if (is.null(rows)) wrong else rows[wrong]
  message[1L] <- paste0(message[1L], "; see {describe_rows(wrong)}.")
  abort_survlines(what, message, call = call)
}

abort_no_data <- function(columns, used, call) {
  reasons <- sprintf("%d missing in {.field %s}", used$missing, names(used$missing))
  if (used$n_zero_weight > 0L) {
    reasons <- c(reasons, paste(used$n_zero_weight, "of weight 0"))
  }
  if (length(reasons) == 0L) reasons <- "none was left out for a missing value"
  names(reasons) <- rep("x", length(reasons))
  abort_survlines("no_data", c(
    "No row is left to fit, of {columns$n_rows} in the data.", reasons,
    i = "Look at the columns named above, and at {.arg subset}."
  ), call = call)
}

take_rows <- function(columns, extras, rows) {
  if (length(extras) > 0L) columns <- c(columns, extras[c("weights", "frequency", "cluster")])
  if (is.null(rows)) {
    return(columns)
  }
  vectors <- c("entry", "exit", "event", "offset", "weights", "frequency", "cluster")
  for (name in vectors) columns[[name]] <- take(columns[[name]], rows)
  columns$main <- lapply(columns$main, take, rows)
  columns$strata <- lapply(columns$strata, function(stratum) {
    list(code = stratum$code[rows], labels = stratum$labels)
  })
  if (!is.null(columns$frame)) columns$frame <- take_frame(columns$frame, rows)
  columns
}

take <- function(x, rows) {
  if (is.null(x)) NULL else if (length(dim(x)) == 2L) x[rows, , drop = FALSE] else x[rows]
}

# Without the row names, which cost more than the columns.
take_frame <- function(frame, rows) {
  structure(lapply(frame, take, rows),
    class = "data.frame", row.names = .set_row_names(length(rows)), terms = attr(frame, "terms")
  )
}

check_finite <- function(columns, rows, call) {
  if (!has_finite_values(columns$exit)) {
    refuse_rows("not_finite", !is.finite(columns$exit), rows, c(
      "Exit times must be finite",
      i = "Who is still under observation is censored at a finite time."
    ), call)
  }
  if (!is.null(columns$entry)) {
    refuse_rows("not_finite", columns$entry == Inf, rows, "Entry times must be below Inf", call)
  }
  if (!is.null(columns$offset)) {
    refuse_rows("not_finite", !is.finite(columns$offset), rows, "Offsets must be finite", call)
  }
}

# In one pass and without a vector of answers.
has_finite_values <- function(x) {
  range <- core_value_range(x)
  range[3L] == 0 && (length(x) == 0L || all(is.finite(range[1:2])))
}

# `columns` says which columns of the design to look at.
check_design_finite <- function(x, columns, rows, call) {
  for (column in columns) {
    values <- if (is.list(x)) x[[column]] else x[, column]
    if (has_finite_values(values)) next
    refuse_rows(
      "not_finite", !is.finite(values), rows,
      "The covariate {.field {subject}} must be finite", call,
      subject = design_names(x)[column]
    )
  }
}

# ---- what the right side becomes -------------------------------------------------------------

right_side <- function(columns, formula, use, rows, call) {
  switch(use,
    curves = curve_codes(columns, formula),
    groups = group_codes(columns, formula),
    causes = c(curve_codes(columns, formula), cause_codes(columns)),
    groups_causes = c(group_codes(columns, formula), list(
      event = as.integer(columns$event > 0), cause = as.integer(columns$event),
      causes = columns$causes
    )),
    design = design_columns(columns, formula, rows, call)
  )
}

# Every variable of a formula of curves splits the rows, strata() too, as in survfit().
curve_codes <- function(columns, formula) {
  variables <- columns$main
  variables[formula$strata] <- lapply(columns$strata, as_factor_codes)
  group <- group_rows(variables[names(formula$variables)])
  list(stratum = group$code, stratum_labels = group$labels)
}

# Rows with an event are of the group of their cause, censored rows of the first.
cause_codes <- function(columns) {
  list(
    event = as.integer(columns$event > 0), group = as.integer(pmax(columns$event - 1, 0)),
    group_labels = columns$causes
  )
}

as_factor_codes <- function(group) {
  structure(group$code + 1L, levels = group$labels, class = "factor")
}

group_codes <- function(columns, formula) {
  group <- group_rows(columns$main)
  c(list(group = group$code, group_labels = group$labels), stratum_codes(columns))
}

stratum_codes <- function(columns) {
  if (length(columns$strata) == 0L) {
    return(NULL)
  }
  stratum <- Reduce(cross_groups, columns$strata)
  stratum <- drop_unused(stratum$code, stratum$labels)
  list(stratum = stratum$code, stratum_labels = stratum$labels)
}

design_columns <- function(columns, formula, rows, call) {
  if (is.null(columns$frame)) {
    design <- direct_design(columns$main)
    unknown <- which(!columns$finite[design$assign])
  } else {
    design <- general_design(columns$frame, formula, call)
    unknown <- seq_along(design$assign)
  }
  check_design_finite(design$x, unknown, rows, call)
  numbers <- vapply(columns$main, is.numeric, NA)
  levels <- drop_null(lapply(columns$main[!numbers], levels_of))
  c(design, stratum_codes(columns), list(offset = columns$offset, variable_levels = levels))
}

# The levels of a covariate that is coded as a factor, or NULL.
levels_of <- function(x) {
  if (is.factor(x)) {
    levels(x)
  } else if (is.logical(x)) {
    c("FALSE", "TRUE")
  } else if (is.character(x)) {
    sort(unique(x))
  }
}

code_clusters <- function(cluster) {
  if (is.null(cluster)) {
    return(NULL)
  }
  values <- unique(cluster)
  list(cluster = match(cluster, values) - 1L, n_clusters = length(values))
}

# ---- ranks -----------------------------------------------------------------------------------

# Near-equal times become one tie here, once for all estimators.
rank_columns <- function(columns, right, timefix, threads, rows, call) {
  entry <- columns$entry
  if (!is.null(entry)) entry <- as.double(entry)
  ranks <- core_rank_times(as.double(columns$exit), entry, timefix, threads)
  if (!is.null(entry)) {
    refuse_rows("entry_exit", ranks$entry >= ranks$exit, rows, c(
      "Entry and exit are so close that they count as one time",
      i = "Times that differ by less than 1.5e-8 of the mean time are one tie; use
           {.code timefix = FALSE} to keep them apart."
    ), call)
  }
  list(
    times = ranks$time,
    columns = list(
      exit = ranks$exit, entry = ranks$entry,
      event = if (is.null(right$event)) as.integer(columns$event) else right$event,
      stratum = right$stratum, group = right$group,
      weight = as_double_or_null(columns$weights),
      frequency = as_double_or_null(columns$frequency),
      n_times = length(ranks$time), n_strata = max(1L, length(right$stratum_labels)),
      n_groups = max(1L, length(right$group_labels))
    )
  )
}

# Rows that count one each, in groups or in strata, need no ranks to be counted.
is_plain <- function(columns, right) {
  is.null(columns$entry) && is.null(columns$weights) && is.null(columns$frequency) &&
    is.null(columns$cluster) && (is.null(right$stratum) || is.null(right$group))
}

unranked_columns <- function(columns, right, timefix) {
  list(columns = list(
    time = as.double(columns$exit),
    event = if (is.null(right$event)) as.integer(columns$event) else right$event,
    group = right$group, n_groups = max(1L, length(right$group_labels)),
    stratum = right$stratum, n_strata = max(1L, length(right$stratum_labels)), timefix = timefix
  ))
}

is_unranked <- function(columns) !is.null(columns$timefix)

as_double_or_null <- function(x) if (!is.null(x)) as.double(x)
