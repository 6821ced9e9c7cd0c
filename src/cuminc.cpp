#include "core/cuminc.h"

#include "core/jackknife.h"
#include "r_borrow.h"

// `clusters` is NULL, or a code from 0 for each row; `use_jackknife` asks for its variances.
// What there is for each cause comes as matrices of causes by points.
// [[Rcpp::export]]
Rcpp::List core_cuminc(Rcpp::List columns, SEXP clusters, double n_clusters, bool use_jackknife) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const SurvivalView view = borrow_view(columns);
  const CumulativeIncidence curve = cumulative_incidence(count_rows(view, tick), tick);
  Jackknife variance;
  if (use_jackknife) {
    variance = jackknife(view, borrow_clusters(clusters, n_clusters, view.n_rows), curve, tick);
  } else {
    variance.incidence = curve.variance_aalen;
  }
  const std::vector<double> begin(curve.stratum_begin.begin(), curve.stratum_begin.end());
  const auto by_cause = [&curve](const std::vector<double>& values) {
    return wrap_matrix(values, curve.n_causes, curve.size());
  };
  return Rcpp::List::create(Rcpp::Named("stratum_begin") = wrap_doubles(begin),
                            Rcpp::Named("time") = wrap_integers(curve.time),
                            Rcpp::Named("n_risk") = wrap_doubles(curve.n_risk),
                            Rcpp::Named("n_censor") = wrap_doubles(curve.n_censor),
                            Rcpp::Named("n_enter") = wrap_doubles(curve.n_enter),
                            Rcpp::Named("survival") = wrap_doubles(curve.survival),
                            Rcpp::Named("n_event") = by_cause(curve.cause_events),
                            Rcpp::Named("incidence") = by_cause(curve.incidence),
                            Rcpp::Named("variance") = by_cause(variance.incidence));
}
