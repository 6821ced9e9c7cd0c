#include "core/secants.h"

#include <utility>

#include "core/add_multiple.h"

namespace survlines {

bool Secants::add(std::vector<double> step, std::vector<double> taken) {
  const double curvature = dot(step.data(), taken.data(), step.size());
  if (!(curvature > 0)) return false;
  pairs_.push_back({std::move(step), std::move(taken), curvature});
  return true;
}

std::vector<double> Secants::step(const PivotedCholesky& factor, std::vector<double> score) const {
  const std::size_t n = score.size();
  std::vector<double> share(pairs_.size());
  for (std::size_t k = pairs_.size(); k-- > 0;) {
    share[k] = dot(pairs_[k].step.data(), score.data(), n) / pairs_[k].curvature;
    add_multiple(score.data(), pairs_[k].taken.data(), -share[k], n);
  }
  std::vector<double> result = factor.solve(std::move(score));
  for (std::size_t k = 0; k < pairs_.size(); ++k) {
    const double found = dot(pairs_[k].taken.data(), result.data(), n) / pairs_[k].curvature;
    add_multiple(result.data(), pairs_[k].step.data(), share[k] - found, n);
  }
  return result;
}

}  // namespace survlines
