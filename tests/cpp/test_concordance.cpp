#include "core/concordance.h"

#include <vector>

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

void check_pairs(const survlines::Concordance& found, const Pairs& expected) {
  CHECK(near(found.concordant, expected.concordant, 1e-12L, 1.0L));
  CHECK(near(found.discordant, expected.discordant, 1e-12L, 1.0L));
  CHECK(near(found.tied_score, expected.tied_score, 1e-12L, 1.0L));
  CHECK(near(found.tied_time, expected.tied_time, 1e-12L, 1.0L));
  CHECK(near(found.tied_both, expected.tied_both, 1e-12L, 1.0L));
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
    check_pairs(found, expected);
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

namespace {

// The index and its variance by the derivative written out: of what each row takes part in.
void check_index(const Rows& rows, const std::vector<double>& score) {
  const std::vector<brute_force::Row> all = brute_force::rows_of(rows);
  const Pairs expected = all_pairs(all, score);
  const survlines::Concordance found =
      survlines::concordance(rows.view(), score.data(), nullptr, 0, {});
  check_pairs(found, expected);
  if (expected.comparable() == 0) {
    CHECK(std::isnan(found.index));
    return;
  }
  std::vector<Real> change(all.size(), 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t k = 0; k < all.size(); ++k) {
      const int time = all[i].exit;
      if (!all[i].event || all[i].stratum != all[k].stratum) continue;
      if (!all[k].at_risk(time) || all[k].dies_at(time)) continue;
      const Real right = score[i] > score[k] ? 1 : score[i] < score[k] ? 0 : 0.5L;
      change[i] += all[k].weight * (right - expected.index());
      change[k] += all[i].weight * (right - expected.index());
    }
  }
  Real variance = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Real share = all[i].weight * change[i] / expected.comparable();
    variance += share * share;
  }
  CHECK(near(found.index, expected.index(), 1e-12L));
  CHECK(near(found.variance, variance, 1e-11L, 1e-12L));
}

}  // namespace

// Few rows are compared pair by pair, more are split by score; scores and times have no ties, some,
// or nothing else.
TEST_CASE("concordance of any number of rows, ties and strata") {
  for (const int n : {1, 2, 11, 12, 13, 25, 64, 255, 256, 257}) {
    for (const int n_scores : {1, 5, 1000000}) {
      for (const int n_times : {1, 6, 5000}) {
        CAPTURE(n, n_scores, n_times);
        Random random(static_cast<std::uint64_t>(n + n_scores + n_times));
        Rows rows;
        rows.n_times = n_times;
        rows.n_strata = random.between(1, 3);
        const bool late = random.chance(0.5);
        const bool weighted = random.chance(0.5);
        std::vector<double> score;
        for (int i = 0; i < n; ++i) {
          rows.exit.push_back(random.below(n_times));
          rows.event.push_back(random.chance(0.6));
          rows.stratum.push_back(random.below(rows.n_strata));
          if (late) rows.entry.push_back(random.between(-1, rows.exit.back() - 1));
          if (weighted) rows.weight.push_back(random.between(0.1, 3.0));
          score.push_back(random.below(n_scores) - n_scores / 2.0);
        }
        check_index(rows, score);
      }
    }
  }
}

TEST_CASE("concordance: heavy rows take nothing from light ones") {
  Random random(1);
  Rows rows;
  rows.n_times = 40;
  std::vector<double> score;
  for (int i = 0; i < 40; ++i) {
    rows.exit.push_back(i);
    // What is heavy comes first, is censored, and takes part in no pair.
    rows.event.push_back(i >= 20);
    rows.weight.push_back(i < 20 ? 1e20 : random.between(1.0, 2.0));
    score.push_back(random.uniform());
  }
  check_index(rows, score);
}

TEST_CASE("risk scores are x coefficient + offset, whatever the number of rows") {
  for (const std::size_t n : {0U, 1U, 1023U, 1024U, 1025U}) {
    CAPTURE(n);
    Random random(n);
    std::vector<double> x;
    std::vector<double> offset;
    for (std::size_t i = 0; i < 2 * n; ++i) x.push_back(random.between(-2, 2));
    for (std::size_t i = 0; i < n; ++i) offset.push_back(random.between(0, 3));
    survlines::Design design;
    design.n_columns = 2;
    design.x = x.data();
    for (const bool with_offset : {false, true}) {
      design.offset = with_offset ? offset.data() : nullptr;
      const std::vector<double> score = survlines::risk_scores(design, {0.5, -3}, n);
      REQUIRE(score.size() == n);
      for (std::size_t i = 0; i < n; ++i) {
        CHECK(score[i] == 0.5 * x[i] - 3 * x[n + i] + (with_offset ? offset[i] : 0));
      }
    }
  }
}
