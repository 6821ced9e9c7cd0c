// Covariates as they are given, and what makes them of one size.
#pragma once

#include <cstddef>
#include <vector>

#include "core/event_grid.h"
#include "core/large_vector.h"
#include "core/survival_view.h"

namespace survlines {

// Covariates, finite: a matrix x, column-major n_rows x n_columns, or an array of n_columns columns
// that stand wherever they stand. Offset finite or null (0). Owns nothing.
struct Design {
  std::size_t n_columns = 0;
  const double* x = nullptr;
  const double* const* columns = nullptr;
  const double* offset = nullptr;

  const double* column(std::size_t j, std::size_t n_rows) const {
    return columns ? columns[j] : x + j * n_rows;
  }
  double value(std::size_t row, std::size_t j, std::size_t n_rows) const {
    return column(j, n_rows)[row];
  }
};

// A shift of a covariate within a stratum changes no risk set's share, and a change of its unit
// only the unit of its coefficient. So each column is centred near its mean in each stratum, and
// divided by its typical distance from there, before anything is squared. Units are powers of
// two, so that dividing by them rounds nothing; as any of them gives the same bits, as long as it
// is of the right size, some of the rows are enough to find them.
struct Standardization {
  std::size_t n_columns = 0;
  std::vector<double> centre;  // n_strata x n_columns, stratum by stratum
  std::vector<double> unit;    // n_columns; 1 for a column that does not vary
  std::vector<double> range;   // n_columns: of the standardised values
  double offset_centre = 0;
};

// Totals from which the standardization is made; both add up over shards. The range keeps a
// rounded mean among the values, so that a column that is constant in a stratum is 0 there.
struct ColumnTotals {
  std::vector<double> mass;  // n_strata
  std::vector<double> sum;   // n_strata x n_columns
  std::vector<double> low;   // the same shape; infinite where a stratum has no rows
  std::vector<double> high;
  double offset_sum = 0;

  ColumnTotals& operator+=(const ColumnTotals& other);
};
struct ColumnSpread {
  double mass = 0;               // of the rows looked at
  std::vector<double> distance;  // n_columns: their total of mass |x - centre|

  ColumnSpread& operator+=(const ColumnSpread& other);
};

// The mass of each row of a view, and 0 for rows at risk in no cell of the merged grid, whose runs
// are given. A covariate of a row that no risk set contains is no part of the likelihood, and must
// not set the scale.
LargeVector<double> masses_at_risk(const SurvivalView& view, const CellRuns& runs);

// Of rows with these masses.
ColumnTotals column_totals(const SurvivalView& view, const Design& design,
                           const LargeVector<double>& mass, int n_threads = 1);
Standardization centred(const ColumnTotals& totals);
ColumnSpread column_spread(const SurvivalView& view, const Design& design,
                           const LargeVector<double>& mass, const Standardization& centres,
                           int n_threads = 1);
void set_units(Standardization& standardization, const ColumnSpread& spread);

// The standardization of one shard on its own.
Standardization standardize(const SurvivalView& view, const Design& design, const CellRuns& runs,
                            int n_threads = 1);

}  // namespace survlines
