#include "core/row_panels.h"

#include <algorithm>

#include "core/fetch_ahead.h"
#include "core/parallel.h"

namespace survlines {
namespace {

// Values read together: some cache lines of each column, few enough that all stay in cache.
constexpr std::size_t values_at_once = std::size_t{1} << 14;
constexpr std::size_t lane = 8;

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
        chunk_(std::clamp(values_at_once / std::max<std::size_t>(p_, 1), lane, panel_rows)),
        values_(chunk_ * p_) {}

  void write(std::size_t first, std::size_t last) {
    for (; first < last; first += chunk_) {
      const std::size_t n = std::min(chunk_, last - first);
      for (std::size_t j = 0; j < p_; ++j) read_column(j, first, n);
      for (std::size_t i = first; i < first + n; ++i) {
        const std::size_t ahead = i + rows_ahead;
        if (ahead < last && place_[ahead] != nowhere) fetch(home(ahead), p_);
        if (place_[i] == nowhere) continue;
        std::copy_n(values_.data() + (i - first) * p_, p_, home(i));
      }
    }
  }

 private:
  void read_column(std::size_t j, std::size_t first, std::size_t n) {
    const double* column = design_.column(j, view_.n_rows) + first;
    const double* centre = standardization_.centre.data() + j;
    const double per_unit = 1 / standardization_.unit[j];
    double* out = values_.data() + j;
    if (view_.stratum) {
      const std::int32_t* stratum = view_.stratum + first;
      for (std::size_t i = 0; i < n; ++i) {
        const double shift = centre[static_cast<std::size_t>(stratum[i]) * p_];
        out[i * p_] = (column[i] - shift) * per_unit;
      }
    } else {
      for (std::size_t i = 0; i < n; ++i) out[i * p_] = (column[i] - *centre) * per_unit;
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
  std::vector<double> values_;  // chunk_ x p_, row by row
};

// From row by row to column by column. `rows` is memory for panel_rows rows.
void turn(double* panel, std::size_t n_rows, std::size_t n_columns, std::vector<double>& rows) {
  const auto end = std::copy_n(panel, n_rows * n_columns, rows.begin());
  std::fill(end, rows.end(), 0.0);
  for (std::size_t r = 0; r < panel_rows; r += lane) {
    const double* from = rows.data() + r * n_columns;
    for (std::size_t j = 0; j < n_columns; ++j) {
      double* to = panel + j * panel_stride + r;
      for (std::size_t i = 0; i < lane; ++i) to[i] = from[i * n_columns + j];
    }
  }
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
