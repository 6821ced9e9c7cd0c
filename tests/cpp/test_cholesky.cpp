#include "core/cholesky.h"

#include <cmath>
#include <limits>
#include <utility>

#include "brute_force.h"
#include "catch.h"
#include "core/error.h"
#include "instruction_sets.h"
#include "near.h"
#include "random_data.h"

using survlines::InstructionSet;
using survlines::PivotedCholesky;
using survlines::SquareMatrix;

namespace {

// X'X of a random X, with the columns in `copies` made to depend on the ones before them.
SquareMatrix random_gram(Random& random, std::size_t p, const std::vector<bool>& dependent) {
  const std::size_t n = p + 5;
  std::vector<std::vector<double>> x(p, std::vector<double>(n));
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t i = 0; i < n; ++i) x[j][i] = random.normal();
    if (!dependent[j]) continue;
    std::fill(x[j].begin(), x[j].end(), 0.0);
    for (std::size_t k = 0; k < j; ++k) {
      const double share = random.between(-2.0, 2.0);
      for (std::size_t i = 0; i < n; ++i) x[j][i] += share * x[k][i];
    }
  }
  SquareMatrix gram(p);
  for (std::size_t a = 0; a < p; ++a) {
    for (std::size_t b = 0; b < p; ++b) {
      long double sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += static_cast<long double>(x[a][i]) * x[b][i];
      gram(a, b) = static_cast<double>(sum);
    }
  }
  return gram;
}

SquareMatrix from_rows(const std::vector<std::vector<double>>& rows) {
  SquareMatrix matrix(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) matrix(i, j) = rows[i][j];
  }
  return matrix;
}

// Makes variable `to` of a Gram matrix a copy of variable `from`.
void repeat_column(SquareMatrix& gram, std::size_t to, std::size_t from) {
  for (std::size_t i = 0; i < gram.size; ++i) gram(i, to) = gram(i, from);
  for (std::size_t i = 0; i < gram.size; ++i) gram(to, i) = gram(from, i);
}

// The factor column by column, as it is defined: pivots, and below them multiples.
struct PlainFactor {
  explicit PlainFactor(SquareMatrix matrix) : columns(std::move(matrix)), pivot(columns.size, 0.0) {
    double largest = 0;
    for (std::size_t j = 0; j < columns.size; ++j) largest = std::fmax(largest, columns(j, j));
    for (std::size_t j = 0; j < columns.size; ++j) {
      if (!(columns(j, j) > survlines::default_pivot_tolerance * largest)) continue;
      pivot[j] = columns(j, j);
      for (std::size_t k = j + 1; k < columns.size; ++k) {
        const double multiple = columns(k, j) / pivot[j];
        for (std::size_t i = k; i < columns.size; ++i) columns(i, k) -= multiple * columns(i, j);
      }
    }
  }
  std::vector<double> solve(std::vector<double> x) const {
    const std::size_t n = columns.size;
    for (std::size_t j = 0; j < n; ++j) {
      if (pivot[j] == 0) continue;
      for (std::size_t i = j + 1; i < n; ++i) x[i] -= columns(i, j) / pivot[j] * x[j];
    }
    for (std::size_t j = n; j-- > 0;) {
      if (pivot[j] == 0) {
        x[j] = 0;
        continue;
      }
      x[j] /= pivot[j];
      for (std::size_t i = j + 1; i < n; ++i) x[j] -= columns(i, j) / pivot[j] * x[i];
    }
    return x;
  }

  double quadratic_form(std::vector<double> x) const {
    double form = 0;
    for (std::size_t j = 0; j < columns.size; ++j) {
      if (pivot[j] == 0) continue;
      for (std::size_t i = j + 1; i < columns.size; ++i) x[i] -= columns(i, j) / pivot[j] * x[j];
      form += x[j] * x[j] / pivot[j];
    }
    return form;
  }

  SquareMatrix columns;
  std::vector<double> pivot;
};

}  // namespace

TEST_CASE("Cholesky: blocks of every kernel of this processor against single columns") {
  for (const std::size_t p : {7, 8, 9, 16, 17, 23, 24, 25, 31, 33, 48, 63, 65, 100, 130, 270}) {
    CAPTURE(p);
    Random random(p);
    std::vector<bool> dependent(p, false);
    SquareMatrix matrix = random_gram(random, p, dependent);
    for (std::size_t j = 5; j < p; j += random.between(1, 20)) {
      dependent[j] = true;
      repeat_column(matrix, j, static_cast<std::size_t>(random.below(5)));
    }
    const PlainFactor plain(matrix);
    std::vector<double> right(p);
    for (double& value : right) value = random.normal();
    const std::vector<double> expected = plain.solve(right);
    long double size = 0;
    long double form = 0;
    for (std::size_t j = 0; j < p; ++j) {
      size = std::fmax(size, std::fabs(expected[j]));
      form += static_cast<long double>(right[j]) * expected[j];
    }
    for (const InstructionSet set : supported_sets()) {
      CAPTURE(static_cast<int>(set));
      const UseInstructionSet use(set);
      const PivotedCholesky factor(matrix);
      const std::vector<double> solution = factor.solve(right);
      for (std::size_t j = 0; j < p; ++j) {
        CHECK(factor.kept(j) == !dependent[j]);
        CHECK(near(solution[j], expected[j], 1e-9L, size));
      }
      CHECK(near(factor.quadratic_form(right), form, 1e-9L));
      // Products are taken off in one order: without fused additions the bits are the same.
      if (set == InstructionSet::baseline) {
        CHECK(factor.quadratic_form(right) == plain.quadratic_form(right));
      }
    }
  }
}

TEST_CASE("Cholesky: a regular matrix is solved and inverted") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const auto p = static_cast<std::size_t>(random.between(1, 8));
    const SquareMatrix matrix = random_gram(random, p, std::vector<bool>(p, false));
    const PivotedCholesky factor(matrix);
    CHECK(factor.rank() == p);
    brute_force::Matrix same = brute_force::zero_matrix(p, p);
    std::vector<double> right(p);
    std::vector<long double> right_long(p);
    for (std::size_t i = 0; i < p; ++i) {
      right_long[i] = right[i] = random.normal();
      for (std::size_t j = 0; j < p; ++j) same[i][j] = matrix(i, j);
    }
    const auto expected = brute_force::solve(same, right_long);
    const auto solution = factor.solve(right);
    const auto expected_inverse = brute_force::inverse(same);
    const SquareMatrix inverse = factor.inverse();
    long double size = 0;
    for (const auto& row : expected_inverse) {
      for (const long double value : row) size = std::fmax(size, std::fabs(value));
    }
    for (std::size_t i = 0; i < p; ++i) {
      CHECK(near(solution[i], expected[i], 1e-9L, size));
      for (std::size_t j = 0; j < p; ++j) {
        CHECK(near(inverse(i, j), expected_inverse[i][j], 1e-9L, size));
        CHECK(inverse(i, j) == inverse(j, i));
      }
    }
  }
}

TEST_CASE("Cholesky: columns that depend on earlier ones are set aside, the others unharmed") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const auto p = static_cast<std::size_t>(random.between(2, 8));
    std::vector<bool> dependent(p, false);
    for (std::size_t j = 1; j < p; ++j) dependent[j] = random.chance(0.3);
    const SquareMatrix matrix = random_gram(random, p, dependent);
    const PivotedCholesky factor(matrix);
    std::vector<std::size_t> kept;
    for (std::size_t j = 0; j < p; ++j) {
      CHECK(factor.kept(j) == !dependent[j]);
      if (!dependent[j]) kept.push_back(j);
    }
    CHECK(factor.rank() == kept.size());

    SquareMatrix small(kept.size());
    std::vector<double> right(p);
    std::vector<double> small_right;
    for (double& value : right) value = random.normal();
    for (std::size_t a = 0; a < kept.size(); ++a) {
      small_right.push_back(right[kept[a]]);
      for (std::size_t b = 0; b < kept.size(); ++b) small(a, b) = matrix(kept[a], kept[b]);
    }
    const PivotedCholesky alone(small);
    const std::vector<double> solution = factor.solve(right);
    const std::vector<double> expected = alone.solve(small_right);
    const SquareMatrix inverse = factor.inverse();
    const SquareMatrix expected_inverse = alone.inverse();
    for (std::size_t a = 0; a < kept.size(); ++a) {
      CHECK(near(solution[kept[a]], expected[a], 1e-12L));
      for (std::size_t b = 0; b < kept.size(); ++b) {
        CHECK(near(inverse(kept[a], kept[b]), expected_inverse(a, b), 1e-12L));
      }
    }
    for (std::size_t j = 0; j < p; ++j) {
      if (!dependent[j]) continue;
      CHECK(solution[j] == 0);
      for (std::size_t i = 0; i < p; ++i) {
        CHECK(inverse(i, j) == 0);
        CHECK(inverse(j, i) == 0);
      }
    }
  }
}

TEST_CASE("Cholesky: nothing, zero, one") {
  const PivotedCholesky nothing{SquareMatrix{}};
  CHECK(nothing.rank() == 0);
  CHECK(nothing.solve({}).empty());
  CHECK(nothing.inverse().values.empty());

  const PivotedCholesky zero{SquareMatrix(3)};
  CHECK(zero.rank() == 0);
  CHECK(zero.solve({1, 2, 3}) == std::vector<double>{0, 0, 0});

  const PivotedCholesky one{from_rows({{4}})};
  CHECK(one.solve({2}) == std::vector<double>{0.5});
  CHECK(one.inverse()(0, 0) == 0.25);
}

TEST_CASE("Cholesky: by hand") {
  // [[4 2] [2 3]]: determinant 8, inverse [[3 -2] [-2 4]] / 8.
  const PivotedCholesky factor{from_rows({{4, 2}, {2, 3}})};
  CHECK(factor.inverse()(0, 0) == 0.375);
  CHECK(factor.inverse()(0, 1) == -0.25);
  CHECK(factor.inverse()(1, 1) == 0.5);
}

TEST_CASE("Cholesky: the tolerance is relative to the largest diagonal element") {
  for (const double scale : {1e-200, 1.0, 1e200}) {
    CAPTURE(scale);
    CHECK(PivotedCholesky(from_rows({{scale, 0}, {0, 1.9e-12 * scale}})).rank() == 2);
    CHECK(PivotedCholesky(from_rows({{scale, 0}, {0, 1.7e-12 * scale}})).rank() == 1);
    CHECK(PivotedCholesky(from_rows({{1.7e-12 * scale, 0}, {0, scale}})).rank() == 1);
  }
}

TEST_CASE("Cholesky: a negative pivot is set aside") {
  CHECK(PivotedCholesky(from_rows({{1, 2}, {2, 1}})).rank() == 1);
  CHECK(PivotedCholesky(from_rows({{-1, 0}, {0, 1}})).rank() == 1);
  CHECK(PivotedCholesky(from_rows({{-1}})).rank() == 0);
}

TEST_CASE("Cholesky: pivots up to the floor of their column are set aside") {
  const SquareMatrix matrix = from_rows({{4, 2}, {2, 3}});  // pivots 4 and 2
  const double tolerance = survlines::default_pivot_tolerance;
  CHECK(PivotedCholesky(matrix, tolerance, {3.9, 1.9}).rank() == 2);
  CHECK_FALSE(PivotedCholesky(matrix, tolerance, {0, 2}).kept(1));
  CHECK_FALSE(PivotedCholesky(matrix, tolerance, {4, 0}).kept(0));
  CHECK(PivotedCholesky(matrix, tolerance, {4, 2.5}).kept(1));
  CHECK_THROWS_AS(PivotedCholesky(matrix, tolerance, {1}), survlines::InvalidInput);
}

TEST_CASE("Cholesky: what no solution can meet") {
  // The second row is twice the first: right sides must be so too.
  const PivotedCholesky factor{from_rows({{1, 2}, {2, 4}})};
  CHECK(factor.unmet({3, 6}) == std::vector<double>{0, 0});
  CHECK(factor.unmet({3, 7}) == std::vector<double>{0, 1});
  CHECK_THROWS_AS(factor.unmet({1}), survlines::InvalidInput);
}

TEST_CASE("Cholesky: a right side of another length is refused") {
  const PivotedCholesky factor{from_rows({{4, 2}, {2, 3}})};
  CHECK_THROWS_AS(factor.solve({1}), survlines::InvalidInput);
}

TEST_CASE("Cholesky: a quadratic form in the inverse") {
  // The inverse is (3, -2; -2, 4) / 8.
  const PivotedCholesky factor{from_rows({{4, 2}, {2, 3}})};
  CHECK(factor.quadratic_form({1, 2}) == 11.0 / 8);
  CHECK(factor.quadratic_form({0, 0}) == 0);
  const PivotedCholesky one_kept{from_rows({{4, 8}, {8, 16}})};
  CHECK(one_kept.quadratic_form({2, 4}) == 1);
  CHECK_THROWS_AS(factor.quadratic_form({1}), survlines::InvalidInput);
}
