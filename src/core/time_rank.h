// Estimators see ranks, not clocks: times become ranks once, and all ties are decided here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/large_vector.h"

namespace survlines {

// Distinct times closer than this fraction of the mean distinct |time| are one time.
constexpr double near_tie_tolerance = 1.5e-8;

struct TimeRanks {
  std::vector<double> time;         // the distinct times, ascending; ranks index them
  std::vector<std::int32_t> exit;   // rank of each exit time
  std::vector<std::int32_t> entry;  // rank of each entry time, -1 for -Inf; empty without entries
};

// Ranks exit times, and entry times when `entry` is not null, on one common scale.
//
// Neighbours among the distinct finite times merge when their gap is at most near_tie_tolerance
// times the mean distinct |time|; merging chains, and the smallest time stands for all. The rule
// has no absolute part, so a change of the time unit changes no rank. It is skipped when all
// times are whole numbers or `merge_near_ties` is false.
//
// Assumes: exit finite; entry finite or -Inf; at most 2^31 - 1 distinct times (InvalidInput
// otherwise). After merging, a row may have entry rank == exit rank: the caller must refuse it.
TimeRanks rank_times(const double* exit, const double* entry, std::size_t n_rows,
                     bool merge_near_ties);

// The same with the ranks written to where the caller wants them, n_rows each; entry_rank is null
// when `entry` is. Returns the distinct times; the same with any number of threads.
LargeVector<double> rank_times(const double* exit, const double* entry, std::size_t n_rows,
                               bool merge_near_ties, std::int32_t* exit_rank,
                               std::int32_t* entry_rank, int n_threads = 1);

}  // namespace survlines
