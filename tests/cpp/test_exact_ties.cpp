#include "catch.h"
#include "near.h"
#include "random_cox.h"

using brute_force::Real;
using survlines::CoefficientKind;
using survlines::Ties;

// The two likelihoods that look at all deaths of a time at once: of discrete time (exact_ties.h)
// and of continuous time measured coarsely (marginal_ties.h).
namespace {

Real loglik(const brute_force::CoxProblem& problem, Ties ties) {
  return ties == Ties::exact ? brute_force::exact_loglik(problem)
                             : brute_force::marginal_loglik(problem);
}

Real loglik_at(brute_force::CoxProblem problem, Ties ties, std::size_t j, Real hj, std::size_t k,
               Real hk) {
  problem.beta[j] += hj;
  problem.beta[k] += hk;
  return loglik(problem, ties);
}

Real slope(const brute_force::CoxProblem& problem, Ties ties, std::size_t j) {
  const Real h = 1e-4L;
  return (loglik_at(problem, ties, j, h, j, 0) - loglik_at(problem, ties, j, -h, j, 0)) / (2 * h);
}

Real bend(const brute_force::CoxProblem& problem, Ties ties, std::size_t j, std::size_t k) {
  const Real h = 1e-4L;
  return (loglik_at(problem, ties, j, h, k, h) - loglik_at(problem, ties, j, h, k, -h) -
          loglik_at(problem, ties, j, -h, k, h) + loglik_at(problem, ties, j, -h, k, -h)) /
         (4 * h * h);
}

survlines::CoxFit fit(const RandomCox& cox, Ties ties) {
  const survlines::CoxControl control{ties, {}, {}};
  return survlines::fit_cox(cox.rows.view(), cox.design(), {0, 0}, {}, control);
}

// n_deaths of n rows at one time, with covariates that do not matter at coefficient 0.
RandomCox one_time(int n, int n_deaths) {
  RandomCox cox;
  cox.rows.n_times = 2;
  for (int i = 0; i < n; ++i) {
    cox.rows.exit.push_back(i < n_deaths ? 0 : 1);
    cox.rows.event.push_back(i < n_deaths);
    cox.x.push_back(i % 3);
  }
  cox.n_columns = 1;
  cox.beta = {0};
  return cox;
}

}  // namespace

TEST_CASE("likelihoods and their derivatives are those of all subsets and all orders") {
  for (int seed = 1; seed <= 150; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = small_cox(random, 4);
    const brute_force::CoxProblem problem = cox.problem();
    for (const Ties ties : {Ties::exact, Ties::marginal}) {
      CAPTURE(static_cast<int>(ties));
      const survlines::Derivatives found = derivatives_of(cox, ties);
      CHECK(near(found.loglik, loglik(problem, ties), 1e-11L, 1.0L));
      for (std::size_t j = 0; j < 2; ++j) {
        CAPTURE(j);
        CHECK(near(found.score[j], slope(problem, ties, j), 1e-6L, 1.0L));
        for (std::size_t k = 0; k < 2; ++k) {
          CAPTURE(k);
          CHECK(near(found.information(j, k), -bend(problem, ties, j, k), 1e-5L, 1.0L));
        }
      }
    }
  }
}

TEST_CASE("the likelihoods survive linear predictors that span 2000") {
  for (int seed = 1; seed <= 60; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = small_cox(random, 2000);
    for (const Ties ties : {Ties::exact, Ties::marginal}) {
      CAPTURE(static_cast<int>(ties));
      const survlines::Derivatives found = derivatives_of(cox, ties);
      CHECK(near(found.loglik, loglik(cox.problem(), ties), 1e-11L, 1000.0L));
      for (const double value : found.information.values) CHECK(std::isfinite(value));
    }
  }
}

// At coefficient 0 both are one over the number of ways to choose the deaths.
TEST_CASE("so many deaths at a time that their subsets and orders have no number") {
  for (const int n_deaths : {1, 2, 3, 10, 300, 1200, 2399}) {
    CAPTURE(n_deaths);
    const RandomCox cox = one_time(2400, n_deaths);
    const Real expected =
        std::lgamma(1.0L + n_deaths) + std::lgamma(2401.0L - n_deaths) - std::lgamma(2401.0L);
    for (const Ties ties : {Ties::exact, Ties::marginal}) {
      CHECK(near(derivatives_of(cox, ties).loglik, expected, 1e-10L));
    }
  }
}

TEST_CASE("where everybody at risk dies there is nothing to learn") {
  const survlines::Derivatives found = derivatives_of(one_time(40, 40), Ties::marginal);
  CHECK(found.loglik == 0);
  CHECK(found.score[0] == 0);
  CHECK(found.information(0, 0) == 0);
}

TEST_CASE("a row of frequency 2 is two rows, and without ties all methods agree") {
  for (int seed = 1; seed <= 40; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    RandomCox cox = small_cox(random, 2);
    for (std::size_t i = 0; i < cox.rows.size(); ++i) {
      cox.rows.frequency.push_back(random.between(1, 3));
    }
    RandomCox untied = small_cox(random, 2);
    untie(untied, random);
    for (const Ties ties : {Ties::exact, Ties::marginal}) {
      const survlines::CoxFit here = fit(cox, ties);
      const survlines::CoxFit there = fit(replicated(cox), ties);
      CHECK(near(here.loglik, there.loglik, 1e-8L, 1.0L));
      CHECK(near(here.loglik_start, there.loglik_start, 1e-10L, 1.0L));
      if (untied.rows.size() == 0) continue;
      const survlines::CoxFit alone = fit(untied, ties);
      const survlines::CoxFit efron = fit(untied, Ties::efron);
      CHECK(near(alone.loglik_start, efron.loglik_start, 1e-11L, 1.0L));
      CHECK(near(alone.loglik, efron.loglik, 1e-8L, 1.0L));
      CHECK(near(alone.score_test, efron.score_test, 1e-8L, 1.0L));
      // On the way to infinity each stops where it likes.
      if (efron.kind[0] != CoefficientKind::finite || efron.kind[1] != CoefficientKind::finite) {
        continue;
      }
      for (std::size_t k = 0; k < 4; ++k) {
        CHECK(near(alone.variance.values[k], efron.variance.values[k], 1e-7L));
      }
    }
  }
}

TEST_CASE("exact and marginal ties refuse weights and robust variances") {
  Random random(1);
  const RandomCox cox = small_cox(random, 1);
  survlines::RobustRequest robust;
  robust.wanted = true;
  for (const Ties ties : {Ties::exact, Ties::marginal}) {
    const survlines::CoxControl control{ties, {}, {}};
    CHECK_THROWS_AS(survlines::fit_cox(cox.rows.view(), cox.design(), {0, 0}, robust, control),
                    survlines::InvalidInput);
  }
}
