#include "core/moving_risk_set.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace survlines {
namespace {

// Values that are worked on together, in loops that compilers turn into instructions for two; what
// lies beyond the last is padding.
constexpr std::size_t lanes = 2;

std::size_t padded(std::size_t width) { return (width + lanes - 1) / lanes * lanes; }

// The terms (1, x) of rows that come one after the other, up or down, from panels: a panel holds
// them column by column, and is turned over once.
class TermsOfPanels {
 public:
  TermsOfPanels(const double* panels, std::size_t n_columns)
      : panels_(panels),
        n_columns_(n_columns),
        width_(padded(1 + n_columns)),
        terms_(panel_rows * width_, 0.0) {
    for (std::size_t r = 0; r < panel_rows; ++r) terms_[r * width_] = 1;
  }

  const double* of(std::size_t row) {
    if (row / panel_rows != panel_) read(row / panel_rows);
    return terms_.data() + row % panel_rows * width_;
  }

 private:
  void read(std::size_t panel) {
    panel_ = panel;
    const double* column = panels_ + panel * n_columns_ * panel_stride;
    for (std::size_t j = 0; j < n_columns_; ++j, column += panel_stride) {
      double* term = terms_.data() + 1 + j;
      for (std::size_t r = 0; r < panel_rows; ++r) term[r * width_] = column[r];
    }
  }

  const double* panels_;
  std::size_t n_columns_;
  std::size_t width_;
  std::size_t panel_ = static_cast<std::size_t>(-1);
  std::vector<double> terms_;
};

// Many running sums (see running_sum.h) side by side. Rounding errors are carried over to the sums
// now and then, not at each addition.
class RunningSums {
 public:
  explicit RunningSums(std::size_t width) : high_(padded(width), 0.0), low_(high_) {}

  void clear() {
    std::fill(high_.begin(), high_.end(), 0.0);
    std::fill(low_.begin(), low_.end(), 0.0);
  }
  // `term` is padded as the sums are.
  void add(double factor, const double* term) {
    double* high = high_.data();
    double* low = low_.data();
    for (std::size_t k = 0; k < high_.size(); k += lanes) {
      double sum[lanes];
      double error[lanes];
      for (std::size_t l = 0; l < lanes; ++l) {
        const double before = high[k + l];
        const double value = factor * term[k + l];
        sum[l] = before + value;
        const double virtual_value = sum[l] - before;
        error[l] = (before - (sum[l] - virtual_value)) + (value - virtual_value);
      }
      for (std::size_t l = 0; l < lanes; ++l) high[k + l] = sum[l];
      for (std::size_t l = 0; l < lanes; ++l) low[k + l] += error[l];
    }
    if (++additions_ == most_additions) carry();
  }
  void read(double* value, std::size_t width) {
    carry();
    std::copy(high_.begin(), high_.begin() + static_cast<std::ptrdiff_t>(width), value);
  }

 private:
  static constexpr int most_additions = 32;

  void carry() {
    additions_ = 0;
    for (std::size_t k = 0; k < high_.size(); ++k) {
      const double sum = high_[k] + low_[k];
      low_[k] -= sum - high_[k];
      high_[k] = sum;
    }
  }

  int additions_ = 0;
  std::vector<double> high_;
  std::vector<double> low_;
};

}  // namespace

ScaledSums moving_risk_sums(const CoxRows& rows, const EventGrid& grid,
                            const std::vector<double>& eta, ScaledSums sums) {
  const std::size_t width = 1 + rows.n_columns;
  sums.reset(grid.size(), width);
  if (rows.n_rows == 0) return sums;
  const double scale = *std::max_element(eta.begin(), eta.end());
  std::vector<double> factor(rows.n_rows);
  for (std::size_t r = 0; r < rows.n_rows; ++r) factor[r] = rows.mass[r] * std::exp(eta[r] - scale);

  // In the order in which they leave, gathered at once.
  std::vector<double> late_factor(rows.n_rows);
  for (std::size_t k = 0; k < rows.n_rows; ++k) late_factor[k] = -factor[rows.late_first[k]];

  TermsOfPanels joining_terms(rows.x.data(), rows.n_columns);
  TermsOfPanels leaving_terms(rows.late_x.data(), rows.n_columns);
  RunningSums at_risk(width);
  std::size_t joining = rows.n_rows;
  std::size_t leaving = 0;
  for (std::size_t c = grid.size(); c-- > 0;) {
    const auto later = static_cast<std::int32_t>(c + 1);
    for (; leaving < rows.n_rows && rows.late_begin[leaving] == later; ++leaving) {
      at_risk.add(late_factor[leaving], leaving_terms.of(leaving));
    }
    // Nobody is left: what remains is rounding.
    if (rows.n_rows - joining == leaving) at_risk.clear();
    for (; joining > 0 && rows.end[joining - 1] == later; --joining) {
      at_risk.add(factor[joining - 1], joining_terms.of(joining - 1));
    }
    if (rows.n_rows - joining == leaving) continue;
    sums.set_scale(c, scale);
    at_risk.read(sums.mutable_value(c), width);
  }
  return sums;
}

}  // namespace survlines
