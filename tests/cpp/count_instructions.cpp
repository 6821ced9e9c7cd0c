// Kernels on fixed data, for .ci/instructions to count their instructions under callgrind:
//   count_instructions rank_times|kaplan_meier|log_rank|gram|cox    runs one of them
//   count_instructions --compiler                                   what the counts depend on
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/counts.h"
#include "core/cox.h"
#include "core/km.h"
#include "core/logrank.h"
#include "core/time_rank.h"
#include "core/weighted_gram.h"
#include "random_data.h"

namespace {

using Kernel = std::function<double()>;

// callgrind counts what happens in here and nothing else.
[[gnu::noinline]] double counted(const Kernel& kernel) { return kernel(); }

std::vector<double> random_times(Random& random, std::size_t n) {
  std::vector<double> times;
  for (std::size_t i = 0; i < n; ++i) times.push_back(random.between(0.0, 1000.0));
  return times;
}

Rows random_rows(std::size_t n, int n_groups) {
  Random random(1);
  Rows rows;
  survlines::TimeRanks ranks =
      survlines::rank_times(random_times(random, n).data(), nullptr, n, true);
  rows.n_times = static_cast<std::int32_t>(ranks.time.size());
  rows.exit = std::move(ranks.exit);
  rows.n_groups = n_groups;
  for (std::size_t i = 0; i < n; ++i) {
    rows.event.push_back(random.chance(0.6));
    rows.group.push_back(random.below(n_groups));
  }
  return rows;
}

std::vector<double> random_values(std::size_t n) {
  Random random(2);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(random.normal());
  return values;
}

double run_rank_times() {
  Random random(1);
  const std::vector<double> times = random_times(random, 100000);
  return counted(
      [&] { return survlines::rank_times(times.data(), nullptr, times.size(), true).time.back(); });
}

double run_kaplan_meier() {
  const Rows rows = random_rows(100000, 1);
  return counted(
      [&] { return survlines::kaplan_meier(survlines::count_rows(rows.view())).survival.back(); });
}

double run_log_rank() {
  const Rows rows = random_rows(20000, 20);
  return counted(
      [&] { return survlines::log_rank(survlines::count_rows(rows.view())).chi_square; });
}

double run_gram() {
  constexpr std::size_t n_columns = 20;
  const std::vector<double> panel = random_values(n_columns * survlines::panel_stride);
  const std::vector<double> weight(survlines::panel_rows, 0.5);
  survlines::WeightedGram gram(n_columns);
  return counted([&] {
    for (int repeat = 0; repeat < 100; ++repeat) gram.add(panel.data(), weight.data());
    return gram.matrix()(0, 0);
  });
}

double run_cox() {
  constexpr std::size_t n = 5000;
  constexpr std::size_t n_columns = 20;
  const Rows rows = random_rows(n, 1);
  const std::vector<double> x = random_values(n * n_columns);
  survlines::Design design;
  design.n_columns = n_columns;
  design.x = x.data();
  const std::vector<double> start(n_columns, 0.0);
  return counted([&] { return survlines::fit_cox(rows.view(), design, start, {}, {}).loglik; });
}

void print_compiler() {
#if defined(__clang__)
  std::printf("clang-%d", __clang_major__);
#elif defined(__GNUC__)
  std::printf("gcc-%d", __GNUC__);
#else
  std::printf("other");
#endif
#if defined(__x86_64__)
  std::printf("-x86_64\n");
#elif defined(__aarch64__)
  std::printf("-aarch64\n");
#else
  std::printf("-other\n");
#endif
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  const std::map<std::string, double (*)()> kernels = {{"rank_times", run_rank_times},
                                                       {"kaplan_meier", run_kaplan_meier},
                                                       {"log_rank", run_log_rank},
                                                       {"gram", run_gram},
                                                       {"cox", run_cox}};
  if (what == "--compiler") {
    print_compiler();
    return 0;
  }
  const auto kernel = kernels.find(what);
  if (kernel == kernels.end()) {
    std::fprintf(stderr, "rank_times, kaplan_meier, log_rank, gram, cox or --compiler\n");
    return 1;
  }
  std::printf("%.12g\n", kernel->second());
  return 0;
}
