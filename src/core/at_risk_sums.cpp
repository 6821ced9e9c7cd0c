#include "core/at_risk_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/cell_tree.h"
#include "core/moving_risk_set.h"
#include "core/panel_terms.h"
#include "core/parallel.h"
#include "core/row_factors.h"

namespace survlines {
namespace {

struct Spread {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void see(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool wide() const { return high - low > spread_limit; }
};

// (1, x) of one row, gathered from its panel.
void read_term(const CoxRows& rows, std::size_t row, double* term) {
  const double* x = rows.covariates(row);
  term[0] = 1;
  for (std::size_t j = 0; j < rows.n_columns; ++j) term[1 + j] = x[j * panel_stride];
}

// The values [first, last) of all cells, from the last cell backward: rows only join.
void sum_values_running(const CoxRows& rows, const EventGrid& grid, const Rescalings& changes,
                        const LargeVector<double>& factor, std::size_t first, std::size_t last,
                        ScaledSums& sums) {
  PanelTerms terms(rows.x.data(), rows.n_columns, first, last);
  constexpr std::size_t step = PanelTerms::step;
  const std::size_t width = terms.padded_width();
  std::vector<double> total(width, 0.0);
  auto change = changes.begin();
  std::size_t row = rows.n_rows;
  for (std::size_t c = grid.size(); c-- > 0;) {
    for (; row > 0 && static_cast<std::size_t>(rows.end[row - 1]) == c + 1; --row) {
      if (change != changes.end() && change->row == row - 1) {
        for (double& value : total) value *= change->factor;
        ++change;
      }
      const double* term = terms.of(row - 1);
      const double f = factor[row - 1];
      double* sum = total.data();
      for (std::size_t k = 0; k < width; k += step) {
        for (std::size_t l = 0; l < step; ++l) sum[k + l] += f * term[k + l];
      }
    }
    if (sums.scale(c) == ScaledSums::empty) continue;
    double* value = sums.mutable_value(c) + first;
    for (std::size_t k = 0; k < last - first; ++k) value[k] = total[k];
  }
}

// No late entry. Threads share out the values, so that each total is added up in one order.
ScaledSums sum_running(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                       ScaledSums sums, int n_threads) {
  const std::size_t width = 1 + rows.n_columns;
  sums.reset(grid.size(), width);
  const RowScales scales = row_scales(rows, grid, eta, n_threads);
  for (std::size_t c = 0; c < grid.size(); ++c) sums.set_scale(c, scales.of_cell[c]);
  LargeVector<double> factor(rows.n_rows);
  for_each_part(n_parts(rows.n_rows), n_threads, [&](std::size_t part) {
    const std::size_t begin = part * part_size;
    const std::size_t end = std::min(begin + part_size, rows.n_rows);
    find_row_factors(rows, scales.changes, &eta[begin], begin, end, &factor[begin]);
  });
  const std::size_t n_shares = n_parts(rows.n_rows) > 1 ? static_cast<std::size_t>(n_threads) : 1;
  for_each_part(n_shares, n_threads, [&](std::size_t k) {
    const std::size_t first = k * width / n_shares;
    const std::size_t last = (k + 1) * width / n_shares;
    if (first < last) sum_values_running(rows, grid, scales.changes, factor, first, last, sums);
  });
  return sums;
}

ScaledSums sum_tree(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                    ScaledSums sums) {
  const std::size_t width = 1 + rows.n_columns;
  const CellTree tree(grid.size());
  ScaledSums nodes(tree.n_nodes(), width);
  std::vector<double> term(width);
  for (std::size_t r = 0; r < rows.n_rows; ++r) {
    read_term(rows, r, term.data());
    for (double& value : term) value *= rows.mass[r];
    tree.cover(static_cast<std::size_t>(rows.begin[r]), static_cast<std::size_t>(rows.end[r]),
               [&](std::size_t node) { nodes.add(node, eta[r], term.data()); });
  }
  for (std::size_t node = 1; node < tree.n_inner(); ++node) {
    for (const std::size_t child : {2 * node, 2 * node + 1}) {
      nodes.add(child, nodes.scale(node), nodes.value(node));
    }
  }
  sums.reset(grid.size(), width);
  for (std::size_t c = 0; c < grid.size(); ++c) {
    sums.set(c, nodes.scale(tree.leaf(c)), nodes.value(tree.leaf(c)));
  }
  return sums;
}

// Greatest score among the rivals of the deaths of each cell.
std::vector<double> greatest_rival(const CoxRows& rows, const EventGrid& grid,
                                   const LargeVector<double>& score, Rivals rivals) {
  const CellTree tree(grid.size());
  std::vector<double> greatest(tree.n_nodes(), -std::numeric_limits<double>::infinity());
  for (std::size_t r = 0; r < rows.n_rows; ++r) {
    const bool out = rivals == Rivals::survivors && rows.event[r];
    tree.cover(static_cast<std::size_t>(rows.begin[r]),
               static_cast<std::size_t>(rows.end[r]) - (out ? 1 : 0),
               [&](std::size_t node) { greatest[node] = std::max(greatest[node], score[r]); });
  }
  for (std::size_t node = 1; node < tree.n_inner(); ++node) {
    greatest[2 * node] = std::max(greatest[2 * node], greatest[node]);
    greatest[2 * node + 1] = std::max(greatest[2 * node + 1], greatest[node]);
  }
  return {greatest.begin() + static_cast<std::ptrdiff_t>(tree.leaf(0)),
          greatest.begin() + static_cast<std::ptrdiff_t>(tree.leaf(grid.size()))};
}

}  // namespace

ScaledSums at_risk_sums(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                        ScaledSums recycled, int n_threads) {
  if (!grid.late_entry) return sum_running(rows, grid, eta, std::move(recycled), n_threads);
  Spread spread;
  for (std::size_t r = 0; r < rows.n_rows; ++r) spread.see(eta[r] + std::log(rows.mass[r]));
  return spread.wide() ? sum_tree(rows, grid, eta, std::move(recycled))
                       : moving_risk_sums(rows, grid, eta, std::move(recycled));
}

HazardSums::HazardSums(const EventGrid& grid, const std::vector<double>& scale,
                       std::vector<double> value, std::size_t width)
    : method_(Method::running), width_(width), scale_(scale) {
  if (!grid.late_entry) {
    accumulate_running(grid, std::move(value));
    return;
  }
  Spread spread;
  for (std::size_t c = 0; c < grid.size(); ++c) spread.see(std::log(value[c * width]) - scale[c]);
  method_ = spread.wide() ? Method::tree : Method::difference;
  if (method_ == Method::tree) {
    build_tree(value);
  } else {
    accumulate_difference(value);
  }
}

// Without late entry the scale never rises with time, so no factor exceeds one.
void HazardSums::accumulate_running(const EventGrid& grid, std::vector<double> value) {
  running_ = std::move(value);
  for (std::size_t s = 0; s < grid.n_strata(); ++s) {
    for (std::size_t c = grid.stratum_begin[s] + 1; c < grid.stratum_begin[s + 1]; ++c) {
      const double factor = scale_[c] == scale_[c - 1] ? 1 : std::exp(scale_[c] - scale_[c - 1]);
      for (std::size_t k = 0; k < width_; ++k) {
        running_[c * width_ + k] += factor * running_[(c - 1) * width_ + k];
      }
    }
  }
}

void HazardSums::accumulate_difference(const std::vector<double>& value) {
  const std::size_t n_cells = scale_.size();
  if (n_cells > 0) reference_ = *std::min_element(scale_.begin(), scale_.end());
  prefix_.resize(2 * (n_cells + 1) * width_);
  std::vector<RunningSum> total(width_);
  for (std::size_t c = 0; c <= n_cells; ++c) {
    for (std::size_t k = 0; k < width_; ++k) {
      prefix_[2 * (c * width_ + k)] = total[k].hi;
      prefix_[2 * (c * width_ + k) + 1] = total[k].lo;
    }
    if (c == n_cells) break;
    const double factor = std::exp(reference_ - scale_[c]);
    for (std::size_t k = 0; k < width_; ++k) total[k].add(factor * value[c * width_ + k]);
  }
}

void HazardSums::build_tree(const std::vector<double>& value) {
  const CellTree tree(scale_.size());
  tree_ = ScaledSums(tree.n_nodes(), width_);
  for (std::size_t c = 0; c < scale_.size(); ++c) {
    tree_.set(tree.leaf(c), -scale_[c], value.data() + c * width_);
  }
  for (std::size_t node = tree.n_inner(); node-- > 1;) {
    for (const std::size_t child : {2 * node, 2 * node + 1}) {
      tree_.add(node, tree_.scale(child), tree_.value(child));
    }
  }
}

void HazardSums::at(std::int32_t begin, std::int32_t end, double eta, double* out) const {
  const auto first = static_cast<std::size_t>(begin);
  const auto last = static_cast<std::size_t>(end) - 1;
  switch (method_) {
    case Method::running: {
      const double factor = std::exp(eta - scale_[last]);
      for (std::size_t k = 0; k < width_; ++k) out[k] = factor * running_[last * width_ + k];
      break;
    }
    case Method::difference: {
      const double factor = std::exp(eta - reference_);
      for (std::size_t k = 0; k < width_; ++k) {
        const double* to = prefix_.data() + 2 * ((last + 1) * width_ + k);
        const double* from = prefix_.data() + 2 * (first * width_ + k);
        RunningSum total{to[0], to[1]};
        total.subtract({from[0], from[1]});
        out[k] = factor * total.value();
      }
      break;
    }
    case Method::tree: {
      std::fill(out, out + width_, 0.0);
      CellTree(scale_.size()).cover(first, last + 1, [&](std::size_t node) {
        const double factor = std::exp(eta + tree_.scale(node));
        for (std::size_t k = 0; k < width_; ++k) out[k] += factor * tree_.value(node)[k];
      });
      break;
    }
  }
}

bool deaths_lead(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& score,
                 double margin, Rivals rivals) {
  const std::vector<double> greatest = greatest_rival(rows, grid, score, rivals);
  for (std::size_t r = 0; r < rows.n_rows; ++r) {
    if (!rows.event[r]) continue;
    if (greatest[static_cast<std::size_t>(rows.end[r]) - 1] > score[r] + margin) return false;
  }
  return true;
}

}  // namespace survlines
