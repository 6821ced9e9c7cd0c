// The p x p work of a Cox model: sums of weight times x x' over panels of rows.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cholesky.h"
#include "core/kernels.h"

namespace survlines {

// Adds X' diag(weight) X of whole panels; rows beyond the data are zero in the panel or the
// weight. Values are finite.
class WeightedGram {
 public:
  explicit WeightedGram(std::size_t n_columns)
      : n_columns_(n_columns), kernel_(kernels().add_gram), upper_(n_columns * n_columns, 0.0) {}

  void add(const double* panel, const double* weight) {
    kernel_(panel, weight, n_columns_, upper_.data());
  }
  double diagonal(std::size_t j) const { return upper_[j * n_columns_ + j]; }
  SquareMatrix matrix() const;

 private:
  std::size_t n_columns_;
  decltype(Kernels::add_gram) kernel_;
  std::vector<double> upper_;  // (i, j), i <= j, at j * n_columns + i
};

}  // namespace survlines
