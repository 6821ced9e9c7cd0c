#include "core/newton.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.h"

namespace survlines {
namespace {

// A likelihood that fell by less than rounding can explain did not fall.
constexpr double rounding = 1e-12;
// By how much of itself the information may still change on a last step that nobody evaluates.
constexpr double settled = 1e-13;
// Relative to the likelihood, what a slope has to lose before it counts as none.
constexpr double flat_slope = 1e-9;

bool finite(const Derivatives& derivatives) {
  if (!std::isfinite(derivatives.loglik)) return false;
  for (const double value : derivatives.score) {
    if (!std::isfinite(value)) return false;
  }
  for (const double value : derivatives.information.values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

bool ascended(const NewtonState& state, const Derivatives& at_trial, double tolerance) {
  if (!finite(at_trial)) return false;
  if (state.iterations == 0 || state.step_length <= tolerance) return true;
  const double before = state.at_best.loglik;
  return at_trial.loglik >= before - rounding * (1 + std::fabs(before));
}

// Whether a step went so far that the information of some column vanished, measured by what it
// was at the start, although the likelihood still slopes there: no Newton step leads back. At the
// end of a likelihood without maximum the slope has vanished too. Assumes that aliased columns were
// removed.
bool lost(const NewtonState& state, const Derivatives& at_trial, const NewtonControl& control) {
  if (state.iterations == 0 || state.step_length <= control.tolerance) return false;
  std::vector<double> floor(at_trial.score.size());
  for (std::size_t j = 0; j < floor.size(); ++j) {
    floor[j] = control.pivot_tolerance * state.at_start.information(j, j);
    if (!at_trial.noise.empty()) floor[j] = std::max(floor[j], at_trial.noise[j]);
  }
  const PivotedCholesky factor(at_trial.information, control.pivot_tolerance, floor);
  const std::vector<double> slope = factor.unmet(at_trial.score);
  for (std::size_t j = 0; j < slope.size(); ++j) {
    if (std::fabs(slope[j]) > flat_slope * (1 + std::fabs(at_trial.loglik))) return true;
  }
  return false;
}

void halve(NewtonState& state, const NewtonControl& control) {
  if (state.iterations == 0 || ++state.halvings > control.max_halvings) {
    state.status = NewtonStatus::no_ascent;
    return;
  }
  for (std::size_t j = 0; j < state.trial.size(); ++j) {
    state.trial[j] = (state.trial[j] + state.best[j]) / 2;
  }
}

// Aliased columns are decided once, where the iteration starts; they take no part afterwards.
void decide_aliased(NewtonState& state, const NewtonControl& control) {
  const PivotedCholesky factor(state.at_start.information, control.pivot_tolerance,
                               state.at_start.noise);
  for (std::size_t j = 0; j < state.aliased.size(); ++j) state.aliased[j] = !factor.kept(j);
}

void remove_aliased(const NewtonState& state, Derivatives& derivatives) {
  SquareMatrix& information = derivatives.information;
  for (std::size_t j = 0; j < state.aliased.size(); ++j) {
    if (!state.aliased[j]) continue;
    derivatives.score[j] = 0;
    for (std::size_t i = 0; i < information.size; ++i) information(i, j) = information(j, i) = 0;
  }
}

void propose_step(NewtonState& state, const NewtonControl& control) {
  const PivotedCholesky factor(state.at_best.information, control.pivot_tolerance,
                               state.at_best.noise);
  state.step = factor.solve(state.at_best.score);
  double squared = 0;
  for (std::size_t j = 0; j < state.step.size(); ++j) {
    squared += state.step[j] * state.at_best.score[j];
    state.trial[j] = state.best[j] + state.step[j];
  }
  state.step_length = squared > 0 ? std::sqrt(squared) : 0;
  if (state.drift.empty() && state.step_length <= drift_length) state.drift = state.step;
  state.halvings = 0;
  ++state.iterations;
}

// The greatest change of an element of the information, on the scale of its correlations.
double relative_change(const SquareMatrix& before, const SquareMatrix& after) {
  double change = 0;
  for (std::size_t j = 0; j < after.size; ++j) {
    for (std::size_t i = 0; i <= j; ++i) {
      const double scale = std::sqrt(after(i, i) * after(j, j));
      if (scale > 0) change = std::max(change, std::fabs(after(i, j) - before(i, j)) / scale);
    }
  }
  return change;
}

}  // namespace

NewtonState newton_start(std::vector<double> initial) {
  NewtonState state;
  state.aliased.assign(initial.size(), false);
  state.at_best.loglik = std::numeric_limits<double>::quiet_NaN();
  state.at_best.score.assign(initial.size(), 0.0);
  state.at_best.information = SquareMatrix(initial.size());
  state.at_start = state.at_best;
  state.best = initial;
  state.trial = std::move(initial);
  return state;
}

void advance(NewtonState& state, Derivatives at_trial, const NewtonControl& control) {
  require(state.status == NewtonStatus::running, "the iteration has ended");
  remove_aliased(state, at_trial);
  if (!ascended(state, at_trial, control.tolerance) || lost(state, at_trial, control)) {
    halve(state, control);
    return;
  }
  const bool first = state.iterations == 0;
  // Also where the step was halved, which a step this short only is when its end had no likelihood:
  // all of it lies as near to the maximum.
  const bool arrived = !first && state.step_length <= control.tolerance;
  // How fast the information changes along a step, per standard error; unknown after the first.
  const double length = std::ldexp(state.step_length, -state.halvings);
  const double change =
      first ? std::numeric_limits<double>::infinity()
            : relative_change(state.at_best.information, at_trial.information) / length;
  state.best = state.trial;
  state.at_best = std::move(at_trial);
  if (first) {
    state.at_start = state.at_best;
    decide_aliased(state, control);
    remove_aliased(state, state.at_best);
  }
  if (arrived) {
    state.status = NewtonStatus::converged;
  } else if (state.iterations >= control.max_iterations) {
    state.status = NewtonStatus::no_convergence;
  } else {
    propose_step(state, control);
    // At the end of such a step nothing would be new but what the parabola says already.
    if (state.step_length <= control.tolerance && change * state.step_length <= settled) {
      state.best = state.trial;
      state.at_best.loglik += state.step_length * state.step_length / 2;
      std::fill(state.at_best.score.begin(), state.at_best.score.end(), 0.0);
      state.status = NewtonStatus::converged;
    }
  }
}

}  // namespace survlines
