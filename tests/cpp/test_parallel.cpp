#include "core/parallel.h"

#include <stdexcept>

#include "catch.h"

using survlines::for_each_part;
using survlines::n_parts;
using survlines::part_size;

TEST_CASE("parts: as many as it takes, also of more rows than 32 bits count", "[threads]") {
  CHECK(n_parts(0) == 0);
  CHECK(n_parts(1) == 1);
  CHECK(n_parts(part_size) == 1);
  CHECK(n_parts(part_size + 1) == 2);
  CHECK(n_parts((std::size_t{1} << 33) + 1) == ((std::size_t{1} << 33) / part_size) + 1);
}

TEST_CASE("parts: each is done once, by any number of threads", "[threads]") {
  for (const int n_threads : {0, 1, 2, 4, 9}) {
    for (const std::size_t n : {0, 1, 2, 3, 100}) {
      std::vector<int> done(n, 0);
      for_each_part(n, n_threads, [&](std::size_t k) { ++done[k]; });
      CHECK(done == std::vector<int>(n, 1));
    }
  }
}

TEST_CASE("parts: what one throws reaches the caller", "[threads]") {
  for (const int n_threads : {1, 2, 4}) {
    CHECK_THROWS_AS(for_each_part(50, n_threads,
                                  [](std::size_t k) {
                                    if (k == 17) throw std::runtime_error("part 17");
                                  }),
                    std::runtime_error);
  }
}
