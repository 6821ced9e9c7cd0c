// The product kernel in terms of the macro LANES. kernels.cpp includes this once for each
// instruction set, in a namespace of its own; hence no include guard.
//
// A tile of the target stays in registers while the products are taken off: three registers of
// rows by as many columns as there are registers for.

#ifdef LANES

static constexpr int tile_registers = 3;
static constexpr int tile_columns = LANES == 8 ? 8 : 4;

static void subtract_tile(const double* left, const double* right, std::size_t depth,
                          double* target, std::size_t stride) {
  Lanes tile[tile_columns][tile_registers];
#pragma GCC unroll 8
  for (int j = 0; j < tile_columns; ++j) {
#pragma GCC unroll 3
    for (int i = 0; i < tile_registers; ++i) tile[j][i] = load(target + j * stride + i * LANES);
  }
  for (std::size_t k = 0; k < depth; ++k) {
    Lanes rows[tile_registers];
#pragma GCC unroll 3
    for (int i = 0; i < tile_registers; ++i) rows[i] = load(left + i * LANES);
#pragma GCC unroll 8
    for (int j = 0; j < tile_columns; ++j) {
#pragma GCC unroll 3
      for (int i = 0; i < tile_registers; ++i) tile[j][i] -= rows[i] * right[j];
    }
    left += block_rows;
    right += block_columns;
  }
#pragma GCC unroll 8
  for (int j = 0; j < tile_columns; ++j) {
#pragma GCC unroll 3
    for (int i = 0; i < tile_registers; ++i) store(target + j * stride + i * LANES, tile[j][i]);
  }
}

static void subtract_product(const double* left, const double* right, std::size_t depth,
                             double* target, std::size_t stride) {
  for (std::size_t j = 0; j < block_columns; j += tile_columns) {
    for (std::size_t i = 0; i < block_rows; i += tile_registers * LANES) {
      subtract_tile(left + i, right + j, depth, target + j * stride + i, stride);
    }
  }
}

#endif
