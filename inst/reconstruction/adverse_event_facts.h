// The 39 adverse events of table 4, settled by hand.
#ifndef RECONSTRUCTION_ADVERSE_EVENT_FACTS_H
#define RECONSTRUCTION_ADVERSE_EVENT_FACTS_H

#include <array>

namespace reconstruction {

constexpr int n_adverse_events = 39;

struct AdverseEventFact {
  int line;  // index into line_facts
  int day;   // days from the start of the line
  const char* category;
  const char* term;
  int grade;
};

extern const std::array<AdverseEventFact, n_adverse_events> adverse_event_facts;

}  // namespace reconstruction

#endif
