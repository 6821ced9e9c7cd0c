#include "core/event_grid.h"

#include <algorithm>
#include <limits>

#include "core/fetch_ahead.h"
#include "core/parallel.h"

namespace survlines {
namespace {

// A slot for every time of every stratum.
std::uint64_t n_slots(const SurvivalView& view) {
  return static_cast<std::uint64_t>(view.n_times) * static_cast<std::uint64_t>(view.n_strata);
}

// Answers "how many cells of the stratum lie at or before this time?", as an offset into the
// grid: by a table when one of all times of all strata is small enough, else by bisection.
class CellFinder {
 public:
  CellFinder(const EventGrid& grid, const SurvivalView& view) : grid_(grid) {
    n_times_ = static_cast<std::size_t>(view.n_times);
    if (table_is_small(n_slots(view), view)) fill_table();
  }

  SURVLINES_INLINED void fetch_through(std::size_t stratum, std::int32_t time) const {
    if (time < 0 || table_.empty()) return;
    fetch(&table_[stratum * n_times_ + static_cast<std::size_t>(time)]);
  }
  std::int32_t cells_through(std::size_t stratum, std::int32_t time) const {
    if (time < 0) return static_cast<std::int32_t>(grid_.stratum_begin[stratum]);
    if (!table_.empty()) return table_[stratum * n_times_ + static_cast<std::size_t>(time)];
    return bisect(stratum, time);
  }

 private:
  // Marks the event times, then adds the marks up.
  void fill_table() {
    table_.assign(n_times_ * grid_.n_strata(), 0);
    std::int32_t cell = 0;
    for (std::size_t s = 0; s < grid_.n_strata(); ++s) {
      std::int32_t* of_stratum = table_.data() + s * n_times_;
      for (std::size_t c = grid_.stratum_begin[s]; c < grid_.stratum_begin[s + 1]; ++c) {
        of_stratum[grid_.time[c]] = 1;
      }
      for (std::size_t t = 0; t < n_times_; ++t) of_stratum[t] = cell += of_stratum[t];
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
  LargeVector<std::int32_t> table_;
};

// Writes the cells of a grid among the times that are offered. Whether a time is an event time is a
// coin toss, so that no branch asks.
class GridWriter {
 public:
  GridWriter(EventGrid& grid, std::size_t n_cells) : grid_(grid) { resize(n_cells + 1); }

  void offer(std::int32_t time, std::int64_t deaths, double mass) {
    const bool tied = deaths > 1;
    grid_.time[n_] = time;
    grid_.deaths[n_] = static_cast<double>(deaths);
    grid_.death_mass[n_] = mass;
    grid_.tied_slot[n_] = tied ? static_cast<std::int32_t>(grid_.n_tied) : -1;
    grid_.n_tied += tied;
    n_ += mass > 0;
  }
  void end_stratum() { grid_.stratum_begin.push_back(n_); }
  void finish() { resize(n_); }

 private:
  void resize(std::size_t n) {
    grid_.time.resize(n);
    grid_.deaths.resize(n);
    grid_.death_mass.resize(n);
    grid_.tied_slot.resize(n);
  }

  EventGrid& grid_;
  std::size_t n_ = 0;
};

void require_cells_fit(std::size_t n) {
  require(n < static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
          "more event times than cells");
}

// Deaths of each time, stratum by stratum.
LargeVector<std::int32_t> tabulate_deaths(const SurvivalView& view) {
  const auto n_times = static_cast<std::size_t>(view.n_times);
  LargeVector<std::int32_t> deaths(n_times * static_cast<std::size_t>(view.n_strata), 0);
  const auto slot = [&](std::size_t i) {
    return static_cast<std::size_t>(view.stratum_of(i)) * n_times +
           static_cast<std::size_t>(view.exit[i]);
  };
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    fetch(&deaths[slot(row_ahead(i, view.n_rows))]);
    deaths[slot(i)] += view.event[i];
  }
  return deaths;
}

}  // namespace

EventGrid event_grid(const Counts& counts) {
  require(counts.n_groups == 1, "event times are those of strata, not of groups");
  EventGrid grid;
  grid.late_entry = counts.late_entry;
  std::size_t n_cells = 0;
  for (const double events : counts.events) n_cells += events > 0;
  require_cells_fit(n_cells);
  GridWriter writer(grid, n_cells);
  for (std::size_t s = 0; s + 1 < counts.stratum_begin.size(); ++s) {
    for (std::size_t c = counts.stratum_begin[s]; c < counts.stratum_begin[s + 1]; ++c) {
      writer.offer(counts.time[c], counts.rows_events_at(c), counts.events[c]);
    }
    writer.end_stratum();
  }
  writer.finish();
  return grid;
}

EventGrid event_grid(const SurvivalView& view, const Tick& callback) {
  const bool countable = view.n_rows < std::numeric_limits<std::int32_t>::max();
  const bool plain = !view.weight && !view.frequency && view.n_groups == 1;
  if (!countable || !plain || !table_is_small(n_slots(view), view)) {
    return event_grid(count_rows(view, callback));
  }
  EventGrid grid;
  grid.late_entry = any_late_entry(view);
  const LargeVector<std::int32_t> deaths = tabulate_deaths(view);
  tick(callback);
  std::size_t n_cells = 0;
  for (const std::int32_t d : deaths) n_cells += d > 0;
  require_cells_fit(n_cells);
  GridWriter writer(grid, n_cells);
  const std::int32_t* next = deaths.data();
  for (std::int32_t s = 0; s < view.n_strata; ++s) {
    for (std::int32_t t = 0; t < view.n_times; ++t, ++next) {
      writer.offer(t, *next, static_cast<double>(*next));
    }
    writer.end_stratum();
  }
  writer.finish();
  return grid;
}

CellRuns cell_runs(const SurvivalView& view, const EventGrid& grid, int n_threads) {
  const CellFinder finder(grid, view);
  CellRuns runs;
  runs.begin.resize(view.n_rows);
  runs.end.resize(view.n_rows);
  for_each_part(n_parts(view.n_rows), n_threads, [&](std::size_t part) {
    const std::size_t last = std::min((part + 1) * part_size, view.n_rows);
    for (std::size_t i = part * part_size; i < last; ++i) {
      const std::size_t ahead = row_ahead(i, last);
      finder.fetch_through(static_cast<std::size_t>(view.stratum_of(ahead)), view.exit[ahead]);
      const auto stratum = static_cast<std::size_t>(view.stratum_of(i));
      runs.begin[i] = finder.cells_through(stratum, view.entry_of(i));
      runs.end[i] = finder.cells_through(stratum, view.exit[i]);
    }
  });
  return runs;
}

}  // namespace survlines
