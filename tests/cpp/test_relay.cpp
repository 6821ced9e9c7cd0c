#include "core/relay.h"

#include <vector>

#include "catch.h"
#include "core/parallel.h"

TEST_CASE("relay: each part gets what the part before has handed on", "[threads]") {
  for (const int n_threads : {1, 2, 5}) {
    survlines::Relay<std::size_t> relay(1);
    std::vector<std::size_t> taken(500);
    survlines::for_each_part(taken.size(), n_threads, [&](std::size_t k) {
      taken[k] = relay.take(k);
      relay.hand_on(k, taken[k] + k);
    });
    std::size_t expected = 1;
    bool same = true;
    for (std::size_t k = 0; k < taken.size(); expected += k++) same = same && taken[k] == expected;
    CHECK(same);
  }
}
