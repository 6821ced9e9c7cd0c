// A Cox model at given coefficients: what residuals, predictions and checks start from.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cox.h"
#include "core/cox_rows.h"
#include "core/event_grid.h"
#include "core/survival_view.h"

namespace survlines {

struct CoxPoint {
  Ties ties = Ties::efron;
  EventGrid grid;
  Standardization standardization;
  CoxRows rows;
  std::vector<double> beta;  // of the standardised columns
  LargeVector<double> eta;   // linear_predictor() of the rows
  RiskSums sums;

  std::size_t n_columns() const { return beta.size(); }
};

// `coefficient` has one finite value a column, in the units of the design. Assumes what fit_cox()
// assumes.
CoxPoint cox_point(const SurvivalView& view, const Design& design,
                   const std::vector<double>& coefficient, Ties ties, const Tick& tick);

}  // namespace survlines
