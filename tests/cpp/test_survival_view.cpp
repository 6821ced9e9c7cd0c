#include "core/survival_view.h"

#include <functional>
#include <limits>

#include "catch.h"
#include "core/error.h"
#include "random_data.h"

using survlines::check_view;
using survlines::InvalidInput;

namespace {

Rows good_rows() {
  Rows rows;
  rows.n_times = 5;
  rows.n_strata = 2;
  rows.n_groups = 3;
  rows.exit = {0, 4, 2};
  rows.entry = {-1, 0, 1};
  rows.event = {1, 0, 1};
  rows.stratum = {0, 1, 1};
  rows.group = {2, 0, 1};
  rows.weight = {0.5, 2, 1e-300};
  rows.frequency = {1, 2, 1};
  return rows;
}

}  // namespace

TEST_CASE("survival view: rows that keep the promises pass") {
  CHECK_NOTHROW(check_view(good_rows().view()));
  CHECK_NOTHROW(check_view(Rows{}.view()));
  Rows bare;
  bare.n_times = 1;
  bare.exit = {0};
  bare.event = {1};
  CHECK_NOTHROW(check_view(bare.view()));
}

TEST_CASE("survival view: a table may have four slots a row and some thousands more") {
  survlines::SurvivalView view;
  CHECK(table_is_small(4096, view));
  CHECK_FALSE(table_is_small(4097, view));
  view.n_rows = 1000;
  CHECK(table_is_small(8096, view));
  CHECK_FALSE(table_is_small(8097, view));
  CHECK_FALSE(table_is_small(std::numeric_limits<std::uint64_t>::max(), view));
}

TEST_CASE("survival view: each broken promise is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::int32_t missing = std::numeric_limits<std::int32_t>::min();
  const std::vector<std::function<void(Rows&)>> breaches = {
      [](Rows& rows) { rows.exit[1] = 5; },
      [](Rows& rows) { rows.exit[0] = -1; },
      [=](Rows& rows) { rows.exit[0] = missing; },
      [](Rows& rows) { rows.entry[2] = 2; },
      [](Rows& rows) { rows.entry[2] = 3; },
      [](Rows& rows) { rows.entry[0] = -2; },
      [](Rows& rows) { rows.event[0] = 2; },
      [=](Rows& rows) { rows.event[2] = missing; },
      [](Rows& rows) { rows.stratum[0] = 2; },
      [](Rows& rows) { rows.stratum[2] = -1; },
      [](Rows& rows) { rows.group[0] = 3; },
      [](Rows& rows) { rows.group[2] = -1; },
      [](Rows& rows) { rows.weight[0] = 0; },
      [](Rows& rows) { rows.weight[0] = -1; },
      [=](Rows& rows) { rows.weight[1] = nan; },
      [=](Rows& rows) { rows.weight[2] = infinity; },
      [](Rows& rows) { rows.frequency[0] = 0; },
      [](Rows& rows) { rows.frequency[0] = 1.5; },
      [=](Rows& rows) { rows.frequency[2] = nan; },
      [=](Rows& rows) { rows.frequency[2] = infinity; },
      [](Rows& rows) { rows.n_strata = 0; },
      [](Rows& rows) { rows.n_groups = 0; },
  };
  for (std::size_t k = 0; k < breaches.size(); ++k) {
    CAPTURE(k);
    Rows rows = good_rows();
    breaches[k](rows);
    CHECK_THROWS_AS(check_view(rows.view()), InvalidInput);
  }
  survlines::SurvivalView without_columns;
  without_columns.n_rows = 1;
  CHECK_THROWS_AS(check_view(without_columns), InvalidInput);
}
