#include "core/time_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/bucket_sort.h"
#include "core/cell_keys.h"
#include "core/stratum_counts.h"
#include "core/time_rank.h"
#include "core/time_scale.h"

namespace survlines {
namespace {

// Whether all codes are from 0 to n_codes - 1; there may be none.
bool are_codes(const std::int32_t* code, std::size_t n_rows, std::int32_t n_codes) {
  std::uint32_t highest = 0;
  if (code) {
    for (std::size_t i = 0; i < n_rows; ++i) {
      highest = std::max(highest, static_cast<std::uint32_t>(code[i]));
    }
  }
  return highest < static_cast<std::uint32_t>(n_codes);
}

void check_rows(const PlainRows& rows) {
  std::uint32_t events = 0;
  for (std::size_t i = 0; i < rows.n_rows; ++i) events |= static_cast<std::uint32_t>(rows.event[i]);
  require(events <= 1, "event is neither 0 nor 1");
  require(are_codes(rows.group, rows.n_rows, rows.n_groups), "group code");
  require(are_codes(rows.stratum, rows.n_rows, rows.n_strata), "stratum code");
}

Counts empty_counts(const PlainRows& rows) {
  Counts counts;
  counts.n_groups = rows.n_groups;
  counts.n_strata = rows.n_strata;
  counts.stratum_begin.assign(static_cast<std::size_t>(rows.n_strata) + 1, 0);
  return counts;
}

// Adds each row to its day, and gives numbers to the days on which somebody left.
TimedCounts count_in_days(const PlainRows& rows, const Extent& extent) {
  const std::size_t n_days = extent.table_size();
  const auto n_groups = static_cast<std::size_t>(rows.n_groups);
  const auto n_strata = static_cast<std::size_t>(rows.n_strata);
  LargeVector<std::int64_t> left[2];
  for (auto& column : left) column.resize(n_strata * n_days * n_groups, 0);
  for (std::size_t i = 0; i < rows.n_rows; ++i) {
    const auto stratum = static_cast<std::size_t>(rows.stratum_of(i));
    const auto group = static_cast<std::size_t>(rows.group_of(i));
    ++left[rows.event[i]][(stratum * n_days + extent.slot(rows.exit[i])) * n_groups + group];
  }
  TimedCounts result{{}, empty_counts(rows)};
  Counts& counts = result.counts;
  for (std::size_t row = 0; row < n_strata * n_days; ++row) {
    bool used = false;
    for (std::size_t g = 0; g < n_groups; ++g) {
      const std::size_t cell = row * n_groups + g;
      if (left[0][cell] == 0 && left[1][cell] == 0) continue;
      counts.time.push_back(static_cast<std::int32_t>(result.time.size()));
      counts.group.push_back(static_cast<std::int32_t>(g));
      counts.censored.push_back(static_cast<double>(left[0][cell]));
      counts.events.push_back(static_cast<double>(left[1][cell]));
      used = true;
    }
    if (used) result.time.push_back(extent.time_of_slot(row % n_days));
    counts.stratum_begin[row / n_days + 1] = counts.size();
  }
  return result;
}

// How far apart the distinct times are.
struct Spread {
  double nearest = std::numeric_limits<double>::infinity();  // two neighbours
  double mean = 0;                                           // of their absolute values

  // Whether near_tie_gap() may be wide enough to make two of them one.
  bool near_ties() const { return nearest <= 2 * near_tie_tolerance * mean; }
};

// Times up to `gap` apart are one. False where that brings cells of several groups together, which
// are not side by side then.
bool count_sorted(const LargeVector<std::uint64_t>& sorted, const CellKeys& keys,
                  std::uint64_t lowest, double gap, TimedCounts& result, Spread& spread) {
  result.time.resize(sorted.size());
  CellWriter cells(result.counts, sorted.size());
  const double share = 1 / static_cast<double>(sorted.size());
  std::size_t n_times = 0;
  double before = 0;
  for (const std::uint64_t key : sorted) {
    if (cells.is_new(keys.cell(key))) {
      const double time = time_of_bits(keys.time(key) + lowest);
      const double step = n_times == 0 ? std::numeric_limits<double>::infinity() : time - before;
      const bool merged = step > 0 && !(step > gap);
      before = time;
      if (merged && result.counts.n_groups > 1) return false;
      if (step > gap) {
        result.time[n_times++] = time;
        spread.nearest = std::min(spread.nearest, step);
        spread.mean += share * std::fabs(time);
      }
      if (merged) {
        cells.join(keys.cell(key));
      } else {
        cells.begin(keys.cell(key), static_cast<std::int32_t>(n_times - 1), keys.group(key));
      }
    }
    cells.add(keys.event(key));
  }
  cells.finish();
  spread.mean *= static_cast<double>(sorted.size()) / static_cast<double>(n_times);
  result.time.resize(n_times);
  result.counts.stratum_begin[1] = result.counts.size();
  return true;
}

// From times that all strata share to those of each.
void divide_times(TimedCounts& result) {
  Counts& counts = result.counts;
  LargeVector<double> time;
  for (std::size_t s = 0; s + 1 < counts.stratum_begin.size(); ++s) {
    std::int32_t before = -1;
    for (std::size_t c = counts.stratum_begin[s]; c < counts.stratum_begin[s + 1]; ++c) {
      const std::int32_t rank = counts.time[c];
      if (rank != before) time.push_back(result.time[static_cast<std::size_t>(rank)]);
      counts.time[c] = static_cast<std::int32_t>(time.size() - 1);
      before = rank;
    }
  }
  result.time = std::move(time);
}

TimedCounts count_ranked(const PlainRows& rows, bool merge, const Tick& callback) {
  std::vector<std::int32_t> rank(rows.n_rows);
  TimedCounts result;
  result.time = rank_times(rows.exit, nullptr, rows.n_rows, merge, rank.data(), nullptr);
  SurvivalView view;
  view.n_rows = rows.n_rows;
  view.n_times = static_cast<std::int32_t>(result.time.size());
  view.n_groups = rows.n_groups;
  view.n_strata = rows.n_strata;
  view.exit = rank.data();
  view.event = rows.event;
  view.group = rows.group;
  view.stratum = rows.stratum;
  result.counts = count_rows(view, callback);
  if (rows.n_strata > 1) divide_times(result);
  return result;
}

// Of one stratum.
TimedCounts count_sorted_rows(const PlainRows& rows, const Extent& extent, const CellKeys& keys,
                              bool merge, const Tick& callback) {
  const std::uint64_t lowest = sortable_bits(extent.low);
  const auto key_at = [&](std::size_t i) {
    return keys.key(0, sortable_bits(rows.exit[i]) - lowest, rows.group_of(i), rows.event[i]);
  };
  const auto sorted = sorted_items<std::uint64_t>(rows.n_rows, keys.bits(), key_at);
  tick(callback);
  TimedCounts result{{}, empty_counts(rows)};
  Spread spread;
  count_sorted(sorted, keys, lowest, 0, result, spread);
  if (!merge || !spread.near_ties()) return result;
  const double gap = near_tie_gap(
      sorted.size(), [&](std::size_t k) { return time_of_bits(keys.time(sorted[k]) + lowest); });
  if (count_sorted(sorted, keys, lowest, gap, result, spread)) return result;
  return count_ranked(rows, merge, callback);
}

bool fits_days(const PlainRows& rows, const Extent& extent) {
  const double n_days = extent.high - extent.low + 1;
  const double n_slots = n_days * rows.n_groups * rows.n_strata;
  return extent.whole_numbers && n_slots <= static_cast<double>(rows.n_rows) + 4096;
}

}  // namespace

TimedCounts count_times(const PlainRows& rows, bool merge_near_ties, const Tick& callback) {
  constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
  require(rows.n_strata == 1 || rows.n_rows <= most, "more times of strata than numbers for them");
  check_rows(rows);
  Extent extent;
  extent.add(rows.exit, rows.n_rows);
  require(extent.all_finite(), "exit times must be finite");
  if (extent.empty() || fits_days(rows, extent)) return count_in_days(rows, extent);
  const bool merge = merge_near_ties && !extent.whole_numbers;
  if (rows.n_strata == 1) {
    const CellKeys keys(1, extent.key_bits(), rows.n_groups);
    if (keys.fit()) return count_sorted_rows(rows, extent, keys, merge, callback);
  } else if (rows.n_groups == 1 && extent.key_bits() < 64) {
    return count_by_stratum(rows, extent, merge, callback);
  }
  return count_ranked(rows, merge, callback);
}

}  // namespace survlines
