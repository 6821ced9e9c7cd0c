#include "core/logrank.h"

#include "r_borrow.h"

// `weight` counts from 0 as the core's TestWeight does.
// [[Rcpp::export]]
Rcpp::List core_logrank(Rcpp::List columns, int weight, double rho, double gamma) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const SurvivalView view = borrow_view(columns);
  const LogRank test =
      log_rank(count_rows(view, tick), tick, {static_cast<TestWeight>(weight), rho, gamma});
  const auto n_groups = static_cast<std::size_t>(view.n_groups);
  const auto n_strata = static_cast<std::size_t>(view.n_strata);
  return Rcpp::List::create(
      Rcpp::Named("observed") = wrap_matrix(test.observed, n_groups, n_strata),
      Rcpp::Named("expected") = wrap_matrix(test.expected, n_groups, n_strata),
      Rcpp::Named("covariance") = wrap_matrix(test.covariance.values, n_groups, n_groups),
      Rcpp::Named("chi_square") = test.chi_square, Rcpp::Named("df") = test.df);
}
