#include "core/weighted_gram.h"

namespace survlines {

WeightedGram::WeightedGram(std::size_t n_columns, InstructionSet set)
    : n_columns_(n_columns),
      kernel_(gram_kernel(set)),
      upper_(n_columns * n_columns, 0.0),
      scratch_(n_columns * panel_stride, 0.0) {}

SquareMatrix WeightedGram::matrix() const {
  SquareMatrix result(n_columns_);
  for (std::size_t j = 0; j < n_columns_; ++j) {
    for (std::size_t i = 0; i <= j; ++i) result(i, j) = result(j, i) = upper_[j * n_columns_ + i];
  }
  return result;
}

namespace {

// Adds the total of value(column, row) over the rows of a panel to each column's place.
template <class Value>
void add_up_columns(const double* panel, std::size_t n_columns, double* out, const Value& value) {
  for (std::size_t j = 0; j < n_columns; ++j) {
    const double* column = panel + j * panel_stride;
    // Independent partial sums, so that additions need not wait for one another.
    double sums[4] = {};
    for (std::size_t k = 0; k < panel_rows; k += 4) {
      for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += value(column, k + lane);
    }
    out[j] += (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
}

}  // namespace

void add_cross_product(const double* panel, std::size_t n_columns, const double* r, double* out) {
  add_up_columns(panel, n_columns, out,
                 [r](const double* column, std::size_t k) { return column[k] * r[k]; });
}

void add_squares(const double* panel, std::size_t n_columns, const double* weight, double* out) {
  add_up_columns(panel, n_columns, out, [weight](const double* column, std::size_t k) {
    return weight[k] * column[k] * column[k];
  });
}

}  // namespace survlines
