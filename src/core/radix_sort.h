// Stable radix sort of 64-bit keys that carry a row number.
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

}  // namespace survlines
