#include <cstdint>
#include <new>
#include <thread>
#include <vector>

#include "catch.h"
#include "core/kept_memory.h"
#include "core/large_vector.h"

namespace {

using namespace survlines;

constexpr std::size_t megabyte = std::size_t{1} << 20;

// Whether this system lets blocks be kept at all.
bool keeps() {
  drop_kept_blocks();
  return_block(borrow_block(megabyte));
  const bool kept = kept_bytes() > 0;
  drop_kept_blocks();
  return kept;
}

TEST_CASE("a block given back serves whoever asks for one of its size", "[kept_memory]") {
  if (!keeps()) return;
  for (const std::size_t bytes : {least_kept_bytes, 3 * megabyte, 70 * megabyte}) {
    drop_kept_blocks();
    void* first = borrow_block(bytes);
    CHECK(reinterpret_cast<std::uintptr_t>(first) % small_page == 0);
    return_block(first);
    CHECK(kept_bytes() >= bytes);
    void* again = borrow_block(bytes - 100);  // rounds to the same size
    CHECK(again == first);
    CHECK(kept_bytes() == 0);
    void* other = borrow_block(bytes);
    CHECK(other != first);
    return_block(again);
    return_block(other);
  }
  drop_kept_blocks();
  CHECK(kept_bytes() == 0);
}

TEST_CASE("a block serves for smaller ones, down to half", "[kept_memory]") {
  if (!keeps()) return;
  void* large = borrow_block(20 * megabyte);
  void* small = borrow_block(12 * megabyte);
  return_block(large);
  return_block(small);
  CHECK(borrow_block(11 * megabyte) == small);  // the smaller of the two that would do
  CHECK(borrow_block(10 * megabyte) == large);
  return_block(small);
  return_block(large);
  CHECK(kept_bytes() == 32 * megabyte);
  void* tiny = borrow_block(4 * megabyte);
  CHECK(tiny != small);
  CHECK(tiny != large);
  return_block(tiny);
  drop_kept_blocks();
}

TEST_CASE("no more is kept than is said", "[kept_memory]") {
  if (!keeps()) return;
  const std::size_t bytes = most_kept_bytes / 4;
  std::vector<void*> blocks;
  for (int k = 0; k < 6; ++k) blocks.push_back(borrow_block(bytes));
  for (void* block : blocks) return_block(block);
  CHECK(kept_bytes() == most_kept_bytes);
  // The longest kept went first.
  CHECK(borrow_block(bytes) == blocks[5]);
  return_block(blocks[5]);
  void* huge = borrow_block(most_kept_bytes + 1);
  return_block(huge);
  CHECK(kept_bytes() == most_kept_bytes);
  drop_kept_blocks();
  std::vector<void*> many;
  for (int k = 0; k < 500; ++k) many.push_back(borrow_block(least_kept_bytes));
  for (void* block : many) return_block(block);
  CHECK(kept_bytes() > 0);
  CHECK(kept_bytes() < 500 * least_kept_bytes);
  drop_kept_blocks();
}

// Sanitizers end the program where memory is lacking.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("where memory is lacking nothing is kept from the system", "[kept_memory]") {
  if (!keeps()) return;
  return_block(borrow_block(megabyte));
  CHECK_THROWS_AS(borrow_block(std::size_t{1} << 62), std::bad_alloc);
  CHECK(kept_bytes() == 0);
}
#endif

TEST_CASE("vectors in borrowed memory hold what was written to them", "[kept_memory][threads]") {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t, &wrong] {
      for (int round = 0; round < 50; ++round) {
        LargeVector<double> values(20000 + 5000 * static_cast<std::size_t>(round % 3));
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i) + t;
        values.resize(values.size() + 100000, -1.0);
        const LargeVector<double> copy = values;
        for (std::size_t i = 0; i < 20000; ++i) {
          wrong[t] += copy[i] != static_cast<double>(i) + t;
        }
        wrong[t] += copy.back() != -1.0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : wrong) CHECK(count == 0);
}

}  // namespace
