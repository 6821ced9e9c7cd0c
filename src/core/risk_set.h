// The sweep: walks one stratum of a table of counts in time order and says, at each time, who is
// at risk. The only loop of the package that follows time over counts; estimators are folds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/counts.h"
#include "core/running_sum.h"

namespace survlines {

// The risk set just before one time, and what happens at that time.
struct RiskSet {
  std::int32_t time;  // rank
  double at_risk;     // weighted; exactly 0 when no row is at risk
  double events;
  double censored;
  double entered;          // enter at this time, at risk from just after it
  bool all_leave;          // every row at risk has its event or is censored now
  std::size_t cell_begin;  // cells [cell_begin, cell_end) of the counts, one a group
  std::size_t cell_end;
};

// Number at risk in each group while a sweep goes on: groups[g] just before the current time.
using GroupsAtRisk = std::vector<double>;

namespace risk_set_detail {

// Rows at risk in one group. Rows are counted beside the weights so that an empty risk set is
// exactly zero whatever the weights were.
class AtRisk {
 public:
  void start(double mass, std::int64_t rows) {
    mass_.add(mass);
    rows_ += rows;
  }
  void change(double entered, std::int64_t rows_entered, double left, std::int64_t rows_left) {
    mass_.add(entered);
    mass_.add(-left);
    rows_ += rows_entered - rows_left;
    if (rows_ == 0) mass_ = RunningSum{};
  }
  double mass() const { return mass_.value(); }
  std::int64_t rows() const { return rows_; }

 private:
  RunningSum mass_;
  std::int64_t rows_ = 0;
};

}  // namespace risk_set_detail

// Calls visit(const RiskSet&, const GroupsAtRisk&) for each distinct time of the stratum,
// ascending. Assumes `counts` came from count_rows() or a sum of such.
template <class Visit>
void sweep(const Counts& counts, std::int32_t stratum, Visit&& visit) {
  using risk_set_detail::AtRisk;
  const std::size_t begin = counts.stratum_begin[static_cast<std::size_t>(stratum)];
  const std::size_t end = counts.stratum_begin[static_cast<std::size_t>(stratum) + 1];
  const auto n_groups = static_cast<std::size_t>(counts.n_groups);

  std::vector<AtRisk> groups(n_groups);
  AtRisk all;
  for (std::size_t c = begin; c < end; ++c) {
    const double mass = counts.left_at(c) - counts.entered_at(c);
    const std::int64_t rows = counts.rows_left_at(c) - counts.rows_entered_at(c);
    groups[static_cast<std::size_t>(counts.group[c])].start(mass, rows);
    all.start(mass, rows);
  }
  GroupsAtRisk at_risk(n_groups);
  for (std::size_t g = 0; g < n_groups; ++g) {
    if (groups[g].rows() == 0) groups[g] = AtRisk{};
    at_risk[g] = groups[g].mass();
  }
  if (all.rows() == 0) all = AtRisk{};

  for (std::size_t c = begin; c < end;) {
    RiskSet set{counts.time[c], all.mass(), 0, 0, 0, false, c, c};
    std::int64_t rows_left = 0;
    std::int64_t rows_entered = 0;
    for (; c < end && counts.time[c] == set.time; ++c) {
      set.events += counts.events[c];
      set.censored += counts.censored[c];
      set.entered += counts.entered_at(c);
      rows_left += counts.rows_left_at(c);
      rows_entered += counts.rows_entered_at(c);
    }
    set.all_leave = rows_left == all.rows();
    set.cell_end = c;
    visit(static_cast<const RiskSet&>(set), static_cast<const GroupsAtRisk&>(at_risk));
    all.change(set.entered, rows_entered, set.events + set.censored, rows_left);
    for (std::size_t k = set.cell_begin; k < set.cell_end; ++k) {
      const auto g = static_cast<std::size_t>(counts.group[k]);
      groups[g].change(counts.entered_at(k), counts.rows_entered_at(k), counts.left_at(k),
                       counts.rows_left_at(k));
      at_risk[g] = groups[g].mass();
    }
  }
}

}  // namespace survlines
