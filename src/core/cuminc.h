// Aalen-Johansen estimate for competing risks, a fold over the sweep.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/counts.h"

namespace survlines {

// One point for each time of each stratum at which a row enters, has an event or is censored.
// Stratum s has the points [stratum_begin[s], stratum_begin[s + 1]). What there is for each cause
// lies at [point * n_causes + cause].
struct CumulativeIncidence {
  std::size_t n_causes = 1;
  std::vector<std::size_t> stratum_begin;
  std::vector<std::int32_t> time;  // rank
  std::vector<double> n_risk;      // weighted, just before the time
  std::vector<double> n_event;     // of any cause
  std::vector<double> n_censor;
  std::vector<double> n_enter;
  std::vector<double> survivors;       // at risk and without event at the time
  std::vector<double> survival;        // S(t), free of every event
  std::vector<double> cause_events;    // d_k
  std::vector<double> incidence;       // F_k(t) = sum S(s-) d_k / n  (Aalen & Johansen 1978)
  std::vector<double> variance_aalen;  // of F_k; empty where rows carry weights

  std::size_t size() const { return time.size(); }
};

// Assumes that the group of a row with an event is its cause; the group of a censored row means
// nothing. Where everybody at risk has an event, S is 0 and stays so when later rows enter.
//
// The variance is Aalen's (1978), with the correction for ties of Gray (1988). An event of cause k
// at s changes F_k(t) by S(s-) / n times 1 - (F_k(t) - F_k(s)) / S(s), one of another cause by
// S(s-) / n times -(F_k(t) - F_k(s)) / S(s); their numbers have the variance d (n - d) / (n - 1).
CumulativeIncidence cumulative_incidence(const Counts& counts, const Tick& callback = {});

}  // namespace survlines
