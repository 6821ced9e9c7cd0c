#include "core/smooth_hazard.h"

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "near.h"
#include "random_data.h"

using survlines::boundary_kernel;
using survlines::HazardJumps;
using survlines::smooth_hazard;
using survlines::SmoothingWindow;

namespace {

// Integral of z^power times the kernel over [-1, q], by Simpson's rule, exact for cubics: the
// kernel is a polynomial of degree 2.
long double moment(double q, int power) {
  const int n = 2000;
  long double sum = 0;
  for (int i = 0; i <= n; ++i) {
    const double z = i == n ? q : -1 + (1 + q) * i / n;
    const int factor = i == 0 || i == n ? 1 : i % 2 == 0 ? 2 : 4;
    sum += factor * std::pow(z, power) * boundary_kernel(z, q);
  }
  return sum * (1 + q) / n / 3;
}

HazardJumps random_jumps(Random& random, int n) {
  HazardJumps jumps;
  double time = 0;
  for (int i = 0; i < n; ++i) {
    time += random.between(0.01, 1.0);
    jumps.time.push_back(time);
    jumps.n_event.push_back(random.between(1, 3));
    jumps.n_risk.push_back(3 * n - 2 * i + random.below(2));
  }
  return jumps;
}

}  // namespace

TEST_CASE("Smoothed hazard: kernels have total 1 and mean 0, and end at -1 and q") {
  for (const double q : {0.0, 0.1, 0.25, 0.5, 0.75, 0.99, 1.0}) {
    CAPTURE(q);
    CHECK(near(moment(q, 0), 1, 1e-10L));
    CHECK(near(moment(q, 1), 0, 1e-10L, 1));
    CHECK(boundary_kernel(-1, q) == 0);
    CHECK(boundary_kernel(q + 1e-9, q) == 0);
    CHECK(boundary_kernel(-1 - 1e-9, q) == 0);
  }
  for (const double z : {-0.9, -0.2, 0.0, 0.5}) {
    CHECK(near(boundary_kernel(z, 1), 0.75 * (1 - z * z), 1e-14L));
  }
}

TEST_CASE("Smoothed hazard: random jumps against the sums of the definition") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const HazardJumps jumps = random_jumps(random, random.between(1, 40));
    const double to = jumps.time.back() + random.between(0.0, 0.5);
    const SmoothingWindow window{0, to, random.between(0.05, 0.5) * to};
    std::vector<double> times = {0, to, -1, to + 1};
    for (int i = 0; i < 30; ++i) times.push_back(random.between(0.0, to));
    const survlines::SmoothHazard found = smooth_hazard(jumps, window, times);
    CHECK(std::isnan(found.hazard[2]));
    CHECK(std::isnan(found.variance[3]));
    const long double b = window.bandwidth;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (i == 2 || i == 3) continue;
      const double t = times[i];
      long double hazard = 0, variance = 0, size = 0;
      for (std::size_t k = 0; k < jumps.time.size(); ++k) {
        const double z = (t - jumps.time[k]) / window.bandwidth;
        const bool near_end = to - t < b;
        const double q = near_end ? (to - t) / window.bandwidth : std::fmin(t / b, 1.0L);
        const long double weight = boundary_kernel(near_end ? -z : z, q) / b;
        const long double n = jumps.n_risk[k];
        hazard += weight * jumps.n_event[k] / n;
        size += std::fabs(weight) * jumps.n_event[k] / n;
        variance += weight * weight * jumps.n_event[k] / n / n;
      }
      CHECK(near(found.hazard[i], hazard, 1e-12L, size));
      CHECK(near(found.variance[i], variance, 1e-12L));
    }
  }
}

TEST_CASE("Smoothed hazard: turned about, the ends change places") {
  Random random(5);
  const HazardJumps jumps = random_jumps(random, 25);
  const double to = jumps.time.back() + 0.1;
  HazardJumps turned;
  for (std::size_t k = jumps.time.size(); k-- > 0;) {
    turned.time.push_back(to - jumps.time[k]);
    turned.n_event.push_back(jumps.n_event[k]);
    turned.n_risk.push_back(jumps.n_risk[k]);
  }
  const SmoothingWindow window{0, to, to / 4};
  for (double t = 0; t <= to; t += to / 37) {
    CHECK(near(smooth_hazard(jumps, window, {t}).hazard[0],
               smooth_hazard(turned, window, {to - t}).hazard[0], 1e-10L));
  }
}

TEST_CASE("Smoothed hazard: a window narrower than the kernel is refused") {
  const HazardJumps jumps{{1}, {1}, {2}};
  CHECK_THROWS_AS(smooth_hazard(jumps, {0, 3, 2}, {1}), survlines::InvalidInput);
  CHECK_THROWS_AS(smooth_hazard(jumps, {0, 3, 0}, {1}), survlines::InvalidInput);
}
