// The second of two readings of the covariates by a Cox model without late entry: the score
// and the information.
//
// The products over the rows are made in it, and those over the event times, from running totals
// that are forgotten as soon as they are used: S1 of every event time need not stand anywhere.
//
// Rows are cut into parts (see parallel.h), whose totals do not know of the rows after the part.
// With C the total of those, and L that of the part's own rows, both at one event time,
//   sum a (C + L)(C + L)' = sum a L L' + C (sum a L)' + (sum a L) C' + (sum a) C C',
// which is put together afterwards.
#pragma once

#include "core/error.h"
#include "core/newton.h"
#include "core/risk_terms.h"

namespace survlines {

// Adds both, and what rounding may have left in the information, to the derivatives. The same bits
// with any number of threads. Ticks between parts of the rows. Assumes what ScorePass does, and its
// terms.
void add_products(const CoxRows& rows, const EventGrid& grid, const TiedDeaths& tied,
                  const RiskTerms& terms, int n_threads, const Tick& callback,
                  Derivatives& derivatives);

}  // namespace survlines
