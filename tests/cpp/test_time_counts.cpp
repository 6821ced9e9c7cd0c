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

struct PlainRows {
  std::vector<double> exit;
  std::vector<std::int32_t> event;
  std::vector<std::int32_t> group;
  std::int32_t n_groups = 1;

  void add(double time, int died, int of_group = 0) {
    exit.push_back(time);
    event.push_back(died);
    group.push_back(of_group);
  }
  TimedCounts count(bool merge = true) const {
    return count_times(exit.data(), event.data(), n_groups == 1 ? nullptr : group.data(), n_groups,
                       exit.size(), merge);
  }
};

// By way of ranks, which is tested elsewhere.
void check_as_ranked(const PlainRows& rows, bool merge = true) {
  const survlines::TimeRanks ranks =
      survlines::rank_times(rows.exit.data(), nullptr, rows.exit.size(), merge);
  survlines::SurvivalView view;
  view.n_rows = rows.exit.size();
  view.n_times = static_cast<std::int32_t>(ranks.time.size());
  view.n_groups = rows.n_groups;
  view.exit = ranks.exit.data();
  view.event = rows.event.data();
  view.group = rows.group.data();
  const survlines::Counts expected = survlines::count_rows(view);
  const TimedCounts counted = rows.count(merge);
  CHECK(std::vector<double>(counted.time.begin(), counted.time.end()) == ranks.time);
  CHECK(counted.counts.n_groups == rows.n_groups);
  CHECK_FALSE(counted.counts.weighted);
  CHECK_FALSE(counted.counts.late_entry);
  CHECK(counted.counts.stratum_begin == expected.stratum_begin);
  CHECK(counted.counts.time == expected.time);
  CHECK(counted.counts.group == expected.group);
  CHECK(counted.counts.events == expected.events);
  CHECK(counted.counts.censored == expected.censored);
}

}  // namespace

TEST_CASE("counts of times: no rows, one row, all tied, all censored") {
  check_as_ranked({});
  for (const double unit : {1.0, 0.3, 1e9}) {
    CAPTURE(unit);
    PlainRows one;
    one.add(3 * unit, 1);
    check_as_ranked(one);
    PlainRows tied;
    PlainRows censored;
    for (int i = 0; i < 1000; ++i) tied.add(2 * unit, i % 3 == 0);
    for (int i = 0; i < 1000; ++i) censored.add((i % 700) * unit, 0);
    check_as_ranked(tied);
    check_as_ranked(censored);
  }
}

TEST_CASE("counts of times: random rows, days and fractions, groups, near ties") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    PlainRows rows;
    rows.n_groups = random.chance(0.4) ? 1 : random.between(2, 9);
    const int n = random.chance(0.1) ? random.between(700, 2000) : random.between(1, 60);
    const double unit = random.chance(0.3) ? 1.0 : random.between(0.01, 2.0);
    const bool nudged = random.chance(0.5);
    for (int i = 0; i < n; ++i) {
      const int day = random.between(-3, random.chance(0.5) ? 12 : 3000);
      const double nudge = nudged && random.chance(0.2) ? random.between(-4e-8, 4e-8) : 0;
      rows.add((random.chance(0.5) ? day * unit : day / (1 / unit)) + nudge, random.chance(0.6),
               random.below(rows.n_groups));
    }
    check_as_ranked(rows, true);
    check_as_ranked(rows, false);
  }
}

TEST_CASE("counts of times: whole numbers far apart, both zeros, the ends of the number line") {
  PlainRows far;
  for (int i = 0; i < 3000; ++i) far.add((i * 7 % 1000) * 1e10, i % 2);
  check_as_ranked(far);
  PlainRows zeros;
  for (int i = 0; i < 1000; ++i) zeros.add(i % 2 ? 0.0 : -0.0, i % 2);
  zeros.add(0.5, 1);
  check_as_ranked(zeros);
  // Sixty-four bits of time leave none for the group.
  PlainRows ends;
  ends.n_groups = 3;
  const double most = std::numeric_limits<double>::max();
  for (const double time : {most, -most, 0.5, -0.0, 0.0}) ends.add(time, 1, 2);
  check_as_ranked(ends);
}

TEST_CASE("counts of times: what is not promised is refused") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double time : {infinity, -infinity, std::nan("")}) {
    PlainRows rows;
    rows.add(1, 1);
    rows.add(time, 1);
    CHECK_THROWS_AS(rows.count(), survlines::InvalidInput);
  }
  PlainRows event;
  event.add(1, 2);
  CHECK_THROWS_AS(event.count(), survlines::InvalidInput);
  for (const int group : {-1, 2}) {
    PlainRows rows;
    rows.n_groups = 2;
    rows.add(1, 1, group);
    CHECK_THROWS_AS(rows.count(), survlines::InvalidInput);
  }
}
