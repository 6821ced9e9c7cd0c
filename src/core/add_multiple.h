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

}  // namespace survlines
