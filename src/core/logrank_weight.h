// How much each event time counts in a log-rank test.
#pragma once

#include <cmath>

#include "core/risk_set.h"

namespace survlines {

// n are at risk at the time, S and S~ are estimated from all groups of the
// stratum together.
enum class TestWeight {
  one,                 // log-rank (Mantel 1966)
  gehan,               // n (Gehan 1965, Breslow 1970)
  tarone_ware,         // sqrt(n) (Tarone & Ware 1977)
  peto_peto,           // S~(t) = prod (1 - d / (n + 1)), t included (Peto & Peto 1972)
  modified_peto_peto,  // S~(t) n / (n + 1) (Andersen & al. 1993)
  fleming_harrington,  // S(t-)^rho (1 - S(t-))^gamma, Kaplan-Meier (Fleming & Harrington 1991)
};

struct Weighting {
  TestWeight kind = TestWeight::one;
  double rho = 0;  // of fleming_harrington
  double gamma = 0;
};

// The weight of each event time in turn, and the pooled estimates it is made from.
class TimeWeight {
 public:
  explicit TimeWeight(const Weighting& weighting) : weighting_(weighting) {}

  double next(const RiskSet& set) {
    if (weighting_.kind == TestWeight::one) return 1;
    const double n = set.at_risk;
    const double before = survival_;
    survival_ *= set.survivors / n;
    peto_ *= 1 - set.events / (n + 1);
    switch (weighting_.kind) {
      case TestWeight::one:
        return 1;
      case TestWeight::gehan:
        return n;
      case TestWeight::tarone_ware:
        return std::sqrt(n);
      case TestWeight::peto_peto:
        return peto_;
      case TestWeight::modified_peto_peto:
        return peto_ * n / (n + 1);
      case TestWeight::fleming_harrington:
        return std::pow(before, weighting_.rho) * std::pow(1 - before, weighting_.gamma);
    }
    return 1;
  }

 private:
  Weighting weighting_;
  double survival_ = 1;  // Kaplan-Meier
  double peto_ = 1;
};

}  // namespace survlines
