#include "core/time_rank.h"

#include "r_borrow.h"

// [[Rcpp::export]]
Rcpp::List core_rank_times(Rcpp::NumericVector exit, Rcpp::Nullable<Rcpp::NumericVector> entry,
                           bool merge_near_ties) {
  Rcpp::NumericVector entries;
  if (entry.isNotNull()) entries = entry.get();
  const survlines::TimeRanks ranks =
      survlines::rank_times(exit.begin(), entry.isNull() ? nullptr : entries.begin(),
                            static_cast<std::size_t>(exit.size()), merge_near_ties);
  return Rcpp::List::create(
      Rcpp::Named("time") = survlines::wrap_doubles(ranks.time),
      Rcpp::Named("exit") = survlines::wrap_integers(ranks.exit),
      Rcpp::Named("entry") =
          entry.isNull() ? R_NilValue : Rcpp::wrap(survlines::wrap_integers(ranks.entry)));
}
