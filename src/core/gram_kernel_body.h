// The Gram kernel in terms of the macros LANES (doubles in a register) and TILE_I x TILE_J (pairs
// of columns worked on together, as many as there are registers for). gram_kernel.cpp includes
// this once for each instruction set, in a namespace of its own; hence no include guard.
//
// A tile of products needs TILE_I + TILE_J columns in cache and reads each value once for several
// products. Beyond the last column a tile repeats it, and drops what it gets.

#ifdef LANES

typedef double Lanes
    __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));

static inline Lanes load(const double* values) { return *reinterpret_cast<const Lanes*>(values); }

static inline double total(Lanes lanes) {
  double sum = 0;
  for (int k = 0; k < LANES; ++k) sum += lanes[k];
  return sum;
}

static void weigh(const double* panel, const double* weight, std::size_t n_columns,
                  double* weighted) {
  for (std::size_t j = 0; j < n_columns; ++j) {
    const double* from = panel + j * panel_stride;
    double* to = weighted + j * panel_stride;
    for (std::size_t r = 0; r < panel_rows; r += LANES) {
      *reinterpret_cast<Lanes*>(to + r) = load(from + r) * load(weight + r);
    }
  }
}

static void add_tile(const double* panel, const double* weighted, std::size_t n_columns,
                     std::size_t i0, std::size_t j0, double* upper) {
  const double* a[TILE_I];
  const double* b[TILE_J];
  const std::size_t last = n_columns - 1;
  for (std::size_t i = 0; i < TILE_I; ++i) {
    a[i] = panel + (i0 + i < last ? i0 + i : last) * panel_stride;
  }
  for (std::size_t j = 0; j < TILE_J; ++j) {
    b[j] = weighted + (j0 + j < last ? j0 + j : last) * panel_stride;
  }
  Lanes sums[TILE_I][TILE_J] = {};
  for (std::size_t r = 0; r < panel_rows; r += LANES) {
    Lanes left[TILE_I];
#pragma GCC unroll 8
    for (int i = 0; i < TILE_I; ++i) left[i] = load(a[i] + r);
#pragma GCC unroll 8
    for (int j = 0; j < TILE_J; ++j) {
      const Lanes right = load(b[j] + r);
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
                     double* scratch, double* upper) {
  weigh(panel, weight, n_columns, scratch);
  for (std::size_t j = 0; j < n_columns; j += TILE_J) {
    for (std::size_t i = 0; i < j + TILE_J && i < n_columns; i += TILE_I) {
      add_tile(panel, scratch, n_columns, i, j, upper);
    }
  }
}

#endif
