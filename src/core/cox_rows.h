// The rows of a Cox model as its passes want them: standardised, in risk order, in panels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/event_grid.h"
#include "core/kernels.h"
#include "core/large_vector.h"
#include "core/row_panels.h"
#include "core/standardization.h"
#include "core/survival_view.h"

namespace survlines {

// One shard, ready for the passes. Rows ascend by the last cell they are at risk in; rows at risk
// in no cell are left out. The last panel is padded with zero rows.
struct CoxRows {
  std::size_t n_rows = 0;
  std::size_t n_columns = 0;
  LargeVector<double> x;
  std::vector<double> offset;  // empty: 0
  LargeVector<double> mass;    // weight times frequency
  LargeVector<std::uint8_t> event;
  LargeVector<std::int32_t> begin;  // at risk in cells [begin, end)
  LargeVector<std::int32_t> end;
  LargeVector<std::size_t> place;        // of each row of the view, or nowhere
  LargeVector<std::size_t> late_first;   // rows by descending begin; empty without late entry
  LargeVector<std::int32_t> late_begin;  // begin and x of the rows in that order
  LargeVector<double> late_x;

  // The row of the view that each row comes from.
  LargeVector<std::size_t> sources() const;

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
LargeVector<double> column_combination(const CoxRows& rows, const std::vector<double>& beta);

// Linear predictor of every row: offset + X beta. The memory of `recycled` is used again.
LargeVector<double> linear_predictor(const CoxRows& rows, const std::vector<double>& beta,
                                     LargeVector<double> recycled = {}, int n_threads = 1);

// That of one row.
double linear_predictor_of(const CoxRows& rows, std::size_t row, const std::vector<double>& beta);

}  // namespace survlines
