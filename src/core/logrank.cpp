#include "core/logrank.h"

#include <algorithm>
#include <utility>

#include "core/add_multiple.h"
#include "core/kernels.h"
#include "core/risk_set.h"

namespace survlines {
namespace {

// Observed and expected events of some groups in one stratum, and their covariances with each other
// and with all later groups.
//
// Between two cells of a group its number at risk n_g stays the same, while Q_h = sum of c n_h / n
// with c = d (n - d) / (n - 1) / n grows. So its covariance with group h is minus the sum of
// n_g (growth of Q_h) over its cells: O(G) a cell, and no time costs O(G^2). Few groups at a time
// stay in cache.
class GroupsFold {
 public:
  GroupsFold(std::size_t n_groups, const Weighting& weighting)
      : n_groups_(n_groups), weighting_(weighting), weight_(weighting) {}

  // Forgets what it has seen, and looks at these groups from now on.
  void start(std::size_t first, std::size_t last) {
    first_ = first;
    width_ = last - first;
    weight_ = TimeWeight(weighting_);
    for (auto* each : {&observed, &expected, &q_}) each->assign(width_, 0.0);
    for (auto* each : {&q_seen_, &shared_}) each->assign((n_groups_ - first) * width_, 0.0);
  }

  void operator()(const RiskSet& set, const GroupsAtRisk& at_risk, const Counts& counts) {
    const double weight = set.events > 0 ? weight_.next(set) : 0.0;
    if (set.events > 0) add_time(set, &at_risk[first_], weight);
    for (std::size_t c = set.cell_begin; c < set.cell_end; ++c) {
      const auto g = static_cast<std::size_t>(counts.group[c]);
      if (g < first_) continue;
      const std::size_t k = g - first_;
      if (k < width_) observed[k] += weight * counts.events[c];
      // Brings the group, n_g at risk since its last cell, up to the current time.
      add_growth_(q_.data(), at_risk[g], width_, &q_seen_[k * width_], &shared_[k * width_]);
    }
  }

  // Minus the covariances of group g with the groups of the fold that come before it.
  const double* shared(std::size_t g) const { return &shared_[(g - first_) * width_]; }

  std::vector<double> observed;
  std::vector<double> expected;

 private:
  void add_time(const RiskSet& set, const double* at_risk, double weight) {
    const double n = set.at_risk;
    const double share = weight * set.events / n;
    add_multiple(expected.data(), at_risk, share, width_);
    if (n <= 1) return;
    add_multiple(q_.data(), at_risk, share * weight * set.survivors / (n * (n - 1)), width_);
  }

  const decltype(Kernels::add_growth) add_growth_ = kernels().add_growth;
  std::size_t n_groups_;
  Weighting weighting_;
  TimeWeight weight_;
  std::size_t first_ = 0;
  std::size_t width_ = 0;
  std::vector<double> q_;       // of the groups of the fold
  std::vector<double> q_seen_;  // the same for each group from `first_` on, at its last cell
  std::vector<double> shared_;  // the same shape: the sums of n_g (growth of Q_h)
};

// The same of two groups, whose covariance is a sum over the event times like any other.
class TwoGroupsFold {
 public:
  explicit TwoGroupsFold(const Weighting& weighting) : weight_(weighting) {}

  void operator()(const RiskSet& set, const GroupsAtRisk& at_risk, const Counts& counts) {
    if (set.events == 0) return;
    const double weight = weight_.next(set);
    const double n = set.at_risk;
    const double share = weight * set.events / n;
    expected[0] += share * at_risk.front();
    expected[1] += share * at_risk.back();
    if (n > 1) {
      const double both = at_risk.front() * at_risk.back();
      shared += share * weight * set.survivors / (n * (n - 1)) * both;
    }
    for (std::size_t c = set.cell_begin; c < set.cell_end; ++c) {
      observed[counts.group[c]] += weight * counts.events[c];
    }
  }

  double observed[2] = {};
  double expected[2] = {};
  double shared = 0;  // minus their covariance

 private:
  TimeWeight weight_;
};

void add_two_groups(LogRank& result, const Counts& counts, std::int32_t stratum,
                    const Weighting& weighting) {
  TwoGroupsFold fold(weighting);
  sweep(counts, stratum,
        [&](const RiskSet& set, const GroupsAtRisk& at_risk) { fold(set, at_risk, counts); });
  for (std::size_t g = 0; g < 2; ++g) {
    const std::size_t k = 2 * static_cast<std::size_t>(stratum) + g;
    result.observed[k] = fold.observed[g];
    result.expected[k] = fold.expected[g];
  }
  result.covariance(0, 1) -= fold.shared;
}

// Adds what a fold has seen of a stratum: of the covariances the upper triangle.
void add_groups(LogRank& result, const GroupsFold& fold, std::size_t stratum, std::size_t first) {
  const std::size_t n_groups = result.covariance.size;
  const std::size_t width = fold.expected.size();
  const auto begin = static_cast<std::ptrdiff_t>(stratum * n_groups + first);
  std::copy(fold.observed.begin(), fold.observed.end(), result.observed.begin() + begin);
  std::copy(fold.expected.begin(), fold.expected.end(), result.expected.begin() + begin);
  for (std::size_t g = first + 1; g < n_groups; ++g) {
    add_multiple(&result.covariance(first, g), fold.shared(g), -1, std::min(width, g - first));
  }
}

// From the upper triangle to the whole matrix. A variance is the sum of the covariances with the
// others, so that nothing is subtracted that could cancel.
void complete(SquareMatrix& covariance) {
  constexpr std::size_t tile = 32;  // rows and columns that stay in cache
  const std::size_t n = covariance.size;
  for (std::size_t begin = 0; begin < n; begin += tile) {
    for (std::size_t h = 0; h < n; ++h) {
      for (std::size_t g = std::max(begin, h + 1); g < std::min(begin + tile, n); ++g) {
        covariance(g, h) = covariance(h, g);
      }
    }
  }
  std::vector<double> variance(n, 0.0);
  for (std::size_t g = 0; g < n; ++g) add_multiple(variance.data(), &covariance(0, g), -1, n);
  for (std::size_t g = 0; g < n; ++g) covariance(g, g) = variance[g];
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

constexpr std::size_t groups_at_a_time = 64;

void add_all_groups(LogRank& result, GroupsFold& fold, const Counts& counts, std::int32_t stratum,
                    const Tick& callback) {
  const std::size_t n_groups = result.covariance.size;
  for (std::size_t first = 0; first < n_groups; first += groups_at_a_time) {
    tick(callback);
    fold.start(first, std::min(first + groups_at_a_time, n_groups));
    sweep(counts, stratum,
          [&](const RiskSet& set, const GroupsAtRisk& at_risk) { fold(set, at_risk, counts); });
    add_groups(result, fold, static_cast<std::size_t>(stratum), first);
  }
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
      covariance(b, a) = result.covariance(groups[b], groups[a]);
    }
  }
  const PivotedCholesky factor(std::move(covariance));
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
  GroupsFold fold(n_groups, weighting);
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    if (n_groups == 2) {
      tick(callback);
      add_two_groups(result, counts, stratum, weighting);
    } else {
      add_all_groups(result, fold, counts, stratum, callback);
    }
  }
  complete(result.covariance);
  add_test(result, n_groups);
  return result;
}

}  // namespace survlines
