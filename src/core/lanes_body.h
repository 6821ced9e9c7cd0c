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
// Flags, 0 or 1, as numbers.
static inline Lanes load_flags(const std::uint8_t* flags) {
  typedef std::uint8_t Bytes __attribute__((vector_size(LANES), aligned(1), may_alias));
  return __builtin_convertvector(*reinterpret_cast<const Bytes*>(flags), Lanes);
}
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

// Two registers share one: a lane of it is the first's or the second's, as a digit of the lane's
// number says, and the other register's lanes are `digit` lanes on. This is where they come from,
// for a shuffle.
static inline WholeLanes first_of_two(int digit) {
  WholeLanes number;
#pragma GCC unroll 8
  for (int k = 0; k < LANES; ++k) number[k] = k;
  const WholeLanes second = (number & digit) != 0;
  return number + (second & (LANES - digit));
}

// The totals of LANES registers, in one. At each step two registers share one: a lane holds what
// is left of the first or the second, as a digit of the lane's number says.
static inline Lanes totals(const Lanes* lanes) {
  Lanes sums[LANES];
#if defined(__clang__) || !defined(__GNUC__)
  for (int k = 0; k < LANES; ++k) sums[0][k] = total(lanes[k]);
#else
#pragma GCC unroll 8
  for (int k = 0; k < LANES; ++k) sums[k] = lanes[k];
  int left = LANES / 2;
#pragma GCC unroll 3
  for (int digit = 1; digit < LANES; digit *= 2) {
    const WholeLanes kept = first_of_two(digit);
#pragma GCC unroll 4
    for (int k = 0; k < left; ++k) {
      const Lanes a = sums[2 * k];
      const Lanes b = sums[2 * k + 1];
      sums[k] = __builtin_shuffle(a, b, kept) + __builtin_shuffle(a, b, kept + digit);
    }
    left /= 2;
  }
#endif
  return sums[0];
}

#endif
