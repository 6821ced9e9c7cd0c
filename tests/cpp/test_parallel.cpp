#include "core/parallel.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <stdexcept>
#include <vector>

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

TEST_CASE("parts: each thread has work of its own, and begins parts in their order", "[threads]") {
  for (const int n_threads : {1, 2, 4}) {
    std::atomic<int> n_made{0};
    std::vector<int> done(100, 0);
    std::vector<std::size_t> last_of_thread(16, 0);
    std::atomic<bool> in_order{true};
    survlines::for_each_part_by(done.size(), n_threads, [&] {
      return [&, me = static_cast<std::size_t>(n_made++)](std::size_t k) {
        if (k < last_of_thread[me]) in_order = false;
        last_of_thread[me] = k;
        ++done[k];
      };
    });
    CHECK(done == std::vector<int>(100, 1));
    CHECK(in_order);
    CHECK(n_made <= n_threads);
  }
}

TEST_CASE("parts: none is left out before one that was begun, when another fails", "[threads]") {
  for (int round = 0; round < 200; ++round) {
    std::vector<int> begun(40, 0);
    CHECK_THROWS_AS(for_each_part(begun.size(), 4,
                                  [&](std::size_t k) {
                                    begun[k] = 1;
                                    if (k == 20) throw std::runtime_error("part 20");
                                  }),
                    std::runtime_error);
    CHECK(std::is_sorted(begun.begin(), begun.end(), std::greater<int>()));
  }
}

TEST_CASE("shares: they follow one another, of sizes that differ by one at most", "[threads]") {
  using survlines::share_begin;
  CHECK(survlines::n_shares(part_size, 4) == 1);
  CHECK(survlines::n_shares(part_size + 1, 4) == 4);
  CHECK(survlines::n_shares(part_size + 1, 1) == 1);
  for (const std::size_t n : {0, 1, 7, 12, 1000003}) {
    for (const std::size_t shares : {1, 3, 12}) {
      CAPTURE(n, shares);
      CHECK(share_begin(0, shares, n) == 0);
      CHECK(share_begin(shares, shares, n) == n);
      for (std::size_t k = 0; k < shares; ++k) {
        const std::size_t size = share_begin(k + 1, shares, n) - share_begin(k, shares, n);
        CHECK(size >= n / shares);
        CHECK(size <= n / shares + 1);
      }
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
