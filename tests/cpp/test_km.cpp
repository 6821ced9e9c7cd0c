#include "core/km.h"

#include <cmath>
#include <limits>

#include "brute_force.h"
#include "catch.h"
#include "near.h"
#include "random_data.h"
#include "shards.h"

using survlines::count_rows;
using survlines::kaplan_meier;
using survlines::KaplanMeier;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check_against_definition(const KaplanMeier& curve, const Rows& rows, long double tolerance) {
  const auto points = brute_force::kaplan_meier(rows);
  REQUIRE(curve.time.size() == points.size());
  REQUIRE(curve.stratum_begin.size() == static_cast<std::size_t>(rows.n_strata) + 1);
  CHECK(curve.stratum_begin.front() == 0);
  CHECK(curve.stratum_begin.back() == points.size());
  for (std::size_t k = 0; k < points.size(); ++k) {
    CAPTURE(k);
    const auto stratum = static_cast<std::size_t>(points[k].stratum);
    CHECK(curve.stratum_begin[stratum] <= k);
    CHECK(k < curve.stratum_begin[stratum + 1]);
    CHECK(curve.time[k] == points[k].time);
    CHECK(near(curve.n_risk[k], points[k].n_risk, tolerance));
    CHECK(near(curve.n_event[k], points[k].n_event, tolerance));
    CHECK(near(curve.n_censor[k], points[k].n_censor, tolerance));
    CHECK(near(curve.n_enter[k], points[k].n_enter, tolerance));
    CHECK(near(curve.survival[k], points[k].survival, tolerance));
    CHECK(near(curve.variance_log[k], points[k].variance_log, tolerance));
  }
}

void check_same(const KaplanMeier& a, const KaplanMeier& b, long double tolerance) {
  REQUIRE(a.time == b.time);
  CHECK(a.stratum_begin == b.stratum_begin);
  for (std::size_t k = 0; k < a.time.size(); ++k) {
    CAPTURE(k);
    CHECK(near(a.n_risk[k], b.n_risk[k], tolerance));
    CHECK(near(a.n_event[k], b.n_event[k], tolerance));
    CHECK(near(a.n_censor[k], b.n_censor[k], tolerance));
    CHECK(near(a.n_enter[k], b.n_enter[k], tolerance));
    CHECK(near(a.survival[k], b.survival[k], tolerance));
    CHECK(near(a.variance_log[k], b.variance_log[k], tolerance));
  }
}

KaplanMeier curve_of(const Rows& rows) { return kaplan_meier(count_rows(rows.view())); }

// What is written to the caller's arrays is what the vectors hold, with times for ranks.
void check_written(const Rows& rows) {
  const survlines::Counts counts = count_rows(rows.view());
  const KaplanMeier curve = kaplan_meier(counts);
  const std::size_t n = survlines::count_points(counts);
  REQUIRE(n == curve.time.size());
  std::vector<double> time_of_rank;
  for (std::int32_t rank = 0; rank < rows.n_times; ++rank) time_of_rank.push_back(0.5 * rank - 3);
  std::vector<double> column[7];
  for (auto& values : column) values.assign(n, -1);
  const survlines::CurveColumns to{column[0].data(), column[1].data(), column[2].data(),
                                   column[3].data(), column[4].data(), column[5].data(),
                                   column[6].data()};
  CHECK(survlines::write_kaplan_meier(counts, time_of_rank.data(), to) == curve.stratum_begin);
  CHECK(column[1] == curve.n_risk);
  CHECK(column[2] == curve.n_event);
  CHECK(column[3] == curve.n_censor);
  CHECK(column[4] == curve.n_enter);
  CHECK(column[5] == curve.survival);
  bool same = true;
  for (std::size_t k = 0; k < n; ++k) {
    same = same && column[0][k] == 0.5 * curve.time[k] - 3 &&
           column[6][k] == std::sqrt(curve.variance_log[k]);
  }
  CHECK(same);
}

Recipe recipe_of(Random& random, Weights weights) {
  Recipe recipe;
  recipe.late_entry = random.chance(0.6);
  recipe.frequency = random.chance(0.3);
  recipe.weights = weights;
  return recipe;
}

}  // namespace

TEST_CASE("Kaplan-Meier: random rows against the definition") {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random, static_cast<Weights>(random.below(3))));
    check_against_definition(curve_of(rows), rows, 1e-13L);
  }
}

TEST_CASE("Kaplan-Meier: written to arrays of the caller") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    check_written(random_rows(random, recipe_of(random, static_cast<Weights>(random.below(3)))));
  }
  check_written(Rows{});
}

TEST_CASE("Kaplan-Meier: weights from 1e-8 to 1e8") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random, Weights::extreme));
    check_against_definition(curve_of(rows), rows, 1e-11L);
  }
}

TEST_CASE("Kaplan-Meier: shards give the whole") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Weights weights = static_cast<Weights>(random.below(4));
    const Rows rows = random_rows(random, recipe_of(random, weights));
    const bool exact = weights == Weights::none || weights == Weights::whole;
    const KaplanMeier whole = curve_of(rows);
    for (const Shards& shards : ways_to_shard(rows, random)) {
      survlines::Counts counts = count_rows(shards.front().view());
      for (std::size_t k = 1; k < shards.size(); ++k) counts += count_rows(shards[k].view());
      check_same(kaplan_meier(counts), whole, exact ? 0 : 1e-12L);
    }
  }
}

TEST_CASE("Kaplan-Meier: frequency 2 is two rows; weight 2 is two rows") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe = recipe_of(random, Weights::none);
    recipe.frequency = true;
    const Rows rows = random_rows(random, recipe);
    const KaplanMeier curve = curve_of(rows.replicated());
    check_same(curve_of(rows), curve, 0);
    Rows weighted = rows;
    weighted.weight = rows.frequency;
    weighted.frequency.clear();
    check_same(curve_of(weighted), curve, 0);
  }
}

TEST_CASE("Kaplan-Meier: a common factor on all weights changes only counts and variance") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random, Weights::ordinary));
    Rows heavy = rows;
    for (double& weight : heavy.weight) weight *= 1024;
    const KaplanMeier a = curve_of(rows);
    const KaplanMeier b = curve_of(heavy);
    CHECK(a.survival == b.survival);
    for (std::size_t k = 0; k < a.time.size(); ++k) {
      CHECK(near(a.variance_log[k], b.variance_log[k] * 1024, 1e-14L));
    }
  }
}

TEST_CASE("Kaplan-Meier: row order, and the names of groups and strata, change nothing") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random, Weights::whole));
    const KaplanMeier curve = curve_of(rows);
    check_same(curve_of(rows.take(random.permutation(rows.size()))), curve, 0);

    Rows ungrouped = rows;
    ungrouped.group.clear();
    ungrouped.n_groups = 1;
    check_same(curve_of(ungrouped), curve, 0);

    Rows reversed = rows;
    for (std::int32_t& stratum : reversed.stratum) stratum = rows.n_strata - 1 - stratum;
    const KaplanMeier other = curve_of(reversed);
    for (std::int32_t s = 0; s < rows.n_strata; ++s) {
      const auto here = curve.stratum_begin[static_cast<std::size_t>(s)];
      const auto there = other.stratum_begin[static_cast<std::size_t>(rows.n_strata - 1 - s)];
      for (std::size_t k = here; k < curve.stratum_begin[static_cast<std::size_t>(s) + 1]; ++k) {
        CHECK(curve.survival[k] == other.survival[there + k - here]);
        CHECK(curve.variance_log[k] == other.variance_log[there + k - here]);
      }
    }
  }
}

TEST_CASE("Kaplan-Meier: 6-MP arm of Freireich et al. 1963") {
  // Kalbfleisch & Prentice 2002, and Collett 2015: remission in weeks, + censored:
  // 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+.
  Rows rows;
  rows.n_times = 36;
  rows.exit = {6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35};
  rows.event = {1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0};
  const KaplanMeier curve = curve_of(rows);
  const auto at = [&curve](std::int32_t week) {
    return static_cast<std::size_t>(std::find(curve.time.begin(), curve.time.end(), week) -
                                    curve.time.begin());
  };
  // Product of the fractions, by hand: 18/21, 16/17, 14/15, 11/12, 10/11, 6/7, 5/6.
  CHECK(near(curve.survival[at(6)], 18.0L / 21, 1e-15L));
  CHECK(near(curve.survival[at(7)], 18.0L / 21 * 16 / 17, 1e-15L));
  CHECK(near(curve.survival[at(23)],
             18.0L / 21 * 16 / 17 * 14 / 15 * 11 / 12 * 10 / 11 * 6 / 7 * 5 / 6, 1e-15L));
  // Greenwood standard errors as printed in the textbooks, four digits.
  const auto standard_error = [&](std::int32_t week) {
    return curve.survival[at(week)] * std::sqrt(curve.variance_log[at(week)]);
  };
  CHECK(standard_error(6) == Approx(0.0764).margin(5e-5));
  CHECK(standard_error(10) == Approx(0.0963).margin(5e-5));
  CHECK(standard_error(23) == Approx(0.1346).margin(5e-5));
  CHECK(curve.n_risk[at(10)] == 15);
}

TEST_CASE("Kaplan-Meier: no rows, one row, nobody dies") {
  Rows rows;
  CHECK(curve_of(rows).time.empty());
  CHECK(curve_of(rows).stratum_begin == std::vector<std::size_t>{0, 0});

  rows.n_times = 1;
  rows.exit = {0};
  rows.event = {1};
  CHECK(curve_of(rows).survival == std::vector<double>{0});
  CHECK(curve_of(rows).variance_log == std::vector<double>{infinity});

  rows.event = {0};
  CHECK(curve_of(rows).survival == std::vector<double>{1});
  CHECK(curve_of(rows).variance_log == std::vector<double>{0});
}

TEST_CASE("Kaplan-Meier: everybody dies at one time, with weights that do not add up neatly") {
  Rows rows;
  rows.n_times = 3;
  rows.exit = {1, 1, 1, 2};
  rows.event = {1, 1, 1, 1};
  rows.entry = {-1, -1, -1, 1};
  rows.weight = {0.1, 0.2, 1e8 / 3, 0.7};
  const KaplanMeier curve = curve_of(rows);
  CHECK(curve.survival == std::vector<double>{0, 0});
  CHECK(curve.variance_log == std::vector<double>{infinity, infinity});
}

TEST_CASE("Kaplan-Meier: deaths and censorings at one time leave survivors of weight only") {
  Rows rows;
  rows.n_times = 1;
  rows.exit = {0, 0};
  rows.event = {1, 0};
  rows.weight = {1e8, 1e-8};
  const KaplanMeier curve = curve_of(rows);
  CHECK(near(curve.survival[0], 1e-16L, 1e-12L));
  CHECK(near(curve.variance_log[0], 1e8L / 1e8L / 1e-8L, 1e-12L));
}

TEST_CASE("Kaplan-Meier: entries after the last event, and an empty risk set in the middle") {
  Rows rows;
  rows.n_times = 9;
  rows.exit = {2, 3, 7, 8};
  rows.entry = {-1, -1, 5, 6};
  rows.event = {1, 0, 1, 0};
  const KaplanMeier curve = curve_of(rows);
  CHECK(curve.time == std::vector<std::int32_t>{2, 3, 5, 6, 7, 8});
  CHECK(curve.n_risk == std::vector<double>{2, 1, 0, 1, 2, 1});
  CHECK(curve.n_enter == std::vector<double>{0, 0, 1, 1, 0, 0});
  CHECK(curve.survival == std::vector<double>{0.5, 0.5, 0.5, 0.5, 0.25, 0.25});
}
