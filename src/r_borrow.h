// Every conversion between R and the core. The core reads R's vectors in place; whoever calls
// keeps the list of columns alive while a view of it is in use.
#pragma once

#include <Rcpp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/cox_point.h"
#include "core/error.h"
#include "core/jackknife.h"
#include "core/large_vector.h"
#include "core/survival_view.h"
#include "core/time_counts.h"

namespace survlines {

static_assert(sizeof(int) == sizeof(std::int32_t), "R's integers are 32 bits wide");

// The column of this name, or NULL. Its type must be right already: coercing would make a copy
// that dies before the core reads it.
inline SEXP find_column(const Rcpp::List& columns, const char* name, SEXPTYPE type,
                        std::size_t n_rows) {
  if (!columns.containsElementNamed(name)) return R_NilValue;
  SEXP column = columns[name];
  if (Rf_isNull(column)) return R_NilValue;
  require(TYPEOF(column) == static_cast<int>(type), "a column of another type than promised");
  require(static_cast<std::size_t>(Rf_xlength(column)) == n_rows, "columns of different lengths");
  return column;
}

inline const std::int32_t* borrow_integers(const Rcpp::List& columns, const char* name,
                                           std::size_t n_rows) {
  SEXP column = find_column(columns, name, INTSXP, n_rows);
  return Rf_isNull(column) ? nullptr : INTEGER(column);
}

inline const double* borrow_doubles(const Rcpp::List& columns, const char* name,
                                    std::size_t n_rows) {
  SEXP column = find_column(columns, name, REALSXP, n_rows);
  return Rf_isNull(column) ? nullptr : REAL(column);
}

// A view of the columns that model_data() in R/model-data.R made, checked.
inline SurvivalView borrow_view(const Rcpp::List& columns) {
  SurvivalView view;
  view.n_rows = static_cast<std::size_t>(Rf_xlength(columns["exit"]));
  view.n_times = Rcpp::as<int>(columns["n_times"]);
  view.n_strata = Rcpp::as<int>(columns["n_strata"]);
  view.n_groups = Rcpp::as<int>(columns["n_groups"]);
  view.exit = borrow_integers(columns, "exit", view.n_rows);
  view.entry = borrow_integers(columns, "entry", view.n_rows);
  view.event = borrow_integers(columns, "event", view.n_rows);
  view.stratum = borrow_integers(columns, "stratum", view.n_rows);
  view.group = borrow_integers(columns, "group", view.n_rows);
  view.weight = borrow_doubles(columns, "weight", view.n_rows);
  view.frequency = borrow_doubles(columns, "frequency", view.n_rows);
  check_view(view);
  return view;
}

// Counts of the columns that unranked_columns() in R/model-data.R made.
inline TimedCounts borrow_counts(const Rcpp::List& columns, const Tick& tick) {
  PlainRows rows;
  rows.n_rows = static_cast<std::size_t>(Rf_xlength(columns["time"]));
  rows.exit = borrow_doubles(columns, "time", rows.n_rows);
  rows.event = borrow_integers(columns, "event", rows.n_rows);
  rows.group = borrow_integers(columns, "group", rows.n_rows);
  rows.stratum = borrow_integers(columns, "stratum", rows.n_rows);
  rows.n_groups = Rcpp::as<int>(columns["n_groups"]);
  rows.n_strata = Rcpp::as<int>(columns["n_strata"]);
  return count_times(rows, Rcpp::as<bool>(columns["timefix"]), tick);
}

// The columns of a Cox model where they stand: `x` is a matrix with a row for each row of the view,
// or a list of such columns.
class BorrowedDesign {
 public:
  BorrowedDesign(const Rcpp::List& columns, SEXP x, std::size_t n_rows) {
    design_.offset = borrow_doubles(columns, "offset", n_rows);
    if (TYPEOF(x) != VECSXP) {
      require(TYPEOF(x) == REALSXP, "a matrix of another type than promised");
      const Rcpp::NumericMatrix matrix(x);
      require(static_cast<std::size_t>(matrix.nrow()) == n_rows, "columns of different lengths");
      for (int j = 0; j < matrix.ncol(); ++j) {
        columns_.push_back(matrix.begin() + static_cast<std::size_t>(j) * n_rows);
      }
    } else {
      for (R_xlen_t j = 0; j < Rf_xlength(x); ++j) {
        SEXP column = VECTOR_ELT(x, j);
        require(TYPEOF(column) == REALSXP, "a column of another type than promised");
        require(static_cast<std::size_t>(Rf_xlength(column)) == n_rows,
                "columns of different lengths");
        columns_.push_back(REAL(column));
      }
    }
    design_.n_columns = columns_.size();
    design_.columns = columns_.data();
  }
  BorrowedDesign(const BorrowedDesign&) = delete;
  BorrowedDesign& operator=(const BorrowedDesign&) = delete;
  const Design& get() const { return design_; }

 private:
  Design design_;
  std::vector<const double*> columns_;
};

// The same of a matrix.
inline Design borrow_design(const Rcpp::List& columns, const Rcpp::NumericMatrix& x,
                            std::size_t n_rows) {
  require(static_cast<std::size_t>(x.nrow()) == n_rows, "columns of different lengths");
  Design design;
  design.n_columns = static_cast<std::size_t>(x.ncol());
  design.x = x.begin();
  design.offset = borrow_doubles(columns, "offset", n_rows);
  return design;
}

inline Ties ties_of(const std::string& name) {
  if (name == "exact") return Ties::exact;
  if (name == "marginal") return Ties::marginal;
  return name == "breslow" ? Ties::breslow : Ties::efron;
}

// Cluster codes as code_clusters() in R/model-data.R makes them, or NULL.
inline Clusters borrow_clusters(SEXP codes, double n_clusters, std::size_t n_rows) {
  Clusters clusters;
  if (Rf_isNull(codes)) return clusters;
  require(TYPEOF(codes) == INTSXP, "cluster codes must be integers");
  require(static_cast<std::size_t>(Rf_xlength(codes)) == n_rows, "one cluster code a row");
  clusters.code = INTEGER(codes);
  clusters.n = static_cast<std::size_t>(n_clusters);
  for (std::size_t i = 0; i < n_rows; ++i) {
    require(clusters.code[i] >= 0 && static_cast<std::size_t>(clusters.code[i]) < clusters.n,
            "cluster code out of range");
  }
  return clusters;
}

// Vectors of R that are written to before they are read.
inline Rcpp::NumericVector new_doubles(std::size_t n) {
  Rcpp::NumericVector values = Rcpp::no_init(static_cast<R_xlen_t>(n));
  ask_for_large_pages(values.begin(), n * sizeof(double));
  return values;
}

inline Rcpp::IntegerVector new_integers(std::size_t n) {
  Rcpp::IntegerVector values = Rcpp::no_init(static_cast<R_xlen_t>(n));
  ask_for_large_pages(values.begin(), n * sizeof(int));
  return values;
}

template <class Doubles>
Rcpp::NumericVector wrap_doubles(const Doubles& values) {
  Rcpp::NumericVector wrapped = new_doubles(values.size());
  std::copy(values.begin(), values.end(), wrapped.begin());
  return wrapped;
}

template <class Integers>
Rcpp::IntegerVector wrap_integers(const Integers& values) {
  Rcpp::IntegerVector wrapped = new_integers(values.size());
  std::copy(values.begin(), values.end(), wrapped.begin());
  return wrapped;
}

// Row numbers, from 1.
inline Rcpp::IntegerVector wrap_rows(const std::vector<std::size_t>& rows) {
  Rcpp::IntegerVector numbers(static_cast<R_xlen_t>(rows.size()));
  for (std::size_t k = 0; k < rows.size(); ++k) numbers[k] = static_cast<int>(rows[k]) + 1;
  return numbers;
}

// Column-major values of known shape.
template <class Doubles>
Rcpp::NumericMatrix wrap_matrix(const Doubles& values, std::size_t n_rows, std::size_t n_columns) {
  Rcpp::NumericVector wrapped = wrap_doubles(values);
  wrapped.attr("dim") = Rcpp::Dimension(n_rows, n_columns);
  return Rcpp::NumericMatrix(wrapped);
}

// Lets the user stop long work.
inline Tick interrupt_tick() {
  return [] { Rcpp::checkUserInterrupt(); };
}

// A fitted Cox model at its coefficients.
inline CoxPoint borrow_point(const Rcpp::List& columns, SEXP x,
                             const std::vector<double>& coefficient, const std::string& ties) {
  const SurvivalView view = borrow_view(columns);
  const BorrowedDesign design(columns, x, view.n_rows);
  return cox_point(view, design.get(), coefficient, ties_of(ties), interrupt_tick());
}

}  // namespace survlines
