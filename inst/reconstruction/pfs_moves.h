// The moves of the first search. Each returns false when it changes nothing or breaks a promise.
#ifndef RECONSTRUCTION_PFS_MOVES_H
#define RECONSTRUCTION_PFS_MOVES_H

#include "pfs_state.h"

namespace reconstruction {

// Days and relapses: what the curves depend on.
bool propose_curves(PfsState& state, Random& random);

// Histology, delays, and the gaps between first and second lines.
bool propose_covariates(PfsState& state, Random& random);

// Any of these.
bool propose_anything(PfsState& state, Random& random);

}  // namespace reconstruction

#endif
