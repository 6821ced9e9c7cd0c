#include "core/concordance.h"

#include "brute_force.h"
#include "catch.h"
#include "near.h"
#include "random_data.h"

using brute_force::Real;

namespace {

struct Pairs {
  Real concordant = 0, discordant = 0, tied_score = 0, tied_time = 0, tied_both = 0;

  Real comparable() const { return concordant + discordant + tied_score; }
  Real index() const { return (concordant + tied_score / 2) / comparable(); }
};

// Every pair of rows, asked one by one. `rows` are not replicated.
Pairs all_pairs(const std::vector<brute_force::Row>& rows, const std::vector<double>& score) {
  Pairs pairs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      if (i == j || !rows[i].event || rows[i].stratum != rows[j].stratum) continue;
      const int time = rows[i].exit;
      if (!rows[j].at_risk(time)) continue;
      const Real weight = rows[i].weight * rows[j].weight;
      if (rows[j].dies_at(time)) {
        // Met twice, from either side.
        (score[i] == score[j] ? pairs.tied_both : pairs.tied_time) += weight / 2;
      } else if (score[i] > score[j]) {
        pairs.concordant += weight;
      } else if (score[i] < score[j]) {
        pairs.discordant += weight;
      } else {
        pairs.tied_score += weight;
      }
    }
  }
  return pairs;
}

// The derivative of the index with respect to a weight, by differences.
Real slope(std::vector<brute_force::Row> rows, const std::vector<double>& score, std::size_t i) {
  const Real h = 1e-5L * rows[i].weight;
  rows[i].weight += h;
  const Real above = all_pairs(rows, score).index();
  rows[i].weight -= 2 * h;
  return (above - all_pairs(rows, score).index()) / (2 * h);
}

Rows random_problem(Random& random) {
  Recipe recipe;
  recipe.most_rows = 20;
  recipe.most_groups = 1;
  recipe.late_entry = random.chance(0.5);
  recipe.frequency = random.chance(0.3);
  recipe.weights = random.chance(0.5) ? Weights::ordinary : Weights::none;
  return random_rows(random, recipe);
}

}  // namespace

TEST_CASE("concordance and its jackknife are those of all pairs") {
  int with_pairs = 0;
  for (int seed = 1; seed <= 300; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    CAPTURE(seed);
    const Rows rows = random_problem(random);
    std::vector<double> score;
    for (std::size_t i = 0; i < rows.size(); ++i) score.push_back(random.below(6));
    std::vector<std::int32_t> cluster;
    for (std::size_t i = 0; i < rows.size(); ++i) cluster.push_back(random.below(5));
    const bool clustered = random.chance(0.5);

    // Replicates written out: nothing is known of frequencies here.
    std::vector<std::size_t> origin;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double copies = rows.frequency.empty() ? 1 : rows.frequency[i];
      for (int copy = 0; copy < copies; ++copy) origin.push_back(i);
    }
    const std::vector<brute_force::Row> replicated = brute_force::rows_of(rows.replicated());
    std::vector<double> scores;
    for (const std::size_t i : origin) scores.push_back(score[i]);
    const Pairs expected = all_pairs(replicated, scores);

    const survlines::Concordance found = survlines::concordance(
        rows.view(), score.data(), clustered ? cluster.data() : nullptr, 5, {});
    CHECK(near(found.concordant, expected.concordant, 1e-12L, 1.0L));
    CHECK(near(found.discordant, expected.discordant, 1e-12L, 1.0L));
    CHECK(near(found.tied_score, expected.tied_score, 1e-12L, 1.0L));
    CHECK(near(found.tied_time, expected.tied_time, 1e-12L, 1.0L));
    CHECK(near(found.tied_both, expected.tied_both, 1e-12L, 1.0L));
    if (expected.comparable() == 0) {
      CHECK(std::isnan(found.index));
      continue;
    }
    ++with_pairs;
    CHECK(near(found.index, expected.index(), 1e-12L));
    std::vector<Real> totals(clustered ? 5 : origin.size(), 0);
    for (std::size_t k = 0; k < origin.size(); ++k) {
      const std::size_t at = clustered ? static_cast<std::size_t>(cluster[origin[k]]) : k;
      totals[at] += replicated[k].weight * slope(replicated, scores, k);
    }
    Real variance = 0;
    for (const Real total : totals) variance += total * total;
    CHECK(near(found.variance, variance, 1e-7L, 1e-6L));
  }
  CHECK(with_pairs > 150);
}
