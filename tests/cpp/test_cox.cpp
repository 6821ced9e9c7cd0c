#include "core/cox.h"

#include <cmath>
#include <limits>

#include "brute_force.h"
#include "catch.h"
#include "cox_data.h"
#include "instruction_sets.h"
#include "near.h"
#include "same_fit.h"
#include "sharded_cox.h"

using brute_force::Matrix;
using brute_force::Real;
using survlines::CoefficientKind;
using survlines::CoxControl;
using survlines::CoxFit;
using survlines::NewtonStatus;
using survlines::SquareMatrix;
using survlines::Ties;

namespace {

// From so many columns on, steps are taken without new information: never, or always.
constexpr std::size_t never = 1000;
constexpr std::size_t always = 0;

CoxFit fit(const CoxData& data, Ties ties, bool robust = true, std::vector<double> start = {},
           std::size_t columns_of_secants = never) {
  const CoxInput input(data);
  CoxControl control;
  control.columns_of_secants = columns_of_secants;
  control.ties = ties;
  survlines::RobustRequest request;
  request.wanted = robust;
  request.cluster = data.cluster.empty() ? nullptr : data.cluster.data();
  request.n_clusters = data.n_clusters;
  if (start.empty()) start.assign(data.n_columns(), 0.0);
  return survlines::fit_cox(input.view, input.design, start, request, control);
}

brute_force::CoxFit fit_slowly(const CoxData& data, Ties ties, Real worst_pivot = 1e-6L) {
  return brute_force::fit_cox(data, ties == Ties::efron, std::vector<Real>(data.n_columns(), 0),
                              worst_pivot);
}

Real death_mass(const CoxData& data) {
  return brute_force::total_mass(brute_force::rows_of(data.rows),
                                 [](const brute_force::Row& row) { return row.event; });
}

// Largest value of each column in its standard unit, at least 1: weights may have made the unit
// much shorter than the column.
std::vector<Real> reach_of(const ShardedCox& cox, const CoxData& data) {
  std::vector<Real> reach(data.n_columns(), 1);
  for (std::size_t j = 0; j < reach.size(); ++j) {
    for (const double x : data.column[j]) {
      reach[j] = std::fmax(reach[j], std::fabs(Real{x}) / cox.standardization.unit[j]);
    }
  }
  return reach;
}

// Derivatives of standardised columns against the definition. What rounding can do to them is in
// proportion to the deaths' mass and to the columns' size.
void check_derivatives(const ShardedCox& cox, const CoxShards& shards, const CoxData& whole,
                       const std::vector<double>& beta, bool efron, Real tolerance) {
  const std::vector<double>& unit = cox.standardization.unit;
  const ShardedCox::Point point = cox.at(cox.to_standard(beta));
  const brute_force::CoxPoint expected =
      brute_force::cox_at(whole, std::vector<Real>(beta.begin(), beta.end()), efron);
  const Real scale = death_mass(whole);
  const std::vector<Real> reach = reach_of(cox, whole);
  CHECK(near(point.derivatives.loglik, expected.loglik, tolerance, scale));
  const Matrix middle = brute_force::clustered_middle(whole, expected.residual);
  for (std::size_t a = 0; a < beta.size(); ++a) {
    CAPTURE(a);
    const Real size = scale * reach[a];
    CHECK(near(point.derivatives.score[a], expected.score[a] / unit[a], tolerance, size));
    for (std::size_t b = 0; b < beta.size(); ++b) {
      CAPTURE(b);
      const Real units = Real{unit[a]} * unit[b];
      CHECK(near(point.derivatives.information(a, b), expected.information[a][b] / units, tolerance,
                 size * reach[b]));
      CHECK(near(point.middle(a, b), middle[a][b] / units, tolerance, size * scale * reach[b]));
    }
  }
  // Residuals of one shard stand in the order of the whole.
  if (shards.size() > 1) return;
  for (std::size_t i = 0; i < whole.rows.size(); ++i) {
    for (std::size_t a = 0; a < beta.size(); ++a) {
      CHECK(near(point.residuals[0][a * whole.rows.size() + i], expected.residual[i][a] / unit[a],
                 tolerance, reach[a]));
    }
  }
}

// Differences in units of what they estimate: coefficients in standard errors, variances in
// products of standard errors.
void check_fit(const CoxFit& a, const brute_force::CoxFit& b, Real tolerance) {
  CHECK(a.status == NewtonStatus::converged);
  CHECK(near(a.loglik, b.at_maximum.loglik, tolerance, 1));
  CHECK(near(a.loglik_start, b.at_start.loglik, tolerance, 1));
  CHECK(near(a.score_test, b.score_test, tolerance * 10, 1e-3L));
  const auto se = [&b](std::size_t j) { return std::sqrt(b.variance[j][j]); };
  const auto robust_se = [&b](std::size_t j) { return std::sqrt(b.robust_variance[j][j]); };
  for (std::size_t i = 0; i < b.coefficient.size(); ++i) {
    CAPTURE(i);
    CHECK(a.kind[i] == CoefficientKind::finite);
    CHECK(std::fabs(a.coefficient[i] - b.coefficient[i]) <= tolerance * se(i));
    for (std::size_t j = 0; j < b.coefficient.size(); ++j) {
      CAPTURE(j);
      CHECK(std::fabs(a.variance(i, j) - b.variance[i][j]) <= tolerance * se(i) * se(j));
      const Real size = std::fmax(robust_se(i) * robust_se(j), se(i) * se(j));
      CHECK(std::fabs(a.robust_variance(i, j) - b.robust_variance[i][j]) <= tolerance * size);
    }
  }
}

CoxRecipe recipe_of(Random& random) {
  CoxRecipe recipe;
  recipe.rows.late_entry = random.chance(0.5);
  recipe.rows.frequency = random.chance(0.3);
  recipe.rows.weights = random.chance(0.4) ? Weights::ordinary : Weights::none;
  recipe.rows.most_rows = 30;
  recipe.offset = random.chance(0.3);
  recipe.clusters = random.chance(0.5);
  return recipe;
}

Ties random_ties(Random& random) { return random.chance(0.6) ? Ties::efron : Ties::breslow; }

// A data set with a maximum far from singular, found by the slow method.
struct Solved {
  CoxData data;
  Ties ties = Ties::efron;
  brute_force::CoxFit slow;
};

bool regular(const brute_force::CoxFit& slow) {
  if (!slow.found) return false;
  for (const auto& row : slow.variance) {
    for (const Real value : row) {
      if (!(std::fabs(value) < 1e4L)) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("Cox: likelihood, score, information and sandwich at any point, over shards") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxData data = random_cox_data(random, recipe_of(random));
    const Ties ties = random_ties(random);
    std::vector<double> beta;
    for (std::size_t j = 0; j < data.n_columns(); ++j) beta.push_back(0.7 * random.normal());
    for (const CoxShards& shards : ways_to_shard(data, random)) {
      CAPTURE(shards.size());
      check_derivatives(ShardedCox(shards, ties), shards, data, beta, ties == Ties::efron, 1e-12L);
    }
  }
}

TEST_CASE("Cox: fits against Newton's method in long double on the definition") {
  int compared = 0;
  int left_out = 0;
  for (std::uint64_t seed = 0; seed < 2500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.most_rows = 40;
    const CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    const brute_force::CoxFit slow = fit_slowly(data, ties);
    if (!regular(slow)) {
      ++left_out;
      continue;
    }
    ++compared;
    for (const std::size_t secants : {never, always}) {
      CAPTURE(secants);
      check_fit(fit(data, ties, true, {}, secants), slow, 1e-9L);
    }
  }
  CAPTURE(compared, left_out);
  CHECK(compared > 1200);
}

// As many columns as steps by secants are meant for.
TEST_CASE("Cox: with many columns the same fit with and without steps by secants") {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.late_entry = false;
    recipe.rows.most_rows = 900;
    recipe.rows.most_times = 400;
    CoxData data = random_cox_data(random, recipe);
    if (data.rows.size() < 300) continue;
    ++compared;
    data.column.resize(20);
    for (std::vector<double>& column : data.column) {
      column.assign(data.rows.size(), 0);
      for (double& value : column) value = random.normal();
    }
    if (seed % 3 == 0) data.column[7] = data.column[2];
    const Ties ties = random_ties(random);
    const CoxFit expected = fit(data, ties, true, {}, never);
    const CoxFit found = fit(data, ties, true, {}, always);
    CHECK(found.kind == expected.kind);
    CHECK(found.status == expected.status);
    CHECK(near(found.loglik, expected.loglik, 1e-13L, 1));
    for (std::size_t j = 0; j < 20; ++j) {
      if (expected.kind[j] != CoefficientKind::finite) continue;
      const double se = std::sqrt(expected.variance(j, j));
      CHECK(std::fabs(found.coefficient[j] - expected.coefficient[j]) <= 1e-9 * se);
      CHECK(std::fabs(found.variance(j, j) - expected.variance(j, j)) <= 1e-9 * se * se);
      CHECK(std::fabs(found.robust_variance(j, j) - expected.robust_variance(j, j)) <=
            1e-9 * expected.robust_variance(j, j));
    }
  }
  CHECK(compared >= 8);
}

// Hundreds of rows: several panels, hundreds of cells or hundreds of tied deaths.
TEST_CASE("Cox: larger data sets against the definition") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.most_rows = 1200;
    recipe.rows.most_times = seed % 3 == 0 ? 2 : 150;
    recipe.rows.most_strata = 4;
    recipe.most_columns = 7;
    const CoxData data = random_cox_data(random, recipe);
    for (const Ties ties : {Ties::efron, Ties::breslow}) {
      std::vector<double> beta;
      for (std::size_t j = 0; j < data.n_columns(); ++j) beta.push_back(0.4 * random.normal());
      for (const CoxShards& shards : {CoxShards{data}, split_cox_data(data, 3, random)}) {
        check_derivatives(ShardedCox(shards, ties), shards, data, beta, ties == Ties::efron,
                          1e-12L);
      }
    }
  }
}

TEST_CASE("Cox: shards arrive at the local fit") {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxData data = random_cox_data(random, recipe_of(random));
    const Ties ties = random_ties(random);
    if (!regular(fit_slowly(data, ties))) continue;
    const CoxFit local = fit(data, ties);
    for (const CoxShards& shards : ways_to_shard(data, random)) {
      CAPTURE(shards.size());
      const ShardedCox cox(shards, ties);
      const survlines::NewtonState state = cox.maximise({});
      CHECK(state.status == NewtonStatus::converged);
      for (std::size_t j = 0; j < data.n_columns(); ++j) {
        const Real coefficient = Real{state.best[j]} / cox.standardization.unit[j];
        const Real se = std::sqrt(Real{local.variance(j, j)});
        CHECK(std::fabs(coefficient - local.coefficient[j]) <= 1e-9L * se);
      }
    }
  }
}

TEST_CASE("Cox: frequency 2 is two rows, row order is nothing, strata and clusters have no names") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.frequency = true;
    const CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    if (!regular(fit_slowly(data, ties))) continue;
    const CoxFit whole = fit(data, ties);
    check_same(fit(data.replicated(), ties), whole, 1e-9L);
    check_same(fit(data.take(random.permutation(data.rows.size())), ties), whole, 1e-9L);
    CoxData renamed = data;
    for (std::int32_t& stratum : renamed.rows.stratum) stratum = data.rows.n_strata - 1 - stratum;
    for (std::int32_t& cluster : renamed.cluster) {
      cluster = static_cast<std::int32_t>(data.n_clusters) - 1 - cluster;
    }
    check_same(fit(renamed, ties), whole, 1e-9L);
  }
}

TEST_CASE("Cox: a common factor on all weights leaves coefficients and robust variance") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.weights = Weights::ordinary;
    const CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    if (!regular(fit_slowly(data, ties))) continue;
    CoxData heavy = data;
    for (double& weight : heavy.rows.weight) weight *= 1e6;
    const CoxFit a = fit(data, ties);
    const CoxFit b = fit(heavy, ties);
    for (std::size_t i = 0; i < data.n_columns(); ++i) {
      const Real se = std::sqrt(Real{a.variance(i, i)});
      CHECK(std::fabs(a.coefficient[i] - b.coefficient[i]) <= 1e-9L * se);
      CHECK(near(a.variance(i, i), b.variance(i, i) * 1e6L, 1e-9L));
      CHECK(near(a.robust_variance(i, i), b.robust_variance(i, i), 1e-9L, se * se));
    }
  }
}

TEST_CASE("Cox: units, shifts and a shifted offset change nothing but the units") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.offset = true;
    const CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    if (!regular(fit_slowly(data, ties))) continue;
    const CoxFit whole = fit(data, ties);

    CoxData scaled = data;
    std::vector<double> unit;
    for (auto& column : scaled.column) {
      unit.push_back(random.chance(0.5) ? 1e8 : 1e-8);
      for (double& value : column) value *= unit.back();
    }
    CoxFit back = fit(scaled, ties);
    for (std::size_t i = 0; i < unit.size(); ++i) {
      back.coefficient[i] *= unit[i];
      for (std::size_t j = 0; j < unit.size(); ++j) {
        back.variance(i, j) *= unit[i] * unit[j];
        back.robust_variance(i, j) *= unit[i] * unit[j];
      }
    }
    check_same(back, whole, 1e-8L);

    CoxData shifted = data;
    for (double& value : shifted.column[0]) value += 1e7;
    check_same(fit(shifted, ties), whole, 1e-6L);

    CoxData far_offset = data;
    for (double& value : far_offset.offset) value += 100;
    check_same(fit(far_offset, ties), whole, 1e-9L);
  }
}

TEST_CASE("Cox: a linear predictor that ranges over 2000") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.offset = true;
    CoxData data = random_cox_data(random, recipe);
    for (double& value : data.offset) value = random.between(-1000.0, 1000.0);
    const Ties ties = random_ties(random);
    std::vector<double> beta;
    for (std::size_t j = 0; j < data.n_columns(); ++j) beta.push_back(0.7 * random.normal());
    for (const CoxShards& shards : {CoxShards{data}, split_cox_data(data, 3, random)}) {
      CAPTURE(shards.size());
      check_derivatives(ShardedCox(shards, ties), shards, data, beta, ties == Ties::efron, 1e-11L);
    }
  }
}

TEST_CASE("Cox: a linear predictor that ranges over 60, where several rows of a risk set count") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.late_entry = true;
    recipe.offset = true;
    CoxData data = random_cox_data(random, recipe);
    for (double& value : data.offset) value = random.between(-30.0, 30.0);
    const Ties ties = random_ties(random);
    const std::vector<double> beta(data.n_columns(), 0.3);
    for (const CoxShards& shards : {CoxShards{data}, split_cox_data(data, 3, random)}) {
      CAPTURE(shards.size());
      check_derivatives(ShardedCox(shards, ties), shards, data, beta, ties == Ties::efron, 1e-12L);
    }
  }
}

TEST_CASE("Cox: weights from 1e-8 to 1e8, derivatives") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.weights = Weights::extreme;
    const CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    const std::vector<double> beta(data.n_columns(), 0.3);
    check_derivatives(ShardedCox({data}, ties), {data}, data, beta, ties == Ties::efron, 1e-11L);
  }
}

TEST_CASE("Cox: weights from 1e-5 to 1e5, fits") {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.weights = Weights::wide;
    const CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    const brute_force::CoxFit slow = fit_slowly(data, ties, 1e-4L);
    if (!regular(slow) || brute_force::likelihood_is_monotone(data)) continue;
    ++compared;
    check_fit(fit(data, ties), slow, 1e-6L);
  }
  CAPTURE(compared);
  CHECK(compared > 300);
}

TEST_CASE("Cox: a column that depends on earlier ones is set aside, the others unharmed") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxData data = random_cox_data(random, recipe_of(random));
    const Ties ties = random_ties(random);
    if (!regular(fit_slowly(data, ties))) continue;
    const CoxFit alone = fit(data, ties);
    const std::size_t n = data.rows.size();
    std::vector<double> copy(n, 0.3);
    for (const auto& column : data.column) {
      const double share = random.between(0.5, 2.0);
      for (std::size_t i = 0; i < n; ++i) copy[i] += share * column[i];
    }
    for (const std::vector<double>& extra : {copy, std::vector<double>(n, 0.1)}) {
      CoxData wider = data;
      wider.column.push_back(extra);
      const CoxFit both = fit(wider, ties);
      const std::size_t last = data.n_columns();
      CHECK(both.kind[last] == CoefficientKind::aliased);
      CHECK(both.coefficient[last] == 0);
      CHECK(both.variance(last, last) == 0);
      CHECK(both.robust_variance(last, last) == 0);
      CHECK(both.status == NewtonStatus::converged);
      for (std::size_t j = 0; j < last; ++j) {
        const Real se = std::sqrt(Real{alone.variance(j, j)});
        CHECK(both.kind[j] == CoefficientKind::finite);
        CHECK(std::fabs(both.coefficient[j] - alone.coefficient[j]) <= 1e-7L * se);
        CHECK(near(both.variance(j, j), alone.variance(j, j), 1e-7L));
        CHECK(near(both.robust_variance(j, j), alone.robust_variance(j, j), 1e-7L, se * se));
      }
    }
  }
}

TEST_CASE("Cox: a constant column alone, and one that varies between strata only") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.most_columns = 1;
    CoxData data = random_cox_data(random, recipe);
    const std::vector<double> of_stratum = {0.1, 1.7, -1e5 / 3};
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      const auto stratum = data.rows.stratum.empty() ? 0 : data.rows.stratum[i];
      data.column[0][i] = of_stratum[static_cast<std::size_t>(stratum)];
    }
    const CoxFit result = fit(data, random_ties(random));
    CHECK(result.kind[0] == CoefficientKind::aliased);
    CHECK(result.coefficient[0] == 0);
    CHECK(result.variance(0, 0) == 0);
    CHECK(result.status == NewtonStatus::converged);
  }
}

TEST_CASE("Cox: a column that never varies among those at risk together") {
  // Runs of rows that are at risk together have one value: there is no information at all, though
  // the column varies, also when the offsets differ.
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxData data;
    data.rows.n_times = 40;
    data.column = {{}};
    for (int k = 0; k < 13; ++k) {
      const double x = 10 * random.normal();
      const int copies = random.between(1, 4);
      for (int copy = 0; copy < copies; ++copy) {
        data.rows.entry.push_back(3 * k);
        data.rows.exit.push_back(3 * k + random.between(1, 2));
        data.rows.event.push_back(random.chance(0.7));
        data.rows.weight.push_back(random.between(0.1, 3.0));
        data.offset.push_back(random.normal());
        data.column[0].push_back(x);
      }
    }
    const CoxFit result = fit(data, random_ties(random));
    CHECK(result.kind[0] == CoefficientKind::aliased);
    CHECK(result.variance(0, 0) == 0);
  }
}

TEST_CASE("Cox: a likelihood without maximum is noticed, one with a maximum is not accused") {
  int monotone = 0;
  int regular_sets = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.most_columns = 2;
    const CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    const brute_force::CoxPoint start =
        brute_force::cox_at(data, std::vector<Real>(data.n_columns(), 0), ties == Ties::efron);
    if (brute_force::smallest_scaled_pivot(start.information) < 1e-6L) continue;
    const bool expected = brute_force::likelihood_is_monotone(data);
    for (const std::size_t secants : {never, always}) {
      CAPTURE(secants);
      const CoxFit result = fit(data, ties, false, {}, secants);
      const bool found = std::find(result.kind.begin(), result.kind.end(),
                                   CoefficientKind::infinite) != result.kind.end();
      CHECK(found == expected);
    }
    (expected ? monotone : regular_sets) += 1;
  }
  CAPTURE(monotone, regular_sets);
  CHECK(monotone > 200);
  CHECK(regular_sets > 1000);
}

TEST_CASE(
    "Cox: a level without events is infinite, the other coefficient as if it were not there") {
  // The rows of a level without events leave the likelihood when its coefficient goes to minus
  // infinity: what remains is the fit of the others.
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.most_columns = 1;
    recipe.rows.most_rows = 40;
    CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    std::vector<double> level;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      level.push_back(!data.rows.event[i] && random.chance(0.5));
      if (level.back() == 0) others.push_back(i);
    }
    if (others.size() == data.rows.size()) continue;
    const CoxData rest = data.take(others);
    const brute_force::CoxFit slow = fit_slowly(rest, ties);
    if (!regular(slow) || brute_force::likelihood_is_monotone(rest)) continue;
    data.column.push_back(level);
    const brute_force::CoxPoint start = brute_force::cox_at(data, {0, 0}, ties == Ties::efron);
    if (brute_force::smallest_scaled_pivot(start.information) < 1e-6L) continue;
    ++compared;
    const CoxFit result = fit(data, ties);
    CHECK(result.kind[0] == CoefficientKind::finite);
    CHECK(result.kind[1] == CoefficientKind::infinite);
    CHECK(result.coefficient[1] < 0);
    const Real se = std::sqrt(slow.variance[0][0]);
    CHECK(std::fabs(result.coefficient[0] - slow.coefficient[0]) <= 1e-5L * se);
    CHECK(near(result.variance(0, 0), slow.variance[0][0], 1e-5L));
    CHECK(near(result.loglik, slow.at_maximum.loglik, 1e-5L, 1));
  }
  CAPTURE(compared);
  CHECK(compared > 100);
}

TEST_CASE("Cox: rows that are never at risk of an event change nothing") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.late_entry = true;
    recipe.offset = false;
    CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    if (!regular(fit_slowly(data, ties))) continue;
    const CoxFit alone = fit(data, ties);
    // Before all events (ranks move up by 2), and after them.
    for (std::int32_t& time : data.rows.exit) time += 2;
    for (std::int32_t& time : data.rows.entry) time += time >= 0 ? 2 : 0;
    data.rows.n_times += 5;
    const std::vector<std::int32_t> exits = {0, 1, data.rows.n_times - 1};
    const std::vector<std::int32_t> entries = {-1, 0, data.rows.n_times - 3};
    for (std::size_t k = 0; k < exits.size(); ++k) {
      data.rows.exit.push_back(exits[k]);
      data.rows.entry.push_back(entries[k]);
      data.rows.event.push_back(0);
      if (!data.rows.stratum.empty()) data.rows.stratum.push_back(0);
      if (!data.rows.weight.empty()) data.rows.weight.push_back(3);
      if (!data.rows.frequency.empty()) data.rows.frequency.push_back(2);
      if (!data.cluster.empty()) data.cluster.push_back(0);
      for (auto& column : data.column) column.push_back(40 * random.normal());
    }
    check_same(fit(data, ties), alone, 1e-8L);
  }
}

TEST_CASE("Cox: no rows, one row, no events, no columns") {
  CoxData data;
  data.column = {{}, {}};
  for (const Ties ties : {Ties::efron, Ties::breslow}) {
    const CoxFit result = fit(data, ties);
    CHECK(result.loglik == 0);
    CHECK(result.status == NewtonStatus::converged);
    CHECK(result.kind == std::vector<CoefficientKind>(2, CoefficientKind::aliased));
    CHECK(result.coefficient == std::vector<double>{0, 0});
  }

  data.rows.n_times = 1;
  data.rows.exit = {0};
  data.rows.event = {1};
  data.column = {{3.5}};
  CHECK(fit(data, Ties::efron).kind[0] == CoefficientKind::aliased);
  CHECK(fit(data, Ties::efron).loglik == 0);

  data.rows.n_times = 2;
  data.rows.exit = {0, 1, 1};
  data.rows.event = {0, 0, 0};
  data.column = {{1, 2, 3}};
  CHECK(fit(data, Ties::efron).kind[0] == CoefficientKind::aliased);
  CHECK(fit(data, Ties::efron).status == NewtonStatus::converged);

  data.rows.event = {1, 1, 1};
  data.column = {};
  for (const Ties ties : {Ties::efron, Ties::breslow}) {
    const CoxFit null_model = fit(data, ties);
    // Risk sets of 3, then 2 rows that both die.
    const double expected =
        -std::log(3.0) - std::log(2.0) - (ties == Ties::efron ? std::log(1.0) : std::log(2.0));
    CHECK(near(null_model.loglik, expected, 1e-15L));
    CHECK(null_model.coefficient.empty());
    CHECK(null_model.status == NewtonStatus::converged);
  }
}

TEST_CASE("Cox: initial coefficients lead to the same maximum, and give the first likelihood") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const CoxData data = random_cox_data(random, recipe_of(random));
    const Ties ties = random_ties(random);
    const brute_force::CoxFit slow = fit_slowly(data, ties);
    if (!regular(slow)) continue;
    std::vector<double> start;
    for (std::size_t j = 0; j < data.n_columns(); ++j) start.push_back(random.between(-0.5, 0.5));
    const CoxFit result = fit(data, ties, true, start);
    const auto there = brute_force::cox_at(data, {start.begin(), start.end()}, ties == Ties::efron);
    CHECK(near(result.loglik_start, there.loglik, 1e-11L, 1));
    for (std::size_t j = 0; j < data.n_columns(); ++j) {
      const Real se = std::sqrt(slow.variance[j][j]);
      CHECK(std::fabs(result.coefficient[j] - slow.coefficient[j]) <= 1e-9L * se);
    }
  }
}

TEST_CASE("Cox: the callback can stop a fit") {
  Random random(4);
  const CoxData data = random_cox_data(random, {});
  const CoxInput input(data);
  CoxControl control;
  control.tick = [] { throw std::runtime_error("stopped"); };
  CHECK_THROWS_AS(survlines::fit_cox(input.view, input.design,
                                     std::vector<double>(data.n_columns(), 0.0), {}, control),
                  std::runtime_error);
}

TEST_CASE("Cox: first test data of Therneau & Grambsch 2000, appendix E") {
  CoxData data;
  data.rows.n_times = 10;
  data.rows.exit = {9, 1, 1, 6, 6, 8};
  data.rows.event = {1, 1, 0, 1, 1, 0};
  data.column = {{0, 1, 1, 1, 0, 0}};
  const CoxFit breslow = fit(data, Ties::breslow);
  CHECK(near(breslow.coefficient[0], 1.47528491482887L, 1e-12L));
  CHECK(near(breslow.loglik_start, -4.56434819146784L, 1e-12L));
  CHECK(near(breslow.loglik, -3.82474950500287L, 1e-12L));
  CHECK(near(breslow.variance(0, 0), 1.5768688657895L, 1e-12L));
  const CoxFit efron = fit(data, Ties::efron);
  CHECK(near(efron.coefficient[0], 1.6768574855929L, 1e-12L));
  CHECK(near(efron.loglik, -3.35897484026335L, 1e-12L));
  CHECK(near(efron.variance(0, 0), 1.6323015607503L, 1e-12L));
  CHECK(near(efron.robust_variance(0, 0), 0.770738978968237L, 1e-12L));
}

TEST_CASE("Cox: second test data of Therneau & Grambsch 2000, appendix E, (start, stop] rows") {
  CoxData data;
  data.rows.n_times = 18;
  data.rows.entry = {1, 2, 5, 2, 1, 7, 3, 4, 8, 8};
  data.rows.exit = {2, 3, 6, 7, 8, 9, 9, 9, 14, 17};
  data.rows.event = {1, 1, 1, 1, 1, 1, 1, 0, 0, 0};
  data.column = {{1, 0, 0, 1, 0, 1, 1, 1, 0, 0}};
  const CoxFit breslow = fit(data, Ties::breslow);
  CHECK(near(breslow.coefficient[0], -0.0845260806613092L, 1e-11L));
  CHECK(near(breslow.loglik, -9.38701511836634L, 1e-12L));
  CHECK(near(breslow.variance(0, 0), 0.630145870034547L, 1e-12L));
  CHECK(near(breslow.score_test, 0.0113434952144629L, 1e-11L));
}

TEST_CASE("Cox: each instruction set fits the same, with ties, strata, weights and clusters") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CoxRecipe recipe = recipe_of(random);
    recipe.rows.most_rows = 60;
    const CoxData data = random_cox_data(random, recipe);
    const Ties ties = random_ties(random);
    const CoxFit widest = fit(data, ties);
    if (widest.status != NewtonStatus::converged) continue;
    for (const survlines::InstructionSet set : supported_sets()) {
      CAPTURE(static_cast<int>(set));
      const UseInstructionSet use(set);
      const CoxFit ours = fit(data, ties);
      check_same(ours, widest, 1e-10L);
      CHECK(near(ours.loglik, widest.loglik, 1e-12L, 1));
      CHECK(near(ours.score_test, widest.score_test, 1e-10L, 1));
    }
  }
}
