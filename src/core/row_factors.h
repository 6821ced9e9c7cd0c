// What each row counts in the risk sets of a Cox model without late entry, where rows only join as
// the event times go backward.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cox_rows.h"
#include "core/event_grid.h"
#include "core/large_vector.h"
#include "core/running_sum.h"

namespace survlines {

// Before a row joins, running totals are multiplied by a factor: they take a greater scale, or
// start again (0) where a stratum does.
struct Rescaling {
  std::size_t row;
  double factor;
  double scale;  // from this row down
};

// Totals of a cell are relative to exp(scale), which follows the greatest eta at risk to within
// ScaledSums::slack: a single scale would let late risk sets vanish.
struct RowFactors {
  LargeVector<double> scale;       // per cell; ScaledSums::empty where no row is at risk
  std::vector<Rescaling> changes;  // rows descend; each is the last row of its cell
  LargeVector<double> value;       // per row: mass exp(eta - scale of the last cell it is in)
  RunningSum event_eta;            // total of mass eta of the rows with an event
};

// `eta` is the linear_predictor() of the rows. The memory of `recycled` is used again.
RowFactors row_factors(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                       RowFactors recycled = {}, int n_threads = 1);

}  // namespace survlines
