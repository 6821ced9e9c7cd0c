#include "core/jackknife.h"

#include "r_borrow.h"

// Variances of Kaplan-Meier and Nelson-Aalen curves; `clusters` as in core_cuminc().
// [[Rcpp::export]]
Rcpp::List core_jackknife(Rcpp::List columns, SEXP clusters, double n_clusters) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const SurvivalView view = borrow_view(columns);
  const CumulativeIncidence curve = cumulative_incidence(count_rows(view, tick), tick);
  const Jackknife variance =
      jackknife(view, borrow_clusters(clusters, n_clusters, view.n_rows), curve, tick);
  return Rcpp::List::create(Rcpp::Named("survival") = wrap_doubles(variance.survival),
                            Rcpp::Named("hazard") = wrap_doubles(variance.hazard));
}
