// Cox's partial likelihood where nobody enters late and all rows are in one place.
//
// The messages of cox.h lead to the same, and read the covariates four times: S1 of every event
// time has to stand somewhere before the sums of other shards are added. Here they are read twice.
// S0 needs no covariates, and hazards need no more than S0. So the second reading does both
// products at once, that over the rows, and that over the event times, from running totals that
// are forgotten as soon as they are used.
//
// Rows are cut into parts (see parallel.h), whose totals do not know of the rows after the part.
// With C the total of those, and L that of the part's own rows, both at one event time,
//   sum a (C + L)(C + L)' = sum a L L' + C (sum a L)' + (sum a L) C' + (sum a) C C',
// which is put together afterwards.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cox.h"
#include "core/error.h"
#include "core/row_factors.h"

namespace survlines {

// What the event times need to know of S0, and over tied deaths of D0.
struct CellTerms {
  LargeVector<double> hazard;  // cumulated in the stratum, relative to exp(-scale)
  LargeVector<double> square;  // of (S1 - ratio D1)(S1 - ratio D1)'
  // Per cell with tied deaths, in the grid's order; Efron only.
  LargeVector<double> tied_excess;  // as in CellJumps
  LargeVector<double> ratio;
  LargeVector<double> tied_square;  // of D1 D1'
};

// The rows with an event of each cell with several; none unless ties are Efron's.
struct TiedDeaths {
  LargeVector<std::size_t> cell;         // ascending
  LargeVector<std::size_t> row;          // the same
  LargeVector<std::size_t> begin = {0};  // one more than cells: offsets into the rows
};

// Assumes a grid of these rows, without late entry, and Breslow's or Efron's ties. Refers to rows
// and grid, and keeps its memory from one beta to the next.
class RightCensoredCox {
 public:
  RightCensoredCox(const CoxRows& rows, const EventGrid& grid, Ties ties, int n_threads = 1);

  // The same bits with any number of threads. Ticks between parts of the rows.
  Derivatives derivatives(const std::vector<double>& beta, const Tick& callback = {});

  // Without the information: reads the covariates twice as well, but makes none of the products.
  Derivatives score(const std::vector<double>& beta, const Tick& callback = {});

 private:
  void sum_at(const std::vector<double>& beta, const Tick& callback);
  void find_tied_deaths();
  void sum_dying_masses();
  void sum_masses();
  void sum_over_cells();
  void sum_over_tied_cells();
  void sum_hazards();
  double loglik() const;

  const CoxRows& rows_;
  const EventGrid& grid_;
  bool efron_;
  int n_threads_;
  TiedDeaths tied_;
  LargeVector<double> eta_;
  RowFactors factors_;
  LargeVector<double> at_risk_;     // S0 of each cell
  LargeVector<double> dying_mass_;  // D0 of each cell with tied deaths; Efron only
  CellTerms cells_;
  LargeVector<double> log_sum_;  // per cell: what it takes from the log-likelihood
};

}  // namespace survlines
