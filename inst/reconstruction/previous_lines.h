// Number of lines of treatment received before each line.
#ifndef RECONSTRUCTION_PREVIOUS_LINES_H
#define RECONSTRUCTION_PREVIOUS_LINES_H

#include <array>

#include "pfs_state.h"

namespace reconstruction {

std::array<int, n_lines> previous_lines(const PfsState& state);

}  // namespace reconstruction

#endif
