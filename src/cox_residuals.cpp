#include "core/cox_residuals.h"

#include "r_borrow.h"

// [[Rcpp::export]]
Rcpp::NumericVector core_cox_expected(Rcpp::List columns, Rcpp::NumericMatrix x,
                                      std::vector<double> coefficient, std::string ties) {
  const auto n_rows = static_cast<std::size_t>(x.nrow());
  return survlines::wrap_doubles(
      survlines::expected_events(survlines::borrow_point(columns, x, coefficient, ties), n_rows));
}

// [[Rcpp::export]]
Rcpp::NumericMatrix core_cox_score_residuals(Rcpp::List columns, Rcpp::NumericMatrix x,
                                             std::vector<double> coefficient, std::string ties) {
  const auto n_rows = static_cast<std::size_t>(x.nrow());
  return survlines::wrap_matrix(
      survlines::score_residuals(survlines::borrow_point(columns, x, coefficient, ties), n_rows),
      n_rows, coefficient.size());
}

// list(row, residual): one row for each event.
// [[Rcpp::export]]
Rcpp::List core_cox_schoenfeld(Rcpp::List columns, SEXP x, std::vector<double> coefficient,
                               std::string ties) {
  const survlines::SchoenfeldResiduals found =
      survlines::schoenfeld_residuals(survlines::borrow_point(columns, x, coefficient, ties));
  return Rcpp::List::create(Rcpp::Named("row") = survlines::wrap_rows(found.row),
                            Rcpp::Named("residual") = survlines::wrap_matrix(
                                found.residual, found.row.size(), coefficient.size()));
}
