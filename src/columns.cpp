#include "core/value_range.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "r_borrow.h"

namespace {

using survlines::ValueRange;

// Of doubles, integers (factors are) or logical values.
ValueRange range_of(SEXP values) {
  const auto n = static_cast<std::size_t>(Rf_xlength(values));
  if (TYPEOF(values) == REALSXP) {
    return survlines::value_range(REAL(values), n, [](double value) { return std::isnan(value); });
  }
  survlines::require(TYPEOF(values) == INTSXP || TYPEOF(values) == LGLSXP,
                     "a column without a range");
  const int* whole = TYPEOF(values) == INTSXP ? INTEGER(values) : LOGICAL(values);
  return survlines::value_range(whole, n, [](int value) { return value == NA_INTEGER; });
}

bool has_missing_text(SEXP values) {
  const SEXP* text = STRING_PTR_RO(values);
  return std::find(text, text + Rf_xlength(values), NA_STRING) != text + Rf_xlength(values);
}

// What a column is where it is no more than that: classes and dimensions could mean anything.
const char* kind_of(SEXP values) {
  if (!Rf_isNull(Rf_getAttrib(values, R_DimSymbol))) return "other";
  if (Rf_isFactor(values)) return "factor";
  if (Rf_isObject(values)) return "other";
  switch (TYPEOF(values)) {
    case INTSXP:
    case REALSXP:
      return "number";
    case LGLSXP:
      return "logical";
    case STRSXP:
      return "text";
    default:
      return "other";
  }
}

}  // namespace

// c(low, high, missing) of doubles, integers or logical values; missing is 1 or 0.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector core_value_range(SEXP values) {
  const ValueRange range = range_of(values);
  return Rcpp::NumericVector::create(range.low, range.high, range.missing ? 1.0 : 0.0);
}

// list(kind, missing, low, high) of columns: each is a "number", "logical", "factor", "text" or, by
// its type, class or dimensions, "other"; whether values are missing, and the range of those that
// are there. Text has no range, and into others nobody looks.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_describe_columns(Rcpp::List columns) {
  const R_xlen_t n = columns.size();
  Rcpp::CharacterVector kind(n);
  Rcpp::LogicalVector missing(n);
  Rcpp::NumericVector low(n, NA_REAL);
  Rcpp::NumericVector high(n, NA_REAL);
  for (R_xlen_t j = 0; j < n; ++j) {
    SEXP column = columns[j];
    const std::string name = kind_of(column);
    kind[j] = name;
    if (name == "other") continue;
    if (name == "text") {
      missing[j] = has_missing_text(column);
      continue;
    }
    const ValueRange range = range_of(column);
    missing[j] = range.missing;
    low[j] = range.low;
    high[j] = range.high;
  }
  return Rcpp::List::create(Rcpp::Named("kind") = kind, Rcpp::Named("missing") = missing,
                            Rcpp::Named("low") = low, Rcpp::Named("high") = high);
}
