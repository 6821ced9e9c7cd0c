// The innermost loop of a Cholesky factor: a block of a matrix less a product of two others.
//
// Compiled once for each instruction set, as the Gram kernel is.
#pragma once

#include <cstddef>

#include "core/gram_kernel.h"

namespace survlines {

// A whole number of tiles of every kernel.
constexpr std::size_t block_rows = 24;
constexpr std::size_t block_columns = 8;

// Subtracts left * right from `target`, block_rows x block_columns, whose columns are `stride`
// apart. `left` holds `depth` columns of block_rows values, `right` as many rows of block_columns
// values, both without gaps. The products are taken off one after the other, in their order.
using ProductKernel = void (*)(const double* left, const double* right, std::size_t depth,
                               double* target, std::size_t stride);

// The kernel compiled for a set. Assumes that the set is supported.
ProductKernel product_kernel(InstructionSet set);

}  // namespace survlines
