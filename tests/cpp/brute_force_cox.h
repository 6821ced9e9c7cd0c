// Cox models from their definitions: every event time is taken apart into its steps, one for each
// death (Efron: the l-th step has the share 1 - l/d of every death of that time still at risk;
// Breslow: all of them), and each quantity is a plain sum over steps and rows in long double.
#pragma once

#include <cmath>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "brute_force.h"

namespace brute_force {

struct CoxProblem {
  std::vector<Row> rows;
  Matrix x;  // row by row
  std::vector<Real> offset;
  std::vector<Real> beta;
  bool efron = true;

  std::size_t p() const { return beta.size(); }
  Real eta(std::size_t i) const {
    Real sum = offset[i];
    for (std::size_t j = 0; j < p(); ++j) sum += beta[j] * x[i][j];
    return sum;
  }
};

struct CoxStep {
  int stratum, time;
  std::size_t deaths;       // of the event time, replicates counted
  Real event_mass;          // of one death: the mean
  std::vector<Real> share;  // of each row still at risk
  Real s0;                  // total of mass share exp(eta)
  std::vector<Real> mean;   // of the covariates

  Real jump() const { return event_mass / s0; }
};

inline void add_totals(const CoxProblem& problem, CoxStep& step) {
  step.s0 = 0;
  step.mean.assign(problem.p(), 0);
  for (std::size_t i = 0; i < problem.rows.size(); ++i) {
    if (step.share[i] == 0) continue;
    const Real term = problem.rows[i].mass() * step.share[i] * std::exp(problem.eta(i));
    step.s0 += term;
    for (std::size_t j = 0; j < problem.p(); ++j) step.mean[j] += term * problem.x[i][j];
  }
  for (Real& value : step.mean) value /= step.s0;
}

inline void add_steps_at(const CoxProblem& problem, int stratum, int time,
                         std::vector<CoxStep>& steps) {
  Real deaths = 0;
  Real mass = 0;
  for (const Row& row : problem.rows) {
    if (row.stratum != stratum || !row.dies_at(time)) continue;
    deaths += row.frequency;
    mass += row.mass();
  }
  for (int l = 0; l < static_cast<int>(deaths); ++l) {
    CoxStep step{stratum, time, static_cast<std::size_t>(deaths), mass / deaths, {}, 0, {}};
    for (const Row& row : problem.rows) {
      const bool at_risk = row.stratum == stratum && row.at_risk(time);
      const bool leaving = problem.efron && row.dies_at(time);
      step.share.push_back(!at_risk ? 0 : leaving ? 1 - l / deaths : Real{1});
    }
    add_totals(problem, step);
    steps.push_back(std::move(step));
  }
}

inline std::vector<CoxStep> cox_steps(const CoxProblem& problem) {
  std::set<std::pair<int, int>> event_times;
  for (const Row& row : problem.rows) {
    if (row.event) event_times.insert({row.stratum, row.exit});
  }
  std::vector<CoxStep> steps;
  for (const auto& [stratum, time] : event_times) add_steps_at(problem, stratum, time, steps);
  return steps;
}

// The share of row i's own event that happens in a step.
inline Real event_in_step(const CoxProblem& problem, const CoxStep& step, std::size_t i) {
  const Row& row = problem.rows[i];
  const bool dies = row.stratum == step.stratum && row.dies_at(step.time);
  return dies ? Real{1} / static_cast<Real>(step.deaths) : Real{0};
}

inline std::vector<Real> cox_expected(const CoxProblem& problem) {
  std::vector<Real> expected(problem.rows.size(), 0);
  for (const CoxStep& step : cox_steps(problem)) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expected[i] += step.share[i] * std::exp(problem.eta(i)) * step.jump();
    }
  }
  return expected;
}

inline Matrix cox_score_residuals(const CoxProblem& problem) {
  Matrix residuals = zero_matrix(problem.rows.size(), problem.p());
  for (const CoxStep& step : cox_steps(problem)) {
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      if (step.share[i] == 0) continue;
      const Real martingale =
          event_in_step(problem, step, i) - step.share[i] * std::exp(problem.eta(i)) * step.jump();
      for (std::size_t j = 0; j < problem.p(); ++j) {
        residuals[i][j] += (problem.x[i][j] - step.mean[j]) * martingale;
      }
    }
  }
  return residuals;
}

// For each row with an event; other rows stay zero.
inline Matrix cox_schoenfeld(const CoxProblem& problem) {
  Matrix residuals = zero_matrix(problem.rows.size(), problem.p());
  for (const CoxStep& step : cox_steps(problem)) {
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      const Real event = event_in_step(problem, step, i);
      for (std::size_t j = 0; j < problem.p(); ++j) {
        if (event > 0) residuals[i][j] += (problem.x[i][j] - step.mean[j]) * event;
      }
    }
  }
  return residuals;
}

// Who a prediction is for, and when.
struct CoxTarget {
  std::vector<Real> x;
  Real offset;
  int stratum, entry, exit;
};

struct CoxHazard {
  Real hazard = 0;             // expected events
  Real relative_variance = 0;  // of the jumps, over hazard^2
};

inline CoxHazard cox_hazard(const CoxProblem& problem, const CoxTarget& target) {
  CoxHazard result;
  Real variance = 0;
  for (const CoxStep& step : cox_steps(problem)) {
    if (step.stratum != target.stratum) continue;
    if (step.time <= target.entry || step.time > target.exit) continue;
    result.hazard += step.jump();
    variance += step.jump() / step.s0;
  }
  result.relative_variance = variance / (result.hazard * result.hazard);
  Real eta = target.offset;
  for (std::size_t j = 0; j < problem.p(); ++j) eta += problem.beta[j] * target.x[j];
  result.hazard *= std::exp(eta);
  return result;
}

// d log(hazard) / d beta_j, by differences.
inline Real cox_hazard_slope(CoxProblem problem, const CoxTarget& target, std::size_t j) {
  const Real h = 1e-5L;
  problem.beta[j] += h;
  const Real above = std::log(cox_hazard(problem, target).hazard);
  problem.beta[j] -= 2 * h;
  const Real below = std::log(cox_hazard(problem, target).hazard);
  return (above - below) / (2 * h);
}

// Score of theta in x (beta + theta g) at theta = 0, and sums of g^k times the covariance of the
// covariates over the risk sets, k = 0, 1, 2; g is a function of the time.
struct CoxInteraction {
  std::vector<Real> score;
  std::vector<Matrix> information;
};

inline Matrix covariance_in_step(const CoxProblem& problem, const CoxStep& step) {
  Matrix covariance = zero_matrix(problem.p(), problem.p());
  for (std::size_t i = 0; i < problem.rows.size(); ++i) {
    if (step.share[i] == 0) continue;
    const Real share = problem.rows[i].mass() * step.share[i] * std::exp(problem.eta(i)) / step.s0;
    for (std::size_t j = 0; j < problem.p(); ++j) {
      for (std::size_t k = 0; k < problem.p(); ++k) {
        covariance[j][k] +=
            share * (problem.x[i][j] - step.mean[j]) * (problem.x[i][k] - step.mean[k]);
      }
    }
  }
  return covariance;
}

template <class Function>
CoxInteraction cox_interaction(const CoxProblem& problem, Function&& g) {
  const std::size_t p = problem.p();
  CoxInteraction result;
  result.score.assign(p, 0);
  result.information.assign(3, zero_matrix(p, p));
  for (const CoxStep& step : cox_steps(problem)) {
    const Real at = g(step.time);
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
      const Real event = problem.rows[i].mass() * event_in_step(problem, step, i);
      for (std::size_t j = 0; j < p; ++j) {
        result.score[j] += at * event * (problem.x[i][j] - step.mean[j]);
      }
    }
    const Matrix covariance = covariance_in_step(problem, step);
    Real factor = step.event_mass;
    for (Matrix& sum : result.information) {
      for (std::size_t j = 0; j < p; ++j) {
        for (std::size_t k = 0; k < p; ++k) sum[j][k] += factor * covariance[j][k];
      }
      factor *= at;
    }
  }
  return result;
}

// The linear predictors of those who die at an event time and of those at risk who do not.
struct EventTimeRows {
  std::vector<Real> dying, surviving;
};

inline std::vector<EventTimeRows> event_time_rows(const CoxProblem& problem) {
  std::set<std::pair<int, int>> event_times;
  for (const Row& row : problem.rows) {
    if (row.event) event_times.insert({row.stratum, row.exit});
  }
  std::vector<EventTimeRows> result;
  for (const auto& [stratum, time] : event_times) {
    EventTimeRows here;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
      const Row& row = problem.rows[i];
      if (row.stratum != stratum || !row.at_risk(time)) continue;
      (row.dies_at(time) ? here.dying : here.surviving).push_back(problem.eta(i));
    }
    result.push_back(std::move(here));
  }
  return result;
}

// The exact partial log-likelihood: every subset of the rows at risk that has as many members as
// there were deaths. Rows are not replicated, and few.
inline Real exact_loglik(const CoxProblem& problem) {
  Real loglik = 0;
  for (const EventTimeRows& at : event_time_rows(problem)) {
    std::vector<Real> eta = at.dying;
    eta.insert(eta.end(), at.surviving.begin(), at.surviving.end());
    for (const Real value : at.dying) loglik += value;
    Real total = 0;
    for (unsigned subset = 0; subset < (1U << eta.size()); ++subset) {
      Real sum = 0;
      std::size_t members = 0;
      for (std::size_t i = 0; i < eta.size(); ++i) {
        if ((subset >> i & 1U) == 0) continue;
        sum += eta[i];
        ++members;
      }
      if (members == at.dying.size()) total += std::exp(sum);
    }
    loglik -= std::log(total);
  }
  return loglik;
}

// The total over all orders in which the `left` of the dying may die of the product of
// exp(eta) / (total of exp(eta) over those still at risk), by who is first.
inline Real total_over_orders(const EventTimeRows& at, unsigned left, Real surviving) {
  if (left == 0) return 1;
  Real at_risk = surviving;
  for (std::size_t i = 0; i < at.dying.size(); ++i) {
    if (left >> i & 1U) at_risk += std::exp(at.dying[i]);
  }
  Real total = 0;
  for (std::size_t i = 0; i < at.dying.size(); ++i) {
    if ((left >> i & 1U) == 0) continue;
    total += std::exp(at.dying[i]) / at_risk * total_over_orders(at, left & ~(1U << i), surviving);
  }
  return total;
}

// The marginal log-likelihood. Rows are not replicated, and few die at one time.
inline Real marginal_loglik(const CoxProblem& problem) {
  Real loglik = 0;
  for (const EventTimeRows& at : event_time_rows(problem)) {
    Real surviving = 0;
    for (const Real value : at.surviving) surviving += std::exp(value);
    loglik += std::log(total_over_orders(at, (1U << at.dying.size()) - 1, surviving));
  }
  return loglik;
}

}  // namespace brute_force
