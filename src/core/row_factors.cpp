#include "core/row_factors.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/parallel.h"
#include "core/scaled_sums.h"

namespace survlines {
namespace {

// The scale that the rows [first, last) of one cell leave behind.
double scale_after(double scale, const std::vector<double>& eta, std::size_t first,
                   std::size_t last) {
  for (std::size_t r = last; r-- > first;) {
    if (ScaledSums::needs_scale(scale, eta[r])) scale = eta[r];
  }
  return scale;
}

}  // namespace

RowFactors row_factors(const CoxRows& rows, const EventGrid& grid, const std::vector<double>& eta,
                       RowFactors recycled, int n_threads) {
  RowFactors result = std::move(recycled);
  result.scale.resize(grid.size());
  result.changes.clear();
  result.value.resize(rows.n_rows);
  std::size_t row = rows.n_rows;
  for (std::size_t s = grid.n_strata(); s-- > 0;) {
    double scale = ScaledSums::empty;
    for (std::size_t c = grid.stratum_begin[s + 1]; c-- > grid.stratum_begin[s];) {
      const std::size_t last = row;
      while (row > 0 && static_cast<std::size_t>(rows.end[row - 1]) == c + 1) --row;
      const double before = scale;
      scale = scale_after(scale, eta, row, last);
      if (scale != before) {
        const double factor = before == ScaledSums::empty ? 0 : std::exp(before - scale);
        result.changes.push_back({last - 1, factor});
      }
      result.scale[c] = scale;
    }
  }
  for_each_part(n_parts(rows.n_rows), n_threads, [&](std::size_t part) {
    const std::size_t last = std::min((part + 1) * part_size, rows.n_rows);
    for (std::size_t r = part * part_size; r < last; ++r) {
      const double scale = result.scale[static_cast<std::size_t>(rows.end[r]) - 1];
      result.value[r] = rows.mass[r] * std::exp(eta[r] - scale);
    }
  });
  return result;
}

}  // namespace survlines
