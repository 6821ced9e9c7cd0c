#include "core/row_factors.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/kernels.h"
#include "core/parallel.h"
#include "core/scaled_sums.h"

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

// The scales of the cells of a stratum, whose rows are [first, last), and where they change.
void find_scales(const CoxRows& rows, const EventGrid& grid, const Predictor& predictor,
                 std::size_t stratum, std::size_t first, std::size_t last, RowFactors& result) {
  const auto scale_of = [&](std::size_t cell) {
    return result.scale.begin() + static_cast<std::ptrdiff_t>(cell);
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

// The values of the rows [begin, end), by the scales of their last cells. Rows above all changes
// are those whose eta is no number.
void find_values(const CoxRows& rows, const double* eta, std::size_t begin, std::size_t end,
                 RowFactors& result) {
  const std::vector<Rescaling>& changes = result.changes;
  auto change = std::partition_point(changes.begin(), changes.end(),
                                     [&](const Rescaling& c) { return c.row >= begin; });
  while (begin < end) {
    const bool above_all = change == changes.begin();
    if (!above_all) --change;
    const double scale = above_all ? ScaledSums::empty : change->scale;
    const std::size_t last = above_all ? end : std::min(end, change->row + 1);
    kernels().relative_risks(eta + begin, scale, &rows.mass[begin], last - begin,
                             &result.value[begin]);
    begin = last;
  }
}

// What one part of the rows adds to event_eta.
RunningSum sum_event_eta(const CoxRows& rows, const double* eta, std::size_t begin,
                         std::size_t end) {
  const auto event_total = kernels().event_total;
  RunningSum sum;
  for (; begin < end; begin += block_size) {
    sum.add(event_total(&rows.event[begin], &rows.mass[begin], eta + begin,
                        std::min(block_size, end - begin)));
  }
  return sum;
}

}  // namespace

RowFactors row_factors(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                       RowFactors recycled, int n_threads) {
  RowFactors result = std::move(recycled);
  result.scale.resize(grid.size());
  result.changes.clear();
  result.value.resize(rows.n_rows);
  const Predictor predictor{eta.data(), greatest_of_blocks(eta, n_threads)};
  std::size_t last = rows.n_rows;
  for (std::size_t s = grid.n_strata(); s-- > 0;) {
    const auto first_cell = static_cast<std::int32_t>(grid.stratum_begin[s]);
    const auto rows_end = rows.end.begin() + static_cast<std::ptrdiff_t>(last);
    const auto first = static_cast<std::size_t>(
        std::upper_bound(rows.end.begin(), rows_end, first_cell) - rows.end.begin());
    find_scales(rows, grid, predictor, s, first, last, result);
    last = first;
  }
  std::vector<RunningSum> event_eta(n_parts(rows.n_rows));
  for_each_part(event_eta.size(), n_threads, [&](std::size_t part) {
    const std::size_t begin = part * part_size;
    const std::size_t end = std::min(begin + part_size, rows.n_rows);
    find_values(rows, eta.data(), begin, end, result);
    event_eta[part] = sum_event_eta(rows, eta.data(), begin, end);
  });
  result.event_eta = RunningSum();
  for (const RunningSum& of_part : event_eta) result.event_eta.add(of_part);
  return result;
}

}  // namespace survlines
