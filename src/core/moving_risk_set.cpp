#include "core/moving_risk_set.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/kernels.h"
#include "core/large_vector.h"
#include "core/panel_terms.h"

namespace survlines {
namespace {

// Values that are worked on together, in loops that compilers turn into instructions for two.
constexpr std::size_t lanes = 2;
static_assert(PanelTerms::step % lanes == 0, "terms are padded to whole lanes");

// Many running sums (see running_sum.h) side by side. Rounding errors are carried over to the sums
// now and then, not at each addition.
class RunningSums {
 public:
  // As many as a padded term has values.
  explicit RunningSums(std::size_t width) : high_(width, 0.0), low_(high_) {}

  void clear() {
    std::fill(high_.begin(), high_.end(), 0.0);
    std::fill(low_.begin(), low_.end(), 0.0);
  }
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

// mass exp(eta - scale) of each row.
LargeVector<double> masses_times_risk(const CoxRows& rows, const LargeVector<double>& eta,
                                      double scale) {
  LargeVector<double> factor((rows.n_rows + widest_lanes - 1) / widest_lanes * widest_lanes, 0.0);
  for (std::size_t r = 0; r < rows.n_rows; ++r) factor[r] = eta[r] - scale;
  kernels().exponentiate(factor.data(), factor.size());
  for (std::size_t r = 0; r < rows.n_rows; ++r) factor[r] *= rows.mass[r];
  return factor;
}

}  // namespace

ScaledSums moving_risk_sums(const CoxRows& rows, const EventGrid& grid,
                            const LargeVector<double>& eta, ScaledSums sums) {
  const std::size_t width = 1 + rows.n_columns;
  sums.reset(grid.size(), width);
  if (rows.n_rows == 0) return sums;
  const double scale = *std::max_element(eta.begin(), eta.end());
  const LargeVector<double> factor = masses_times_risk(rows, eta, scale);

  // In the order in which they leave, gathered at once.
  LargeVector<double> late_factor(rows.n_rows);
  for (std::size_t k = 0; k < rows.n_rows; ++k) late_factor[k] = -factor[rows.late_first[k]];

  PanelTerms joining_terms(rows.x.data(), rows.n_columns, 0, width);
  PanelTerms leaving_terms(rows.late_x.data(), rows.n_columns, 0, width);
  RunningSums at_risk(joining_terms.padded_width());
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
