// Random Cox models with the columns both sides need: the core's and the brute force's.
#pragma once

#include <cstddef>
#include <vector>

#include "brute_force_cox.h"
#include "core/cox_point.h"
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
