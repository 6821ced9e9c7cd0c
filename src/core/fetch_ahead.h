// Memory that is read or written here and there is slow unless it was asked for some rows ahead.
#pragma once

#include <cstddef>

#include "core/kernels.h"

namespace survlines {

constexpr std::size_t rows_ahead = 16;

// Both for what will be written to.
template <class T>
void fetch(const T* value) {
  __builtin_prefetch(value, 1);
}
inline void fetch(const double* values, std::size_t n) {
  constexpr std::size_t values_of_line = cache_line / sizeof(double);
  for (std::size_t j = 0; j < n; j += values_of_line) fetch(values + j);
  if (n > 0) fetch(values + n - 1);
}

}  // namespace survlines
