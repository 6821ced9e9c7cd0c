#include "core/survival_view.h"

#include <algorithm>

#include <cmath>

#include "core/error.h"

namespace survlines {
namespace {

bool positive_and_finite(double value) { return value > 0 && std::isfinite(value); }

}  // namespace

bool any_late_entry(const SurvivalView& view) {
  return view.entry && std::any_of(view.entry, view.entry + view.n_rows,
                                   [](std::int32_t entry) { return entry >= 0; });
}

bool table_is_small(std::uint64_t n_slots, const SurvivalView& view) {
  return n_slots <= 4 * static_cast<std::uint64_t>(view.n_rows) + 4096;
}

void check_view(const SurvivalView& view) {
  require(view.n_rows == 0 || (view.exit && view.event), "exit and event are required");
  require(view.n_strata >= 1 && view.n_groups >= 1, "at least one stratum and one group");
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    require(view.exit[i] >= 0 && view.exit[i] < view.n_times, "exit rank out of range");
    require(view.entry_of(i) >= -1 && view.entry_of(i) < view.exit[i], "entry not before exit");
    require(view.event[i] == 0 || view.event[i] == 1, "event is neither 0 nor 1");
    require(view.stratum_of(i) >= 0 && view.stratum_of(i) < view.n_strata, "stratum code");
    require(view.group_of(i) >= 0 && view.group_of(i) < view.n_groups, "group code");
    require(positive_and_finite(view.weight_of(i)), "weight not positive and finite");
    const double frequency = view.frequency_of(i);
    require(positive_and_finite(frequency) && frequency == std::floor(frequency),
            "frequency not a positive whole number");
  }
}

}  // namespace survlines
