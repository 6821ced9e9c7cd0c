#include "core/cholesky.h"

#include <algorithm>

#include "core/error.h"

namespace survlines {
namespace {

double largest_diagonal(const SquareMatrix& matrix) {
  double largest = 0;
  for (std::size_t j = 0; j < matrix.size; ++j) largest = std::max(largest, matrix(j, j));
  return largest;
}

}  // namespace

PivotedCholesky::PivotedCholesky(const SquareMatrix& matrix, double tolerance,
                                 const std::vector<double>& floor)
    : factor_(matrix), pivot_(matrix.size, 0.0) {
  const std::size_t n = matrix.size;
  require(floor.empty() || floor.size() == n, "one floor a column");
  const double least = tolerance * largest_diagonal(matrix);
  for (std::size_t j = 0; j < n; ++j) {
    const double pivot = factor_(j, j);
    if (!(pivot > least && (floor.empty() || pivot > floor[j]))) {
      for (std::size_t i = j; i < n; ++i) factor_(i, j) = 0;
      continue;
    }
    pivot_[j] = pivot;
    ++rank_;
    for (std::size_t k = j + 1; k < n; ++k) {
      const double multiple = factor_(k, j) / pivot;
      for (std::size_t i = k; i < n; ++i) factor_(i, k) -= multiple * factor_(i, j);
    }
    for (std::size_t i = j + 1; i < n; ++i) factor_(i, j) /= pivot;
  }
}

void PivotedCholesky::substitute_forward(std::vector<double>& x) const {
  require(x.size() == factor_.size, "right side of another length than the matrix");
  for (std::size_t j = 0; j < x.size(); ++j) {
    for (std::size_t i = j + 1; i < x.size(); ++i) x[i] -= factor_(i, j) * x[j];
  }
}

std::vector<double> PivotedCholesky::unmet(std::vector<double> right_side) const {
  substitute_forward(right_side);
  for (std::size_t j = 0; j < right_side.size(); ++j) {
    if (kept(j)) right_side[j] = 0;
  }
  return right_side;
}

std::vector<double> PivotedCholesky::solve(std::vector<double> right_side) const {
  std::vector<double>& x = right_side;
  substitute_forward(x);
  const std::size_t n = x.size();
  for (std::size_t j = 0; j < n; ++j) x[j] = kept(j) ? x[j] / pivot_[j] : 0;
  for (std::size_t j = n; j-- > 0;) {
    for (std::size_t i = j + 1; i < n; ++i) x[j] -= factor_(i, j) * x[i];
    if (!kept(j)) x[j] = 0;
  }
  return x;
}

double PivotedCholesky::quadratic_form(const std::vector<double>& x) const {
  const std::vector<double> solution = solve(x);
  double value = 0;
  for (std::size_t j = 0; j < x.size(); ++j) value += x[j] * solution[j];
  return value;
}

SquareMatrix PivotedCholesky::inverse() const {
  const std::size_t n = factor_.size;
  SquareMatrix inverse(n);
  for (std::size_t j = 0; j < n; ++j) {
    if (!kept(j)) continue;
    std::vector<double> unit(n, 0.0);
    unit[j] = 1;
    const std::vector<double> column = solve(std::move(unit));
    std::copy(column.begin(), column.end(), inverse.values.begin() + static_cast<long>(j * n));
  }
  // Rounding leaves the two triangles apart in the last bits; one value serves both.
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j + 1; i < n; ++i) {
      inverse(i, j) = inverse(j, i) = (inverse(i, j) + inverse(j, i)) / 2;
    }
  }
  return inverse;
}

}  // namespace survlines
