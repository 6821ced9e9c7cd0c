// Each kernel, compiled for each instruction set of this processor, against the obvious loop.
#include "core/kernels.h"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "catch.h"
#include "core/error.h"
#include "instruction_sets.h"
#include "near.h"
#include "random_data.h"

using namespace survlines;

namespace {

void take_logarithm(const Kernels& kernels, double* value, std::size_t n) {
  const std::vector<double> one(n, 1.0);
  const std::vector<double> x(value, value + n);
  std::vector<double> jump(n), square(n);
  kernels.hazard_terms(one.data(), x.data(), n, jump.data(), square.data(), value);
}

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// The gap between columns holds NaN: nothing may read it.
std::vector<double> random_panel(Random& random, std::size_t n_columns) {
  std::vector<double> panel(n_columns * panel_stride, not_a_number);
  for (std::size_t j = 0; j < n_columns; ++j) {
    for (std::size_t r = 0; r < panel_rows; ++r) panel[j * panel_stride + r] = random.normal();
  }
  return panel;
}

std::vector<double> random_values(Random& random, std::size_t n) {
  std::vector<double> values(n);
  for (double& value : values) value = random.normal();
  return values;
}

// In units of the last place of what is right.
double error_in_last_places(double found, long double right) {
  const double nearest = static_cast<double>(right);
  const double place = std::nextafter(std::fabs(nearest), infinity) - std::fabs(nearest);
  return static_cast<double>(std::fabs(found - right)) / place;
}

}  // namespace

TEST_CASE("kernels: products of a panel against adding up one by one") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    const Kernels& kernels = kernels_for(set);
    for (std::size_t p = 0; p <= 11; ++p) {
      CAPTURE(p);
      Random random(p + 100);
      const std::vector<double> panel = random_panel(random, p);
      const std::vector<double> value = random_values(random, panel_rows);
      const std::vector<double> coefficient = random_values(random, p);
      std::vector<double> cross(p, 1.0);
      std::vector<double> combination(panel_rows, 1.0);
      kernels.add_cross_product(panel.data(), value.data(), p, cross.data());
      // Of two at once, the same to the bit.
      const std::vector<double> other = random_values(random, panel_rows);
      std::vector<double> of_value(p, 1.0), of_other(p, 2.0), other_cross(p, 2.0);
      kernels.add_cross_product(panel.data(), other.data(), p, other_cross.data());
      kernels.add_two_cross_products(panel.data(), value.data(), other.data(), p, of_value.data(),
                                     of_other.data());
      CHECK(of_value == cross);
      CHECK(of_other == other_cross);
      kernels.add_combination(panel.data(), coefficient.data(), p, combination.data());
      for (std::size_t j = 0; j < p; ++j) {
        long double sum = 1;
        for (std::size_t r = 0; r < panel_rows; ++r) {
          sum += static_cast<long double>(value[r]) * panel[j * panel_stride + r];
        }
        CHECK(near(cross[j], sum, 1e-14L, 256));
      }
      for (std::size_t r = 0; r < panel_rows; ++r) {
        long double sum = 1;
        for (std::size_t j = 0; j < p; ++j) {
          sum += static_cast<long double>(coefficient[j]) * panel[j * panel_stride + r];
        }
        CHECK(near(combination[r], sum, 1e-14L, 10));
      }
    }
  }
}

TEST_CASE("kernels: running totals stand where the last row of a place left them") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    for (std::size_t p = 1; p <= 9; ++p) {
      CAPTURE(p);
      Random random(p + 200);
      const std::vector<double> panel = random_panel(random, p);
      const std::vector<double> factor = random_values(random, panel_rows);
      const std::size_t last = static_cast<std::size_t>(random.between(1, 256));
      const auto first = static_cast<std::size_t>(random.below(static_cast<int>(last) + 1));
      std::vector<std::int32_t> place(panel_rows, -1);
      std::int32_t next = 7;
      for (std::size_t r = last; r-- > first;) place[r] = random.chance(0.5) ? next : ++next;
      std::vector<double> total(p, 0.5);
      std::vector<double> out(p * panel_stride, -1.0);
      kernels_for(set).add_running_totals(panel.data(), factor.data(), place.data(), first, last, p,
                                          total.data(), out.data());
      for (std::size_t j = 0; j < p; ++j) {
        std::vector<double> expected(panel_stride, -1.0);
        long double sum = 0.5;
        for (std::size_t r = last; r-- > first;) {
          sum += static_cast<long double>(factor[r]) * panel[j * panel_stride + r];
          expected[static_cast<std::size_t>(place[r])] = static_cast<double>(sum);
        }
        CHECK(near(total[j], sum, 1e-14L, 100));
        for (std::size_t k = 0; k < panel_stride; ++k) {
          CHECK(near(out[j * panel_stride + k], expected[k], 1e-14L, 100));
        }
      }
    }
  }
}

TEST_CASE("kernels: total, range and distance of a column leave out what has no weight") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    for (std::size_t n = 0; n <= 35; ++n) {
      CAPTURE(n);
      Random random(n + 300);
      std::vector<double> x = random_values(random, n);
      std::vector<double> weight(n);
      ColumnTotal expected{2, infinity, -infinity};
      long double distance = 0;
      for (std::size_t r = 0; r < n; ++r) {
        weight[r] = random.chance(0.3) ? 0 : random.between(0.5, 2.0);
        if (weight[r] == 0) x[r] *= 1e6;
        expected.sum += weight[r] * x[r];
        distance += static_cast<long double>(weight[r]) * std::fabs(x[r] - 0.25L);
        if (weight[r] == 0) continue;
        expected.low = std::min(expected.low, x[r]);
        expected.high = std::max(expected.high, x[r]);
      }
      ColumnTotal total{2, infinity, -infinity};
      kernels_for(set).add_column(x.data(), weight.data(), n, &total);
      CHECK(near(total.sum, expected.sum, 1e-14L, 100));
      CHECK(total.low == expected.low);
      CHECK(total.high == expected.high);
      const double found = kernels_for(set).total_distance(x.data(), weight.data(), n, 0.25);
      CHECK(near(found, distance, 1e-14L));
    }
  }
}

TEST_CASE("kernels: the greatest value; what is no number is passed over") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    for (std::size_t n = 0; n <= 150; ++n) {
      CAPTURE(n);
      Random random(n + 900);
      std::vector<double> value = random_values(random, n);
      double expected = -infinity;
      for (double& v : value) {
        if (random.chance(0.1)) v = std::nan("");
        if (v > expected) expected = v;
      }
      CHECK(kernels_for(set).greatest(value.data(), n) == expected);
    }
  }
}

TEST_CASE("kernels: a single value that is infinite or no number is found, wherever it stands") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    const auto all_finite = kernels_for(set).all_finite;
    for (std::size_t n = 0; n <= 90; ++n) {
      CAPTURE(n);
      std::vector<double> value(n, std::numeric_limits<double>::max());
      if (n > 1) value[1] = std::numeric_limits<double>::denorm_min();
      CHECK(all_finite(value.data(), n));
      for (std::size_t i = 0; i < n; ++i) {
        for (const double none : {infinity, -infinity, std::nan("")}) {
          const double before = std::exchange(value[i], none);
          CHECK_FALSE(all_finite(value.data(), n));
          value[i] = before;
        }
      }
    }
  }
}

TEST_CASE("kernels: a matrix turned over, whatever its shape; the gaps are not touched") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    for (const std::size_t n_lists : {0, 1, 7, 8, 9, 16, 21}) {
      for (const std::size_t length : {0, 1, 3, 8, 10, 17}) {
        CAPTURE(n_lists);
        CAPTURE(length);
        const std::size_t from_stride = length + 2;
        const std::size_t to_stride = n_lists + 3;
        Random random(n_lists * 100 + length);
        const std::vector<double> from = random_values(random, n_lists * from_stride);
        std::vector<double> to(length * to_stride, -1);
        kernels_for(set).transpose(from.data(), from_stride, n_lists, length, to.data(), to_stride);
        for (std::size_t k = 0; k < length; ++k) {
          for (std::size_t j = 0; j < to_stride; ++j) {
            CHECK(to[k * to_stride + j] == (j < n_lists ? from[j * from_stride + k] : -1));
          }
        }
      }
    }
  }
}

TEST_CASE("kernels: what rows and event times come to, one by one") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    const Kernels& kernels = kernels_for(set);
    for (std::size_t n = 0; n <= 70; ++n) {
      CAPTURE(n);
      Random random(n + 700);
      const std::vector<double> x = random_values(random, n);
      std::vector<double> mass(n), at_risk(n);
      std::vector<std::uint8_t> event(n);
      long double of_events = 0;
      for (std::size_t i = 0; i < n; ++i) {
        mass[i] = random.between(0.5, 2.0);
        at_risk[i] = random.between(0.1, 9.0);
        event[i] = random.chance(0.5);
        of_events += event[i] * static_cast<long double>(mass[i]) * x[i];
      }
      CHECK(near(kernels.event_total(event.data(), mass.data(), x.data(), n), of_events, 1e-14L,
                 100));
      std::vector<double> standardised(n), left(n), risk(n), jump(n), square(n), log_sum(n);
      kernels.standardise(x.data(), 0.25, 4, n, standardised.data());
      kernels.residuals(event.data(), mass.data(), x.data(), n, left.data());
      kernels.relative_risks(x.data(), 0.75, mass.data(), n, risk.data());
      kernels.hazard_terms(mass.data(), at_risk.data(), n, jump.data(), square.data(),
                           log_sum.data());
      for (std::size_t i = 0; i < n; ++i) {
        CHECK(standardised[i] == (x[i] - 0.25) * 4);
        CHECK(near(left[i], event[i] * 1.0L * mass[i] - x[i], 1e-15L, 10));
        CHECK(near(risk[i], mass[i] * std::exp(x[i] - 0.75L), 1e-15L, 10));
        CHECK(jump[i] == mass[i] / at_risk[i]);
        CHECK(square[i] == jump[i] / at_risk[i]);
        CHECK(near(log_sum[i], mass[i] * std::log(1.0L * at_risk[i]), 1e-15L, 10));
      }
    }
  }
}

TEST_CASE("kernels: growth since it was last seen") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    for (std::size_t n = 0; n <= 35; ++n) {
      CAPTURE(n);
      Random random(n + 500);
      const std::vector<double> now = random_values(random, n);
      const std::vector<double> before = random_values(random, n);
      const std::vector<double> start = random_values(random, n);
      std::vector<double> seen = before;
      std::vector<double> sum = start;
      kernels_for(set).add_growth(now.data(), 3.5, n, seen.data(), sum.data());
      CHECK(seen == now);
      for (std::size_t i = 0; i < n; ++i) {
        const long double growth = static_cast<long double>(now[i]) - before[i];
        CHECK(near(sum[i], start[i] + 3.5L * growth, 1e-15L, 100));
      }
    }
  }
}

TEST_CASE("kernels: a matrix less a product against one product after the other") {
  constexpr std::size_t stride = block_rows + 5;
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    for (const std::size_t depth : {0, 1, 2, 7, 100}) {
      CAPTURE(depth);
      Random random(depth);
      std::vector<double> left(depth * block_rows);
      std::vector<double> right(depth * block_columns);
      // What lies between the columns of the target is not touched.
      std::vector<double> target(block_columns * stride, std::nan(""));
      for (double& value : left) value = random.normal();
      for (double& value : right) value = random.normal();
      for (std::size_t j = 0; j < block_columns; ++j) {
        for (std::size_t i = 0; i < block_rows; ++i) target[j * stride + i] = random.normal();
      }
      const std::vector<double> before = target;
      kernels_for(set).subtract_product(left.data(), right.data(), depth, target.data(), stride);
      for (std::size_t j = 0; j < block_columns; ++j) {
        for (std::size_t i = 0; i < stride; ++i) {
          long double expected = before[j * stride + i];
          for (std::size_t k = 0; i < block_rows && k < depth; ++k) {
            expected -=
                static_cast<long double>(left[k * block_rows + i]) * right[k * block_columns + j];
          }
          CHECK(near(target[j * stride + i], expected, 1e-14L, 10));
        }
      }
    }
  }
}

TEST_CASE("kernels: exp and log to the last places, over all of their range") {
  constexpr std::size_t n = 4096;
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    const Kernels& kernels = kernels_for(set);
    Random random(1);
    for (const double range : {1e-9, 0.5, 30.0, 708.0}) {
      CAPTURE(range);
      std::vector<double> x(n), found;
      for (double& value : x) value = random.between(-range, range);
      found = x;
      kernels.exponentiate(found.data(), n);
      double worst = 0;
      for (std::size_t k = 0; k < n; ++k) {
        worst = std::max(worst, error_in_last_places(found[k], std::exp(1.0L * x[k])));
      }
      CHECK(worst < 1.5);
      // Numbers of that range of logarithms; close to 1 for the smallest.
      for (double& value : x) value = static_cast<double>(std::exp(1.0L * value));
      found = x;
      take_logarithm(kernels, found.data(), n);
      worst = 0;
      for (std::size_t k = 0; k < n; ++k) {
        if (x[k] == 1) continue;
        worst = std::max(worst, error_in_last_places(found[k], std::log(1.0L * x[k])));
      }
      CHECK(worst < 2);
    }
  }
}

TEST_CASE("kernels: exp and log where they end") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    double x[8] = {0, -0.0, -infinity, infinity, -746, 710, 709.78, not_a_number};
    kernels_for(set).exponentiate(x, 8);
    CHECK(x[0] == 1);
    CHECK(x[1] == 1);
    CHECK(x[2] == 0);
    CHECK(x[3] == infinity);
    CHECK(x[4] == 0);
    CHECK(x[5] == infinity);
    CHECK(near(x[6], std::exp(static_cast<long double>(709.78)), 1e-15L));
    CHECK(std::isnan(x[7]));
    const double least = std::numeric_limits<double>::denorm_min();
    double y[8] = {1, 0, -0.0, infinity, -1, not_a_number, least, -infinity};
    take_logarithm(kernels_for(set), y, 8);
    CHECK(y[0] == 0);
    CHECK(y[1] == -infinity);
    CHECK(y[2] == -infinity);
    CHECK(y[3] == infinity);
    CHECK(std::isnan(y[4]));
    CHECK(std::isnan(y[5]));
    CHECK(near(y[6], std::log(1.0L * least), 1e-15L));
    CHECK(std::isnan(y[7]));
  }
}

TEST_CASE("kernels: the widest set is a supported one; others are refused") {
  CHECK(supported(InstructionSet::baseline));
  CHECK(supported(instruction_set()));
  CHECK(instruction_set() == supported_sets().back());
  for (const InstructionSet set : {InstructionSet::avx2, InstructionSet::avx512}) {
    if (supported(set)) continue;
    CHECK_THROWS_AS(kernels_for(set), InvalidInput);
    CHECK_THROWS_AS(use_instruction_set(set), InvalidInput);
  }
}
