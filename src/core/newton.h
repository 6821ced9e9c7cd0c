// Newton-Raphson with step halving, driven from outside: the caller evaluates the likelihood
// where it is told to, on one machine or many, and hands the derivatives back.
//
// Where the score alone costs much less than the information with it, most steps are taken with
// the information of an earlier point, and what the scores since then have told of its change (see
// secants.h). As long as each step is far shorter than the one before, the information is asked
// for again where they end only.
#pragma once

#include <optional>
#include <vector>

#include "core/cholesky.h"
#include "core/secants.h"

namespace survlines {

struct Derivatives {
  double loglik = 0;
  std::vector<double> score;
  SquareMatrix information;  // of size 0 where only the score was wanted
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
  bool score_is_cheap = false;  // whether steps by secants are worth while
};

enum class NewtonStatus {
  running,         // evaluate at `trial` and advance again
  converged,       // `best` is the maximum
  no_convergence,  // max_iterations steps were not enough
  no_ascent,       // no shorter step raised the likelihood either
};

struct NewtonState {
  NewtonStatus status = NewtonStatus::running;
  std::vector<double> trial;    // where the likelihood is wanted next
  bool score_suffices = false;  // whether the information is not wanted there
  std::vector<double> best;     // the best point so far, and the derivatives there
  Derivatives at_best;
  Derivatives at_start;
  // Where the information tells which columns depend on earlier ones, and how much of it later
  // points have lost: the start, or what compare_with() was given.
  Derivatives reference;
  bool reference_is_given = false;
  std::vector<bool> aliased;              // columns that depend on earlier ones: held at 0 step
  std::optional<PivotedCholesky> factor;  // of the information at `best`
  std::vector<double> last_step;          // the step that led to `trial`, unless it was halved
  double step_length = 0;                 // its length in standard errors
  // Of steps by secants: the likelihood and the score where the last step began; how far from
  // `best` they lead, to which the first step is nearly all; the greatest share that was left of a
  // step in the next; and whether there were any.
  Secants secants;
  double last_loglik = 0;
  std::vector<double> last_score;
  double distance = 0;
  double greatest_share = 0;
  bool by_secants = false;
  // The first step shorter than drift_length: where the likelihood has no maximum it still moves
  // the linear predictor by about one, while a step to a maximum is as short as it looks.
  std::vector<double> drift;
  int iterations = 0;  // steps with new information
  int halvings = 0;
};

constexpr double drift_length = 1e-4;

NewtonState newton_start(std::vector<double> initial);

// For a start that may be far from all that is likely, where nothing is left of the information:
// takes the derivatives at a place where there is; if they are no numbers, the start has to do.
// To be called before the first advance().
void compare_with(NewtonState& state, Derivatives reference);

// Takes the derivatives at state.trial. Assumes they have the state's length.
void advance(NewtonState& state, Derivatives at_trial, const NewtonControl& control);

}  // namespace survlines
