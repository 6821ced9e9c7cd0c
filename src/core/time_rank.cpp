#include "core/time_rank.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/radix_sort.h"

namespace survlines {
namespace {

// Finite times of both columns seen as one: exits first, then entries.
class TimeColumn {
 public:
  TimeColumn(const double* exit, const double* entry, std::size_t n_rows)
      : exit_(exit), entry_(entry), n_rows_(n_rows) {}

  std::size_t size() const { return entry_ ? 2 * n_rows_ : n_rows_; }
  double operator[](std::size_t i) const { return i < n_rows_ ? exit_[i] : entry_[i - n_rows_]; }
  bool ranked(std::size_t i) const { return i < n_rows_ || std::isfinite(entry_[i - n_rows_]); }

 private:
  const double* exit_;
  const double* entry_;
  std::size_t n_rows_;
};

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool whole_numbers = true;
};

Extent extent_of(const TimeColumn& times) {
  Extent extent;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!times.ranked(i)) continue;
    const double time = times[i];
    if (time < extent.low) extent.low = time;
    if (time > extent.high) extent.high = time;
    if (time != std::floor(time)) extent.whole_numbers = false;
  }
  return extent;
}

void write_rank(TimeRanks& ranks, std::size_t n_rows, std::size_t i, std::size_t rank) {
  const auto value = static_cast<std::int32_t>(rank);
  if (i < n_rows) {
    ranks.exit[i] = value;
  } else {
    ranks.entry[i - n_rows] = value;
  }
}

// Whole numbers in a short range need a table of days and no sort.
bool fits_table(const Extent& extent, std::size_t size) {
  return extent.whole_numbers && extent.high - extent.low < 4.0 * static_cast<double>(size) + 65536;
}

void rank_by_table(const TimeColumn& times, const Extent& extent, std::size_t n_rows,
                   TimeRanks& ranks) {
  const auto slot = [&](double time) { return static_cast<std::size_t>(time - extent.low); };
  std::vector<std::int32_t> rank_at(slot(extent.high) + 1, -1);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times.ranked(i)) rank_at[slot(times[i])] = 0;
  }
  for (std::size_t s = 0; s < rank_at.size(); ++s) {
    if (rank_at[s] < 0) continue;
    rank_at[s] = static_cast<std::int32_t>(ranks.time.size());
    ranks.time.push_back(extent.low + static_cast<double>(s));
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times.ranked(i)) {
      write_rank(ranks, n_rows, i, static_cast<std::size_t>(rank_at[slot(times[i])]));
    }
  }
}

// Bits of a double reordered so that they sort as unsigned numbers; -0 counts as 0.
std::uint64_t sortable_bits(double time) {
  const double value = time + 0.0;
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const std::uint64_t sign = std::uint64_t{1} << 63;
  return bits & sign ? ~bits : bits | sign;
}

// Positions of the finite times, by time; equal times stay in their order.
//
// One word holds the leading bits of a time and its position: those bits sort nearly all, and half
// the memory moves in half the passes. Times alike in them stand side by side then, and few differ.
std::vector<std::uint64_t> sorted_positions(const TimeColumn& times, const Extent& extent) {
  const std::uint64_t lowest = sortable_bits(extent.low);
  const std::uint64_t range = sortable_bits(extent.high) - lowest;
  int dropped = 0;
  while (range >> dropped > 0xffffffffU) ++dropped;
  std::vector<std::uint64_t> words;
  words.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!times.ranked(i)) continue;
    words.push_back((sortable_bits(times[i]) - lowest) >> dropped << 32 | i);
  }
  sort_upper_half(words);
  const auto leading = [&](std::size_t k) { return words[k] >> 32; };
  const auto earlier = [&](std::uint64_t a, std::uint64_t b) { return times[a] < times[b]; };
  for (std::size_t begin = 0, end = 0; begin < words.size(); begin = end) {
    for (end = begin + 1; end < words.size() && leading(end) == leading(begin);) ++end;
    for (std::size_t k = begin; k < end; ++k) words[k] &= 0xffffffffU;
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = words.begin() + static_cast<std::ptrdiff_t>(end);
    if (dropped > 0 && !std::is_sorted(first, last, earlier)) {
      std::stable_sort(first, last, earlier);
    }
  }
  return words;
}

// The same of more times than positions that half a word can hold.
std::vector<std::uint64_t> sorted_many_positions(const TimeColumn& times) {
  std::vector<KeyedRow> sorted;
  sorted.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times.ranked(i)) sorted.push_back({sortable_bits(times[i]), i});
  }
  radix_sort(sorted);
  std::vector<std::uint64_t> positions;
  positions.reserve(sorted.size());
  for (const KeyedRow& row : sorted) positions.push_back(row.row);
  return positions;
}

double mean_distinct_magnitude(const std::vector<double>& sorted) {
  std::size_t n = 0;
  for (std::size_t k = 0; k < sorted.size(); ++k) n += k == 0 || sorted[k] != sorted[k - 1];
  const double share = 1 / static_cast<double>(n);
  double mean = 0;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    if (k == 0 || sorted[k] != sorted[k - 1]) mean += share * std::fabs(sorted[k]);
  }
  return mean;
}

void rank_by_sort(const TimeColumn& times, const Extent& extent, bool merge, std::size_t n_rows,
                  TimeRanks& ranks) {
  const std::vector<std::uint64_t> position =
      times.size() <= 0xffffffffU ? sorted_positions(times, extent) : sorted_many_positions(times);
  std::vector<double> sorted(position.size());
  for (std::size_t k = 0; k < sorted.size(); ++k) sorted[k] = times[position[k]] + 0.0;
  const double gap = merge ? near_tie_tolerance * mean_distinct_magnitude(sorted) : 0.0;
  ranks.time.reserve(sorted.size());
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    if (k == 0 || sorted[k] - sorted[k - 1] > gap) ranks.time.push_back(sorted[k]);
    write_rank(ranks, n_rows, position[k], ranks.time.size() - 1);
  }
}

}  // namespace

TimeRanks rank_times(const double* exit, const double* entry, std::size_t n_rows,
                     bool merge_near_ties) {
  TimeRanks ranks;
  ranks.exit.assign(n_rows, -1);
  if (entry) ranks.entry.assign(n_rows, -1);
  if (n_rows == 0) return ranks;

  const TimeColumn times(exit, entry, n_rows);
  const Extent extent = extent_of(times);
  if (fits_table(extent, times.size())) {
    rank_by_table(times, extent, n_rows, ranks);
  } else {
    rank_by_sort(times, extent, merge_near_ties && !extent.whole_numbers, n_rows, ranks);
  }
  require(ranks.time.size() <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
          "more distinct times than ranks");
  return ranks;
}

}  // namespace survlines
