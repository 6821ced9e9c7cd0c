// Memory of large vectors, kept for the next ones.
//
// The system clears each page that it hands out, which takes as long as a quarter of a Cox fit, and
// who fits one model mostly fits another. So blocks given back are kept, up to most_kept_bytes, and
// the system is told that it may take them when it needs memory: what they hold is lost then, but
// not the block.
#pragma once

#include <cstddef>

namespace survlines {

constexpr std::size_t small_page = std::size_t{1} << 12;
constexpr std::size_t large_page = std::size_t{1} << 21;

// Smaller blocks are not worth keeping.
constexpr std::size_t least_kept_bytes = std::size_t{1} << 17;
constexpr std::size_t most_kept_bytes = std::size_t{1} << 30;

// For memory that nobody has written to yet: pages of 2 MB are handed out with fewer interrupts
// than those of 4 kB. Advice: where it is not taken, small pages do.
void ask_for_large_pages(void* memory, std::size_t bytes) noexcept;

// A block whose values are not specified. Throws std::bad_alloc. Threads may ask at the same time.
void* borrow_block(std::size_t bytes);

// Assumes a block that is borrowed.
void return_block(void* block) noexcept;

// Of the blocks that nobody has borrowed.
std::size_t kept_bytes();
void drop_kept_blocks() noexcept;

}  // namespace survlines
