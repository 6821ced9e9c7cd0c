#include "core/gray.h"

#include <cmath>

#include "core/risk_set.h"

namespace survlines {
namespace {

// What one group has seen so far, and what happens to it now.
struct GroupState {
  double at_risk = 0, events = 0, others = 0;  // now
  double survival_before = 1, survival = 1;    // of any event
  double incidence_before = 0, incidence = 0;  // of the cause tested
  double hazard_base() const { return at_risk / survival_before; }
};

class StratumFold {
 public:
  StratumFold(std::size_t n_groups, double rho)
      : score(n_groups, 0.0),
        covariance(n_groups),
        rho_(rho),
        groups_(n_groups),
        a_(n_groups),
        c_(n_groups),
        xy_(n_groups),
        yy_(n_groups, 0.0),
        x_(n_groups) {}

  void operator()(const RiskSet& set, const GroupsAtRisk& at_risk, const Counts& counts) {
    if (set.events == 0) return;
    double events = 0;
    read_time(set, at_risk, counts, events);
    double sum_h = 0;
    double sum_hf = 0;
    for (const GroupState& group : groups_) {
      if (group.at_risk == 0) continue;
      sum_h += group.hazard_base();
      sum_hf += group.hazard_base() * (1 - group.incidence_before);
    }
    const double pooled_step = events / sum_h;
    add_weights(sum_h, pooled_step);
    pooled_ += pooled_step;
    if (events > 0) add_cause(events, sum_h, sum_hf, pooled_step);
    add_others();
    for (GroupState& group : groups_) {
      group.survival_before = group.survival;
      group.incidence_before = group.incidence;
    }
  }

  // The influence of an event at s on the score is x + C y with C as it stands at the end.
  void finish() {
    const std::size_t n = groups_.size();
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < n; ++k) {
          covariance(i, j) +=
              c_(i, k) * c_(j, k) * yy_[k] + c_(i, k) * xy_(j, k) + c_(j, k) * xy_(i, k);
        }
      }
    }
  }

  std::vector<double> score;
  SquareMatrix covariance;  // complete after finish()

 private:
  void read_time(const RiskSet& set, const GroupsAtRisk& at_risk, const Counts& counts,
                 double& events) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      groups_[g].at_risk = at_risk[2 * g] + at_risk[2 * g + 1];
      groups_[g].events = groups_[g].others = 0;
    }
    for (std::size_t c = set.cell_begin; c < set.cell_end; ++c) {
      const auto code = static_cast<std::size_t>(counts.group[c]);
      (code % 2 == 0 ? groups_[code / 2].events : groups_[code / 2].others) = counts.events[c];
      if (code % 2 == 0) events += counts.events[c];
    }
    for (GroupState& group : groups_) {
      if (group.at_risk == 0) continue;
      const double left = group.at_risk - group.events - group.others;
      group.survival = group.survival_before * left / group.at_risk;
      group.incidence += group.survival_before * group.events / group.at_risk;
    }
  }

  // A is how the weights of the groups depend on each other, C its integral over the pooled hazard
  // of the subdistribution.
  void add_weights(double sum_h, double pooled_step) {
    weight_ = std::pow(1 - pooled_, rho_);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      for (std::size_t j = 0; j < groups_.size(); ++j) {
        const bool both = groups_[i].at_risk > 0 && groups_[j].at_risk > 0;
        const double share = both ? groups_[j].hazard_base() / sum_h : 0.0;
        a_(i, j) = both ? weight_ * groups_[i].hazard_base() * ((i == j ? 1.0 : 0.0) - share) : 0.0;
        c_(i, j) += a_(i, j) * pooled_step / (1 - pooled_);
      }
    }
  }

  void add_cause(double events, double sum_h, double sum_hf, double pooled_step) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const GroupState& group = groups_[g];
      if (group.at_risk == 0) continue;
      const double risk = group.hazard_base() * (1 - group.incidence_before);
      score[g] += weight_ * (group.events - events * risk / sum_hf);
      const double y = group.survival > 0 ? 1 - (1 - pooled_) / group.survival : 1.0;
      const double ties = events > 1 ? 1 - (events - 1) / (sum_h * group.survival_before - 1) : 1.0;
      add_influence(g, 1, y, ties * pooled_step * group.survival_before / group.at_risk);
    }
  }

  void add_others() {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const GroupState& group = groups_[g];
      if (group.others == 0 || !(group.survival > 0)) continue;
      const double ties = group.others > 1 ? 1 - (group.others - 1) / (group.at_risk - 1) : 1.0;
      const double unit = group.survival_before / group.at_risk;
      add_influence(g, 0, (1 - pooled_) / group.survival, ties * unit * unit * group.others);
    }
  }

  // An event in group k of variance `variance` moves the score of group i by
  // on_weights A(i, k) - y C(i, k) now, and by y C(i, k) as C is at the end.
  void add_influence(std::size_t k, double on_weights, double y, double variance) {
    for (std::size_t i = 0; i < groups_.size(); ++i) x_[i] = on_weights * a_(i, k) - y * c_(i, k);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      xy_(i, k) += x_[i] * y * variance;
      for (std::size_t j = 0; j < groups_.size(); ++j) {
        covariance(i, j) += x_[i] * x_[j] * variance;
      }
    }
    yy_[k] += y * y * variance;
  }

  double rho_;
  double pooled_ = 0;  // F, pooled over groups
  double weight_ = 1;
  std::vector<GroupState> groups_;
  SquareMatrix a_, c_, xy_;
  std::vector<double> yy_, x_;
};

void add_test(Gray& result) {
  const std::size_t n = result.score.size() - 1;
  SquareMatrix covariance(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) covariance(i, j) = result.covariance(i, j);
  }
  const PivotedCholesky factor(covariance);
  result.df = static_cast<std::int32_t>(factor.rank());
  result.chi_square = factor.quadratic_form({result.score.begin(), result.score.end() - 1});
}

}  // namespace

Gray gray_test(const Counts& counts, double rho, const Tick& callback) {
  require(!counts.weighted && !counts.late_entry, "Gray's test: no weights, no late entries");
  require(counts.n_groups % 2 == 0, "Gray's test: two codes a group");
  const auto n_groups = static_cast<std::size_t>(counts.n_groups) / 2;
  Gray result;
  result.score.assign(n_groups, 0.0);
  result.covariance = SquareMatrix(n_groups);
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    tick(callback);
    StratumFold fold(n_groups, rho);
    sweep(counts, stratum,
          [&](const RiskSet& set, const GroupsAtRisk& at_risk) { fold(set, at_risk, counts); });
    fold.finish();
    for (std::size_t g = 0; g < n_groups; ++g) result.score[g] += fold.score[g];
    for (std::size_t k = 0; k < n_groups * n_groups; ++k) {
      result.covariance.values[k] += fold.covariance.values[k];
    }
  }
  add_test(result);
  return result;
}

}  // namespace survlines
