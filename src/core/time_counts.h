// Counts of plain rows straight from their times: no row is ranked.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/counts.h"
#include "core/large_vector.h"

namespace survlines {

struct TimedCounts {
  LargeVector<double> time;  // the distinct times, ascending; counts.time indexes them
  Counts counts;             // one stratum
};

// Rows without weights, frequencies, entries and strata. Gives what count_rows() counts of the
// ranks of rank_times() (see there for `merge_near_ties`), in about half the time.
//
// Assumes exit finite, event 0 or 1, and group codes from 0 to n_groups - 1 (`group` may be null:
// one group); throws InvalidInput where it is not so.
TimedCounts count_times(const double* exit, const std::int32_t* event, const std::int32_t* group,
                        std::int32_t n_groups, std::size_t n_rows, bool merge_near_ties,
                        const Tick& callback = {});

}  // namespace survlines
