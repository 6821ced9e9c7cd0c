#include "core/weighted_gram.h"

namespace survlines {

SquareMatrix WeightedGram::matrix() const {
  SquareMatrix result(n_columns_);
  kernels_.read_gram(sums_.data(), n_columns_, result.values.data());
  for (std::size_t j = 0; j < n_columns_; ++j) {
    for (std::size_t i = 0; i < j; ++i) result(j, i) = result(i, j);
  }
  return result;
}

}  // namespace survlines
