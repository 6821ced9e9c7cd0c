#include "core/cox.h"

#include "r_borrow.h"

namespace {

survlines::CoxControl borrow_control(const Rcpp::List& control) {
  survlines::CoxControl result;
  result.ties = survlines::ties_of(Rcpp::as<std::string>(control["ties"]));
  result.newton.tolerance = Rcpp::as<double>(control["tolerance"]);
  result.newton.max_iterations = Rcpp::as<int>(control["max_iterations"]);
  result.n_threads = Rcpp::as<int>(control["threads"]);
  result.tick = survlines::interrupt_tick();
  return result;
}

const char* name_of(survlines::CoefficientKind kind) {
  if (kind == survlines::CoefficientKind::aliased) return "aliased";
  return kind == survlines::CoefficientKind::infinite ? "infinite" : "finite";
}

const char* name_of(survlines::NewtonStatus status) {
  if (status == survlines::NewtonStatus::converged) return "converged";
  return status == survlines::NewtonStatus::no_ascent ? "no_ascent" : "no_convergence";
}

Rcpp::CharacterVector wrap_kinds(const std::vector<survlines::CoefficientKind>& kinds) {
  Rcpp::CharacterVector names(static_cast<R_xlen_t>(kinds.size()));
  for (std::size_t j = 0; j < kinds.size(); ++j) names[j] = name_of(kinds[j]);
  return names;
}

}  // namespace

// The one source of the defaults of cox_control().
// [[Rcpp::export(rng = false)]]
Rcpp::List core_cox_defaults() {
  const survlines::NewtonControl newton;
  return Rcpp::List::create(Rcpp::Named("tolerance") = newton.tolerance,
                            Rcpp::Named("max_iterations") = newton.max_iterations);
}

// `x` is a matrix or a list of columns; `robust` is NULL, or list(cluster, n_clusters) in which
// cluster may be NULL.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_cox(Rcpp::List columns, SEXP x, std::vector<double> start,
                    Rcpp::Nullable<Rcpp::List> robust, Rcpp::List control) {
  using namespace survlines;
  const SurvivalView view = borrow_view(columns);
  const BorrowedDesign borrowed(columns, x, view.n_rows);
  const Design& design = borrowed.get();
  RobustRequest request;
  if (robust.isNotNull()) {
    const Rcpp::List given(robust);
    request.wanted = true;
    request.cluster = borrow_integers(given, "cluster", view.n_rows);
    request.n_clusters = Rcpp::as<std::size_t>(given["n_clusters"]);
  }
  const CoxFit fit = fit_cox(view, design, start, request, borrow_control(control));
  const std::size_t p = design.n_columns;
  return Rcpp::List::create(
      Rcpp::Named("coefficient") = wrap_doubles(fit.coefficient),
      Rcpp::Named("kind") = wrap_kinds(fit.kind),
      Rcpp::Named("variance") = wrap_matrix(fit.variance.values, p, p),
      Rcpp::Named("robust_variance") =
          request.wanted ? Rcpp::wrap(wrap_matrix(fit.robust_variance.values, p, p)) : R_NilValue,
      Rcpp::Named("loglik") = Rcpp::NumericVector::create(fit.loglik_start, fit.loglik),
      Rcpp::Named("score_test") = fit.score_test,
      Rcpp::Named("robust_score_test") = fit.robust_score_test,
      Rcpp::Named("iterations") = fit.iterations, Rcpp::Named("status") = name_of(fit.status));
}

// list(statistic, df): value' matrix^-1 value and the rank of the matrix, with the tolerance of
// the fits.
// [[Rcpp::export(rng = false)]]
Rcpp::List core_quadratic_form(Rcpp::NumericMatrix matrix, std::vector<double> value) {
  survlines::SquareMatrix square(value.size());
  square.values.assign(matrix.begin(), matrix.end());
  const survlines::PivotedCholesky factor(square);
  return Rcpp::List::create(Rcpp::Named("statistic") = factor.quadratic_form(value),
                            Rcpp::Named("df") = static_cast<int>(factor.rank()));
}
