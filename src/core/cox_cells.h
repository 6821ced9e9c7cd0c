// The event times of a Cox model one by one: sums over the deaths of each, and what the passes
// over the rows need to know of them.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "core/cox.h"
#include "core/cox_rows.h"
#include "core/event_grid.h"
#include "core/vector_panels.h"

namespace survlines {

// Sums over the deaths l of one event time, relative to the cell's scale:
//   h = sum u, g = sum f u, a = sum u^2 / m, b = sum f u^2 / m, c = sum f^2 u^2 / m
// with u = m / (S0 - f D0) and m = w / d the mean mass of a death.
struct DeathSums {
  double h = 0, g = 0, a = 0, b = 0, c = 0;
  double log_sum = 0;  // sum m log(S0 - f D0)
};

DeathSums sum_over_deaths(double deaths, double death_mass, double s0, double d0, bool spread);

// The sums of one cell with the dying brought to the scale of those at risk.
class CellView {
 public:
  CellView(const EventGrid& grid, const RiskSums& sums, Ties ties)
      : grid_(grid), sums_(sums), efron_(ties == Ties::efron), d_(sums.at_risk.width(), 0.0) {}

  void look_at(std::size_t cell);

  bool spread() const { return spread_; }
  double scale() const { return scale_; }
  double s1(std::size_t j) const { return s_[1 + j]; }
  double d1(std::size_t j) const { return d_[1 + j]; }
  const DeathSums& over_deaths() const { return over_deaths_; }

 private:
  const EventGrid& grid_;
  const RiskSums& sums_;
  bool efron_;
  const double* s_ = nullptr;
  double scale_ = 0;
  bool spread_ = false;
  std::vector<double> d_;
  bool d_written_ = false;
  DeathSums over_deaths_;
};

// Adds multiplier times a S1 S1' - b (S1 D1' + D1 S1') + c D1 D1' as a sum of squares:
// a (S1 - b/a D1)(S1 - b/a D1)' + (c - b^2/a) D1 D1'.
void add_between(VectorPanels& panels, const CellView& cell, std::size_t p, double multiplier = 1);

// Covariate means over the risk set of one cell, as the deaths are taken out one by one.
class CellMeans {
 public:
  CellMeans(const EventGrid& grid, const RiskSums& sums, Ties ties, std::size_t n_columns)
      : grid_(grid),
        cell_(grid, sums, ties),
        at_event_(n_columns),
        jump_(1 + n_columns),
        tied_excess_(n_columns, 0.0) {}

  void look_at(std::size_t cell);

  // Mean over l of (S1 - f D1) / (S0 - f D0).
  const double* at_event() const { return at_event_.data(); }
  // The jump, and sum over l of jump times mean: what the score residuals cumulate.
  const double* jump() const { return jump_.data(); }
  // The part of the latter that tied deaths are spared.
  const double* tied_excess() const { return tied_excess_.data(); }
  double scale() const { return cell_.scale(); }
  const DeathSums& over_deaths() const { return cell_.over_deaths(); }

 private:
  const EventGrid& grid_;
  CellView cell_;
  std::vector<double> at_event_;
  std::vector<double> jump_;
  std::vector<double> tied_excess_;
};

// CellMeans::jump() of all cells, n_cells x (1 + n_columns).
std::vector<double> jump_means(const EventGrid& grid, const RiskSums& sums, Ties ties,
                               std::size_t n_columns);

// exp(eta) times the part of the jump at its own event that a tied death is spared; 0 for other
// rows.
inline double spared_hazard(const CoxRows& rows, std::size_t r, const CellJumps& jumps,
                            double eta) {
  const auto cell = static_cast<std::size_t>(rows.end[r]) - 1;
  // Of the two conditions the second is a coin toss, so it comes second.
  if (!(jumps.tied_excess[cell] > 0) || !rows.event[r]) return 0;
  return jumps.tied_excess[cell] * std::exp(eta - jumps.scale[cell]);
}

}  // namespace survlines
