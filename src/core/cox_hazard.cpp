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

// x' matrix x of a symmetric matrix; rounding may not make a variance negative.
double quadratic_form(const std::vector<double>& x, const SquareMatrix& matrix) {
  double value = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    double above = 0;
    for (std::size_t i = 0; i < j; ++i) above += x[i] * matrix(i, j);
    value += x[j] * (2 * above + matrix(j, j) * x[j]);
  }
  return std::max(value, 0.0);
}

SquareMatrix in_standard_units(SquareMatrix covariance, const std::vector<double>& unit) {
  for (std::size_t j = 0; j < covariance.size; ++j) {
    for (std::size_t i = 0; i < covariance.size; ++i) covariance(i, j) *= unit[i] * unit[j];
  }
  return covariance;
}

// Of sums of h, and h times the means, and of v, in one slot each, over some cell.
void read_total(const ScaledSums& hazard, const ScaledSums& variance, HazardTotal& total) {
  const double* sum = hazard.value(0);
  total.log_hazard = hazard.scale(0) + std::log(sum[0]);
  const double rescale = std::exp(variance.scale(0) - 2 * hazard.scale(0));
  total.relative_variance = rescale * variance.value(0)[0] / (sum[0] * sum[0]);
  const double per_hazard = 1 / sum[0];
  for (std::size_t j = 0; j < total.mean.size(); ++j) total.mean[j] = sum[1 + j] * per_hazard;
}

// Rows to whose covariates hazards are brought.
class Targets {
 public:
  Targets(const CoxPoint& point, const Design& design, std::size_t n_rows,
          const SquareMatrix& covariance)
      : point_(point),
        design_(design),
        n_rows_(n_rows),
        variance_(in_standard_units(covariance, point.standardization.unit)),
        x_(point.n_columns()),
        distance_(point.n_columns()) {
    require(design.n_columns == x_.size() && covariance.size == x_.size(),
            "one column a coefficient");
  }

  void look_at(std::size_t row, std::size_t stratum) {
    const Standardization& standard = point_.standardization;
    eta_ = (design_.offset ? design_.offset[row] : 0.0) - standard.offset_centre;
    for (std::size_t j = 0; j < x_.size(); ++j) {
      const double centre = standard.centre[stratum * x_.size() + j];
      x_[j] = (design_.value(row, j, n_rows_) - centre) / standard.unit[j];
      eta_ += point_.beta[j] * x_[j];
    }
  }
  // The hazard of the row looked at, where that of the baseline is `total`.
  void add_to(LogHazards& hazards, const HazardTotal& total) {
    hazards.value.push_back(eta_ + total.log_hazard);
    for (std::size_t j = 0; j < x_.size(); ++j) distance_[j] = x_[j] - total.mean[j];
    const bool never = std::isinf(total.log_hazard);
    hazards.std_error.push_back(
        never ? 0 : std::sqrt(total.relative_variance + quadratic_form(distance_, variance_)));
  }

 private:
  const CoxPoint& point_;
  const Design& design_;
  std::size_t n_rows_;
  SquareMatrix variance_;
  std::vector<double> x_;
  std::vector<double> distance_;
  double eta_ = 0;
};

}  // namespace

CumulatedHazard::CumulatedHazard(const CoxPoint& point)
    : n_columns_(point.n_columns()),
      tree_(point.grid.size()),
      hazard_(tree_.n_nodes(), 1 + n_columns_),
      variance_(tree_.n_nodes(), 1) {
  CellMeans cell(point.grid, point.sums, point.ties, n_columns_);
  for (std::size_t c = 0; c < point.grid.size(); ++c) {
    cell.look_at(c);
    const std::size_t leaf = tree_.leaf(c);
    hazard_.set(leaf, -cell.scale(), cell.jump());
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
  read_total(hazard, variance, total);
  return total;
}

LogHazards log_hazards(const CoxPoint& point, const SurvivalView& view, const Design& design,
                       const SquareMatrix& covariance, const Tick& callback) {
  Targets targets(point, design, view.n_rows, covariance);
  const CumulatedHazard hazard(point);
  const CellRuns runs = cell_runs(view, point.grid);
  LogHazards result;
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    if (i % rows_between_ticks == 0) tick(callback);
    targets.look_at(i, static_cast<std::size_t>(view.stratum_of(i)));
    targets.add_to(result, hazard.over(static_cast<std::size_t>(runs.begin[i]),
                                       static_cast<std::size_t>(runs.end[i])));
  }
  return result;
}

LogHazards baseline_hazards(const CoxPoint& point, const Design& design,
                            const SquareMatrix& covariance, const Tick& callback) {
  const EventGrid& grid = point.grid;
  const std::size_t p = point.n_columns();
  Targets targets(point, design, grid.n_strata(), covariance);
  CellMeans cell(grid, point.sums, point.ties, p);
  HazardTotal total;
  total.mean.resize(p);
  LogHazards result;
  result.value.reserve(grid.size());
  result.std_error.reserve(grid.size());
  for (std::size_t s = 0; s < grid.n_strata(); ++s) {
    targets.look_at(s, s);
    ScaledSums hazard(1, 1 + p);
    ScaledSums variance(1, 1);
    for (std::size_t c = grid.stratum_begin[s]; c < grid.stratum_begin[s + 1]; ++c) {
      if (c % rows_between_ticks == 0) tick(callback);
      cell.look_at(c);
      hazard.add(0, -cell.scale(), cell.jump());
      variance.add(0, -2 * cell.scale(), &cell.over_deaths().a);
      read_total(hazard, variance, total);
      targets.add_to(result, total);
    }
  }
  return result;
}

}  // namespace survlines
