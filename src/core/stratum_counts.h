// Counts of plain rows in many strata, such as the curves of a thousand hospitals.
#pragma once

#include "core/time_counts.h"
#include "core/time_scale.h"

namespace survlines {

// The part of count_times() for several strata and one group. Which times are near ties is a matter
// of all strata: so rows are put in the order of time first, and from there, each in its turn, to
// their strata. Nothing is sorted twice, and no time is looked up by its rank.
//
// Assumes what count_times() does, checked; `extent` that of the times, of at most 63 bits.
TimedCounts count_by_stratum(const PlainRows& rows, const Extent& extent, bool merge_near_ties,
                             const Tick& callback);

}  // namespace survlines
