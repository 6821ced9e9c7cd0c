// Slow obvious versions of Aalen-Johansen and of the infinitesimal jackknife, from the definitions:
// the derivative of every curve in the weight of every row is carried along by the rules of
// products and quotients.
#pragma once

#include "brute_force.h"

namespace brute_force {

// A number and its derivative in the weight of one row.
struct Dual {
  Real value = 0;
  Real slope = 0;
};

inline Dual operator+(Dual a, Dual b) { return {a.value + b.value, a.slope + b.slope}; }
inline Dual operator*(Dual a, Dual b) {
  return {a.value * b.value, a.value * b.slope + a.slope * b.value};
}
inline Dual operator/(Dual a, Dual b) {
  return {a.value / b.value, (a.slope * b.value - a.value * b.slope) / (b.value * b.value)};
}

struct CurvePoint {
  int stratum, time;
  Dual survival, hazard;
  std::vector<Dual> incidence;
  std::vector<Real> cause_events, variance_aalen;
};

// The curves of the stratum of row `chosen`, with their derivatives in that row's weight; no
// derivatives when chosen is rows.size().
inline std::vector<CurvePoint> aalen_johansen(const std::vector<Row>& rows, std::size_t chosen,
                                              int n_causes) {
  const auto total = [&](auto&& belongs) {
    Dual sum;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (belongs(rows[i])) sum = sum + Dual{rows[i].mass(), Real{i == chosen ? 1.0L : 0.0L}};
    }
    return sum;
  };
  std::vector<CurvePoint> points;
  CurvePoint now{0, 0, {1, 0}, {0, 0}, {}, {}, {}};
  now.incidence.assign(static_cast<std::size_t>(n_causes), Dual{});
  for (const int t : times_of(rows)) {
    const Dual n = total([t](const Row& r) { return r.at_risk(t); });
    const Dual d = total([t](const Row& r) { return r.dies_at(t); });
    const Dual alive = total([t](const Row& r) { return r.at_risk(t) && !r.dies_at(t); });
    const Dual before = now.survival;
    now.time = t;
    now.cause_events.clear();
    for (int k = 0; k < n_causes; ++k) {
      const Dual own = total([t, k](const Row& r) { return r.dies_at(t) && r.group == k; });
      now.cause_events.push_back(own.value);
      if (own.value > 0) {
        Dual& incidence = now.incidence[static_cast<std::size_t>(k)];
        incidence = incidence + before * own / n;
      }
    }
    if (d.value > 0) {
      now.survival = now.survival * alive / n;
      now.hazard = now.hazard + d / n;
    }
    points.push_back(now);
  }
  return points;
}

// Variance of F_k at each point by the sum over all earlier event times, of which nothing is
// shared between points.
inline Real variance_aalen(const std::vector<Row>& rows, const std::vector<CurvePoint>& points,
                           std::size_t last, int cause) {
  const auto k = static_cast<std::size_t>(cause);
  Real variance = 0;
  for (std::size_t j = 0; j <= last; ++j) {
    const int s = points[j].time;
    const Real n = total_mass(rows, [s](const Row& r) { return r.at_risk(s); });
    const Real d = total_mass(rows, [s](const Row& r) { return r.dies_at(s); });
    if (d == 0) continue;
    const Real before = j == 0 ? 1 : points[j - 1].survival.value;
    const Real after = points[j].survival.value;
    const Real grown = points[last].incidence[k].value - points[j].incidence[k].value;
    const Real lost = after > 0 ? grown / after : 0;
    const Real own = points[j].cause_events[k];
    const Real other = d - own;
    const auto ties = [n](Real x) { return x > 1 ? (n - x) / (n - 1) : Real{1}; };
    const Real unit = before * before / (n * n);
    variance += unit * own * ties(own) * (1 - lost) * (1 - lost);
    variance += unit * other * ties(other) * lost * lost;
  }
  return variance;
}

struct JackknifePoint {
  Real survival = 0, hazard = 0;
  std::vector<Real> incidence;
};

// Squared influences, added over clusters. `cluster` names the cluster of each row of `rows`.
inline std::vector<JackknifePoint> jackknife(const std::vector<Row>& rows,
                                             const std::vector<int>& cluster, int n_clusters,
                                             int n_causes) {
  const std::size_t n_points = times_of(rows).size();
  std::vector<JackknifePoint> result(n_points);
  for (JackknifePoint& point : result)
    point.incidence.assign(static_cast<std::size_t>(n_causes), 0);
  for (int c = 0; c < n_clusters; ++c) {
    std::vector<JackknifePoint> sum(n_points);
    for (JackknifePoint& point : sum) point.incidence.assign(static_cast<std::size_t>(n_causes), 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (cluster[i] != c) continue;
      const auto curve = aalen_johansen(rows, i, n_causes);
      for (std::size_t j = 0; j < n_points; ++j) {
        sum[j].survival += rows[i].mass() * curve[j].survival.slope;
        sum[j].hazard += rows[i].mass() * curve[j].hazard.slope;
        for (std::size_t k = 0; k < sum[j].incidence.size(); ++k) {
          sum[j].incidence[k] += rows[i].mass() * curve[j].incidence[k].slope;
        }
      }
    }
    for (std::size_t j = 0; j < n_points; ++j) {
      result[j].survival += sum[j].survival * sum[j].survival;
      result[j].hazard += sum[j].hazard * sum[j].hazard;
      for (std::size_t k = 0; k < sum[j].incidence.size(); ++k) {
        result[j].incidence[k] += sum[j].incidence[k] * sum[j].incidence[k];
      }
    }
  }
  return result;
}

}  // namespace brute_force
