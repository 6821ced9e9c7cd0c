# Rows that a Cox model speaks of: those it was fitted to, or new ones. A list of
#   x, offset          design and offset (NULL: 0); values of new rows may be missing
#   stratum            codes from 0, NULL without strata or where they are not needed
#   entry, exit        ranks among the times of the model, where they are needed; -1: before all
#   names, na_action   of the rows

fitted_rows <- function(model) {
  c(
    list(x = model$x, offset = model$offset),
    model$columns[c("stratum", "entry", "exit")]
  )
}

# `needs_strata`: whether the rows must say which stratum they are in; `needs_times`: whether the
# left side of the formula is read too.
new_rows <- function(fit, model, newdata, na_action, needs_strata, needs_times,
                     call = rlang::caller_env()) {
  check_data_frame(newdata, "newdata", call)
  terms <- stats::delete.response(terms_of_data(fit))
  if (!needs_strata) terms <- without_strata(terms)
  levels <- c(xlevels(fit), levels_of_interacting_strata(fit, terms))
  frame <- guard_formula(
    stats::model.frame(
      terms, without_contrasts(newdata),
      na.action = stats::na.pass, xlev = levels[intersect(names(levels), variable_names(terms))]
    ),
    call
  )
  times <- if (needs_times) new_times(fit, model, newdata, call)
  kept <- frame_rows(frame, times, na_action, call)
  frame <- frame[kept$rows, , drop = FALSE]
  design <- general_design(frame, list(terms = terms), call, fit$contrasts)
  check_new_columns(colnames(design$x), names(fit$coefficients), call)
  list(
    x = design$x, offset = general_offset(frame, call),
    stratum = if (needs_strata) new_strata(frame, terms, model, call),
    entry = times$entry[kept$rows], exit = times$exit[kept$rows],
    names = row.names(newdata)[kept$rows], na_action = kept$na_action
  )
}

# Numbers where the fit had text, or a matrix, make other columns of the design.
check_new_columns <- function(found, wanted, call) {
  lacking <- setdiff(wanted, found)
  other <- setdiff(found, wanted)
  if (length(lacking) > 0L || length(other) > 0L) {
    abort_survlines("newdata", c(
      "{.arg newdata} gives other columns than the coefficients of the model.",
      x = if (length(lacking) > 0L) "It lacks {.val {lacking}}.",
      x = if (length(other) > 0L) "The model does not know {.val {other}}.",
      i = "Give each variable in its kind: numbers, text or a factor, as the fit had it."
    ), call = call)
  }
}

# The terms of a fit with what bases such as ns() and poly() need to know to be the same on new
# rows.
terms_of_data <- function(fit) {
  variables <- as.list(attr(fit$terms, "variables"))[-(1:2)]
  if (all(vapply(variables, is.symbol, NA))) {
    return(fit$terms)
  }
  frame <- stats::model.frame(fit$terms, fit$source$data, na.action = stats::na.pass)
  attr(frame, "terms")
}

variable_names <- function(terms) {
  vapply(as.list(attr(terms, "variables"))[-1L], deparse_name, "")
}

# Terms of a right side without strata(), where strata are in no interaction. Offsets stay, and so
# do the bases, which `[` loses.
without_strata <- function(terms) {
  strata <- strata_term_index(terms)
  if (length(strata) == 0L || strata_in_interaction(terms)) {
    return(terms)
  }
  offsets <- as.list(attr(terms, "variables"))[attr(terms, "offset") + 1L]
  right <- c(attr(terms, "term.labels")[-strata], vapply(offsets, deparse_name, ""))
  kept <- stats::terms(stats::reformulate(if (length(right) > 0L) right else "1"))
  environment(kept) <- environment(terms)
  bases <- attr(terms, "predvars")
  if (!is.null(bases)) {
    position <- match(variable_names(kept), variable_names(terms))
    attr(kept, "predvars") <- bases[c(1L, position + 1L)]
  }
  kept
}

# New rows are coded by the contrasts of the fit; model.frame() would warn that it drops others.
without_contrasts <- function(data) {
  coded <- vapply(data, function(column) !is.null(attr(column, "contrasts")), NA)
  data[coded] <- lapply(data[coded], function(column) structure(column, contrasts = NULL))
  data
}

# Levels of factors and of character columns, as model.frame() wants them.
xlevels <- function(fit) {
  Filter(function(levels) !identical(levels, c("FALSE", "TRUE")), fit$variable_levels)
}

# Strata that are in no interaction have no columns, and no need of levels.
levels_of_interacting_strata <- function(fit, terms) {
  if (!strata_in_interaction(terms)) {
    return(NULL)
  }
  frame <- stats::model.frame(fit)
  lapply(as.list(frame)[special_names_of_right_side(terms, "strata")], levels)
}

new_times <- function(fit, model, newdata, call) {
  response <- attr(fit$terms, "variables")[[2L]]
  surv <- guard_formula(eval(response, newdata, environment(fit$terms)), call)
  surv <- read_surv(surv, with_causes = FALSE, call)
  ranks <- lapply(surv[c("entry", "exit")], function(time) {
    if (!is.null(time)) rank_of(unname(time), fit, model)
  })
  Filter(Negate(is.null), ranks)
}

# Ranks of times among those of a fit: that of the last one at or before each; -1 before all. What
# counts as a tie in a fit counts as one here.
rank_of <- function(time, fit, model) {
  slack <- if (fit$source$timefix && any(model$times != round(model$times))) {
    1.5e-8 * mean(abs(model$times[is.finite(model$times)]))
  } else {
    0
  }
  rank <- rep(NA_integer_, length(time))
  rank[!is.na(time)] <- findInterval(time[!is.na(time)] + slack, model$times) - 1L
  rank
}

# list(rows, na_action): rows that na_action keeps of new rows.
frame_rows <- function(frame, times, na_action, call) {
  columns <- c(as.list(frame), times)
  marks <- lapply(columns, function(column) {
    missing <- missing_rows(column)
    if (is.null(missing)) rep(0, nrow(frame)) else ifelse(missing, NA, 0)
  })
  marks <- as.data.frame(c(marks, list(`(row)` = seq_len(nrow(frame)))), optional = TRUE)
  kept <- kept_rows(marks, read_na_action(na_action, call), call)
  list(rows = kept[["(row)"]], na_action = attr(kept, "na.action"))
}

new_strata <- function(frame, terms, model, call) {
  names <- special_names_of_right_side(terms, "strata")
  if (length(names) == 0L) {
    return(NULL)
  }
  group <- Reduce(cross_groups, lapply(as.list(frame)[names], code_values))
  label <- group$labels[group$code + 1L]
  unknown <- unique(label[!is.na(label) & !label %in% model$stratum_labels])
  if (length(unknown) > 0L) {
    abort_survlines("newdata", c(
      "{.arg newdata} has strata that the model does not know: {.val {unknown}}.",
      i = "Those of the model are {.val {model$stratum_labels}}."
    ), call = call)
  }
  match(label, model$stratum_labels) - 1L
}

special_names_of_right_side <- function(terms, special) {
  variable_names(terms)[attr(terms, "specials")[[special]]]
}

complete_rows <- function(rows) {
  missing <- lapply(rows[c("x", "offset", "stratum", "entry", "exit")], missing_rows)
  missing <- Filter(Negate(is.null), missing)
  if (length(missing) == 0L) rep(TRUE, nrow(rows$x)) else !Reduce(`|`, missing)
}
