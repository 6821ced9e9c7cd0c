#include "core/km.h"

#include <cmath>

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

// Calls point(set, survival, variance_log) for each time of the stratum.
template <class Point>
void each_point(const Counts& counts, std::int32_t stratum, const Point& point) {
  double survival = 1;
  double variance_log = 0;
  sweep(counts, stratum, [&](const RiskSet& set, const GroupsAtRisk&) {
    if (set.events > 0) {
      survival *= set.survivors / set.at_risk;
      variance_log += set.events / (set.at_risk * set.survivors);
    }
    point(set, survival, variance_log);
  });
}

// Where the points of each stratum begin; n_points_through(stratum) makes them and says how many
// there are by now.
template <class Points>
std::vector<std::size_t> each_stratum(const Counts& counts, const Tick& callback,
                                      const Points& n_points_through) {
  std::vector<std::size_t> begin = {0};
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    tick(callback);
    begin.push_back(n_points_through(stratum));
  }
  return begin;
}

}  // namespace

KaplanMeier kaplan_meier(const Counts& counts, const Tick& callback) {
  KaplanMeier curve;
  reserve_points(curve, counts.size());
  const auto add_point = [&](const RiskSet& set, double survival, double variance_log) {
    curve.time.push_back(set.time);
    curve.n_risk.push_back(set.at_risk);
    curve.n_event.push_back(set.events);
    curve.n_censor.push_back(set.censored);
    curve.n_enter.push_back(set.entered);
    curve.survival.push_back(survival);
    curve.variance_log.push_back(variance_log);
  };
  curve.stratum_begin = each_stratum(counts, callback, [&](std::int32_t stratum) {
    each_point(counts, stratum, add_point);
    return curve.time.size();
  });
  return curve;
}

std::size_t count_points(const Counts& counts) {
  if (counts.n_groups == 1) return counts.size();
  std::size_t n = 0;
  for (std::size_t s = 0; s + 1 < counts.stratum_begin.size(); ++s) {
    for (std::size_t c = counts.stratum_begin[s]; c < counts.stratum_begin[s + 1]; ++c) {
      n += c == counts.stratum_begin[s] || counts.time[c] != counts.time[c - 1];
    }
  }
  return n;
}

std::vector<std::size_t> write_kaplan_meier(const Counts& counts, const double* time_of_rank,
                                            const CurveColumns& to, const Tick& callback) {
  std::size_t n = 0;
  const auto write_point = [&](const RiskSet& set, double survival, double variance_log) {
    to.time[n] = time_of_rank[set.time];
    to.n_risk[n] = set.at_risk;
    to.n_event[n] = set.events;
    to.n_censor[n] = set.censored;
    if (to.n_enter) to.n_enter[n] = set.entered;
    to.survival[n] = survival;
    to.std_error_log[n] = std::sqrt(variance_log);
    ++n;
  };
  return each_stratum(counts, callback, [&](std::int32_t stratum) {
    each_point(counts, stratum, write_point);
    return n;
  });
}

}  // namespace survlines
