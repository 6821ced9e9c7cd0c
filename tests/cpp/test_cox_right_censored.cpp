// The likelihood of one place against the messages that come to the same.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "catch.h"
#include "core/cox_right_censored.h"
#include "core/parallel.h"
#include "cox_data.h"
#include "near.h"

using namespace survlines;

namespace {

struct Prepared {
  CoxInput input;
  EventGrid grid;
  CellRuns runs;
  CoxRows rows;

  explicit Prepared(const CoxData& data)
      : input(data),
        grid(event_grid(count_rows(input.view))),
        runs(cell_runs(input.view, grid)),
        rows(cox_rows(input.view, input.design, grid, runs,
                      standardize(input.view, input.design, runs))) {}

  RowGram gram(const std::vector<double>& beta, Ties ties, Derivatives& found) const {
    const LargeVector<double> eta = linear_predictor(rows, beta);
    const CellWeights weights = cell_weights(grid, risk_sums(rows, grid, eta, ties), ties);
    RowGram gram = row_gram(rows, grid, weights, eta);
    found = derivatives(weights, gram);
    return gram;
  }
};

void check_same(const Prepared& cox, const std::vector<double>& beta, Ties ties,
                long double tolerance = 1e-12L) {
  Derivatives messages;
  const RowGram gram = cox.gram(beta, ties, messages);
  const Derivatives whole = RightCensoredCox(cox.rows, cox.grid, ties).derivatives(beta);
  const Derivatives score = RightCensoredCox(cox.rows, cox.grid, ties).score(beta);
  const std::size_t p = beta.size();
  CHECK(near(whole.loglik, messages.loglik, tolerance, 1));
  CHECK(score.loglik == whole.loglik);
  CHECK(score.information.size == 0);
  for (std::size_t j = 0; j < p; ++j) {
    const double moment = gram.second_moment(j, j);
    CHECK(near(whole.noise[j], messages.noise[j], 10 * tolerance));
    CHECK(near(whole.score[j], messages.score[j], tolerance, 10 * (1 + moment)));
    CHECK(near(score.score[j], whole.score[j], 1e-13L, 10 * (1 + moment)));
    for (std::size_t i = 0; i < p; ++i) {
      const double scale = std::sqrt(moment * gram.second_moment(i, i));
      CHECK(near(whole.information(i, j), messages.information(i, j), tolerance, scale));
    }
  }
}

std::vector<double> random_beta(Random& random, std::size_t n_columns, double spread) {
  std::vector<double> beta(n_columns);
  for (double& value : beta) value = random.between(-spread, spread);
  return beta;
}

// Rows of which some leave together, in strata that end where neither panels nor parts do.
CoxData large_data(Random& random, std::size_t n, int per_time, int n_strata,
                   std::size_t n_columns = 7) {
  CoxData data;
  data.rows.n_times = static_cast<std::int32_t>(n) / per_time + 1;
  data.rows.n_strata = n_strata;
  data.column.resize(n_columns);
  for (std::size_t i = 0; i < n; ++i) {
    data.rows.exit.push_back(random.below(data.rows.n_times));
    data.rows.event.push_back(random.chance(0.6));
    if (n_strata > 1) data.rows.stratum.push_back(random.below(n_strata));
    for (auto& column : data.column) column.push_back(random.normal());
  }
  return data;
}

}  // namespace

TEST_CASE("right-censored Cox: small data of all kinds as by messages") {
  Random random(2718);
  for (int set = 0; set < 400; ++set) {
    CAPTURE(set);
    CoxRecipe recipe;
    recipe.rows.late_entry = false;
    recipe.rows.frequency = random.chance(0.3);
    recipe.rows.weights = random.chance(0.4) ? Weights::ordinary : Weights::none;
    recipe.offset = random.chance(0.3);
    recipe.most_columns = 7;
    const Prepared cox(random_cox_data(random, recipe));
    // Predictors hundreds apart make totals take new scales.
    const double spread = random.chance(0.3) ? 60 : 1;
    const std::vector<double> beta = random_beta(random, cox.rows.n_columns, spread);
    for (const Ties ties : {Ties::efron, Ties::breslow}) check_same(cox, beta, ties);
  }
}

TEST_CASE("right-censored Cox: parts, strata and scales that change within them") {
  Random random(314);
  for (const std::size_t n : {panel_rows + 1, part_size + 1, 9 * part_size + 77}) {
    for (const int per_time : {1, 5, 40000}) {
      for (const int n_strata : {1, 3, 700}) {
        CAPTURE(n, per_time, n_strata);
        const Prepared cox(large_data(random, n, per_time, n_strata));
        // Of thousands of tied deaths the last has next to nothing beside it: S0 - f D0 cancels.
        const long double tolerance = per_time > 1000 ? 1e-10L : 1e-12L;
        for (const double spread : {0.3, 12.0}) {
          const std::vector<double> beta = random_beta(random, cox.rows.n_columns, spread);
          check_same(cox, beta, Ties::efron, tolerance);
        }
      }
    }
  }
}

TEST_CASE("right-censored Cox: so many columns that parts of the information are smaller") {
  Random random(27);
  for (const std::size_t n : {panel_rows - 1, 4 * panel_rows, 5 * panel_rows + 3}) {
    CAPTURE(n);
    const Prepared cox(large_data(random, n, 3, 2, 70));
    check_same(cox, random_beta(random, cox.rows.n_columns, 0.1), Ties::efron);
  }
}

// Where blocks of rows meet, deaths of one time stand on both sides; the scale of the first row
// read is left far behind, or is no number.
TEST_CASE("right-censored Cox: steps too far are no numbers, and others none the worse",
          "[threads]") {
  Random random(77);
  const Prepared cox(large_data(random, 2 * part_size, 3000, 1));
  const std::vector<double> beta = random_beta(random, 7, 0.3);
  for (const int n_threads : {1, 3}) {
    RightCensoredCox likelihood(cox.rows, cox.grid, Ties::efron, n_threads);
    const Derivatives before = likelihood.score(beta);
    const std::vector<double> far(7, 1e3);
    CHECK(likelihood.derivatives(far).loglik <= 0);
    CHECK(likelihood.derivatives(far).loglik == likelihood.score(far).loglik);
    for (const double nowhere : {1e308, std::numeric_limits<double>::quiet_NaN()}) {
      const std::vector<double> trial(7, nowhere);
      CHECK_FALSE(std::isfinite(likelihood.derivatives(trial).loglik));
      CHECK_FALSE(std::isfinite(likelihood.score(trial).loglik));
    }
    const Derivatives after = likelihood.score(beta);
    CHECK(before.loglik == after.loglik);
    CHECK(before.score == after.score);
  }
}

TEST_CASE("right-censored Cox: no covariates, no events, no rows") {
  Random random(5);
  CoxData data = large_data(random, 40, 3, 1);
  data.column.clear();
  const Prepared null(data);
  Derivatives messages;
  null.gram({}, Ties::efron, messages);
  CHECK(near(RightCensoredCox(null.rows, null.grid, Ties::efron).derivatives({}).loglik,
             messages.loglik, 1e-14L));
  std::fill(data.rows.event.begin(), data.rows.event.end(), 0);
  const Prepared no_events(data);
  CHECK(RightCensoredCox(no_events.rows, no_events.grid, Ties::efron).derivatives({}).loglik == 0);
  const Prepared no_rows(data.take({}));
  CHECK(RightCensoredCox(no_rows.rows, no_rows.grid, Ties::breslow).derivatives({}).loglik == 0);
}

TEST_CASE("right-censored Cox: memory used again changes no bit") {
  Random random(8);
  const Prepared cox(large_data(random, 2000, 4, 2));
  const std::vector<double> first = random_beta(random, 7, 0.5);
  const std::vector<double> second = random_beta(random, 7, 20);
  RightCensoredCox again(cox.rows, cox.grid, Ties::efron);
  const Derivatives before = again.derivatives(first);
  again.derivatives(second);
  const Derivatives after = again.derivatives(first);
  CHECK(before.loglik == after.loglik);
  CHECK(before.score == after.score);
  CHECK(before.information.values == after.information.values);
}
