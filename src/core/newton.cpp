#include "core/newton.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/add_multiple.h"
#include "core/error.h"

namespace survlines {
namespace {

// A likelihood that fell by less than rounding can explain did not fall.
constexpr double rounding = 1e-12;
// By how much of itself the information may still change on a last step that nobody evaluates.
constexpr double settled = 1e-12;
// By how much a step by secants has to be shorter than the step before.
constexpr double shrinking = 0.25;
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

bool fell(double loglik, double before) {
  return !(loglik >= before - rounding * (1 + std::fabs(before)));
}

bool ascended(const NewtonState& state, const Derivatives& at_trial, double tolerance) {
  if (!finite(at_trial)) return false;
  if (state.iterations == 0 || state.step_length <= tolerance) return true;
  return !fell(at_trial.loglik, state.at_best.loglik);
}

// Whether a step, or the start, lies so far out that the information of some column has vanished,
// measured by what it was at the reference, although the likelihood still slopes there: no Newton
// step leads back. At the end of a likelihood without maximum the slope has vanished too. Assumes
// that aliased columns were removed.
bool lost(const NewtonState& state, const Derivatives& at_trial, const NewtonControl& control) {
  const bool far =
      state.iterations == 0 ? state.reference_is_given : state.step_length > control.tolerance;
  if (!far) return false;
  std::vector<double> floor(at_trial.score.size());
  for (std::size_t j = 0; j < floor.size(); ++j) {
    floor[j] = control.pivot_tolerance * state.reference.information(j, j);
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

// Aliased columns are decided once; they take no part afterwards.
void decide_aliased(NewtonState& state, const NewtonControl& control) {
  const PivotedCholesky factor(state.reference.information, control.pivot_tolerance,
                               state.reference.noise);
  for (std::size_t j = 0; j < state.aliased.size(); ++j) state.aliased[j] = !factor.kept(j);
}

void remove_aliased(const NewtonState& state, Derivatives& derivatives) {
  SquareMatrix& information = derivatives.information;
  for (std::size_t j = 0; j < state.aliased.size(); ++j) {
    if (!state.aliased[j]) continue;
    derivatives.score[j] = 0;
    if (information.size == 0) continue;
    for (std::size_t i = 0; i < information.size; ++i) information(i, j) = information(j, i) = 0;
  }
}

// In standard errors.
double length_of(const std::vector<double>& step, const std::vector<double>& score) {
  const double squared = dot(step.data(), score.data(), step.size());
  return squared > 0 ? std::sqrt(squared) : 0;
}

void propose_step(NewtonState& state, const NewtonControl& control) {
  state.factor.emplace(state.at_best.information, control.pivot_tolerance, state.at_best.noise);
  state.last_step = state.factor->solve(state.at_best.score);
  for (std::size_t j = 0; j < state.last_step.size(); ++j) {
    state.trial[j] = state.best[j] + state.last_step[j];
  }
  const double length = length_of(state.last_step, state.at_best.score);
  const bool shrank = state.iterations == 0 || length < shrinking * state.step_length;
  state.step_length = length;
  if (state.drift.empty() && state.step_length <= drift_length) state.drift = state.last_step;
  state.halvings = 0;
  ++state.iterations;
  state.score_suffices = control.score_is_cheap && shrank && length > control.tolerance &&
                         state.iterations < control.max_iterations;
  state.secants.clear();
  if (state.score_suffices) {
    state.last_loglik = state.at_best.loglik;
    state.last_score = state.at_best.score;
  }
  state.distance = length;
  state.greatest_share = 0;
  state.by_secants = false;
}

// One more step without new information. Where it would be no shorter than the one before, or the
// likelihood fell, the information is wanted at the trial after all.
void take_step_by_secants(NewtonState& state, Derivatives at_trial) {
  state.score_suffices = false;
  if (!finite(at_trial) || fell(at_trial.loglik, state.last_loglik)) return;
  std::vector<double> taken = std::move(state.last_score);
  for (std::size_t j = 0; j < taken.size(); ++j) taken[j] -= at_trial.score[j];
  if (!state.secants.add(std::move(state.last_step), std::move(taken))) return;
  std::vector<double> step = state.secants.step(*state.factor, at_trial.score);
  const double length = length_of(step, at_trial.score);
  const double share = length / state.step_length;
  if (!(share < shrinking)) return;
  for (std::size_t j = 0; j < step.size(); ++j) state.trial[j] += step[j];
  state.step_length = length;
  state.last_step = std::move(step);
  state.last_loglik = at_trial.loglik;
  state.last_score = std::move(at_trial.score);
  state.greatest_share = std::max(state.greatest_share, share);
  state.by_secants = true;
  // The greatest share is about the change of the information since `best`, so this is how fast it
  // changes, and over what is left to go. A step that was lucky says little of the next. See
  // `settled`.
  const double change = state.greatest_share / state.distance;
  const double left = std::max(share, state.greatest_share / 8) * length;
  state.score_suffices = change * left > settled;
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

void compare_with(NewtonState& state, Derivatives reference) {
  require(state.iterations == 0, "the iteration has begun");
  if (!finite(reference)) return;
  state.reference = std::move(reference);
  state.reference_is_given = true;
}

void advance(NewtonState& state, Derivatives at_trial, const NewtonControl& control) {
  require(state.status == NewtonStatus::running, "the iteration has ended");
  const bool first = state.iterations == 0;
  if (first && finite(at_trial)) {
    if (!state.reference_is_given) state.reference = at_trial;
    decide_aliased(state, control);
  }
  remove_aliased(state, at_trial);
  if (state.score_suffices) return take_step_by_secants(state, std::move(at_trial));
  if (!ascended(state, at_trial, control.tolerance) || lost(state, at_trial, control)) {
    halve(state, control);
    return;
  }
  // Also where the step was halved, which a step this short only is when its end had no likelihood:
  // all of it lies as near to the maximum.
  const bool arrived = !first && !state.by_secants && state.step_length <= control.tolerance;
  // How fast the information changes along a step, per standard error; unknown after the first.
  const double length = std::ldexp(state.distance, -state.halvings);
  const double change =
      first ? std::numeric_limits<double>::infinity()
            : relative_change(state.at_best.information, at_trial.information) / length;
  state.best = state.trial;
  state.at_best = std::move(at_trial);
  if (first) state.at_start = state.at_best;
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
