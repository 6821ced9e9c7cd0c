#include "r_borrow.h"

// The names that the arguments of a call are; missing where an argument is more than a name.
// [[Rcpp::export(rng = false)]]
Rcpp::CharacterVector core_argument_names(SEXP call) {
  SEXP arguments = CDR(call);
  Rcpp::CharacterVector names(Rf_length(arguments));
  for (R_xlen_t i = 0; i < names.size(); ++i, arguments = CDR(arguments)) {
    SEXP argument = CAR(arguments);
    names[i] = TYPEOF(argument) == SYMSXP ? PRINTNAME(argument) : NA_STRING;
  }
  return names;
}
