#include "core/logrank.h"

#include "core/logrank_robust.h"
#include "r_borrow.h"

namespace {

Rcpp::List wrap_test(const survlines::LogRank& test) {
  using namespace survlines;
  const std::size_t n_groups = test.covariance.size;
  const std::size_t n_strata = test.observed.size() / n_groups;
  return Rcpp::List::create(
      Rcpp::Named("observed") = wrap_matrix(test.observed, n_groups, n_strata),
      Rcpp::Named("expected") = wrap_matrix(test.expected, n_groups, n_strata),
      Rcpp::Named("covariance") = wrap_matrix(test.covariance.values, n_groups, n_groups),
      Rcpp::Named("chi_square") = test.chi_square, Rcpp::Named("df") = test.df);
}

}  // namespace

// `weight` counts from 0 as the core's TestWeight does.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_logrank(Rcpp::List columns, int weight, double rho, double gamma) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const SurvivalView view = borrow_view(columns);
  const Weighting weighting{static_cast<TestWeight>(weight), rho, gamma};
  return wrap_test(log_rank(count_rows(view, tick), tick, weighting));
}

// The same from the columns of rows whose times have no ranks.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_logrank_unranked(Rcpp::List columns, int weight, double rho, double gamma) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const TimedCounts counted = borrow_counts(columns, tick);
  const Weighting weighting{static_cast<TestWeight>(weight), rho, gamma};
  return wrap_test(log_rank(counted.counts, tick, weighting));
}

// `clusters` as in core_cuminc().
// [[Rcpp::export(rng = false)]]
Rcpp::List core_robust_logrank(Rcpp::List columns, SEXP clusters, double n_clusters, int weight,
                               double rho, double gamma) {
  using namespace survlines;
  const SurvivalView view = borrow_view(columns);
  const Weighting weighting{static_cast<TestWeight>(weight), rho, gamma};
  const Clusters codes = borrow_clusters(clusters, n_clusters, view.n_rows);
  return wrap_test(robust_log_rank(view, codes, interrupt_tick(), weighting));
}
