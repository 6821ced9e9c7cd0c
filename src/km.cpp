#include "core/km.h"

#include "core/time_counts.h"
#include "r_borrow.h"

namespace {

Rcpp::List wrap_curve(const survlines::Counts& counts, const double* times,
                      const survlines::Tick& tick) {
  using namespace survlines;
  const std::size_t n = count_points(counts);
  Rcpp::NumericVector time = new_doubles(n), n_risk = new_doubles(n), n_event = new_doubles(n),
                      n_censor = new_doubles(n), survival = new_doubles(n),
                      std_error_log = new_doubles(n),
                      n_enter = new_doubles(counts.late_entry ? n : 0);
  const CurveColumns to{time.begin(),
                        n_risk.begin(),
                        n_event.begin(),
                        n_censor.begin(),
                        counts.late_entry ? n_enter.begin() : nullptr,
                        survival.begin(),
                        std_error_log.begin()};
  const std::vector<std::size_t> begin = write_kaplan_meier(counts, times, to, tick);
  return Rcpp::List::create(
      Rcpp::Named("time") = time, Rcpp::Named("n_risk") = n_risk, Rcpp::Named("n_event") = n_event,
      Rcpp::Named("n_censor") = n_censor,
      Rcpp::Named("n_enter") = counts.late_entry ? Rcpp::wrap(n_enter) : R_NilValue,
      Rcpp::Named("survival") = survival, Rcpp::Named("std_error_log") = std_error_log,
      Rcpp::Named("stratum_begin") = wrap_doubles(begin));
}

}  // namespace

// `times` are those that ranks index. n_enter is NULL where nobody enters late.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_km(Rcpp::List columns, Rcpp::NumericVector times) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const SurvivalView view = borrow_view(columns);
  require(times.size() == view.n_times, "one time a rank");
  return wrap_curve(count_rows(view, tick), times.begin(), tick);
}

// The same from the columns of rows whose times have no ranks.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_km_unranked(Rcpp::List columns) {
  using namespace survlines;
  const Tick tick = interrupt_tick();
  const TimedCounts counted = borrow_counts(columns, tick);
  return wrap_curve(counted.counts, counted.time.data(), tick);
}
