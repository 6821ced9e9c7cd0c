// The terms (1, x) of rows that stand in panels, one after the other in memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/kernels.h"

namespace survlines {

// The values [first, last) of the terms of rows, row by row: a panel holds them column by column,
// and is turned over once if its rows are asked for one after the other, up or down. Terms are
// padded with zeros to padded_width(), a multiple of `step`, so that they can be added that many
// values at a time. Refers to the panels.
class PanelTerms {
 public:
  static constexpr std::size_t step = 4;

  PanelTerms(const double* panels, std::size_t n_columns, std::size_t first, std::size_t last)
      : panels_(panels),
        n_columns_(n_columns),
        first_(first),
        last_(last),
        width_((last - first + step - 1) / step * step),
        terms_(panel_rows * width_, 0.0) {
    for (std::size_t r = 0; first == 0 && r < panel_rows; ++r) terms_[r * width_] = 1;
  }

  std::size_t padded_width() const { return width_; }
  const double* of(std::size_t row) {
    if (row / panel_rows != panel_) read(row / panel_rows);
    return terms_.data() + row % panel_rows * width_;
  }

 private:
  void read(std::size_t panel) {
    panel_ = panel;
    const std::size_t from = std::max<std::size_t>(first_, 1);
    if (from >= last_) return;
    const double* columns = panels_ + (panel * n_columns_ + from - 1) * panel_stride;
    kernels().transpose(columns, panel_stride, last_ - from, panel_rows,
                        terms_.data() + (from - first_), width_);
  }

  const double* panels_;
  std::size_t n_columns_;
  std::size_t first_;
  std::size_t last_;
  std::size_t width_;
  std::size_t panel_ = static_cast<std::size_t>(-1);
  std::vector<double> terms_;
};

}  // namespace survlines
