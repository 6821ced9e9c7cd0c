// A stable sort for keys that their leading bits tell apart, such as times: millions of items move
// through memory once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/large_vector.h"
#include "core/radix_sort.h"

namespace survlines {

namespace bucket_sort_detail {

constexpr int first_bits = 11;  // as many buckets as memory serves side by side
constexpr int digit_bits = 8;
constexpr std::size_t few = 48;

inline std::uint64_t key_of(std::uint64_t item) { return item; }
inline std::uint64_t key_of(const KeyedRow& item) { return item.key; }

template <class Item>
bool earlier(const Item& a, const Item& b) {
  return key_of(a) < key_of(b);
}

// For items that are nearly in order already; where they are not, it turns to another sort.
template <class Item>
void sort_neighbours(Item* begin, Item* end) {
  std::ptrdiff_t moves_left = 16 * (end - begin) + static_cast<std::ptrdiff_t>(few * few);
  for (Item* next = begin; next < end; ++next) {
    const Item item = *next;
    Item* place = next;
    for (; place > begin && earlier(item, place[-1]); --place) *place = place[-1];
    *place = item;
    moves_left -= next - place;
    if (moves_left < 0) {
      std::stable_sort(begin, end, earlier<Item>);
      return;
    }
  }
}

// From counts of digits to where the items of each digit begin.
template <class Counts>
void accumulate(Counts& counts) {
  std::size_t begin = 0;
  for (std::size_t& count : counts) {
    const std::size_t size = count;
    count = begin;
    begin += size;
  }
}

// By the two digits above `low_bit`.
template <class Item>
void sort_by_two_digits(Item* items, std::size_t n, int low_bit, LargeVector<Item>& spare) {
  constexpr std::size_t n_digits = std::size_t{1} << digit_bits;
  const auto low_digit = [=](const Item& item) {
    return static_cast<std::size_t>(key_of(item) >> low_bit) % n_digits;
  };
  const auto high_digit = [=](const Item& item) {
    return static_cast<std::size_t>(key_of(item) >> (low_bit + digit_bits)) % n_digits;
  };
  std::array<std::size_t, n_digits> low{};
  std::array<std::size_t, n_digits> high{};
  for (std::size_t i = 0; i < n; ++i) {
    ++low[low_digit(items[i])];
    ++high[high_digit(items[i])];
  }
  accumulate(low);
  accumulate(high);
  if (spare.size() < n) spare.resize(n);
  for (std::size_t i = 0; i < n; ++i) spare[low[low_digit(items[i])]++] = items[i];
  for (std::size_t i = 0; i < n; ++i) items[high[high_digit(spare[i])]++] = spare[i];
}

// Fills the buckets and returns where each ends.
template <class Item, class ItemAt>
std::vector<std::size_t> fill_buckets(LargeVector<Item>& items, int first_bit,
                                      const ItemAt& item_at) {
  std::vector<std::size_t> place(std::size_t{1} << first_bits, 0);
  for (std::size_t i = 0; i < items.size(); ++i) ++place[key_of(item_at(i)) >> first_bit];
  accumulate(place);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item item = item_at(i);
    items[place[key_of(item) >> first_bit]++] = item;
  }
  return place;
}

}  // namespace bucket_sort_detail

// item_at(0), ..., item_at(n - 1), ascending by key; items of equal key stay in their order. An
// item is a KeyedRow, or a number that is its own key. Assumes keys below 2^key_bits, key_bits
// from 1 to 64, and that item_at() gives the same item each time it is asked.
//
// Items go to buckets by their leading bits, each bucket small enough for the cache; within it they
// are sorted by the 16 bits that follow, which leaves neighbours to compare.
template <class Item, class ItemAt>
LargeVector<Item> sorted_items(std::size_t n, int key_bits, const ItemAt& item_at) {
  using namespace bucket_sort_detail;
  LargeVector<Item> items(n);
  if (n < 16 * few) {
    for (std::size_t i = 0; i < n; ++i) items[i] = item_at(i);
    sort_neighbours(items.data(), items.data() + n);
    return items;
  }
  const int first_bit = std::max(key_bits - first_bits, 0);
  const int low_bit = std::max(first_bit - 2 * digit_bits, 0);
  LargeVector<Item> spare;
  std::size_t begin = 0;
  for (const std::size_t end : fill_buckets(items, first_bit, item_at)) {
    Item* bucket = items.data() + begin;
    if (end - begin > few) sort_by_two_digits(bucket, end - begin, low_bit, spare);
    sort_neighbours(bucket, bucket + (end - begin));
    begin = end;
  }
  return items;
}

}  // namespace survlines
