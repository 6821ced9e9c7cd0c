// Twelve treating centers: 8 pediatric, 1 adult, 3 mixed.
#ifndef RECONSTRUCTION_CENTERS_H
#define RECONSTRUCTION_CENTERS_H

#include <string>
#include <vector>

namespace reconstruction {

struct Center {
  std::string name;
  const char* type;
};

// One center a patient, by the age at the start of the first line.
std::vector<Center> centers_of(const std::vector<int>& ages);

}  // namespace reconstruction

#endif
