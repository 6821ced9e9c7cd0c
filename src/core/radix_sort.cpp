#include "core/radix_sort.h"

#include <array>
#include <cstddef>

namespace survlines {
namespace {

constexpr int digit_bits = 11;
constexpr int n_digits = (64 + digit_bits - 1) / digit_bits;
constexpr std::size_t n_buckets = std::size_t{1} << digit_bits;

using Histogram = std::array<std::size_t, n_buckets>;

std::size_t digit_of(std::uint64_t key, int digit) {
  return static_cast<std::size_t>(key >> (digit * digit_bits)) & (n_buckets - 1);
}

std::vector<Histogram> count_digits(const std::vector<KeyedRow>& rows) {
  std::vector<Histogram> histograms(n_digits, Histogram{});
  for (const KeyedRow& row : rows) {
    for (int digit = 0; digit < n_digits; ++digit) ++histograms[digit][digit_of(row.key, digit)];
  }
  return histograms;
}

void scatter(const std::vector<KeyedRow>& from, std::vector<KeyedRow>& to, int digit,
             Histogram& counts) {
  std::size_t start = 0;
  for (std::size_t& count : counts) {
    const std::size_t size = count;
    count = start;
    start += size;
  }
  for (const KeyedRow& row : from) to[counts[digit_of(row.key, digit)]++] = row;
}

}  // namespace

void radix_sort(std::vector<KeyedRow>& rows) {
  if (rows.size() < 2) return;
  std::vector<Histogram> histograms = count_digits(rows);
  std::vector<KeyedRow> spare(rows.size());
  for (int digit = 0; digit < n_digits; ++digit) {
    Histogram& counts = histograms[digit];
    if (counts[digit_of(rows.front().key, digit)] == rows.size()) continue;
    scatter(rows, spare, digit, counts);
    rows.swap(spare);
  }
}

}  // namespace survlines
