// The hazard itself: the jumps of the Nelson-Aalen estimate, smoothed (Ramlau-Hansen 1983).
//
//   h(t) = 1/b   sum over event times s of K((t - s) / b) d / n
//   var  = 1/b^2 sum of K^2 d / n^2
//
// K is Epanechnikov's kernel. Within a bandwidth of either end it would reach where nothing can
// be seen, and gives way to the boundary kernels of Mueller & Wang (1994, table 1): they have
// total 1 and mean 0 on what is left of the window, and may be negative.
#pragma once

#include <cstddef>
#include <vector>

namespace survlines {

// What a kernel of total 1 and mean 0 on [-1, q] gives to distance z, 0 <= q <= 1. With q = 1 it
// is Epanechnikov's.
double boundary_kernel(double z, double q);

// The event times of one curve, ascending: how many rows have the event, and how many were at risk.
struct HazardJumps {
  std::vector<double> time;
  std::vector<double> n_event;
  std::vector<double> n_risk;
};

// Where the curve was seen, and how far to smooth. Assumes 0 < 2 bandwidth <= to - from.
struct SmoothingWindow {
  double from = 0;
  double to = 0;
  double bandwidth = 0;
};

// One value for each time; NaN outside of the window.
struct SmoothHazard {
  std::vector<double> hazard;
  std::vector<double> variance;
};

SmoothHazard smooth_hazard(const HazardJumps& jumps, const SmoothingWindow& window,
                           const std::vector<double>& times);

}  // namespace survlines
