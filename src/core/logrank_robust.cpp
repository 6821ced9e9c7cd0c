#include "core/logrank_robust.h"

#include <algorithm>

#include "core/event_grid.h"
#include "core/risk_set.h"
#include "core/running_sum.h"

namespace survlines {
namespace {

// At each event time, and summed over those of its stratum so far.
struct TimeTable {
  EventGrid grid;  // of which strata and times are known
  std::size_t n_groups = 0;
  std::vector<double> weight;  // w
  std::vector<double> share;   // n_h / n, a row of groups a time
  std::vector<double> hazard;  // sum of w d / n
  std::vector<double> shared;  // sum of w d / n n_h / n, a row of groups a time
};

class TableFold {
 public:
  TableFold(TimeTable& table, const Weighting& weighting)
      : table_(table), weight_(weighting), shared_(table.n_groups) {}

  void operator()(const RiskSet& set, const GroupsAtRisk& at_risk) {
    if (!(set.events > 0)) return;
    const double weight = weight_.next(set);
    const double step = weight * set.events / set.at_risk;
    hazard_.add(step);
    table_.grid.time.push_back(set.time);
    table_.weight.push_back(weight);
    table_.hazard.push_back(hazard_.value());
    for (std::size_t h = 0; h < at_risk.size(); ++h) {
      const double share = at_risk[h] / set.at_risk;
      shared_[h].add(step * share);
      table_.share.push_back(share);
      table_.shared.push_back(shared_[h].value());
    }
  }

 private:
  TimeTable& table_;
  TimeWeight weight_;
  RunningSum hazard_;
  std::vector<RunningSum> shared_;
};

TimeTable tabulate(const Counts& counts, const Weighting& weighting, const Tick& callback) {
  TimeTable table;
  table.n_groups = static_cast<std::size_t>(counts.n_groups);
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    tick(callback);
    TableFold fold(table, weighting);
    sweep(counts, stratum, fold);
    table.grid.stratum_begin.push_back(table.grid.time.size());
  }
  return table;
}

class Residuals {
 public:
  Residuals(const SurvivalView& view, const TimeTable& table)
      : view_(view), table_(table), runs_(cell_runs(view, table.grid)) {}

  // Writes the residual of one row of weight 1, and what it observes and expects in its own group.
  void of_row(std::size_t row, std::vector<double>& u, double& observed, double& expected) const {
    const auto begin = static_cast<std::size_t>(runs_.begin[row]);
    const auto end = static_cast<std::size_t>(runs_.end[row]);
    std::fill(u.begin(), u.end(), 0.0);
    observed = expected = 0;
    if (begin == end) return;
    const std::size_t first =
        table_.grid.stratum_begin[static_cast<std::size_t>(view_.stratum_of(row))];
    const bool from_start = begin == first;
    const std::size_t n_groups = table_.n_groups;
    expected = table_.hazard[end - 1] - (from_start ? 0.0 : table_.hazard[begin - 1]);
    if (view_.event[row]) observed = table_.weight[end - 1];
    for (std::size_t h = 0; h < n_groups; ++h) {
      const double before = from_start ? 0.0 : table_.shared[(begin - 1) * n_groups + h];
      u[h] = table_.shared[(end - 1) * n_groups + h] - before;
      u[h] -= observed * table_.share[(end - 1) * n_groups + h];
    }
    u[static_cast<std::size_t>(view_.group_of(row))] += observed - expected;
  }

 private:
  const SurvivalView& view_;
  const TimeTable& table_;
  CellRuns runs_;
};

void add_square(SquareMatrix& sum, const double* u, double multiplicity) {
  for (std::size_t g = 0; g < sum.size; ++g) {
    for (std::size_t h = 0; h < sum.size; ++h) sum(h, g) += multiplicity * u[h] * u[g];
  }
}

}  // namespace

LogRank robust_log_rank(const SurvivalView& view, const Clusters& clusters, const Tick& callback,
                        const Weighting& weighting) {
  const TimeTable table = tabulate(count_rows(view, callback), weighting, callback);
  const Residuals residuals(view, table);
  const std::size_t n_groups = table.n_groups;
  LogRank result;
  result.covariance = SquareMatrix(n_groups);
  result.observed.assign(static_cast<std::size_t>(view.n_strata) * n_groups, 0.0);
  result.expected = result.observed;

  // Replicates of a row stand alone without clusters, and together with them.
  std::vector<double> of_cluster(clusters.code ? clusters.n * n_groups : 0, 0.0);
  std::vector<double> u(n_groups);
  constexpr std::size_t rows_between_ticks = std::size_t{1} << 18;
  for (std::size_t row = 0; row < view.n_rows; ++row) {
    if (row % rows_between_ticks == 0) tick(callback);
    double observed, expected;
    residuals.of_row(row, u, observed, expected);
    const std::size_t place = static_cast<std::size_t>(view.stratum_of(row)) * n_groups +
                              static_cast<std::size_t>(view.group_of(row));
    result.observed[place] += view.mass_of(row) * observed;
    result.expected[place] += view.mass_of(row) * expected;
    if (clusters.code) {
      double* const sum = &of_cluster[static_cast<std::size_t>(clusters.code[row]) * n_groups];
      for (std::size_t h = 0; h < n_groups; ++h) sum[h] += view.mass_of(row) * u[h];
    } else {
      const double weight = view.weight_of(row);
      add_square(result.covariance, u.data(), weight * weight * view.frequency_of(row));
    }
  }
  for (std::size_t k = 0; k < of_cluster.size(); k += n_groups) {
    add_square(result.covariance, &of_cluster[k], 1);
  }
  if (!clusters.code || clusters.n > 1) add_test(result, n_groups);
  return result;
}

}  // namespace survlines
