// The event times of each stratum: the only times at which a partial likelihood looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/counts.h"
#include "core/survival_view.h"

namespace survlines {

// A cell is one event time of one stratum; cells ascend by stratum, then time. The grid of whole
// data is made from the sum of its shards' counts, so all shards speak of the same cells.
struct EventGrid {
  bool late_entry = false;
  std::vector<std::size_t> stratum_begin = {0};  // n_strata + 1 offsets into the cells
  LargeVector<std::int32_t> time;                // rank
  LargeVector<double> deaths;           // number of rows with the event, replicates counted
  LargeVector<double> death_mass;       // their total of weight times frequency
  LargeVector<std::int32_t> tied_slot;  // position among the cells with several deaths,
                                        // -1 where there is one
  std::size_t n_tied = 0;

  std::size_t size() const { return time.size(); }
  std::size_t n_strata() const { return stratum_begin.size() - 1; }
  bool tied(std::size_t cell) const { return tied_slot[cell] >= 0; }
};

// Assumes counts of one group.
EventGrid event_grid(const Counts& counts);

// That of the counts of one view of one group, in a fraction of the time: who is censored when
// need not be known.
EventGrid event_grid(const SurvivalView& view, const Tick& callback = {});

// The run of cells [begin, end) in which each row of a view is at risk. The run of a row with an
// event ends with the cell of that event; a row at risk at no event time has begin == end.
struct CellRuns {
  LargeVector<std::int32_t> begin;
  LargeVector<std::int32_t> end;

  bool at_risk(std::size_t row) const { return begin[row] < end[row]; }
};

CellRuns cell_runs(const SurvivalView& view, const EventGrid& grid, int n_threads = 1);

}  // namespace survlines
