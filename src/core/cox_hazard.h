// The hazard of a Cox model, cumulated over any run of cells, with its variance.
//
// With jumps h_c and variances v_c of the baseline hazard at cell c, and x_c the mean of the
// covariates over the risk set there, a row of covariates x at risk in a run of cells meets
//
//   H = exp(eta) sum h_c,   var(log H) = sum v_c / (sum h_c)^2 + (x - m)' V (x - m),
//
// with m the mean of x_c weighted by h_c and V the covariance of the coefficients (Tsiatis 1981;
// Link 1984; Therneau & Grambsch 2000, 10.2). Both hold whatever the size of eta: nothing is
// exponentiated but ratios of one stratum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/cell_tree.h"
#include "core/cholesky.h"
#include "core/cox_point.h"
#include "core/scaled_sums.h"

namespace survlines {

// Of standardised covariates.
struct HazardTotal {
  double log_hazard = 0;  // log of sum h_c; -Inf over no cells
  double relative_variance = 0;
  std::vector<double> mean;
};

class CumulatedHazard {
 public:
  // point.ties says how tied deaths divide the jump at their time: h = sum of (w/d) / (S0 - f D0),
  // v = sum of (w/d) / (S0 - f D0)^2. The coefficients may have been estimated in another way.
  explicit CumulatedHazard(const CoxPoint& point);

  HazardTotal over(std::size_t begin, std::size_t end) const;

 private:
  std::size_t n_columns_;
  CellTree tree_;
  ScaledSums hazard_;    // per node: h, and h times the means
  ScaledSums variance_;  // per node: v
};

// For each row of `view`, at risk in (entry, exit] of its stratum: the log of the number of events
// expected, and the standard error of that log. No promise of the view but these is needed:
// exit may be -1, before all times, and less than entry; the event is not looked at. A row at risk
// in no cell gets -Inf and 0.
struct LogHazards {
  std::vector<double> value;
  std::vector<double> std_error;
};

LogHazards log_hazards(const CoxPoint& point, const SurvivalView& view, const Design& design,
                       const SquareMatrix& covariance, const Tick& callback = {});

// The same at each cell of the grid, of a row of the cell's stratum that is at risk from the start.
// `design` has one row a stratum.
LogHazards baseline_hazards(const CoxPoint& point, const Design& design,
                            const SquareMatrix& covariance, const Tick& callback = {});

}  // namespace survlines
