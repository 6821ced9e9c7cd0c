#include "core/cuminc.h"

#include <algorithm>

#include "core/risk_set.h"

namespace survlines {
namespace {

// The variance of F(t) is the sum over earlier times of v (x - F(t) y)^2, where y = 1 / S(s) and x
// holds what is known at s. So three sums serve every later t.
class AalenVariance {
 public:
  void add(const RiskSet& set, double own, double survival_before, double survival,
           double incidence) {
    const double y = survival > 0 ? 1 / survival : 0.0;
    add_kind(set, own, survival_before, 1 + incidence * y, y);
    add_kind(set, set.events - own, survival_before, incidence * y, y);
  }
  double at(double incidence) const {
    return std::max(0.0, xx_ - 2 * incidence * xy_ + incidence * incidence * yy_);
  }

 private:
  void add_kind(const RiskSet& set, double events, double survival_before, double x, double y) {
    if (events == 0) return;
    const double n = set.at_risk;
    const double ties = events > 1 ? (n - events) / (n - 1) : 1.0;
    const double v = ties * events * (survival_before / n) * (survival_before / n);
    xx_ += v * x * x;
    xy_ += v * x * y;
    yy_ += v * y * y;
  }

  double xx_ = 0, xy_ = 0, yy_ = 0;
};

void add_point(CumulativeIncidence& curve, const RiskSet& set, double survival) {
  curve.time.push_back(set.time);
  curve.n_risk.push_back(set.at_risk);
  curve.n_event.push_back(set.events);
  curve.n_censor.push_back(set.censored);
  curve.n_enter.push_back(set.entered);
  curve.survivors.push_back(set.survivors);
  curve.survival.push_back(survival);
}

void add_stratum(CumulativeIncidence& curve, const Counts& counts, std::int32_t stratum) {
  std::vector<double> incidence(curve.n_causes, 0.0);
  std::vector<double> cause_events(curve.n_causes);
  std::vector<AalenVariance> variance(counts.weighted ? 0 : curve.n_causes);
  double survival = 1;
  sweep(counts, stratum, [&](const RiskSet& set, const GroupsAtRisk&) {
    cause_events.assign(curve.n_causes, 0.0);
    for (std::size_t c = set.cell_begin; c < set.cell_end; ++c) {
      cause_events[static_cast<std::size_t>(counts.group[c])] = counts.events[c];
    }
    const double before = survival;
    if (set.events > 0) {
      survival *= set.survivors / set.at_risk;
      for (std::size_t k = 0; k < curve.n_causes; ++k) {
        // Rounding must not carry it past 1, beyond which no interval is defined.
        incidence[k] = std::min(1.0, incidence[k] + before * cause_events[k] / set.at_risk);
      }
    }
    add_point(curve, set, survival);
    for (std::size_t k = 0; k < curve.n_causes; ++k) {
      curve.cause_events.push_back(cause_events[k]);
      curve.incidence.push_back(incidence[k]);
      if (counts.weighted) continue;
      if (set.events > 0) variance[k].add(set, cause_events[k], before, survival, incidence[k]);
      curve.variance_aalen.push_back(variance[k].at(incidence[k]));
    }
  });
}

}  // namespace

CumulativeIncidence cumulative_incidence(const Counts& counts, const Tick& callback) {
  CumulativeIncidence curve;
  curve.n_causes = static_cast<std::size_t>(counts.n_groups);
  curve.stratum_begin.push_back(0);
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    tick(callback);
    add_stratum(curve, counts, stratum);
    curve.stratum_begin.push_back(curve.size());
  }
  return curve;
}

}  // namespace survlines
