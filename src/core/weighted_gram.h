// The p x p work of a Cox model: sums of weight times x x' over panels of rows.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cholesky.h"
#include "core/gram_kernel.h"

namespace survlines {

// Adds X' diag(weight) X of whole panels; rows beyond the data are zero in the panel or the
// weight. Values are finite.
class WeightedGram {
 public:
  explicit WeightedGram(std::size_t n_columns, InstructionSet set = best_instruction_set());

  void add(const double* panel, const double* weight) {
    if (n_columns_ > 0) kernel_(panel, weight, n_columns_, scratch_.data(), upper_.data());
  }
  SquareMatrix matrix() const;

 private:
  std::size_t n_columns_;
  GramKernel kernel_;
  std::vector<double> upper_;  // (i, j), i <= j, at j * n_columns + i
  std::vector<double> scratch_;
};

// Adds X' r of one panel to out[0 .. n_columns).
void add_cross_product(const double* panel, std::size_t n_columns, const double* r, double* out);

// Adds the diagonal of X' diag(weight) X of one panel to out[0 .. n_columns).
void add_squares(const double* panel, std::size_t n_columns, const double* weight, double* out);

}  // namespace survlines
