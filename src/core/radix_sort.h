// Stable radix sorts of numbers that carry a row number.
#pragma once

#include <cstdint>
#include <vector>

namespace survlines {

struct KeyedRow {
  std::uint64_t key;
  std::uint64_t row;
};

// Sorts by key, ascending; rows of equal key stay in their order. Digits that are the same in
// all keys cost one look and no move.
void radix_sort(std::vector<KeyedRow>& rows);

// The same of words by their upper 32 bits.
void sort_upper_half(std::vector<std::uint64_t>& words);

}  // namespace survlines
