// The rows every estimator reads. What kernels may assume is written here, once:
//
//   * every array holds n_rows values, or is null where null is allowed; nothing is missing;
//   * times are ranks (see time_rank.h): 0 <= exit[i] < n_times and -1 <= entry[i] < exit[i];
//     times that are equal have equal rank, and a greater time has a greater rank;
//   * a row is at risk at rank t when entry[i] < t <= exit[i];
//   * event[i] is 1 (event at exit) or 0 (censored at exit);
//   * stratum and group codes are dense: 0 <= code < n_strata, n_groups;
//   * weights are finite and > 0, frequencies are whole numbers > 0 (rows of weight zero were
//     dropped before).
//
// The view owns nothing: the arrays outlive it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace survlines {

struct SurvivalView {
  std::size_t n_rows = 0;
  std::int32_t n_times = 0;
  std::int32_t n_strata = 1;
  std::int32_t n_groups = 1;
  const std::int32_t* exit = nullptr;
  const std::int32_t* entry = nullptr;  // null: at risk from the start (-1 everywhere)
  const std::int32_t* event = nullptr;
  const std::int32_t* stratum = nullptr;  // null: one stratum
  const std::int32_t* group = nullptr;    // null: one group
  const double* weight = nullptr;         // null: 1
  const double* frequency = nullptr;      // null: 1

  std::int32_t entry_of(std::size_t row) const { return entry ? entry[row] : -1; }
  std::int32_t stratum_of(std::size_t row) const { return stratum ? stratum[row] : 0; }
  std::int32_t group_of(std::size_t row) const { return group ? group[row] : 0; }
  double frequency_of(std::size_t row) const { return frequency ? frequency[row] : 1.0; }
  double weight_of(std::size_t row) const { return weight ? weight[row] : 1.0; }
  // What a row adds to a weighted total: its weight, once for every replicate.
  double mass_of(std::size_t row) const { return weight_of(row) * frequency_of(row); }
};

// Whether some row is not at risk from the start.
bool any_late_entry(const SurvivalView& view);

// Whether a table with a slot for every cell there could be is of the order of the rows, so that it
// costs less than sorting them.
bool table_is_small(std::uint64_t n_slots, const SurvivalView& view);

// Checks the promises above in one pass and throws InvalidInput on the first that is broken.
// The estimators do not call it: the border that builds a view does.
void check_view(const SurvivalView& view);

}  // namespace survlines
