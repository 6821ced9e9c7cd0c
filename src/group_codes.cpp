#include "core/group_codes.h"

#include "r_borrow.h"

// list(code, n): codes from 0 of a factor, or of other integers from 1, and the rows of each.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_level_codes(Rcpp::IntegerVector levels, int n_levels) {
  using namespace survlines;
  const auto n_rows = static_cast<std::size_t>(levels.size());
  const auto counts = count_codes(levels.begin(), n_rows, 1, static_cast<std::size_t>(n_levels));
  Rcpp::IntegerVector code = new_integers(n_rows);
  codes_from_zero(levels.begin(), n_rows, code.begin());
  return Rcpp::List::create(Rcpp::Named("code") = code, Rcpp::Named("n") = wrap_integers(counts));
}

// How many rows have each of the codes 0, ..., n_codes - 1.
// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector core_count_codes(Rcpp::IntegerVector code, int n_codes) {
  using namespace survlines;
  const auto n_rows = static_cast<std::size_t>(code.size());
  return wrap_integers(count_codes(code.begin(), n_rows, 0, static_cast<std::size_t>(n_codes)));
}
