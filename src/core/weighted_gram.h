// The p x p work of a Cox model: sums of weight times x x' over panels of rows.
#pragma once

#include <cstddef>

#include "core/cholesky.h"
#include "core/kernels.h"
#include "core/large_vector.h"

namespace survlines {

// Adds X' diag(weight) X of whole panels; rows beyond the data are zero in the panel or the
// weight. Values are finite.
class WeightedGram {
 public:
  explicit WeightedGram(std::size_t n_columns)
      : n_columns_(n_columns), kernels_(kernels()), sums_(kernels_.gram_size(n_columns), 0.0) {}

  // `next` is the panel that will be read after this one, if that is known.
  void add(const double* panel, const double* weight, const double* next = nullptr) {
    kernels_.add_gram(panel, weight, n_columns_, sums_.data(), next);
  }
  SquareMatrix matrix() const;

 private:
  std::size_t n_columns_;
  const Kernels& kernels_;
  LargeVector<double> sums_;
};

}  // namespace survlines
