// The turning over of matrices in terms of the macro LANES. kernels.cpp includes this once for each
// instruction set, in a namespace of its own; hence no include guard.

#ifdef LANES

// LANES lists of LANES values each, in registers. At each step pairs of lists swap halves of every
// group of lanes, until lane i of list j has gone to lane j of list i.
static inline void transpose_lanes(Lanes* lists) {
#if defined(__clang__) || !defined(__GNUC__)
  for (int j = 0; j < LANES; ++j) {
    for (int i = 0; i < j; ++i) {
      const double value = lists[i][j];
      lists[i][j] = lists[j][i];
      lists[j][i] = value;
    }
  }
#else
#pragma GCC unroll 3
  for (int digit = 1; digit < LANES; digit *= 2) {
    const WholeLanes kept = first_of_two(digit);
#pragma GCC unroll 8
    for (int k = 0; k < LANES; ++k) {
      if ((k & digit) != 0) continue;
      const Lanes a = lists[k];
      const Lanes b = lists[k + digit];
      lists[k] = __builtin_shuffle(a, b, kept);
      lists[k + digit] = __builtin_shuffle(a, b, kept + digit);
    }
  }
#endif
}

static void transpose_block(const double* from, std::size_t from_stride, double* to,
                            std::size_t to_stride) {
  Lanes lists[LANES];
#pragma GCC unroll 8
  for (int k = 0; k < LANES; ++k) lists[k] = load(from + k * from_stride);
  transpose_lanes(lists);
#pragma GCC unroll 8
  for (int k = 0; k < LANES; ++k) store(to + k * to_stride, lists[k]);
}

static void transpose(const double* from, std::size_t from_stride, std::size_t n_lists,
                      std::size_t length, double* to, std::size_t to_stride) {
  const std::size_t lists_in_lanes = n_lists / LANES * LANES;
  const std::size_t length_in_lanes = length / LANES * LANES;
  for (std::size_t k = 0; k < length_in_lanes; k += LANES) {
    for (std::size_t j = 0; j < lists_in_lanes; j += LANES) {
      transpose_block(from + j * from_stride + k, from_stride, to + k * to_stride + j, to_stride);
    }
  }
  for (std::size_t j = 0; j < n_lists; ++j) {
    const std::size_t done = j < lists_in_lanes ? length_in_lanes : 0;
    for (std::size_t k = done; k < length; ++k) to[k * to_stride + j] = from[j * from_stride + k];
  }
}

#endif
