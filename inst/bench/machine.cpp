// The two limits that machine.R asks for. No part of the package.
#include <chrono>
#include <cstddef>
#include <vector>

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The best of several tries: whatever else runs can only slow one down.
template <class Try>
double best_rate(double work, Try&& attempt) {
  double best = 0;
  for (int k = 0; k < 7; ++k) {
    const auto start = std::chrono::steady_clock::now();
    attempt();
    const double rate = work / seconds_since(start);
    if (rate > best) best = rate;
  }
  return best;
}

volatile double sink;

// Chains of multiply-add that do not wait for each other, as many as hide the latency of one.
constexpr int n_chains = 12;
constexpr long n_rounds = 2000000;

#define DEFINE_CHAINS(NAME, LANES)                                                \
  void NAME() {                                                                   \
    typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));    \
    Lanes chain[n_chains];                                                        \
    for (int k = 0; k < n_chains; ++k) chain[k] = Lanes{} + k;                    \
    const Lanes factor = Lanes{} + (0.5 + sink);                                  \
    const Lanes term = Lanes{} + (1.0 + sink);                                    \
    for (long round = 0; round < n_rounds; ++round) {                             \
      _Pragma("GCC unroll 12") for (int k = 0; k < n_chains; ++k) {               \
        chain[k] = chain[k] * factor + term;                                      \
      }                                                                           \
    }                                                                             \
    double total = 0;                                                             \
    for (int k = 0; k < n_chains; ++k) total += chain[k][0];                      \
    sink = 0 * total;                                                             \
  }

DEFINE_CHAINS(run_baseline, 2)

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
DEFINE_CHAINS(run_avx2, 4)
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,fma")
DEFINE_CHAINS(run_avx512, 8)
#pragma GCC pop_options
#endif

double flops_of(int lanes) { return 2.0 * lanes * n_chains * n_rounds; }

double sum(const std::vector<double>& values) {
  typedef double Lanes __attribute__((vector_size(64), aligned(8)));
  Lanes total[4] = {};
  for (std::size_t i = 0; i + 32 <= values.size(); i += 32) {
    for (int k = 0; k < 4; ++k) {
      total[k] += *reinterpret_cast<const Lanes*>(values.data() + i + 8 * k);
    }
  }
  return (total[0] + total[1] + total[2] + total[3])[0];
}

}  // namespace

// Bytes a second, of 400 MB that no cache holds.
extern "C" void read_bandwidth(double* bytes_per_second) {
  const std::vector<double> values(50000000, 1.0);
  *bytes_per_second = best_rate(8.0 * 50000000, [&] { sink = 0 * sum(values); });
}

// Floating point operations a second, multiply-add counted as two.
extern "C" void peak_flops(double* flops_per_second) {
  sink = 0;
  *flops_per_second = best_rate(flops_of(2), run_baseline);
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    *flops_per_second = best_rate(flops_of(4), run_avx2);
  }
  if (__builtin_cpu_supports("avx512f")) {
    const double wide = best_rate(flops_of(8), run_avx512);
    if (wide > *flops_per_second) *flops_per_second = wide;
  }
#endif
}
