# Robust errors that rest on a single cluster.

# At the estimate the martingale residuals of a group add up to 0, so that a group which is one
# cluster gives next to nothing to the robust variance: the error of its hazard ratio is about that
# of the other group alone.
# Names of the coefficients that compare such a group, where there is one.
lone_coefficients <- function(model, request, kind) {
  if (is.null(request)) {
    return(character())
  }
  lone <- function(columns) has_lone_group(model$x, columns, request$cluster)
  own <- vapply(seq_along(kind), function(j) kind[j] == "finite" && lone(j), NA)
  # The sum of the columns of a factor is 0 at its reference level.
  of_term <- split(seq_along(kind), model$assign)
  several <- of_term[lengths(of_term) > 1L]
  at_reference <- unlist(several[vapply(several, lone, NA)])
  design_names(model$x)[kind == "finite" & (own | seq_along(kind) %in% at_reference)]
}

# Whether the columns added up have two values and one of them is found in one cluster only. The
# first rows settle that for most columns.
has_lone_group <- function(x, columns, cluster) {
  n <- if (is.list(x)) length(x[[1L]]) else nrow(x)
  among <- function(rows, constant) {
    pieces <- lapply(columns, function(j) if (is.list(x)) x[[j]][rows] else x[rows, j])
    is_lone(Reduce(`+`, pieces), if (is.null(cluster)) rows else cluster[rows], constant)
  }
  among(seq_len(min(n, 1000L)), constant = TRUE) && among(seq_len(n), constant = FALSE)
}

# `constant`: the answer for a single value.
is_lone <- function(value, cluster, constant) {
  low <- value == min(value)
  high <- value == max(value)
  if (all(low & high)) {
    return(constant)
  }
  all(low | high) && (in_one_cluster(cluster[low]) || in_one_cluster(cluster[high]))
}

in_one_cluster <- function(cluster) all(cluster == cluster[1L])

single_cluster <- function(fit) sub("s$", "", fit$clustered_by)
