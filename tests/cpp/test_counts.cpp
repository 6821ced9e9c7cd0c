#include "core/counts.h"

#include <array>
#include <map>

#include "catch.h"
#include "near.h"
#include "random_data.h"
#include "shards.h"

using survlines::count_rows;
using survlines::Counts;

namespace {

// What a cell must hold, added up row by row in a map.
struct Cell {
  long double events = 0, censored = 0, entered = 0;
  std::int64_t rows_events = 0, rows_censored = 0, rows_entered = 0;
};
using Key = std::array<std::int32_t, 3>;  // stratum, time, group

std::map<Key, Cell> cells_of(const Rows& rows) {
  std::map<Key, Cell> cells;
  const auto view = rows.view();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const long double mass = static_cast<long double>(view.weight_of(i)) * view.frequency_of(i);
    const auto n_rows = static_cast<std::int64_t>(view.frequency_of(i));
    Cell& exit = cells[{view.stratum_of(i), view.exit[i], view.group_of(i)}];
    (view.event[i] ? exit.events : exit.censored) += mass;
    (view.event[i] ? exit.rows_events : exit.rows_censored) += n_rows;
    if (view.entry_of(i) < 0) continue;
    Cell& entry = cells[{view.stratum_of(i), view.entry[i], view.group_of(i)}];
    entry.entered += mass;
    entry.rows_entered += n_rows;
  }
  return cells;
}

void check_against_rows(const Counts& counts, const Rows& rows) {
  const std::map<Key, Cell> cells = cells_of(rows);
  REQUIRE(counts.size() == cells.size());
  REQUIRE(counts.stratum_begin.size() == static_cast<std::size_t>(rows.n_strata) + 1);
  CHECK(counts.stratum_begin.front() == 0);
  CHECK(counts.stratum_begin.back() == cells.size());
  std::size_t c = 0;
  for (const auto& [key, cell] : cells) {
    CAPTURE(c);
    const auto stratum = static_cast<std::size_t>(key[0]);
    const bool in_stratum =
        counts.stratum_begin[stratum] <= c && c < counts.stratum_begin[stratum + 1];
    CHECK(in_stratum);
    CHECK(counts.time[c] == key[1]);
    CHECK(counts.group[c] == key[2]);
    CHECK(near(counts.events[c], cell.events, 1e-15L));
    CHECK(near(counts.censored[c], cell.censored, 1e-15L));
    CHECK(near(counts.entered_at(c), cell.entered, 1e-15L));
    CHECK(counts.rows_events_at(c) == cell.rows_events);
    CHECK(counts.rows_censored_at(c) == cell.rows_censored);
    CHECK(counts.rows_left_at(c) == cell.rows_events + cell.rows_censored);
    CHECK(counts.rows_entered_at(c) == cell.rows_entered);
    ++c;
  }
}

// Whole-number totals are exact, so that even the bits must agree.
void check_same_bits(const Counts& a, const Counts& b) {
  CHECK(a.stratum_begin == b.stratum_begin);
  CHECK(a.time == b.time);
  CHECK(a.group == b.group);
  CHECK(a.events == b.events);
  CHECK(a.censored == b.censored);
  CHECK(a.weighted == b.weighted);
  REQUIRE(a.size() == b.size());
  for (std::size_t c = 0; c < a.size(); ++c) {
    CHECK(a.entered_at(c) == b.entered_at(c));
    CHECK(a.rows_events_at(c) == b.rows_events_at(c));
    CHECK(a.rows_censored_at(c) == b.rows_censored_at(c));
    CHECK(a.rows_entered_at(c) == b.rows_entered_at(c));
  }
}

Counts merged(const Shards& shards) {
  Counts sum = count_rows(shards.front().view());
  for (std::size_t k = 1; k < shards.size(); ++k) sum += count_rows(shards[k].view());
  return sum;
}

// The same rows with codes and ranks spread out, so that most cells of a full table are empty and
// the rows are sorted instead of tabulated.
Rows spread_out(const Rows& rows) {
  Rows wide = rows;
  const auto spread = [](std::vector<std::int32_t>& column, std::int32_t factor) {
    for (std::int32_t& value : column) value = value < 0 ? value : value * factor;
  };
  spread(wide.exit, 100);
  spread(wide.entry, 100);
  spread(wide.group, 100);
  wide.n_times *= 100;
  wide.n_groups *= 100;
  return wide;
}

Recipe recipe_of(Random& random) {
  Recipe recipe;
  recipe.late_entry = random.chance(0.6);
  recipe.frequency = random.chance(0.4);
  recipe.weights = static_cast<Weights>(random.below(4));
  return recipe;
}

}  // namespace

TEST_CASE("counts: random rows against adding up in a map") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random));
    check_against_rows(count_rows(rows.view()), rows);
  }
}

TEST_CASE("counts: many empty cells, where rows are sorted") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = spread_out(random_rows(random, recipe_of(random)));
    check_against_rows(count_rows(rows.view()), rows);
  }
}

TEST_CASE("counts: sorting and tabulating give the same bits") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const Rows rows = random_rows(random, recipe_of(random));
    const Counts by_table = count_rows(rows.view());
    Counts by_sort = count_rows(spread_out(rows).view());
    for (std::int32_t& time : by_sort.time) time /= 100;
    for (std::int32_t& group : by_sort.group) group /= 100;
    check_same_bits(by_table, by_sort);
  }
}

TEST_CASE("counts: shards add up to the whole, empty shards add nothing") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe = recipe_of(random);
    if (recipe.weights != Weights::none) recipe.weights = Weights::whole;
    const Rows rows = random_rows(random, recipe);
    const Counts whole = count_rows(rows.view());
    for (const Shards& shards : ways_to_shard(rows, random)) {
      CAPTURE(shards.size());
      check_same_bits(merged(shards), whole);
    }
  }
}

TEST_CASE("counts: merging does not care for order or brackets") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe = recipe_of(random);
    if (recipe.weights != Weights::none) recipe.weights = Weights::whole;
    const Shards parts = split_rows(random_rows(random, recipe), 3, random);
    const Counts x = count_rows(parts[0].view());
    const Counts y = count_rows(parts[1].view());
    const Counts z = count_rows(parts[2].view());
    Counts xy = x;
    xy += y;
    Counts yx = y;
    yx += x;
    check_same_bits(xy, yx);
    Counts left = xy;
    left += z;
    Counts yz = y;
    yz += z;
    Counts right = x;
    right += yz;
    check_same_bits(left, right);
  }
}

TEST_CASE("counts: a sum added to itself is every row twice") {
  Random random(5);
  Recipe recipe;
  recipe.late_entry = true;
  const Rows rows = random_rows(random, recipe);
  Counts twice = count_rows(rows.view());
  twice += twice;
  Rows doubled = rows;
  doubled.frequency.assign(rows.size(), 2.0);
  check_same_bits(twice, count_rows(doubled.view()));
}

TEST_CASE("counts: late entry in one shard only") {
  Rows early;
  early.n_times = 4;
  early.exit = {1, 3};
  early.event = {1, 0};
  Rows late = early;
  late.entry = {0, 2};
  late.exit = {2, 3};
  Counts sum = count_rows(early.view());
  sum += count_rows(late.view());
  Rows all = early;
  all.exit = {1, 3, 2, 3};
  all.event = {1, 0, 1, 0};
  all.entry = {-1, -1, 0, 2};
  check_same_bits(sum, count_rows(all.view()));
  Counts reversed = count_rows(late.view());
  reversed += count_rows(early.view());
  check_same_bits(reversed, count_rows(all.view()));
}

TEST_CASE("counts: frequency 2 is two rows, and row order is nothing") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe = recipe_of(random);
    recipe.frequency = true;
    if (recipe.weights != Weights::none) recipe.weights = Weights::whole;
    const Rows rows = random_rows(random, recipe);
    const Counts counts = count_rows(rows.view());
    check_same_bits(counts, count_rows(rows.replicated().view()));
    check_same_bits(counts, count_rows(rows.take(random.permutation(rows.size())).view()));
  }
}

TEST_CASE("counts: no rows at all") {
  Rows none;
  none.n_strata = 2;
  const Counts counts = count_rows(none.view());
  CHECK(counts.size() == 0);
  CHECK(counts.stratum_begin == std::vector<std::size_t>{0, 0, 0});
}

TEST_CASE("counts: summaries of other strata or groups are refused") {
  Rows rows;
  rows.n_times = 1;
  rows.exit = {0};
  rows.event = {1};
  Counts counts = count_rows(rows.view());
  rows.n_groups = 2;
  CHECK_THROWS_AS(counts += count_rows(rows.view()), survlines::InvalidInput);
  rows.n_groups = 1;
  rows.n_strata = 2;
  CHECK_THROWS_AS(counts += count_rows(rows.view()), survlines::InvalidInput);
}

TEST_CASE("counts: cells beyond 64 bits are refused, not confused") {
  Rows rows;
  rows.n_times = 2147483647;
  rows.n_groups = 2147483647;
  rows.n_strata = 9;
  rows.exit = {5, 2147483646};
  rows.event = {1, 1};
  rows.group = {3, 2147483646};
  rows.stratum = {0, 8};
  CHECK_THROWS_AS(count_rows(rows.view()), survlines::InvalidInput);
  rows.n_strata = 4;
  rows.stratum = {0, 3};
  check_against_rows(count_rows(rows.view()), rows);
}

TEST_CASE("counts: the callback stops a long count") {
  Rows rows;
  rows.n_times = 1;
  rows.exit.assign(1000000, 0);
  rows.event.assign(1000000, 1);
  int ticks = 0;
  const auto stop_at_third = [&ticks] {
    if (++ticks == 3) throw std::runtime_error("stopped");
  };
  CHECK_THROWS_AS(count_rows(rows.view(), stop_at_third), std::runtime_error);
  CHECK(ticks == 3);
}
