#include "core/hazard.h"

#include "r_borrow.h"

// [[Rcpp::export]]
Rcpp::List core_hazard(Rcpp::List columns, bool one_by_one) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const TiedDeaths tied = one_by_one ? TiedDeaths::one_by_one : TiedDeaths::together;
  const CumulativeHazard curve =
      cumulative_hazard(count_rows(borrow_view(columns), tick), tied, tick);
  return Rcpp::List::create(Rcpp::Named("hazard") = wrap_doubles(curve.hazard),
                            Rcpp::Named("variance") = wrap_doubles(curve.variance));
}
