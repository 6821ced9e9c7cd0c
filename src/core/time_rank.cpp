#include "core/time_rank.h"

#include <limits>
#include <numeric>

#include "core/bucket_sort.h"
#include "core/error.h"
#include "core/fetch_ahead.h"
#include "core/parallel.h"
#include "core/time_scale.h"

namespace survlines {
namespace {

// Times of both columns, and where their ranks go.
struct Columns {
  const double* exit;
  const double* entry;  // null: none
  std::size_t n_rows;
  std::int32_t* exit_rank;
  std::int32_t* entry_rank;

  std::size_t size() const { return entry ? 2 * n_rows : n_rows; }

  // Calls visit(time, rank) for each finite time.
  template <class Visit>
  void each(const Visit& visit) const {
    for (std::size_t i = 0; i < n_rows; ++i) visit(exit[i], exit_rank[i]);
    if (!entry) return;
    for (std::size_t i = 0; i < n_rows; ++i) {
      if (std::isfinite(entry[i])) visit(entry[i], entry_rank[i]);
    }
  }

  // Of the time that a KeyedRow has by the numbers of sorted_times().
  std::int32_t& rank(std::uint64_t row) const {
    return row < n_rows ? exit_rank[row] : entry_rank[row - n_rows];
  }
};

LargeVector<double> rank_by_table(const Columns& columns, const Extent& extent) {
  std::vector<std::int32_t> rank_at(extent.table_size(), -1);
  columns.each([&](double time, std::int32_t&) { rank_at[extent.slot(time)] = 0; });
  LargeVector<double> distinct;
  for (std::size_t slot = 0; slot < rank_at.size(); ++slot) {
    if (rank_at[slot] < 0) continue;
    rank_at[slot] = static_cast<std::int32_t>(distinct.size());
    distinct.push_back(extent.time_of_slot(slot));
  }
  columns.each([&](double time, std::int32_t& rank) { rank = rank_at[extent.slot(time)]; });
  return distinct;
}

// Finite times in ascending order, as bits above those of the smallest. Exits are numbered first,
// then entries.
LargeVector<KeyedRow> sorted_times(const Columns& columns, const Extent& extent, int n_threads) {
  const std::uint64_t lowest = sortable_bits(extent.low);
  const auto exit_at = [&](std::size_t i) {
    return KeyedRow{sortable_bits(columns.exit[i]) - lowest, i};
  };
  if (!columns.entry) {
    return sorted_items<KeyedRow>(columns.n_rows, extent.key_bits(), exit_at, n_threads);
  }
  LargeVector<KeyedRow> times;
  times.reserve(columns.size());
  for (std::size_t i = 0; i < columns.n_rows; ++i) times.push_back(exit_at(i));
  for (std::size_t i = 0; i < columns.n_rows; ++i) {
    if (!std::isfinite(columns.entry[i])) continue;
    times.push_back({sortable_bits(columns.entry[i]) - lowest, columns.n_rows + i});
  }
  const auto time_at = [&](std::size_t k) { return times[k]; };
  return sorted_items<KeyedRow>(times.size(), extent.key_bits(), time_at, n_threads);
}

LargeVector<double> rank_by_sort(const Columns& columns, const Extent& extent, bool merge,
                                 int n_threads) {
  const LargeVector<KeyedRow> sorted = sorted_times(columns, extent, n_threads);
  const std::size_t n = sorted.size();
  const std::uint64_t lowest = sortable_bits(extent.low);
  const auto time_at = [&](std::size_t k) { return time_of_bits(sorted[k].key + lowest); };
  const double gap = merge ? near_tie_gap(n, time_at, n_threads) : 0.0;
  const std::size_t shares = n_shares(n, n_threads);
  // Visits the times of a share, each with whether it begins a new rank.
  const auto each_time = [&](std::size_t share, const auto& visit) {
    const std::size_t begin = share_begin(share, shares, n);
    const std::size_t end = share_begin(share + 1, shares, n);
    double before = begin > 0 ? time_at(begin - 1) : -std::numeric_limits<double>::infinity();
    for (std::size_t k = begin; k < end; ++k) {
      const double time = time_at(k);
      visit(k, row_ahead(k, end), time, time - before > gap);
      before = time;
    }
  };
  // How many ranks begin in each share, but in the last, which no other has to know.
  std::vector<std::size_t> n_distinct(shares, 0);
  for_each_part(shares - 1, n_threads, [&](std::size_t share) {
    std::size_t count = 0;
    each_time(share, [&](std::size_t, std::size_t, double, bool begins) { count += begins; });
    n_distinct[share] = count;
  });
  LargeVector<double> distinct(n);
  std::vector<std::size_t> ends(shares);
  for_each_part(shares, n_threads, [&](std::size_t share) {
    const auto own = n_distinct.begin() + static_cast<std::ptrdiff_t>(share);
    std::size_t next = std::accumulate(n_distinct.begin(), own, std::size_t{0});
    each_time(share, [&](std::size_t k, std::size_t ahead, double time, bool begins) {
      fetch(&columns.rank(sorted[ahead].row));
      if (begins) distinct[next++] = time;
      columns.rank(sorted[k].row) = static_cast<std::int32_t>(next - 1);
    });
    ends[share] = next;
  });
  distinct.resize(ends.back());
  return distinct;
}

}  // namespace

LargeVector<double> rank_times(const double* exit, const double* entry, std::size_t n_rows,
                               bool merge_near_ties, std::int32_t* exit_rank,
                               std::int32_t* entry_rank, int n_threads) {
  Extent extent;
  extent.add(exit, n_rows);
  require(extent.all_finite(), "exit times must be finite");
  if (entry) extent.add(entry, n_rows);
  if (entry) std::fill(entry_rank, entry_rank + n_rows, -1);
  const Columns columns{exit, entry, n_rows, exit_rank, entry_rank};
  const bool merge = merge_near_ties && !extent.whole_numbers;
  const LargeVector<double> distinct = extent.fits_table(columns.size())
                                           ? rank_by_table(columns, extent)
                                           : rank_by_sort(columns, extent, merge, n_threads);
  require(distinct.size() <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
          "more distinct times than ranks");
  return distinct;
}

TimeRanks rank_times(const double* exit, const double* entry, std::size_t n_rows,
                     bool merge_near_ties) {
  TimeRanks ranks;
  ranks.exit.resize(n_rows);
  if (entry) ranks.entry.resize(n_rows);
  const LargeVector<double> distinct =
      rank_times(exit, entry, n_rows, merge_near_ties, ranks.exit.data(), ranks.entry.data());
  ranks.time.assign(distinct.begin(), distinct.end());
  return ranks;
}

}  // namespace survlines
