// A printed number as the interval of everything that would be printed like it.
#ifndef RECONSTRUCTION_PRINTED_H
#define RECONSTRUCTION_PRINTED_H

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace reconstruction {

struct Printed {
  double low;
  double high;
};

// "2.3" stands for 2.25 to 2.35. The search aims 2 % inside, so that no reader's rounding of a
// number on the border can turn a match into a miss.
inline Printed printed(const char* text) {
  const char* point = std::strchr(text, '.');
  const int decimals = point == nullptr ? 0 : static_cast<int>(std::strlen(point + 1));
  double half_unit = 0.5;
  for (int i = 0; i < decimals; ++i) half_unit /= 10.0;
  const double value = std::strtod(text, nullptr);
  const double reach = 0.98 * half_unit;
  return {value - reach, value + reach};
}

// Distance of x to the interval in units of `scale`; a value that does not exist (a median not
// reached) counts as far away.
inline double miss(double x, const Printed& target, double scale) {
  constexpr double far_away = 20.0;
  if (!std::isfinite(x)) return far_away;
  return std::max({target.low - x, x - target.high, 0.0}) / scale;
}

}  // namespace reconstruction

#endif
