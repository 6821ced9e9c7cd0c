// A stable sort for keys that their leading bits tell apart, such as times: millions of items move
// through memory once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/large_vector.h"
#include "core/parallel.h"
#include "core/radix_sort.h"

namespace survlines {

namespace bucket_sort_detail {

constexpr int first_bits = 11;  // as many buckets as memory serves side by side
constexpr std::size_t buckets_of_part = 32;
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

// Fills the buckets and returns where each ends. Threads fill them side by side, each with its
// share of the items: in each bucket one share stands after the other.
template <class Item, class ItemAt>
std::vector<std::size_t> fill_buckets(LargeVector<Item>& items, int first_bit,
                                      const ItemAt& item_at, int n_threads) {
  constexpr std::size_t n_buckets = std::size_t{1} << first_bits;
  const std::size_t shares = n_shares(items.size(), n_threads);
  std::vector<std::vector<std::size_t>> place(shares, std::vector<std::size_t>(n_buckets, 0));
  const auto each_item = [&](const auto& visit) {
    for_each_part(shares, n_threads, [&](std::size_t share) {
      const std::size_t last = share_begin(share + 1, shares, items.size());
      std::vector<std::size_t>& of_share = place[share];
      for (std::size_t i = share_begin(share, shares, items.size()); i < last; ++i) {
        const Item item = item_at(i);
        visit(item, of_share[key_of(item) >> first_bit]);
      }
    });
  };
  each_item([](const Item&, std::size_t& count) { ++count; });
  std::size_t begin = 0;
  for (std::size_t bucket = 0; bucket < n_buckets; ++bucket) {
    for (auto& of_share : place) begin += std::exchange(of_share[bucket], begin);
  }
  each_item([&](const Item& item, std::size_t& at) { items[at++] = item; });
  return place.back();
}

}  // namespace bucket_sort_detail

// item_at(0), ..., item_at(n - 1), ascending by key; items of equal key stay in their order. An
// item is a KeyedRow, or a number that is its own key. Assumes keys below 2^key_bits, key_bits
// from 1 to 64, and that item_at() gives the same item each time it is asked, whichever thread
// asks.
//
// Items go to buckets by their leading bits, each bucket small enough for the cache; within it they
// are sorted by the 16 bits that follow, which leaves neighbours to compare.
template <class Item, class ItemAt>
LargeVector<Item> sorted_items(std::size_t n, int key_bits, const ItemAt& item_at,
                               int n_threads = 1) {
  using namespace bucket_sort_detail;
  LargeVector<Item> items(n);
  if (n < 16 * few) {
    for (std::size_t i = 0; i < n; ++i) items[i] = item_at(i);
    sort_neighbours(items.data(), items.data() + n);
    return items;
  }
  const int first_bit = std::max(key_bits - first_bits, 0);
  const int low_bit = std::max(first_bit - 2 * digit_bits, 0);
  const std::vector<std::size_t> ends = fill_buckets(items, first_bit, item_at, n_threads);
  const auto sort_buckets = [&](std::size_t part, LargeVector<Item>& spare) {
    for (std::size_t k = part * buckets_of_part; k < (part + 1) * buckets_of_part; ++k) {
      const std::size_t begin = k > 0 ? ends[k - 1] : 0;
      Item* bucket = items.data() + begin;
      const std::size_t size = ends[k] - begin;
      if (size > few) sort_by_two_digits(bucket, size, low_bit, spare);
      sort_neighbours(bucket, bucket + size);
    }
  };
  for_each_part_by(ends.size() / buckets_of_part, n_parts(n) > 1 ? n_threads : 1, [&] {
    return
        [&, spare = LargeVector<Item>()](std::size_t part) mutable { sort_buckets(part, spare); };
  });
  return items;
}

}  // namespace survlines
