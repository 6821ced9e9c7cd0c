// What the first search looks for: progression-free survival of the 33 lines, and the covariates of
// table 3.
#ifndef RECONSTRUCTION_PFS_STATE_H
#define RECONSTRUCTION_PFS_STATE_H

#include <array>

#include "facts.h"
#include "random.h"

namespace reconstruction {

struct PfsState {
  std::array<int, n_lines> days;
  std::array<int, n_lines> relapse;  // 1, 2, 3, 4 (fourth or later)
  std::array<bool, n_patients> osteoblastic;
  std::array<int, n_patients> delay;  // days from diagnosis to the first line
  double curve_loss = -1.0;       // of days and relapses, once known; moves of either set it back
  std::array<int, n_second> gap;  // days from the first to the second line
};

int line_delay(const PfsState& state, int line);

// Days from a line's start to the end of its treatment.
int treated_days(const PfsState& state, int line);

// The patient who is 65 at diagnosis and 72 at the start of treatment: the one with the longest
// delay among those with one line, so that nobody that old counts twice in the mean age of lines.
int oldest_patient(const PfsState& state);

// The last day of each patient that the lines speak of, counted from the first line's start.
std::array<int, n_patients> last_days(const PfsState& state);

// A second line starts after treatment and progression of the first, and is one relapse later.
bool is_consistent(const PfsState& state);

// Where the search starts: consistent, with the right number of lines a relapse and of patients a
// histology.
PfsState first_state(Random& random);

}  // namespace reconstruction

#endif
