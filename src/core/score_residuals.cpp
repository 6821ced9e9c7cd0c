#include "core/score_residuals.h"

#include <algorithm>
#include <cmath>

#include "core/at_risk_sums.h"
#include "core/cox_cells.h"
#include "core/fetch_ahead.h"
#include "core/large_vector.h"

namespace survlines {
namespace {

// Hazard jumps, and jumps times means, cumulated over the cells that each row is at risk in. Cells
// are passed in order, and so are the rows that end in them.
class CumulatedMeans {
 public:
  CumulatedMeans(const CoxAt& at, std::size_t p)
      : late_entry_(at.grid.late_entry), total_(1 + p, 0.0) {
    if (!late_entry_) return;
    std::vector<double> scale(at.grid.size());
    for (std::size_t c = 0; c < scale.size(); ++c) scale[c] = at.sums.at_risk.scale(c);
    late_ = HazardSums(at.grid, scale, jump_means(at.grid, at.sums, at.ties, p), 1 + p);
  }

  void pass(bool first_of_stratum, const CellMeans& means) {
    if (late_entry_) return;
    if (first_of_stratum) std::fill(total_.begin(), total_.end(), 0.0);
    if (!first_of_stratum && means.scale() != scale_) {
      const double factor = std::exp(means.scale() - scale_);
      for (double& value : total_) value *= factor;
    }
    scale_ = means.scale();
    for (std::size_t k = 0; k < total_.size(); ++k) total_[k] += means.jump()[k];
  }

  // Of a row that ends in the cell passed last.
  void over_run(const CoxRows& rows, std::size_t r, double eta, double* out) const {
    if (late_entry_) {
      late_.at(rows.begin[r], rows.end[r], eta, out);
      return;
    }
    const double factor = std::exp(eta - scale_);
    for (std::size_t k = 0; k < total_.size(); ++k) out[k] = factor * total_[k];
  }

 private:
  bool late_entry_;
  double scale_ = 0;           // of the cell passed last
  std::vector<double> total_;  // relative to exp(-scale)
  HazardSums late_;            // with late entry
};

// Calls visit(row, residual) for each row, ascending, with its p residuals.
template <class Visit>
void each_residual(const CoxAt& at, const Visit& visit) {
  const CoxRows& rows = at.rows;
  const std::size_t p = rows.n_columns;
  CumulatedMeans cumulated(at, p);
  CellMeans means(at.grid, at.sums, at.ties, p);
  std::vector<double> over_run(1 + p);
  std::vector<double> residual(p);
  std::size_t r = 0;
  for (std::size_t s = 0; s < at.grid.n_strata(); ++s) {
    for (std::size_t c = at.grid.stratum_begin[s]; c < at.grid.stratum_begin[s + 1]; ++c) {
      means.look_at(c);
      cumulated.pass(c == at.grid.stratum_begin[s], means);
      for (; r < rows.n_rows && static_cast<std::size_t>(rows.end[r]) == c + 1; ++r) {
        const double* x = rows.covariates(r);
        cumulated.over_run(rows, r, at.eta[r], over_run.data());
        double expected = over_run[0];
        if (rows.event[r]) {
          const double spared = std::exp(at.eta[r] - means.scale());
          expected -= spared * means.over_deaths().g;
          for (std::size_t j = 0; j < p; ++j) {
            const double distance = x[j * panel_stride] - means.at_event()[j];
            residual[j] = distance - spared * means.tied_excess()[j];
          }
        } else {
          std::fill(residual.begin(), residual.end(), 0.0);
        }
        for (std::size_t j = 0; j < p; ++j) {
          residual[j] += over_run[1 + j] - x[j * panel_stride] * expected;
        }
        visit(r, residual.data());
      }
    }
  }
}

// Totals of weighted residuals by cluster. Rows come in the order of time, and their clusters lie
// anywhere in memory: what rows to come will want is fetched ahead.
class ClusterTotals {
 public:
  ClusterTotals(const CoxRows& rows, const std::int32_t* cluster, std::size_t n_clusters)
      : p_(rows.n_columns), cluster_(rows.n_rows) {
    for (std::size_t i = 0; i < rows.place.size(); ++i) {
      const std::size_t ahead = rows.place[row_ahead(i, rows.place.size())];
      if (ahead != nowhere) fetch(&cluster_[ahead]);
      if (rows.place[i] != nowhere) cluster_[rows.place[i]] = static_cast<std::size_t>(cluster[i]);
    }
    totals_.resize(n_clusters * p_, 0.0);
  }

  void add(std::size_t row, double mass, const double* residual) {
    fetch(of(cluster_[row_ahead(row, cluster_.size())]), p_);
    double* total = of(cluster_[row]);
    for (std::size_t j = 0; j < p_; ++j) total[j] += mass * residual[j];
  }
  double* of(std::size_t cluster) { return totals_.data() + cluster * p_; }

 private:
  std::size_t p_;
  LargeVector<std::size_t> cluster_;  // of each row
  LargeVector<double> totals_;
};

}  // namespace

std::vector<double> score_residuals(const CoxAt& at, std::size_t n_view_rows) {
  const std::size_t p = at.rows.n_columns;
  std::vector<double> residuals(n_view_rows * p, 0.0);
  const LargeVector<std::size_t> source = at.rows.sources();
  each_residual(at, [&](std::size_t r, const double* residual) {
    for (std::size_t j = 0; j < p; ++j) residuals[j * n_view_rows + source[r]] = residual[j];
  });
  return residuals;
}

SquareMatrix clustered_score(const CoxAt& at, const SurvivalView& view, const std::int32_t* cluster,
                             std::size_t n_clusters) {
  const std::size_t p = at.rows.n_columns;
  VectorPanels panels(p);
  if (!cluster) {
    const LargeVector<std::size_t> source = at.rows.sources();
    each_residual(at, [&](std::size_t r, const double* residual) {
      const std::size_t i = source[r];
      panels.add(view.frequency_of(i), p,
                 [&](std::size_t j) { return view.weight_of(i) * residual[j]; });
    });
    return panels.matrix();
  }
  ClusterTotals totals(at.rows, cluster, n_clusters);
  each_residual(
      at, [&](std::size_t r, const double* residual) { totals.add(r, at.rows.mass[r], residual); });
  for (std::size_t k = 0; k < n_clusters; ++k) {
    panels.add(1.0, p, [&](std::size_t j) { return totals.of(k)[j]; });
  }
  return panels.matrix();
}

}  // namespace survlines
