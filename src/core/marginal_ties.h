// The marginal likelihood of continuous time (Kalbfleisch & Prentice 1973; DeLong, Guirguis & So
// 1994): deaths of one time came one after the other, in an order that nobody saw. At each event
// time it is the chance of unseen_order.h. That depends on those who survive the time through
// their S0 alone, so their part of the derivatives is that of Breslow's likelihood with another
// hazard, and goes through the same passes over rows. Like the exact partial likelihood it does not
// merge over shards, and rows have no weights, only replicates.
#pragma once

#include <vector>

#include "core/cox_rows.h"
#include "core/error.h"
#include "core/event_grid.h"
#include "core/newton.h"

namespace survlines {

// The rows while they survive: those with an event are gone before it, so that no total over
// survivors is a difference.
CoxRows surviving_rows(const SurvivalView& view, const Design& design, const EventGrid& grid,
                       const CellRuns& runs, const Standardization& standardization);

// Assumes masses that are whole numbers: frequencies.
Derivatives marginal_derivatives(const CoxRows& rows, const CoxRows& survivors,
                                 const EventGrid& grid, const std::vector<double>& beta,
                                 const Tick& tick);

}  // namespace survlines
