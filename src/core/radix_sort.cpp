#include "core/radix_sort.h"

#include <array>
#include <cstddef>

namespace survlines {
namespace {

constexpr int digit_bits = 11;
constexpr std::size_t n_buckets = std::size_t{1} << digit_bits;

using Histogram = std::array<std::size_t, n_buckets>;

std::size_t digit_of(std::uint64_t key, int digit) {
  return static_cast<std::size_t>(key >> (digit * digit_bits)) & (n_buckets - 1);
}

template <class Item, class Key>
void scatter(const std::vector<Item>& from, std::vector<Item>& to, int digit, Histogram& counts,
             const Key& key) {
  std::size_t start = 0;
  for (std::size_t& count : counts) {
    const std::size_t size = count;
    count = start;
    start += size;
  }
  for (const Item& item : from) to[counts[digit_of(key(item), digit)]++] = item;
}

// By the lowest `key_bits` bits of the keys.
template <int key_bits, class Item, class Key>
void sort_by_digits(std::vector<Item>& items, const Key& key) {
  constexpr int n_digits = (key_bits + digit_bits - 1) / digit_bits;
  if (items.size() < 2) return;
  std::vector<Histogram> histograms(n_digits, Histogram{});
  for (const Item& item : items) {
    for (int digit = 0; digit < n_digits; ++digit) ++histograms[digit][digit_of(key(item), digit)];
  }
  std::vector<Item> spare(items.size());
  for (int digit = 0; digit < n_digits; ++digit) {
    Histogram& counts = histograms[digit];
    if (counts[digit_of(key(items.front()), digit)] == items.size()) continue;
    scatter(items, spare, digit, counts, key);
    items.swap(spare);
  }
}

}  // namespace

void radix_sort(std::vector<KeyedRow>& rows) {
  sort_by_digits<64>(rows, [](const KeyedRow& row) { return row.key; });
}

void sort_upper_half(std::vector<std::uint64_t>& words) {
  sort_by_digits<32>(words, [](std::uint64_t word) { return word >> 32; });
}

}  // namespace survlines
