// Kaplan-Meier (product-limit) estimate, a fold over the sweep.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/counts.h"

namespace survlines {

// One point for each time of each stratum at which a row enters, has an event or is censored.
// Stratum s has the points [stratum_begin[s], stratum_begin[s + 1]).
struct KaplanMeier {
  std::vector<std::size_t> stratum_begin;
  std::vector<std::int32_t> time;  // rank
  std::vector<double> n_risk;      // weighted, just before the time
  std::vector<double> n_event;
  std::vector<double> n_censor;
  std::vector<double> n_enter;
  std::vector<double> survival;      // S(t) = prod (n - d) / n  (Kaplan & Meier 1958)
  std::vector<double> variance_log;  // Greenwood (1926): sum d / (n (n - d)), variance of log S
};

// Where everybody at risk has an event, survival is exactly 0 and variance_log infinite; both
// stay so when later rows enter. A stratum without rows has no points.
KaplanMeier kaplan_meier(const Counts& counts, const Tick& callback = {});

}  // namespace survlines
