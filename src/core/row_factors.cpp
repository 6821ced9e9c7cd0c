#include "core/row_factors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/kernels.h"
#include "core/parallel.h"
#include "core/scaled_sums.h"

namespace survlines {
namespace {

// Rows looked at together.
constexpr std::size_t block_size = panel_rows;

double greatest(const double* value, std::size_t n) {
  double most[4];
  std::fill(most, most + 4, -std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < n; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) most[k] = std::max(most[k], value[i + k]);
  }
  return std::max(std::max(most[0], most[1]), std::max(most[2], most[3]));
}

// One past the last of the rows [first, last) whose eta exceeds the limit; `first` if none does.
std::size_t end_of_rows_above(const double* eta, double limit, std::size_t first,
                              std::size_t last) {
  while (last - first >= block_size && !(greatest(eta + last - block_size, block_size) > limit)) {
    last -= block_size;
  }
  while (last > first && !(eta[last - 1] > limit)) --last;
  return last;
}

// The scale that the rows [first, last) of one cell leave behind.
double scale_after(double scale, const double* eta, std::size_t first, std::size_t last) {
  for (std::size_t r = last; r-- > first;) {
    if (ScaledSums::needs_scale(scale, eta[r])) scale = eta[r];
  }
  return scale;
}

// The scales of the cells of a stratum, whose rows are [first, last), and where they change.
void find_scales(const CoxRows& rows, const EventGrid& grid, const double* eta, std::size_t stratum,
                 std::size_t first, std::size_t last, RowFactors& result) {
  const auto scale_of = [&](std::size_t cell) {
    return result.scale.begin() + static_cast<std::ptrdiff_t>(cell);
  };
  double scale = ScaledSums::empty;
  std::size_t written = grid.stratum_begin[stratum + 1];
  std::size_t row = last;
  while ((row = end_of_rows_above(eta, scale + ScaledSums::slack, first, row)) > first) {
    const std::int32_t end = rows.end[row - 1];
    std::size_t cell_last = row;
    while (cell_last < last && rows.end[cell_last] == end) ++cell_last;
    while (row > first && rows.end[row - 1] == end) --row;
    const double before = scale;
    scale = scale_after(before, eta, row, cell_last);
    const double factor = before == ScaledSums::empty ? 0 : std::exp(before - scale);
    result.changes.push_back({cell_last - 1, factor});
    const auto next_cell = static_cast<std::size_t>(end);
    std::fill(scale_of(next_cell), scale_of(written), before);
    written = next_cell;
  }
  std::fill(scale_of(grid.stratum_begin[stratum]), scale_of(written), scale);
}

void find_values(const CoxRows& rows, const double* eta, RowFactors& result, int n_threads) {
  const auto exponentiate = kernels().exponentiate;
  for_each_part(n_parts(rows.n_rows), n_threads, [&](std::size_t part) {
    const std::size_t part_end = std::min((part + 1) * part_size, rows.n_rows);
    for (std::size_t begin = part * part_size; begin < part_end; begin += block_size) {
      const std::size_t n = std::min(block_size, part_end - begin);
      double value[block_size] = {};
      for (std::size_t i = 0; i < n; ++i) {
        value[i] = eta[begin + i] - result.scale[static_cast<std::size_t>(rows.end[begin + i]) - 1];
      }
      exponentiate(value, block_size);
      for (std::size_t i = 0; i < n; ++i) result.value[begin + i] = rows.mass[begin + i] * value[i];
    }
  });
}

}  // namespace

RowFactors row_factors(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                       RowFactors recycled, int n_threads) {
  RowFactors result = std::move(recycled);
  result.scale.resize(grid.size());
  result.changes.clear();
  result.value.resize(rows.n_rows);
  std::size_t last = rows.n_rows;
  for (std::size_t s = grid.n_strata(); s-- > 0;) {
    const auto first_cell = static_cast<std::int32_t>(grid.stratum_begin[s]);
    const auto rows_end = rows.end.begin() + static_cast<std::ptrdiff_t>(last);
    const auto first = static_cast<std::size_t>(
        std::upper_bound(rows.end.begin(), rows_end, first_cell) - rows.end.begin());
    find_scales(rows, grid, eta.data(), s, first, last, result);
    last = first;
  }
  find_values(rows, eta.data(), result, n_threads);
  return result;
}

}  // namespace survlines
