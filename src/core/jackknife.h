// Infinitesimal jackknife of curves: a third pass over the rows, after counts and curve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/cuminc.h"
#include "core/survival_view.h"

namespace survlines {

// Who belongs together. Without codes every row, and every replicate of it, stands alone.
struct Clusters {
  const std::int32_t* code = nullptr;  // dense: 0 <= code < n
  std::size_t n = 0;
};

// Variances at each point of the curve; those of the incidence lie at [point * n_causes + cause].
struct Jackknife {
  std::vector<double> survival;   // of S
  std::vector<double> hazard;     // of the Nelson-Aalen estimate, sum d / n
  std::vector<double> incidence;  // of F_k
};

// The sum over clusters of the squared influence w_i dT / dw_i, added over the rows i of the
// cluster (Efron 1982; Therneau & Grambsch 2000, 7.1 and appendix of survival's `survfit`). Right
// for weights that are no counts and for rows that are alike within clusters.
//
// Assumes the curve of these very rows. Time O(rows log + points) x causes: the influence of a
// cluster between two changes of its rows at risk is p + x F(t) + r G(t), where F and G are common
// to all, so that six sums of products give the sum of squares at every time.
Jackknife jackknife(const SurvivalView& view, const Clusters& clusters,
                    const CumulativeIncidence& curve, const Tick& callback = {});

}  // namespace survlines
