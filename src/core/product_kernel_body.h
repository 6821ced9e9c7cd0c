// The product kernel in terms of the macros LANES (doubles in a register) and TILE_COLUMNS.
// product_kernel.cpp includes this once for each instruction set, in a namespace of its own; hence
// no include guard.
//
// A tile of the target stays in registers while the products are taken off: three registers of
// rows by TILE_COLUMNS columns, as many as there are registers for.

#ifdef LANES

typedef double Lanes
    __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));

static void subtract_tile(const double* left, const double* right, std::size_t depth,
                          double* target, std::size_t stride) {
  Lanes tile[TILE_COLUMNS][3];
#pragma GCC unroll 8
  for (int j = 0; j < TILE_COLUMNS; ++j) {
#pragma GCC unroll 3
    for (int i = 0; i < 3; ++i) {
      tile[j][i] = *reinterpret_cast<const Lanes*>(target + j * stride + i * LANES);
    }
  }
  for (std::size_t k = 0; k < depth; ++k) {
    Lanes rows[3];
#pragma GCC unroll 3
    for (int i = 0; i < 3; ++i) rows[i] = *reinterpret_cast<const Lanes*>(left + i * LANES);
#pragma GCC unroll 8
    for (int j = 0; j < TILE_COLUMNS; ++j) {
#pragma GCC unroll 3
      for (int i = 0; i < 3; ++i) tile[j][i] -= rows[i] * right[j];
    }
    left += block_rows;
    right += block_columns;
  }
#pragma GCC unroll 8
  for (int j = 0; j < TILE_COLUMNS; ++j) {
#pragma GCC unroll 3
    for (int i = 0; i < 3; ++i) {
      *reinterpret_cast<Lanes*>(target + j * stride + i * LANES) = tile[j][i];
    }
  }
}

static void subtract_product(const double* left, const double* right, std::size_t depth,
                             double* target, std::size_t stride) {
  for (std::size_t j = 0; j < block_columns; j += TILE_COLUMNS) {
    for (std::size_t i = 0; i < block_rows; i += 3 * LANES) {
      subtract_tile(left + i, right + j, depth, target + j * stride + i, stride);
    }
  }
}

#endif
