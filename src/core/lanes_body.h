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

#endif
