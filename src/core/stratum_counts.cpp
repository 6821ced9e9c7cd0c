#include "core/stratum_counts.h"

#include <vector>

#include "core/bucket_sort.h"
#include "core/cell_keys.h"

namespace survlines {
namespace {

std::vector<std::size_t> begin_of_strata(const PlainRows& rows) {
  std::vector<std::size_t> begin(static_cast<std::size_t>(rows.n_strata) + 1, 0);
  for (std::size_t i = 0; i < rows.n_rows; ++i) {
    ++begin[static_cast<std::size_t>(rows.stratum_of(i)) + 1];
  }
  for (std::size_t s = 1; s < begin.size(); ++s) begin[s] += begin[s - 1];
  return begin;
}

// (time, event) of each row, stratum by stratum in the order of time. Times that count as one are
// that of the smallest.
LargeVector<std::uint64_t> keys_by_stratum(const PlainRows& rows, const Extent& extent, bool merge,
                                           std::vector<std::size_t> place) {
  const std::uint64_t lowest = sortable_bits(extent.low);
  const auto sorted = sorted_items<KeyedRow>(rows.n_rows, extent.key_bits(), [&](std::size_t i) {
    const auto stratum = static_cast<std::uint64_t>(rows.stratum_of(i));
    return KeyedRow{sortable_bits(rows.exit[i]) - lowest,
                    stratum << 1 | static_cast<std::uint64_t>(rows.event[i])};
  });
  const auto time_at = [&](std::size_t k) { return time_of_bits(sorted[k].key + lowest); };
  const double gap = merge ? near_tie_gap(sorted.size(), time_at) : 0;
  LargeVector<std::uint64_t> keys(rows.n_rows);
  std::uint64_t key = 0;
  double before = 0;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    const double time = time_at(k);
    if (k == 0 || time - before > gap) key = sorted[k].key;
    before = time;
    keys[place[sorted[k].row >> 1]++] = key << 1 | (sorted[k].row & 1);
  }
  return keys;
}

}  // namespace

TimedCounts count_by_stratum(const PlainRows& rows, const Extent& extent, bool merge_near_ties,
                             const Tick& callback) {
  require(extent.key_bits() < 64, "times of 64 bits leave none for the event");
  tick(callback);
  const std::vector<std::size_t> begin = begin_of_strata(rows);
  const LargeVector<std::uint64_t> keys = keys_by_stratum(rows, extent, merge_near_ties, begin);
  tick(callback);
  const std::uint64_t lowest = sortable_bits(extent.low);
  TimedCounts result;
  result.time.resize(rows.n_rows);
  result.counts.n_strata = rows.n_strata;
  result.counts.stratum_begin.assign(begin.size(), 0);
  CellWriter cells(result.counts, rows.n_rows);
  std::size_t n = 0;
  for (std::size_t s = 0; s + 1 < begin.size(); ++s) {
    for (std::size_t k = begin[s]; k < begin[s + 1]; ++k) {
      const std::uint64_t cell = keys[k] >> 1;
      if (k == begin[s] || cells.is_new(cell)) {
        cells.begin(cell, static_cast<std::int32_t>(n), 0);
        result.time[n++] = time_of_bits(cell + lowest);
      }
      cells.add(keys[k] & 1);
    }
    result.counts.stratum_begin[s + 1] = n;
  }
  cells.finish();
  result.time.resize(n);
  return result;
}

}  // namespace survlines
