#include "core/time_counts.h"

#include <cmath>
#include <limits>

#include "catch.h"
#include "core/error.h"
#include "core/time_rank.h"
#include "random_data.h"

using survlines::count_times;
using survlines::TimedCounts;

namespace {

struct TimedRows {
  std::vector<double> exit;
  std::vector<std::int32_t> event;
  std::vector<std::int32_t> group;
  std::vector<std::int32_t> stratum;
  std::int32_t n_groups = 1;
  std::int32_t n_strata = 1;

  void add(double time, int died, int of_group = 0, int of_stratum = 0) {
    exit.push_back(time);
    event.push_back(died);
    group.push_back(of_group);
    stratum.push_back(of_stratum);
  }
  TimedCounts count(bool merge = true) const {
    survlines::PlainRows rows;
    rows.n_rows = exit.size();
    rows.exit = exit.data();
    rows.event = event.data();
    rows.group = n_groups == 1 ? nullptr : group.data();
    rows.stratum = n_strata == 1 ? nullptr : stratum.data();
    rows.n_groups = n_groups;
    rows.n_strata = n_strata;
    return count_times(rows, merge);
  }
};

std::vector<double> times_of_cells(const survlines::Counts& counts, const double* time) {
  std::vector<double> times;
  for (const std::int32_t index : counts.time) times.push_back(time[index]);
  return times;
}

// Each time of each stratum once, in order.
void check_times_of_strata(const TimedCounts& counted) {
  const auto& begin = counted.counts.stratum_begin;
  std::int32_t last = -1;
  bool in_order = true;
  for (std::size_t s = 0; s + 1 < begin.size(); ++s) {
    for (std::size_t c = begin[s]; c < begin[s + 1]; ++c) {
      const std::int32_t index = counted.counts.time[c];
      if (index == last && c > begin[s]) continue;
      in_order = in_order && index == last + 1;
      last = index;
    }
  }
  CHECK(in_order);
  CHECK(counted.time.size() == static_cast<std::size_t>(last + 1));
}

// By way of ranks, which is tested elsewhere.
void check_as_ranked(const TimedRows& rows, bool merge = true) {
  const survlines::TimeRanks ranks =
      survlines::rank_times(rows.exit.data(), nullptr, rows.exit.size(), merge);
  survlines::SurvivalView view;
  view.n_rows = rows.exit.size();
  view.n_times = static_cast<std::int32_t>(ranks.time.size());
  view.n_groups = rows.n_groups;
  view.n_strata = rows.n_strata;
  view.exit = ranks.exit.data();
  view.event = rows.event.data();
  view.group = rows.group.data();
  view.stratum = rows.stratum.data();
  const survlines::Counts expected = survlines::count_rows(view);
  const TimedCounts counted = rows.count(merge);
  if (rows.n_strata == 1) {
    CHECK(std::vector<double>(counted.time.begin(), counted.time.end()) == ranks.time);
  }
  check_times_of_strata(counted);
  CHECK(counted.counts.n_groups == rows.n_groups);
  CHECK(counted.counts.n_strata == rows.n_strata);
  CHECK_FALSE(counted.counts.weighted);
  CHECK_FALSE(counted.counts.late_entry);
  CHECK(counted.counts.stratum_begin == expected.stratum_begin);
  CHECK(times_of_cells(counted.counts, counted.time.data()) ==
        times_of_cells(expected, ranks.time.data()));
  CHECK(counted.counts.group == expected.group);
  CHECK(counted.counts.events == expected.events);
  CHECK(counted.counts.censored == expected.censored);
}

}  // namespace

TEST_CASE("counts of times: no rows, one row, all tied, all censored") {
  check_as_ranked({});
  for (const double unit : {1.0, 0.3, 1e9}) {
    CAPTURE(unit);
    TimedRows one;
    one.add(3 * unit, 1);
    check_as_ranked(one);
    TimedRows tied;
    TimedRows censored;
    for (int i = 0; i < 1000; ++i) tied.add(2 * unit, i % 3 == 0);
    for (int i = 0; i < 1000; ++i) censored.add((i % 700) * unit, 0);
    check_as_ranked(tied);
    check_as_ranked(censored);
  }
}

TEST_CASE("counts of times: random rows, days and fractions, groups, strata, near ties") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    TimedRows rows;
    rows.n_groups = random.chance(0.4) ? 1 : random.between(2, 9);
    rows.n_strata = random.chance(0.4) ? 1 : random.between(2, 30);
    const int n = random.chance(0.1) ? random.between(700, 2000) : random.between(1, 60);
    const double unit = random.chance(0.3) ? 1.0 : random.between(0.01, 2.0);
    const bool nudged = random.chance(0.5);
    for (int i = 0; i < n; ++i) {
      const int day = random.between(-3, random.chance(0.5) ? 12 : 3000);
      const double nudge = nudged && random.chance(0.2) ? random.between(-4e-8, 4e-8) : 0;
      rows.add((random.chance(0.5) ? day * unit : day / (1 / unit)) + nudge, random.chance(0.6),
               random.below(rows.n_groups), random.below(rows.n_strata));
    }
    check_as_ranked(rows, true);
    check_as_ranked(rows, false);
  }
}

TEST_CASE("counts of times: whole numbers far apart, both zeros, the ends of the number line") {
  TimedRows far;
  for (int i = 0; i < 3000; ++i) far.add((i * 7 % 1000) * 1e10, i % 2);
  check_as_ranked(far);
  TimedRows zeros;
  for (int i = 0; i < 1000; ++i) zeros.add(i % 2 ? 0.0 : -0.0, i % 2);
  zeros.add(0.5, 1);
  check_as_ranked(zeros);
  // Sixty-four bits of time leave none for the group or the event.
  const double most = std::numeric_limits<double>::max();
  for (const int n_groups : {1, 3}) {
    for (const int n_strata : {1, 4}) {
      TimedRows ends;
      ends.n_groups = n_groups;
      ends.n_strata = n_strata;
      for (const double time : {most, -most, 0.5, -0.0, 0.0}) {
        ends.add(time, 1, n_groups - 1, n_strata - 1);
        ends.add(time, 0, 0, 0);
      }
      check_as_ranked(ends);
    }
  }
}

TEST_CASE("counts of times: near ties are chained through other strata") {
  const double step = 1e-8;
  TimedRows rows;
  rows.n_strata = 3;
  for (const double time : {0.5, 1.5, 2.5}) rows.add(time, 1, 0, 0);
  for (int i = 0; i < 9; ++i) rows.add(1 + i * step, i % 2, 0, i % 3);
  check_as_ranked(rows);
  const TimedCounts counted = rows.count();
  CHECK(std::vector<double>(counted.time.begin(), counted.time.end()) ==
        std::vector<double>{0.5, 1.0, 1.5, 2.5, 1.0, 1.0});
  check_as_ranked(rows, false);
}

TEST_CASE("counts of times: what is not promised is refused") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double time : {infinity, -infinity, std::nan("")}) {
    TimedRows rows;
    rows.add(1, 1);
    rows.add(time, 1);
    CHECK_THROWS_AS(rows.count(), survlines::InvalidInput);
  }
  TimedRows event;
  event.add(1, 2);
  CHECK_THROWS_AS(event.count(), survlines::InvalidInput);
  for (const int group : {-1, 2}) {
    TimedRows rows;
    rows.n_groups = 2;
    rows.add(1, 1, group);
    CHECK_THROWS_AS(rows.count(), survlines::InvalidInput);
    TimedRows strata;
    strata.n_strata = 2;
    strata.add(1, 1, 0, group);
    CHECK_THROWS_AS(strata.count(), survlines::InvalidInput);
  }
}
