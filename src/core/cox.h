// Cox's partial likelihood (Cox 1972, 1975), with Breslow's (1974) or Efron's (1977) treatment of
// tied events, strata, weights, frequencies, offsets and (entry, exit] rows.
//
// The parts are pure functions, message in, message out, and one data set is one shard:
//
//   risk_sums(rows, eta)          per event time: S0, S1, and over tied deaths D0, D1; these add up
//   cell_weights(grid, sums)      per event time: hazard jumps; the log-likelihood
//   row_gram(rows, weights, eta)  score and second moments over the rows; these add up
//   derivatives(weights, gram)    what Newton-Raphson wants to know
// Robust variances ask for a third pass, score_residuals.h.
//
// With w_i the mass of a row (weight times frequency), e_i = exp(eta_i), and over the d deaths of
// one event time f = l / d for l = 0 .. d - 1 (f = 0 for all d with Breslow), the information is
//   X' diag(w e H) X - sum over event times of rank <= 2 terms in S1 and D1,
// with H_i the hazard cumulated while row i is at risk; the score is X' w (event - e H).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/at_risk_sums.h"
#include "core/cox_rows.h"
#include "core/error.h"
#include "core/event_grid.h"
#include "core/newton.h"
#include "core/scaled_sums.h"
#include "core/survival_view.h"

namespace survlines {

// `exact` is the likelihood of exact_ties.h and `marginal` that of marginal_ties.h, for fit_cox()
// alone: the functions over shards and all that starts from them know the other two.
enum class Ties { breslow, efron, exact, marginal };

inline bool sums_over_rows(Ties ties) { return ties == Ties::breslow || ties == Ties::efron; }

// Message A, up: totals at one beta. Sums over disjoint rows add up.
struct RiskSums {
  ScaledSums at_risk;    // per cell: S0, S1
  ScaledSums dying;      // per cell with tied deaths, in the grid's order: D0, D1; Efron only
  RunningSum event_eta;  // total of mass eta over the events

  RiskSums& operator+=(const RiskSums& other);
};

// `eta` is the linear_predictor() of the rows. The memory of `recycled`, such as the sums at an
// earlier beta, is used again.
RiskSums risk_sums(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                   Ties ties, RiskSums recycled = {}, int n_threads = 1);

// The hazard at each cell, relative to exp(-scale[c]).
struct CellJumps {
  std::vector<double> scale;
  std::vector<double> jump;         // sum over l of (w/d) / (S0 - f D0)
  std::vector<double> tied_excess;  // sum over l of (w/d) f / (S0 - f D0): what a tied death is
                                    // spared of the jump; 0 without ties
};

CellJumps cell_jumps(const EventGrid& grid, const RiskSums& sums, Ties ties);

// Message A, down: what the rows need to know of the merged sums, and what these say by themselves.
struct CellWeights : CellJumps {
  double loglik = 0;
  SquareMatrix between;  // the rank <= 2 terms, summed over the cells
};

CellWeights cell_weights(const EventGrid& grid, const RiskSums& sums, Ties ties, int n_threads = 1);

// Message B, up: sums over disjoint rows add up.
struct RowGram {
  std::vector<double> score;
  SquareMatrix second_moment;
  double n_rows = 0;

  RowGram& operator+=(const RowGram& other);
};

RowGram row_gram(const CoxRows& rows, const EventGrid& grid, const CellWeights& weights,
                 const LargeVector<double>& eta, int n_threads = 1);

Derivatives derivatives(const CellWeights& weights, const RowGram& gram);

// What rounding may have left of an information over so many rows, relative to what was
// subtracted.
double relative_noise(double n_rows);

// How a coefficient ended.
enum class CoefficientKind {
  finite,
  aliased,   // depends on columns before it: not estimated
  infinite,  // the likelihood rises for ever in its direction
};

struct CoxControl {
  Ties ties = Ties::efron;
  NewtonControl newton;
  Tick tick;
  int n_threads = 1;  // changes no bit of the result
  // With fewer columns the information costs not much more than the score.
  std::size_t columns_of_secants = 7;
};

// Coefficients and variances in the units of the design. Aliased entries are 0 with variance 0.
// For infinite coefficients the last iterate stands, and its sign is that of the infinity.
struct CoxFit {
  std::vector<double> coefficient;
  std::vector<CoefficientKind> kind;
  SquareMatrix variance;         // inverse information
  SquareMatrix robust_variance;  // empty unless asked for
  double loglik_start = 0;
  double loglik = 0;
  double score_test = 0;         // score' information^-1 score at the start
  double robust_score_test = 0;  // the same with the clustered middle; 0 unless asked for
  int iterations = 0;
  NewtonStatus status = NewtonStatus::running;
};

// Clusters for the robust variance; `wanted` false leaves the third pass out.
struct RobustRequest {
  bool wanted = false;
  const std::int32_t* cluster = nullptr;
  std::size_t n_clusters = 0;
};

// The local fit: one shard through the functions above. `start` holds n_columns initial
// coefficients. Assumes what survival_view.h and cox_rows.h assume, and one group. Without events
// every column is aliased and the log-likelihood is 0. Exact and marginal ties allow neither
// weights nor a robust variance.
CoxFit fit_cox(const SurvivalView& view, const Design& design, const std::vector<double>& start,
               const RobustRequest& robust, const CoxControl& control);

}  // namespace survlines
