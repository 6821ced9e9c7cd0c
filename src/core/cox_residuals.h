// Residuals of a Cox model, for the rows of the view it was made from and in the units of its
// design. None is multiplied by weights.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cox_point.h"

namespace survlines {

// The number of events each row was expected to have: its hazard cumulated while at risk. A tied
// death expects what Efron's method leaves of the jump at its own event.
std::vector<double> expected_events(const CoxPoint& point, std::size_t n_view_rows);

// n_view_rows x n_columns, column-major; see score_residuals.h.
std::vector<double> score_residuals(const CoxPoint& point, std::size_t n_view_rows);

// One row for each row with an event (Schoenfeld 1982): its covariates less their mean over the
// risk set. By stratum and time, ties in the order of the view.
struct SchoenfeldResiduals {
  std::vector<std::size_t> row;  // of the view
  std::vector<double> residual;  // row.size() x n_columns, column-major
};

SchoenfeldResiduals schoenfeld_residuals(const CoxPoint& point);

}  // namespace survlines
