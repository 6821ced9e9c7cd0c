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
  matrix.values.assign(covariance.begin(), covariance.end());
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

TEST_CASE("the baseline is the hazard at each event time of a row at risk from the start") {
  int n_cells = 0;
  for (int seed = 1; seed <= 200; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = random_cox(random, seed % 3 == 0 ? 2000 : 4);
    const survlines::CoxPoint point = cox.point();
    RandomCox reference;  // a row a stratum
    reference.rows.n_strata = cox.rows.n_strata;
    RandomCox targets;  // and that row at each event time of the stratum
    targets.rows.n_times = cox.rows.n_times;
    targets.rows.n_strata = cox.rows.n_strata;
    for (std::int32_t s = 0; s < cox.rows.n_strata; ++s) {
      reference.rows.exit.push_back(0);
      if (!cox.offset.empty()) reference.offset.push_back(random.between(-1.0, 1.0));
    }
    for (std::size_t k = 0; k < 2 * reference.rows.size(); ++k) {
      reference.x.push_back(random.between(-2.0, 2.0));
    }
    for (std::size_t s = 0; s < reference.rows.size(); ++s) {
      for (std::size_t c = point.grid.stratum_begin[s]; c < point.grid.stratum_begin[s + 1]; ++c) {
        targets.rows.exit.push_back(point.grid.time[c]);
        targets.rows.stratum.push_back(static_cast<std::int32_t>(s));
        if (!cox.offset.empty()) targets.offset.push_back(reference.offset[s]);
      }
    }
    for (std::size_t j = 0; j < 2; ++j) {
      for (const std::int32_t s : targets.rows.stratum) {
        targets.x.push_back(reference.x[j * reference.rows.size() + static_cast<std::size_t>(s)]);
      }
    }
    survlines::SquareMatrix matrix(2);
    matrix.values.assign(covariance.begin(), covariance.end());
    const survlines::LogHazards found =
        survlines::baseline_hazards(point, reference.design(), matrix);
    const survlines::LogHazards expected =
        survlines::log_hazards(point, targets.rows.view(), targets.design(), matrix);
    REQUIRE(found.value.size() == point.grid.size());
    for (std::size_t c = 0; c < point.grid.size(); ++c) {
      CAPTURE(c);
      CHECK(near(found.value[c], expected.value[c], 1e-12L, 1.0L));
      CHECK(near(found.std_error[c], expected.std_error[c], 1e-9L, 1e-6L));
    }
    n_cells += static_cast<int>(point.grid.size());
  }
  CHECK(n_cells > 500);
}
