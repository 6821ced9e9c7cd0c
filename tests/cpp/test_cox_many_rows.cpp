// Where rounding is told from information, with so many rows that rounding adds up.
#include <cmath>

#include "catch.h"
#include "core/cox.h"
#include "cox_data.h"
#include "near.h"
#include "sharded_cox.h"

using survlines::CoefficientKind;
using survlines::CoxControl;
using survlines::CoxFit;
using survlines::Ties;

namespace {

// Rows of 200 periods that do not meet: the first column is the same in each risk set, and tells
// nothing; the second is noise.
CoxData periods(std::size_t n) {
  Random random(n);
  const int steps = static_cast<int>(n / 100);
  CoxData data;
  data.rows.n_times = 200 * steps;
  data.column = {{}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    const int period = random.below(200);
    data.rows.entry.push_back(period * steps - 1);
    data.rows.exit.push_back(period * steps + random.below(steps));
    data.rows.event.push_back(random.chance(0.5));
    data.column[0].push_back(5 + 10 * std::sin(period));
    data.column[1].push_back(random.normal());
  }
  return data;
}

// Everybody of the first column's level 1 dies before anybody else: its coefficient is infinite.
CoxData level_that_dies_first(std::size_t n) {
  Random random(n);
  CoxData data;
  data.rows.n_times = static_cast<std::int32_t>(n);
  data.column = {{}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    const int time = random.below(data.rows.n_times);
    const bool early = 2 * time < data.rows.n_times;
    data.rows.exit.push_back(time);
    data.rows.event.push_back(early || random.chance(0.5));
    data.column[0].push_back(early);
    data.column[1].push_back(random.normal());
  }
  return data;
}

CoxFit fit(const CoxData& data, Ties ties) {
  const CoxInput input(data);
  CoxControl control;
  control.ties = ties;
  return survlines::fit_cox(input.view, input.design, std::vector<double>(data.n_columns(), 0.0),
                            {}, control);
}

}  // namespace

TEST_CASE("Cox: what a million rows leave of an information of 0 is below the noise named") {
  for (const std::size_t n : {10000U, 1000000U}) {
    CAPTURE(n);
    const CoxShards shards = {periods(n)};
    const ShardedCox cox(shards, Ties::efron);
    for (const double beta : {0.0, 3.0}) {
      CAPTURE(beta);
      const survlines::Derivatives found = cox.at({beta, beta / 2}).derivatives;
      CHECK(2 * std::fabs(found.information(0, 0)) < found.noise[0]);
      // And the noise is far below what there is to know.
      CHECK(found.noise[1] < 1e-11 * found.information(1, 1));
    }
  }
}

TEST_CASE("Cox: with many rows columns without information are set aside, others are not") {
  const std::size_t n = 200000;
  CoxData data = periods(n);
  const CoxFit both = fit(data, Ties::efron);
  CHECK(both.kind[0] == CoefficientKind::aliased);
  CHECK(both.kind[1] == CoefficientKind::finite);
  // Nearly the second column, but not quite: a variance of 1e-8 of it is its own.
  Random random(1);
  for (std::size_t i = 0; i < n; ++i) {
    data.column[0][i] = data.column[1][i] + 1e-4 * random.normal();
  }
  const CoxFit near_singular = fit(data, Ties::efron);
  CHECK(near_singular.kind[0] == CoefficientKind::finite);
  CHECK(near_singular.kind[1] == CoefficientKind::finite);
  CHECK(near(near_singular.variance(0, 0) * 1e-8, both.variance(1, 1), 0.05L));
}

TEST_CASE("Cox: with many rows an infinite coefficient is named, the other is as without it") {
  const CoxData data = level_that_dies_first(200000);
  const CoxFit found = fit(data, Ties::efron);
  CHECK(found.kind[0] == CoefficientKind::infinite);
  CHECK(found.coefficient[0] > 0);
  REQUIRE(found.kind[1] == CoefficientKind::finite);
  // In the limit each level is at risk of its own events alone: two strata.
  CoxData apart = data;
  apart.rows.n_strata = 2;
  for (const double early : data.column[0]) {
    apart.rows.stratum.push_back(static_cast<std::int32_t>(early));
  }
  apart.column = {data.column[1]};
  const CoxFit expected = fit(apart, Ties::efron);
  const double se = std::sqrt(expected.variance(0, 0));
  CHECK(std::fabs(found.coefficient[1] - expected.coefficient[0]) < 1e-4 * se);
  CHECK(near(found.variance(1, 1), expected.variance(0, 0), 1e-4L));
}
