#include "core/cox_hazard.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/cox_cells.h"

namespace survlines {
namespace {

constexpr std::size_t rows_between_ticks = std::size_t{1} << 14;

void add_children(const CellTree& tree, ScaledSums& sums) {
  for (std::size_t node = tree.n_inner(); node-- > 1;) {
    for (const std::size_t child : {2 * node, 2 * node + 1}) {
      sums.add(node, sums.scale(child), sums.value(child));
    }
  }
}

// x' matrix x; rounding may not make a variance negative.
double quadratic_form(const std::vector<double>& x, const SquareMatrix& matrix) {
  double value = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    for (std::size_t i = 0; i < x.size(); ++i) value += x[i] * matrix(i, j) * x[j];
  }
  return std::max(value, 0.0);
}

SquareMatrix in_standard_units(SquareMatrix covariance, const std::vector<double>& unit) {
  for (std::size_t j = 0; j < covariance.size; ++j) {
    for (std::size_t i = 0; i < covariance.size; ++i) covariance(i, j) *= unit[i] * unit[j];
  }
  return covariance;
}

}  // namespace

CumulatedHazard::CumulatedHazard(const CoxPoint& point)
    : n_columns_(point.n_columns()),
      tree_(point.grid.size()),
      hazard_(tree_.n_nodes(), 1 + n_columns_),
      variance_(tree_.n_nodes(), 1) {
  const MeanSums means = mean_sums(point.grid, point.sums, point.ties, n_columns_);
  CellView cell(point.grid, point.sums, point.ties);
  for (std::size_t c = 0; c < point.grid.size(); ++c) {
    cell.look_at(c);
    const std::size_t leaf = tree_.leaf(c);
    hazard_.set(leaf, -cell.scale(), means.cumulated.data() + c * (1 + n_columns_));
    variance_.set(leaf, -2 * cell.scale(), &cell.over_deaths().a);
  }
  add_children(tree_, hazard_);
  add_children(tree_, variance_);
}

HazardTotal CumulatedHazard::over(std::size_t begin, std::size_t end) const {
  HazardTotal total;
  total.mean.assign(n_columns_, 0.0);
  if (begin >= end) {
    total.log_hazard = -std::numeric_limits<double>::infinity();
    return total;
  }
  ScaledSums hazard(1, 1 + n_columns_);
  ScaledSums variance(1, 1);
  tree_.cover(begin, end, [&](std::size_t node) {
    hazard.add(0, hazard_.scale(node), hazard_.value(node));
    variance.add(0, variance_.scale(node), variance_.value(node));
  });
  const double* sum = hazard.value(0);
  total.log_hazard = hazard.scale(0) + std::log(sum[0]);
  const double rescale = std::exp(variance.scale(0) - 2 * hazard.scale(0));
  total.relative_variance = rescale * variance.value(0)[0] / (sum[0] * sum[0]);
  for (std::size_t j = 0; j < n_columns_; ++j) total.mean[j] = sum[1 + j] / sum[0];
  return total;
}

LogHazards log_hazards(const CoxPoint& point, const SurvivalView& view, const Design& design,
                       const SquareMatrix& covariance, const Tick& callback) {
  const std::size_t p = point.n_columns();
  require(design.n_columns == p && covariance.size == p, "one column a coefficient");
  const CumulatedHazard hazard(point);
  const Standardization& standard = point.standardization;
  const SquareMatrix variance = in_standard_units(covariance, standard.unit);
  const CellRuns runs = cell_runs(view, point.grid);
  LogHazards result;
  std::vector<double> distance(p);
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    if (i % rows_between_ticks == 0) tick(callback);
    const auto stratum = static_cast<std::size_t>(view.stratum_of(i));
    const HazardTotal total =
        hazard.over(static_cast<std::size_t>(runs.begin[i]), static_cast<std::size_t>(runs.end[i]));
    double eta = (design.offset ? design.offset[i] : 0.0) - standard.offset_centre;
    for (std::size_t j = 0; j < p; ++j) {
      const double centre = standard.centre[stratum * p + j];
      const double x = (design.value(i, j, view.n_rows) - centre) / standard.unit[j];
      eta += point.beta[j] * x;
      distance[j] = x - total.mean[j];
    }
    const bool never = runs.begin[i] >= runs.end[i];
    result.value.push_back(eta + total.log_hazard);
    result.std_error.push_back(
        never ? 0 : std::sqrt(total.relative_variance + quadratic_form(distance, variance)));
  }
  return result;
}

}  // namespace survlines
