// The Gram kernel in terms of the macros LANES (doubles in a register) and TILE_I x TILE_J (pairs
// of columns worked on together, as many as there are registers for). kernels.cpp includes this
// once for each instruction set, in a namespace of its own; hence no include guard.
//
// A tile of products needs TILE_I columns and TILE_J weighted ones, which stay in cache, and reads
// each value once for several products. Beyond the last column a tile repeats it, and drops what
// it gets.

#ifdef LANES

static void weigh(const double* column, const double* weight, double* weighted) {
  for (std::size_t r = 0; r < panel_rows; r += LANES) {
    store(weighted + r, load(column + r) * load(weight + r));
  }
}

// `weighted` holds the columns from j0 on.
static void add_tile(const double* panel, const double* weighted, std::size_t n_columns,
                     std::size_t i0, std::size_t j0, double* upper) {
  const double* a[TILE_I];
  for (std::size_t i = 0; i < TILE_I; ++i) {
    a[i] = panel + (i0 + i < n_columns ? i0 + i : n_columns - 1) * panel_stride;
  }
  Lanes sums[TILE_I][TILE_J] = {};
  for (std::size_t r = 0; r < panel_rows; r += LANES) {
    Lanes left[TILE_I];
#pragma GCC unroll 8
    for (int i = 0; i < TILE_I; ++i) {
      left[i] = load(a[i] + r);
      // The tile to come. Narrow registers are slower than memory, and need no help.
      if (LANES > 2) __builtin_prefetch(a[i] + TILE_I * panel_stride + r);
    }
#pragma GCC unroll 8
    for (int j = 0; j < TILE_J; ++j) {
      const Lanes right = load(weighted + j * panel_stride + r);
#pragma GCC unroll 8
      for (int i = 0; i < TILE_I; ++i) sums[i][j] += left[i] * right;
    }
  }
#pragma GCC unroll 8
  for (std::size_t j = 0; j < TILE_J; ++j) {
#pragma GCC unroll 8
    for (std::size_t i = 0; i < TILE_I; ++i) {
      if (j0 + j < n_columns && i0 + i <= j0 + j) {
        upper[(j0 + j) * n_columns + i0 + i] += total(sums[i][j]);
      }
    }
  }
}

static void add_gram(const double* panel, const double* weight, std::size_t n_columns,
                     double* upper) {
  alignas(cache_line) double weighted[TILE_J * panel_stride];
  for (std::size_t j0 = 0; j0 < n_columns; j0 += TILE_J) {
    for (std::size_t j = 0; j < TILE_J; ++j) {
      const std::size_t column = j0 + j < n_columns ? j0 + j : n_columns - 1;
      weigh(panel + column * panel_stride, weight, weighted + j * panel_stride);
    }
    for (std::size_t i0 = 0; i0 < j0 + TILE_J && i0 < n_columns; i0 += TILE_I) {
      add_tile(panel, weighted, n_columns, i0, j0, upper);
    }
  }
}

#endif
