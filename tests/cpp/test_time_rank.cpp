#include "core/time_rank.h"

#include <cmath>
#include <limits>
#include <string>

#include "catch.h"
#include "core/error.h"
#include "core/parallel.h"
#include "random_data.h"

using survlines::rank_times;
using survlines::TimeRanks;

namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

using Times = std::vector<double>;
using Ranks = std::vector<std::int32_t>;

TimeRanks rank(const Times& exit, const Times& entry = {}, bool merge = true) {
  return rank_times(exit.data(), entry.empty() ? nullptr : entry.data(), exit.size(), merge);
}

// By definition: sort all finite times, keep the distinct ones, start a new rank where the gap to
// the neighbour below is wide.
TimeRanks rank_slowly(const Times& exit, const Times& entry, bool merge) {
  Times all = exit;
  for (const double time : entry) {
    if (std::isfinite(time)) all.push_back(time);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  bool whole = true;
  long double magnitude = 0;
  for (const double time : all) {
    whole = whole && std::trunc(time) == time;
    magnitude += std::fabs(static_cast<long double>(time));
  }
  const long double gap = merge && !whole ? 1.5e-8L * magnitude / all.size() : 0;
  TimeRanks ranks;
  std::vector<int> rank_of_distinct;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (k == 0 || static_cast<long double>(all[k]) - all[k - 1] > gap) ranks.time.push_back(all[k]);
    rank_of_distinct.push_back(static_cast<int>(ranks.time.size()) - 1);
  }
  const auto look_up = [&](double time) {
    const auto found = std::find(all.begin(), all.end(), time) - all.begin();
    return std::isfinite(time) ? rank_of_distinct[static_cast<std::size_t>(found)] : -1;
  };
  for (const double time : exit) ranks.exit.push_back(look_up(time));
  for (const double time : entry) ranks.entry.push_back(look_up(time));
  return ranks;
}

void check_same(const TimeRanks& a, const TimeRanks& b) {
  CHECK(a.time == b.time);
  CHECK(a.exit == b.exit);
  CHECK(a.entry == b.entry);
}

Times scaled(Times times, double factor) {
  for (double& time : times) time *= factor;
  return times;
}

}  // namespace

TEST_CASE("time ranks: equal times share a rank, a greater time has a greater rank") {
  const TimeRanks ranks = rank({3.5, 1.25, 3.5, 2}, {minus_infinity, 1, 2, 1});
  CHECK(ranks.time == Times{1, 1.25, 2, 3.5});
  CHECK(ranks.exit == Ranks{3, 1, 3, 2});
  CHECK(ranks.entry == Ranks{-1, 0, 2, 0});
}

TEST_CASE("time ranks: no rows, one row") {
  CHECK(rank({}).time.empty());
  CHECK(rank({}).exit.empty());
  CHECK(rank({7}).exit == Ranks{0});
  CHECK(rank({7.5}).time == Times{7.5});
  const TimeRanks one = rank({7.5}, {minus_infinity});
  CHECK(one.time == Times{7.5});
  CHECK(one.entry == Ranks{-1});
}

TEST_CASE("time ranks: without entries there is no column of entries") {
  CHECK(rank({1, 2}).entry.empty());
}

TEST_CASE("time ranks: times of two distinct computations of one number are one tie") {
  const double root = std::sqrt(2.0);
  REQUIRE(root * root != 2.0);
  for (const double unit : {1.0, 1e-9, 1e9, 1 / 30.4375, 1e-300}) {
    CAPTURE(unit);
    CHECK(rank(scaled({root * root, 2, 1}, unit)).exit == Ranks{1, 1, 0});
    CHECK(rank(scaled({2, root * root, 1}, unit)).exit == Ranks{1, 1, 0});
    CHECK(rank(scaled({root * root, 2, 1}, unit), {}, false).exit == Ranks{2, 1, 0});
  }
}

TEST_CASE("time ranks: a gap just inside the tolerance merges, just outside it does not") {
  for (const double unit : {1.0, 1e-9, 1e9}) {
    CAPTURE(unit);
    // The mean of the two distinct times is 1 within 1e-8.
    CHECK(rank(scaled({1, 1 + 1.49e-8}, unit)).exit == Ranks{0, 0});
    CHECK(rank(scaled({1, 1 + 1.51e-8}, unit)).exit == Ranks{0, 1});
  }
}

TEST_CASE("time ranks: the tolerance follows the mean of the distinct times, not of the rows") {
  // Distinct: 0.5, 0.5 + 1.2e-8, 1.5 with mean 0.83 and tolerance 1.25e-8. The mean over rows is
  // nearer 0.5, with tolerance 0.8e-8.
  Times times(50, 0.5);
  times.push_back(0.5 + 1.2e-8);
  times.push_back(1.5);
  const TimeRanks ranks = rank(times);
  CHECK(ranks.time == Times{0.5, 1.5});
}

TEST_CASE("time ranks: near ties chain, and the smallest time stands for all") {
  const double step = 1e-8;
  const Times chain = {1.5 + 3 * step, 1.5, 1.5 + 2 * step, 1.5 + step, 9.5};
  const TimeRanks ranks = rank(chain);
  CHECK(ranks.time == Times{1.5, 9.5});
  CHECK(ranks.exit == Ranks{0, 0, 0, 0, 1});
}

TEST_CASE("time ranks: an entry can tie with an exit") {
  const TimeRanks ranks = rank({1.5, 2.5}, {minus_infinity, 1.5 + 1e-10});
  CHECK(ranks.exit == Ranks{0, 1});
  CHECK(ranks.entry == Ranks{-1, 0});
}

TEST_CASE("time ranks: whole numbers never merge, however large") {
  // 1e15 and its successor differ by 1e-15 of the mean, yet both are whole.
  const TimeRanks ranks = rank({1e15 + 1, 1e15, 1e15 + 2});
  CHECK(ranks.exit == Ranks{1, 0, 2});
  CHECK(rank({1e15 + 1, 1e15, 3}).exit == Ranks{2, 1, 0});
  CHECK(rank({-1e15 - 1, -1e15, 1e15}).exit == Ranks{0, 1, 2});
  // One half among them, and the rule for near ties is back.
  CHECK(rank({1e15 + 1, 1e15, 0.5}).exit == Ranks{1, 1, 0});
}

TEST_CASE("time ranks: the ends of the number line") {
  const double most = std::numeric_limits<double>::max();
  const double least = std::numeric_limits<double>::denorm_min();
  CHECK(rank({most, -most, 0}).exit == Ranks{2, 0, 1});
  CHECK(rank({most, -most, 0.5}).exit == Ranks{2, 0, 1});
  CHECK(rank({least, 0, -least}, {}, false).exit == Ranks{2, 1, 0});
  CHECK(rank({2147483647.0, -2147483648.0, 4294967296.0}).exit == Ranks{1, 0, 2});
}

TEST_CASE("time ranks: minus zero is zero, on every path") {
  for (const double other : {1.0, 0.5, 1e15}) {
    CAPTURE(other);
    const TimeRanks ranks = rank({0.0, -0.0, other});
    CHECK(ranks.exit == Ranks{0, 0, 1});
    CHECK_FALSE(std::signbit(ranks.time[0]));
    const TimeRanks reversed = rank({-0.0, 0.0, other}, {minus_infinity, -1, -0.0});
    CHECK(reversed.exit == Ranks{1, 1, 2});
    CHECK(reversed.entry == Ranks{-1, 0, 1});
    CHECK_FALSE(std::signbit(reversed.time[1]));
  }
}

TEST_CASE("time ranks: negative times") {
  CHECK(rank({-3, -1, -2}, {-4, minus_infinity, -3}).exit == Ranks{1, 3, 2});
  CHECK(rank({-3.5, -1.5, -2.5}).exit == Ranks{0, 2, 1});
  CHECK(rank({-3.5, -1.5, -2.5}).time == Times{-3.5, -2.5, -1.5});
}

TEST_CASE("time ranks: all entries from the beginning") {
  const TimeRanks ranks = rank({2, 1}, {minus_infinity, minus_infinity});
  CHECK(ranks.entry == Ranks{-1, -1});
  CHECK(ranks.time == Times{1, 2});
}

TEST_CASE("time ranks: a table of days gives what sorting gives") {
  // A far time pushes the range beyond any table; the other ranks must stay.
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Times exit;
    Times entry;
    const int n = random.between(1, 40);
    for (int i = 0; i < n; ++i) {
      exit.push_back(random.between(-20, 20));
      entry.push_back(random.chance(0.3) ? minus_infinity : exit.back() - random.between(1, 9));
    }
    const TimeRanks by_table = rank(exit, entry);
    exit.push_back(1e12);
    entry.push_back(minus_infinity);
    TimeRanks by_sort = rank(exit, entry);
    by_sort.time.pop_back();
    by_sort.exit.pop_back();
    by_sort.entry.pop_back();
    check_same(by_table, by_sort);
  }
}

TEST_CASE("time ranks: whole numbers on both sides of the largest range a table takes") {
  for (const double range : {65535.0, 65536.0, 65540.0, 65547.0, 65548.0, 65549.0, 70000.0}) {
    CAPTURE(range);
    CHECK(rank({range, 0, 1}).exit == Ranks{2, 0, 1});
    CHECK(rank({range - 5, -5, -4}).time == Times{-5, -4, range - 5});
  }
}

TEST_CASE("time ranks: random times against the definition, in any order, in any unit") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const int n = random.between(1, 15);
    const double unit = random.chance(0.3) ? 1.0 : random.between(0.01, 2.0);
    Times exit;
    Times entry;
    for (int i = 0; i < n; ++i) {
      // Days in another unit, computed in two ways, and a few near misses of the tolerance.
      const int day = random.between(-3, 12);
      const double nudge = random.chance(0.2) ? random.between(-4e-8, 4e-8) : 0;
      exit.push_back((random.chance(0.5) ? day * unit : day / (1 / unit)) + nudge);
      entry.push_back(random.chance(0.5) ? minus_infinity : exit.back() - random.below(4) * unit);
    }
    if (random.chance(0.3)) entry.clear();
    for (const bool merge : {true, false}) {
      const TimeRanks ranks = rank(exit, entry, merge);
      check_same(ranks, rank_slowly(exit, entry, merge));

      Times shuffled_exit;
      Times shuffled_entry;
      const auto order = random.permutation(exit.size());
      for (const std::size_t i : order) {
        shuffled_exit.push_back(exit[i]);
        if (!entry.empty()) shuffled_entry.push_back(entry[i]);
      }
      const TimeRanks shuffled = rank(shuffled_exit, shuffled_entry, merge);
      CHECK(shuffled.time == ranks.time);
      for (std::size_t k = 0; k < order.size(); ++k) {
        CHECK(shuffled.exit[k] == ranks.exit[order[k]]);
        if (!entry.empty()) CHECK(shuffled.entry[k] == ranks.entry[order[k]]);
      }
    }
    // A power of two changes the unit and no digit.
    const TimeRanks ranks = rank(exit, entry);
    const bool whole =
        std::all_of(exit.begin(), exit.end(), [](double t) { return std::floor(t) == t; });
    if (!whole) {
      CHECK(rank(scaled(exit, 0x1p-30), scaled(entry, 0x1p-30)).exit == ranks.exit);
    }
  }
}

TEST_CASE("time ranks: 200000 rows, each path") {
  Random random(11);
  Times days;
  Times months;
  Times far_apart;
  for (int i = 0; i < 200000; ++i) {
    days.push_back(random.below(5000));
    months.push_back(days.back() / 30.4375);
    far_apart.push_back(days.back() * 1e10);
  }
  const TimeRanks by_table = rank(days);
  CHECK(by_table.time.size() == 5000);
  CHECK(rank(months).exit == by_table.exit);
  CHECK(rank(far_apart).exit == by_table.exit);
}

// The sort looks at leading bits first: here they are the same for many times that differ.
TEST_CASE("time ranks: times that differ in their last bits only, beside very different ones") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Times exit;
    for (int i = 0; i < 200; ++i) {
      const double near_one = 1 + random.below(50) * 2.2e-16;
      exit.push_back(random.chance(0.1)   ? std::pow(10.0, random.between(-300, 300)) * 1.5
                     : random.chance(0.5) ? near_one
                                          : -near_one);
    }
    const Times entry(exit.size(), minus_infinity);
    check_same(rank(exit, {}, false), rank_slowly(exit, {}, false));
    check_same(rank(exit, entry, false), rank_slowly(exit, entry, false));
  }
}

TEST_CASE("ranks: any number of threads gives the same", "[threads]") {
  Random random(11);
  const std::size_t n = survlines::part_size + 5;
  Times exit(n);
  Times entry(n);
  for (std::size_t i = 0; i < n; ++i) {
    // Ties, near ties and chains of these, also where one thread's share meets the next.
    exit[i] = 1 + random.below(4000) * (random.chance(0.5) ? 1e-7 : 0.25);
    entry[i] = random.chance(0.3) ? minus_infinity : exit[i] - 0.5;
  }
  for (const bool late : {false, true}) {
    for (const bool merge : {false, true}) {
      CAPTURE(late, merge);
      const TimeRanks alone = rank(exit, late ? entry : Times(), merge);
      for (const int n_threads : {2, 3, 5}) {
        Ranks exit_rank(n);
        Ranks entry_rank(late ? n : 0);
        const auto time =
            rank_times(exit.data(), late ? entry.data() : nullptr, n, merge, exit_rank.data(),
                       late ? entry_rank.data() : nullptr, n_threads);
        CHECK(Times(time.begin(), time.end()) == alone.time);
        CHECK(exit_rank == alone.exit);
        CHECK(entry_rank == alone.entry);
      }
    }
  }
}
