// The slow obvious version of every estimator, written from the textbook definitions: each risk
// set is found by asking every row whether it is in it, and everything is added in long double.
// Nothing here is taken from the core; only Rows and CoxData, the input, are shared.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "cox_data.h"
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

// --- Cox ----------------------------------------------------------------------------------------

struct CoxPoint {
  Real loglik = 0;
  std::vector<Real> score;
  Matrix information;
  Matrix residual;             // [row][column]: score residuals, not weighted
  Matrix schoenfeld;           // the same shape; 0 for rows without event
  std::vector<Real> expected;  // number of events of each row, not weighted
};

// Everything about one risk set at one stage: shares v_i / sum v, mean and covariance of x under
// them. Stage l of d tied deaths (f = l / d) counts each death 1 - f times (Efron); Breslow is
// f = 0 throughout.
struct Stage {
  std::vector<std::size_t> members;
  std::vector<Real> share;  // of v_i = mass e_i (1 - f [dies]), in units of sum v
  std::vector<Real> risk;   // (1 - f [dies]) e_i / sum v: hazard of one unit of mass
  std::vector<Real> mean;
  Real log_sum = 0;  // log of sum v
};

inline Stage stage_of(const CoxData& data, const std::vector<Row>& rows,
                      const std::vector<Real>& eta, int stratum, int time, Real f) {
  Stage stage;
  Real top = -std::numeric_limits<Real>::infinity();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].stratum != stratum || !rows[i].at_risk(time)) continue;
    stage.members.push_back(i);
    top = std::max(top, eta[i]);
  }
  Real total = 0;
  for (const std::size_t i : stage.members) {
    const Real e = std::exp(eta[i] - top) * (rows[i].dies_at(time) ? 1 - f : 1);
    stage.risk.push_back(e);
    stage.share.push_back(rows[i].mass() * e);
    total += rows[i].mass() * e;
  }
  stage.mean.assign(data.n_columns(), 0);
  for (std::size_t k = 0; k < stage.members.size(); ++k) {
    stage.risk[k] /= total;
    stage.share[k] /= total;
    for (std::size_t j = 0; j < data.n_columns(); ++j) {
      stage.mean[j] += stage.share[k] * data.column[j][stage.members[k]];
    }
  }
  stage.log_sum = top + std::log(total);
  return stage;
}

// Adds stage l of one event time; `mass` is that of the deaths, shared by the stages.
inline void add_stage(CoxPoint& point, const CoxData& data, const std::vector<Row>& rows,
                      const Stage& stage, int time, Real mass, Real deaths) {
  const std::size_t p = data.n_columns();
  const Real mean_mass = mass / deaths;
  point.loglik -= mean_mass * stage.log_sum;
  for (std::size_t k = 0; k < stage.members.size(); ++k) {
    const std::size_t i = stage.members[k];
    point.expected[i] += mean_mass * stage.risk[k];
    for (std::size_t a = 0; a < p; ++a) {
      const Real from_mean = data.column[a][i] - stage.mean[a];
      for (std::size_t b = 0; b < p; ++b) {
        point.information[a][b] +=
            mean_mass * stage.share[k] * from_mean * (data.column[b][i] - stage.mean[b]);
      }
      // Martingale form: (x - mean) times (own event, spread over the stages, less hazard).
      point.residual[i][a] -= from_mean * mean_mass * stage.risk[k];
      if (!rows[i].dies_at(time)) continue;
      point.residual[i][a] += from_mean / deaths;
      point.schoenfeld[i][a] += from_mean / deaths;
    }
    if (!rows[i].dies_at(time)) continue;
    for (std::size_t a = 0; a < p; ++a) {
      point.score[a] += rows[i].mass() / deaths * (data.column[a][i] - stage.mean[a]);
    }
  }
}

inline CoxPoint cox_at(const CoxData& data, const std::vector<Real>& beta, bool efron) {
  const std::size_t p = data.n_columns();
  const std::vector<Row> rows = rows_of(data.rows);
  CoxPoint point;
  point.score.assign(p, 0);
  point.information = zero_matrix(p, p);
  point.residual = point.schoenfeld = zero_matrix(rows.size(), p);
  point.expected.assign(rows.size(), 0);
  std::vector<Real> eta;
  std::set<std::pair<int, int>> cells;  // (stratum, event time)
  for (std::size_t i = 0; i < rows.size(); ++i) {
    eta.push_back(data.offset_of(i));
    for (std::size_t j = 0; j < p; ++j) eta[i] += beta[j] * data.column[j][i];
    if (rows[i].event) cells.insert({rows[i].stratum, rows[i].exit});
  }
  for (const auto& [stratum, time] : cells) {
    Real deaths = 0;
    Real mass = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].stratum != stratum || !rows[i].dies_at(time)) continue;
      deaths += rows[i].frequency;
      mass += rows[i].mass();
      point.loglik += rows[i].mass() * eta[i];
    }
    for (int l = 0; l < deaths; ++l) {
      const Real f = efron ? l / deaths : 0;
      const Stage stage = stage_of(data, rows, eta, stratum, time, f);
      add_stage(point, data, rows, stage, time, mass, deaths);
    }
  }
  return point;
}

// B' B, a row of B being a cluster's sum of weighted residuals; without clusters every row, and
// every replicate of a row, is one.
inline Matrix clustered_middle(const CoxData& data, const Matrix& residual) {
  const std::size_t p = data.n_columns();
  const std::vector<Row> rows = rows_of(data.rows);
  Matrix middle = zero_matrix(p, p);
  Matrix total = zero_matrix(data.n_clusters, p);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t a = 0; a < p; ++a) {
      if (!data.cluster.empty()) {
        total[static_cast<std::size_t>(data.cluster[i])][a] += rows[i].mass() * residual[i][a];
        continue;
      }
      for (std::size_t b = 0; b < p; ++b) {
        middle[a][b] +=
            rows[i].frequency * rows[i].weight * residual[i][a] * rows[i].weight * residual[i][b];
      }
    }
  }
  for (const auto& sums : total) {
    for (std::size_t a = 0; a < p; ++a) {
      for (std::size_t b = 0; b < p; ++b) middle[a][b] += sums[a] * sums[b];
    }
  }
  return middle;
}

inline Matrix product(const Matrix& a, const Matrix& b) {
  Matrix result = zero_matrix(a.size(), b.empty() ? 0 : b[0].size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < result[i].size(); ++j) {
      for (std::size_t k = 0; k < b.size(); ++k) result[i][j] += a[i][k] * b[k][j];
    }
  }
  return result;
}

struct CoxFit {
  bool found = false;  // false: singular, or no maximum within reach
  std::vector<Real> coefficient;
  Matrix variance, robust_variance;
  CoxPoint at_start, at_maximum;
  Real score_test = 0;
};

// Smallest pivot of the information scaled to unit diagonal: how far from singular it is.
inline Real smallest_scaled_pivot(const Matrix& information) {
  Matrix a = information;
  const std::size_t n = a.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      a[i][j] /= std::sqrt(information[i][i] * information[j][j]);
    }
  }
  Real smallest = 1;
  for (std::size_t k = 0; k < n; ++k) {
    if (!(a[k][k] > 0)) return 0;
    smallest = std::min(smallest, a[k][k]);
    for (std::size_t i = k + 1; i < n; ++i) {
      for (std::size_t j = k + 1; j < n; ++j) a[i][j] -= a[i][k] * a[k][j] / a[k][k];
    }
  }
  return smallest;
}

// Newton's method in long double with step halving, from `start` until the step is 1e-13 standard
// errors. `worst_pivot` bounds how singular the information may be on the way.
inline CoxFit fit_cox(const CoxData& data, bool efron, std::vector<Real> beta,
                      Real worst_pivot = 1e-6L) {
  CoxFit fit;
  CoxPoint point = fit.at_start = cox_at(data, beta, efron);
  if (smallest_scaled_pivot(point.information) < worst_pivot) return fit;
  for (int iteration = 0; iteration < 60; ++iteration) {
    if (smallest_scaled_pivot(point.information) < worst_pivot) return fit;
    const std::vector<Real> step = solve(point.information, point.score);
    Real length = 0;
    for (std::size_t j = 0; j < beta.size(); ++j) length += step[j] * point.score[j];
    if (iteration == 0) fit.score_test = length;
    if (length < 1e-26L) {
      fit.found = true;
      break;
    }
    Real factor = 1;
    for (int halving = 0; halving < 40; ++halving, factor /= 2) {
      std::vector<Real> trial = beta;
      for (std::size_t j = 0; j < beta.size(); ++j) trial[j] += factor * step[j];
      CoxPoint at_trial = cox_at(data, trial, efron);
      if (at_trial.loglik < point.loglik - 1e-15L * std::fabs(point.loglik)) continue;
      beta = std::move(trial);
      point = std::move(at_trial);
      break;
    }
  }
  fit.coefficient = beta;
  fit.variance = inverse(point.information);
  const Matrix middle = clustered_middle(data, point.residual);
  fit.robust_variance = product(fit.variance, product(middle, fit.variance));
  fit.at_maximum = std::move(point);
  return fit;
}

// Whether the likelihood of one or two columns rises for ever in some direction: one in which each
// death scores at least as much as everybody at risk with it, and some death more than somebody
// (Bryson & Johnson 1981). The borders of the set of such directions are perpendicular to
// differences between a death and a row at risk, so trying those, and the differences, is enough.
inline bool likelihood_is_monotone(const CoxData& data) {
  const std::vector<Row> rows = rows_of(data.rows);
  const auto x = [&data](std::size_t column, std::size_t row) {
    return column < data.n_columns() ? Real{data.column[column][row]} : 0;
  };
  std::vector<std::pair<Real, Real>> differences;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; rows[i].event && k < rows.size(); ++k) {
      if (rows[k].stratum != rows[i].stratum || !rows[k].at_risk(rows[i].exit)) continue;
      differences.push_back({x(0, i) - x(0, k), x(1, i) - x(1, k)});
    }
  }
  for (const auto& [a, b] : differences) {
    for (const auto& [u, v] :
         {std::pair(a, b), std::pair(-a, -b), std::pair(-b, a), std::pair(b, -a)}) {
      bool never_falls = true;
      bool rises = false;
      for (const auto& [c, d] : differences) {
        never_falls = never_falls && u * c + v * d >= 0;
        rises = rises || u * c + v * d > 0;
      }
      if (never_falls && rises) return true;
    }
  }
  return false;
}

}  // namespace brute_force
