#include "core/scaled_sums.h"

#include <cmath>
#include <vector>

#include "catch.h"
#include "near.h"
#include "random_data.h"

using survlines::ScaledSums;

namespace {

struct Term {
  std::size_t slot;
  double eta;
  double value[2];
};

std::vector<Term> random_terms(Random& random, int n, double range) {
  std::vector<Term> terms;
  for (int i = 0; i < n; ++i) {
    terms.push_back({static_cast<std::size_t>(random.below(3)),
                     random.between(-range, range),
                     {random.between(0.1, 2.0), random.normal()}});
  }
  return terms;
}

ScaledSums sum_of(const std::vector<Term>& terms) {
  ScaledSums sums(3, 2);
  for (const Term& term : terms) sums.add(term.slot, term.eta, term.value);
  return sums;
}

// log of the first sum, and the second relative to it, must be those of the terms.
void check_against_terms(const ScaledSums& sums, const std::vector<Term>& terms) {
  for (std::size_t slot = 0; slot < 3; ++slot) {
    CAPTURE(slot);
    long double first = 0;
    long double second = 0;
    long double size = 0;
    for (const Term& term : terms) {
      if (term.slot != slot) continue;
      const long double factor = std::exp(static_cast<long double>(term.eta));
      first += factor * term.value[0];
      second += factor * term.value[1];
      size += factor * std::fabs(term.value[1]);
    }
    if (first == 0) {
      CHECK(sums.scale(slot) == ScaledSums::empty);
      continue;
    }
    const double* value = sums.value(slot);
    const long double scale = std::exp(static_cast<long double>(sums.scale(slot)));
    CHECK(value[0] > 0);
    CHECK(std::isfinite(value[0]));
    // An exponent of 1000 rounds to 1e-13 of 1, and so does its exp().
    CHECK(near(value[0] * scale, first, 1e-12L));
    CHECK(near(value[1] * scale, second, 1e-12L, size));
  }
}

}  // namespace

TEST_CASE("scaled sums: any range of exponents") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const double range = random.chance(0.5) ? 1000 : random.between(1.0, 60.0);
    const auto terms = random_terms(random, random.below(12), range);
    check_against_terms(sum_of(terms), terms);
  }
}

TEST_CASE("scaled sums: merging: empty + x, x + empty, x + y") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const double range = random.chance(0.5) ? 1000 : random.between(1.0, 60.0);
    const auto x = random_terms(random, random.below(8), range);
    const auto y = random_terms(random, random.below(8), range);
    std::vector<Term> both = x;
    both.insert(both.end(), y.begin(), y.end());
    ScaledSums sum = sum_of(x);
    sum += sum_of(y);
    check_against_terms(sum, both);
    ScaledSums with_empty = sum_of(x);
    with_empty += ScaledSums(3, 2);
    check_against_terms(with_empty, x);
    ScaledSums empty(3, 2);
    empty += sum_of(x);
    check_against_terms(empty, x);
  }
}

TEST_CASE("scaled sums: memory used again holds nothing of what was") {
  Random random(1);
  ScaledSums sums = sum_of(random_terms(random, 30, 1000));
  sums.mutable_value(0)[0] = std::nan("");
  sums.mutable_value(1)[1] = std::numeric_limits<double>::infinity();
  sums.reset(3, 2);
  const auto terms = random_terms(random, 20, 50);
  for (const Term& term : terms) sums.add(term.slot, term.eta, term.value);
  check_against_terms(sums, terms);
}

TEST_CASE("scaled sums: other shapes are refused") {
  ScaledSums sums(3, 2);
  CHECK_THROWS_AS(sums += ScaledSums(2, 2), survlines::InvalidInput);
  CHECK_THROWS_AS(sums += ScaledSums(3, 1), survlines::InvalidInput);
}
