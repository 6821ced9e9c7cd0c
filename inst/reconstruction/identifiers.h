// Patients and lines are numbered in the order in which they entered the registry.
#ifndef RECONSTRUCTION_IDENTIFIERS_H
#define RECONSTRUCTION_IDENTIFIERS_H

#include <string>
#include <vector>

#include "tables.h"

namespace reconstruction {

struct Identifiers {
  std::vector<int> patients;  // indices in the order of the file
  std::vector<int> lines;
  std::vector<std::string> patient_id;  // by index
  std::vector<std::string> line_id;
};

Identifiers number_everyone(const Found& found);

}  // namespace reconstruction

#endif
