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

}  // namespace

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
