#include "core/cox_hazard.h"

#include "catch.h"
#include "near.h"
#include "random_cox.h"

using brute_force::Real;

namespace {

const std::vector<double> covariance = {0.09, 0.02, 0.02, 0.25};

// Rows of the same strata and times, but of their own covariates.
RandomCox random_targets(Random& random, const RandomCox& cox) {
  RandomCox targets = cox;
  for (std::size_t i = 0; i < cox.rows.size(); ++i) {
    targets.x[i] = random.between(-2.0, 2.0);
    targets.rows.exit[i] = random.between(-1, cox.rows.n_times - 1);
  }
  targets.rows.entry.clear();
  if (random.chance(0.5)) {
    for (std::size_t i = 0; i < cox.rows.size(); ++i) {
      targets.rows.entry.push_back(random.between(-1, cox.rows.n_times - 1));
    }
  }
  return targets;
}

Real variance_of_log(const brute_force::CoxProblem& problem, const brute_force::CoxTarget& target) {
  Real variance = brute_force::cox_hazard(problem, target).relative_variance;
  std::vector<Real> slope;
  for (std::size_t j = 0; j < problem.p(); ++j) {
    slope.push_back(brute_force::cox_hazard_slope(problem, target, j));
  }
  for (std::size_t j = 0; j < problem.p(); ++j) {
    for (std::size_t k = 0; k < problem.p(); ++k) {
      variance += slope[j] * slope[k] * Real{covariance[j * problem.p() + k]};
    }
  }
  return variance;
}

void check_hazards(const RandomCox& cox, const RandomCox& targets) {
  survlines::SquareMatrix matrix(2);
  matrix.values = covariance;
  const survlines::LogHazards found =
      survlines::log_hazards(cox.point(), targets.rows.view(), targets.design(), matrix);
  const brute_force::CoxProblem problem = cox.problem();
  const brute_force::CoxProblem wanted = targets.problem();
  for (std::size_t i = 0; i < targets.rows.size(); ++i) {
    CAPTURE(i);
    const brute_force::Row& row = wanted.rows[i];
    const brute_force::CoxTarget target{wanted.x[i], wanted.offset[i], row.stratum, row.entry,
                                        row.exit};
    const Real hazard = brute_force::cox_hazard(problem, target).hazard;
    CHECK(near(found.value[i], std::log(hazard), 1e-12L, 1.0L));
    if (hazard == 0) {
      CHECK(found.std_error[i] == 0);
    } else {
      const Real std_error = std::sqrt(variance_of_log(problem, target));
      CHECK(near(found.std_error[i], std_error, 1e-8L, 1e-6L));
    }
  }
}

}  // namespace

TEST_CASE("cumulated hazards and their errors are those of the definition") {
  for (int seed = 1; seed <= 300; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = random_cox(random, 4);
    check_hazards(cox, random_targets(random, cox));
  }
}

TEST_CASE("cumulated hazards neither vanish nor overflow") {
  for (int seed = 1; seed <= 100; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = random_cox(random, 2000);
    check_hazards(cox, random_targets(random, cox));
  }
}
