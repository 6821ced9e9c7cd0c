#include "core/cox_proportional.h"

#include "r_borrow.h"

namespace {

std::vector<std::size_t> from_zero(const Rcpp::IntegerVector& numbers) {
  std::vector<std::size_t> result;
  for (const int number : numbers) result.push_back(static_cast<std::size_t>(number) - 1);
  return result;
}

}  // namespace

// list(chi_square, df) of the tests of each of `tests`, which hold numbers of columns; `g` has a
// value for each time of the model.
// [[Rcpp::export]]
Rcpp::List core_test_proportional(Rcpp::List columns, SEXP x, std::vector<double> coefficient,
                                  std::string ties, std::vector<double> g, Rcpp::List tests,
                                  Rcpp::IntegerVector estimated) {
  using namespace survlines;
  const CoxPoint point = borrow_point(columns, x, coefficient, ties);
  require(g.size() == static_cast<std::size_t>(Rcpp::as<int>(columns["n_times"])),
          "one value a time");
  std::vector<double> g_of_cell;
  for (const std::int32_t time : point.grid.time) {
    g_of_cell.push_back(g[static_cast<std::size_t>(time)]);
  }
  const TimeInteraction interaction = time_interaction(point, g_of_cell);
  Rcpp::NumericVector chi_square(tests.size());
  Rcpp::IntegerVector df(tests.size());
  for (R_xlen_t k = 0; k < tests.size(); ++k) {
    const ScoreTest test = test_columns(interaction, from_zero(tests[k]), from_zero(estimated));
    chi_square[k] = test.chi_square;
    df[k] = test.df;
  }
  return Rcpp::List::create(Rcpp::Named("chi_square") = chi_square, Rcpp::Named("df") = df);
}
