#include "core/running_sum.h"

#include <cmath>
#include <vector>

#include "catch.h"
#include "near.h"
#include "random_data.h"

using survlines::RunningSum;

TEST_CASE("running sum: a small one survives a large one that comes and goes") {
  RunningSum sum;
  sum.add(1e-8);
  for (const double large : {1e8, 12345678.9, 1e16, 0.1, 1e12}) sum.add(large);
  for (const double large : {1e12, 1e8, 0.1, 12345678.9, 1e16}) sum.add(-large);
  CHECK(std::fabs(sum.value() - 1e-8) <= 1e-32 * 1e16);
}

TEST_CASE("running sum: empty") {
  CHECK(RunningSum{}.value() == 0);
  RunningSum sum;
  sum.add(RunningSum{});
  CHECK(sum.value() == 0);
  sum.add(3.0);
  sum.add(RunningSum{});
  CHECK(sum.value() == 3.0);
}

TEST_CASE("running sum: merging two sums, and taking one away again") {
  RunningSum left;
  left.add(1e16);
  left.add(0.25);
  RunningSum right;
  right.add(-1e16);
  right.add(0.125);
  RunningSum both = left;
  both.add(right);
  CHECK(both.value() == 0.375);
  both.subtract(right);
  CHECK(both.hi == left.hi);
  CHECK(both.lo == left.lo);
}

TEST_CASE("running sum: random joins and leaves end where they should") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    RunningSum sum;
    std::vector<double> inside;
    for (int step = 0; step < 60; ++step) {
      if (inside.empty() || random.chance(0.5)) {
        inside.push_back(random_weight(random, Weights::extreme));
        sum.add(inside.back());
      } else {
        const auto leaver = static_cast<std::size_t>(random.below(static_cast<int>(inside.size())));
        sum.add(-inside[leaver]);
        inside.erase(inside.begin() + static_cast<std::ptrdiff_t>(leaver));
      }
      long double expected = 0;
      for (const double value : inside) expected += value;
      CHECK(near(sum.value(), expected, 1e-15L, 1e-22L));
    }
  }
}
