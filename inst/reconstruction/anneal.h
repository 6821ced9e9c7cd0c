// Simulated annealing over any state that is cheap to copy.
#ifndef RECONSTRUCTION_ANNEAL_H
#define RECONSTRUCTION_ANNEAL_H

#include <cmath>
#include <limits>

#include "random.h"

namespace reconstruction {

struct Schedule {
  double hot;   // temperature at the start, in units of the loss
  double cold;  // and at the end; it falls geometrically
  long steps;
};

// Losses are rounded to a grid, so that the last bits of libm, which differ between processors,
// do not steer the search.
inline double on_grid(double loss) {
  constexpr double grid = 1048576.0;
  return std::floor(loss * grid + 0.5) / grid;
}

// `loss(state, limit)` is 0 when everything fits, and the search stops there. It may break off and
// return any number above `limit` once the loss is known to be above, and keep in the state what
// it has computed. `propose(state, random)` changes the state it is given, or returns false when
// its move leads nowhere. Returns the best state met.
//
// Metropolis' rule accepts a rise with probability exp(-rise / temperature), that is when the rise
// is at most -temperature log(u): the limit is known before the loss is computed.
template <typename State, typename Loss, typename Propose>
State anneal(const State& start, const Schedule& schedule, Random& random, Loss loss,
             Propose propose) {
  constexpr double no_limit = std::numeric_limits<double>::infinity();
  State current = start;
  double current_loss = on_grid(loss(current, no_limit));
  State best = current;
  double best_loss = current_loss;
  const double fall = std::pow(schedule.cold / schedule.hot, 1.0 / schedule.steps);
  double temperature = schedule.hot;
  for (long step = 0; step < schedule.steps && best_loss > 0.0; ++step, temperature *= fall) {
    State candidate = current;
    if (!propose(candidate, random)) continue;
    const double limit = current_loss - temperature * std::log(1.0 - random.uniform());
    const double candidate_loss = on_grid(loss(candidate, limit));
    if (candidate_loss > limit) continue;
    current = candidate;
    current_loss = candidate_loss;
    if (current_loss < best_loss) {
      best = current;
      best_loss = current_loss;
    }
  }
  return best;
}

}  // namespace reconstruction

#endif
