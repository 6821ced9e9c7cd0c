#include "core/exact_ties.h"

#include "catch.h"
#include "near.h"
#include "random_cox.h"

using brute_force::Real;

namespace {

struct Prepared {
  survlines::EventGrid grid;
  survlines::CoxRows rows;
  std::vector<double> unit;
};

// The rows of a problem as fit_cox() prepares them.
Prepared prepare(const RandomCox& cox) {
  RandomCox breslow = cox;
  breslow.ties = survlines::Ties::breslow;
  const survlines::CoxPoint point = breslow.point();
  return {point.grid, point.rows, point.standardization.unit};
}

// Few rows, no weights: all subsets are looked at.
RandomCox small_cox(Random& random, double spread) {
  RandomCox cox = random_cox(random, spread);
  while (cox.rows.size() > 12 || !cox.rows.weight.empty() || !cox.rows.frequency.empty()) {
    cox = random_cox(random, spread);
  }
  return cox;
}

Real loglik_at(brute_force::CoxProblem problem, std::size_t j, Real hj, std::size_t k, Real hk) {
  problem.beta[j] += hj;
  problem.beta[k] += hk;
  return brute_force::exact_loglik(problem);
}

}  // namespace

TEST_CASE("the exact likelihood and its derivatives are those of all subsets") {
  const Real h = 1e-4L;
  for (int seed = 1; seed <= 150; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = small_cox(random, 4);
    const brute_force::CoxProblem problem = cox.problem();
    const Prepared prepared = prepare(cox);
    std::vector<double> beta = cox.beta;
    for (std::size_t j = 0; j < 2; ++j) beta[j] *= prepared.unit[j];
    const survlines::Derivatives found =
        survlines::exact_derivatives(prepared.rows, prepared.grid, beta, {});
    CHECK(near(found.loglik, brute_force::exact_loglik(problem), 1e-11L, 1.0L));
    for (std::size_t j = 0; j < 2; ++j) {
      const Real slope =
          (loglik_at(problem, j, h, j, 0) - loglik_at(problem, j, -h, j, 0)) / (2 * h);
      CAPTURE(j);
      CHECK(near(found.score[j] * prepared.unit[j], slope, 1e-6L, 1.0L));
      for (std::size_t k = 0; k < 2; ++k) {
        const Real bend = (loglik_at(problem, j, h, k, h) - loglik_at(problem, j, h, k, -h) -
                           loglik_at(problem, j, -h, k, h) + loglik_at(problem, j, -h, k, -h)) /
                          (4 * h * h);
        CAPTURE(k);
        CHECK(near(found.information(j, k) * prepared.unit[j] * prepared.unit[k], -bend, 1e-5L,
                   1.0L));
      }
    }
  }
}

TEST_CASE("the exact likelihood survives linear predictors that span 2000") {
  for (int seed = 1; seed <= 60; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = small_cox(random, 2000);
    const Prepared prepared = prepare(cox);
    std::vector<double> beta = cox.beta;
    for (std::size_t j = 0; j < 2; ++j) beta[j] *= prepared.unit[j];
    const Real found = survlines::exact_derivatives(prepared.rows, prepared.grid, beta, {}).loglik;
    CHECK(near(found, brute_force::exact_loglik(cox.problem()), 1e-11L, 1000.0L));
  }
}

TEST_CASE("so many subsets that their number has no double") {
  Rows rows;
  rows.n_times = 2;
  for (int i = 0; i < 2400; ++i) {
    rows.exit.push_back(i % 2);
    rows.event.push_back(i % 2 == 0);
  }
  RandomCox cox;
  cox.rows = rows;
  cox.n_columns = 1;
  cox.beta = {0};
  for (int i = 0; i < 2400; ++i) cox.x.push_back(i % 3);
  const Prepared prepared = prepare(cox);
  const double found = survlines::exact_derivatives(prepared.rows, prepared.grid, {0}, {}).loglik;
  // One over the number of ways to choose 1200 of 2400.
  CHECK(near(found, 2 * std::lgamma(1201.0) - std::lgamma(2401.0), 1e-10L));
}

TEST_CASE("a row of frequency 2 is two rows, and without ties all methods agree") {
  for (int seed = 1; seed <= 40; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    RandomCox cox = small_cox(random, 2);
    for (std::size_t i = 0; i < cox.rows.size(); ++i) {
      cox.rows.frequency.push_back(random.between(1, 3));
    }
    RandomCox twice = cox;
    twice.rows = cox.rows.replicated();
    twice.x.clear();
    twice.offset.clear();
    const auto replicate = [&](const std::vector<double>& from, std::size_t start) {
      std::vector<double> result;
      for (std::size_t i = 0; i < cox.rows.size(); ++i) {
        for (int copy = 0; copy < cox.rows.frequency[i]; ++copy) result.push_back(from[start + i]);
      }
      return result;
    };
    for (std::size_t j = 0; j < 2; ++j) {
      const std::vector<double> column = replicate(cox.x, j * cox.rows.size());
      twice.x.insert(twice.x.end(), column.begin(), column.end());
    }
    if (!cox.offset.empty()) twice.offset = replicate(cox.offset, 0);
    const survlines::CoxControl control{survlines::Ties::exact, {}, {}};
    const survlines::CoxFit here =
        survlines::fit_cox(cox.rows.view(), cox.design(), {0, 0}, {}, control);
    const survlines::CoxFit there =
        survlines::fit_cox(twice.rows.view(), twice.design(), {0, 0}, {}, control);
    CHECK(near(here.loglik, there.loglik, 1e-8L, 1.0L));
    CHECK(near(here.loglik_start, there.loglik_start, 1e-10L, 1.0L));

    RandomCox untied = small_cox(random, 2);
    untied.rows.n_times = static_cast<std::int32_t>(untied.rows.size());
    untied.rows.entry.clear();
    const std::vector<std::size_t> order = random.permutation(untied.rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      untied.rows.exit[i] = static_cast<std::int32_t>(order[i]);
    }
    if (untied.rows.size() == 0) continue;
    const survlines::CoxFit exact =
        survlines::fit_cox(untied.rows.view(), untied.design(), {0, 0}, {}, control);
    const survlines::CoxFit efron =
        survlines::fit_cox(untied.rows.view(), untied.design(), {0, 0}, {}, {});
    CHECK(near(exact.loglik_start, efron.loglik_start, 1e-11L, 1.0L));
    CHECK(near(exact.loglik, efron.loglik, 1e-8L, 1.0L));
  }
}

TEST_CASE("exact ties refuse weights and robust variances") {
  Random random(1);
  const RandomCox cox = small_cox(random, 1);
  survlines::RobustRequest robust;
  robust.wanted = true;
  const survlines::CoxControl control{survlines::Ties::exact, {}, {}};
  CHECK_THROWS_AS(survlines::fit_cox(cox.rows.view(), cox.design(), {0, 0}, robust, control),
                  survlines::InvalidInput);
}
