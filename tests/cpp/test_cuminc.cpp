#include "core/cuminc.h"

#include "brute_force_curves.h"
#include "catch.h"
#include "near.h"
#include "random_data.h"
#include "shards.h"

using survlines::count_rows;
using survlines::cumulative_incidence;
using survlines::CumulativeIncidence;

namespace {

CumulativeIncidence curve_of(const Rows& rows) {
  return cumulative_incidence(count_rows(rows.view()));
}

Rows random_causes(Random& random, Weights weights) {
  Recipe recipe;
  recipe.late_entry = random.chance(0.5);
  recipe.frequency = random.chance(0.3);
  recipe.weights = weights;
  return random_rows(random, recipe);
}

void check_same(const CumulativeIncidence& a, const CumulativeIncidence& b, long double tolerance) {
  REQUIRE(a.time == b.time);
  CHECK(a.stratum_begin == b.stratum_begin);
  for (std::size_t j = 0; j < a.size(); ++j) {
    CHECK(near(a.survival[j], b.survival[j], tolerance));
    for (std::size_t k = j * a.n_causes; k < (j + 1) * a.n_causes; ++k) {
      CHECK(near(a.incidence[k], b.incidence[k], tolerance));
      CHECK(near(a.cause_events[k], b.cause_events[k], tolerance));
    }
  }
}

}  // namespace

TEST_CASE("Aalen-Johansen: random rows against the definition") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_causes(random, static_cast<Weights>(random.below(3)));
    const CumulativeIncidence curve = curve_of(rows);
    for (int s = 0; s < rows.n_strata; ++s) {
      const auto members = brute_force::rows_of_stratum(rows, s);
      const auto points = brute_force::aalen_johansen(members, members.size(), rows.n_groups);
      const std::size_t begin = curve.stratum_begin[static_cast<std::size_t>(s)];
      REQUIRE(curve.stratum_begin[static_cast<std::size_t>(s) + 1] - begin == points.size());
      for (std::size_t j = 0; j < points.size(); ++j) {
        const std::size_t point = begin + j;
        CHECK(curve.time[point] == points[j].time);
        CHECK(near(curve.survival[point], points[j].survival.value, 1e-13L));
        for (int k = 0; k < rows.n_groups; ++k) {
          const auto cause = static_cast<std::size_t>(k);
          const std::size_t at = point * curve.n_causes + cause;
          CHECK(near(curve.cause_events[at], points[j].cause_events[cause], 1e-13L));
          CHECK(near(curve.incidence[at], points[j].incidence[cause].value, 1e-13L));
          if (!rows.weight.empty()) continue;
          const auto variance = brute_force::variance_aalen(members, points, j, k);
          CHECK(near(curve.variance_aalen[at], variance, 1e-11L, 1e-4L));
        }
      }
    }
    CHECK(curve.variance_aalen.empty() == (!rows.weight.empty() || curve.size() == 0));
  }
}

TEST_CASE("Aalen-Johansen: incidences and survival add up to one") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CumulativeIncidence curve = curve_of(random_causes(random, Weights::extreme));
    for (std::size_t j = 0; j < curve.size(); ++j) {
      long double sum = curve.survival[j];
      for (std::size_t k = 0; k < curve.n_causes; ++k) {
        sum += curve.incidence[j * curve.n_causes + k];
        CHECK(curve.incidence[j * curve.n_causes + k] <= 1);
      }
      CHECK(near(sum, 1, 1e-12L));
    }
  }
}

TEST_CASE("Aalen-Johansen: shards give the whole, frequency 2 is two rows") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_causes(random, Weights::none);
    const CumulativeIncidence whole = curve_of(rows);
    check_same(curve_of(rows.replicated()), whole, 0);
    check_same(curve_of(rows.take(random.permutation(rows.size()))), whole, 0);
    for (const Shards& shards : ways_to_shard(rows, random)) {
      survlines::Counts counts = count_rows(shards.front().view());
      for (std::size_t k = 1; k < shards.size(); ++k) counts += count_rows(shards[k].view());
      check_same(cumulative_incidence(counts), whole, 0);
    }
  }
}

TEST_CASE("Aalen-Johansen: five rows by hand") {
  // Causes A, B, censored, A, B at times 0..4: S falls 4/5, 3/5, 3/5, 3/10, 0.
  Rows rows;
  rows.n_times = 5;
  rows.n_groups = 2;
  rows.exit = {0, 1, 2, 3, 4};
  rows.event = {1, 1, 0, 1, 1};
  rows.group = {0, 1, 0, 0, 1};
  const CumulativeIncidence curve = curve_of(rows);
  CHECK(near(curve.incidence[8], 0.5L, 1e-15L));
  CHECK(near(curve.incidence[9], 0.5L, 1e-15L));
  CHECK(curve.survival[4] == 0);
}

TEST_CASE("Aalen-Johansen: no rows") {
  CHECK(curve_of(Rows{}).size() == 0);
  CHECK(curve_of(Rows{}).stratum_begin == std::vector<std::size_t>{0, 0});
}
