#include "core/row_panels.h"

#include <algorithm>
#include <cmath>

#include "catch.h"
#include "core/parallel.h"
#include "random_data.h"

namespace {

// Rows in two strata, of which `n_kept` have places, in random order.
struct Scattered {
  std::vector<double> x;
  std::vector<std::int32_t> stratum;
  survlines::LargeVector<std::size_t> place;
  survlines::SurvivalView view;
  survlines::Design design;
  survlines::Standardization standardization;

  Scattered(Random& random, std::size_t n_rows, std::size_t n_kept, std::size_t n_columns,
            bool strata) {
    for (std::size_t k = 0; k < n_rows * n_columns; ++k) x.push_back(random.normal());
    for (std::size_t i = 0; i < n_rows; ++i) stratum.push_back(random.below(2));
    for (const std::size_t at : random.permutation(n_rows)) {
      place.push_back(at < n_kept ? at : survlines::nowhere);
    }
    view.n_rows = n_rows;
    if (strata) view.stratum = stratum.data();
    design.n_columns = n_columns;
    design.x = x.data();
    for (std::size_t k = 0; k < 2 * n_columns; ++k) {
      standardization.centre.push_back(random.normal());
    }
    for (std::size_t j = 0; j < n_columns; ++j) {
      standardization.unit.push_back(std::ldexp(1.0, random.between(-3, 3)));
    }
  }

  double value(std::size_t row, std::size_t j) const {
    const auto s = static_cast<std::size_t>(view.stratum_of(row));
    return (design.value(row, j, view.n_rows) - standardization.centre[s * design.n_columns + j]) /
           standardization.unit[j];
  }
};

}  // namespace

TEST_CASE("row panels: each row stands whole in its place, and beyond the last there is zero") {
  using survlines::panel_rows;
  const std::size_t n_columns[] = {1, 7, 8, 9, 40, 300};
  const std::size_t n_rows[] = {1, 7, panel_rows - 1, panel_rows, 3 * panel_rows + 5};
  std::uint64_t seed = 0;
  for (const std::size_t p : n_columns) {
    for (const std::size_t n : n_rows) {
      for (const bool strata : {false, true}) {
        CAPTURE(p, n, strata);
        Random random(++seed);
        const std::size_t n_kept = strata ? n : 1 + n / 2;
        const Scattered data(random, n, n_kept, p, strata);
        const auto panels = survlines::standardised_panels(data.place, n_kept, data.view,
                                                           data.design, data.standardization);
        std::vector<double> expected(panels.size(), 0.0);
        for (std::size_t i = 0; i < n; ++i) {
          if (data.place[i] == survlines::nowhere) continue;
          for (std::size_t j = 0; j < p; ++j) {
            expected[survlines::covariate_index(data.place[i], j, p)] = data.value(i, j);
          }
        }
        CHECK(std::equal(panels.begin(), panels.end(), expected.begin(), expected.end()));
      }
    }
  }
}

TEST_CASE("row panels: the same for any number of threads", "[threads]") {
  Random random(1);
  const std::size_t n = 3 * survlines::part_size + 11;
  const Scattered data(random, n, n - 500, 3, true);
  const auto panels = survlines::standardised_panels(data.place, n - 500, data.view, data.design,
                                                     data.standardization, 1);
  for (std::size_t i = 0; i < n; ++i) {
    if (data.place[i] == survlines::nowhere) continue;
    REQUIRE(panels[survlines::covariate_index(data.place[i], 2, 3)] == data.value(i, 2));
  }
  for (const int n_threads : {2, 4}) {
    CHECK(panels == survlines::standardised_panels(data.place, n - 500, data.view, data.design,
                                                   data.standardization, n_threads));
  }
}

TEST_CASE("row panels: no columns, no rows") {
  Random random(1);
  const Scattered none(random, 5, 5, 0, false);
  CHECK(survlines::standardised_panels(none.place, 5, none.view, none.design, none.standardization)
            .empty());
  const Scattered nobody(random, 5, 0, 2, false);
  CHECK(survlines::standardised_panels(nobody.place, 0, nobody.view, nobody.design,
                                       nobody.standardization)
            .empty());
}
