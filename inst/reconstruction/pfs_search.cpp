#include "pfs_search.h"

#include "anneal.h"
#include "pfs_loss.h"
#include "pfs_moves.h"

namespace reconstruction {

PfsState search_pfs(Random& random) {
  // Curves alone are cheap, and have many dead ends: start again until all of them fit.
  PfsState state;
  do {
    state = anneal(first_state(random), {0.5, 0.02, 1000000}, random, curve_loss, propose_curves);
  } while (state.curve_loss > 0.0);
  state = anneal(state, {0.2, 0.002, 1000000}, random, PfsLoss{false}, propose_anything);
  // What is left are single numbers just outside. Histology and delays leave the curves alone and
  // can be warmed up more than the days.
  constexpr int warmings = 14;
  for (int i = 0; i < warmings; ++i) {
    state = anneal(state, {0.2, 0.001, 200000}, random, PfsLoss{true}, propose_covariates);
    state = anneal(state, {0.02, 0.0004, 200000}, random, PfsLoss{true}, propose_anything);
  }
  return state;
}

}  // namespace reconstruction
