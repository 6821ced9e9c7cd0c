#include "core/event_grid.h"

#include <algorithm>

#include "brute_force.h"
#include "catch.h"
#include "near.h"
#include "random_data.h"

using survlines::CellRuns;
using survlines::EventGrid;

namespace {

void check_same(const EventGrid& a, const EventGrid& b) {
  CHECK(a.late_entry == b.late_entry);
  CHECK(a.stratum_begin == b.stratum_begin);
  CHECK(a.time == b.time);
  CHECK(a.deaths == b.deaths);
  CHECK(a.death_mass == b.death_mass);
  CHECK(a.tied_slot == b.tied_slot);
  CHECK(a.n_tied == b.n_tied);
}

void check_against_rows(const Rows& rows) {
  const EventGrid grid = survlines::event_grid(survlines::count_rows(rows.view()));
  check_same(grid, survlines::event_grid(rows.view()));
  const CellRuns runs = survlines::cell_runs(rows.view(), grid);
  const auto all = brute_force::rows_of(rows);
  REQUIRE(grid.n_strata() == static_cast<std::size_t>(rows.n_strata));
  std::size_t n_tied = 0;
  std::size_t n_cells = 0;
  for (int s = 0; s < rows.n_strata; ++s) {
    std::set<int> times;
    for (const auto& row : all) {
      if (row.stratum == s && row.event) times.insert(row.exit);
    }
    REQUIRE(grid.stratum_begin[static_cast<std::size_t>(s)] == n_cells);
    for (const int t : times) {
      CAPTURE(s, t);
      REQUIRE(n_cells < grid.size());
      long double deaths = 0;
      long double mass = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].stratum != s) continue;
        const auto cell = static_cast<std::int32_t>(n_cells);
        const bool in_run = runs.begin[i] <= cell && cell < runs.end[i];
        CHECK(in_run == all[i].at_risk(t));
        if (!all[i].dies_at(t)) continue;
        CHECK(runs.end[i] == cell + 1);
        deaths += all[i].frequency;
        mass += all[i].mass();
      }
      CHECK(grid.time[n_cells] == t);
      CHECK(grid.deaths[n_cells] == deaths);
      CHECK(near(grid.death_mass[n_cells], mass, 1e-15L));
      CHECK(grid.tied(n_cells) == (deaths > 1));
      if (deaths > 1) CHECK(grid.tied_slot[n_cells] == static_cast<std::int32_t>(n_tied++));
      ++n_cells;
    }
  }
  CHECK(grid.size() == n_cells);
  CHECK(grid.n_tied == n_tied);
  // No row is at risk in a cell of another stratum.
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto s = static_cast<std::size_t>(all[i].stratum);
    CHECK(runs.begin[i] >= static_cast<std::int32_t>(grid.stratum_begin[s]));
    CHECK(runs.end[i] <= static_cast<std::int32_t>(grid.stratum_begin[s + 1]));
    CHECK(runs.begin[i] <= runs.end[i]);
  }
}

}  // namespace

TEST_CASE("event grid: cells and runs of random rows, by table and by bisection") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe;
    recipe.most_groups = 1;
    recipe.late_entry = random.chance(0.6);
    recipe.frequency = random.chance(0.3);
    recipe.weights = random.chance(0.3) ? Weights::ordinary : Weights::none;
    Rows rows = random_rows(random, recipe);
    check_against_rows(rows);
    for (std::int32_t& time : rows.exit) time *= 2000;
    for (std::int32_t& time : rows.entry) time *= time > 0 ? 2000 : 1;
    rows.n_times *= 2000;
    check_against_rows(rows);
  }
}

TEST_CASE("event grid: counts of groups are refused") {
  Rows rows;
  rows.n_times = 1;
  rows.n_groups = 2;
  rows.exit = {0};
  rows.event = {1};
  rows.group = {1};
  CHECK_THROWS_AS(survlines::event_grid(survlines::count_rows(rows.view())),
                  survlines::InvalidInput);
  CHECK_THROWS_AS(survlines::event_grid(rows.view()), survlines::InvalidInput);
}
