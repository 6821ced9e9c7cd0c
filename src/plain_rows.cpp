// Formulas that name columns and nothing more, of columns in which every value can be used: most
// calls are of this kind, and all that is to know of them is found in one look at each column.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "column_kind.h"
#include "core/kernels.h"
#include "core/parallel.h"

namespace {

using survlines::ColumnKind;
using survlines::ValueRange;

// The names of a formula, or `found` false where it says anything else than
// Surv(time, status) ~ names or Surv(entry, exit, status) ~ names, or ~ 1 for no names.
struct FormulaNames {
  std::vector<SEXP> response;
  std::vector<SEXP> variables;
  bool found = false;
};

// A dot and names that begin with one may stand for more than a column.
bool is_column_name(SEXP expression) {
  return TYPEOF(expression) == SYMSXP && CHAR(PRINTNAME(expression))[0] != '.';
}

bool is_call_of(SEXP expression, const char* function) {
  return TYPEOF(expression) == LANGSXP && CAR(expression) == Rf_install(function);
}

bool read_response(SEXP expression, std::vector<SEXP>& names) {
  if (!is_call_of(expression, "Surv")) return false;
  for (SEXP rest = CDR(expression); rest != R_NilValue; rest = CDR(rest)) {
    if (TAG(rest) != R_NilValue || !is_column_name(CAR(rest))) return false;
    names.push_back(CAR(rest));
  }
  return names.size() == 2 || names.size() == 3;
}

// A sum of names, each there once.
bool read_variables(SEXP expression, std::vector<SEXP>& names) {
  if (TYPEOF(expression) == REALSXP && Rf_length(expression) == 1 && REAL(expression)[0] == 1) {
    return true;
  }
  for (; is_call_of(expression, "+"); expression = CADR(expression)) {
    if (Rf_length(expression) != 3 || !is_column_name(CADDR(expression))) return false;
    names.push_back(CADDR(expression));
  }
  if (!is_column_name(expression)) return false;
  names.push_back(expression);
  std::reverse(names.begin(), names.end());
  std::vector<SEXP> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

// A formula of two sides as it was written: one that went through terms() has more classes.
FormulaNames read_names(SEXP formula) {
  FormulaNames names;
  names.found = is_call_of(formula, "~") && Rf_length(formula) == 3 &&
                Rf_length(Rf_getAttrib(formula, R_ClassSymbol)) == 1 &&
                TYPEOF(Rf_getAttrib(formula, Rf_install(".Environment"))) == ENVSXP &&
                read_response(CADR(formula), names.response) &&
                read_variables(CADDR(formula), names.variables);
  return names;
}

// The columns of these names; fewer where one is not there.
std::vector<SEXP> find_columns(SEXP data, const std::vector<SEXP>& names) {
  SEXP known = Rf_getAttrib(data, R_NamesSymbol);
  const SEXP* begin = STRING_PTR_RO(known);
  const SEXP* end = begin + Rf_xlength(known);
  std::vector<SEXP> columns;
  for (SEXP name : names) {
    const SEXP* place = std::find(begin, end, PRINTNAME(name));
    if (place == end) break;
    columns.push_back(VECTOR_ELT(data, place - begin));
  }
  return columns;
}

bool is_finite(const ValueRange& range) {
  return !range.missing && std::isfinite(range.low) && std::isfinite(range.high);
}

bool is_number(SEXP column) { return survlines::kind_of(column) == ColumnKind::number; }

bool is_zero_or_one(SEXP status) {
  const ColumnKind kind = survlines::kind_of(status);
  if (kind != ColumnKind::number && kind != ColumnKind::logical) return false;
  const ValueRange range = survlines::range_of(status);
  if (range.missing || range.low < 0 || range.high > 1) return false;
  return TYPEOF(status) != REALSXP ||
         std::all_of(REAL(status), REAL(status) + Rf_xlength(status),
                     [](double value) { return value == 0 || value == 1; });
}

template <class Entry, class Exit>
bool all_before(const Entry* entry, const Exit* exit, R_xlen_t n) {
  return std::equal(entry, entry + n, exit, [](Entry a, Exit b) { return a < b; });
}

// Assumes numbers that are not missing.
bool all_before(SEXP entry, SEXP exit) {
  const R_xlen_t n = Rf_xlength(exit);
  if (TYPEOF(entry) == REALSXP) {
    return TYPEOF(exit) == REALSXP ? all_before(REAL(entry), REAL(exit), n)
                                   : all_before(REAL(entry), INTEGER(exit), n);
  }
  return TYPEOF(exit) == REALSXP ? all_before(INTEGER(entry), REAL(exit), n)
                                 : all_before(INTEGER(entry), INTEGER(exit), n);
}

bool fits_response(const std::vector<SEXP>& columns) {
  SEXP exit = columns[columns.size() - 2];
  if (!is_zero_or_one(columns.back()) || !is_number(exit)) return false;
  if (!is_finite(survlines::range_of(exit))) return false;
  if (columns.size() == 2) return true;
  SEXP entry = columns.front();
  return is_number(entry) && !survlines::range_of(entry).missing && all_before(entry, exit);
}

// Whether a column codes groups, or a covariate of a design, with no value missing. Of doubles of a
// design all_doubles_finite() knows.
bool fits_variable(SEXP column, bool is_design) {
  switch (survlines::kind_of(column)) {
    case ColumnKind::number:
      return (is_design && TYPEOF(column) == REALSXP) || !survlines::range_of(column).missing;
    case ColumnKind::factor:
      if (is_design && Rf_nlevels(column) < 2) return false;
      return !survlines::range_of(column).missing;
    case ColumnKind::logical:
      return !survlines::range_of(column).missing;
    case ColumnKind::text:
      return !is_design && !survlines::has_missing_text(column);
    default:
      return false;
  }
}

bool all_doubles_finite(const std::vector<SEXP>& columns, int n_threads) {
  std::vector<const double*> values;
  for (SEXP column : columns) {
    if (TYPEOF(column) == REALSXP) values.push_back(REAL(column));
  }
  const auto n = static_cast<std::size_t>(columns.empty() ? 0 : Rf_xlength(columns.front()));
  const bool large = survlines::n_parts(n * values.size()) > 1;
  std::atomic<bool> finite{true};
  survlines::for_each_part(values.size(), large ? n_threads : 1, [&](std::size_t k) {
    if (finite && !survlines::kernels().all_finite(values[k], n)) finite = false;
  });
  return finite;
}

bool are_of_length(const std::vector<SEXP>& columns, R_xlen_t n) {
  return std::all_of(columns.begin(), columns.end(),
                     [n](SEXP column) { return Rf_xlength(column) == n; });
}

bool fit_as_they_are(const std::vector<SEXP>& response, const std::vector<SEXP>& main,
                     R_xlen_t n_rows, bool is_design, int n_threads) {
  const auto fits = [&](SEXP column) { return fits_variable(column, is_design); };
  return n_rows > 0 && are_of_length(response, n_rows) && are_of_length(main, n_rows) &&
         fits_response(response) && std::all_of(main.begin(), main.end(), fits) &&
         (!is_design || all_doubles_finite(main, n_threads));
}

Rcpp::List wrap_list(const std::vector<SEXP>& values, const Rcpp::CharacterVector& names) {
  Rcpp::List wrapped(values.begin(), values.end());
  wrapped.names() = names;
  return wrapped;
}

}  // namespace

// list(entry, exit, status, main, variables) where the formula names columns of the data frame and
// nothing more, every row can be used, and nobody need be told of anything; NULL otherwise. `main`
// are the columns of the right side and `variables` their names as symbols, both by their names.
// [[Rcpp::export(rng = false)]]
SEXP core_plain_rows(SEXP formula, SEXP data, bool is_design, int n_threads) {
  if (TYPEOF(data) != VECSXP || TYPEOF(Rf_getAttrib(data, R_NamesSymbol)) != STRSXP) {
    return R_NilValue;
  }
  const FormulaNames names = read_names(formula);
  if (!names.found) return R_NilValue;
  const std::vector<SEXP> response = find_columns(data, names.response);
  const std::vector<SEXP> main = find_columns(data, names.variables);
  if (response.size() < names.response.size() || main.size() < names.variables.size()) {
    return R_NilValue;
  }
  const R_xlen_t n_rows = Rf_xlength(Rf_getAttrib(data, R_RowNamesSymbol));
  if (!fit_as_they_are(response, main, n_rows, is_design, n_threads)) return R_NilValue;
  Rcpp::CharacterVector labels(names.variables.size());
  for (std::size_t k = 0; k < main.size(); ++k) labels[k] = PRINTNAME(names.variables[k]);
  return Rcpp::List::create(
      Rcpp::Named("entry") = response.size() == 3 ? response.front() : R_NilValue,
      Rcpp::Named("exit") = response[response.size() - 2], Rcpp::Named("status") = response.back(),
      Rcpp::Named("main") = wrap_list(main, labels),
      Rcpp::Named("variables") = wrap_list(names.variables, labels));
}
