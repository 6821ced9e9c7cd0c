// Follow-up forms of a line: one every two months, and unscheduled ones at progression.
#ifndef RECONSTRUCTION_ASSESSMENTS_H
#define RECONSTRUCTION_ASSESSMENTS_H

#include <vector>

#include "pfs_state.h"

namespace reconstruction {

struct Assessment {
  int day;  // from the start of the line
  Best response;
  bool clinical;  // judged clinically, not by RECIST
};

std::vector<Assessment> assessments_of(const PfsState& state, int line, Random& random);

}  // namespace reconstruction

#endif
