// What a column holds, in one pass over it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

namespace survlines {

// Smallest and greatest of the values that are there. Without any, low is above high.
struct ValueRange {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool missing = false;
};

// `missing(value)` says whether a value is none. Several values take turns, as a minimum waits for
// the one before.
template <class T, class Missing>
ValueRange value_range(const T* values, std::size_t n, const Missing& missing) {
  constexpr std::size_t lanes = 4;
  ValueRange range[lanes];
  for (std::size_t i = 0; i < n; ++i) {
    ValueRange& lane = range[i % lanes];
    if (missing(values[i])) {
      lane.missing = true;
      continue;
    }
    const auto value = static_cast<double>(values[i]);
    lane.low = value < lane.low ? value : lane.low;
    lane.high = value > lane.high ? value : lane.high;
  }
  for (const ValueRange& lane : range) {
    range[0].low = std::min(range[0].low, lane.low);
    range[0].high = std::max(range[0].high, lane.high);
    range[0].missing = range[0].missing || lane.missing;
  }
  return range[0];
}

}  // namespace survlines
