# The columns of a Cox model's design: as coxph() has them, in the same order and by the same
# names. There is never an intercept, but factors are coded as if there were one.

# From a model frame: whatever model.matrix() understands. `contrasts` are those of a fit, where
# the frame holds new rows.
general_design <- function(frame, formula, call, contrasts = NULL) {
  terms <- formula$terms
  attr(terms, "intercept") <- 1L
  strata_terms <- strata_term_index(terms)
  interacting <- strata_in_interaction(terms)
  kept <- if (length(strata_terms) > 0L && !interacting) terms[-strata_terms] else terms
  x <- guard_formula(stats::model.matrix(kept, frame, contrasts.arg = contrasts), call)
  dropped <- if (interacting) c(0L, strata_terms) else 0L
  columns <- !attr(x, "assign") %in% dropped
  list(
    x = plain_matrix(x[, columns], nrow(x), colnames(x)[columns]),
    assign = attr(x, "assign")[columns],
    contrasts = attr(x, "contrasts"),
    term_labels = attr(kept, "term.labels")
  )
}

# Doubles without row names and without the attributes of model.matrix().
plain_matrix <- function(values, n_rows, names) {
  matrix(as.double(values), n_rows, length(names), dimnames = list(NULL, as.character(names)))
}

# Terms that are strata() alone.
strata_term_index <- function(terms) {
  index <- attr(terms, "specials")$strata
  if (length(index) == 0L) {
    return(integer())
  }
  uses <- colSums(attr(terms, "factors")[index, , drop = FALSE] > 0) > 0
  which(uses & attr(terms, "order") == 1L)
}

strata_in_interaction <- function(terms) {
  index <- attr(terms, "specials")$strata
  length(index) > 0L &&
    any(attr(terms, "factors")[index, attr(terms, "order") > 1L] > 0)
}

# From plain columns, main effects only; see is_plain_covariate() for what may come here.
direct_design <- function(columns, n_rows) {
  pieces <- lapply(columns, design_piece)
  names <- Map(function(name, piece) paste0(name, piece$suffix), names(columns), pieces)
  widths <- lengths(names)
  coded <- vapply(columns, function(column) is.factor(column) || is.logical(column), NA)
  list(
    x = plain_matrix(
      unlist(lapply(pieces, `[[`, "values"), use.names = FALSE), n_rows,
      unlist(names, use.names = FALSE)
    ),
    assign = rep(seq_along(widths), widths),
    contrasts = if (any(coded)) lapply(pieces[coded], `[[`, "contrasts"),
    term_labels = names(columns)
  )
}

# list(values, suffix, contrasts): the columns of one covariate, end to end, and what follows
# the covariate's name in theirs.
design_piece <- function(column) {
  if (is.logical(column)) column <- factor(column, levels = c(FALSE, TRUE))
  if (!is.factor(column)) {
    return(list(values = column, suffix = ""))
  }
  coding <- attr(column, "contrasts")
  if (is.null(coding)) coding <- getOption("contrasts")[[1L + is.ordered(column)]]
  codes <- stats::contrasts(column)
  suffix <- colnames(codes)
  if (is.null(suffix)) suffix <- seq_len(ncol(codes))
  list(values = codes[as.integer(column), ], suffix = suffix, contrasts = coding)
}
