// exp and log in terms of the macro LANES. kernels.cpp includes this once for each instruction set,
// in a namespace of its own; hence no include guard.
//
// Both take powers of two off by the bits of the number, and sum a series that is short enough for
// what is left (Muller, Elementary Functions, 3rd ed., chapters 5 and 11):
//   exp(k log 2 + r) = 2^k exp(r),        |r| <= log(2) / 2,        Taylor's series to r^13;
//   log(2^k m)       = k log 2 + log(m),  1/sqrt(2) <= m < sqrt(2),
//   log(m)           = 2 artanh(f),       f = (m - 1) / (m + 1),    its series to f^23.

#ifdef LANES

// log 2 in two parts: whole numbers up to 2^11 times the first are exact.
static constexpr double log_two_high = 0x1.62e42fee00000p-1;
static constexpr double log_two_low = 0x1.a39ef35793c76p-33;
static constexpr int fraction_bits = 52;
static constexpr double least_normal = 0x1p-1022;
static constexpr double least_exponent = -708;  // exp of less is no normal number
static constexpr double greatest_exponent = 0x1.62e42fefa39efp9;

static inline Lanes as_lanes(BitLanes bits) { return reinterpret_cast<Lanes>(bits); }
static inline BitLanes as_bits(Lanes lanes) { return reinterpret_cast<BitLanes>(lanes); }
static inline BitLanes as_bits(WholeLanes lanes) { return reinterpret_cast<BitLanes>(lanes); }

// A whole number of at most 51 bits, added to this, stands in the last bits of the sum.
static constexpr double whole_number = 0x1.8p52;

static inline Lanes from_whole(WholeLanes k) {
  return as_lanes(as_bits(k) + as_bits(in_all_lanes(whole_number))) - whole_number;
}

static inline Lanes exponential(Lanes x) {
  const Lanes shifted = x * 0x1.71547652b82fep0 + whole_number;
  const Lanes k = shifted - whole_number;
  const Lanes r = (x - k * log_two_high) - k * log_two_low;
  // 1 / 13!, ..., 1 / 2!
  static const double inverse_factorial[] = {
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
      1.0 / 5040,       1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      1.0 / 2};
  Lanes series = in_all_lanes(inverse_factorial[0]);
#pragma GCC unroll 12
  for (int n = 1; n < 12; ++n) series = series * r + inverse_factorial[n];
  series = series * (r * r) + r + 1;
  const Lanes result = as_lanes(as_bits(series) + (as_bits(shifted) << fraction_bits));
  const Lanes limit = x > 0   ? in_all_lanes(HUGE_VAL)
                      : x < 0 ? Lanes{}
                              : x;  // the last: not a number
  return ((x >= least_exponent) & (x <= greatest_exponent)) ? result : limit;
}

static inline Lanes logarithm(Lanes x) {
  const WholeLanes small = (x < least_normal) & (x > 0);
  const BitLanes bits = as_bits(small ? x * 0x1p54 : x);
  // Of x / sqrt(1/2), so that m lies about 1.
  const BitLanes above = bits - as_bits(in_all_lanes(0x1.6a09e667f3bcdp-1));
  const WholeLanes exponent = reinterpret_cast<WholeLanes>(above) >> fraction_bits;
  const Lanes m = as_lanes(bits - (as_bits(exponent) << fraction_bits));
  const Lanes k = from_whole(exponent) - (small ? in_all_lanes(54) : Lanes{});
  const Lanes f = (m - 1) / (m + 1);
  const Lanes square = f * f;
  Lanes series = in_all_lanes(2.0 / 23);
#pragma GCC unroll 10
  for (int n = 21; n > 1; n -= 2) series = series * square + 2.0 / n;
  // 2 f = (m - 1) - f (m - 1): the first part is exact.
  const Lanes log_m = (m - 1) - f * ((m - 1) - square * series);
  const Lanes result = k * log_two_high + (k * log_two_low + log_m);
  const Lanes limit = x > 0 ? x : x == 0 ? in_all_lanes(-HUGE_VAL) : in_all_lanes(NAN);
  return ((x > 0) & (x < HUGE_VAL)) ? result : limit;
}

static void exponentiate(double* value, std::size_t n) {
  for (std::size_t k = 0; k < n; k += LANES) store(value + k, exponential(load(value + k)));
}

static void relative_risks(const double* eta, double scale, const double* mass, std::size_t n,
                           double* out) {
  const std::size_t in_lanes = n / LANES * LANES;
  for (std::size_t i = 0; i < in_lanes; i += LANES) {
    store(out + i, load(mass + i) * exponential(load(eta + i) - scale));
  }
  double rest[LANES] = {};
  for (std::size_t i = in_lanes; i < n; ++i) rest[i - in_lanes] = eta[i] - scale;
  store(rest, exponential(load(rest)));
  for (std::size_t i = in_lanes; i < n; ++i) out[i] = mass[i] * rest[i - in_lanes];
}

static inline void hazard_terms_of_lanes(const double* mass, const double* at_risk, double* jump,
                                         double* square, double* log_sum) {
  const Lanes dying = load(mass);
  const Lanes total = load(at_risk);
  store(jump, dying / total);
  store(square, dying / total / total);
  store(log_sum, dying * logarithm(total));
}

static void hazard_terms(const double* mass, const double* at_risk, std::size_t n, double* jump,
                         double* square, double* log_sum) {
  const std::size_t in_lanes = n / LANES * LANES;
  for (std::size_t i = 0; i < in_lanes; i += LANES) {
    hazard_terms_of_lanes(mass + i, at_risk + i, jump + i, square + i, log_sum + i);
  }
  // The rest, filled up with ones.
  double rest[5][LANES];
  for (std::size_t k = 0; k < LANES; ++k) {
    const bool any = in_lanes + k < n;
    rest[0][k] = any ? mass[in_lanes + k] : 1;
    rest[1][k] = any ? at_risk[in_lanes + k] : 1;
  }
  hazard_terms_of_lanes(rest[0], rest[1], rest[2], rest[3], rest[4]);
  for (std::size_t i = in_lanes; i < n; ++i) {
    jump[i] = rest[2][i - in_lanes];
    square[i] = rest[3][i - in_lanes];
    log_sum[i] = rest[4][i - in_lanes];
  }
}

#endif
