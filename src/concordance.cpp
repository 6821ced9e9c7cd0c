#include "core/concordance.h"

#include "r_borrow.h"

// The linear predictor of rows whose covariates are the matrix or the list of columns `x`;
// `columns` holds exit and offset.
// [[Rcpp::export]]
Rcpp::NumericVector core_risk_scores(Rcpp::List columns, SEXP x, std::vector<double> coefficient) {
  using namespace survlines;
  const auto n_rows = static_cast<std::size_t>(Rf_xlength(columns["exit"]));
  const BorrowedDesign design(columns, x, n_rows);
  return wrap_doubles(risk_scores(design.get(), coefficient, n_rows));
}

// `clusters` is list(cluster, n_clusters), in which cluster may be NULL.
// [[Rcpp::export]]
Rcpp::List core_concordance(Rcpp::List columns, Rcpp::NumericVector score, Rcpp::List clusters) {
  using namespace survlines;
  const SurvivalView view = borrow_view(columns);
  require(static_cast<std::size_t>(score.size()) == view.n_rows, "columns of different lengths");
  const std::int32_t* cluster = borrow_integers(clusters, "cluster", view.n_rows);
  const Concordance found =
      concordance(view, score.begin(), cluster, Rcpp::as<std::size_t>(clusters["n_clusters"]),
                  interrupt_tick());
  return Rcpp::List::create(
      Rcpp::Named("index") = found.index, Rcpp::Named("variance") = found.variance,
      Rcpp::Named("concordant") = found.concordant, Rcpp::Named("discordant") = found.discordant,
      Rcpp::Named("tied_score") = found.tied_score, Rcpp::Named("tied_time") = found.tied_time,
      Rcpp::Named("tied_both") = found.tied_both);
}
