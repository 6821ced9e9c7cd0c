#include "core/km.h"

#include "core/risk_set.h"

namespace survlines {
namespace {

void reserve_points(KaplanMeier& curve, std::size_t n) {
  curve.time.reserve(n);
  for (auto* column : {&curve.n_risk, &curve.n_event, &curve.n_censor, &curve.n_enter,
                       &curve.survival, &curve.variance_log}) {
    column->reserve(n);
  }
}

void add_stratum(KaplanMeier& curve, const Counts& counts, std::int32_t stratum) {
  double survival = 1;
  double variance_log = 0;
  sweep(counts, stratum, [&](const RiskSet& set, const GroupsAtRisk&) {
    if (set.events > 0) {
      survival *= set.survivors / set.at_risk;
      variance_log += set.events / (set.at_risk * set.survivors);
    }
    curve.time.push_back(set.time);
    curve.n_risk.push_back(set.at_risk);
    curve.n_event.push_back(set.events);
    curve.n_censor.push_back(set.censored);
    curve.n_enter.push_back(set.entered);
    curve.survival.push_back(survival);
    curve.variance_log.push_back(variance_log);
  });
}

}  // namespace

KaplanMeier kaplan_meier(const Counts& counts, const Tick& callback) {
  KaplanMeier curve;
  reserve_points(curve, counts.size());
  curve.stratum_begin.push_back(0);
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    tick(callback);
    add_stratum(curve, counts, stratum);
    curve.stratum_begin.push_back(curve.time.size());
  }
  return curve;
}

}  // namespace survlines
