#include "core/bucket_sort.h"

#include <algorithm>

#include "catch.h"
#include "random_data.h"

using survlines::KeyedRow;
using survlines::part_size;
using survlines::sorted_items;

namespace {

int bits_of(std::uint64_t greatest) {
  int bits = 1;
  while (greatest >>= 1) ++bits;
  return bits;
}

void check_sorted(const std::vector<std::uint64_t>& keys) {
  std::vector<KeyedRow> expected;
  std::uint64_t greatest = 0;
  for (const std::uint64_t key : keys) {
    expected.push_back({key, expected.size()});
    greatest = std::max(greatest, key);
  }
  std::stable_sort(expected.begin(), expected.end(),
                   [](const KeyedRow& a, const KeyedRow& b) { return a.key < b.key; });
  const auto rows = sorted_items<KeyedRow>(keys.size(), bits_of(greatest), [&](std::size_t i) {
    return KeyedRow{keys[i], i};
  });
  const auto words = sorted_items<std::uint64_t>(keys.size(), bits_of(greatest),
                                                 [&](std::size_t i) { return keys[i]; });
  bool same = rows.size() == keys.size() && words.size() == keys.size();
  for (std::size_t k = 0; same && k < keys.size(); ++k) {
    same = rows[k].key == expected[k].key && rows[k].row == expected[k].row &&
           words[k] == expected[k].key;
  }
  CHECK(same);
}

}  // namespace

TEST_CASE("bucket sort: sorts, and keeps the order of equal keys, whatever bits differ") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::mt19937_64 engine(seed);
    // Few bits anywhere in the word, many, or all.
    std::uint64_t mask = engine();
    if (random.chance(0.6)) mask &= engine();
    if (random.chance(0.3)) mask &= engine() & engine();
    std::vector<std::uint64_t> keys(static_cast<std::size_t>(random.below(3000)));
    for (std::uint64_t& key : keys) key = engine() & mask;
    check_sorted(keys);
  }
}

TEST_CASE("bucket sort: none, one, all alike, and numbers of items about every limit") {
  for (const std::size_t n : {0U, 1U, 2U, 47U, 48U, 49U, 767U, 768U, 769U, 5000U}) {
    CAPTURE(n);
    std::mt19937_64 engine(n);
    check_sorted(std::vector<std::uint64_t>(n, 0));
    check_sorted(std::vector<std::uint64_t>(n, ~std::uint64_t{0}));
    std::vector<std::uint64_t> keys(n);
    for (std::uint64_t& key : keys) key = engine();
    check_sorted(keys);
    std::sort(keys.begin(), keys.end());
    check_sorted(keys);
    std::reverse(keys.begin(), keys.end());
    check_sorted(keys);
  }
}

TEST_CASE("bucket sort: keys that differ in their last bits only, beside one very different") {
  for (const std::size_t n : {100U, 1000U, 20000U}) {
    CAPTURE(n);
    std::mt19937_64 engine(n);
    std::vector<std::uint64_t> keys(n, 0);
    for (std::uint64_t& key : keys) key = engine() & 0xffff;
    keys[n / 2] = std::uint64_t{1} << 62;
    check_sorted(keys);
  }
}

TEST_CASE("bucket sort: any number of threads sorts alike", "[threads]") {
  std::mt19937_64 engine(7);
  for (const std::size_t n : {std::size_t{500}, part_size + 1, 3 * part_size + 17}) {
    // Keys of which many are equal, all in few buckets or in many.
    for (const std::uint64_t mask : {std::uint64_t{0xff}, std::uint64_t{0xffff0000ffff}}) {
      CAPTURE(n, mask);
      std::vector<std::uint64_t> keys(n);
      for (std::uint64_t& key : keys) key = engine() & mask;
      const auto sorted = [&](int n_threads) {
        return sorted_items<KeyedRow>(
            n, bits_of(mask),
            [&](std::size_t i) {
              return KeyedRow{keys[i], i};
            },
            n_threads);
      };
      const auto alone = sorted(1);
      for (const int n_threads : {2, 3, 8}) {
        const auto together = sorted(n_threads);
        CHECK(std::equal(
            alone.begin(), alone.end(), together.begin(), together.end(),
            [](const KeyedRow& a, const KeyedRow& b) { return a.key == b.key && a.row == b.row; }));
      }
    }
  }
}
