#include "core/logrank.h"

#include "brute_force.h"
#include "catch.h"
#include "near.h"
#include "random_data.h"
#include "shards.h"

using survlines::count_rows;
using survlines::log_rank;
using survlines::LogRank;

namespace {

LogRank test_of(const Rows& rows) { return log_rank(count_rows(rows.view())); }

void check_against_definition(const LogRank& test, const Rows& rows) {
  const brute_force::LogRank expected = brute_force::log_rank(rows);
  const auto n_groups = static_cast<std::size_t>(rows.n_groups);
  REQUIRE(test.observed.size() == static_cast<std::size_t>(rows.n_strata) * n_groups);
  REQUIRE(test.expected.size() == test.observed.size());
  REQUIRE(test.covariance.size == n_groups);
  for (std::size_t s = 0; s < static_cast<std::size_t>(rows.n_strata); ++s) {
    for (std::size_t g = 0; g < n_groups; ++g) {
      CAPTURE(s, g);
      CHECK(test.observed[s * n_groups + g] == expected.observed[s][g]);
      CHECK(near(test.expected[s * n_groups + g], expected.expected[s][g], 1e-12L));
    }
  }
  for (std::size_t g = 0; g < n_groups; ++g) {
    for (std::size_t h = 0; h < n_groups; ++h) {
      CAPTURE(g, h);
      CHECK(near(test.covariance(g, h), expected.covariance[g][h], 1e-11L));
    }
  }
  CHECK(test.df == expected.df);
  CHECK(near(test.chi_square, expected.chi_square, 1e-10L, 1e-6L));
}

Recipe recipe_of(Random& random) {
  Recipe recipe;
  recipe.most_groups = 5;
  recipe.late_entry = random.chance(0.6);
  recipe.frequency = random.chance(0.3);
  return recipe;
}

}  // namespace

TEST_CASE("log-rank: random rows against the definition") {
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random));
    check_against_definition(test_of(rows), rows);
  }
}

TEST_CASE("log-rank: as many groups as are looked at together, some more, some less") {
  for (const int n_groups : {2, 7, 8, 9, 63, 64, 65, 127, 128, 129, 150}) {
    CAPTURE(n_groups);
    for (const bool late_entry : {false, true}) {
      Random random(static_cast<std::uint64_t>(n_groups));
      Rows rows;
      rows.n_times = 20;
      rows.n_strata = 2;
      rows.n_groups = n_groups;
      for (int i = 0; i < 3 * n_groups; ++i) {
        rows.exit.push_back(random.below(rows.n_times));
        if (late_entry) rows.entry.push_back(random.between(-1, rows.exit.back() - 1));
        rows.event.push_back(random.chance(0.6));
        rows.stratum.push_back(random.below(rows.n_strata));
        rows.group.push_back(random.below(n_groups));
      }
      check_against_definition(test_of(rows), rows);
    }
  }
}

TEST_CASE("log-rank: shards give the same bits") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random));
    const LogRank whole = test_of(rows);
    for (const Shards& shards : ways_to_shard(rows, random)) {
      survlines::Counts counts = count_rows(shards.front().view());
      for (std::size_t k = 1; k < shards.size(); ++k) counts += count_rows(shards[k].view());
      const LogRank merged = log_rank(counts);
      CHECK(merged.observed == whole.observed);
      CHECK(merged.expected == whole.expected);
      CHECK(merged.covariance.values == whole.covariance.values);
      CHECK(merged.chi_square == whole.chi_square);
      CHECK(merged.df == whole.df);
    }
  }
}

TEST_CASE("log-rank: frequency 2 is two rows, row order is nothing") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe = recipe_of(random);
    recipe.frequency = true;
    const Rows rows = random_rows(random, recipe);
    const LogRank test = test_of(rows);
    for (const Rows& same : {rows.replicated(), rows.take(random.permutation(rows.size()))}) {
      const LogRank other = test_of(same);
      CHECK(other.expected == test.expected);
      CHECK(other.covariance.values == test.covariance.values);
      CHECK(other.chi_square == test.chi_square);
      CHECK(other.df == test.df);
    }
  }
}

TEST_CASE("log-rank: renaming the groups renames the result and keeps the test") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random));
    const auto n_groups = static_cast<std::size_t>(rows.n_groups);
    const auto new_name = random.permutation(n_groups);
    Rows renamed = rows;
    for (std::int32_t& group : renamed.group) {
      group = static_cast<std::int32_t>(new_name[static_cast<std::size_t>(group)]);
    }
    const LogRank a = test_of(rows);
    const LogRank b = test_of(renamed);
    for (std::size_t g = 0; g < n_groups; ++g) {
      CHECK(a.observed[g] == b.observed[new_name[g]]);
      CHECK(near(a.expected[g], b.expected[new_name[g]], 1e-13L));
    }
    CHECK(a.df == b.df);
    CHECK(near(a.chi_square, b.chi_square, 1e-10L, 1e-6L));
  }
}

TEST_CASE("log-rank: observed and expected have one total in every stratum") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random));
    const LogRank test = test_of(rows);
    for (std::size_t s = 0; s < static_cast<std::size_t>(rows.n_strata); ++s) {
      double observed = 0;
      double expected = 0;
      for (std::size_t g = 0; g < static_cast<std::size_t>(rows.n_groups); ++g) {
        observed += test.observed[s * static_cast<std::size_t>(rows.n_groups) + g];
        expected += test.expected[s * static_cast<std::size_t>(rows.n_groups) + g];
      }
      CHECK(near(observed, expected, 1e-13L));
    }
  }
}

TEST_CASE("log-rank: 6-MP against placebo, Freireich et al. 1963") {
  // Remission in weeks, + censored. 6-MP: 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+
  // 32+ 32+ 34+ 35+; placebo: 1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23.
  Rows rows;
  rows.n_times = 36;
  rows.n_groups = 2;
  rows.exit = {6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35,
               1, 1, 2, 2, 3, 4, 4,  5,  5,  8,  8,  8,  8,  11, 11, 12, 12, 15, 17, 22, 23};
  rows.event = {1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0,
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  rows.group.assign(42, 1);
  std::fill(rows.group.begin(), rows.group.begin() + 21, 0);
  const LogRank test = test_of(rows);
  // Printed in Kalbfleisch & Prentice and in Collett: O = 9 and 21, E = 19.25 and 10.75,
  // V = 6.2570, chi-square 16.79.
  CHECK(test.observed == std::vector<double>{9, 21});
  CHECK(test.expected[0] == Approx(19.25).margin(0.005));
  CHECK(test.expected[1] == Approx(10.75).margin(0.005));
  CHECK(test.covariance(0, 0) == Approx(6.2570).margin(5e-5));
  CHECK(test.chi_square == Approx(16.79).margin(0.005));
  CHECK(test.df == 1);
}

TEST_CASE("log-rank: nothing to compare") {
  Rows rows;
  CHECK(test_of(rows).df == 0);
  CHECK(test_of(rows).chi_square == 0);

  rows.n_times = 3;
  rows.n_groups = 2;
  rows.exit = {0, 1, 2, 2};
  rows.event = {0, 0, 0, 0};
  rows.group = {0, 1, 0, 1};
  CHECK(test_of(rows).df == 0);

  rows.event = {1, 1, 1, 1};
  rows.group = {0, 0, 0, 0};
  CHECK(test_of(rows).df == 0);

  // Everybody at risk dies at once: no group could have had fewer deaths.
  rows.exit = {1, 1, 1, 1};
  rows.group = {0, 1, 0, 1};
  CHECK(test_of(rows).df == 0);
  CHECK(test_of(rows).chi_square == 0);
  CHECK(test_of(rows).expected == std::vector<double>{2, 2});
}

TEST_CASE("log-rank: a group at risk between the events only expects exactly nothing") {
  // Three rows enter after the events at 0, 1 and 2 and leave at 4, 5, 6, before the next at 7.
  Rows rows;
  rows.n_times = 9;
  rows.n_groups = 3;
  rows.exit = {0, 1, 2, 7, 8, 8, 8, 4, 5, 6};
  rows.entry = {-1, -1, -1, -1, -1, -1, -1, 3, 3, 3};
  rows.event = {1, 1, 1, 1, 0, 0, 0, 0, 0, 0};
  rows.group = {1, 2, 1, 2, 1, 2, 1, 0, 0, 0};
  const LogRank test = test_of(rows);
  CHECK(test.expected[0] == 0);
  CHECK(test.df == 1);
  check_against_definition(test, rows);
}

TEST_CASE("log-rank: groups that only meet in different strata, and one that meets nobody") {
  Rows rows;
  rows.n_times = 3;
  rows.n_groups = 5;
  rows.n_strata = 3;
  rows.exit = {0, 1, 2, 0, 1, 2, 0, 1};
  rows.event = {1, 1, 0, 1, 1, 0, 1, 0};
  rows.stratum = {0, 0, 0, 1, 1, 1, 2, 2};
  rows.group = {0, 1, 1, 2, 3, 3, 4, 4};
  const LogRank test = test_of(rows);
  CHECK(test.df == 2);
  check_against_definition(test, rows);
}

TEST_CASE("log-rank: one row against a crowd of 100000") {
  Rows rows;
  rows.n_times = 1000;
  rows.n_groups = 2;
  Random random(3);
  for (int i = 0; i < 100000; ++i) {
    rows.exit.push_back(random.below(1000));
    rows.event.push_back(random.chance(0.5));
    rows.group.push_back(1);
  }
  rows.exit.push_back(0);
  rows.event.push_back(0);
  rows.group.push_back(0);
  const LogRank test = test_of(rows);
  double deaths = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) deaths += rows.exit[i] == 0 && rows.event[i];
  const long double n = 100001;
  const long double expected = deaths / n;
  const long double variance = deaths * (n - deaths) / (n - 1) / n * (n - 1) / n;
  CHECK(near(test.expected[0], expected, 1e-15L));
  CHECK(near(test.covariance(0, 0), variance, 1e-14L));
  // Here 1000 growths of Q_0, each rounded at 1e-16 of the largest, make one small sum.
  CHECK(near(test.covariance(1, 1), variance, 1e-13L));
  CHECK(near(test.chi_square, expected * expected / variance, 1e-9L));
}

TEST_CASE("log-rank: weights are refused") {
  Rows rows;
  rows.n_times = 1;
  rows.exit = {0};
  rows.event = {1};
  rows.weight = {1};
  CHECK_THROWS_AS(test_of(rows), survlines::InvalidInput);
}
