// reconstruct <folder> [seed]: finds a synthetic registry that gives back the printed numbers of
// the osteosarcoma report, and writes its four CSV files to the folder.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "age_search.h"
#include "calendar.h"
#include "os_search.h"
#include "pfs_loss.h"
#include "pfs_search.h"
#include "random.h"
#include "tables.h"
#include "write_csv.h"

namespace {

using namespace reconstruction;

constexpr unsigned long long shipped_seed = 5;

double print_misses(const char* search, const std::vector<Miss>& misses) {
  double total = 0.0;
  for (const Miss& miss : misses) {
    total += miss.loss;
    if (miss.loss > 0.0)
      std::printf("  %s: %s is %g, loss %g\n", search, miss.what.c_str(), miss.value, miss.loss);
  }
  std::printf("%s: %zu targets, loss %g\n", search, misses.size(), total);
  std::fflush(stdout);
  return total;
}

// True when every target was met.
bool reconstruct(const char* folder, unsigned long long seed) {
  Random random(seed);
  Found found;
  double loss = 0.0;
  found.lines = search_pfs(random);
  loss += print_misses("lines", pfs_misses(found.lines));
  found.survival = search_os(found.lines, random);
  loss += print_misses("survival", os_misses(found.lines, found.survival));
  found.start = draw_calendar(found.survival, random);
  found.ages = search_ages(found.lines, found.start, random);
  loss += print_misses("ages", age_misses(found.lines, found.start, found.ages));
  for (const Table& table : registry_tables(found, random)) write_csv(table, folder);
  return loss == 0.0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: reconstruct <folder> [seed]\n");
    return 2;
  }
  try {
    const auto seed = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : shipped_seed;
    return reconstruct(argv[1], seed) ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "reconstruct: %s\n", error.what());
    return 1;
  }
}
