// Are hazards proportional? The score test of theta = 0 in x (beta + theta g(t)) for a function g
// of time (Cox 1972; Grambsch & Therneau 1994, here with the exact information).
//
// With u(c) the event covariates less their mean at cell c, and V(c) the information of the cell,
//   score of theta   U  = sum over cells of g u
//   information      I_k = sum over cells of g^k V,  k = 0 (beta), 1 (between), 2 (theta)
//   variance of U given beta:  A = I_2 - I_1 I_0^-1 I_1
// Sums over cells of g^k V are one pass over the rows, as the information itself: V is linear in
// the hazard jumps, so a jump times g^k does for each k.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cholesky.h"
#include "core/cox_point.h"

namespace survlines {

// Of standardised covariates.
struct TimeInteraction {
  std::vector<double> score;
  SquareMatrix information[3];
};

// `g` has a finite value for each cell of point.grid.
TimeInteraction time_interaction(const CoxPoint& point, const std::vector<double>& g);

struct ScoreTest {
  double chi_square = 0;
  int df = 0;
};

// Tests theta = 0 in the columns listed, with theta of all other columns 0 and beta as estimated
// in all columns of `estimated`. Assumes tested columns are among the estimated.
ScoreTest test_columns(const TimeInteraction& interaction, const std::vector<std::size_t>& tested,
                       const std::vector<std::size_t>& estimated);

}  // namespace survlines
