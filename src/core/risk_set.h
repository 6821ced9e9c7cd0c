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
  double survivors;        // at risk and without event now; exactly 0 when there are none
  std::size_t cell_begin;  // cells [cell_begin, cell_end) of the counts, one a group
  std::size_t cell_end;
};

// Number at risk in each group while a sweep goes on: groups[g] just before the current time.
using GroupsAtRisk = std::vector<double>;

namespace risk_set_detail {

// Whole numbers add up exactly in a double. The interface is RunningSum's.
struct WholeSum {
  double total = 0;

  void add(const RunningSum& other) { total += other.hi; }
  void subtract(const RunningSum& other) { total -= other.hi; }
  void add(const WholeSum& other) { total += other.total; }
  void subtract(const WholeSum& other) { total -= other.total; }
  double value() const { return total; }
};

// Who enters and leaves: in one cell, or in all cells of one time.
template <class Sum>
struct Change {
  Sum events, censored, entered;
  std::int64_t rows_events = 0;
  std::int64_t rows_censored = 0;
  std::int64_t rows_entered = 0;

  void add(const Counts& counts, std::size_t cell) {
    events.add(counts.events_sum(cell));
    censored.add(counts.censored_sum(cell));
    entered.add(counts.entered_sum(cell));
    rows_events += counts.rows_events_at(cell);
    rows_censored += counts.rows_censored_at(cell);
    rows_entered += counts.rows_entered_at(cell);
  }
};

// Weight at risk. Rows are counted beside it so that an empty risk set is exactly zero whatever
// the weights were.
template <class Sum>
class AtRisk {
 public:
  // Before the first time, those are at risk who leave one day without having entered.
  void start(const Change<Sum>& change) {
    mass_.add(change.events);
    mass_.add(change.censored);
    mass_.subtract(change.entered);
    rows_ += change.rows_events + change.rows_censored - change.rows_entered;
  }
  void apply(const Change<Sum>& change) {
    mass_.subtract(change.events);
    mass_.subtract(change.censored);
    mass_.add(change.entered);
    rows_ += change.rows_entered - change.rows_events - change.rows_censored;
  }
  double mass() const { return rows_ == 0 ? 0.0 : mass_.value(); }
  double without_events(const Change<Sum>& change) const {
    if (rows_ == change.rows_events) return 0;
    Sum mass = mass_;
    mass.subtract(change.events);
    return mass.value();
  }

 private:
  Sum mass_;
  std::int64_t rows_ = 0;
};

template <class Sum, class Visit>
void sweep(const Counts& counts, std::int32_t stratum, Visit&& visit) {
  const std::size_t begin = counts.stratum_begin[static_cast<std::size_t>(stratum)];
  const std::size_t end = counts.stratum_begin[static_cast<std::size_t>(stratum) + 1];
  const auto n_groups = static_cast<std::size_t>(counts.n_groups);
  const auto change_of_cell = [&counts](std::size_t cell) {
    Change<Sum> change;
    change.add(counts, cell);
    return change;
  };

  std::vector<AtRisk<Sum>> groups(n_groups);
  AtRisk<Sum> all;
  for (std::size_t c = begin; c < end; ++c) {
    const Change<Sum> change = change_of_cell(c);
    groups[static_cast<std::size_t>(counts.group[c])].start(change);
    all.start(change);
  }
  GroupsAtRisk at_risk(n_groups);
  for (std::size_t g = 0; g < n_groups; ++g) at_risk[g] = groups[g].mass();

  for (std::size_t c = begin; c < end;) {
    const std::size_t first = c;
    Change<Sum> change;
    for (; c < end && counts.time[c] == counts.time[first]; ++c) change.add(counts, c);
    const RiskSet set{counts.time[first],
                      all.mass(),
                      change.events.value(),
                      change.censored.value(),
                      change.entered.value(),
                      all.without_events(change),
                      first,
                      c};
    visit(set, static_cast<const GroupsAtRisk&>(at_risk));
    all.apply(change);
    for (std::size_t k = first; k < c; ++k) {
      const auto g = static_cast<std::size_t>(counts.group[k]);
      groups[g].apply(change_of_cell(k));
      at_risk[g] = groups[g].mass();
    }
  }
}

}  // namespace risk_set_detail

// Calls visit(const RiskSet&, const GroupsAtRisk&) for each distinct time of the stratum,
// ascending. Assumes `counts` came from count_rows() or a sum of such.
template <class Visit>
void sweep(const Counts& counts, std::int32_t stratum, Visit&& visit) {
  if (counts.weighted) {
    risk_set_detail::sweep<RunningSum>(counts, stratum, visit);
  } else {
    risk_set_detail::sweep<risk_set_detail::WholeSum>(counts, stratum, visit);
  }
}

}  // namespace survlines
