// Sums of terms exp(eta) x that neither overflow nor vanish, whatever the range of eta.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/error.h"
#include "core/large_vector.h"

namespace survlines {

// A table of slots, each a vector of `width` sums kept relative to exp(scale of the slot). The
// scale follows the largest eta seen to within exp(slack), so that a slot that was filled never
// reads zero or infinity. A slot of no terms has scale -Inf.
class ScaledSums {
 public:
  static constexpr double slack = 30;
  static constexpr double empty = -std::numeric_limits<double>::infinity();

  ScaledSums() = default;
  ScaledSums(std::size_t n_slots, std::size_t width) { reset(n_slots, width); }

  // Makes all slots empty, in memory that is kept where it suffices: fresh memory costs more than
  // the sums.
  void reset(std::size_t n_slots, std::size_t width) {
    width_ = width;
    scale_.assign(n_slots, empty);
    value_.resize(n_slots * width);
  }

  std::size_t n_slots() const { return scale_.size(); }
  std::size_t width() const { return width_; }
  double scale(std::size_t slot) const { return scale_[slot]; }
  // Of a slot that is not empty: an empty slot holds nothing that may be read.
  const double* value(std::size_t slot) const { return value_.data() + slot * width_; }

  // Whether a slot of this scale has to take a greater one before a term of this eta is added.
  static bool needs_scale(double scale, double eta) {
    return eta > scale + slack || scale == empty;
  }

  // Makes room for a term of this eta, and returns the factor exp(eta - scale) to add it with.
  double factor_for(std::size_t slot, double eta) {
    if (needs_scale(scale_[slot], eta)) rescale(slot, eta);
    return std::exp(eta - scale_[slot]);
  }
  double* mutable_value(std::size_t slot) { return value_.data() + slot * width_; }

  // Adds exp(eta) times term[0 .. width).
  void add(std::size_t slot, double eta, const double* term) {
    if (eta == empty) return;
    const double factor = factor_for(slot, eta);
    double* sum = mutable_value(slot);
    for (std::size_t k = 0; k < width_; ++k) sum[k] += factor * term[k];
  }

  // Whoever sets a scale that is not empty writes the values himself.
  void set_scale(std::size_t slot, double scale) { scale_[slot] = scale; }
  void set(std::size_t slot, double scale, const double* value) {
    scale_[slot] = scale;
    double* sum = mutable_value(slot);
    for (std::size_t k = 0; k < width_; ++k) sum[k] = value[k];
  }

  // Sums over disjoint rows add up; the greater scale is kept. Empty slots are neutral.
  ScaledSums& operator+=(const ScaledSums& other) {
    require(n_slots() == other.n_slots() && width_ == other.width_,
            "sums of different shape do not add up");
    for (std::size_t slot = 0; slot < n_slots(); ++slot) {
      if (other.scale_[slot] == empty) continue;
      if (other.scale_[slot] > scale_[slot]) rescale(slot, other.scale_[slot]);
      add(slot, other.scale_[slot], other.value(slot));
    }
    return *this;
  }

 private:
  void rescale(std::size_t slot, double scale) {
    double* sum = mutable_value(slot);
    if (scale_[slot] == empty) {
      for (std::size_t k = 0; k < width_; ++k) sum[k] = 0;
    } else {
      const double factor = std::exp(scale_[slot] - scale);
      for (std::size_t k = 0; k < width_; ++k) sum[k] *= factor;
    }
    scale_[slot] = scale;
  }

  std::size_t width_ = 0;
  std::vector<double> scale_;
  LargeVector<double> value_;
};

}  // namespace survlines
