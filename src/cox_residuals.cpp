#include "core/cox_residuals.h"

#include "r_borrow.h"

namespace {

survlines::CoxPoint borrow_point(const Rcpp::List& columns, const Rcpp::NumericMatrix& x,
                                 const std::vector<double>& coefficient, const std::string& ties) {
  const survlines::SurvivalView view = survlines::borrow_view(columns);
  return survlines::cox_point(view, survlines::borrow_design(columns, x, view.n_rows), coefficient,
                              survlines::ties_of(ties), survlines::interrupt_tick());
}

}  // namespace

// [[Rcpp::export]]
Rcpp::NumericVector core_cox_expected(Rcpp::List columns, Rcpp::NumericMatrix x,
                                      std::vector<double> coefficient, std::string ties) {
  const auto n_rows = static_cast<std::size_t>(x.nrow());
  return survlines::wrap_doubles(
      survlines::expected_events(borrow_point(columns, x, coefficient, ties), n_rows));
}

// [[Rcpp::export]]
Rcpp::NumericMatrix core_cox_score_residuals(Rcpp::List columns, Rcpp::NumericMatrix x,
                                             std::vector<double> coefficient, std::string ties) {
  const auto n_rows = static_cast<std::size_t>(x.nrow());
  return survlines::wrap_matrix(
      survlines::score_residuals(borrow_point(columns, x, coefficient, ties), n_rows), n_rows,
      coefficient.size());
}

// list(row, residual): one row for each event.
// [[Rcpp::export]]
Rcpp::List core_cox_schoenfeld(Rcpp::List columns, Rcpp::NumericMatrix x,
                               std::vector<double> coefficient, std::string ties) {
  const survlines::SchoenfeldResiduals found =
      survlines::schoenfeld_residuals(borrow_point(columns, x, coefficient, ties));
  return Rcpp::List::create(Rcpp::Named("row") = survlines::wrap_rows(found.row),
                            Rcpp::Named("residual") = survlines::wrap_matrix(
                                found.residual, found.row.size(), coefficient.size()));
}
