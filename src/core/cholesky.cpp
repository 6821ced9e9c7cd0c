#include "core/cholesky.h"

#include <algorithm>
#include <utility>

#include "core/add_multiple.h"
#include "core/error.h"
#include "core/kernels.h"

namespace survlines {
namespace {

double largest_diagonal(const SquareMatrix& matrix) {
  double largest = 0;
  for (std::size_t j = 0; j < matrix.size; ++j) largest = std::max(largest, matrix(j, j));
  return largest;
}

// Takes the columns of a symmetric matrix off one another, in its lower triangle. What is above the
// diagonal is left in disorder. A column stays as it is when its turn comes, or is set to 0 where
// it is set aside: the caller divides it by its pivot.
//
// Half of the columns are done first, then what they take off the other half, which is nearly all
// of the work and goes by blocks that stay in cache.
class Elimination {
 public:
  // Pivots at most `least` are set aside.
  Elimination(SquareMatrix& matrix, std::vector<double>& pivot, const std::vector<double>& least)
      : matrix_(matrix), pivot_(pivot), least_(least) {}

  // Assumes that the columns before `begin` are done and taken off.
  void eliminate(std::size_t begin, std::size_t end) {
    if (end - begin <= few_columns) return eliminate_one_by_one(begin, end);
    const std::size_t middle = begin + (end - begin) / 2;
    eliminate(begin, middle);
    for (std::size_t k = begin; k < middle; k += most_depth) {
      subtract_products(k, std::min(k + most_depth, middle), middle, end);
    }
    eliminate(middle, end);
  }

 private:
  static constexpr std::size_t few_columns = 8;
  static constexpr std::size_t most_depth = 128;

  void eliminate_one_by_one(std::size_t begin, std::size_t end) {
    const std::size_t n = matrix_.size;
    for (std::size_t j = begin; j < end; ++j) {
      const double pivot = matrix_(j, j);
      if (!(pivot > least_[j])) {
        for (std::size_t i = j; i < n; ++i) matrix_(i, j) = 0;
        continue;
      }
      pivot_[j] = pivot;
      for (std::size_t k = j + 1; k < end; ++k) {
        add_multiple(&matrix_(k, k), &matrix_(k, j), -matrix_(k, j) / pivot, n - k);
      }
    }
  }

  // Takes what is due to columns [first, last) off the columns [begin, end).
  void subtract_products(std::size_t first, std::size_t last, std::size_t begin, std::size_t end) {
    const std::size_t depth = last - first;
    pack_multiples(first, last, begin, end);
    left_.resize(depth * block_rows);
    for (std::size_t row = begin; row < matrix_.size; row += block_rows) {
      pack_rows(first, last, row);
      for (std::size_t column = begin; column < std::min(end, row + block_rows);
           column += block_columns) {
        subtract_block(&right_[(column - begin) * depth], depth, row, column, end);
      }
    }
  }

  void pack_rows(std::size_t first, std::size_t last, std::size_t row) {
    const std::size_t n_rows = std::min(block_rows, matrix_.size - row);
    double* to = left_.data();
    for (std::size_t k = first; k < last; ++k, to += block_rows) {
      const double* from = &matrix_(row, k);
      std::fill(std::copy(from, from + n_rows, to), to + block_rows, 0.0);
    }
  }

  // Beyond the last column multiples are 0.
  void pack_multiples(std::size_t first, std::size_t last, std::size_t begin, std::size_t end) {
    right_.clear();
    for (std::size_t column = begin; column < end; column += block_columns) {
      for (std::size_t k = first; k < last; ++k) {
        for (std::size_t j = column; j < column + block_columns; ++j) {
          right_.push_back(j < end && pivot_[k] > 0 ? matrix_(j, k) / pivot_[k] : 0.0);
        }
      }
    }
  }

  // Where the matrix is not as large as a block, a copy is.
  void subtract_block(const double* right, std::size_t depth, std::size_t row, std::size_t column,
                      std::size_t end) {
    const std::size_t n_rows = std::min(block_rows, matrix_.size - row);
    const std::size_t n_columns = std::min(block_columns, end - column);
    if (n_rows == block_rows && n_columns == block_columns) {
      kernel_(left_.data(), right, depth, &matrix_(row, column), matrix_.size);
      return;
    }
    double block[block_rows * block_columns] = {};
    for (std::size_t j = 0; j < n_columns; ++j) {
      std::copy_n(&matrix_(row, column + j), n_rows, block + j * block_rows);
    }
    kernel_(left_.data(), right, depth, block, block_rows);
    for (std::size_t j = 0; j < n_columns; ++j) {
      std::copy_n(block + j * block_rows, n_rows, &matrix_(row, column + j));
    }
  }

  SquareMatrix& matrix_;
  std::vector<double>& pivot_;
  const std::vector<double>& least_;
  decltype(Kernels::subtract_product) kernel_ = kernels().subtract_product;
  std::vector<double> left_;   // of the rows of a block
  std::vector<double> right_;  // multiples, block by block of columns
};

}  // namespace

PivotedCholesky::PivotedCholesky(SquareMatrix matrix, double tolerance,
                                 const std::vector<double>& floor)
    : factor_(std::move(matrix)), pivot_(factor_.size, 0.0) {
  const std::size_t n = factor_.size;
  require(floor.empty() || floor.size() == n, "one floor a column");
  std::vector<double> least(n, tolerance * largest_diagonal(factor_));
  for (std::size_t j = 0; j < floor.size(); ++j) least[j] = std::max(least[j], floor[j]);
  Elimination(factor_, pivot_, least).eliminate(0, n);
  for (std::size_t j = 0; j < n; ++j) {
    if (!kept(j)) continue;
    ++rank_;
    for (std::size_t i = j + 1; i < n; ++i) factor_(i, j) /= pivot_[j];
  }
}

void PivotedCholesky::substitute_forward(std::vector<double>& x, std::size_t first) const {
  require(x.size() == factor_.size, "right side of another length than the matrix");
  for (std::size_t j = first; j < x.size(); ++j) {
    add_multiple(x.data() + j + 1, column(j) + j + 1, -x[j], x.size() - j - 1);
  }
}

void PivotedCholesky::substitute_back(std::vector<double>& x, std::size_t first) const {
  for (std::size_t j = first; j < x.size(); ++j) x[j] = kept(j) ? x[j] / pivot_[j] : 0;
  for (std::size_t j = x.size(); j-- > first;) {
    x[j] = kept(j) ? x[j] - dot(column(j) + j + 1, x.data() + j + 1, x.size() - j - 1) : 0;
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
  substitute_forward(right_side);
  substitute_back(right_side);
  return right_side;
}

double PivotedCholesky::quadratic_form(std::vector<double> x) const {
  substitute_forward(x);
  double value = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (kept(j)) value += x[j] * x[j] / pivot_[j];
  }
  return value;
}

SquareMatrix PivotedCholesky::inverse() const {
  const std::size_t n = factor_.size;
  SquareMatrix inverse(n);
  for (std::size_t j = 0; j < n; ++j) {
    if (!kept(j)) continue;
    std::vector<double> x(n, 0.0);
    x[j] = 1;
    substitute_forward(x, j);
    substitute_back(x, j);
    for (std::size_t i = j; i < n; ++i) inverse(i, j) = inverse(j, i) = x[i];
  }
  return inverse;
}

}  // namespace survlines
