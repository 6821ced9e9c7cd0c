#include "core/cox_proportional.h"

#include "catch.h"
#include "near.h"
#include "random_cox.h"

namespace {

double g_of(std::int32_t time) { return 0.7 * time * time - 3 * time + 1; }

survlines::TimeInteraction interaction_of(const survlines::CoxPoint& point) {
  std::vector<double> g;
  for (const std::int32_t time : point.grid.time) g.push_back(g_of(time));
  return survlines::time_interaction(point, g);
}

}  // namespace

TEST_CASE("sums of the time interaction are those of the definition") {
  for (int seed = 1; seed <= 400; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = random_cox(random, seed % 4 == 0 ? 60 : 4);
    const survlines::CoxPoint point = cox.point();
    const survlines::TimeInteraction found = interaction_of(point);
    const brute_force::CoxInteraction expected = brute_force::cox_interaction(
        cox.problem(), [](int time) { return brute_force::Real{g_of(time)}; });
    const std::vector<double>& unit = point.standardization.unit;
    for (std::size_t j = 0; j < cox.n_columns; ++j) {
      CAPTURE(j);
      CHECK(near(found.score[j] * unit[j], expected.score[j], 1e-10L, 100.0L));
      for (std::size_t k = 0; k < cox.n_columns; ++k) {
        for (std::size_t power = 0; power < 3; ++power) {
          CAPTURE(k, power);
          CHECK(near(found.information[power](j, k) * unit[j] * unit[k],
                     expected.information[power][j][k], 1e-10L, 100.0L));
        }
      }
    }
  }
}

TEST_CASE("the test is the score test of the model with all columns and the tested interactions") {
  int tried = 0;
  for (int seed = 1; seed <= 60; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const RandomCox cox = random_cox(random, 2);
    const brute_force::CoxInteraction sums = brute_force::cox_interaction(
        cox.problem(), [](int time) { return brute_force::Real{g_of(time)}; });
    brute_force::Matrix whole = brute_force::zero_matrix(3, 3);
    for (std::size_t j = 0; j < 2; ++j) {
      for (std::size_t k = 0; k < 2; ++k) whole[j][k] = sums.information[0][j][k];
      whole[j][2] = whole[2][j] = sums.information[1][j][1];
    }
    whole[2][2] = sums.information[2][1][1];
    if (brute_force::cox_steps(cox.problem()).size() < 5) continue;
    const brute_force::Real variance = 1 / brute_force::inverse(whole)[2][2];
    if (!(variance > 1e-3L)) continue;
    ++tried;
    const survlines::ScoreTest found =
        survlines::test_columns(interaction_of(cox.point()), {1}, {0, 1});
    CHECK(found.df == 1);
    CHECK(near(found.chi_square, sums.score[1] * sums.score[1] / variance, 1e-8L, 1e-3L));
  }
  CHECK(tried > 20);
}

TEST_CASE("at the maximum a shift or another unit of g changes no test") {
  Random random(3);
  RandomCox cox = random_cox(random, 2);
  const survlines::CoxFit fit =
      survlines::fit_cox(cox.rows.view(), cox.design(), {0, 0}, {}, {cox.ties, {}, {}});
  REQUIRE(fit.status == survlines::NewtonStatus::converged);
  cox.beta = fit.coefficient;
  const survlines::CoxPoint point = cox.point();
  std::vector<double> g;
  for (const std::int32_t time : point.grid.time) g.push_back(-40 + 7 * g_of(time));
  const double here = survlines::test_columns(interaction_of(point), {0, 1}, {0, 1}).chi_square;
  const double there =
      survlines::test_columns(survlines::time_interaction(point, g), {0, 1}, {0, 1}).chi_square;
  CHECK(here > 0);
  CHECK(near(here, there, 1e-8L));
}
