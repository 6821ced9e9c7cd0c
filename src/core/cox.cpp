#include "core/cox.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/cox_cells.h"
#include "core/cox_right_censored.h"
#include "core/exact_ties.h"
#include "core/fetch_ahead.h"
#include "core/marginal_ties.h"
#include "core/parallel.h"
#include "core/score_residuals.h"
#include "core/weighted_gram.h"

namespace survlines {
namespace {

ScaledSums dying_sums(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta) {
  ScaledSums sums(grid.n_tied, 1 + rows.n_columns);
  std::vector<double> term(1 + rows.n_columns);
  for (std::size_t r = 0; r < rows.n_rows; ++r) {
    const auto cell = static_cast<std::size_t>(rows.end[r]) - 1;
    if (!rows.event[r] || !grid.tied(cell)) continue;
    term[0] = rows.mass[r];
    const double* x = rows.covariates(r);
    for (std::size_t j = 0; j < rows.n_columns; ++j) {
      term[1 + j] = rows.mass[r] * x[j * panel_stride];
    }
    sums.add(static_cast<std::size_t>(grid.tied_slot[cell]), eta[r], term.data());
  }
  return sums;
}

}  // namespace

RiskSums& RiskSums::operator+=(const RiskSums& other) {
  at_risk += other.at_risk;
  dying += other.dying;
  event_eta.add(other.event_eta);
  return *this;
}

RiskSums risk_sums(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                   Ties ties, RiskSums recycled, int n_threads) {
  RiskSums sums;
  sums.at_risk = at_risk_sums(rows, grid, eta, std::move(recycled.at_risk), n_threads);
  if (ties == Ties::efron && grid.n_tied > 0) {
    sums.dying = dying_sums(rows, grid, eta);
  } else {
    sums.dying = ScaledSums(0, 1 + rows.n_columns);
  }
  sums.event_eta = running_sum(
      rows.n_rows, [&](std::size_t r) { return rows.event[r] * rows.mass[r] * eta[r]; });
  return sums;
}

namespace {

void look_at_jump(const CellView& cell, std::size_t c, CellJumps& jumps) {
  jumps.scale[c] = cell.scale();
  jumps.jump[c] = cell.over_deaths().h;
  jumps.tied_excess[c] = cell.over_deaths().g;
}

void resize(CellJumps& jumps, std::size_t n_cells) {
  for (auto* column : {&jumps.scale, &jumps.jump, &jumps.tied_excess}) column->resize(n_cells);
}

}  // namespace

CellJumps cell_jumps(const EventGrid& grid, const RiskSums& sums, Ties ties) {
  CellJumps jumps;
  resize(jumps, grid.size());
  CellView cell(grid, sums, ties);
  for (std::size_t c = 0; c < grid.size(); ++c) {
    cell.look_at(c);
    look_at_jump(cell, c, jumps);
  }
  return jumps;
}

CellWeights cell_weights(const EventGrid& grid, const RiskSums& sums, Ties ties, int n_threads) {
  const std::size_t p = sums.at_risk.width() - 1;
  CellWeights weights;
  resize(weights, grid.size());
  std::vector<RunningSum> loglik(n_parts(grid.size()));
  std::vector<SquareMatrix> between(loglik.size());
  for_each_part(loglik.size(), n_threads, [&](std::size_t part) {
    VectorPanels panels(p);
    std::vector<double> terms;
    CellView cell(grid, sums, ties);
    const std::size_t first = part * part_size;
    const std::size_t last = std::min(first + part_size, grid.size());
    terms.reserve(2 * (last - first));
    for (std::size_t c = first; c < last; ++c) {
      cell.look_at(c);
      look_at_jump(cell, c, weights);
      terms.push_back(-grid.death_mass[c] * cell.scale());
      terms.push_back(-cell.over_deaths().log_sum);
      add_between(panels, cell, p);
    }
    loglik[part] = running_sum(terms.size(), [&](std::size_t i) { return terms[i]; });
    between[part] = panels.matrix();
  });
  RunningSum all = sums.event_eta;
  weights.between = SquareMatrix(p);
  for (std::size_t part = 0; part < loglik.size(); ++part) {
    all.add(loglik[part]);
    add_to(weights.between, between[part]);
  }
  weights.loglik = all.value();
  return weights;
}

RowGram& RowGram::operator+=(const RowGram& other) {
  for (std::size_t j = 0; j < score.size(); ++j) score[j] += other.score[j];
  add_to(second_moment, other.second_moment);
  n_rows += other.n_rows;
  return *this;
}

namespace {

// The panels of one part of the rows.
RowGram gram_of_part(const CoxRows& rows, const HazardSums& hazards, const CellWeights& weights,
                     const LargeVector<double>& eta, std::size_t part) {
  RowGram result;
  result.score.assign(rows.n_columns, 0.0);
  WeightedGram gram(rows.n_columns);
  std::vector<double> expected(panel_rows);
  std::vector<double> residual(panel_rows);
  const std::size_t first = part * part_size / panel_rows;
  const std::size_t last = std::min(first + part_size / panel_rows, rows.n_panels());
  for (std::size_t k = first; k < last; ++k) {
    const std::size_t n = rows.rows_in_panel(k);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t r = k * panel_rows + i;
      if (i + rows_ahead < n) hazards.fetch(rows.begin[r + rows_ahead]);
      const double hazard = hazards.hazard(rows.begin[r], rows.end[r], eta[r]);
      expected[i] = rows.mass[r] * (hazard - spared_hazard(rows, r, weights, eta[r]));
      residual[i] = rows.mass[r] * rows.event[r] - expected[i];
    }
    std::fill(expected.begin() + static_cast<std::ptrdiff_t>(n), expected.end(), 0.0);
    std::fill(residual.begin() + static_cast<std::ptrdiff_t>(n), residual.end(), 0.0);
    kernels().add_cross_product(rows.panel(k), residual.data(), rows.n_columns,
                                result.score.data());
    gram.add(rows.panel(k), expected.data(), k + 1 < last ? rows.panel(k + 1) : nullptr);
  }
  result.second_moment = gram.matrix();
  return result;
}

}  // namespace

RowGram row_gram(const CoxRows& rows, const EventGrid& grid, const CellWeights& weights,
                 const LargeVector<double>& eta, int n_threads) {
  const HazardSums hazards(grid, weights.scale, weights.jump, 1);
  std::vector<RowGram> parts(n_parts(rows.n_rows));
  for_each_part(parts.size(), n_threads, [&](std::size_t part) {
    parts[part] = gram_of_part(rows, hazards, weights, eta, part);
  });
  RowGram total;
  total.score.assign(rows.n_columns, 0.0);
  total.second_moment = SquareMatrix(rows.n_columns);
  for (const RowGram& part : parts) total += part;
  total.n_rows = static_cast<double>(rows.n_rows);
  return total;
}

// The information is a difference; what it may have lost is in proportion to what was subtracted,
// and, as the roundings of many terms go either way, to the root of their number. Where a covariate
// is the same in each risk set, and the information 0, up to 0.2 epsilon times that root was left
// of it with 1e4 to 8e6 rows.
double relative_noise(double n_rows) {
  return std::max(1e-13, std::numeric_limits<double>::epsilon() * std::sqrt(n_rows));
}

Derivatives derivatives(const CellWeights& weights, const RowGram& gram) {
  Derivatives result;
  result.loglik = weights.loglik;
  result.score = gram.score;
  result.information = gram.second_moment;
  for (std::size_t k = 0; k < result.information.values.size(); ++k) {
    result.information.values[k] -= weights.between.values[k];
  }
  for (std::size_t j = 0; j < result.score.size(); ++j) {
    result.noise.push_back(relative_noise(gram.n_rows) * gram.second_moment(j, j));
  }
  return result;
}

namespace {

// A step that moves the linear predictor by this much, where the likelihood no longer cares, goes
// to infinity; a step to a maximum is by then far shorter.
constexpr double drift_of_infinity = 0.05;
// Parts of a direction that move the linear predictor by less than this share of the whole are
// rounding, or finite coefficients on their last steps.
constexpr double direction_margin = 1e-3;

// Looks for directions in which the likelihood rises for ever. Directions are guessed from where
// the iteration went; deaths_lead() is the proof.
class InfinityFinder {
 public:
  InfinityFinder(const CoxRows& rows, const EventGrid& grid, const std::vector<double>& ranges,
                 Ties ties)
      : rows_(rows),
        grid_(grid),
        rivals_(sums_over_rows(ties) ? Rivals::all_at_risk : Rivals::survivors),
        ranges_(ranges),
        infinite_(rows.n_columns, false) {}

  // Columns that move the linear predictor by more than `least` take part.
  void try_direction(std::vector<double> direction, double least) {
    bool any = false;
    for (std::size_t j = 0; j < direction.size(); ++j) {
      const bool takes_part = std::fabs(direction[j]) * ranges_[j] > least;
      if (!takes_part) direction[j] = 0;
      any = any || takes_part;
    }
    if (!any) return;
    const LargeVector<double> score = column_combination(rows_, direction);
    const auto [low, high] = std::minmax_element(score.begin(), score.end());
    if (!deaths_lead(rows_, grid_, score, direction_margin * (*high - *low), rivals_)) return;
    for (std::size_t j = 0; j < direction.size(); ++j) {
      if (direction[j] != 0) infinite_[j] = true;
    }
  }

  // Both ways along a direction in which the information has vanished.
  void try_flat(std::vector<double> direction) {
    double largest = 0;
    for (std::size_t j = 0; j < direction.size(); ++j) {
      largest = std::max(largest, std::fabs(direction[j]) * ranges_[j]);
    }
    try_direction(direction, direction_margin * largest);
    for (double& value : direction) value = -value;
    try_direction(direction, direction_margin * largest);
  }

  const std::vector<bool>& infinite() const { return infinite_; }

 private:
  const CoxRows& rows_;
  const EventGrid& grid_;
  Rivals rivals_;
  const std::vector<double>& ranges_;
  std::vector<bool> infinite_;
};

// The direction v with v_column = 1 and information v = 0, of a column that has been set aside.
std::vector<double> flat_direction(const SquareMatrix& information, const PivotedCholesky& factor,
                                   std::size_t column) {
  std::vector<double> right(information.size);
  for (std::size_t i = 0; i < right.size(); ++i) right[i] = -information(i, column);
  std::vector<double> direction = factor.solve(std::move(right));
  direction[column] = 1;
  return direction;
}

std::vector<bool> infinite_coefficients(const CoxRows& rows, const EventGrid& grid,
                                        const std::vector<double>& ranges, const NewtonState& state,
                                        const PivotedCholesky& factor, Ties ties) {
  InfinityFinder finder(rows, grid, ranges, ties);
  // A start without likelihood says nothing of directions.
  if (!std::isfinite(state.at_best.loglik)) return finder.infinite();
  if (!state.drift.empty()) finder.try_direction(state.drift, drift_of_infinity);
  for (std::size_t j = 0; j < rows.n_columns; ++j) {
    if (state.aliased[j] || factor.kept(j)) continue;
    finder.try_flat(flat_direction(state.at_best.information, factor, j));
  }
  return finder.infinite();
}

// The likelihood of one data set, by the way that its ties and entries ask for.
class Likelihood {
 public:
  // `survivors` are the surviving_rows() of marginal ties.
  Likelihood(const CoxRows& rows, const CoxRows& survivors, const EventGrid& grid,
             const CoxControl& control)
      : rows_(rows), survivors_(survivors), grid_(grid), control_(control) {
    if (sums_over_rows(control.ties) && !grid.late_entry) {
      right_censored_.emplace(rows, grid, control.ties, control.n_threads);
    }
  }

  Derivatives derivatives(const std::vector<double>& beta) {
    tick(control_.tick);
    if (control_.ties == Ties::exact) {
      return exact_derivatives(rows_, grid_, beta, control_.tick);
    }
    if (control_.ties == Ties::marginal) {
      return marginal_derivatives(rows_, survivors_, grid_, beta, control_.tick);
    }
    if (right_censored_) return right_censored_->derivatives(beta, control_.tick);
    sum_at(beta);
    const CellWeights weights = cell_weights(grid_, sums_, control_.ties, control_.n_threads);
    tick(control_.tick);
    return survlines::derivatives(weights,
                                  row_gram(rows_, grid_, weights, eta_, control_.n_threads));
  }

  // Whether score() knows how to do without the information, and it is worth while.
  bool score_is_cheap() const {
    return right_censored_ && rows_.n_columns >= control_.columns_of_secants;
  }
  Derivatives score(const std::vector<double>& beta) {
    tick(control_.tick);
    return right_censored_->score(beta, control_.tick);
  }

  SquareMatrix clustered_score_at(const std::vector<double>& beta, const SurvivalView& view,
                                  const RobustRequest& robust) {
    sum_at(beta);
    return clustered_score({rows_, grid_, sums_, eta_, control_.ties}, view, robust.cluster,
                           robust.n_clusters);
  }

 private:
  // Derivatives and residuals are often wanted at the same place.
  void sum_at(const std::vector<double>& beta) {
    if (summed_ && beta == summed_at_) return;
    summed_ = false;
    const int n_threads = control_.n_threads;
    eta_ = linear_predictor(rows_, beta, std::move(eta_), n_threads);
    sums_ = risk_sums(rows_, grid_, eta_, control_.ties, std::move(sums_), n_threads);
    tick(control_.tick);
    summed_at_ = beta;
    summed_ = true;
  }

  const CoxRows& rows_;
  const CoxRows& survivors_;
  const EventGrid& grid_;
  const CoxControl& control_;
  std::optional<RightCensoredCox> right_censored_;
  LargeVector<double> eta_;
  RiskSums sums_;
  std::vector<double> summed_at_;  // where the sums were taken
  bool summed_ = false;
};

SquareMatrix sandwich(const SquareMatrix& bread, const SquareMatrix& middle) {
  const std::size_t p = bread.size;
  SquareMatrix half(p);
  SquareMatrix result(p);
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t k = 0; k < p; ++k) {
      for (std::size_t i = 0; i < p; ++i) half(i, j) += middle(i, k) * bread(k, j);
    }
  }
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t k = 0; k < p; ++k) {
      for (std::size_t i = 0; i < p; ++i) result(i, j) += bread(i, k) * half(k, j);
    }
  }
  return result;
}

// Variances of standardised coefficients, in the units of the design.
void restore_units(SquareMatrix& variance, const std::vector<double>& unit) {
  for (std::size_t j = 0; j < variance.size; ++j) {
    for (std::size_t i = 0; i < variance.size; ++i) variance(i, j) /= unit[i] * unit[j];
  }
}

// What the likelihood is made of. What it took to find it is given back before the fit asks for
// memory.
struct CoxData {
  EventGrid grid;
  Standardization standardization;
  CoxRows rows;
  CoxRows survivors;  // of marginal ties only
};

CoxData cox_data(const SurvivalView& view, const Design& design, const CoxControl& control) {
  CoxData data;
  data.grid = event_grid(view, control.tick);
  const CellRuns runs = cell_runs(view, data.grid, control.n_threads);
  data.standardization = standardize(view, design, runs, control.n_threads);
  data.rows = cox_rows(view, design, data.grid, runs, data.standardization, control.n_threads);
  if (control.ties == Ties::marginal) {
    data.survivors = surviving_rows(view, design, data.grid, runs, data.standardization);
  }
  return data;
}

}  // namespace

CoxFit fit_cox(const SurvivalView& view, const Design& design, const std::vector<double>& start,
               const RobustRequest& robust, const CoxControl& control) {
  const std::size_t p = design.n_columns;
  require(start.size() == p, "one initial coefficient a column");
  require(sums_over_rows(control.ties) || (!view.weight && !robust.wanted),
          "exact and marginal ties allow neither weights nor a robust variance");
  const CoxData data = cox_data(view, design, control);
  const std::vector<double>& unit = data.standardization.unit;

  std::vector<double> initial(p);
  for (std::size_t j = 0; j < p; ++j) initial[j] = start[j] * unit[j];
  NewtonState state = newton_start(std::move(initial));
  Likelihood likelihood(data.rows, data.survivors, data.grid, control);
  NewtonControl newton = control.newton;
  newton.score_is_cheap = likelihood.score_is_cheap();
  if (std::any_of(start.begin(), start.end(), [](double b) { return b != 0; })) {
    compare_with(state, likelihood.derivatives(std::vector<double>(p, 0.0)));
  }
  CoxFit fit;
  while (state.status == NewtonStatus::running) {
    const bool first = state.iterations == 0;
    advance(
        state,
        state.score_suffices ? likelihood.score(state.trial) : likelihood.derivatives(state.trial),
        newton);
    if (first && robust.wanted) {
      SquareMatrix middle = likelihood.clustered_score_at(state.best, view, robust);
      for (std::size_t k = 0; k < p * p; ++k) {
        if (state.aliased[k % p] || state.aliased[k / p]) middle.values[k] = 0;
      }
      fit.robust_score_test = PivotedCholesky(middle, control.newton.pivot_tolerance)
                                  .quadratic_form(state.at_start.score);
    }
  }

  const PivotedCholesky factor(state.at_best.information, control.newton.pivot_tolerance,
                               state.at_best.noise);
  const std::vector<bool> infinite = infinite_coefficients(
      data.rows, data.grid, data.standardization.range, state, factor, control.ties);
  fit.variance = factor.inverse();
  if (robust.wanted) {
    const SquareMatrix middle = likelihood.clustered_score_at(state.best, view, robust);
    fit.robust_variance = sandwich(fit.variance, middle);
    restore_units(fit.robust_variance, unit);
  }
  restore_units(fit.variance, unit);

  fit.loglik_start = state.at_start.loglik;
  fit.loglik = state.at_best.loglik;
  fit.score_test = PivotedCholesky(state.at_start.information, control.newton.pivot_tolerance,
                                   state.at_start.noise)
                       .quadratic_form(state.at_start.score);
  fit.iterations = state.iterations;
  fit.status = state.status;
  fit.coefficient.resize(p);
  fit.kind.assign(p, CoefficientKind::finite);
  for (std::size_t j = 0; j < p; ++j) {
    fit.coefficient[j] = state.best[j] / unit[j];
    if (infinite[j]) fit.kind[j] = CoefficientKind::infinite;
    if (state.aliased[j]) {
      fit.kind[j] = CoefficientKind::aliased;
      fit.coefficient[j] = 0;
    }
  }
  return fit;
}

}  // namespace survlines
