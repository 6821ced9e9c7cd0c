// Turns what was found into the rows of the four CSV files.
#ifndef RECONSTRUCTION_TABLES_H
#define RECONSTRUCTION_TABLES_H

#include <string>
#include <vector>

#include "age_search.h"
#include "calendar.h"
#include "os_search.h"
#include "pfs_state.h"

namespace reconstruction {

struct Found {
  PfsState lines;
  OsState survival;
  Calendar start;
  Ages ages;
};

struct Table {
  const char* name;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

// patients, lines, assessments, adverse_events
std::vector<Table> registry_tables(const Found& found, Random& random);

}  // namespace reconstruction

#endif
