// Closeness of two numbers, infinities and missing values included.
#pragma once

#include <cmath>

// |a - b| <= tolerance times the larger of |a|, |b| and `scale`. With scale 0 an expected zero
// must be met exactly.
inline bool near(long double a, long double b, long double tolerance, long double scale = 0) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  const long double size = std::fmax(std::fmax(std::fabs(a), std::fabs(b)), scale);
  return std::fabs(a - b) <= tolerance * size;
}
