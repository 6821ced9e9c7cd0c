// Newton-Raphson with step halving, driven from outside: the caller evaluates the likelihood
// where it is told to, on one machine or many, and hands the derivatives back.
#pragma once

#include <vector>

#include "core/cholesky.h"

namespace survlines {

struct Derivatives {
  double loglik = 0;
  std::vector<double> score;
  SquareMatrix information;
  // What rounding may have left in each diagonal element of the information; empty: nothing.
  std::vector<double> noise;
};

struct NewtonControl {
  // The iteration ends after a step shorter than this, in standard errors: the square root of
  // step' information step. Convergence is quadratic, so what is left is about its square. Where
  // such a step would change the information by next to nothing, its end is not looked at.
  double tolerance = 1e-6;
  int max_iterations = 50;
  int max_halvings = 30;
  double pivot_tolerance = default_pivot_tolerance;
};

enum class NewtonStatus {
  running,         // evaluate at `trial` and advance again
  converged,       // `best` is the maximum
  no_convergence,  // max_iterations steps were not enough
  no_ascent,       // no shorter step raised the likelihood either
};

struct NewtonState {
  NewtonStatus status = NewtonStatus::running;
  std::vector<double> trial;  // where the likelihood is wanted next
  std::vector<double> best;   // the best point so far, and the derivatives there
  Derivatives at_best;
  Derivatives at_start;
  std::vector<bool> aliased;  // columns that depend on earlier ones at the start: held at 0 step
  std::vector<double> step;   // the step from `best` to the first trial after it
  double step_length = 0;     // its length in standard errors
  // The first step shorter than drift_length: where the likelihood has no maximum it still moves
  // the linear predictor by about one, while a step to a maximum is as short as it looks.
  std::vector<double> drift;
  int iterations = 0;
  int halvings = 0;
};

constexpr double drift_length = 1e-4;

NewtonState newton_start(std::vector<double> initial);

// Takes the derivatives at state.trial. Assumes they have the state's length.
void advance(NewtonState& state, Derivatives at_trial, const NewtonControl& control);

}  // namespace survlines
