// A sum that rows join and leave without the sum forgetting the small ones.
#pragma once

#include <cstddef>

namespace survlines {

// Unevaluated pair hi + lo (Knuth's two-sum; Dekker 1971): about 106 bits, so that adding a value
// and taking it away again leaves what was there, up to 1e-32 of the largest total.
struct RunningSum {
  double hi = 0;
  double lo = 0;

  void add(double value) {
    const double sum = hi + value;
    const double virtual_value = sum - hi;
    lo += (hi - (sum - virtual_value)) + (value - virtual_value);
    hi = sum;
    const double renormalised = hi + lo;
    lo -= renormalised - hi;
    hi = renormalised;
  }
  void add(const RunningSum& other) {
    add(other.hi);
    add(other.lo);
  }
  void subtract(const RunningSum& other) {
    add(-other.hi);
    add(-other.lo);
  }
  double value() const { return hi + lo; }
};

// Total of value(0), ..., value(n - 1). An addition waits for the one before, so four totals take
// turns.
template <class Value>
RunningSum running_sum(std::size_t n, const Value& value) {
  RunningSum total[4];
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) total[k].add(value(i + k));
  }
  for (; i < n; ++i) total[0].add(value(i));
  for (std::size_t k = 1; k < 4; ++k) total[0].add(total[k]);
  return total[0];
}

// The same of many values of like size: blocks of them are added up plainly, which loses less than
// the values had.
template <class Value>
RunningSum blocked_sum(std::size_t n, const Value& value) {
  constexpr std::size_t block = 64;
  return running_sum((n + block - 1) / block, [&](std::size_t b) {
    double sum[4] = {};
    std::size_t i = b * block;
    const std::size_t end = i + block < n ? i + block : n;
    for (; i + 4 <= end; i += 4) {
      for (std::size_t k = 0; k < 4; ++k) sum[k] += value(i + k);
    }
    for (; i < end; ++i) sum[0] += value(i);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
  });
}

}  // namespace survlines
