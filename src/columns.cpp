#include "column_kind.h"

// c(low, high, missing) of doubles, integers or logical values; missing is 1 or 0.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector core_value_range(SEXP values) {
  const survlines::ValueRange range = survlines::range_of(values);
  return Rcpp::NumericVector::create(range.low, range.high, range.missing ? 1.0 : 0.0);
}

// list(kind, missing, low, high) of columns: each is a "number", "logical", "factor", "text" or, by
// its type, class or dimensions, "other"; whether values are missing, and the range of those that
// are there. Text has no range, and into others nobody looks.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_describe_columns(Rcpp::List columns) {
  using namespace survlines;
  const R_xlen_t n = columns.size();
  Rcpp::CharacterVector kind(n);
  Rcpp::LogicalVector missing(n);
  Rcpp::NumericVector low(n, NA_REAL);
  Rcpp::NumericVector high(n, NA_REAL);
  for (R_xlen_t j = 0; j < n; ++j) {
    SEXP column = columns[j];
    const ColumnKind column_kind = kind_of(column);
    kind[j] = name_of(column_kind);
    if (column_kind == ColumnKind::other) continue;
    if (column_kind == ColumnKind::text) {
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
