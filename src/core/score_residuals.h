// The third pass of a Cox model, asked for by robust variances: what each row adds to the score
// (Lin & Wei 1989; Efron's form as in Therneau & Grambsch 2000, 3.2 and 7.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/cholesky.h"
#include "core/cox.h"

namespace survlines {

// A model at one beta: the rows of a shard, their linear predictor, and the merged sums of all
// shards.
struct CoxAt {
  const CoxRows& rows;
  const EventGrid& grid;
  const RiskSums& sums;
  const LargeVector<double>& eta;
  Ties ties;
};

// Message C: the score residual of each row of the view, column-major n_view_rows x p, not
// multiplied by weights. Rows at risk at no event time have residual 0.
std::vector<double> score_residuals(const CoxAt& at, std::size_t n_view_rows);

// B' B with one row of B a cluster's total of weighted score residuals: the middle of the
// sandwich. `view` is that of at.rows. `cluster` holds dense codes, or is null: then every row, and
// every replicate of a row, is a cluster of its own. Clusters of different shards are different.
SquareMatrix clustered_score(const CoxAt& at, const SurvivalView& view, const std::int32_t* cluster,
                             std::size_t n_clusters);

}  // namespace survlines
