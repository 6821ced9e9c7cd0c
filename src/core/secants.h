// What scores along the way tell of the information, so that it need not be made anew at each step.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cholesky.h"

namespace survlines {

// Steps of a quasi-Newton method: from the information at one point, corrected so that each step
// since then explains by how much the score fell on it (BFGS; Nocedal and Wright, Numerical
// Optimization, 2nd ed., algorithm 7.4).
class Secants {
 public:
  void clear() { pairs_.clear(); }

  // A step, and what it took off the score. Returns whether it did so at all along the step, as it
  // does where the likelihood is concave; if not, nothing is learnt. Assumes vectors of one length.
  bool add(std::vector<double> step, std::vector<double> taken);

  // The step that the score asks for. `factor` is that of the information at the point.
  std::vector<double> step(const PivotedCholesky& factor, std::vector<double> score) const;

 private:
  struct Pair {
    std::vector<double> step;
    std::vector<double> taken;
    double curvature;  // step' taken
  };

  std::vector<Pair> pairs_;
};

}  // namespace survlines
