// Random Cox models with the columns both sides need: the core's and the brute force's.
#pragma once

#include <cstddef>
#include <vector>

#include "brute_force_cox.h"
#include "core/counts.h"
#include "core/cox_point.h"
#include "core/exact_ties.h"
#include "core/marginal_ties.h"
#include "random_data.h"

struct RandomCox {
  Rows rows;
  std::size_t n_columns = 2;
  std::vector<double> x;  // column-major
  std::vector<double> offset;
  std::vector<double> beta;
  survlines::Ties ties = survlines::Ties::efron;

  survlines::Design design() const {
    survlines::Design design;
    design.n_columns = n_columns;
    design.x = x.data();
    design.offset = offset.empty() ? nullptr : offset.data();
    return design;
  }

  survlines::CoxPoint point() const {
    return survlines::cox_point(rows.view(), design(), beta, ties, {});
  }

  brute_force::CoxProblem problem() const {
    brute_force::CoxProblem problem;
    problem.rows = brute_force::rows_of(rows);
    problem.efron = ties == survlines::Ties::efron;
    problem.beta.assign(beta.begin(), beta.end());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      problem.offset.push_back(offset.empty() ? 0 : offset[i]);
      problem.x.emplace_back();
      for (std::size_t j = 0; j < n_columns; ++j) {
        problem.x.back().push_back(x[j * rows.size() + i]);
      }
    }
    return problem;
  }
};

// `spread` is about the range of the linear predictor.
inline RandomCox random_cox(Random& random, double spread) {
  Recipe recipe;
  recipe.most_groups = 1;
  recipe.late_entry = random.chance(0.5);
  recipe.frequency = random.chance(0.3);
  recipe.weights = random.chance(0.4) ? Weights::ordinary : Weights::none;
  RandomCox cox;
  cox.rows = random_rows(random, recipe);
  cox.ties = random.chance(0.5) ? survlines::Ties::efron : survlines::Ties::breslow;
  const std::size_t n = cox.rows.size();
  for (std::size_t i = 0; i < n; ++i) cox.x.push_back(random.between(-1.0, 1.0));
  for (std::size_t i = 0; i < n; ++i) cox.x.push_back(random.below(3));
  if (random.chance(0.4)) {
    for (std::size_t i = 0; i < n; ++i) cox.offset.push_back(random.between(-1.0, 1.0));
  }
  cox.beta = {random.between(-spread, spread) / 2, random.between(-1.0, 1.0)};
  return cox;
}

// Few rows, no weights: what is looked at are all subsets, or all orders, of rows.
inline RandomCox small_cox(Random& random, double spread) {
  RandomCox cox = random_cox(random, spread);
  while (cox.rows.size() > 12 || !cox.rows.weight.empty() || !cox.rows.frequency.empty()) {
    cox = random_cox(random, spread);
  }
  return cox;
}

// A problem with each row as often as its frequency says.
inline RandomCox replicated(const RandomCox& cox) {
  RandomCox result = cox;
  result.rows = cox.rows.replicated();
  result.x.clear();
  result.offset.clear();
  const auto replicate = [&cox](const std::vector<double>& from, std::size_t start,
                                std::vector<double>& to) {
    for (std::size_t i = 0; i < cox.rows.size(); ++i) {
      for (int copy = 0; copy < cox.rows.frequency[i]; ++copy) to.push_back(from[start + i]);
    }
  };
  for (std::size_t j = 0; j < cox.n_columns; ++j) {
    replicate(cox.x, j * cox.rows.size(), result.x);
  }
  if (!cox.offset.empty()) replicate(cox.offset, 0, result.offset);
  return result;
}

// The same rows, no two of which end at the same time.
inline void untie(RandomCox& cox, Random& random) {
  cox.rows.n_times = static_cast<std::int32_t>(cox.rows.size());
  cox.rows.entry.clear();
  const std::vector<std::size_t> order = random.permutation(cox.rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    cox.rows.exit[i] = static_cast<std::int32_t>(order[i]);
  }
}

// The likelihoods that are no sums over rows, at the coefficients of a problem, as fit_cox()
// prepares them.
inline survlines::Derivatives derivatives_of(const RandomCox& cox, survlines::Ties ties) {
  const survlines::SurvivalView view = cox.rows.view();
  const survlines::Design design = cox.design();
  const survlines::EventGrid grid = survlines::event_grid(survlines::count_rows(view));
  const survlines::CellRuns runs = survlines::cell_runs(view, grid);
  const survlines::Standardization standard = survlines::standardize(view, design, runs);
  const survlines::CoxRows rows = survlines::cox_rows(view, design, grid, runs, standard);
  std::vector<double> beta = cox.beta;
  for (std::size_t j = 0; j < beta.size(); ++j) beta[j] *= standard.unit[j];
  survlines::Derivatives found =
      ties == survlines::Ties::exact
          ? survlines::exact_derivatives(rows, grid, beta, {})
          : survlines::marginal_derivatives(
                rows, survlines::surviving_rows(view, design, grid, runs, standard), grid, beta,
                {});
  for (std::size_t j = 0; j < beta.size(); ++j) {
    found.score[j] *= standard.unit[j];
    for (std::size_t k = 0; k < beta.size(); ++k) {
      found.information(j, k) *= standard.unit[j] * standard.unit[k];
    }
  }
  return found;
}
