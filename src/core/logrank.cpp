#include "core/logrank.h"

#include <algorithm>

#include "core/risk_set.h"

namespace survlines {
namespace {

// A group's expected events are the sum of the cumulative hazard H over its rows, from entry to
// exit; its covariances with the others are the sum of Q_h = sum over times of c n_h / n^2 over
// its rows, with c = d (n - d) / (n - 1). So each row costs O(G), and no time costs O(G^2).
class StratumFold {
 public:
  explicit StratumFold(std::size_t n_groups)
      : expected(n_groups, 0.0), shared(n_groups), own_(n_groups, 0.0), q_(n_groups, 0.0) {}

  void operator()(const RiskSet& set, const GroupsAtRisk& at_risk, const Counts& counts) {
    if (set.events > 0) add_time(set, at_risk);
    for (std::size_t c = set.cell_begin; c < set.cell_end; ++c) {
      add_rows(static_cast<std::size_t>(counts.group[c]), counts.left_at(c) - counts.entered_at(c));
    }
  }

  void finish() {
    for (std::size_t g = 0; g < expected.size(); ++g) {
      for (std::size_t h = 0; h < expected.size(); ++h) shared(g, h) = -shared(g, h);
      shared(g, g) += own_[g];
    }
  }

  std::vector<double> expected;
  SquareMatrix shared;  // after finish(): the covariance

 private:
  void add_time(const RiskSet& set, const GroupsAtRisk& at_risk) {
    const double n = set.at_risk;
    hazard_ += set.events / n;
    if (n <= 1) return;
    const double c = set.events * (n - set.events) / (n - 1) / n;
    own_sum_ += c;
    for (std::size_t h = 0; h < at_risk.size(); ++h) q_[h] += c * at_risk[h] / n;
  }

  void add_rows(std::size_t g, double rows) {
    expected[g] += rows * hazard_;
    own_[g] += rows * own_sum_;
    for (std::size_t h = 0; h < q_.size(); ++h) shared(h, g) += rows * q_[h];
  }

  double hazard_ = 0;
  double own_sum_ = 0;
  std::vector<double> own_;
  std::vector<double> q_;
};

void add_observed(LogRank& result, const Counts& counts, std::int32_t stratum) {
  const auto n_groups = static_cast<std::size_t>(counts.n_groups);
  const auto s = static_cast<std::size_t>(stratum);
  for (std::size_t c = counts.stratum_begin[s]; c < counts.stratum_begin[s + 1]; ++c) {
    result.observed[s * n_groups + static_cast<std::size_t>(counts.group[c])] += counts.events[c];
  }
}

void symmetrise(SquareMatrix& matrix) {
  for (std::size_t j = 0; j < matrix.size; ++j) {
    for (std::size_t i = j + 1; i < matrix.size; ++i) {
      matrix(i, j) = matrix(j, i) = (matrix(i, j) + matrix(j, i)) / 2;
    }
  }
}

// Groups with expected events; the differences sum to zero over them, so one is left out.
std::vector<std::size_t> compared_groups(const LogRank& result, std::size_t n_groups) {
  std::vector<std::size_t> groups;
  for (std::size_t g = 0; g < n_groups; ++g) {
    double expected = 0;
    for (std::size_t k = g; k < result.expected.size(); k += n_groups) {
      expected += result.expected[k];
    }
    if (expected > 0) groups.push_back(g);
  }
  if (!groups.empty()) groups.erase(groups.begin());
  return groups;
}

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
  const std::vector<double> solution = factor.solve(difference);
  result.df = static_cast<std::int32_t>(factor.rank());
  for (std::size_t a = 0; a < groups.size(); ++a) {
    result.chi_square += difference[a] * solution[a];
  }
}

}  // namespace

LogRank log_rank(const Counts& counts, const Tick& callback) {
  require(!counts.weighted, "the log-rank test takes frequencies, not weights");
  const auto n_groups = static_cast<std::size_t>(counts.n_groups);
  LogRank result;
  result.covariance = SquareMatrix(n_groups);
  result.observed.assign(static_cast<std::size_t>(counts.n_strata) * n_groups, 0.0);
  result.expected = result.observed;
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    tick(callback);
    add_observed(result, counts, stratum);
    StratumFold fold(n_groups);
    sweep(counts, stratum,
          [&](const RiskSet& set, const GroupsAtRisk& at_risk) { fold(set, at_risk, counts); });
    fold.finish();
    std::copy(fold.expected.begin(), fold.expected.end(),
              result.expected.begin() + stratum * counts.n_groups);
    for (std::size_t k = 0; k < n_groups * n_groups; ++k) {
      result.covariance.values[k] += fold.shared.values[k];
    }
  }
  symmetrise(result.covariance);
  add_test(result, n_groups);
  return result;
}

}  // namespace survlines
