// Cumulative hazard, a fold over the sweep.
#pragma once

#include <vector>

#include "core/counts.h"

namespace survlines {

// How deaths at one time are counted.
enum class TiedDeaths {
  together,    // d / n  (Nelson 1972, Aalen 1978)
  one_by_one,  // 1 / n + 1 / (n - 1) + ...  (Fleming & Harrington 1984)
};

// One value for each point of kaplan_meier() of the same counts.
struct CumulativeHazard {
  std::vector<double> hazard;
  std::vector<double> variance;  // sum d / n^2, or of the squares of the single steps
};

// With weights, the deaths of one time are taken away one by one in equal shares of their weight.
// It goes on where survival has reached 0 and later rows enter.
CumulativeHazard cumulative_hazard(const Counts& counts, TiedDeaths tied,
                                   const Tick& callback = {});

}  // namespace survlines
