#include "core/hazard.h"

#include <cstddef>
#include <cstdint>

#include "core/risk_set.h"

namespace survlines {
namespace {

std::int64_t number_of_deaths(const RiskSet& set, const Counts& counts) {
  std::int64_t deaths = 0;
  for (std::size_t c = set.cell_begin; c < set.cell_end; ++c) deaths += counts.rows_events_at(c);
  return deaths;
}

}  // namespace

CumulativeHazard cumulative_hazard(const Counts& counts, TiedDeaths tied, const Tick& callback) {
  CumulativeHazard curve;
  curve.hazard.reserve(counts.size());
  curve.variance.reserve(counts.size());
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    tick(callback);
    double hazard = 0;
    double variance = 0;
    sweep(counts, stratum, [&](const RiskSet& set, const GroupsAtRisk&) {
      const std::int64_t steps = tied == TiedDeaths::together ? 1 : number_of_deaths(set, counts);
      const double share = steps > 0 ? set.events / static_cast<double>(steps) : 0.0;
      for (std::int64_t k = 0; k < steps && share > 0; ++k) {
        const double n = set.at_risk - static_cast<double>(k) * share;
        hazard += share / n;
        variance += share / n / n;
      }
      curve.hazard.push_back(hazard);
      curve.variance.push_back(variance);
    });
  }
  return curve;
}

}  // namespace survlines
