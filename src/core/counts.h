// Who enters, has an event and leaves censored, at each time of each stratum and group: all that
// Kaplan-Meier and log-rank need to know of the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/error.h"
#include "core/large_vector.h"
#include "core/running_sum.h"
#include "core/survival_view.h"

namespace survlines {

// One cell exists for each (stratum, time, group) at which some row enters or leaves. Cells are
// stored column by column, ascending by stratum, then time, then group.
//
// `entered`, `events` and `censored` are totals of weight times frequency. The number of rows
// (replicates counted) is kept beside them only when rows carry weights; without weights the
// totals are the numbers of rows. Rows at risk from the start are in no `entered`.
//
// A weight that enters in one cell leaves in another, in other company, and what rounding took from
// the two totals would differ: light rows would drown once heavy ones have left. So the rounding
// errors of weighted totals are kept when there are late entries.
struct Counts {
  std::int32_t n_strata = 1;
  std::int32_t n_groups = 1;
  bool weighted = false;
  bool late_entry = false;

  std::vector<std::size_t> stratum_begin = {0, 0};  // n_strata + 1 offsets into the cells
  LargeVector<std::int32_t> time;
  LargeVector<std::int32_t> group;
  LargeVector<double> events;
  LargeVector<double> censored;
  LargeVector<double> entered;              // empty when late_entry is false
  LargeVector<std::int64_t> rows_events;    // empty when weighted is false
  LargeVector<std::int64_t> rows_censored;  // the same
  LargeVector<std::int64_t> rows_entered;   // empty unless weighted and late_entry
  LargeVector<double> events_low;           // the same: total is events + events_low
  LargeVector<double> censored_low;
  LargeVector<double> entered_low;

  std::size_t size() const { return time.size(); }
  double entered_at(std::size_t cell) const { return late_entry ? entered[cell] : 0.0; }
  RunningSum events_sum(std::size_t cell) const {
    return {events[cell], keeps_low() ? events_low[cell] : 0.0};
  }
  RunningSum censored_sum(std::size_t cell) const {
    return {censored[cell], keeps_low() ? censored_low[cell] : 0.0};
  }
  RunningSum entered_sum(std::size_t cell) const {
    return {entered_at(cell), keeps_low() ? entered_low[cell] : 0.0};
  }
  bool keeps_low() const { return weighted && late_entry; }
  double left_at(std::size_t cell) const { return events[cell] + censored[cell]; }
  std::int64_t rows_events_at(std::size_t cell) const {
    return weighted ? rows_events[cell] : static_cast<std::int64_t>(events[cell]);
  }
  std::int64_t rows_censored_at(std::size_t cell) const {
    return weighted ? rows_censored[cell] : static_cast<std::int64_t>(censored[cell]);
  }
  std::int64_t rows_left_at(std::size_t cell) const {
    return rows_events_at(cell) + rows_censored_at(cell);
  }
  std::int64_t rows_entered_at(std::size_t cell) const {
    if (!late_entry) return 0;
    return weighted ? rows_entered[cell] : static_cast<std::int64_t>(entered[cell]);
  }

  // Totals over disjoint rows add up. Both sides must count the same strata, groups and ranks;
  // counts of no rows are the neutral element.
  Counts& operator+=(const Counts& other);
};

// Counts the rows of a view in any order.
Counts count_rows(const SurvivalView& view, const Tick& callback = {});

}  // namespace survlines
