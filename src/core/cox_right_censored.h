// Cox's partial likelihood where nobody enters late and all rows are in one place.
//
// The messages of cox.h lead to the same, and read the covariates four times: S1 of every event
// time has to stand somewhere before the sums of other shards are added. Here the score takes one
// reading, as S0 needs no covariates and hazards need no more than S0, and the information another.
#pragma once

#include <vector>

#include "core/cox.h"
#include "core/error.h"
#include "core/risk_terms.h"
#include "core/score_pass.h"

namespace survlines {

// Assumes a grid of these rows, without late entry, and Breslow's or Efron's ties. Refers to rows
// and grid, and keeps its memory from one beta to the next.
class RightCensoredCox {
 public:
  RightCensoredCox(const CoxRows& rows, const EventGrid& grid, Ties ties, int n_threads = 1);
  RightCensoredCox(const RightCensoredCox&) = delete;
  RightCensoredCox& operator=(const RightCensoredCox&) = delete;

  // The same bits with any number of threads. Ticks between parts of the rows.
  Derivatives derivatives(const std::vector<double>& beta, const Tick& callback = {});

  // Without the information, in less than half of the time.
  Derivatives score(const std::vector<double>& beta, const Tick& callback = {});

 private:
  const CoxRows& rows_;
  const EventGrid& grid_;
  int n_threads_;
  TiedDeaths tied_;
  ScorePass score_pass_;
};

}  // namespace survlines
