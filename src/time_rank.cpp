#include "core/time_rank.h"

#include "r_borrow.h"

// [[Rcpp::export(rng = false)]]
Rcpp::List core_rank_times(Rcpp::NumericVector exit, Rcpp::Nullable<Rcpp::NumericVector> entry,
                           bool merge_near_ties, int n_threads) {
  using namespace survlines;
  const auto n_rows = static_cast<std::size_t>(exit.size());
  Rcpp::NumericVector entries;
  if (entry.isNotNull()) entries = entry.get();
  const bool late = entry.isNotNull();
  Rcpp::IntegerVector exit_rank = new_integers(n_rows);
  Rcpp::IntegerVector entry_rank = new_integers(late ? n_rows : 0);
  const LargeVector<double> time =
      rank_times(exit.begin(), late ? entries.begin() : nullptr, n_rows, merge_near_ties,
                 exit_rank.begin(), late ? entry_rank.begin() : nullptr, n_threads);
  return Rcpp::List::create(Rcpp::Named("time") = wrap_doubles(time),
                            Rcpp::Named("exit") = exit_rank,
                            Rcpp::Named("entry") = late ? Rcpp::wrap(entry_rank) : R_NilValue);
}
