#include "core/value_range.h"

#include <cmath>

#include "r_borrow.h"

// c(low, high, missing) of doubles, integers or logical values; missing is 1 or 0.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector core_value_range(SEXP values) {
  using namespace survlines;
  const auto n = static_cast<std::size_t>(Rf_xlength(values));
  ValueRange range;
  if (TYPEOF(values) == REALSXP) {
    range = value_range(REAL(values), n, [](double value) { return std::isnan(value); });
  } else {
    require(TYPEOF(values) == INTSXP || TYPEOF(values) == LGLSXP, "a column without a range");
    const int* whole = TYPEOF(values) == INTSXP ? INTEGER(values) : LOGICAL(values);
    range = value_range(whole, n, [](int value) { return value == NA_INTEGER; });
  }
  return Rcpp::NumericVector::create(range.low, range.high, range.missing ? 1.0 : 0.0);
}
