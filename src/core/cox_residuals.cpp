#include "core/cox_residuals.h"

#include "core/at_risk_sums.h"
#include "core/cox_cells.h"
#include "core/score_residuals.h"

namespace survlines {

std::vector<double> expected_events(const CoxPoint& point, std::size_t n_view_rows) {
  const CoxRows& rows = point.rows;
  const CellJumps jumps = cell_jumps(point.grid, point.sums, point.ties);
  const HazardSums hazards(point.grid, jumps.scale, jumps.jump, 1);
  const LargeVector<std::size_t> source = rows.sources();
  std::vector<double> expected(n_view_rows, 0.0);
  for (std::size_t r = 0; r < rows.n_rows; ++r) {
    double hazard = 0;
    hazards.at(rows.begin[r], rows.end[r], point.eta[r], &hazard);
    expected[source[r]] = hazard - spared_hazard(rows, r, jumps, point.eta[r]);
  }
  return expected;
}

std::vector<double> score_residuals(const CoxPoint& point, std::size_t n_view_rows) {
  std::vector<double> residuals =
      score_residuals({point.rows, point.grid, point.sums, point.eta, point.ties}, n_view_rows);
  for (std::size_t j = 0; j < point.n_columns(); ++j) {
    const double unit = point.standardization.unit[j];
    for (std::size_t i = 0; i < n_view_rows; ++i) residuals[j * n_view_rows + i] *= unit;
  }
  return residuals;
}

SchoenfeldResiduals schoenfeld_residuals(const CoxPoint& point) {
  const CoxRows& rows = point.rows;
  const std::size_t p = point.n_columns();
  CellMeans means(point.grid, point.sums, point.ties, p);
  std::size_t seen = point.grid.size();
  std::vector<std::size_t> events;
  for (std::size_t r = 0; r < rows.n_rows; ++r) {
    if (rows.event[r]) events.push_back(r);
  }
  const LargeVector<std::size_t> source = rows.sources();
  SchoenfeldResiduals result;
  result.residual.resize(events.size() * p);
  for (std::size_t k = 0; k < events.size(); ++k) {
    const std::size_t r = events[k];
    const auto cell = static_cast<std::size_t>(rows.end[r]) - 1;
    if (cell != seen) means.look_at(seen = cell);
    result.row.push_back(source[r]);
    for (std::size_t j = 0; j < p; ++j) {
      const double distance = rows.covariates(r)[j * panel_stride] - means.at_event()[j];
      result.residual[j * events.size() + k] = distance * point.standardization.unit[j];
    }
  }
  return result;
}

}  // namespace survlines
