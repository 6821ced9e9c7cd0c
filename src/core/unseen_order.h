// The chance that the deaths of one time came before all others who were at risk, in whatever
// order, and its derivatives.
//
// With S the total of exp(eta) over those who survive the time, and a_j = exp(eta_j) / S, it is
//
//   L = integral over t > 0 of exp(-t) times the product over deaths j of 1 - exp(-a_j t)
//
// (DeLong, Guirguis & So 1994): the total over all d! orders of the deaths of the partial
// likelihoods they would have had. Orders are not enumerated: in s = log t the integrand is an
// entire function with one peak, and falls off exponentially to the left, doubly so to the right,
// so that the trapezoidal rule converges exponentially. Its step is halved until the integral
// changes by less than 1e-8 of itself; the error of the finer step is about the square of that.
#pragma once

#include <cstddef>
#include <vector>

#include "core/weighted_gram.h"

namespace survlines {

struct DeathsOfOneTime {
  std::vector<double> log_ratio;  // log a_j, finite
  std::vector<double> copies;     // deaths alike, a whole number
  std::vector<double> x;          // n_columns a death, death by death
};

// Derivatives are those of log a_j = x_j' beta.
struct UnseenOrder {
  double log_chance = 0;
  std::vector<double> slope;  // by log a_j of each death, of one copy; between 0 and 1
  SquareMatrix information;   // minus the second derivatives, by beta
};

// Assumes at least one death.
UnseenOrder unseen_order(const DeathsOfOneTime& deaths, std::size_t n_columns);

}  // namespace survlines
