// Concordance of a risk score with survival (Harrell, Califf, Pryor, Lee & Rosati 1982), within
// strata and with late entry: does the row that dies at an event time have a greater score than
// the rows at risk then that do not die? In O(n log n), by splitting the rows by score in two,
// again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/cox_rows.h"
#include "core/error.h"
#include "core/survival_view.h"

namespace survlines {

// Totals over pairs of rows of the product of their weights, replicates counted.
struct Concordance {
  double concordant = 0;
  double discordant = 0;
  double tied_score = 0;  // comparable, but of equal score
  double tied_time = 0;   // not comparable: both die at the time
  double tied_both = 0;   // the same with equal score
  double index = 0;       // (concordant + tied_score / 2) / comparable; NaN without pairs
  double variance = 0;    // infinitesimal jackknife: sum over clusters of (d index / d weights)^2
};

// `score` has one finite value a row. `cluster` holds dense codes, or is null: every row, and
// every replicate of a row, is a cluster of its own. Assumes what survival_view.h assumes, and one
// group.
Concordance concordance(const SurvivalView& view, const double* score, const std::int32_t* cluster,
                        std::size_t n_clusters, const Tick& callback);

// The linear predictor of each of n_rows rows, x coefficient + offset: equal for equal rows.
std::vector<double> risk_scores(const Design& design, const std::vector<double>& coefficient,
                                std::size_t n_rows);

}  // namespace survlines
