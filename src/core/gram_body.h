// The Gram kernel in terms of the macros LANES (doubles in a register) and TILE_I x TILE_J (pairs
// of columns worked on together, as many as there are registers for). kernels.cpp includes this
// once for each instruction set, in a namespace of its own; hence no include guard.
//
// A tile of products needs TILE_I columns and TILE_J weighted ones, which stay in cache, and reads
// each value once for several products. The sums are kept tile by tile, so that registers can be
// added to them. Beyond the last column a tile repeats it, and nobody reads what it gets.

#ifdef LANES

static void weigh(const double* column, const double* weight, double* weighted) {
  for (std::size_t r = 0; r < panel_rows; r += LANES) {
    store(weighted + r, load(column + r) * load(weight + r));
  }
}

static constexpr std::size_t tile_products = TILE_I * TILE_J;
static constexpr std::size_t tile_size = (tile_products + LANES - 1) / LANES * LANES;

// Memory is asked for little by little, each time that so many rows are done: all at once would
// wait for it.
static constexpr std::size_t rows_of_fetch = 32;

struct Ahead {
  const double* next;
  const double* end;
  std::size_t lines;  // of cache, each time
};

static inline void fetch(Ahead* ahead) {
  constexpr int second_cache = 2;
  constexpr std::size_t values_of_line = cache_line / sizeof(double);
  for (std::size_t k = 0; k < ahead->lines && ahead->next < ahead->end; ++k) {
    __builtin_prefetch(ahead->next, 0, second_cache);
    ahead->next += values_of_line;
  }
}

// Adds the products of columns i0, ... with the `weighted` ones.
static void add_tile(const double* panel, const double* weighted, std::size_t n_columns,
                     std::size_t i0, double* tile, Ahead* ahead) {
  const double* a[TILE_I];
  for (std::size_t i = 0; i < TILE_I; ++i) {
    a[i] = panel + (i0 + i < n_columns ? i0 + i : n_columns - 1) * panel_stride;
  }
  Lanes sums[tile_products] = {};
  for (std::size_t begin = 0; begin < panel_rows; begin += rows_of_fetch) {
    fetch(ahead);
    for (std::size_t r = begin; r < begin + rows_of_fetch; r += LANES) {
      Lanes left[TILE_I];
#pragma GCC unroll 8
      for (int i = 0; i < TILE_I; ++i) left[i] = load(a[i] + r);
#pragma GCC unroll 8
      for (int j = 0; j < TILE_J; ++j) {
        const Lanes right = load(weighted + j * panel_stride + r);
#pragma GCC unroll 8
        for (int i = 0; i < TILE_I; ++i) sums[i * TILE_J + j] += left[i] * right;
      }
    }
  }
  constexpr std::size_t whole = tile_products / LANES * LANES;
#pragma GCC unroll 8
  for (std::size_t k = 0; k < whole; k += LANES) store(tile + k, load(tile + k) + totals(sums + k));
#pragma GCC unroll 8
  for (std::size_t k = whole; k < tile_products; ++k) tile[k] += total(sums[k]);
}

// Tiles stand in the order of visits; those below the diagonal are left out.
template <class Visit>
static void each_tile(std::size_t n_columns, const Visit& visit) {
  for (std::size_t j0 = 0; j0 < n_columns; j0 += TILE_J) {
    for (std::size_t i0 = 0; i0 < j0 + TILE_J && i0 < n_columns; i0 += TILE_I) visit(i0, j0);
  }
}

static std::size_t gram_size(std::size_t n_columns) {
  std::size_t size = 0;
  each_tile(n_columns, [&](std::size_t, std::size_t) { size += tile_size; });
  return size;
}

static void add_gram(const double* panel, const double* weight, std::size_t n_columns,
                     double* tiles, const double* next) {
  const std::size_t panel_size = n_columns * panel_stride;
  const std::size_t n_times = gram_size(n_columns) / tile_size * (panel_rows / rows_of_fetch);
  Ahead ahead{next, next ? next + panel_size : nullptr, 0};
  if (n_times > 0) ahead.lines = 1 + panel_size * sizeof(double) / cache_line / n_times;
  alignas(cache_line) double weighted[TILE_J * panel_stride];
  each_tile(n_columns, [&](std::size_t i0, std::size_t j0) {
    for (std::size_t j = 0; j < TILE_J && i0 == 0; ++j) {
      const std::size_t column = j0 + j < n_columns ? j0 + j : n_columns - 1;
      weigh(panel + column * panel_stride, weight, weighted + j * panel_stride);
    }
    add_tile(panel, weighted, n_columns, i0, tiles, &ahead);
    tiles += tile_size;
  });
}

static void read_gram(const double* tiles, std::size_t n_columns, double* upper) {
  each_tile(n_columns, [&](std::size_t i0, std::size_t j0) {
    for (std::size_t j = j0; j < j0 + TILE_J && j < n_columns; ++j) {
      for (std::size_t i = i0; i < i0 + TILE_I && i <= j; ++i) {
        upper[j * n_columns + i] = tiles[(i - i0) * TILE_J + (j - j0)];
      }
    }
    tiles += tile_size;
  });
}

#endif
