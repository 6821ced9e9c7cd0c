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

// Who enters and leaves: in one cell, or in all cells of one time.
struct WeightedChange {
  RunningSum events, censored, entered;
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
  double events_value() const { return events.value(); }
  double censored_value() const { return censored.value(); }
  double entered_value() const { return entered.value(); }
};

// Weight at risk. Rows are counted beside it so that an empty risk set is exactly zero whatever
// the weights were.
class WeightAtRisk {
 public:
  using Change = WeightedChange;

  // Before the first time, those are at risk who leave one day without having entered.
  void start(const Change& change) {
    mass_.add(change.events);
    mass_.add(change.censored);
    mass_.subtract(change.entered);
    rows_ += change.rows_events + change.rows_censored - change.rows_entered;
  }
  void apply(const Change& change) {
    mass_.subtract(change.events);
    mass_.subtract(change.censored);
    mass_.add(change.entered);
    rows_ += change.rows_entered - change.rows_events - change.rows_censored;
  }
  double mass() const { return rows_ == 0 ? 0.0 : mass_.value(); }
  double without_events(const Change& change) const {
    if (rows_ == change.rows_events) return 0;
    RunningSum mass = mass_;
    mass.subtract(change.events);
    return mass.value();
  }

 private:
  RunningSum mass_;
  std::int64_t rows_ = 0;
};

// The same of whole numbers, which add up exactly in a double.
struct WholeChange {
  double events = 0;
  double censored = 0;
  double entered = 0;

  void add(const Counts& counts, std::size_t cell) {
    events += counts.events[cell];
    censored += counts.censored[cell];
    entered += counts.entered_at(cell);
  }
  double events_value() const { return events; }
  double censored_value() const { return censored; }
  double entered_value() const { return entered; }
};

class RowsAtRisk {
 public:
  using Change = WholeChange;

  void start(const Change& change) { rows_ += change.events + change.censored - change.entered; }
  void apply(const Change& change) { rows_ += change.entered - change.events - change.censored; }
  double mass() const { return rows_; }
  double without_events(const Change& change) const { return rows_ - change.events; }

 private:
  double rows_ = 0;
};

template <class AtRisk>
typename AtRisk::Change change_of_cell(const Counts& counts, std::size_t cell) {
  typename AtRisk::Change change;
  change.add(counts, cell);
  return change;
}

// Each group's own number at risk, kept beside that of all.
template <class AtRisk>
class Groups {
 public:
  explicit Groups(const Counts& counts)
      : counts_(counts),
        groups_(static_cast<std::size_t>(counts.n_groups)),
        at_risk_(groups_.size(), 0.0) {}
  void start(std::size_t cell, const typename AtRisk::Change& change) {
    groups_[group(cell)].start(change);
    at_risk_[group(cell)] = groups_[group(cell)].mass();
  }
  void apply(std::size_t cell, const typename AtRisk::Change& change) {
    groups_[group(cell)].apply(change);
    at_risk_[group(cell)] = groups_[group(cell)].mass();
  }
  const GroupsAtRisk& at_risk() const { return at_risk_; }

 private:
  std::size_t group(std::size_t cell) const {
    return static_cast<std::size_t>(counts_.group[cell]);
  }

  const Counts& counts_;
  std::vector<AtRisk> groups_;
  GroupsAtRisk at_risk_;
};

// One group is all there are.
template <class AtRisk>
class OneGroup {
 public:
  explicit OneGroup(const AtRisk& all) : all_(all), at_risk_(1, 0.0) {}
  void start(std::size_t, const typename AtRisk::Change&) { at_risk_[0] = all_.mass(); }
  void apply(std::size_t, const typename AtRisk::Change&) { at_risk_[0] = all_.mass(); }
  const GroupsAtRisk& at_risk() const { return at_risk_; }

 private:
  const AtRisk& all_;
  GroupsAtRisk at_risk_;
};

template <class AtRisk, class GroupsOfTimes, class Visit>
void walk(const Counts& counts, std::size_t begin, std::size_t end, AtRisk& all,
          GroupsOfTimes& groups, Visit&& visit) {
  for (std::size_t c = begin; c < end; ++c) {
    const auto change = change_of_cell<AtRisk>(counts, c);
    all.start(change);
    groups.start(c, change);
  }
  for (std::size_t c = begin; c < end;) {
    const std::size_t first = c;
    typename AtRisk::Change change;
    for (; c < end && counts.time[c] == counts.time[first]; ++c) change.add(counts, c);
    const RiskSet set{counts.time[first],
                      all.mass(),
                      change.events_value(),
                      change.censored_value(),
                      change.entered_value(),
                      all.without_events(change),
                      first,
                      c};
    visit(set, groups.at_risk());
    all.apply(change);
    if (c == first + 1) {
      groups.apply(first, change);
    } else {
      for (std::size_t k = first; k < c; ++k) {
        groups.apply(k, change_of_cell<AtRisk>(counts, k));
      }
    }
  }
}

template <class AtRisk, class Visit>
void sweep(const Counts& counts, std::int32_t stratum, Visit&& visit) {
  const std::size_t begin = counts.stratum_begin[static_cast<std::size_t>(stratum)];
  const std::size_t end = counts.stratum_begin[static_cast<std::size_t>(stratum) + 1];
  AtRisk all;
  if (counts.n_groups == 1) {
    OneGroup<AtRisk> group(all);
    walk(counts, begin, end, all, group, visit);
  } else {
    Groups<AtRisk> groups(counts);
    walk(counts, begin, end, all, groups, visit);
  }
}

}  // namespace risk_set_detail

// Calls visit(const RiskSet&, const GroupsAtRisk&) for each distinct time of the stratum,
// ascending. Assumes `counts` came from count_rows(), count_times() or a sum of such.
template <class Visit>
void sweep(const Counts& counts, std::int32_t stratum, Visit&& visit) {
  if (counts.weighted) {
    risk_set_detail::sweep<risk_set_detail::WeightAtRisk>(counts, stratum, visit);
  } else {
    risk_set_detail::sweep<risk_set_detail::RowsAtRisk>(counts, stratum, visit);
  }
}

}  // namespace survlines
