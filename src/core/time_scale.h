// What ranking and counting times have in common: how far they reach, their bits, and when two are
// one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

#include "core/parallel.h"
#include "core/time_rank.h"

namespace survlines {

inline bool is_whole(double value) {
  // From 2^52 on there is nothing but whole numbers.
  return std::fabs(value) >= 0x1p52 ||
         static_cast<double>(static_cast<std::int64_t>(value)) == value;
}

// Bits of a double reordered so that they sort as unsigned numbers; -0 counts as 0.
inline std::uint64_t sortable_bits(double time) {
  const double value = time + 0.0;
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const std::uint64_t sign = std::uint64_t{1} << 63;
  return bits & sign ? ~bits : bits | sign;
}

inline double time_of_bits(std::uint64_t sortable) {
  const std::uint64_t sign = std::uint64_t{1} << 63;
  const std::uint64_t bits = sortable & sign ? sortable ^ sign : ~sortable;
  double time;
  std::memcpy(&time, &bits, sizeof time);
  return time;
}

// Smallest and greatest of the times that are neither missing nor -Inf.
struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool whole_numbers = true;
  bool skipped = false;

  void add(const double* time, std::size_t n) {
    Extent all = *this;  // a copy can stay in registers
    for (std::size_t i = 0; i < n; ++i) {
      if (!(time[i] > -std::numeric_limits<double>::infinity())) {
        all.skipped = true;
        continue;
      }
      if (time[i] < all.low) all.low = time[i];
      if (time[i] > all.high) all.high = time[i];
      if (all.whole_numbers) all.whole_numbers = is_whole(time[i]);
    }
    *this = all;
  }
  bool empty() const { return !(low <= high); }
  bool all_finite() const { return !skipped && high <= std::numeric_limits<double>::max(); }

  // Whole numbers in a short range need a table of days and no sort.
  bool fits_table(std::size_t n) const {
    return whole_numbers && high - low < 4.0 * static_cast<double>(n) + 65536;
  }
  std::size_t table_size() const { return empty() ? 0 : slot(high) + 1; }
  std::size_t slot(double time) const {
    return static_cast<std::size_t>(static_cast<std::int64_t>(time - low));
  }
  double time_of_slot(std::size_t slot) const { return low + static_cast<double>(slot); }

  // How many bits sortable_bits() less those of the smallest time have, at least one.
  int key_bits() const {
    std::uint64_t range = empty() ? 0 : sortable_bits(high) - sortable_bits(low);
    int bits = 1;
    while (range >>= 1) ++bits;
    return bits;
  }
};

// The widest gap between neighbours that are one time. time_at(k) are `n` times in ascending order.
template <class TimeAt>
double near_tie_gap(std::size_t n, const TimeAt& time_at, int n_threads = 1) {
  if (n == 0) return 0;
  const double share = 1 / static_cast<double>(n);
  std::vector<double> total(n_parts(n), 0.0);
  std::vector<std::size_t> n_distinct(total.size(), 0);
  for_each_part(total.size(), n_threads, [&](std::size_t part) {
    const std::size_t begin = part * part_size;
    const std::size_t end = std::min(begin + part_size, n);
    double before = begin > 0 ? time_at(begin - 1) : std::numeric_limits<double>::quiet_NaN();
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t k = begin; k < end; ++k) {
      const double time = time_at(k);
      const bool distinct = time != before;
      sum += distinct ? share * std::fabs(time) : 0;
      count += distinct;
      before = time;
    }
    total[part] = sum;
    n_distinct[part] = count;
  });
  const double sum = std::accumulate(total.begin(), total.end(), 0.0);
  const std::size_t count = std::accumulate(n_distinct.begin(), n_distinct.end(), std::size_t{0});
  return near_tie_tolerance * sum * (static_cast<double>(n) / static_cast<double>(count));
}

}  // namespace survlines
