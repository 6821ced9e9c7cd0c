#include "core/group_codes.h"

#include <limits>

#include "catch.h"

using survlines::codes_from_zero;
using survlines::count_codes;
using survlines::missing_code;

namespace {

std::vector<std::int64_t> counts_of(const std::vector<std::int32_t>& code, std::int32_t first,
                                    std::size_t n_codes) {
  return count_codes(code.data(), code.size(), first, n_codes);
}

}  // namespace

TEST_CASE("group codes: each row counts once, missing ones not at all") {
  CHECK(counts_of({}, 1, 0).empty());
  CHECK(counts_of({}, 1, 2) == std::vector<std::int64_t>{0, 0});
  CHECK(counts_of({missing_code}, 1, 0).empty());
  std::vector<std::int32_t> code;
  std::vector<std::int64_t> expected(3, 0);
  for (int i = 0; i < 23; ++i) {
    code.push_back(1 + i * i % 3);
    ++expected[static_cast<std::size_t>(i * i % 3)];
    CHECK(counts_of(code, 1, 3) == expected);
    code.push_back(missing_code);
    CHECK(counts_of(code, 1, 3) == expected);
  }
}

TEST_CASE("group codes: others are refused") {
  CHECK_THROWS_AS(counts_of({1, 0}, 1, 2), survlines::InvalidInput);
  CHECK_THROWS_AS(counts_of({1, 3}, 1, 2), survlines::InvalidInput);
  CHECK_THROWS_AS(counts_of({-1}, 0, 2), survlines::InvalidInput);
  CHECK_THROWS_AS(counts_of({std::numeric_limits<std::int32_t>::max()}, 0, 2),
                  survlines::InvalidInput);
  CHECK_THROWS_AS(counts_of({missing_code + 1}, 1, 2), survlines::InvalidInput);
}

TEST_CASE("group codes: from one to from zero") {
  const std::vector<std::int32_t> from_one = {1, 3, missing_code, 2, 1};
  std::vector<std::int32_t> code(from_one.size());
  codes_from_zero(from_one.data(), from_one.size(), code.data());
  CHECK(code == std::vector<std::int32_t>{0, 2, missing_code, 1, 0});
}
