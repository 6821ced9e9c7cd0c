// Places the patients between the opening of the registry and its lock.
#ifndef RECONSTRUCTION_CALENDAR_H
#define RECONSTRUCTION_CALENDAR_H

#include <array>

#include "os_search.h"

namespace reconstruction {

// Day number of the start of each patient's first line.
using Calendar = std::array<int, n_patients>;

Calendar draw_calendar(const OsState& survival, Random& random);

}  // namespace reconstruction

#endif
