// A register of LANES doubles, and what the kernels do with one. kernels.cpp includes this once for
// each instruction set, in a namespace of its own; hence no include guard.

#ifdef LANES

typedef double Lanes
    __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef long long WholeLanes
    __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef unsigned long long BitLanes
    __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));

static inline Lanes load(const double* values) { return *reinterpret_cast<const Lanes*>(values); }
static inline void store(double* values, Lanes lanes) { *reinterpret_cast<Lanes*>(values) = lanes; }
static inline Lanes in_all_lanes(double value) { return value - Lanes{}; }

// In pairs, so that additions need not wait for one another.
static inline double total(Lanes lanes) {
  double sums[LANES];
  store(sums, lanes);
#pragma GCC unroll 4
  for (int half = LANES / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
    for (int k = 0; k < half; ++k) sums[k] += sums[k + half];
  }
  return sums[0];
}

// The totals of LANES registers, in one. At each step two registers share one: a lane holds what
// is left of the first or the second, as a digit of the lane's number says.
static inline Lanes totals(const Lanes* lanes) {
  Lanes sums[LANES];
#if defined(__clang__) || !defined(__GNUC__)
  for (int k = 0; k < LANES; ++k) sums[0][k] = total(lanes[k]);
#else
  WholeLanes number;
#pragma GCC unroll 8
  for (int k = 0; k < LANES; ++k) {
    sums[k] = lanes[k];
    number[k] = k;
  }
  int left = LANES / 2;
#pragma GCC unroll 3
  for (int digit = 1; digit < LANES; digit *= 2) {
    const WholeLanes second = (number & digit) != 0;
    const WholeLanes low = number + (second & (LANES - digit));
#pragma GCC unroll 4
    for (int k = 0; k < left; ++k) {
      const Lanes a = sums[2 * k];
      const Lanes b = sums[2 * k + 1];
      sums[k] = __builtin_shuffle(a, b, low) + __builtin_shuffle(a, b, low + digit);
    }
    left /= 2;
  }
#endif
  return sums[0];
}

#endif
