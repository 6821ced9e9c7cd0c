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

# From plain columns, main effects only; see are_plain_covariates() for what may come here. `x` is a
# list of columns: those of the data themselves where they are doubles already, as a matrix of
# them costs more than a step of the fit. See as_design_matrix().
direct_design <- function(columns) {
  labels <- quoted_names(names(columns))
  coded <- vapply(columns, function(column) is.factor(column) || is.logical(column), NA)
  if (!any(coded)) {
    # Numbers are columns of the design as they are.
    x <- lapply(columns, as.double)
    names(x) <- labels
    return(list(x = x, assign = seq_along(x), contrasts = NULL, term_labels = labels))
  }
  pieces <- Map(design_piece, columns, labels)
  list(
    x = unlist(lapply(unname(pieces), `[[`, "x"), recursive = FALSE),
    assign = rep(seq_along(pieces), vapply(pieces, function(piece) length(piece$x), 0L)),
    contrasts = lapply(pieces[coded], `[[`, "contrasts"),
    term_labels = labels
  )
}

# Names as terms() has them: in backticks where they are no names of the language.
quoted_names <- function(names) {
  odd <- which(make.names(names) != names)
  names[odd] <- vapply(lapply(names[odd], as.symbol), deparse, "", backtick = TRUE)
  names
}

as_design_matrix <- function(x, n_rows) {
  if (is.list(x)) plain_matrix(unlist(x, use.names = FALSE), n_rows, names(x)) else x
}

design_names <- function(x) if (is.list(x)) names(x) else colnames(x)

# list(x, contrasts): the columns of one covariate by their names.
design_piece <- function(column, name) {
  if (is.logical(column)) column <- factor(column, levels = c(FALSE, TRUE))
  if (!is.factor(column)) {
    return(list(x = structure(list(as.double(column)), names = name)))
  }
  coding <- attr(column, "contrasts")
  if (is.null(coding)) coding <- getOption("contrasts")[[1L + is.ordered(column)]]
  codes <- stats::contrasts(column)
  suffix <- colnames(codes)
  if (is.null(suffix)) suffix <- seq_len(ncol(codes))
  x <- lapply(seq_len(ncol(codes)), function(k) as.double(codes[as.integer(column), k]))
  list(x = structure(x, names = paste0(name, suffix)), contrasts = coding)
}
