// Third search: ages at diagnosis, given diagnoses and lines on the calendar.
#ifndef RECONSTRUCTION_AGE_SEARCH_H
#define RECONSTRUCTION_AGE_SEARCH_H

#include <array>
#include <vector>

#include "calendar.h"
#include "ledger.h"
#include "pfs_state.h"

namespace reconstruction {

using Ages = std::array<int, n_patients>;  // days from birth to diagnosis

int birth_day(const PfsState& lines, const Calendar& start, const Ages& ages, int patient);
int line_start(const PfsState& lines, const Calendar& start, int line);

std::vector<Miss> age_misses(const PfsState& lines, const Calendar& start, const Ages& ages);
Ages search_ages(const PfsState& lines, const Calendar& start, Random& random);

}  // namespace reconstruction

#endif
