// How far the lines are from the printed numbers about PFS.
#ifndef RECONSTRUCTION_PFS_LOSS_H
#define RECONSTRUCTION_PFS_LOSS_H

#include <vector>

#include "ledger.h"
#include "pfs_state.h"

namespace reconstruction {

// Both stop counting above `limit`: what they return then is above it, too.

// Medians with their intervals, and lines beyond 2, 4 and 6 months. Keeps its result in the state.
double curve_loss(PfsState& state, double limit);

// All of that with delays, log-rank test and table 3: with Efron's ties, or with both methods.
struct PfsLoss {
  bool with_breslow;
  double operator()(PfsState& state, double limit) const;
};

// What the loss consists of.
std::vector<Miss> pfs_misses(const PfsState& state);

}  // namespace reconstruction

#endif
