// Second search: overall survival of the 29 patients, given their lines.
#ifndef RECONSTRUCTION_OS_SEARCH_H
#define RECONSTRUCTION_OS_SEARCH_H

#include <array>
#include <vector>

#include "ledger.h"
#include "pfs_state.h"

namespace reconstruction {

struct OsState {
  std::array<int, n_patients> days;  // from the start of the first line to death or last contact
  std::array<bool, n_patients> dead;
};

std::vector<Miss> os_misses(const PfsState& lines, const OsState& state);
OsState search_os(const PfsState& lines, Random& random);

}  // namespace reconstruction

#endif
