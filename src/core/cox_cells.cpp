#include "core/cox_cells.h"

#include <algorithm>

namespace survlines {

DeathSums sum_over_deaths(double deaths, double death_mass, double s0, double d0, bool spread) {
  DeathSums sums;
  if (!spread) {
    sums.h = death_mass / s0;
    sums.a = sums.h / s0;
    sums.log_sum = death_mass * std::log(s0);
    return sums;
  }
  const double mean_mass = death_mass / deaths;
  const auto n = static_cast<std::int64_t>(deaths);
  for (std::int64_t l = 0; l < n; ++l) {
    const double f = static_cast<double>(l) / deaths;
    const double rest = s0 - f * d0;
    const double u = mean_mass / rest;
    sums.h += u;
    sums.g += f * u;
    sums.a += u / rest;
    sums.b += f * u / rest;
    sums.c += f * f * u / rest;
    sums.log_sum += mean_mass * std::log(rest);
  }
  return sums;
}

void CellView::look_at(std::size_t cell) {
  s_ = sums_.at_risk.value(cell);
  scale_ = sums_.at_risk.scale(cell);
  spread_ = efron_ && grid_.tied(cell);
  if (spread_) {
    const auto slot = static_cast<std::size_t>(grid_.tied_slot[cell]);
    const double factor = std::exp(sums_.dying.scale(slot) - scale_);
    for (std::size_t k = 0; k < d_.size(); ++k) d_[k] = factor * sums_.dying.value(slot)[k];
  } else if (d_written_) {
    std::fill(d_.begin(), d_.end(), 0.0);
  }
  d_written_ = spread_;
  over_deaths_ = sum_over_deaths(grid_.deaths[cell], grid_.death_mass[cell], s_[0], d_[0], spread_);
}

void add_between(VectorPanels& panels, const CellView& cell, std::size_t p, double multiplier) {
  const DeathSums& sum = cell.over_deaths();
  if (!cell.spread()) {
    panels.add(multiplier * sum.a, p, [&](std::size_t j) { return cell.s1(j); });
    return;
  }
  const double ratio = sum.b / sum.a;
  panels.add(multiplier * sum.a, p, [&](std::size_t j) { return cell.s1(j) - ratio * cell.d1(j); });
  panels.add(multiplier * std::max(sum.c - ratio * sum.b, 0.0), p,
             [&](std::size_t j) { return cell.d1(j); });
}

void CellMeans::look_at(std::size_t cell) {
  cell_.look_at(cell);
  const DeathSums& sum = cell_.over_deaths();
  const double per_death = 1 / grid_.death_mass[cell];
  jump_[0] = sum.h;
  for (std::size_t j = 0; j < at_event_.size(); ++j) {
    const double s1 = cell_.s1(j);
    const double d1 = cell_.d1(j);
    at_event_[j] = (sum.h * s1 - sum.g * d1) * per_death;
    jump_[1 + j] = sum.a * s1 - sum.b * d1;
    tied_excess_[j] = sum.b * s1 - sum.c * d1;
  }
}

std::vector<double> jump_means(const EventGrid& grid, const RiskSums& sums, Ties ties,
                               std::size_t n_columns) {
  std::vector<double> means;
  means.reserve(grid.size() * (1 + n_columns));
  CellMeans cell(grid, sums, ties, n_columns);
  for (std::size_t c = 0; c < grid.size(); ++c) {
    cell.look_at(c);
    means.insert(means.end(), cell.jump(), cell.jump() + 1 + n_columns);
  }
  return means;
}

}  // namespace survlines
