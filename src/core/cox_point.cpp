#include "core/cox_point.h"

#include "core/counts.h"

namespace survlines {

CoxPoint cox_point(const SurvivalView& view, const Design& design,
                   const std::vector<double>& coefficient, Ties ties, const Tick& tick) {
  require(coefficient.size() == design.n_columns, "one coefficient a column");
  require(sums_over_rows(ties), "these ties have no hazard jumps");
  CoxPoint point;
  point.ties = ties;
  point.grid = event_grid(view, tick);
  const CellRuns runs = cell_runs(view, point.grid);
  point.standardization = standardize(view, design, runs);
  point.rows = cox_rows(view, design, point.grid, runs, point.standardization);
  for (std::size_t j = 0; j < coefficient.size(); ++j) {
    point.beta.push_back(coefficient[j] * point.standardization.unit[j]);
  }
  point.eta = linear_predictor(point.rows, point.beta);
  point.sums = risk_sums(point.rows, point.grid, point.eta, ties);
  return point;
}

}  // namespace survlines
