#include "core/weighted_gram.h"

#include <vector>

#include "catch.h"
#include "instruction_sets.h"
#include "near.h"
#include "random_data.h"

using survlines::InstructionSet;
using survlines::panel_rows;
using survlines::panel_stride;
using survlines::SquareMatrix;
using survlines::WeightedGram;

namespace {

struct Panels {
  std::size_t n_columns;
  std::vector<std::vector<double>> x;       // panels, column-major with the stride
  std::vector<std::vector<double>> weight;  // panel_rows each
};

// The gap between columns holds NaN: nothing may read it.
Panels random_panels(Random& random, std::size_t n_panels, std::size_t n_columns) {
  Panels panels{n_columns, {}, {}};
  for (std::size_t k = 0; k < n_panels; ++k) {
    std::vector<double> x(n_columns * panel_stride, std::nan(""));
    std::vector<double> weight(panel_rows);
    for (std::size_t j = 0; j < n_columns; ++j) {
      for (std::size_t r = 0; r < panel_rows; ++r) x[j * panel_stride + r] = random.normal();
    }
    for (double& value : weight) value = random.chance(0.1) ? 0 : random.between(0.0, 2.0);
    panels.x.push_back(x);
    panels.weight.push_back(weight);
  }
  return panels;
}

SquareMatrix gram_of(const Panels& panels, InstructionSet set) {
  const UseInstructionSet use(set);
  WeightedGram gram(panels.n_columns);
  for (std::size_t k = 0; k < panels.x.size(); ++k) {
    gram.add(panels.x[k].data(), panels.weight[k].data());
  }
  return gram.matrix();
}

}  // namespace

TEST_CASE("weighted Gram: every kernel of this processor against adding up one by one") {
  for (const InstructionSet set : supported_sets()) {
    CAPTURE(static_cast<int>(set));
    for (std::size_t p = 1; p <= 23; ++p) {
      CAPTURE(p);
      Random random(p);
      const Panels panels = random_panels(random, 2, p);
      const SquareMatrix matrix = gram_of(panels, set);
      for (std::size_t a = 0; a < p; ++a) {
        for (std::size_t b = 0; b < p; ++b) {
          long double sum = 0;
          for (std::size_t k = 0; k < panels.x.size(); ++k) {
            for (std::size_t r = 0; r < panel_rows; ++r) {
              sum += static_cast<long double>(panels.weight[k][r]) *
                     panels.x[k][a * panel_stride + r] * panels.x[k][b * panel_stride + r];
            }
          }
          CHECK(near(matrix(a, b), sum, 1e-14L, 512));
        }
      }
    }
  }
}

TEST_CASE("weighted Gram: whole numbers are exact") {
  for (const InstructionSet set : supported_sets()) {
    std::vector<double> panel(2 * panel_stride, 0.0);
    std::vector<double> weight(panel_rows, 0.0);
    double square = 0;
    double cross = 0;
    for (std::size_t r = 0; r < panel_rows; ++r) {
      panel[r] = static_cast<double>(r);
      panel[panel_stride + r] = 1;
      weight[r] = static_cast<double>(r % 3);
      square += weight[r] * panel[r] * panel[r];
      cross += weight[r] * panel[r];
    }
    const UseInstructionSet use(set);
    WeightedGram gram(2);
    gram.add(panel.data(), weight.data());
    CHECK(gram.matrix()(0, 0) == square);
    CHECK(gram.matrix()(0, 1) == cross);
    CHECK(gram.matrix()(1, 0) == cross);
    CHECK(gram.matrix()(1, 1) == 255 + 0);
  }
}

TEST_CASE("weighted Gram: nothing added, no columns") {
  CHECK(WeightedGram(3).matrix().values == SquareMatrix(3).values);
  WeightedGram none(0);
  none.add(nullptr, nullptr);
  CHECK(none.matrix().size == 0);
}
