// Gray's test of equal cumulative incidence in G groups. It follows the estimates of every group at
// once, so it is a fold over the sweep with a state per group, but no sum over disjoint rows.
#pragma once

#include <cstdint>
#include <vector>

#include "core/cholesky.h"
#include "core/counts.h"

namespace survlines {

struct Gray {
  std::vector<double> score;  // of each group, summed over strata
  SquareMatrix covariance;
  double chi_square = 0;
  std::int32_t df = 0;  // rank of the covariance without the last group; 0: nothing to compare
};

// Gray (1988). A row with an event of the cause tested belongs to group 2 g of the counts, every
// other row of group g to 2 g + 1. With S_g and F_g the estimates of group g and
// h_g = n_g / S_g(t-), the score is
//   sum over t of (1 - F(t-))^rho (d_g - d h_g (1 - F_g(t-)) / sum h (1 - F(t-))),
// where F grows by d / sum h, pooled over groups.
//
// Assumes counts without weights and without late entries.
Gray gray_test(const Counts& counts, double rho, const Tick& callback = {});

}  // namespace survlines
