// The plainest sum of vectors there is, written so that compilers make vector instructions of it.
#pragma once

#include <cstddef>

namespace survlines {

// to[i] += factor * from[i]. The two do not overlap. With a number of values that is not known
// beforehand, as here, compilers at -O2 would take them one by one: so they go by eights.
inline void add_multiple(double* __restrict to, const double* __restrict from, double factor,
                         std::size_t n) {
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t k = 0; k < 8; ++k) to[i + k] += factor * from[i + k];
  }
  for (; i < n; ++i) to[i] += factor * from[i];
}

// Total of a[i] b[i], by eights as well.
inline double dot(const double* a, const double* b, std::size_t n) {
  double sums[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (std::size_t k = 0; i < n; ++i, ++k) sums[k] += a[i] * b[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

}  // namespace survlines
