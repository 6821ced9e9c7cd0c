#include "core/hazard.h"

#include "brute_force.h"
#include "catch.h"
#include "near.h"
#include "random_data.h"

using survlines::count_rows;
using survlines::cumulative_hazard;
using survlines::TiedDeaths;

namespace {

Rows random_curves(Random& random) {
  Recipe recipe;
  recipe.late_entry = random.chance(0.5);
  recipe.frequency = random.chance(0.4);
  recipe.weights = static_cast<Weights>(random.below(3));
  return random_rows(random, recipe);
}

}  // namespace

TEST_CASE("Hazard: random rows against the definition, deaths together and one by one") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows all = random_curves(random);
    const auto together = cumulative_hazard(count_rows(all.view()), TiedDeaths::together);
    const auto single = cumulative_hazard(count_rows(all.view()), TiedDeaths::one_by_one);
    std::size_t point = 0;
    for (int s = 0; s < all.n_strata; ++s) {
      const auto rows = brute_force::rows_of_stratum(all, s);
      long double hazard = 0, variance = 0, steps = 0, squares = 0;
      for (const int t : brute_force::times_of(rows)) {
        const auto at_risk = [t](const brute_force::Row& r) { return r.at_risk(t); };
        const long double n = brute_force::total_mass(rows, at_risk);
        long double deaths = 0, mass = 0;
        for (const auto& row : rows) {
          if (row.dies_at(t)) deaths += row.frequency, mass += row.mass();
        }
        if (mass > 0) hazard += mass / n, variance += mass / (n * n);
        for (long double left = n, k = 0; k < deaths; ++k, left -= mass / deaths) {
          steps += mass / deaths / left;
          squares += mass / deaths / (left * left);
        }
        REQUIRE(point < together.hazard.size());
        CHECK(near(together.hazard[point], hazard, 1e-12L));
        CHECK(near(together.variance[point], variance, 1e-12L));
        CHECK(near(single.hazard[point], steps, 1e-12L));
        CHECK(near(single.variance[point], squares, 1e-12L));
        ++point;
      }
    }
    CHECK(point == together.hazard.size());
  }
}

TEST_CASE("Hazard: deaths one by one are what infinitely close times give") {
  Rows tied;
  tied.n_times = 4;
  tied.exit = {1, 1, 1, 3};
  tied.event = {1, 1, 1, 0};
  Rows apart = tied;
  apart.exit = {0, 1, 2, 3};
  const auto one_by_one = cumulative_hazard(count_rows(tied.view()), TiedDeaths::one_by_one);
  const auto together = cumulative_hazard(count_rows(apart.view()), TiedDeaths::together);
  CHECK(one_by_one.hazard.back() == together.hazard.back());
  CHECK(one_by_one.variance.back() == together.variance.back());
}
