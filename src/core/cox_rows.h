// The rows of a Cox model as its passes want them: standardised, in risk order, in panels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/event_grid.h"
#include "core/kernels.h"
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
// two, so that dividing by them rounds nothing.
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
  double mass = 0;
  std::vector<double> distance;  // n_columns: total of mass |x - centre|

  ColumnSpread& operator+=(const ColumnSpread& other);
};

// Only rows at risk in some cell count: `runs` are those of the view in the merged grid. A
// covariate of a row that no risk set contains is no part of the likelihood, and must not set the
// scale.
ColumnTotals column_totals(const SurvivalView& view, const Design& design, const CellRuns& runs,
                           int n_threads = 1);
Standardization centred(const ColumnTotals& totals);
ColumnSpread column_spread(const SurvivalView& view, const Design& design, const CellRuns& runs,
                           const Standardization& centres, int n_threads = 1);
void set_units(Standardization& standardization, const ColumnSpread& spread);

// The standardization of one shard on its own.
Standardization standardize(const SurvivalView& view, const Design& design, const CellRuns& runs,
                            int n_threads = 1);

// Where covariate `column` of a row stands among panels of n_columns columns.
inline std::size_t covariate_index(std::size_t row, std::size_t column, std::size_t n_columns) {
  return (row / panel_rows * n_columns + column) * panel_stride + row % panel_rows;
}

// One shard, ready for the passes. Rows ascend by the last cell they are at risk in; rows at risk
// in no cell are left out. The last panel is padded with zero rows.
struct CoxRows {
  std::size_t n_rows = 0;
  std::size_t n_columns = 0;
  LargeVector<double> x;
  std::vector<double> offset;  // empty: 0
  std::vector<double> mass;    // weight times frequency
  std::vector<std::uint8_t> event;
  std::vector<std::int32_t> begin;  // at risk in cells [begin, end)
  std::vector<std::int32_t> end;
  std::vector<std::size_t> source;       // row of the view
  std::vector<std::size_t> late_first;   // rows by descending begin; empty without late entry
  std::vector<std::int32_t> late_begin;  // begin and x of the rows in that order
  LargeVector<double> late_x;

  std::size_t n_panels() const { return (n_rows + panel_rows - 1) / panel_rows; }
  const double* panel(std::size_t k) const { return x.data() + k * n_columns * panel_stride; }
  std::size_t rows_in_panel(std::size_t k) const {
    return k + 1 < n_panels() ? panel_rows : n_rows - k * panel_rows;
  }
  // Covariate j of the row stands at covariates(row)[j * panel_stride].
  const double* covariates(std::size_t row) const {
    return x.data() + covariate_index(row, 0, n_columns);
  }
};

CoxRows cox_rows(const SurvivalView& view, const Design& design, const EventGrid& grid,
                 const CellRuns& runs, const Standardization& standardization, int n_threads = 1);

// X beta of every row.
std::vector<double> column_combination(const CoxRows& rows, const std::vector<double>& beta);

// Linear predictor of every row: offset + X beta. The memory of `recycled` is used again.
std::vector<double> linear_predictor(const CoxRows& rows, const std::vector<double>& beta,
                                     std::vector<double> recycled = {}, int n_threads = 1);

}  // namespace survlines
