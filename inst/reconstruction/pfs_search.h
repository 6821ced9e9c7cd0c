// First search: progression-free survival of the 33 lines, and the covariates of table 3.
#ifndef RECONSTRUCTION_PFS_SEARCH_H
#define RECONSTRUCTION_PFS_SEARCH_H

#include <array>
#include <vector>

#include "facts.h"
#include "ledger.h"
#include "random.h"

namespace reconstruction {

struct PfsState {
  std::array<int, n_lines> days;
  std::array<int, n_lines> relapse;  // 1, 2, 3, 4 (fourth or later)
  std::array<bool, n_patients> osteoblastic;
  std::array<int, n_patients> delay;  // days from diagnosis to the first line
  std::array<int, n_second> gap;      // days from the first to the second line
};

int line_delay(const PfsState& state, int line);

// Days from a line's start to the end of its treatment.
int treated_days(const PfsState& state, int line);

// The last day of each patient that the lines speak of, counted from the first line's start.
std::array<int, n_patients> last_days(const PfsState& state);

std::vector<Miss> pfs_misses(const PfsState& state);
PfsState search_pfs(Random& random);

}  // namespace reconstruction

#endif
