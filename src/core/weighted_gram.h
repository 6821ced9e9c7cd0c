// The p x p work of a Cox model: sums of weight times x x' over panels of rows.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cholesky.h"
#include "core/cox_rows.h"

namespace survlines {

// Adds X' diag(weight) X of whole panels; the matrix is symmetric when asked for.
class WeightedGram {
 public:
  explicit WeightedGram(std::size_t n_columns);

  // `panel` holds n_columns columns of panel_rows values, panel_stride apart; rows beyond the
  // data are zero. `weight` holds panel_rows values, finite.
  void add(const double* panel, const double* weight);

  SquareMatrix matrix() const;

 private:
  std::size_t n_columns_;
  std::vector<double> upper_;     // (i, j), i <= j, at j * n_columns + i
  std::vector<double> weighted_;  // the panel with weighted rows
};

// Adds X' r of one panel to out[0 .. n_columns).
void add_cross_product(const double* panel, std::size_t n_columns, const double* r, double* out);

}  // namespace survlines
