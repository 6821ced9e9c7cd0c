// Cholesky factor of a symmetric matrix that may be singular.
#pragma once

#include <cstddef>
#include <vector>

#include "core/large_vector.h"

namespace survlines {

// A square matrix, column-major.
struct SquareMatrix {
  std::size_t size = 0;
  LargeVector<double> values;

  SquareMatrix() = default;
  explicit SquareMatrix(std::size_t n) : size(n), values(n * n, 0.0) {}
  double& operator()(std::size_t row, std::size_t column) { return values[column * size + row]; }
  double operator()(std::size_t row, std::size_t column) const {
    return values[column * size + row];
  }
};

// Assumes matrices of one size.
inline void add_to(SquareMatrix& total, const SquareMatrix& part) {
  for (std::size_t k = 0; k < part.values.size(); ++k) total.values[k] += part.values[k];
}

constexpr double default_pivot_tolerance = 1.818989403545857e-12;  // epsilon^(3/4)

// L D L' without row exchanges: a column whose pivot is at most tolerance times the largest
// diagonal element depends on the columns before it, and is set aside. Solving then gives the
// generalised inverse that is zero in the rows and columns set aside, as survival's `cholesky2`
// does, so that the same coefficients become NA.
class PivotedCholesky {
 public:
  // Assumes a symmetric matrix of finite values, both triangles filled. `floor` is empty, or holds
  // for each column what rounding may have left of a pivot that is 0: such pivots are 0.
  explicit PivotedCholesky(SquareMatrix matrix, double tolerance = default_pivot_tolerance,
                           const std::vector<double>& floor = {});

  std::size_t rank() const { return rank_; }
  bool kept(std::size_t column) const { return pivot_[column] > 0; }

  // x with matrix x = right_side on the kept rows, 0 elsewhere.
  std::vector<double> solve(std::vector<double> right_side) const;
  // x' matrix^-1 x, with the generalised inverse: a score test where x is a score and the matrix
  // its variance.
  double quadratic_form(std::vector<double> x) const;
  SquareMatrix inverse() const;
  // What no solution can meet of a right side: in each row set aside, the right side less what
  // the kept rows make of it there; 0 elsewhere.
  std::vector<double> unmet(std::vector<double> right_side) const;

 private:
  const double* column(std::size_t j) const { return factor_.values.data() + j * factor_.size; }
  // Of rows `first` and beyond; those of x before are 0, or not asked for.
  void substitute_forward(std::vector<double>& x, std::size_t first = 0) const;
  void substitute_back(std::vector<double>& x, std::size_t first = 0) const;

  SquareMatrix factor_;        // unit lower triangle L
  std::vector<double> pivot_;  // D; 0 where set aside
  std::size_t rank_ = 0;
};

}  // namespace survlines
