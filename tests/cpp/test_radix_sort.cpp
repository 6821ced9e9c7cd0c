#include "core/radix_sort.h"

#include <algorithm>

#include "catch.h"
#include "random_data.h"

using survlines::KeyedRow;

TEST_CASE("radix sort: sorts, and keeps the order of equal keys") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::mt19937_64 engine(seed);
    // Keys that differ in a few bits only, anywhere in the word.
    const std::uint64_t mask = engine() & engine();
    std::vector<KeyedRow> rows;
    const int n = random.below(200);
    for (int i = 0; i < n; ++i) rows.push_back({engine() & mask, static_cast<std::uint64_t>(i)});
    std::vector<KeyedRow> expected = rows;
    std::stable_sort(expected.begin(), expected.end(),
                     [](const KeyedRow& a, const KeyedRow& b) { return a.key < b.key; });
    survlines::radix_sort(rows);
    REQUIRE(rows.size() == expected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CHECK(rows[i].key == expected[i].key);
      CHECK(rows[i].row == expected[i].row);
    }
  }
}
