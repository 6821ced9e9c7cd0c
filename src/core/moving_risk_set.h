// Sums over risk sets that rows also leave, as the cells go backward: with late entry.
#pragma once

#include <vector>

#include "core/cox_rows.h"
#include "core/event_grid.h"
#include "core/scaled_sums.h"

namespace survlines {

// What at_risk_sums() promises, in the memory of `sums`, by adding the terms of rows that join and
// subtracting those of rows that leave. Sums carry twice the digits of a double. Assumes late entry
// and terms that span at most exp(spread_limit) (see at_risk_sums.h), so that what is left of a
// large sum is exact.
ScaledSums moving_risk_sums(const CoxRows& rows, const EventGrid& grid,
                            const LargeVector<double>& eta, ScaledSums sums);

}  // namespace survlines
