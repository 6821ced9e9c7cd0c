// The slow obvious version of every estimator, written from the textbook definitions: each risk
// set is found by asking every row whether it is in it, and everything is added in long double.
// Nothing here is taken from the core; only Rows, the input, is shared.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "random_data.h"

namespace brute_force {

using Real = long double;
using Matrix = std::vector<std::vector<Real>>;

// --- who is at risk, who leaves -----------------------------------------------------------------

struct Row {
  int entry, exit, stratum, group;
  bool event;
  Real weight;
  Real frequency;

  Real mass() const { return weight * frequency; }
  bool at_risk(int time) const { return entry < time && time <= exit; }
  bool dies_at(int time) const { return exit == time && event; }
};

inline std::vector<Row> rows_of(const Rows& rows) {
  std::vector<Row> result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.push_back({rows.entry.empty() ? -1 : rows.entry[i], rows.exit[i],
                      rows.stratum.empty() ? 0 : rows.stratum[i],
                      rows.group.empty() ? 0 : rows.group[i], rows.event[i] == 1,
                      rows.weight.empty() ? 1 : Real{rows.weight[i]},
                      rows.frequency.empty() ? 1 : Real{rows.frequency[i]}});
  }
  return result;
}

inline std::vector<Row> rows_of_stratum(const Rows& rows, int stratum) {
  std::vector<Row> result;
  for (const Row& row : rows_of(rows)) {
    if (row.stratum == stratum) result.push_back(row);
  }
  return result;
}

// Times at which a row enters (late) or leaves.
inline std::set<int> times_of(const std::vector<Row>& rows) {
  std::set<int> times;
  for (const Row& row : rows) {
    times.insert(row.exit);
    if (row.entry >= 0) times.insert(row.entry);
  }
  return times;
}

template <class Chosen>
Real total_mass(const std::vector<Row>& rows, Chosen&& chosen) {
  Real total = 0;
  for (const Row& row : rows) {
    if (chosen(row)) total += row.mass();
  }
  return total;
}

// --- Kaplan-Meier -------------------------------------------------------------------------------

struct KaplanMeierPoint {
  int stratum, time;
  Real n_risk, n_event, n_censor, n_enter, survival, variance_log;
};

inline std::vector<KaplanMeierPoint> kaplan_meier(const Rows& all) {
  std::vector<KaplanMeierPoint> points;
  for (int stratum = 0; stratum < all.n_strata; ++stratum) {
    const std::vector<Row> rows = rows_of_stratum(all, stratum);
    Real survival = 1;
    Real variance = 0;
    for (const int t : times_of(rows)) {
      const Real n = total_mass(rows, [t](const Row& r) { return r.at_risk(t); });
      const Real d = total_mass(rows, [t](const Row& r) { return r.dies_at(t); });
      // n - d as a sum of its own: the difference would lose the light rows beside heavy ones.
      const Real alive =
          total_mass(rows, [t](const Row& r) { return r.at_risk(t) && !r.dies_at(t); });
      const Real c = total_mass(rows, [t](const Row& r) { return r.exit == t && !r.event; });
      const Real e = total_mass(rows, [t](const Row& r) { return r.entry == t; });
      if (d > 0) {
        survival *= alive / n;
        variance += alive > 0 ? d / (n * alive) : std::numeric_limits<Real>::infinity();
      }
      points.push_back({stratum, t, n, d, c, e, survival, variance});
    }
  }
  return points;
}

// --- linear algebra -----------------------------------------------------------------------------

inline Matrix zero_matrix(std::size_t rows, std::size_t columns) {
  return Matrix(rows, std::vector<Real>(columns, 0));
}

// Solves a x = b by elimination with the largest pivot of the column.
inline std::vector<Real> solve(Matrix a, std::vector<Real> b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::fabs(a[i][k]) > std::fabs(a[best][k])) best = i;
    }
    std::swap(a[k], a[best]);
    std::swap(b[k], b[best]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const Real multiple = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= multiple * a[k][j];
      b[i] -= multiple * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) b[k] -= a[k][j] * b[j];
    b[k] /= a[k][k];
  }
  return b;
}

inline Matrix inverse(const Matrix& a) {
  Matrix result = a;
  for (std::size_t j = 0; j < a.size(); ++j) {
    std::vector<Real> unit(a.size(), 0);
    unit[j] = 1;
    const std::vector<Real> column = solve(a, unit);
    for (std::size_t i = 0; i < a.size(); ++i) result[i][j] = column[i];
  }
  return result;
}

// --- log-rank -----------------------------------------------------------------------------------

struct LogRank {
  Matrix observed, expected;  // [stratum][group]
  Matrix covariance;          // [group][group]
  Real chi_square = 0;
  int df = 0;
};

// Groups that were ever at risk together, at a time when some but not all at risk died, can be
// compared with each other. `component[g]` names the set of groups g belongs to.
inline std::vector<int> comparable_groups(const Matrix& covariance) {
  const int n = static_cast<int>(covariance.size());
  std::vector<int> component(covariance.size());
  for (int g = 0; g < n; ++g) component[static_cast<std::size_t>(g)] = g;
  for (int round = 0; round < n; ++round) {
    for (std::size_t g = 0; g < component.size(); ++g) {
      for (std::size_t h = 0; h < component.size(); ++h) {
        if (covariance[g][h] < 0) component[g] = std::min(component[g], component[h]);
      }
    }
  }
  return component;
}

// One group of each component is left out: what remains has a regular covariance.
inline void add_test(LogRank& result) {
  const std::vector<int> component = comparable_groups(result.covariance);
  std::vector<std::size_t> kept;
  for (std::size_t g = 0; g < component.size(); ++g) {
    if (component[g] != static_cast<int>(g)) kept.push_back(g);
  }
  Matrix covariance = zero_matrix(kept.size(), kept.size());
  std::vector<Real> difference(kept.size(), 0);
  for (std::size_t a = 0; a < kept.size(); ++a) {
    for (std::size_t s = 0; s < result.observed.size(); ++s) {
      difference[a] += result.observed[s][kept[a]] - result.expected[s][kept[a]];
    }
    for (std::size_t b = 0; b < kept.size(); ++b) {
      covariance[a][b] = result.covariance[kept[a]][kept[b]];
    }
  }
  const std::vector<Real> solution = solve(covariance, difference);
  for (std::size_t a = 0; a < kept.size(); ++a) result.chi_square += difference[a] * solution[a];
  result.df = static_cast<int>(kept.size());
}

// Mantel's hypergeometric mean and covariance, time by time, on the rows written out one by one.
inline LogRank log_rank(const Rows& all) {
  const auto n_strata = static_cast<std::size_t>(all.n_strata);
  const auto n_groups = static_cast<std::size_t>(all.n_groups);
  LogRank result{zero_matrix(n_strata, n_groups), zero_matrix(n_strata, n_groups),
                 zero_matrix(n_groups, n_groups)};
  for (std::size_t s = 0; s < n_strata; ++s) {
    const std::vector<Row> rows = rows_of_stratum(all, static_cast<int>(s));
    for (const int t : times_of(rows)) {
      const Real d = total_mass(rows, [t](const Row& r) { return r.dies_at(t); });
      if (d == 0) continue;
      const Real n = total_mass(rows, [t](const Row& r) { return r.at_risk(t); });
      std::vector<Real> n_of(n_groups, 0);
      for (const Row& row : rows) {
        const auto g = static_cast<std::size_t>(row.group);
        if (row.at_risk(t)) n_of[g] += row.mass();
        if (row.dies_at(t)) result.observed[s][g] += row.mass();
      }
      for (std::size_t g = 0; g < n_groups; ++g) {
        result.expected[s][g] += d * n_of[g] / n;
        if (n <= 1) continue;
        const Real share = d * (n - d) / (n - 1) * n_of[g] / n;
        for (std::size_t h = 0; h < n_groups; ++h) {
          result.covariance[g][h] += share * (h == g ? (n - n_of[h]) / n : -n_of[h] / n);
        }
      }
    }
  }
  add_test(result);
  return result;
}

}  // namespace brute_force
