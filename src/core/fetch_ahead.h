// Memory that is read or written here and there is slow unless it was asked for some rows ahead.
#pragma once

#include <cstddef>

#include "core/kernels.h"

namespace survlines {

constexpr std::size_t rows_ahead = 64;

// The row to ask for while row i of n is worked on.
inline std::size_t row_ahead(std::size_t i, std::size_t n) {
  return i + rows_ahead < n ? i + rows_ahead : n - 1;
}

// Compilers see no effect in a function that does nothing else, and leave out calls of it.
#if defined(__GNUC__)
#define SURVLINES_INLINED inline __attribute__((always_inline))
#else
#define SURVLINES_INLINED inline
#endif

// Not into the fastest cache: its few waiting places would be full.
template <class T>
SURVLINES_INLINED void fetch(const T* value) {
  constexpr int second_cache = 2;
  __builtin_prefetch(value, 1, second_cache);
}
template <class T>
SURVLINES_INLINED void fetch(const T* values, std::size_t n) {
  constexpr std::size_t values_of_line = cache_line / sizeof(T);
  for (std::size_t j = 0; j < n; j += values_of_line) fetch(values + j);
  if (n > 0) fetch(values + n - 1);
}

}  // namespace survlines
