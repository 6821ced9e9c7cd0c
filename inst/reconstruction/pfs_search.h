// First search: progression-free survival of the 33 lines, and the covariates of table 3.
#ifndef RECONSTRUCTION_PFS_SEARCH_H
#define RECONSTRUCTION_PFS_SEARCH_H

#include "pfs_state.h"

namespace reconstruction {

PfsState search_pfs(Random& random);

}  // namespace reconstruction

#endif
