#include "core/jackknife.h"

#include "brute_force_curves.h"
#include "catch.h"
#include "near.h"
#include "random_data.h"

using survlines::Clusters;
using survlines::count_rows;
using survlines::cumulative_incidence;
using survlines::CumulativeIncidence;
using survlines::Jackknife;
using survlines::jackknife;

namespace {

constexpr int most_clusters = 4;

struct Clustered {
  Rows rows;
  std::vector<std::int32_t> cluster;  // empty: every row for itself
};

Clustered random_clustered(Random& random, Weights weights) {
  Recipe recipe;
  recipe.most_rows = 14;
  recipe.most_strata = 2;
  recipe.most_groups = 3;
  recipe.late_entry = random.chance(0.5);
  recipe.frequency = random.chance(0.3);
  recipe.weights = weights;
  Clustered data{random_rows(random, recipe), {}};
  if (random.chance(0.5)) {
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      data.cluster.push_back(random.below(most_clusters));
    }
  }
  return data;
}

Jackknife jackknife_of(const Clustered& data, const CumulativeIncidence& curve) {
  const bool clustered = !data.cluster.empty();
  return jackknife(data.rows.view(),
                   Clusters{clustered ? data.cluster.data() : nullptr, most_clusters}, curve);
}

// Without clusters the replicates of a row are rows of their own.
Clustered written_out(const Clustered& data) {
  Clustered result = data;
  result.cluster.clear();
  std::vector<std::size_t> source;
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    const int copies = data.rows.frequency.empty() ? 1 : static_cast<int>(data.rows.frequency[i]);
    for (int copy = 0; copy < copies; ++copy) source.push_back(i);
  }
  result.rows = data.rows.replicated();
  for (std::size_t k = 0; k < source.size(); ++k) {
    result.cluster.push_back(data.cluster.empty() ? static_cast<std::int32_t>(k)
                                                  : data.cluster[source[k]]);
  }
  return result;
}

void check_against_definition(const Clustered& data, long double tolerance) {
  const CumulativeIncidence curve = cumulative_incidence(count_rows(data.rows.view()));
  const Jackknife variance = jackknife_of(data, curve);
  REQUIRE(variance.survival.size() == curve.size());
  REQUIRE(variance.hazard.size() == curve.size());
  REQUIRE(variance.incidence.size() == curve.size() * curve.n_causes);
  const Clustered all = written_out(data);
  for (int s = 0; s < all.rows.n_strata; ++s) {
    std::vector<int> cluster;
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
      if (all.rows.stratum.empty() || all.rows.stratum[i] == s) cluster.push_back(all.cluster[i]);
    }
    const int n_clusters = std::max(most_clusters, static_cast<int>(all.rows.size()));
    const auto expected = brute_force::jackknife(brute_force::rows_of_stratum(all.rows, s), cluster,
                                                 n_clusters, all.rows.n_groups);
    const std::size_t begin = curve.stratum_begin[static_cast<std::size_t>(s)];
    for (std::size_t j = 0; j < expected.size(); ++j) {
      CAPTURE(s, j);
      // Variances of shares: 1e-4 is the square of a standard error of one percent point.
      CHECK(near(variance.survival[begin + j], expected[j].survival, tolerance, 1e-4L));
      CHECK(near(variance.hazard[begin + j], expected[j].hazard, tolerance, 1e-4L));
      for (std::size_t k = 0; k < curve.n_causes; ++k) {
        CHECK(near(variance.incidence[(begin + j) * curve.n_causes + k], expected[j].incidence[k],
                   tolerance, 1e-4L));
      }
    }
  }
}

}  // namespace

TEST_CASE("Jackknife: random rows and clusters against derivatives") {
  for (std::uint64_t seed = 0; seed < 1200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    check_against_definition(random_clustered(random, static_cast<Weights>(random.below(3))),
                             1e-10L);
  }
}

TEST_CASE("Jackknife: without weights, ties or late entry it is Greenwood's variance") {
  // Greenwood's sum counts each death 1 / (n (n - 1)); the jackknife is the same where no two rows
  // leave together (Therneau & Grambsch 2000).
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Clustered data;
    data.rows.n_times = random.between(1, 40);
    for (int t = 0; t < data.rows.n_times; ++t) {
      data.rows.exit.push_back(t);
      data.rows.event.push_back(random.chance(0.6));
    }
    const CumulativeIncidence curve = cumulative_incidence(count_rows(data.rows.view()));
    const Jackknife variance = jackknife_of(data, curve);
    long double greenwood = 0;
    for (std::size_t j = 0; j < curve.size() && curve.survival[j] > 0; ++j) {
      greenwood += curve.n_event[j] / (curve.n_risk[j] * curve.survivors[j]);
      CHECK(near(variance.survival[j], greenwood * curve.survival[j] * curve.survival[j], 1e-12L));
    }
  }
}

TEST_CASE("Jackknife: a common factor on all weights changes nothing, nor does row order") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Clustered data = random_clustered(random, Weights::ordinary);
    const auto order = random.permutation(data.rows.size());
    Clustered other = data;
    other.rows = data.rows.take(order);
    for (double& weight : other.rows.weight) weight *= 512;
    for (std::size_t i = 0; i < data.cluster.size(); ++i) other.cluster[i] = data.cluster[order[i]];
    const auto curve = cumulative_incidence(count_rows(data.rows.view()));
    const auto heavy = cumulative_incidence(count_rows(other.rows.view()));
    const Jackknife a = jackknife_of(data, curve);
    const Jackknife b = jackknife_of(other, heavy);
    REQUIRE(a.incidence.size() == b.incidence.size());
    for (std::size_t j = 0; j < a.incidence.size(); ++j) {
      CHECK(near(a.incidence[j], b.incidence[j], 1e-10L, 1e-4L));
    }
  }
}

TEST_CASE("Jackknife: variances of nothing are 0, not what rounding leaves") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Clustered data;
    data.rows.n_times = random.between(1, 40);
    for (int t = 0; t < data.rows.n_times; ++t) {
      const int rows = random.between(1, 3);
      for (int i = 0; i < rows; ++i) {
        data.rows.exit.push_back(t);
        data.rows.event.push_back(t + 1 == data.rows.n_times || random.chance(0.6));
      }
    }
    const CumulativeIncidence curve = cumulative_incidence(count_rows(data.rows.view()));
    REQUIRE(curve.n_causes == 1);
    CHECK(jackknife_of(data, curve).incidence.back() == 0);

    // A cluster of all rows: what is left is that of its influence, a sum over its rows.
    data.cluster.assign(data.rows.size(), 0);
    const Jackknife of_one = jackknife_of(data, curve);
    for (std::size_t j = 0; j < curve.size(); ++j) {
      CHECK(of_one.survival[j] < 1e-28);
      CHECK(of_one.hazard[j] < 1e-28);
      CHECK(of_one.incidence[j] < 1e-28);
    }
  }
}

TEST_CASE("Jackknife: no rows") {
  const CumulativeIncidence curve = cumulative_incidence(count_rows(Rows{}.view()));
  CHECK(jackknife_of({}, curve).survival.empty());
}
