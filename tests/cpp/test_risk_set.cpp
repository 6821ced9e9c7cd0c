#include "core/risk_set.h"

#include "brute_force.h"
#include "catch.h"
#include "near.h"
#include "random_data.h"

using survlines::count_rows;
using survlines::GroupsAtRisk;
using survlines::RiskSet;
using survlines::sweep;

namespace {

void check_against_rows(const Rows& rows, long double tolerance) {
  const survlines::Counts counts = count_rows(rows.view());
  for (std::int32_t stratum = 0; stratum < rows.n_strata; ++stratum) {
    CAPTURE(stratum);
    const auto members = brute_force::rows_of_stratum(rows, stratum);
    const std::set<int> times = brute_force::times_of(members);
    auto time = times.begin();
    sweep(counts, stratum, [&](const RiskSet& set, const GroupsAtRisk& at_risk) {
      using brute_force::Row;
      using brute_force::total_mass;
      REQUIRE(time != times.end());
      const int t = *time++;
      CAPTURE(t);
      CHECK(set.time == t);
      const auto is_at_risk = [t](const Row& row) { return row.at_risk(t); };
      const auto survives = [t](const Row& row) { return row.at_risk(t) && !row.dies_at(t); };
      CHECK(near(set.at_risk, total_mass(members, is_at_risk), tolerance));
      CHECK(near(set.events, total_mass(members, [t](const Row& r) { return r.dies_at(t); }),
                 tolerance));
      CHECK(near(set.censored,
                 total_mass(members, [t](const Row& r) { return r.exit == t && !r.event; }),
                 tolerance));
      CHECK(near(set.entered, total_mass(members, [t](const Row& r) { return r.entry == t; }),
                 tolerance));
      CHECK(near(set.survivors, total_mass(members, survives), tolerance));
      REQUIRE(at_risk.size() == static_cast<std::size_t>(rows.n_groups));
      for (int g = 0; g < rows.n_groups; ++g) {
        CHECK(near(at_risk[static_cast<std::size_t>(g)],
                   total_mass(members, [&](const Row& r) { return r.group == g && r.at_risk(t); }),
                   tolerance));
      }
    });
    CHECK(time == times.end());
  }
}

Rows two_times(std::vector<std::int32_t> entry, std::vector<std::int32_t> exit) {
  Rows rows;
  rows.n_times = 10;
  rows.event.assign(exit.size(), 1);
  rows.entry = std::move(entry);
  rows.exit = std::move(exit);
  return rows;
}

}  // namespace

TEST_CASE("risk sets: whole numbers are exact") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe;
    recipe.late_entry = random.chance(0.7);
    recipe.frequency = random.chance(0.3);
    recipe.weights = random.chance(0.3) ? Weights::whole : Weights::none;
    check_against_rows(random_rows(random, recipe), 0);
  }
}

TEST_CASE("risk sets: ordinary weights") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe;
    recipe.late_entry = random.chance(0.7);
    recipe.frequency = random.chance(0.3);
    recipe.weights = Weights::ordinary;
    check_against_rows(random_rows(random, recipe), 1e-14L);
  }
}

TEST_CASE("risk sets: weights from 1e-8 to 1e8 erase nothing, an empty set is exactly zero") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Recipe recipe;
    recipe.late_entry = random.chance(0.8);
    recipe.frequency = random.chance(0.3);
    recipe.weights = Weights::extreme;
    check_against_rows(random_rows(random, recipe), 1e-12L);
  }
}

TEST_CASE("risk sets: light rows outlive heavy ones that entered apart and leave together") {
  Rows rows = two_times({-1, 0, 1, 2}, {8, 5, 5, 5});
  rows.weight = {1e-8, 1e8, 1e8 / 3, 1e-8 / 3};
  check_against_rows(rows, 1e-12L);
}

TEST_CASE("risk sets: rows that enter when another leaves are not at risk with it") {
  const Rows rows = two_times({-1, 3, 5}, {3, 5, 7});
  std::vector<double> at_risk;
  sweep(count_rows(rows.view()), 0, [&](const RiskSet& set, const GroupsAtRisk&) {
    at_risk.push_back(set.at_risk);
    CHECK(set.survivors == 0);
  });
  CHECK(at_risk == std::vector<double>{1, 1, 1});
}

TEST_CASE("risk sets: a gap in the middle is empty, whatever the weights were") {
  Rows rows = two_times({-1, -1, 6, 6}, {2, 3, 8, 9});
  rows.weight = {0.1, 1e8 / 3, 0.3, 1e-8};
  std::vector<double> at_risk;
  sweep(count_rows(rows.view()), 0,
        [&](const RiskSet& set, const GroupsAtRisk&) { at_risk.push_back(set.at_risk); });
  REQUIRE(at_risk.size() == 5);
  CHECK(at_risk[2] == 0);
  check_against_rows(rows, 1e-15L);
}

TEST_CASE("risk sets: a gap is empty also after weights further apart than a sum has digits") {
  Rows rows = two_times({-1, -1, -1, 6}, {2, 3, 4, 8});
  rows.weight = {1, 1e-21, 1e-40, 0.3};
  std::vector<double> at_risk, of_group;
  sweep(count_rows(rows.view()), 0, [&](const RiskSet& set, const GroupsAtRisk& groups) {
    at_risk.push_back(set.at_risk);
    of_group.push_back(groups[0]);
  });
  REQUIRE(at_risk.size() == 5);
  CHECK(at_risk[3] == 0);
  CHECK(of_group[3] == 0);
}

TEST_CASE("risk sets: no rows") {
  Rows none;
  none.n_strata = 2;
  const survlines::Counts counts = count_rows(none.view());
  int visits = 0;
  for (std::int32_t stratum : {0, 1}) {
    sweep(counts, stratum, [&](const RiskSet&, const GroupsAtRisk&) { ++visits; });
  }
  CHECK(visits == 0);
}
