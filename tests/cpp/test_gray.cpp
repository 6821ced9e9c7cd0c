#include "core/gray.h"

#include "catch.h"
#include "near.h"
#include "random_data.h"
#include "shards.h"

using survlines::count_rows;
using survlines::Gray;
using survlines::gray_test;

namespace {

// Even codes are events of the cause tested, odd codes all other rows.
Rows random_causes(Random& random) {
  Recipe recipe;
  recipe.most_rows = 60;
  recipe.frequency = random.chance(0.3);
  recipe.most_groups = 1;
  Rows rows = random_rows(random, recipe);
  const int n_groups = random.between(2, 4);
  rows.n_groups = 2 * n_groups;
  rows.group.clear();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool tested = rows.event[i] && random.chance(0.6);
    rows.group.push_back(2 * random.below(n_groups) + (tested ? 0 : 1));
  }
  return rows;
}

void check_same(const Gray& a, const Gray& b, long double tolerance) {
  CHECK(a.df == b.df);
  CHECK(near(a.chi_square, b.chi_square, tolerance, 1));
  for (std::size_t g = 0; g < a.score.size(); ++g) {
    CHECK(near(a.score[g], b.score[g], tolerance, 1));
  }
}

// The scores of rho 0 by their definition (Gray 1988): with F the incidence of the cause and S the
// survival of any event just before a time, Y (1 - F) / S rows of a group are at risk of the cause.
std::vector<double> brute_scores(const Rows& rows) {
  const auto n_groups = static_cast<std::size_t>(rows.n_groups) / 2;
  std::vector<double> score(n_groups, 0.0);
  for (std::int32_t stratum = 0; stratum < rows.n_strata; ++stratum) {
    std::vector<double> incidence(n_groups, 0.0), survival(n_groups, 1.0);
    for (std::int32_t time = 0; time < rows.n_times; ++time) {
      std::vector<double> at_risk(n_groups, 0.0), tested(n_groups, 0.0), any(n_groups, 0.0);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows.stratum.empty() && rows.stratum[i] != stratum) continue;
        const auto group = static_cast<std::size_t>(rows.group[i] / 2);
        at_risk[group] += rows.exit[i] >= time;
        const bool event = rows.exit[i] == time && rows.event[i];
        any[group] += event;
        tested[group] += event && rows.group[i] % 2 == 0;
      }
      std::vector<double> risk(n_groups, 0.0);
      double all_risk = 0, all_tested = 0;
      for (std::size_t g = 0; g < n_groups; ++g) {
        if (at_risk[g] > 0) risk[g] = at_risk[g] * (1 - incidence[g]) / survival[g];
        all_risk += risk[g];
        all_tested += tested[g];
      }
      for (std::size_t g = 0; g < n_groups; ++g) {
        if (all_tested > 0) score[g] += tested[g] - all_tested * risk[g] / all_risk;
        if (at_risk[g] == 0) continue;
        incidence[g] += survival[g] * tested[g] / at_risk[g];
        survival[g] *= (at_risk[g] - any[g]) / at_risk[g];
      }
    }
  }
  return score;
}

}  // namespace

TEST_CASE("Gray's test: scores are those of the definition") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_causes(random);
    const Gray test = gray_test(count_rows(rows.view()), 0);
    const std::vector<double> expected = brute_scores(rows.replicated());
    for (std::size_t g = 0; g < expected.size(); ++g) {
      CHECK(near(test.score[g], expected[g], 1e-11L, 1));
    }
  }
}

TEST_CASE("Gray's test: scores add up to zero, and so do the rows of their covariance") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Gray test = gray_test(count_rows(random_causes(random).view()), random.between(-1, 1));
    long double sum = 0;
    for (const double score : test.score) sum += score;
    CHECK(near(sum, 0, 1e-12L, 1));
    for (std::size_t i = 0; i < test.score.size(); ++i) {
      long double row = 0;
      for (std::size_t j = 0; j < test.score.size(); ++j) row += test.covariance(i, j);
      CHECK(near(row, 0, 1e-10L, test.covariance(i, i) + 1));
    }
  }
}

TEST_CASE("Gray's test: replicates are rows; order of rows, and shards, change nothing") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_causes(random);
    const Gray test = gray_test(count_rows(rows.view()), 0.5);
    check_same(gray_test(count_rows(rows.replicated().view()), 0.5), test, 0);
    const auto order = random.permutation(rows.size());
    check_same(gray_test(count_rows(rows.take(order).view()), 0.5), test, 0);
    for (const Shards& shards : ways_to_shard(rows, random)) {
      survlines::Counts counts = count_rows(shards.front().view());
      for (std::size_t k = 1; k < shards.size(); ++k) counts += count_rows(shards[k].view());
      check_same(gray_test(counts, 0.5), test, 0);
    }
  }
}

TEST_CASE("Gray's test: which group is left out of the statistic changes nothing") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Rows rows = random_causes(random);
    const Gray test = gray_test(count_rows(rows.view()), 0);
    for (std::int32_t& code : rows.group) code = (code + 2) % rows.n_groups;
    const Gray turned = gray_test(count_rows(rows.view()), 0);
    CHECK(turned.df == test.df);
    CHECK(near(turned.chi_square, test.chi_square, 1e-8L, 1));
  }
}

TEST_CASE("Gray's test refuses what it is not defined for") {
  Rows rows;
  rows.n_times = 2;
  rows.n_groups = 4;
  rows.exit = {1, 1};
  rows.event = {1, 0};
  rows.group = {0, 3};
  rows.weight = {1, 2};
  CHECK_THROWS_AS(gray_test(count_rows(rows.view()), 0), survlines::InvalidInput);
  rows.weight.clear();
  rows.entry = {0, -1};
  CHECK_THROWS_AS(gray_test(count_rows(rows.view()), 0), survlines::InvalidInput);
}
