#include "brute_force_logrank.h"
#include "catch.h"
#include "core/logrank.h"
#include "near.h"
#include "random_data.h"

using survlines::count_rows;
using survlines::log_rank;
using survlines::LogRank;
using survlines::TestWeight;
using survlines::Weighting;

namespace {

using brute_force::Real;
using brute_force::weight_at;

brute_force::LogRank weighted_log_rank(const Rows& all, const Weighting& weighting) {
  const auto n_strata = static_cast<std::size_t>(all.n_strata);
  const auto n_groups = static_cast<std::size_t>(all.n_groups);
  brute_force::LogRank result{brute_force::zero_matrix(n_strata, n_groups),
                              brute_force::zero_matrix(n_strata, n_groups),
                              brute_force::zero_matrix(n_groups, n_groups)};
  for (std::size_t s = 0; s < n_strata; ++s) {
    const auto rows = brute_force::rows_of_stratum(all, static_cast<int>(s));
    for (const int t : brute_force::times_of(rows)) {
      std::vector<Real> n_of(n_groups, 0), d_of(n_groups, 0);
      Real n = 0, d = 0;
      for (const auto& row : rows) {
        const auto g = static_cast<std::size_t>(row.group);
        if (row.at_risk(t)) n_of[g] += row.mass(), n += row.mass();
        if (row.dies_at(t)) d_of[g] += row.mass(), d += row.mass();
      }
      if (d == 0) continue;
      const Real w = weight_at(rows, t, weighting);
      for (std::size_t g = 0; g < n_groups; ++g) {
        result.observed[s][g] += w * d_of[g];
        result.expected[s][g] += w * d * n_of[g] / n;
        for (std::size_t h = 0; n > 1 && h < n_groups; ++h) {
          const Real rest = (g == h ? 1 : 0) - n_of[h] / n;
          result.covariance[g][h] += w * w * d * (n - d) / (n - 1) * n_of[g] / n * rest;
        }
      }
    }
  }
  return result;
}

}  // namespace

TEST_CASE("Weighted log-rank: random rows against the definition") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe;
    recipe.late_entry = random.chance(0.4);
    recipe.frequency = random.chance(0.4);
    const Rows rows = random_rows(random, recipe);
    const Weighting weighting{static_cast<TestWeight>(random.below(6)), random.between(0.0, 2.0),
                              random.between(0.0, 2.0)};
    const LogRank test = log_rank(count_rows(rows.view()), {}, weighting);
    const auto expected = weighted_log_rank(rows, weighting);
    const auto n_groups = static_cast<std::size_t>(rows.n_groups);
    for (std::size_t s = 0; s < static_cast<std::size_t>(rows.n_strata); ++s) {
      for (std::size_t g = 0; g < n_groups; ++g) {
        CHECK(near(test.observed[s * n_groups + g], expected.observed[s][g], 1e-12L, 1));
        CHECK(near(test.expected[s * n_groups + g], expected.expected[s][g], 1e-12L, 1));
      }
    }
    for (std::size_t g = 0; g < n_groups; ++g) {
      for (std::size_t h = 0; h < n_groups; ++h) {
        CHECK(near(test.covariance(g, h), expected.covariance[g][h], 1e-12L, 1));
      }
    }
  }
}

TEST_CASE("Weighted log-rank: rho and gamma 0 are the log-rank test itself") {
  Random random(1);
  const Rows rows = random_rows(random, Recipe{});
  const auto counts = count_rows(rows.view());
  CHECK(log_rank(counts, {}, {TestWeight::fleming_harrington, 0, 0}).chi_square ==
        log_rank(counts).chi_square);
}
