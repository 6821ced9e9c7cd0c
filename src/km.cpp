#include "core/km.h"

#include "r_borrow.h"

// [[Rcpp::export]]
Rcpp::List core_km(Rcpp::List columns) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const KaplanMeier curve = kaplan_meier(count_rows(borrow_view(columns), tick), tick);
  const std::vector<double> begin(curve.stratum_begin.begin(), curve.stratum_begin.end());
  return Rcpp::List::create(Rcpp::Named("stratum_begin") = wrap_doubles(begin),
                            Rcpp::Named("time") = wrap_integers(curve.time),
                            Rcpp::Named("n_risk") = wrap_doubles(curve.n_risk),
                            Rcpp::Named("n_event") = wrap_doubles(curve.n_event),
                            Rcpp::Named("n_censor") = wrap_doubles(curve.n_censor),
                            Rcpp::Named("n_enter") = wrap_doubles(curve.n_enter),
                            Rcpp::Named("survival") = wrap_doubles(curve.survival),
                            Rcpp::Named("variance_log") = wrap_doubles(curve.variance_log));
}
