#include "core/logrank.h"

#include <algorithm>

#include "core/risk_set.h"
#include "core/running_sum.h"

namespace survlines {
namespace {

// Between two cells of a group its number at risk n_g stays the same, while the cumulative hazard
// H = sum of d / n, and Q_h = sum of c n_h / n with c = d (n - d) / (n - 1) / n, grow. So a group's
// expected events are the sum of n_g (growth of H) over its cells, and its covariance with group h
// is minus the sum of n_g (growth of Q_h): O(G) a cell, and no time costs O(G^2). A variance is the
// sum of the covariances with the others, so that nothing is subtracted that could cancel.
class StratumFold {
 public:
  StratumFold(std::size_t n_groups, const Weighting& weighting)
      : observed(n_groups, 0.0),
        expected(n_groups, 0.0),
        covariance(n_groups),
        weight_(weighting),
        hazard_seen_(n_groups),
        q_(n_groups, 0.0),
        q_seen_(n_groups) {}

  void operator()(const RiskSet& set, const GroupsAtRisk& at_risk, const Counts& counts) {
    const double weight = set.events > 0 ? weight_.next(set) : 0.0;
    if (set.events > 0) add_time(set, at_risk, weight);
    for (std::size_t c = set.cell_begin; c < set.cell_end; ++c) {
      const auto g = static_cast<std::size_t>(counts.group[c]);
      observed[g] += weight * counts.events[c];
      settle(g, at_risk[g]);
    }
  }

  void finish() {
    for (std::size_t g = 0; g < expected.size(); ++g) {
      double variance = 0;
      for (std::size_t h = 0; h < expected.size(); ++h) {
        if (h != g) variance -= covariance(h, g);
      }
      covariance(g, g) = variance;
    }
  }

  std::vector<double> observed;
  std::vector<double> expected;
  SquareMatrix covariance;  // complete after finish()

 private:
  void add_time(const RiskSet& set, const GroupsAtRisk& at_risk, double weight) {
    const double n = set.at_risk;
    hazard_.add(weight * set.events / n);
    if (n <= 1) return;
    const double c = weight * weight * set.events * (n - set.events) / (n - 1) / n;
    for (std::size_t h = 0; h < at_risk.size(); ++h) q_[h] += c * at_risk[h] / n;
  }

  // Brings group g, n_g at risk since its last cell, up to the current time.
  void settle(std::size_t g, double n_g) {
    RunningSum growth = hazard_;
    growth.subtract(hazard_seen_[g]);
    hazard_seen_[g] = hazard_;
    expected[g] += n_g * growth.value();
    for (std::size_t h = 0; h < q_.size(); ++h) {
      covariance(h, g) -= n_g * (q_[h] - q_seen_(h, g));
      q_seen_(h, g) = q_[h];
    }
  }

  TimeWeight weight_;
  RunningSum hazard_;
  std::vector<RunningSum> hazard_seen_;
  std::vector<double> q_;
  SquareMatrix q_seen_;
};

void symmetrise(SquareMatrix& matrix) {
  for (std::size_t j = 0; j < matrix.size; ++j) {
    for (std::size_t i = j + 1; i < matrix.size; ++i) {
      matrix(i, j) = matrix(j, i) = (matrix(i, j) + matrix(j, i)) / 2;
    }
  }
}

double expected_events(const LogRank& result, std::size_t group, std::size_t n_groups) {
  double expected = 0;
  for (std::size_t k = group; k < result.expected.size(); k += n_groups) {
    expected += result.expected[k];
  }
  return expected;
}

// Groups with expected events, but for one: the differences sum to zero over them. The one left
// out expects most, so that its difference has fewest digits.
std::vector<std::size_t> compared_groups(const LogRank& result, std::size_t n_groups) {
  std::vector<std::size_t> groups;
  std::size_t left_out = n_groups;
  double most = 0;
  for (std::size_t g = 0; g < n_groups; ++g) {
    const double expected = expected_events(result, g, n_groups);
    if (!(expected > 0)) continue;
    groups.push_back(g);
    if (expected > most) {
      most = expected;
      left_out = g;
    }
  }
  groups.erase(std::remove(groups.begin(), groups.end(), left_out), groups.end());
  return groups;
}

}  // namespace

void add_test(LogRank& result, std::size_t n_groups) {
  const std::vector<std::size_t> groups = compared_groups(result, n_groups);
  SquareMatrix covariance(groups.size());
  std::vector<double> difference(groups.size(), 0.0);
  for (std::size_t a = 0; a < groups.size(); ++a) {
    for (std::size_t k = groups[a]; k < result.observed.size(); k += n_groups) {
      difference[a] += result.observed[k] - result.expected[k];
    }
    for (std::size_t b = 0; b < groups.size(); ++b) {
      covariance(a, b) = result.covariance(groups[a], groups[b]);
    }
  }
  const PivotedCholesky factor(covariance);
  result.df = static_cast<std::int32_t>(factor.rank());
  result.chi_square = factor.quadratic_form(difference);
}

LogRank log_rank(const Counts& counts, const Tick& callback, const Weighting& weighting) {
  require(!counts.weighted, "the log-rank test takes frequencies, not weights");
  const auto n_groups = static_cast<std::size_t>(counts.n_groups);
  LogRank result;
  result.covariance = SquareMatrix(n_groups);
  result.observed.assign(static_cast<std::size_t>(counts.n_strata) * n_groups, 0.0);
  result.expected = result.observed;
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    tick(callback);
    StratumFold fold(n_groups, weighting);
    sweep(counts, stratum,
          [&](const RiskSet& set, const GroupsAtRisk& at_risk) { fold(set, at_risk, counts); });
    fold.finish();
    std::copy(fold.observed.begin(), fold.observed.end(),
              result.observed.begin() + stratum * counts.n_groups);
    std::copy(fold.expected.begin(), fold.expected.end(),
              result.expected.begin() + stratum * counts.n_groups);
    for (std::size_t k = 0; k < n_groups * n_groups; ++k) {
      result.covariance.values[k] += fold.covariance.values[k];
    }
  }
  symmetrise(result.covariance);
  add_test(result, n_groups);
  return result;
}

}  // namespace survlines
