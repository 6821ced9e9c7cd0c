// Log-rank test of G groups, with strata and entry times: a fold over the sweep.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/cholesky.h"
#include "core/counts.h"
#include "core/logrank_weight.h"

namespace survlines {

// Observed and expected events are weighted sums where the test is weighted.
struct LogRank {
  std::vector<double> observed;  // n_strata x n_groups, stratum by stratum
  std::vector<double> expected;  // the same shape
  SquareMatrix covariance;       // of observed - expected, summed over strata: G x G
  double chi_square = 0;
  // Rank of the covariance among the groups that were ever at risk of an event, at most their
  // number less one. 0 means that nothing can be compared, and chi_square is 0.
  std::int32_t df = 0;
};

// Hypergeometric expectation and covariance at each event time (Mantel 1966; Peto & Peto 1972;
// Kalbfleisch & Prentice 2002, 1.4). With n_g of n at risk in group g and d events,
// E_g = d n_g / n and V_gh = d (n - d) / (n - 1) (n_g / n) (1{g = h} - n_h / n). A weight w of the
// time multiplies observed and expected, and its square the covariance.
//
// Assumes counts without weights (frequencies are counted as rows), so that all totals are whole
// numbers and exact. Time O(rows x groups), whatever the number of times.
LogRank log_rank(const Counts& counts, const Tick& callback = {}, const Weighting& weighting = {});

// Fills in chi_square and df from the rest of a result: the quadratic form of observed less
// expected in the inverse of their covariance.
void add_test(LogRank& result, std::size_t n_groups);

}  // namespace survlines
