// Sums of weight times v v' over vectors v that come one by one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/large_vector.h"
#include "core/weighted_gram.h"

namespace survlines {

// Collects weighted vectors into panels for the Gram kernel.
class VectorPanels {
 public:
  explicit VectorPanels(std::size_t n_columns)
      : gram_(n_columns), panel_(n_columns * panel_stride, 0.0), weight_(panel_rows, 0.0) {}

  template <class Value>
  void add(double weight, std::size_t n_columns, Value&& value) {
    weight_[filled_] = weight;
    for (std::size_t j = 0; j < n_columns; ++j) panel_[j * panel_stride + filled_] = value(j);
    if (++filled_ == panel_rows) flush();
  }

  SquareMatrix matrix() {
    flush();
    return gram_.matrix();
  }

 private:
  void flush() {
    std::fill(weight_.begin() + static_cast<std::ptrdiff_t>(filled_), weight_.end(), 0.0);
    gram_.add(panel_.data(), weight_.data());
    filled_ = 0;
  }

  WeightedGram gram_;
  LargeVector<double> panel_;
  std::vector<double> weight_;
  std::size_t filled_ = 0;
};

}  // namespace survlines
