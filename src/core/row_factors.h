// What each row counts in the risk sets of a Cox model without late entry, where rows only join as
// the event times go backward.
//
// Totals are relative to exp(scale), which follows the greatest eta at risk to within
// ScaledSums::slack: a single scale would let late risk sets vanish.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/cox_rows.h"
#include "core/event_grid.h"
#include "core/large_vector.h"
#include "core/scaled_sums.h"

namespace survlines {

// Before a row joins, running totals are multiplied by a factor: they take a greater scale, or
// start again (0) where a stratum does.
struct Rescaling {
  std::size_t row;  // the last of its cell
  double factor;
  double scale;  // from this row down
};

// Rows descend.
using Rescalings = std::vector<Rescaling>;

// Cuts the rows [begin, end), ascending, where the scale changes. Calls
// visit(first, last, scale, factor), with the factor for totals that go on beyond `last`.
template <class Visit>
void each_scale(const Rescalings& changes, std::size_t begin, std::size_t end, const Visit& visit) {
  auto change = std::partition_point(changes.begin(), changes.end(),
                                     [&](const Rescaling& c) { return c.row >= begin; });
  while (begin < end) {
    // Rows above all changes are those whose eta is no number.
    const bool above_all = change == changes.begin();
    if (!above_all) --change;
    const bool whole = !above_all && change->row < end;
    const std::size_t last = whole ? change->row + 1 : end;
    visit(begin, last, above_all ? ScaledSums::empty : change->scale, whole ? change->factor : 1.0);
    begin = last;
  }
}

struct RowScales {
  LargeVector<double> of_cell;  // ScaledSums::empty where no row is at risk
  Rescalings changes;
};

// `eta` is the linear_predictor() of the rows.
RowScales row_scales(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                     int n_threads = 1);

// The changes if, in each stratum, no row exceeds the scale of the last one by more than the slack:
// as it mostly is, and found without the eta of the others. Where the last row's eta is no number,
// neither is the scale.
Rescalings scales_of_last_rows(const CoxRows& rows, const EventGrid& grid,
                               const std::vector<double>& beta);

// Writes mass exp(eta - scale) of the rows [begin, end). `eta` and `value` begin with row `begin`.
void find_row_factors(const CoxRows& rows, const Rescalings& changes, const double* eta,
                      std::size_t begin, std::size_t end, double* value);

}  // namespace survlines
