#include "core/at_risk_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "brute_force.h"
#include "catch.h"
#include "cox_data.h"
#include "near.h"
#include "sharded_cox.h"

using survlines::HazardSums;
using survlines::ScaledSums;

namespace {

// A data set through the Cox border, its linear predictor replaced by one of a given range.
struct Case {
  Case(Random& random, const CoxRecipe& recipe, double range)
      : Case(random, random_cox_data(random, recipe), range) {}
  Case(Random& random, CoxData given, double range)
      : data(std::move(given)), cox({data}, survlines::Ties::efron) {
    for (std::size_t r = 0; r < rows().n_rows; ++r) eta.push_back(random.between(-range, range));
  }
  const survlines::CoxRows& rows() const { return cox.rows[0]; }
  const survlines::EventGrid& grid() const { return cox.grid; }
  double x(std::size_t row, std::size_t column) const {
    return rows().covariates(row)[column * survlines::panel_stride];
  }
  bool at_risk(std::size_t row, std::size_t cell) const {
    const auto c = static_cast<std::int32_t>(cell);
    return rows().begin[row] <= c && c < rows().end[row];
  }

  CoxData data;
  ShardedCox cox;
  survlines::LargeVector<double> eta;
};

CoxRecipe recipe_of(Random& random) {
  CoxRecipe recipe;
  recipe.rows.late_entry = random.chance(0.7);
  recipe.rows.weights = static_cast<Weights>(random.below(5));
  recipe.rows.frequency = random.chance(0.2);
  recipe.rows.most_times = random.chance(0.2) ? 30 : 8;
  return recipe;
}

double random_range(Random& random) {
  const int kind = random.below(3);
  return kind == 0 ? 1000.0 : kind == 1 ? 2.0 : random.between(5.0, 40.0);
}

void check_sums(const Case& c) {
  const ScaledSums sums = survlines::at_risk_sums(c.rows(), c.grid(), c.eta);
  REQUIRE(sums.n_slots() == c.grid().size());
  REQUIRE(sums.width() == 1 + c.data.n_columns());
  for (std::size_t cell = 0; cell < c.grid().size(); ++cell) {
    CAPTURE(cell);
    const long double scale = sums.scale(cell);
    for (std::size_t k = 0; k < sums.width(); ++k) {
      long double expected = 0;
      long double size = 0;
      for (std::size_t r = 0; r < c.rows().n_rows; ++r) {
        if (!c.at_risk(r, cell)) continue;
        const long double term =
            c.rows().mass[r] * std::exp(c.eta[r] - scale) * (k == 0 ? 1 : c.x(r, k - 1));
        expected += term;
        size += std::fabs(term);
      }
      CHECK(near(sums.value(cell)[k], expected, 1e-12L, size));
    }
  }
}

}  // namespace

TEST_CASE("sums over risk sets, by asking every row") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxRecipe recipe = recipe_of(random);
    check_sums(Case(random, recipe, random_range(random)));
  }
}

TEST_CASE("sums over risk sets that rows join and leave, over the edges of panels") {
  for (const int n : {1, 2, 31, 32, 33, 255, 256, 257, 513}) {
    for (const int n_columns : {1, 2, 3}) {
      CAPTURE(n, n_columns);
      Random random(static_cast<std::uint64_t>(n));
      CoxData data;
      data.rows.n_times = 12;
      data.rows.n_strata = 2;
      data.column.resize(static_cast<std::size_t>(n_columns));
      for (int i = 0; i < n; ++i) {
        data.rows.exit.push_back(random.between(1, 11));
        data.rows.entry.push_back(random.between(-1, data.rows.exit.back() - 1));
        data.rows.event.push_back(random.chance(0.6));
        data.rows.stratum.push_back(random.below(2));
        for (auto& column : data.column) column.push_back(random.normal());
      }
      check_sums(Case(random, data, 9));
    }
  }
}

TEST_CASE("sums over risk sets: a shard that sees some cells only leaves the others empty") {
  CoxData data;
  data.rows.n_times = 6;
  data.rows.entry = {-1, 2, -1};
  data.rows.exit = {1, 4, 5};
  data.rows.event = {1, 1, 1};
  data.column = {{1, 2, 3}};
  const CoxData part = data.take({1});
  const ShardedCox cox({data, part}, survlines::Ties::breslow);
  for (const double eta : {0.0, -1000.0, 1000.0}) {
    const ScaledSums sums = survlines::at_risk_sums(cox.rows[1], cox.grid, {eta});
    REQUIRE(sums.n_slots() == 3);
    CHECK(sums.scale(0) == ScaledSums::empty);
    CHECK(sums.scale(2) == ScaledSums::empty);
    CHECK(near(sums.scale(1) + std::log(sums.value(1)[0]), eta, 1e-15L));
  }
}

TEST_CASE("sums over a row's cells, by adding one by one") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxRecipe recipe = recipe_of(random);
    const Case c(random, recipe, random_range(random));
    const ScaledSums sums = survlines::at_risk_sums(c.rows(), c.grid(), c.eta);
    const std::size_t width = 3;
    std::vector<double> scale;
    std::vector<double> value;
    for (std::size_t cell = 0; cell < c.grid().size(); ++cell) {
      scale.push_back(sums.scale(cell));
      value.push_back(c.grid().death_mass[cell] / sums.value(cell)[0]);
      for (std::size_t k = 1; k < width; ++k)
        value.push_back(random.normal() * value[cell * width]);
    }
    const HazardSums hazards(c.grid(), scale, value, width);
    for (std::size_t r = 0; r < c.rows().n_rows; ++r) {
      CAPTURE(r);
      std::vector<double> out(width);
      hazards.at(c.rows().begin[r], c.rows().end[r], c.eta[r], out.data());
      for (std::size_t k = 0; k < width; ++k) {
        long double expected = 0;
        long double size = 0;
        for (std::size_t cell = 0; cell < c.grid().size(); ++cell) {
          if (!c.at_risk(r, cell)) continue;
          const long double term =
              value[cell * width + k] *
              std::exp(static_cast<long double>(c.eta[r]) - static_cast<long double>(scale[cell]));
          expected += term;
          size += std::fabs(term);
        }
        // What is below the least double is zero.
        CHECK(near(out[k], expected, 1e-12L, std::fmax(size, 1e-290L)));
      }
    }
  }
}

TEST_CASE("deaths lead: by asking every row") {
  int leading = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.most_rows = 10;
    const Case c(random, recipe, 1);
    survlines::LargeVector<double> score;
    for (std::size_t r = 0; r < c.rows().n_rows; ++r) score.push_back(random.below(2));
    for (const double margin : {0.0, 0.5, 1.0}) {
      bool expected = true;
      for (std::size_t d = 0; d < c.rows().n_rows; ++d) {
        if (!c.rows().event[d]) continue;
        const auto cell = static_cast<std::size_t>(c.rows().end[d] - 1);
        for (std::size_t r = 0; r < c.rows().n_rows; ++r) {
          if (c.at_risk(r, cell) && score[r] > score[d] + margin) expected = false;
        }
      }
      CHECK(survlines::deaths_lead(c.rows(), c.grid(), score, margin) == expected);
      leading += expected && margin < 1;
    }
  }
  CHECK(leading > 100);
}
