// Two Cox fits that must be one.
#pragma once

#include <cmath>

#include "catch.h"
#include "core/cox.h"
#include "near.h"

// Differences in units of what they estimate: coefficients in standard errors, variances in
// products of standard errors.
inline void check_same(const survlines::CoxFit& a, const survlines::CoxFit& b,
                       long double tolerance) {
  CHECK(a.status == b.status);
  REQUIRE(a.coefficient.size() == b.coefficient.size());
  CHECK(near(a.loglik, b.loglik, tolerance, 1));
  CHECK(near(a.loglik_start, b.loglik_start, tolerance, 1));
  for (std::size_t i = 0; i < a.coefficient.size(); ++i) {
    CAPTURE(i);
    CHECK(a.kind[i] == b.kind[i]);
    const long double se = std::sqrt(b.variance(i, i));
    if (b.kind[i] != survlines::CoefficientKind::finite) continue;
    CHECK(near(a.coefficient[i], b.coefficient[i], tolerance, se));
    for (std::size_t j = 0; j < a.coefficient.size(); ++j) {
      if (b.kind[j] != survlines::CoefficientKind::finite) continue;
      const long double size = se * std::sqrt(static_cast<long double>(b.variance(j, j)));
      CHECK(near(a.variance(i, j), b.variance(i, j), tolerance, size));
      if (b.robust_variance.size == 0) continue;
      CHECK(near(a.robust_variance(i, j), b.robust_variance(i, j), tolerance, size));
    }
  }
}
