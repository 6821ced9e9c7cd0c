#include "core/smooth_hazard.h"

#include "r_borrow.h"

// `window` is c(from, to, bandwidth).
// [[Rcpp::export]]
Rcpp::List core_smooth_hazard(std::vector<double> time, std::vector<double> n_event,
                              std::vector<double> n_risk, std::vector<double> window,
                              std::vector<double> times) {
  using namespace survlines;
  const SmoothHazard found =
      smooth_hazard({time, n_event, n_risk}, {window.at(0), window.at(1), window.at(2)}, times);
  return Rcpp::List::create(Rcpp::Named("hazard") = wrap_doubles(found.hazard),
                            Rcpp::Named("variance") = wrap_doubles(found.variance));
}
