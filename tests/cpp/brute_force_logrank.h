// Weights of times in log-rank tests, each by its definition.
#pragma once

#include <cmath>

#include "brute_force.h"
#include "core/logrank_weight.h"

namespace brute_force {

// The weight of time t by its definition, from all earlier times again.
inline Real weight_at(const std::vector<Row>& rows, int t, const survlines::Weighting& weighting) {
  Real survival = 1, peto = 1, n = 0, before = 1;
  for (const int s : times_of(rows)) {
    if (s > t) break;
    n = total_mass(rows, [s](const Row& r) { return r.at_risk(s); });
    const Real d = total_mass(rows, [s](const Row& r) { return r.dies_at(s); });
    before = survival;
    if (n > 0) survival *= (n - d) / n;
    peto *= 1 - d / (n + 1);
  }
  switch (weighting.kind) {
    case survlines::TestWeight::gehan:
      return n;
    case survlines::TestWeight::tarone_ware:
      return std::sqrt(n);
    case survlines::TestWeight::peto_peto:
      return peto;
    case survlines::TestWeight::modified_peto_peto:
      return peto * n / (n + 1);
    case survlines::TestWeight::fleming_harrington:
      return std::pow(before, Real{weighting.rho}) * std::pow(1 - before, Real{weighting.gamma});
    default:
      return 1;
  }
}

}  // namespace brute_force
