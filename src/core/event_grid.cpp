#include "core/event_grid.h"

#include <algorithm>
#include <limits>

namespace survlines {
namespace {

// Answers "how many cells of the stratum lie at or before this time?", as an offset into the
// grid: by a table when one of all times of all strata is small enough, else by bisection.
class CellFinder {
 public:
  CellFinder(const EventGrid& grid, const SurvivalView& view) : grid_(grid) {
    n_times_ = static_cast<std::size_t>(view.n_times);
    const auto n_slots = static_cast<double>(n_times_) * static_cast<double>(grid.n_strata());
    if (n_slots <= 4.0 * static_cast<double>(view.n_rows) + 4096) fill_table();
  }

  std::int32_t cells_through(std::size_t stratum, std::int32_t time) const {
    if (time < 0) return static_cast<std::int32_t>(grid_.stratum_begin[stratum]);
    if (!table_.empty()) return table_[stratum * n_times_ + static_cast<std::size_t>(time)];
    return bisect(stratum, time);
  }

 private:
  void fill_table() {
    table_.resize(n_times_ * grid_.n_strata());
    for (std::size_t s = 0; s < grid_.n_strata(); ++s) {
      std::size_t cell = grid_.stratum_begin[s];
      for (std::size_t t = 0; t < n_times_; ++t) {
        const bool more = cell < grid_.stratum_begin[s + 1];
        if (more && static_cast<std::size_t>(grid_.time[cell]) == t) ++cell;
        table_[s * n_times_ + t] = static_cast<std::int32_t>(cell);
      }
    }
  }

  std::int32_t bisect(std::size_t stratum, std::int32_t time) const {
    const auto first =
        grid_.time.begin() + static_cast<std::ptrdiff_t>(grid_.stratum_begin[stratum]);
    const auto last =
        grid_.time.begin() + static_cast<std::ptrdiff_t>(grid_.stratum_begin[stratum + 1]);
    return static_cast<std::int32_t>(std::upper_bound(first, last, time) - grid_.time.begin());
  }

  const EventGrid& grid_;
  std::size_t n_times_ = 0;
  std::vector<std::int32_t> table_;
};

}  // namespace

EventGrid event_grid(const Counts& counts) {
  require(counts.n_groups == 1, "event times are those of strata, not of groups");
  EventGrid grid;
  grid.late_entry = counts.late_entry;
  std::size_t n_cells = 0;
  for (const double events : counts.events) n_cells += events > 0;
  grid.time.reserve(n_cells);
  grid.deaths.reserve(n_cells);
  grid.death_mass.reserve(n_cells);
  grid.tied_slot.reserve(n_cells);
  for (std::size_t s = 0; s + 1 < counts.stratum_begin.size(); ++s) {
    for (std::size_t c = counts.stratum_begin[s]; c < counts.stratum_begin[s + 1]; ++c) {
      if (!(counts.events[c] > 0)) continue;
      grid.time.push_back(counts.time[c]);
      grid.deaths.push_back(static_cast<double>(counts.rows_events_at(c)));
      grid.death_mass.push_back(counts.events[c]);
      const bool tied = counts.rows_events_at(c) > 1;
      grid.tied_slot.push_back(tied ? static_cast<std::int32_t>(grid.n_tied++) : -1);
    }
    grid.stratum_begin.push_back(grid.time.size());
  }
  require(grid.size() < static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
          "more event times than cells");
  return grid;
}

CellRuns cell_runs(const SurvivalView& view, const EventGrid& grid) {
  const CellFinder finder(grid, view);
  CellRuns runs;
  runs.begin.resize(view.n_rows);
  runs.end.resize(view.n_rows);
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    const auto stratum = static_cast<std::size_t>(view.stratum_of(i));
    runs.begin[i] = finder.cells_through(stratum, view.entry_of(i));
    runs.end[i] = finder.cells_through(stratum, view.exit[i]);
  }
  return runs;
}

}  // namespace survlines
