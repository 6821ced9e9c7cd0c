# The least that any program has to move and to calculate for a case, in bytes and in floating
# point operations. Sorting, and whatever else could be avoided in principle, counts nothing.

# The covariates are read and the upper half of a Gram matrix is made at every evaluation of the
# likelihood: once at the start and once after each step.
floor_newton <- function(case, iterations) {
  list(
    bytes = 8 * case$rows * case$columns * (iterations + 1),
    flops = case$rows * case$columns * (case$columns + 1) * (iterations + 1)
  )
}

floor_cox <- function(case, ours) floor_newton(case, ours$iterations)

# A fit and one more look at the covariates, for the residuals.
floor_clustered <- function(case, ours) floor_newton(case, ours$iterations + 1)

# Sums of x x', of g x x' and of g^2 x x' over the rows.
floor_proportional <- function(case, ours) {
  list(
    bytes = 8 * case$rows * case$columns, flops = 3 * case$rows * case$columns * (case$columns + 1)
  )
}

# Times, status and covariates in; the scores make no matrix.
floor_scores <- function(case, ours) {
  list(bytes = case$rows * (12 + 8 * case$columns), flops = 2 * case$rows * case$columns)
}

# Time (8 bytes) and status (4) in, and the nine columns of the curve out.
floor_curve <- function(case, ours) {
  list(bytes = 12 * case$rows + 72 * length(ours$time), flops = 0)
}

# Time, status and group in, the covariance matrix out.
floor_test <- function(case, ours) {
  list(bytes = 16 * case$rows + 8 * case$groups^2, flops = 2 * case$rows * case$groups)
}
