// The first of two readings of the covariates by a Cox model without late entry: the
// log-likelihood and the score.
//
// Risk sets grow from the last row to the first, hazards from the first event time to the last.
// Rows are read in blocks, from the last to the first, so small that a block is still in cache when
// the hazards of its own event times are known. What those of earlier blocks come to, H, is not
// known by then. It takes H times the total of a block's rows from the score, which is done when
// all blocks have been read.
#pragma once

#include <cstddef>
#include <vector>

#include "core/newton.h"
#include "core/risk_terms.h"
#include "core/running_sum.h"

namespace survlines {

// What the block leaves behind beside its totals of rows.
struct BlockEnd {
  RunningSum loglik;
  double hazard = 0;                  // of its own event times, where the next block begins
  double kept = 1;                    // what the hazard before it is multiplied by on the way there
  std::size_t shared_cell = nowhere;  // slot of the tied deaths that it shares with the block
                                      // before, or nowhere
};

// Totals over the rows of a block, of n_columns values each.
struct BlockTotals {
  double* residual;  // of the covariates times what the events were more than the expected
  double* factor;    // times what the hazard before the block is multiplied by in them
  double* shared;    // times that, of the deaths of the cell shared with the block before

  static constexpr std::size_t n = 3;
};

// Assumes a grid of these rows, without late entry. Refers to rows, grid and tied deaths, and keeps
// its memory from one beta to the next.
class ScorePass {
 public:
  ScorePass(const CoxRows& rows, const EventGrid& grid, const TiedDeaths& tied, int n_threads);

  // The log-likelihood and, if it is wanted, the score; the same bits with any number of threads.
  Derivatives read(const std::vector<double>& beta, bool score_wanted);

  // What the second reading needs, of the last beta that was read without the score.
  const RiskTerms& terms();

 private:
  class BlockReader;
  struct Request {
    const std::vector<double>& beta;
    bool score_wanted;
    bool scales_are_sure;  // so that none need be compared with the rows'
  };

  std::size_t n_blocks() const;
  BlockTotals totals_of(std::size_t block);
  bool read_blocks(const Request& request);
  Derivatives put_together(bool score_wanted);
  void finish_hazards();

  const CoxRows& rows_;
  const EventGrid& grid_;
  const TiedDeaths& tied_;
  int n_threads_;
  std::size_t rows_of_block_;
  bool hazards_finished_ = false;
  RiskTerms terms_;
  std::vector<BlockEnd> ends_;  // of each block
  LargeVector<double> totals_;  // BlockTotals of each block
  std::vector<double> before_;  // hazard before each block
};

}  // namespace survlines
