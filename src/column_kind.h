// What a column of a data frame is, and what it holds.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/error.h"
#include "core/value_range.h"
#include "r_borrow.h"

namespace survlines {

// Of columns that are no more than that: classes and dimensions could mean anything.
enum class ColumnKind { number, logical, factor, text, other };

inline ColumnKind kind_of(SEXP values) {
  if (!Rf_isNull(Rf_getAttrib(values, R_DimSymbol))) return ColumnKind::other;
  if (Rf_isFactor(values)) return ColumnKind::factor;
  if (Rf_isObject(values)) return ColumnKind::other;
  switch (TYPEOF(values)) {
    case INTSXP:
    case REALSXP:
      return ColumnKind::number;
    case LGLSXP:
      return ColumnKind::logical;
    case STRSXP:
      return ColumnKind::text;
    default:
      return ColumnKind::other;
  }
}

inline const char* name_of(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::number:
      return "number";
    case ColumnKind::logical:
      return "logical";
    case ColumnKind::factor:
      return "factor";
    case ColumnKind::text:
      return "text";
    default:
      return "other";
  }
}

// Of doubles, integers (factors are) or logical values.
inline ValueRange range_of(SEXP values) {
  const auto n = static_cast<std::size_t>(Rf_xlength(values));
  if (TYPEOF(values) == REALSXP) {
    return value_range(REAL(values), n, [](double value) { return std::isnan(value); });
  }
  require(TYPEOF(values) == INTSXP || TYPEOF(values) == LGLSXP, "a column without a range");
  const int* whole = TYPEOF(values) == INTSXP ? INTEGER(values) : LOGICAL(values);
  return value_range(whole, n, [](int value) { return value == NA_INTEGER; });
}

inline bool has_missing_text(SEXP values) {
  const SEXP* text = STRING_PTR_RO(values);
  return std::find(text, text + Rf_xlength(values), NA_STRING) != text + Rf_xlength(values);
}

}  // namespace survlines
