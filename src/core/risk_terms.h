// What the first reading of the covariates (score_pass.h) leaves to the second
// (information_pass.h).
#pragma once

#include <cstddef>

#include "core/cox_rows.h"
#include "core/event_grid.h"
#include "core/large_vector.h"
#include "core/row_factors.h"

namespace survlines {

// What the rows need to know of the event times, relative to exp(-scale).
struct CellTerms {
  LargeVector<double> hazard;  // cumulated in the stratum
  LargeVector<double> square;  // of (S1 - ratio D1)(S1 - ratio D1)'
  // Per cell with tied deaths, in the grid's order; Efron only.
  LargeVector<double> tied_excess;  // as in CellJumps
  LargeVector<double> ratio;
  LargeVector<double> tied_square;  // of D1 D1'
};

struct RiskTerms {
  LargeVector<double> factor;  // of each row, see find_row_factors()
  Rescalings changes;
  CellTerms cells;
};

// The rows with an event of each cell with several; none unless ties are Efron's.
struct TiedDeaths {
  LargeVector<std::size_t> cell;         // ascending
  LargeVector<std::size_t> row;          // the same
  LargeVector<std::size_t> begin = {0};  // one more than cells: offsets into the rows
};

TiedDeaths tied_deaths(const CoxRows& rows, const EventGrid& grid);

}  // namespace survlines
