// The exact partial likelihood of discrete time (Cox 1972): at an event time with d deaths, the
// probability that these d of the rows at risk die, given that d do.
//
//   sum over event times of [ sum of eta over the deaths - log B_d ],
//   B_d = sum over subsets of d rows at risk of the product of exp(eta)
//
// by the recursion over rows (Howard 1972; Gail, Lubin & Rubinstein 1981) of B and its first two
// derivatives: O(rows at risk x deaths x p^2) an event time. It is no sum over rows, so it does
// not merge over shards; rows have no weights, only replicates.
#pragma once

#include <vector>

#include "core/cox_rows.h"
#include "core/error.h"
#include "core/event_grid.h"
#include "core/newton.h"

namespace survlines {

// Assumes masses that are whole numbers: frequencies.
Derivatives exact_derivatives(const CoxRows& rows, const EventGrid& grid,
                              const std::vector<double>& beta, const Tick& tick);

}  // namespace survlines
