#include "core/cox_residuals.h"

#include "catch.h"
#include "near.h"
#include "random_cox.h"

namespace {

void check_residuals(const RandomCox& cox) {
  const std::size_t n = cox.rows.size();
  const survlines::CoxPoint point = cox.point();
  const brute_force::CoxProblem problem = cox.problem();

  const std::vector<double> expected = survlines::expected_events(point, n);
  const std::vector<brute_force::Real> expected_there = brute_force::cox_expected(problem);
  for (std::size_t i = 0; i < n; ++i) {
    CAPTURE(i);
    CHECK(near(expected[i], expected_there[i], 1e-11L, 1e-3L));
  }

  const std::vector<double> score = survlines::score_residuals(point, n);
  const brute_force::Matrix score_there = brute_force::cox_score_residuals(problem);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < cox.n_columns; ++j) {
      CAPTURE(i, j);
      CHECK(near(score[j * n + i], score_there[i][j], 1e-10L, 1e-2L + expected_there[i]));
    }
  }

  const survlines::SchoenfeldResiduals schoenfeld = survlines::schoenfeld_residuals(point);
  const brute_force::Matrix schoenfeld_there = brute_force::cox_schoenfeld(problem);
  std::size_t n_events = 0;
  for (std::size_t i = 0; i < n; ++i) n_events += cox.rows.event[i] == 1;
  REQUIRE(schoenfeld.row.size() == n_events);
  for (std::size_t k = 0; k < n_events; ++k) {
    for (std::size_t j = 0; j < cox.n_columns; ++j) {
      CAPTURE(k, j);
      CHECK(near(schoenfeld.residual[j * n_events + k], schoenfeld_there[schoenfeld.row[k]][j],
                 1e-11L, 1.0L));
    }
  }
}

}  // namespace

TEST_CASE("residuals are those of the definition, offset and late entry included") {
  for (int seed = 1; seed <= 600; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    check_residuals(random_cox(random, 4));
  }
}

TEST_CASE("residuals survive linear predictors that span 2000") {
  for (int seed = 1; seed <= 200; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    check_residuals(random_cox(random, 2000));
  }
}

TEST_CASE("Schoenfeld residuals come by stratum and time") {
  Random random(7);
  const RandomCox cox = random_cox(random, 1);
  const survlines::SchoenfeldResiduals found = survlines::schoenfeld_residuals(cox.point());
  REQUIRE(found.row.size() > 3);
  const auto key = [&](std::size_t row) {
    const int stratum = cox.rows.stratum.empty() ? 0 : cox.rows.stratum[row];
    return std::make_pair(stratum, cox.rows.exit[row]);
  };
  for (std::size_t k = 1; k < found.row.size(); ++k) {
    CHECK(key(found.row[k - 1]) <= key(found.row[k]));
  }
}
