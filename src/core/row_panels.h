// Covariates as the passes of a Cox fit read them: standardised, in the order of the fit, in
// panels.
#pragma once

#include <cstddef>
#include <vector>

#include "core/kernels.h"
#include "core/large_vector.h"
#include "core/standardization.h"
#include "core/survival_view.h"

namespace survlines {

// Where covariate `column` of a row stands among panels of n_columns columns.
inline std::size_t covariate_index(std::size_t row, std::size_t column, std::size_t n_columns) {
  return (row / panel_rows * n_columns + column) * panel_stride + row % panel_rows;
}

// The place of a row of the view that has none.
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

// Panels in which the row of the view that has place k is row k. Rows without a place are left
// out, and the last panel is padded with zero rows. Assumes that the places taken are
// 0, ..., n_rows - 1, once each.
LargeVector<double> standardised_panels(const LargeVector<std::size_t>& place, std::size_t n_rows,
                                        const SurvivalView& view, const Design& design,
                                        const Standardization& standardization, int n_threads = 1);

}  // namespace survlines
