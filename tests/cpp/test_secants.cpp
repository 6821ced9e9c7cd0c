#include "core/secants.h"

#include <vector>

#include "catch.h"
#include "near.h"
#include "random_data.h"

using survlines::PivotedCholesky;
using survlines::Secants;
using survlines::SquareMatrix;

namespace {

SquareMatrix random_information(Random& random, std::size_t n) {
  SquareMatrix matrix(n);
  for (int k = 0; k < 3 * static_cast<int>(n); ++k) {
    std::vector<double> x(n);
    for (double& value : x) value = random.normal();
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < n; ++i) matrix(i, j) += x[i] * x[j];
    }
  }
  return matrix;
}

std::vector<double> times(const SquareMatrix& matrix, const std::vector<double>& x) {
  std::vector<double> product(x.size(), 0.0);
  for (std::size_t j = 0; j < x.size(); ++j) {
    for (std::size_t i = 0; i < x.size(); ++i) product[i] += matrix(i, j) * x[j];
  }
  return product;
}

}  // namespace

TEST_CASE("secants: without any the step is Newton's") {
  Random random(1);
  const PivotedCholesky factor(random_information(random, 4));
  const std::vector<double> score = {1, -2, 3, 0.5};
  CHECK(Secants().step(factor, score) == factor.solve(score));
}

TEST_CASE("secants: each score is explained by the last step") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const std::size_t n = static_cast<std::size_t>(random.between(1, 12));
    const SquareMatrix truth = random_information(random, n);
    const PivotedCholesky factor(random_information(random, n));
    Secants secants;
    for (int k = 0; k < 5; ++k) {
      std::vector<double> step(n);
      for (double& value : step) value = random.normal();
      const std::vector<double> taken = times(truth, step);
      REQUIRE(secants.add(step, taken));
      const std::vector<double> found = secants.step(factor, taken);
      for (std::size_t j = 0; j < n; ++j) CHECK(near(found[j], step[j], 1e-9L, 1));
    }
    secants.clear();
    CHECK(secants.step(factor, std::vector<double>(n, 1.0)) ==
          factor.solve(std::vector<double>(n, 1.0)));
  }
}

TEST_CASE("secants: from a wrong information to the maximum of a parabola in as many steps") {
  Random random(3);
  constexpr std::size_t n = 6;
  const SquareMatrix truth = random_information(random, n);
  SquareMatrix wrong(n);
  for (std::size_t j = 0; j < n; ++j) wrong(j, j) = 5 * truth(j, j);
  const PivotedCholesky factor(wrong);
  std::vector<double> score(n, 1.0);
  Secants secants;
  double greatest = 0;
  for (int k = 0; k < 60; ++k) {
    const std::vector<double> step = secants.step(factor, score);
    const std::vector<double> taken = times(truth, step);
    secants.add(step, taken);
    greatest = 0;
    for (std::size_t j = 0; j < n; ++j) {
      score[j] -= taken[j];
      greatest = std::max(greatest, std::fabs(score[j]));
    }
    if (greatest < 1e-12) break;
  }
  CHECK(greatest < 1e-12);
}

TEST_CASE("secants: a step that took nothing off the score teaches nothing") {
  const PivotedCholesky factor(SquareMatrix(1));
  Secants secants;
  CHECK_FALSE(secants.add({1, 2}, {-1, 0}));
  CHECK_FALSE(secants.add({1, 2}, {2, -1}));
  CHECK(secants.add({1, 2}, {0, 1}));
}

TEST_CASE("secants: the inverse that the formula of BFGS makes, element by element") {
  Random random(7);
  constexpr std::size_t n = 4;
  const SquareMatrix truth = random_information(random, n);
  const PivotedCholesky factor(random_information(random, n));
  SquareMatrix inverse = factor.inverse();
  Secants secants;
  for (int k = 0; k < 3; ++k) {
    std::vector<double> step(n);
    for (double& value : step) value = random.normal();
    const std::vector<double> taken = times(truth, step);
    double curvature = 0;
    for (std::size_t j = 0; j < n; ++j) curvature += step[j] * taken[j];
    const std::vector<double> of_taken = times(inverse, taken);
    double form = 0;
    for (std::size_t j = 0; j < n; ++j) form += taken[j] * of_taken[j];
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < n; ++i) {
        inverse(i, j) += (1 + form / curvature) * step[i] * step[j] / curvature -
                         (step[i] * of_taken[j] + of_taken[i] * step[j]) / curvature;
      }
    }
    REQUIRE(secants.add(step, taken));
    const std::vector<double> score = {1, -2, 0.5, 3};
    const std::vector<double> expected = times(inverse, score);
    const std::vector<double> found = secants.step(factor, score);
    for (std::size_t j = 0; j < n; ++j) CHECK(near(found[j], expected[j], 1e-10L, 1));
  }
}
