#include "core/cox_hazard.h"

#include "r_borrow.h"

// list(value, std_error): log of the expected number of events of each row of `rows`, which holds
// exit (-1: before all times), entry, stratum, offset and the design x.
// [[Rcpp::export]]
Rcpp::List core_cox_log_hazards(Rcpp::List columns, SEXP x, std::vector<double> coefficient,
                                std::string ties, Rcpp::List rows, Rcpp::NumericMatrix covariance) {
  using namespace survlines;
  const CoxPoint point = borrow_point(columns, x, coefficient, ties);
  SurvivalView view;
  const Rcpp::NumericMatrix new_x = rows["x"];
  view.n_rows = static_cast<std::size_t>(new_x.nrow());
  view.n_times = Rcpp::as<int>(columns["n_times"]);
  view.n_strata = Rcpp::as<int>(columns["n_strata"]);
  view.exit = borrow_integers(rows, "exit", view.n_rows);
  view.entry = borrow_integers(rows, "entry", view.n_rows);
  view.stratum = borrow_integers(rows, "stratum", view.n_rows);
  SquareMatrix variance(coefficient.size());
  variance.values.assign(covariance.begin(), covariance.end());
  const LogHazards found =
      log_hazards(point, view, borrow_design(rows, new_x, view.n_rows), variance, interrupt_tick());
  return Rcpp::List::create(Rcpp::Named("value") = wrap_doubles(found.value),
                            Rcpp::Named("std_error") = wrap_doubles(found.std_error));
}

// list(time, stratum, value, std_error): the same at each event time (a rank) of each stratum
// (from 0); `rows` holds offset and the design x, a row for each stratum.
// [[Rcpp::export]]
Rcpp::List core_cox_baseline(Rcpp::List columns, SEXP x, std::vector<double> coefficient,
                             std::string ties, Rcpp::List rows, Rcpp::NumericMatrix covariance) {
  using namespace survlines;
  const CoxPoint point = borrow_point(columns, x, coefficient, ties);
  SquareMatrix variance(coefficient.size());
  variance.values.assign(covariance.begin(), covariance.end());
  const Rcpp::NumericMatrix reference = rows["x"];
  const LogHazards found = baseline_hazards(
      point, borrow_design(rows, reference, point.grid.n_strata()), variance, interrupt_tick());
  std::vector<std::int32_t> stratum;
  for (std::size_t s = 0; s < point.grid.n_strata(); ++s) {
    stratum.resize(point.grid.stratum_begin[s + 1], static_cast<std::int32_t>(s));
  }
  return Rcpp::List::create(Rcpp::Named("time") = wrap_integers(point.grid.time),
                            Rcpp::Named("stratum") = wrap_integers(stratum),
                            Rcpp::Named("value") = wrap_doubles(found.value),
                            Rcpp::Named("std_error") = wrap_doubles(found.std_error));
}
