// Cox models of more rows than one panel and one part hold: at the edges of both, by several
// threads, and by each instruction set.
#include <vector>

#include "catch.h"
#include "core/cox.h"
#include "core/cox_right_censored.h"
#include "core/parallel.h"
#include "instruction_sets.h"
#include "near.h"
#include "random_data.h"
#include "same_fit.h"

using namespace survlines;

namespace {

struct LargeCox {
  std::vector<std::int32_t> exit, entry, event, stratum;
  std::vector<double> x, weight;
  std::int32_t n_times;
  std::size_t p;

  // Row i leaves at a random rank; about `per_time` rows share one.
  LargeCox(std::size_t n, std::size_t n_columns, int per_time, bool rich)
      : n_times(static_cast<std::int32_t>(n) / per_time + 1), p(n_columns) {
    Random random(n + n_columns);
    for (std::size_t i = 0; i < n; ++i) {
      exit.push_back(random.below(n_times));
      event.push_back(random.chance(0.6));
      if (rich) entry.push_back(exit.back() - 1 - random.below(n_times));
      if (rich && entry.back() < -1) entry.back() = -1;
      if (rich) stratum.push_back(random.below(3));
      if (rich) weight.push_back(random.between(0.5, 2.0));
    }
    for (std::size_t k = 0; k < n * p; ++k) x.push_back(random.normal());
  }
  SurvivalView view() const {
    SurvivalView view;
    view.n_rows = exit.size();
    view.n_times = n_times;
    view.exit = exit.data();
    view.event = event.data();
    if (entry.empty()) return view;
    view.entry = entry.data();
    view.stratum = stratum.data();
    view.n_strata = 3;
    view.weight = weight.data();
    return view;
  }
  Design design() const {
    Design design;
    design.n_columns = p;
    design.x = x.data();
    return design;
  }
};

// Breslow's derivatives by their definition, from the last time backward, in long double.
struct Definition {
  long double loglik = 0;
  std::vector<long double> score, information;

  Definition(const LargeCox& data, const std::vector<double>& beta)
      : score(data.p, 0), information(data.p * data.p, 0) {
    const std::size_t p = data.p;
    std::vector<std::vector<std::size_t>> at(static_cast<std::size_t>(data.n_times));
    for (std::size_t i = 0; i < data.exit.size(); ++i) {
      at[static_cast<std::size_t>(data.exit[i])].push_back(i);
    }
    long double s0 = 0;
    std::vector<long double> s1(p, 0), s2(p * p, 0);
    for (std::size_t t = at.size(); t-- > 0;) {
      const auto value = [&](std::size_t i, std::size_t j) {
        return static_cast<long double>(data.x[j * data.exit.size() + i]);
      };
      const auto eta = [&](std::size_t i) {
        long double sum = 0;
        for (std::size_t j = 0; j < p; ++j) sum += beta[j] * value(i, j);
        return sum;
      };
      for (const std::size_t i : at[t]) {
        const long double risk = std::exp(eta(i));
        s0 += risk;
        for (std::size_t j = 0; j < p; ++j) {
          s1[j] += risk * value(i, j);
          for (std::size_t k = 0; k < p; ++k) s2[j * p + k] += risk * value(i, j) * value(i, k);
        }
      }
      for (const std::size_t i : at[t]) {
        if (!data.event[i]) continue;
        loglik += eta(i) - std::log(s0);
        for (std::size_t j = 0; j < p; ++j) {
          score[j] += value(i, j) - s1[j] / s0;
          for (std::size_t k = 0; k < p; ++k) {
            information[j * p + k] += s2[j * p + k] / s0 - s1[j] / s0 * (s1[k] / s0);
          }
        }
      }
    }
  }
};

// By steps that need the score alone, or none of them.
constexpr std::size_t always = 0;
constexpr std::size_t never = 1000;

CoxFit fit(const LargeCox& data, Ties ties, int n_threads, std::size_t columns_of_secants) {
  CoxControl control;
  control.ties = ties;
  control.columns_of_secants = columns_of_secants;
  control.n_threads = n_threads;
  RobustRequest robust;
  robust.wanted = !data.weight.empty();
  return fit_cox(data.view(), data.design(), std::vector<double>(data.p, 0.0), robust, control);
}

}  // namespace

TEST_CASE("Cox: derivatives at the edges of panels and parts against the definition") {
  for (const std::size_t n :
       {panel_rows - 1, panel_rows, panel_rows + 1, 2 * panel_rows, part_size - 1, part_size,
        part_size + 1, part_size + panel_rows, 2 * part_size + 1}) {
    for (const int per_time : {1, 40}) {
      CAPTURE(n, per_time);
      const LargeCox data(n, 3, per_time, false);
      const std::vector<double> beta = {0.3, -0.2, 0.1};
      const EventGrid grid = event_grid(count_rows(data.view()));
      const CellRuns runs = cell_runs(data.view(), grid);
      const Standardization standard = standardize(data.view(), data.design(), runs);
      const CoxRows rows = cox_rows(data.view(), data.design(), grid, runs, standard);
      std::vector<double> scaled = beta;
      for (std::size_t j = 0; j < 3; ++j) scaled[j] *= standard.unit[j];
      const Definition theirs(data, beta);
      const auto size = static_cast<long double>(n);
      for (const InstructionSet set : supported_sets()) {
        CAPTURE(static_cast<int>(set));
        const UseInstructionSet use(set);
        const LargeVector<double> eta = linear_predictor(rows, scaled);
        const RiskSums sums = risk_sums(rows, grid, eta, Ties::breslow);
        const CellWeights weights = cell_weights(grid, sums, Ties::breslow);
        for (const Derivatives& ours :
             {derivatives(weights, row_gram(rows, grid, weights, eta)),
              RightCensoredCox(rows, grid, Ties::breslow).derivatives(scaled)}) {
          CHECK(near(ours.loglik, theirs.loglik, 1e-13L));
          for (std::size_t j = 0; j < 3; ++j) {
            const auto unit = static_cast<long double>(standard.unit[j]);
            CHECK(near(ours.score[j] / unit, theirs.score[j], 1e-13L, size));
            for (std::size_t k = 0; k < 3; ++k) {
              CHECK(near(ours.information(j, k) / unit / standard.unit[k],
                         theirs.information[j * 3 + k], 1e-13L, size));
            }
          }
        }
        const Derivatives score = RightCensoredCox(rows, grid, Ties::breslow).score(scaled);
        CHECK(near(score.loglik, theirs.loglik, 1e-13L));
        for (std::size_t j = 0; j < 3; ++j) {
          const auto unit = static_cast<long double>(standard.unit[j]);
          CHECK(near(score.score[j] / unit, theirs.score[j], 1e-13L, size));
        }
      }
    }
  }
}

TEST_CASE("Cox: any number of threads gives the same bits, variance included", "[threads]") {
  for (const bool rich : {false, true}) {
    for (const Ties ties : {Ties::efron, Ties::breslow}) {
      for (const std::size_t n : {panel_rows + 1, part_size, 2 * part_size + 57}) {
        CAPTURE(rich, n);
        const LargeCox data(n, 5, 3, rich);
        for (const std::size_t secants : {never, always}) {
          const CoxFit one = fit(data, ties, 1, secants);
          CHECK(one.status == NewtonStatus::converged);
          for (const int n_threads : {2, 3, 4, 16}) {
            const CoxFit several = fit(data, ties, n_threads, secants);
            CHECK(one.coefficient == several.coefficient);
            CHECK(one.variance.values == several.variance.values);
            CHECK(one.robust_variance.values == several.robust_variance.values);
            CHECK(one.loglik == several.loglik);
            CHECK(one.loglik_start == several.loglik_start);
            CHECK(one.score_test == several.score_test);
          }
        }
      }
    }
  }
}

TEST_CASE("Cox: each instruction set fits the same model, variance included") {
  for (const bool rich : {false, true}) {
    for (const Ties ties : {Ties::efron, Ties::breslow}) {
      for (const std::size_t n :
           {panel_rows - 1, panel_rows, panel_rows + 1, 3 * panel_rows, part_size + 3}) {
        CAPTURE(rich, n);
        const LargeCox data(n, 7, 3, rich);
        const CoxFit widest = fit(data, ties, 1, never);
        for (const InstructionSet set : supported_sets()) {
          CAPTURE(static_cast<int>(set));
          const UseInstructionSet use(set);
          for (const std::size_t secants : {never, always}) {
            const CoxFit ours = fit(data, ties, 1, secants);
            check_same(ours, widest, 1e-10L);
            CHECK(near(ours.loglik, widest.loglik, 1e-12L, 1));
            CHECK(near(ours.score_test, widest.score_test, 1e-10L, 1));
          }
        }
      }
    }
  }
}

TEST_CASE("Cox: rows beyond the count of 32 bits have a place of their own") {
  const std::size_t row = (std::size_t{1} << 33) + 5;
  const std::size_t expected = (((std::size_t{1} << 33) / panel_rows) * 10 + 3) * panel_stride + 5;
  CHECK(covariate_index(row, 3, 10) == expected);
  CoxRows rows;
  rows.n_rows = row;
  rows.n_columns = 10;
  CHECK(rows.n_panels() == (std::size_t{1} << 33) / panel_rows + 1);
  CHECK(rows.rows_in_panel(rows.n_panels() - 1) == 5);
}
