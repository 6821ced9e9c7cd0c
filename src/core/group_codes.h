// Codes of groups, and how many rows there are of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/error.h"

namespace survlines {

// R's missing integer.
constexpr std::int32_t missing_code = std::numeric_limits<std::int32_t>::min();

// How many rows have each of the codes first, ..., first + n_codes - 1; missing ones are of none.
// Throws InvalidInput where a code is none of these.
inline std::vector<std::int64_t> count_codes(const std::int32_t* code, std::size_t n_rows,
                                             std::int32_t first, std::size_t n_codes) {
  // Tables take turns, as a number that was just raised must be waited for.
  constexpr std::size_t n_tables = 4;
  std::vector<std::int64_t> tables(n_tables * n_codes, 0);
  for (std::size_t i = 0; i < n_rows; ++i) {
    if (code[i] == missing_code) continue;
    const auto place = static_cast<std::size_t>(static_cast<std::int64_t>(code[i]) - first);
    require(place < n_codes, "group code");
    ++tables[i % n_tables * n_codes + place];
  }
  std::vector<std::int64_t> counts(n_codes, 0);
  for (std::size_t k = 0; k < n_codes; ++k) {
    for (std::size_t t = 0; t < n_tables; ++t) counts[k] += tables[t * n_codes + k];
  }
  return counts;
}

// Codes from 0 of codes from 1, such as a factor has; missing ones stay so.
inline void codes_from_zero(const std::int32_t* code, std::size_t n_rows, std::int32_t* to) {
  for (std::size_t i = 0; i < n_rows; ++i) to[i] = code[i] == missing_code ? code[i] : code[i] - 1;
}

}  // namespace survlines
