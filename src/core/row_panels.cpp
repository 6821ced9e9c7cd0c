#include "core/row_panels.h"

#include <algorithm>

#include "core/fetch_ahead.h"
#include "core/parallel.h"

namespace survlines {
namespace {

// Values read together: some cache lines of each column, few enough that all stay in cache.
constexpr std::size_t values_at_once = std::size_t{1} << 14;
constexpr std::size_t columns_at_once = widest_lanes;

// Columns are read forward and their rows written whole to where they go, so that each row waits
// for memory once; to look up each value of each column where it stands would wait for each. Until
// all rows have come, a panel holds them one after the other.
class RowWriter {
 public:
  RowWriter(const LargeVector<std::size_t>& place, const SurvivalView& view, const Design& design,
            const Standardization& standardization, double* panels)
      : place_(place),
        view_(view),
        design_(design),
        standardization_(standardization),
        panels_(panels),
        p_(design.n_columns),
        chunk_(std::clamp(values_at_once / std::max<std::size_t>(p_, 1), widest_lanes, panel_rows)),
        columns_(chunk_ * columns_at_once),
        values_(chunk_ * p_) {}

  void write(std::size_t first, std::size_t last) {
    for (; first < last; first += chunk_) {
      const std::size_t n = std::min(chunk_, last - first);
      read(first, n, std::min(chunk_, last - first - n));
      for (std::size_t i = first; i < first + n; ++i) {
        const std::size_t ahead = row_ahead(i, last);
        if (place_[ahead] != nowhere) fetch(home(ahead), p_);
        if (place_[i] == nowhere) continue;
        std::copy_n(values_.data() + (i - first) * p_, p_, home(i));
      }
    }
  }

 private:
  // So many columns at a time that they stay in the fastest cache until they are turned over. The
  // n_next rows after these are asked for: no column is read long enough for the processor to see.
  void read(std::size_t first, std::size_t n, std::size_t n_next) {
    for (std::size_t j = 0; j < p_; j += columns_at_once) {
      const std::size_t n_columns = std::min(columns_at_once, p_ - j);
      for (std::size_t k = 0; k < n_columns; ++k) {
        fetch(design_.column(j + k, view_.n_rows) + first + n, n_next);
        read_column(j + k, first, n, columns_.data() + k * chunk_);
      }
      kernels_.transpose(columns_.data(), chunk_, n_columns, n, values_.data() + j, p_);
    }
  }

  void read_column(std::size_t j, std::size_t first, std::size_t n, double* out) const {
    const double* column = design_.column(j, view_.n_rows) + first;
    const double* centre = standardization_.centre.data() + j;
    const double per_unit = 1 / standardization_.unit[j];
    if (!view_.stratum) return kernels_.standardise(column, *centre, per_unit, n, out);
    const std::int32_t* stratum = view_.stratum + first;
    for (std::size_t i = 0; i < n; ++i) {
      out[i] = (column[i] - centre[static_cast<std::size_t>(stratum[i]) * p_]) * per_unit;
    }
  }

  double* home(std::size_t i) const {
    const std::size_t panel = place_[i] / panel_rows;
    return panels_ + panel * p_ * panel_stride + place_[i] % panel_rows * p_;
  }

  const LargeVector<std::size_t>& place_;
  const SurvivalView& view_;
  const Design& design_;
  const Standardization& standardization_;
  double* panels_;
  std::size_t p_;
  std::size_t chunk_;
  const Kernels& kernels_ = kernels();
  std::vector<double> columns_;  // chunk_ x columns_at_once, column by column
  std::vector<double> values_;   // chunk_ x p_, row by row
};

// From row by row to column by column. `rows` is memory for panel_rows rows.
void turn(double* panel, std::size_t n_rows, std::size_t n_columns, std::vector<double>& rows) {
  const auto end = std::copy_n(panel, n_rows * n_columns, rows.begin());
  std::fill(end, rows.end(), 0.0);
  kernels().transpose(rows.data(), n_columns, panel_rows, n_columns, panel, panel_stride);
  for (std::size_t j = 0; j < n_columns; ++j) {
    std::fill_n(panel + j * panel_stride + panel_rows, panel_stride - panel_rows, 0.0);
  }
}

}  // namespace

LargeVector<double> standardised_panels(const LargeVector<std::size_t>& place, std::size_t n_rows,
                                        const SurvivalView& view, const Design& design,
                                        const Standardization& standardization, int n_threads) {
  const std::size_t p = design.n_columns;
  const std::size_t n_panels = (n_rows + panel_rows - 1) / panel_rows;
  LargeVector<double> panels(n_panels * p * panel_stride);
  if (panels.empty()) return panels;
  for_each_part(n_parts(view.n_rows), n_threads, [&](std::size_t part) {
    RowWriter writer(place, view, design, standardization, panels.data());
    writer.write(part * part_size, std::min((part + 1) * part_size, view.n_rows));
  });
  constexpr std::size_t panels_of_part = part_size / panel_rows;
  for_each_part(n_parts(n_rows), n_threads, [&](std::size_t part) {
    std::vector<double> rows(panel_rows * p);
    const std::size_t last = std::min((part + 1) * panels_of_part, n_panels);
    for (std::size_t k = part * panels_of_part; k < last; ++k) {
      turn(panels.data() + k * p * panel_stride, std::min(panel_rows, n_rows - k * panel_rows), p,
           rows);
    }
  });
  return panels;
}

}  // namespace survlines
