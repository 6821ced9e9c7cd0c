// A printed number as the interval of everything that would be printed like it.
#ifndef RECONSTRUCTION_PRINTED_H
#define RECONSTRUCTION_PRINTED_H

#include <algorithm>
#include <cmath>

namespace reconstruction {

struct Printed {
  double low;
  double high;
};

namespace printed_detail {

constexpr Printed interval(const char* text, double reach) {
  double digits = 0.0;
  double unit = 1.0;
  bool after_point = false;
  for (; *text != '\0'; ++text) {
    if (*text == '.') {
      after_point = true;
      continue;
    }
    digits = 10.0 * digits + (*text - '0');
    if (after_point) unit *= 10.0;
  }
  return {(digits - reach) / unit, (digits + reach) / unit};
}

}  // namespace printed_detail

// "2.3" stands for 2.25 to 2.35. The search aims 2 % inside, so that no reader's rounding of a
// number on the border can turn a match into a miss.
constexpr Printed printed(const char* text) { return printed_detail::interval(text, 0.49); }

// Times are whole or half days, which a border either holds or does not: ends are included.
constexpr Printed printed_time(const char* text) {
  return printed_detail::interval(text, 0.5 + 1e-9);
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
