#include "core/gray.h"

#include "r_borrow.h"

// [[Rcpp::export]]
Rcpp::List core_gray(Rcpp::List columns, double rho) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const Gray test = gray_test(count_rows(borrow_view(columns), tick), rho, tick);
  const std::size_t n_groups = test.score.size();
  return Rcpp::List::create(
      Rcpp::Named("score") = wrap_doubles(test.score),
      Rcpp::Named("covariance") = wrap_matrix(test.covariance.values, n_groups, n_groups),
      Rcpp::Named("chi_square") = test.chi_square, Rcpp::Named("df") = test.df);
}
