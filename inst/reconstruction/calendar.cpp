#include "calendar.h"

#include "dates.h"

namespace reconstruction {

namespace {

// The line that ends in death within two weeks is the last one registered, in July 2013; a
// patient alive at the lock was last seen within the two months before it.
constexpr int last_registered = 17;
constexpr int longest_since_contact = 60;

}  // namespace

Calendar draw_calendar(const OsState& survival, Random& random) {
  const int opening = day_number({2009, 9, 14});
  const int lock = day_number({2013, 7, 15});
  Calendar start;
  int longest = 0;
  bool someone_seen_at_lock = false;
  for (int p = 0; p < n_patients; ++p) {
    if (survival.dead[p]) {
      start[p] = random.between(opening, lock - survival.days[p]);
      if (survival.days[p] > survival.days[longest] || !survival.dead[longest]) longest = p;
      continue;
    }
    const int since = someone_seen_at_lock ? random.between(0, longest_since_contact) : 0;
    someone_seen_at_lock = true;
    start[p] = std::max(opening, lock - since - survival.days[p]);
  }
  start[longest] = opening;
  start[last_registered] = day_number({2013, 7, 1});
  return start;
}

}  // namespace reconstruction
