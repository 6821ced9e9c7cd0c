// Counts of plain rows straight from their times: no row is ranked.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/counts.h"
#include "core/large_vector.h"

namespace survlines {

// Rows without weights, frequencies and entries, column by column. Groups and strata may be null,
// where there is one.
struct PlainRows {
  std::size_t n_rows = 0;
  const double* exit = nullptr;
  const std::int32_t* event = nullptr;
  const std::int32_t* group = nullptr;
  const std::int32_t* stratum = nullptr;
  std::int32_t n_groups = 1;
  std::int32_t n_strata = 1;

  std::int32_t group_of(std::size_t i) const { return group ? group[i] : 0; }
  std::int32_t stratum_of(std::size_t i) const { return stratum ? stratum[i] : 0; }
};

struct TimedCounts {
  // The distinct times of each stratum, ascending, one stratum after the other; counts.time indexes
  // them.
  LargeVector<double> time;
  Counts counts;
};

// Gives what count_rows() counts of the ranks of rank_times() (see there for `merge_near_ties`,
// which looks at all strata together), in about half the time.
//
// Assumes exit finite, event 0 or 1, and codes of groups and strata from 0 to their number less 1;
// throws InvalidInput where it is not so.
TimedCounts count_times(const PlainRows& rows, bool merge_near_ties, const Tick& callback = {});

}  // namespace survlines
