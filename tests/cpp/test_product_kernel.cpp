#include "core/product_kernel.h"

#include <cmath>
#include <vector>

#include "catch.h"
#include "core/error.h"
#include "near.h"
#include "random_data.h"

using survlines::block_columns;
using survlines::block_rows;
using survlines::InstructionSet;

TEST_CASE("product kernel: every kernel of this processor against one product after the other") {
  constexpr std::size_t stride = block_rows + 5;
  for (const InstructionSet set :
       {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!survlines::supported(set)) {
      CHECK_THROWS_AS(survlines::product_kernel(set), survlines::InvalidInput);
      continue;
    }
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
      survlines::product_kernel(set)(left.data(), right.data(), depth, target.data(), stride);
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
