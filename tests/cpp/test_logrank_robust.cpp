#include "brute_force_logrank.h"
#include "catch.h"
#include "core/logrank_robust.h"
#include "near.h"
#include "random_data.h"

using survlines::Clusters;
using survlines::count_rows;
using survlines::log_rank;
using survlines::LogRank;
using survlines::robust_log_rank;
using survlines::TestWeight;
using survlines::Weighting;

namespace {

using brute_force::Matrix;
using brute_force::Real;
using brute_force::Row;

constexpr std::size_t most_clusters = 5;

struct Clustered {
  Rows rows;
  std::vector<std::int32_t> code;  // empty: every replicate for itself

  Clusters clusters() const { return {code.empty() ? nullptr : code.data(), most_clusters}; }
};

Clustered random_clustered(Random& random) {
  Recipe recipe;
  recipe.late_entry = random.chance(0.4);
  recipe.frequency = random.chance(0.4);
  recipe.weights = random.chance(0.6) ? Weights::ordinary : Weights::none;
  Clustered data{random_rows(random, recipe), {}};
  if (random.chance(0.6)) {
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      data.code.push_back(random.below(static_cast<int>(most_clusters)));
    }
  }
  return data;
}

// The residual of a row of weight 1: at each time it is at risk, in every group h,
//   w (1{h = its group} - n_h / n) (dN - d / n).
std::vector<Real> residual(const std::vector<Row>& rows, const Row& own, std::size_t n_groups,
                           const Weighting& weighting) {
  std::vector<Real> u(n_groups, 0);
  for (const int t : brute_force::times_of(rows)) {
    const auto at_risk = [t](const Row& r) { return r.at_risk(t); };
    const Real d = brute_force::total_mass(rows, [t](const Row& r) { return r.dies_at(t); });
    if (!own.at_risk(t) || !(d > 0)) continue;
    const Real n = brute_force::total_mass(rows, at_risk);
    const Real w = brute_force::weight_at(rows, t, weighting);
    for (std::size_t h = 0; h < n_groups; ++h) {
      const int group = static_cast<int>(h);
      const Real n_h = brute_force::total_mass(
          rows, [t, group](const Row& r) { return r.at_risk(t) && r.group == group; });
      u[h] += w * ((own.group == group ? 1 : 0) - n_h / n) * ((own.dies_at(t) ? 1 : 0) - d / n);
    }
  }
  return u;
}

// The sum of squares over units: a cluster with all its rows, or one replicate of a row.
Matrix covariance_of(const Clustered& data, const Weighting& weighting) {
  const auto n_groups = static_cast<std::size_t>(data.rows.n_groups);
  const std::vector<Row> all = brute_force::rows_of(data.rows);
  Matrix units;
  std::vector<Real> copies;
  if (!data.code.empty()) {
    units = brute_force::zero_matrix(most_clusters, n_groups);
    copies.assign(most_clusters, 1);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<Real> u = residual(brute_force::rows_of_stratum(data.rows, all[i].stratum), all[i],
                                   n_groups, weighting);
    for (Real& value : u) value *= data.code.empty() ? all[i].weight : all[i].mass();
    if (data.code.empty()) {
      units.push_back(u);
      copies.push_back(all[i].frequency);
    } else {
      for (std::size_t h = 0; h < n_groups; ++h) {
        units[static_cast<std::size_t>(data.code[i])][h] += u[h];
      }
    }
  }
  Matrix covariance = brute_force::zero_matrix(n_groups, n_groups);
  for (std::size_t k = 0; k < units.size(); ++k) {
    for (std::size_t g = 0; g < n_groups; ++g) {
      for (std::size_t h = 0; h < n_groups; ++h) {
        covariance[g][h] += copies[k] * units[k][g] * units[k][h];
      }
    }
  }
  return covariance;
}

}  // namespace

TEST_CASE("Robust log-rank: random rows against the definition") {
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Clustered data = random_clustered(random);
    const Weighting weighting{static_cast<TestWeight>(random.below(6)), random.between(0.0, 2.0),
                              random.between(0.0, 2.0)};
    const LogRank test = robust_log_rank(data.rows.view(), data.clusters(), {}, weighting);
    const Matrix expected = covariance_of(data, weighting);
    for (std::size_t g = 0; g < expected.size(); ++g) {
      for (std::size_t h = 0; h < expected.size(); ++h) {
        CHECK(near(test.covariance(g, h), expected[g][h], 1e-12L, 1));
      }
    }
  }
}

TEST_CASE("Robust log-rank: events observed and expected are those of the test of counts") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Clustered data = random_clustered(random);
    data.rows.weight.clear();
    const LogRank counted = log_rank(count_rows(data.rows.view()));
    const LogRank robust = robust_log_rank(data.rows.view(), data.clusters());
    REQUIRE(robust.observed.size() == counted.observed.size());
    for (std::size_t k = 0; k < counted.observed.size(); ++k) {
      CHECK(near(robust.observed[k], counted.observed[k], 1e-13L, 1));
      CHECK(near(robust.expected[k], counted.expected[k], 1e-13L, 1));
    }
  }
}

TEST_CASE("Robust log-rank: of one cluster nothing is known") {
  Rows rows;
  rows.n_times = 3;
  rows.n_groups = 2;
  rows.exit = {0, 1, 2, 2};
  rows.event = {1, 1, 1, 0};
  rows.group = {0, 1, 0, 1};
  const std::vector<std::int32_t> code(4, 0);
  CHECK(robust_log_rank(rows.view(), {code.data(), 1}).df == 0);
  CHECK(robust_log_rank(rows.view(), {}).df == 1);
}
