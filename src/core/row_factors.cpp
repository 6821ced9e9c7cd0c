#include "core/row_factors.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/kernels.h"
#include "core/parallel.h"

namespace survlines {
namespace {

// Rows looked at together.
constexpr std::size_t block_size = panel_rows;

// The greatest eta of each block of rows.
LargeVector<double> greatest_of_blocks(const LargeVector<double>& eta, int n_threads) {
  const auto greatest = kernels().greatest;
  LargeVector<double> most((eta.size() + block_size - 1) / block_size);
  constexpr std::size_t blocks_of_part = part_size / block_size;
  for_each_part(n_parts(eta.size()), n_threads, [&](std::size_t part) {
    const std::size_t end = std::min((part + 1) * blocks_of_part, most.size());
    for (std::size_t b = part * blocks_of_part; b < end; ++b) {
      const std::size_t begin = b * block_size;
      most[b] = greatest(eta.data() + begin, std::min(block_size, eta.size() - begin));
    }
  });
  return most;
}

// Eta of all rows, with what it takes to pass over many of them at a glance.
struct Predictor {
  const double* eta;
  LargeVector<double> block_greatest;

  // One past the last of the rows [first, last) whose eta exceeds the limit; `first` if none does.
  std::size_t end_of_rows_above(double limit, std::size_t first, std::size_t last) const {
    while (last > first) {
      const std::size_t block = (last - 1) / block_size;
      const std::size_t begin = std::max(first, block * block_size);
      if (block_greatest[block] > limit) {
        while (last > begin && !(eta[last - 1] > limit)) --last;
        if (last > begin) return last;
      }
      last = begin;
    }
    return last;
  }
};

// The scale that the rows [first, last) of one cell leave behind.
double scale_after(double scale, const double* eta, std::size_t first, std::size_t last) {
  for (std::size_t r = last; r-- > first;) {
    if (ScaledSums::needs_scale(scale, eta[r])) scale = eta[r];
  }
  return scale;
}

// Where the rows of a stratum begin that ends before row `last`.
std::size_t first_row_of_stratum(const CoxRows& rows, const EventGrid& grid, std::size_t stratum,
                                 std::size_t last) {
  const auto first_cell = static_cast<std::int32_t>(grid.stratum_begin[stratum]);
  const auto end = rows.end.begin() + static_cast<std::ptrdiff_t>(last);
  return static_cast<std::size_t>(std::upper_bound(rows.end.begin(), end, first_cell) -
                                  rows.end.begin());
}

// The scales of the cells of a stratum, whose rows are [first, last), and where they change.
void find_scales(const CoxRows& rows, const EventGrid& grid, const Predictor& predictor,
                 std::size_t stratum, std::size_t first, std::size_t last, RowScales& result) {
  const auto scale_of = [&](std::size_t cell) {
    return result.of_cell.begin() + static_cast<std::ptrdiff_t>(cell);
  };
  double scale = ScaledSums::empty;
  std::size_t written = grid.stratum_begin[stratum + 1];
  std::size_t row = last;
  while ((row = predictor.end_of_rows_above(scale + ScaledSums::slack, first, row)) > first) {
    const std::int32_t end = rows.end[row - 1];
    std::size_t cell_last = row;
    while (cell_last < last && rows.end[cell_last] == end) ++cell_last;
    while (row > first && rows.end[row - 1] == end) --row;
    const double before = scale;
    scale = scale_after(before, predictor.eta, row, cell_last);
    const double factor = before == ScaledSums::empty ? 0 : std::exp(before - scale);
    result.changes.push_back({cell_last - 1, factor, scale});
    const auto next_cell = static_cast<std::size_t>(end);
    std::fill(scale_of(next_cell), scale_of(written), before);
    written = next_cell;
  }
  std::fill(scale_of(grid.stratum_begin[stratum]), scale_of(written), scale);
}

}  // namespace

RowScales row_scales(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                     int n_threads) {
  RowScales result;
  result.of_cell.resize(grid.size());
  const Predictor predictor{eta.data(), greatest_of_blocks(eta, n_threads)};
  std::size_t last = rows.n_rows;
  for (std::size_t s = grid.n_strata(); s-- > 0;) {
    const std::size_t first = first_row_of_stratum(rows, grid, s, last);
    find_scales(rows, grid, predictor, s, first, last, result);
    last = first;
  }
  return result;
}

Rescalings scales_of_last_rows(const CoxRows& rows, const EventGrid& grid,
                               const std::vector<double>& beta) {
  Rescalings changes;
  std::size_t last = rows.n_rows;
  for (std::size_t s = grid.n_strata(); s-- > 0;) {
    const std::size_t first = first_row_of_stratum(rows, grid, s, last);
    if (first < last) changes.push_back({last - 1, 0, linear_predictor_of(rows, last - 1, beta)});
    last = first;
  }
  return changes;
}

void find_row_factors(const CoxRows& rows, const Rescalings& changes, const double* eta,
                      std::size_t begin, std::size_t end, double* value) {
  each_scale(changes, begin, end, [&](std::size_t first, std::size_t last, double scale, double) {
    kernels().relative_risks(eta + (first - begin), scale, &rows.mass[first], last - first,
                             value + (first - begin));
  });
}

}  // namespace survlines
