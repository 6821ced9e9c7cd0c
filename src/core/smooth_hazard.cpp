#include "core/smooth_hazard.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace survlines {
namespace {

// Kernel of time t at an event a distance z = (t - s) / bandwidth before it.
class KernelAt {
 public:
  KernelAt(double t, const SmoothingWindow& window)
      : left_(std::min((t - window.from) / window.bandwidth, 1.0)),
        right_(std::min((window.to - t) / window.bandwidth, 1.0)) {}

  // The window is two bandwidths wide at least, so that only one end can be near.
  double operator()(double z) const {
    return right_ < 1 ? boundary_kernel(-z, right_) : boundary_kernel(z, left_);
  }

 private:
  double left_, right_;
};

}  // namespace

double boundary_kernel(double z, double q) {
  if (z < -1 || z > q) return 0;
  const double square = (1 + q) * (1 + q);
  return 12 / (square * square) * (z + 1) * (z * (1 - 2 * q) + (3 * q * q - 2 * q + 1) / 2);
}

SmoothHazard smooth_hazard(const HazardJumps& jumps, const SmoothingWindow& window,
                           const std::vector<double>& times) {
  const double b = window.bandwidth;
  require(b > 0 && 2 * b <= window.to - window.from, "the window is narrower than the kernel");
  const std::vector<double>& at = jumps.time;
  SmoothHazard result;
  for (const double t : times) {
    const bool seen = t >= window.from && t <= window.to;
    double hazard = seen ? 0 : std::numeric_limits<double>::quiet_NaN();
    double variance = hazard;
    const KernelAt kernel(t, window);
    const auto first = std::lower_bound(at.begin(), at.end(), t - b);
    const auto last = std::upper_bound(at.begin(), at.end(), t + b);
    for (auto event = first; seen && event != last; ++event) {
      const auto k = static_cast<std::size_t>(event - at.begin());
      const double weight = kernel((t - *event) / b) / b;
      hazard += weight * jumps.n_event[k] / jumps.n_risk[k];
      variance += weight * weight * jumps.n_event[k] / jumps.n_risk[k] / jumps.n_risk[k];
    }
    result.hazard.push_back(hazard);
    result.variance.push_back(variance);
  }
  return result;
}

}  // namespace survlines
