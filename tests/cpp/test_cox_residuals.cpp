#include "core/cox_residuals.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include "brute_force.h"
#include "catch.h"
#include "cox_data.h"
#include "near.h"

using brute_force::Real;
using survlines::CoxPoint;
using survlines::Ties;

namespace {

CoxPoint point_of(const CoxInput& input, const std::vector<double>& beta, Ties ties) {
  return survlines::cox_point(input.view, input.design, beta, ties, {});
}

CoxRecipe recipe_of(Random& random) {
  CoxRecipe recipe;
  recipe.rows.late_entry = random.chance(0.5);
  recipe.rows.frequency = random.chance(0.3);
  recipe.rows.weights = random.chance(0.4) ? Weights::ordinary : Weights::none;
  recipe.offset = random.chance(0.3);
  return recipe;
}

void check_values(const std::vector<double>& values, const std::vector<Real>& expected,
                  Real tolerance) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i, values[i], expected[i]);
    CHECK(near(values[i], expected[i], tolerance, 1));
  }
}

CoxData first_test_data() {
  CoxData data;
  data.rows.n_times = 10;
  data.rows.exit = {9, 1, 1, 6, 6, 8};
  data.rows.event = {1, 1, 0, 1, 1, 0};
  data.column = {{0, 1, 1, 1, 0, 0}};
  return data;
}

std::vector<double> martingale(const CoxData& data, const std::vector<double>& expected) {
  std::vector<double> residual;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    residual.push_back(data.rows.event[i] - expected[i]);
  }
  return residual;
}

}  // namespace

TEST_CASE("Cox residuals: expected events, score and Schoenfeld against the definition") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxData data = random_cox_data(random, recipe_of(random));
    const Ties ties = random.chance(0.6) ? Ties::efron : Ties::breslow;
    std::vector<double> beta;
    for (std::size_t j = 0; j < data.n_columns(); ++j) beta.push_back(0.7 * random.normal());
    const CoxInput input(data);
    const CoxPoint point = point_of(input, beta, ties);
    const auto expected =
        brute_force::cox_at(data, {beta.begin(), beta.end()}, ties == Ties::efron);
    const std::size_t n = data.rows.size();
    check_values(survlines::expected_events(point, n), expected.expected, 1e-12L);
    const auto score = survlines::score_residuals(point, n);
    const auto schoenfeld = survlines::schoenfeld_residuals(point);
    const std::size_t n_events = schoenfeld.row.size();
    CHECK(n_events ==
          static_cast<std::size_t>(std::count(data.rows.event.begin(), data.rows.event.end(), 1)));
    for (std::size_t j = 0; j < data.n_columns(); ++j) {
      for (std::size_t i = 0; i < n; ++i) {
        CHECK(near(score[j * n + i], expected.residual[i][j], 1e-12L, 10));
      }
      for (std::size_t k = 0; k < n_events; ++k) {
        CHECK(near(schoenfeld.residual[j * n_events + k], expected.schoenfeld[schoenfeld.row[k]][j],
                   1e-12L, 10));
      }
    }
    // By stratum and time, ties in the order of the rows.
    for (std::size_t k = 1; k < n_events; ++k) {
      const std::size_t a = schoenfeld.row[k - 1];
      const std::size_t b = schoenfeld.row[k];
      const auto place = [&data](std::size_t i) {
        return std::make_tuple(data.rows.stratum.empty() ? 0 : data.rows.stratum[i],
                               data.rows.exit[i], i);
      };
      CHECK(place(a) < place(b));
    }
  }
}

TEST_CASE("Cox residuals: as many events are expected as observed, whatever the coefficients") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.late_entry = true;
    recipe.offset = true;
    CoxData data = random_cox_data(random, recipe);
    for (double& value : data.offset) value *= 200;
    const CoxInput input(data);
    const CoxPoint point = point_of(input, std::vector<double>(data.n_columns(), 0.5), Ties::efron);
    const auto expected = survlines::expected_events(point, data.rows.size());
    long double total = 0;
    long double observed = 0;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      total += input.view.mass_of(i) * static_cast<long double>(expected[i]);
      observed += input.view.mass_of(i) * data.rows.event[i];
      CHECK(expected[i] >= 0);
    }
    CHECK(near(total, observed, 1e-11L));
  }
}

TEST_CASE("Cox residuals: first test data of Therneau & Grambsch 2000, appendix E") {
  const CoxData data = first_test_data();
  const CoxInput input(data);
  const CoxPoint breslow = point_of(input, {1.47528491482887}, Ties::breslow);
  check_values(martingale(data, survlines::expected_events(breslow, 6)),
               {-0.333333333333361L, 0.728713553878176L, -0.271286446121824L, -0.457427107756267L,
                0.666666666666639L, -0.333333333333361L},
               1e-12L);
  check_values(survlines::score_residuals(breslow, 6),
               {0.211389380921311L, 0.135643223060931L, -0.0504974385735959L, -0.126243596433963L,
                -0.38168094989591L, 0.211389380921311L},
               1e-12L);
  check_values(survlines::schoenfeld_residuals(breslow).residual,
               {0.186140661634527L, 0.406929669182778L, -0.593070330817222L, 0}, 1e-12L);

  const CoxPoint at_zero = point_of(input, {0}, Ties::efron);
  check_values(martingale(data, survlines::expected_events(at_zero, 6)),
               {-0.75L, 5.0L / 6, -1.0L / 6, 5.0L / 12, 5.0L / 12, -0.75L}, 1e-14L);
  const CoxPoint efron = point_of(input, {1.6768574855929}, Ties::efron);
  check_values(survlines::score_residuals(efron, 6),
               {0.220858373841985L, 0.1132780394754L, -0.0442339986590637L, -0.102919917745298L,
                -0.407840870755008L, 0.220858373841985L},
               1e-12L);
  check_values(survlines::schoenfeld_residuals(efron).residual,
               {0.157512038134464L, 0.421243980932768L, -0.578756019067232L, 0}, 1e-12L);
}

TEST_CASE("Cox residuals: no rows, no events") {
  CoxData data;
  data.column = {{}};
  const CoxInput none(data);
  const CoxPoint nobody = point_of(none, {0.5}, Ties::efron);
  CHECK(survlines::expected_events(nobody, 0).empty());
  CHECK(survlines::schoenfeld_residuals(nobody).row.empty());
  data.rows.n_times = 2;
  data.rows.exit = {0, 1};
  data.rows.event = {0, 0};
  data.column = {{1, 2}};
  const CoxInput censored(data);
  const CoxPoint point = point_of(censored, {0.5}, Ties::efron);
  CHECK(survlines::expected_events(point, 2) == std::vector<double>{0, 0});
  CHECK(survlines::score_residuals(point, 2) == std::vector<double>{0, 0});
}
