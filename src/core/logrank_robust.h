// Log-rank tests whose rows have weights or are alike within clusters: a third pass over the rows.
#pragma once

#include "core/jackknife.h"
#include "core/logrank.h"

namespace survlines {

// Observed and expected events as in log_rank(), of weighted rows; the covariance is the sum over
// clusters of squared score residuals, added over the rows i of a cluster, of weight m_i and group
// g_i (Lin & Wei 1989, in the model without effects, with Breslow's tied events):
//   u_ih = m_i sum over s of w(s) (1{h = g_i} - n_h(s) / n(s)) (dN_i(s) - Y_i(s) d(s) / n(s)).
// Weights of times w count as constants. Nothing can be compared (df 0) where all rows are of one
// cluster. Time and memory O((rows + event times) x groups).
LogRank robust_log_rank(const SurvivalView& view, const Clusters& clusters,
                        const Tick& callback = {}, const Weighting& weighting = {});

}  // namespace survlines
