#include "core/value_range.h"

#include <cmath>
#include <vector>

#include "catch.h"

using survlines::ValueRange;

namespace {

ValueRange range_of(const std::vector<double>& values) {
  return survlines::value_range(values.data(), values.size(),
                                [](double value) { return std::isnan(value); });
}

}  // namespace

TEST_CASE("value range: each place of a short column is looked at") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (std::size_t n = 1; n <= 9; ++n) {
    for (std::size_t place = 0; place < n; ++place) {
      CAPTURE(n, place);
      std::vector<double> values(n, 2.0);
      values[place] = 5;
      CHECK(range_of(values).high == 5);
      CHECK(range_of(values).low == (n == 1 ? 5 : 2));
      values[place] = -infinity;
      CHECK(range_of(values).low == -infinity);
      CHECK_FALSE(range_of(values).missing);
      values[place] = std::nan("");
      CHECK(range_of(values).missing);
      CHECK((n == 1 || range_of(values).low == 2));
      CHECK((n == 1 || range_of(values).high == 2));
    }
  }
}

TEST_CASE("value range: of nothing") {
  CHECK(range_of({}).low > range_of({}).high);
  CHECK_FALSE(range_of({}).missing);
  CHECK(range_of({std::nan("")}).low > range_of({std::nan("")}).high);
}
