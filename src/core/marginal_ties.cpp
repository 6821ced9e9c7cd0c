#include "core/marginal_ties.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/cox.h"
#include "core/unseen_order.h"
#include "core/vector_panels.h"

namespace survlines {
namespace {

// The deaths of a cell against its survivors, whose mean covariates are `mean`. Rows ascend by
// their last cell; `row` is the first of this one, and moves on to the first of the next.
DeathsOfOneTime deaths_of_cell(const CoxRows& rows, const LargeVector<double>& eta,
                               std::size_t cell, double log_s0, const std::vector<double>& mean,
                               std::size_t& row) {
  DeathsOfOneTime deaths;
  for (; row < rows.n_rows && static_cast<std::size_t>(rows.end[row]) == cell + 1; ++row) {
    if (!rows.event[row]) continue;
    deaths.log_ratio.push_back(eta[row] - log_s0);
    deaths.copies.push_back(rows.mass[row]);
    const double* x = rows.covariates(row);
    for (std::size_t j = 0; j < mean.size(); ++j) {
      deaths.x.push_back(x[j * panel_stride] - mean[j]);
    }
  }
  return deaths;
}

// Totals over the cells, and the hazard that the survivors of each met.
class CellTotals {
 public:
  CellTotals(std::size_t n_cells, std::size_t n_columns)
      : score(n_columns, 0.0), information(n_columns), between_(n_columns) {
    weights.scale.assign(n_cells, 0.0);
    weights.jump.assign(n_cells, 1.0);
    weights.tied_excess.assign(n_cells, 0.0);
  }

  // Nobody survives: the deaths came before nobody, whatever the coefficients. Nor does anybody
  // ask for the jump; it is that of a neighbour, to be of no unusual size.
  void skip(std::size_t cell) {
    if (cell == 0) return;
    weights.scale[cell] = weights.scale[cell - 1];
    weights.jump[cell] = weights.jump[cell - 1];
  }

  void add(std::size_t cell, const DeathsOfOneTime& deaths, const UnseenOrder& order, double scale,
           double s0, const std::vector<double>& mean) {
    const std::size_t p = mean.size();
    double total = 0;
    for (std::size_t k = 0; k < order.slope.size(); ++k) {
      const double slope = deaths.copies[k] * order.slope[k];
      total += slope;
      for (std::size_t j = 0; j < p; ++j) score[j] += slope * (deaths.x[k * p + j] + mean[j]);
    }
    // The hazards want a jump above 0.
    total = std::max(total, std::numeric_limits<double>::min());
    weights.scale[cell] = scale;
    weights.jump[cell] = total / s0;
    weights.loglik += order.log_chance;
    between_.add(total, p, [&](std::size_t j) { return mean[j]; });
    for (std::size_t k = 0; k < p * p; ++k) information.values[k] += order.information.values[k];
  }

  CellWeights finished() {
    weights.between = between_.matrix();
    return weights;
  }

  std::vector<double> score;
  SquareMatrix information;

 private:
  CellWeights weights;
  VectorPanels between_;
};

}  // namespace

CoxRows surviving_rows(const SurvivalView& view, const Design& design, const EventGrid& grid,
                       const CellRuns& runs, const Standardization& standardization) {
  CellRuns surviving = runs;
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    if (view.event[i] && runs.at_risk(i)) --surviving.end[i];
  }
  CoxRows rows = cox_rows(view, design, grid, surviving, standardization);
  std::fill(rows.event.begin(), rows.event.end(), std::uint8_t{0});
  return rows;
}

Derivatives marginal_derivatives(const CoxRows& rows, const CoxRows& survivors,
                                 const EventGrid& grid, const std::vector<double>& beta,
                                 const Tick& tick_callback) {
  const std::size_t p = rows.n_columns;
  const LargeVector<double> eta = linear_predictor(rows, beta);
  const LargeVector<double> survivors_eta = linear_predictor(survivors, beta);
  const ScaledSums at_risk = at_risk_sums(survivors, grid, survivors_eta);
  CellTotals cells(grid.size(), p);
  std::vector<double> mean(p);
  std::size_t row = 0;
  for (std::size_t c = 0; c < grid.size(); ++c) {
    tick(tick_callback);
    const bool nobody = at_risk.scale(c) == ScaledSums::empty;
    const double scale = nobody ? 0 : at_risk.scale(c);
    const double s0 = nobody ? 1 : at_risk.value(c)[0];
    for (std::size_t j = 0; j < p; ++j) mean[j] = nobody ? 0 : at_risk.value(c)[1 + j] / s0;
    const DeathsOfOneTime deaths = deaths_of_cell(rows, eta, c, scale + std::log(s0), mean, row);
    if (nobody) {
      cells.skip(c);
    } else {
      cells.add(c, deaths, unseen_order(deaths, p), scale, s0, mean);
    }
  }
  const CellWeights weights = cells.finished();
  Derivatives result = derivatives(weights, row_gram(survivors, grid, weights, survivors_eta));
  for (std::size_t j = 0; j < p; ++j) result.score[j] += cells.score[j];
  for (std::size_t k = 0; k < p * p; ++k) {
    result.information.values[k] += cells.information.values[k];
  }
  return result;
}

}  // namespace survlines
