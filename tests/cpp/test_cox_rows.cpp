#include "core/cox_rows.h"

#include <cmath>

#include "catch.h"
#include "cox_data.h"
#include "near.h"
#include "sharded_cox.h"

namespace {

CoxRecipe recipe_of(Random& random) {
  CoxRecipe recipe;
  recipe.rows.most_rows = random.chance(0.1) ? 700 : 20;
  recipe.rows.most_times = random.chance(0.3) ? 60 : 8;
  recipe.rows.late_entry = random.chance(0.5);
  recipe.rows.weights = random.chance(0.4) ? Weights::ordinary : Weights::none;
  recipe.rows.frequency = random.chance(0.3);
  recipe.offset = random.chance(0.5);
  return recipe;
}

double offset_of(const survlines::CoxRows& rows, std::size_t row) {
  return rows.offset.empty() ? 0 : rows.offset[row];
}

}  // namespace

TEST_CASE("Cox rows: each kept row is its source, standardised; the others see no cell") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxData data = random_cox_data(random, recipe_of(random));
    const ShardedCox cox({data}, survlines::Ties::efron);
    const survlines::CoxRows& rows = cox.rows[0];
    const auto view = data.rows.view();
    const survlines::CellRuns runs = survlines::cell_runs(view, cox.grid);
    const auto source = rows.sources();
    std::vector<int> seen(data.rows.size(), 0);
    for (std::size_t r = 0; r < rows.n_rows; ++r) {
      const std::size_t i = source[r];
      ++seen[i];
      CHECK(rows.place[i] == r);
      CHECK(rows.begin[r] == runs.begin[i]);
      CHECK(rows.end[r] == runs.end[i]);
      CHECK(rows.mass[r] == view.mass_of(i));
      CHECK(static_cast<int>(rows.event[r]) == view.event[i]);
      CHECK(near(offset_of(rows, r) + cox.standardization.offset_centre, data.offset_of(i), 1e-14L,
                 10));
      if (r > 0) CHECK(rows.end[r - 1] <= rows.end[r]);
      for (std::size_t j = 0; j < data.n_columns(); ++j) {
        const auto stratum = static_cast<std::size_t>(view.stratum_of(i));
        const double centre = cox.standardization.centre[stratum * data.n_columns() + j];
        const double x = rows.covariates(r)[j * survlines::panel_stride];
        CHECK(x * cox.standardization.unit[j] == data.column[j][i] - centre);
      }
    }
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      CHECK(seen[i] == (runs.begin[i] < runs.end[i] ? 1 : 0));
    }
    for (std::size_t k = 1; k < rows.late_first.size(); ++k) {
      CHECK(rows.begin[rows.late_first[k - 1]] >= rows.begin[rows.late_first[k]]);
    }
    if (cox.grid.late_entry) CHECK(rows.late_first.size() == rows.n_rows);
    // Beyond the last row a panel is zero.
    for (std::size_t r = rows.n_rows; r < rows.n_panels() * survlines::panel_rows; ++r) {
      for (std::size_t j = 0; j < data.n_columns(); ++j) {
        CHECK(rows.covariates(r)[j * survlines::panel_stride] == 0);
      }
    }
  }
}

TEST_CASE("Cox rows: linear predictors") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxData data = random_cox_data(random, recipe_of(random));
    const ShardedCox cox({data}, survlines::Ties::efron);
    const survlines::CoxRows& rows = cox.rows[0];
    std::vector<double> beta;
    for (std::size_t j = 0; j < data.n_columns(); ++j) beta.push_back(random.normal());
    const auto combination = survlines::column_combination(rows, beta);
    const auto eta = survlines::linear_predictor(rows, beta);
    REQUIRE(combination.size() == rows.n_rows);
    REQUIRE(eta.size() == rows.n_rows);
    for (std::size_t r = 0; r < rows.n_rows; ++r) {
      long double expected = 0;
      for (std::size_t j = 0; j < beta.size(); ++j) {
        expected +=
            static_cast<long double>(beta[j]) * rows.covariates(r)[j * survlines::panel_stride];
      }
      CHECK(near(combination[r], expected, 1e-14L, 10));
      CHECK(near(eta[r], expected + offset_of(rows, r), 1e-14L, 10));
    }
  }
}

TEST_CASE("Cox rows: shards agree on one standardization") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxData data = random_cox_data(random, recipe_of(random));
    const ShardedCox whole({data}, survlines::Ties::efron);
    for (const CoxShards& shards : ways_to_shard(data, random)) {
      const ShardedCox cox(shards, survlines::Ties::efron);
      for (std::size_t k = 0; k < whole.standardization.centre.size(); ++k) {
        CHECK(near(cox.standardization.centre[k], whole.standardization.centre[k], 1e-13L, 1));
      }
      for (std::size_t j = 0; j < data.n_columns(); ++j) {
        // Units are powers of two: rounding may tip one over, not more.
        const double ratio = cox.standardization.unit[j] / whole.standardization.unit[j];
        CHECK((ratio == 1 || ratio == 2 || ratio == 0.5));
      }
    }
  }
}

TEST_CASE("Cox rows: constant columns become zero, whatever their value and the weights") {
  for (const double value : {0.1, 1e8 / 3, -1e-300, 0.0, 1e300}) {
    CAPTURE(value);
    CoxData data;
    data.rows.n_times = 10;
    data.rows.exit = {1, 2, 3, 4, 5, 6, 7, 8, 9, 9};
    data.rows.event.assign(10, 1);
    data.rows.weight = {0.1, 0.7, 1e8 / 3, 1e-8, 0.3, 0.9, 1.1, 0.13, 3.7, 0.01};
    data.column = {std::vector<double>(10, value)};
    const ShardedCox cox({data}, survlines::Ties::efron);
    for (std::size_t r = 0; r < cox.rows[0].n_rows; ++r) CHECK(*cox.rows[0].covariates(r) == 0);
  }
}

TEST_CASE("Cox rows: units of many rows are of the size of what is typical, wherever that is") {
  constexpr std::size_t n = 100000;
  for (const bool strata : {false, true}) {
    CAPTURE(strata);
    Random random(1);
    CoxData data;
    data.rows.n_times = 1000;
    data.rows.n_strata = strata ? 3 : 1;
    // Noise; a rare level; what varies in one place only, which is in no block that is looked at,
    // and about a mean, in each stratum, of what it is elsewhere; a constant.
    data.column.resize(4);
    for (std::size_t i = 0; i < n; ++i) {
      data.rows.exit.push_back(random.below(1000));
      data.rows.event.push_back(random.chance(0.5));
      if (strata) data.rows.stratum.push_back(static_cast<int>(i / 2 % 3));
      data.column[0].push_back(1e6 * random.normal());
      data.column[1].push_back(random.chance(1e-3));
      const double either_side = i % 2 ? 1e9 : -1e9;
      data.column[2].push_back(i >= 300 && i < 320 ? either_side : 0);
      data.column[3].push_back(7);
    }
    const ShardedCox cox({data}, survlines::Ties::efron);
    const std::vector<double>& unit = cox.standardization.unit;
    const auto of_size = [&](std::size_t j, double typical) {
      return unit[j] >= typical / 4 && unit[j] <= 4 * typical;
    };
    CHECK(of_size(0, 1e6 * std::sqrt(2 / std::acos(-1))));
    CHECK(of_size(1, 2e-3));
    CHECK(of_size(2, 1e9 * 20 / n));
    CHECK(unit[3] == 1);
  }
}
