#include "core/time_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/bucket_sort.h"
#include "core/cell_keys.h"
#include "core/time_rank.h"
#include "core/time_scale.h"

namespace survlines {
namespace {

struct PlainRows {
  const double* exit;
  const std::int32_t* event;
  const std::int32_t* group;
  std::int32_t n_groups;
  std::size_t n_rows;

  std::int32_t group_of(std::size_t i) const { return group ? group[i] : 0; }
};

void check_rows(const PlainRows& rows) {
  std::uint32_t events = 0;
  std::uint32_t highest_group = 0;
  for (std::size_t i = 0; i < rows.n_rows; ++i) {
    events |= static_cast<std::uint32_t>(rows.event[i]);
    const auto group = static_cast<std::uint32_t>(rows.group_of(i));
    if (group > highest_group) highest_group = group;
  }
  require(events <= 1, "event is neither 0 nor 1");
  require(highest_group < static_cast<std::uint32_t>(rows.n_groups), "group code");
}

Counts empty_counts(std::int32_t n_groups) {
  Counts counts;
  counts.n_groups = n_groups;
  return counts;
}

// Adds each row to its day, and gives numbers to the days on which somebody left.
TimedCounts count_in_days(const PlainRows& rows, const Extent& extent) {
  const auto n_groups = static_cast<std::size_t>(rows.n_groups);
  LargeVector<std::int64_t> left[2];
  for (auto& column : left) column.resize(extent.table_size() * n_groups, 0);
  for (std::size_t i = 0; i < rows.n_rows; ++i) {
    const auto group = static_cast<std::size_t>(rows.group_of(i));
    ++left[rows.event[i]][extent.slot(rows.exit[i]) * n_groups + group];
  }
  TimedCounts result{{}, empty_counts(rows.n_groups)};
  Counts& counts = result.counts;
  for (std::size_t slot = 0; slot < extent.table_size(); ++slot) {
    bool used = false;
    for (std::size_t g = 0; g < n_groups; ++g) {
      const std::size_t cell = slot * n_groups + g;
      if (left[0][cell] == 0 && left[1][cell] == 0) continue;
      counts.time.push_back(static_cast<std::int32_t>(result.time.size()));
      counts.group.push_back(static_cast<std::int32_t>(g));
      counts.censored.push_back(static_cast<double>(left[0][cell]));
      counts.events.push_back(static_cast<double>(left[1][cell]));
      used = true;
    }
    if (used) result.time.push_back(extent.time_of_slot(slot));
  }
  counts.stratum_begin[1] = counts.size();
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

TimedCounts count_ranked(const PlainRows& rows, bool merge, const Tick& callback) {
  std::vector<std::int32_t> rank(rows.n_rows);
  TimedCounts result;
  result.time = rank_times(rows.exit, nullptr, rows.n_rows, merge, rank.data(), nullptr);
  SurvivalView view;
  view.n_rows = rows.n_rows;
  view.n_times = static_cast<std::int32_t>(result.time.size());
  view.n_groups = rows.n_groups;
  view.exit = rank.data();
  view.event = rows.event;
  view.group = rows.group;
  result.counts = count_rows(view, callback);
  return result;
}

}  // namespace

TimedCounts count_times(const double* exit, const std::int32_t* event, const std::int32_t* group,
                        std::int32_t n_groups, std::size_t n_rows, bool merge_near_ties,
                        const Tick& callback) {
  const PlainRows rows{exit, event, group, n_groups, n_rows};
  check_rows(rows);
  Extent extent;
  extent.add(exit, n_rows);
  require(extent.all_finite(), "exit times must be finite");
  const double n_slots = static_cast<double>(n_groups) * (extent.high - extent.low + 1);
  if (extent.empty() || (extent.whole_numbers && n_slots <= static_cast<double>(n_rows) + 4096)) {
    return count_in_days(rows, extent);
  }
  const CellKeys keys(1, extent.key_bits(), n_groups);
  if (!keys.fit()) return count_ranked(rows, merge_near_ties, callback);
  const std::uint64_t lowest = sortable_bits(extent.low);
  const auto key_at = [&](std::size_t i) {
    return keys.key(0, sortable_bits(exit[i]) - lowest, rows.group_of(i), event[i]);
  };
  const auto sorted = sorted_items<std::uint64_t>(n_rows, keys.bits(), key_at);
  tick(callback);
  TimedCounts result{{}, empty_counts(n_groups)};
  Spread spread;
  count_sorted(sorted, keys, lowest, 0, result, spread);
  if (!merge_near_ties || extent.whole_numbers || !spread.near_ties()) return result;
  const double gap = near_tie_gap(
      sorted.size(), [&](std::size_t k) { return time_of_bits(keys.time(sorted[k]) + lowest); });
  if (count_sorted(sorted, keys, lowest, gap, result, spread)) return result;
  return count_ranked(rows, merge_near_ties, callback);
}

}  // namespace survlines
