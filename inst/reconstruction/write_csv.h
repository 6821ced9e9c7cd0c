#ifndef RECONSTRUCTION_WRITE_CSV_H
#define RECONSTRUCTION_WRITE_CSV_H

#include <string>

#include "tables.h"

namespace reconstruction {

// Writes folder/<name>.csv; throws std::runtime_error when the file cannot be written. No cell of
// our tables holds a comma or a quote, so nothing is quoted.
void write_csv(const Table& table, const std::string& folder);

}  // namespace reconstruction

#endif
