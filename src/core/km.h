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

// Points of kaplan_meier(), of which there are as many as distinct times in the strata.
std::size_t count_points(const Counts& counts);

// Where the points of a curve go: arrays of count_points() values. Columns are those of KaplanMeier
// but for
struct CurveColumns {
  double* time;  // not ranks
  double* n_risk;
  double* n_event;
  double* n_censor;
  double* n_enter;  // may be null
  double* survival;
  double* std_error_log;  // square root of variance_log
};

// The same as kaplan_meier() for whom its vectors would be a copy too much. `time_of_rank` are the
// times that ranks index. Returns stratum_begin.
std::vector<std::size_t> write_kaplan_meier(const Counts& counts, const double* time_of_rank,
                                            const CurveColumns& to, const Tick& callback = {});

}  // namespace survlines
