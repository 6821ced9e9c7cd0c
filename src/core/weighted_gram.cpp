#include "core/weighted_gram.h"

namespace survlines {

SquareMatrix WeightedGram::matrix() const {
  SquareMatrix result(n_columns_);
  for (std::size_t j = 0; j < n_columns_; ++j) {
    for (std::size_t i = 0; i <= j; ++i) result(i, j) = result(j, i) = upper_[j * n_columns_ + i];
  }
  return result;
}

}  // namespace survlines
