#include "core/counts.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/bucket_sort.h"
#include "core/cell_keys.h"
#include "core/radix_sort.h"

namespace survlines {
namespace {

constexpr std::size_t rows_between_ticks = std::size_t{1} << 18;

// Position of (stratum, time, group) in the full table of which Counts keeps the used cells.
class Slots {
 public:
  explicit Slots(const SurvivalView& view)
      : n_times_(static_cast<std::uint64_t>(view.n_times)),
        n_groups_(static_cast<std::uint64_t>(view.n_groups)),
        n_strata_(static_cast<std::uint64_t>(view.n_strata)) {}

  bool fit_64_bits() const {
    const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    return n_times_ == 0 || n_strata_ * n_groups_ <= most / n_times_;
  }
  std::uint64_t size() const { return n_strata_ * n_times_ * n_groups_; }
  std::uint64_t slot(std::int32_t stratum, std::int32_t time, std::int32_t group) const {
    const auto row = static_cast<std::uint64_t>(stratum) * n_times_;
    return (row + static_cast<std::uint64_t>(time)) * n_groups_ + static_cast<std::uint64_t>(group);
  }
  std::uint64_t exit_slot(const SurvivalView& view, std::size_t i) const {
    return slot(view.stratum_of(i), view.exit[i], view.group_of(i));
  }
  std::uint64_t entry_slot(const SurvivalView& view, std::size_t i) const {
    return slot(view.stratum_of(i), view.entry[i], view.group_of(i));
  }
  std::int32_t group_of(std::uint64_t slot) const {
    return static_cast<std::int32_t>(slot % n_groups_);
  }
  std::int32_t time_of(std::uint64_t slot) const {
    return static_cast<std::int32_t>(slot / n_groups_ % n_times_);
  }
  std::int32_t stratum_of(std::uint64_t slot) const {
    return static_cast<std::int32_t>(slot / n_groups_ / n_times_);
  }

 private:
  std::uint64_t n_times_, n_groups_, n_strata_;
};

bool enters_late(const SurvivalView& view, std::size_t i) {
  return view.entry && view.entry[i] >= 0;
}

Counts empty_counts(const SurvivalView& view) {
  Counts counts;
  counts.n_strata = view.n_strata;
  counts.n_groups = view.n_groups;
  counts.weighted = view.weight != nullptr;
  counts.late_entry = any_late_entry(view);
  counts.stratum_begin.assign(static_cast<std::size_t>(view.n_strata) + 1, 0);
  return counts;
}

// New cells count nobody.
void resize_cells(Counts& counts, std::size_t n) {
  counts.time.resize(n, 0);
  counts.group.resize(n, 0);
  counts.events.resize(n, 0);
  counts.censored.resize(n, 0);
  if (counts.late_entry) counts.entered.resize(n, 0);
  if (counts.weighted) counts.rows_events.resize(n, 0);
  if (counts.weighted) counts.rows_censored.resize(n, 0);
  if (!counts.keeps_low()) return;
  counts.rows_entered.resize(n, 0);
  counts.events_low.resize(n, 0);
  counts.censored_low.resize(n, 0);
  counts.entered_low.resize(n, 0);
}

// Adds to a total and, where they are kept, to its rounding errors.
void add_mass(LargeVector<double>& total, LargeVector<double>& low, std::size_t cell,
              const RunningSum& mass) {
  if (low.empty()) {
    total[cell] += mass.hi;
    return;
  }
  RunningSum sum{total[cell], low[cell]};
  sum.add(mass);
  total[cell] = sum.hi;
  low[cell] = sum.lo;
}

void add_exit(Counts& counts, std::size_t cell, const SurvivalView& view, std::size_t row) {
  const RunningSum mass{view.mass_of(row), 0};
  const auto replicates = static_cast<std::int64_t>(view.frequency_of(row));
  if (view.event[row]) {
    add_mass(counts.events, counts.events_low, cell, mass);
    if (counts.weighted) counts.rows_events[cell] += replicates;
  } else {
    add_mass(counts.censored, counts.censored_low, cell, mass);
    if (counts.weighted) counts.rows_censored[cell] += replicates;
  }
}

void add_entry(Counts& counts, std::size_t cell, const SurvivalView& view, std::size_t row) {
  add_mass(counts.entered, counts.entered_low, cell, {view.mass_of(row), 0});
  if (counts.weighted) {
    counts.rows_entered[cell] += static_cast<std::int64_t>(view.frequency_of(row));
  }
}

void add_cell(Counts& to, std::size_t target, const Counts& from, std::size_t source) {
  add_mass(to.events, to.events_low, target, from.events_sum(source));
  add_mass(to.censored, to.censored_low, target, from.censored_sum(source));
  if (to.late_entry) add_mass(to.entered, to.entered_low, target, from.entered_sum(source));
  if (to.weighted) to.rows_events[target] += from.rows_events_at(source);
  if (to.weighted) to.rows_censored[target] += from.rows_censored_at(source);
  if (to.keeps_low()) to.rows_entered[target] += from.rows_entered_at(source);
}

void label_cell(Counts& counts, std::size_t cell, const Slots& slots, std::uint64_t slot) {
  counts.time[cell] = slots.time_of(slot);
  counts.group[cell] = slots.group_of(slot);
  ++counts.stratum_begin[static_cast<std::size_t>(slots.stratum_of(slot)) + 1];
}

void accumulate_offsets(Counts& counts) {
  for (std::size_t s = 1; s < counts.stratum_begin.size(); ++s) {
    counts.stratum_begin[s] += counts.stratum_begin[s - 1];
  }
}

// Within one table; the labels of the cell are written by label_cell().
void move_cell(Counts& counts, std::size_t target, std::size_t source) {
  for (auto* column : {&counts.events, &counts.censored, &counts.entered, &counts.events_low,
                       &counts.censored_low, &counts.entered_low}) {
    if (!column->empty()) (*column)[target] = (*column)[source];
  }
  for (auto* column : {&counts.rows_events, &counts.rows_censored, &counts.rows_entered}) {
    if (!column->empty()) (*column)[target] = (*column)[source];
  }
}

bool used(const Counts& counts, std::size_t cell) {
  return counts.left_at(cell) > 0 || counts.entered_at(cell) > 0;
}

// From the full table to the used cells.
void close_gaps(Counts& counts, std::int32_t n_times) {
  std::size_t slot = 0;
  std::size_t n = 0;
  for (std::int32_t stratum = 0; stratum < counts.n_strata; ++stratum) {
    for (std::int32_t time = 0; time < n_times; ++time) {
      for (std::int32_t group = 0; group < counts.n_groups; ++group, ++slot) {
        if (!used(counts, slot)) continue;
        if (n != slot) move_cell(counts, n, slot);
        counts.time[n] = time;
        counts.group[n] = group;
        ++n;
      }
    }
    counts.stratum_begin[static_cast<std::size_t>(stratum) + 1] = n;
  }
  resize_cells(counts, n);
}

// Few slots: add every row straight into the full table, then close the gaps.
Counts count_in_table(const SurvivalView& view, const Slots& slots, const Tick& callback) {
  Counts counts = empty_counts(view);
  resize_cells(counts, static_cast<std::size_t>(slots.size()));
  // Without weights there is one number to add, to one column or the other.
  double* total[2] = {counts.censored.data(), counts.events.data()};
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    if (i % rows_between_ticks == 0) tick(callback);
    const auto exit = static_cast<std::size_t>(slots.exit_slot(view, i));
    if (counts.weighted) {
      add_exit(counts, exit, view, i);
    } else {
      total[view.event[i]][exit] += view.frequency_of(i);
    }
    if (enters_late(view, i)) {
      add_entry(counts, static_cast<std::size_t>(slots.entry_slot(view, i)), view, i);
    }
  }
  close_gaps(counts, view.n_times);
  return counts;
}

// Many slots, most of them empty: sort the rows by slot and add up runs. Keys carry 2i for the
// exit of row i and 2i + 1 for its entry.
Counts count_by_sort(const SurvivalView& view, const Slots& slots, const Tick& callback) {
  Counts counts = empty_counts(view);
  std::vector<KeyedRow> keys;
  keys.reserve(counts.late_entry ? 2 * view.n_rows : view.n_rows);
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    keys.push_back({slots.exit_slot(view, i), 2 * i});
    if (enters_late(view, i)) keys.push_back({slots.entry_slot(view, i), 2 * i + 1});
  }
  tick(callback);
  radix_sort(keys);
  tick(callback);

  std::size_t n = 0;
  for (std::size_t k = 0; k < keys.size(); ++k) n += k == 0 || keys[k].key != keys[k - 1].key;
  resize_cells(counts, n);
  std::size_t cell = 0;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    if (k > 0 && keys[k].key != keys[k - 1].key) ++cell;
    if (k == 0 || keys[k].key != keys[k - 1].key) label_cell(counts, cell, slots, keys[k].key);
    const auto row = static_cast<std::size_t>(keys[k].row / 2);
    if (keys[k].row % 2 == 0) {
      add_exit(counts, cell, view, row);
    } else {
      add_entry(counts, cell, view, row);
    }
  }
  accumulate_offsets(counts);
  return counts;
}

// Rows that count one each and enter nowhere need no look at them once their keys are sorted.
Counts count_by_keys(const SurvivalView& view, const CellKeys& keys, const Tick& callback) {
  Counts counts = empty_counts(view);
  const auto key_at = [&](std::size_t i) {
    return keys.key(view.stratum_of(i), static_cast<std::uint64_t>(view.exit[i]), view.group_of(i),
                    view.event[i]);
  };
  tick(callback);
  const auto sorted = sorted_items<std::uint64_t>(view.n_rows, keys.bits(), key_at);
  tick(callback);
  CellWriter cells(counts, view.n_rows);
  for (const std::uint64_t key : sorted) {
    if (cells.is_new(keys.cell(key))) {
      ++counts.stratum_begin[keys.stratum(key) + 1];
      cells.begin(keys.cell(key), static_cast<std::int32_t>(keys.time(key)), keys.group(key));
    }
    cells.add(keys.event(key));
  }
  cells.finish();
  accumulate_offsets(counts);
  return counts;
}

// A larger table is read and written at random places of slow memory.
constexpr std::uint64_t slots_in_cache = std::uint64_t{1} << 16;

}  // namespace

Counts count_rows(const SurvivalView& view, const Tick& callback) {
  const Slots slots(view);
  require(slots.fit_64_bits(), "strata x times x groups beyond 64 bits");
  const bool plain = !view.weight && !view.frequency && !any_late_entry(view);
  const CellKeys keys(view.n_strata, bits_below(view.n_times), view.n_groups);
  if (plain && keys.fit() && slots.size() > slots_in_cache) {
    return count_by_keys(view, keys, callback);
  }
  return table_is_small(slots.size(), view) ? count_in_table(view, slots, callback)
                                            : count_by_sort(view, slots, callback);
}

Counts& Counts::operator+=(const Counts& other) {
  require(n_strata == other.n_strata && n_groups == other.n_groups,
          "counts of different strata or groups do not add up");
  Counts sum;
  sum.n_strata = n_strata;
  sum.n_groups = n_groups;
  sum.weighted = weighted || other.weighted;
  sum.late_entry = late_entry || other.late_entry;
  sum.stratum_begin.assign(stratum_begin.size(), 0);
  resize_cells(sum, size() + other.size());

  const auto key = [](const Counts& counts, std::size_t cell) {
    return std::pair(counts.time[cell], counts.group[cell]);
  };
  std::size_t n = 0;
  for (std::size_t s = 0; s + 1 < stratum_begin.size(); ++s) {
    std::size_t a = stratum_begin[s];
    std::size_t b = other.stratum_begin[s];
    while (a < stratum_begin[s + 1] || b < other.stratum_begin[s + 1]) {
      const bool a_left = a < stratum_begin[s + 1];
      const bool b_left = b < other.stratum_begin[s + 1];
      const bool take_a = a_left && (!b_left || key(*this, a) <= key(other, b));
      const bool take_b = b_left && (!a_left || key(other, b) <= key(*this, a));
      sum.time[n] = take_a ? time[a] : other.time[b];
      sum.group[n] = take_a ? group[a] : other.group[b];
      if (take_a) add_cell(sum, n, *this, a++);
      if (take_b) add_cell(sum, n, other, b++);
      ++n;
    }
    sum.stratum_begin[s + 1] = n;
  }
  resize_cells(sum, n);
  *this = std::move(sum);
  return *this;
}

}  // namespace survlines
