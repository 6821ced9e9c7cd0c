#include "core/kept_memory.h"

#include <cstdint>
#include <mutex>
#include <new>
#include <vector>

#if defined(__linux__) || defined(__APPLE__)
#include <sys/mman.h>
#endif

namespace survlines {
namespace {

// Few sizes, so that blocks serve for one another.
std::size_t rounded(std::size_t bytes) {
  const std::size_t step = bytes < large_page ? least_kept_bytes : large_page;
  return (bytes + step - 1) / step * step;
}

std::align_val_t alignment(std::size_t size) {
  return std::align_val_t{size < large_page ? small_page : large_page};
}

// Large pages only as far as they are wanted: one at the end would be there whole.
void* new_block(std::size_t size, std::size_t bytes) {
  void* block = ::operator new(size, alignment(size));
  ask_for_large_pages(block, bytes);
  return block;
}

void delete_block(void* block, std::size_t size) noexcept {
  ::operator delete(block, alignment(size));
}

// Whether the system took the offer to have the pages when it needs them.
bool offer_pages(void* block, std::size_t size) noexcept {
#if defined(MADV_FREE)
  return madvise(block, size, MADV_FREE) == 0;
#else
  static_cast<void>(block);
  static_cast<void>(size);
  return false;
#endif
}

struct Block {
  void* memory;
  std::size_t size;
};

// Those given back, the longest kept first, and those borrowed.
class KeptBlocks {
 public:
  KeptBlocks() { blocks_.reserve(most_blocks); }
  KeptBlocks(const KeptBlocks&) = delete;
  KeptBlocks& operator=(const KeptBlocks&) = delete;
  ~KeptBlocks() { drop(); }

  // The smallest that will do, but none of more than twice the size; nullptr if there is none.
  void* take(std::size_t size) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::size_t best = blocks_.size();
    // Of one size the last one given back: it is the likeliest to be in cache.
    for (std::size_t k = blocks_.size(); k-- > 0;) {
      const std::size_t offered = blocks_[k].size;
      if (offered < size || offered / 2 > size) continue;
      if (best == blocks_.size() || offered < blocks_[best].size) best = k;
    }
    if (best == blocks_.size()) return nullptr;
    borrowed_.push_back(blocks_[best]);
    return remove(best);
  }

  void* make(std::size_t size, std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    borrowed_.reserve(borrowed_.size() + 1);
    borrowed_.push_back({new_block(size, bytes), size});
    return borrowed_.back().memory;
  }

  void keep(void* memory) noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::size_t size = end_loan(memory);
    if (size > most_kept_bytes || !offer_pages(memory, size)) {
      delete_block(memory, size);
      return;
    }
    while (blocks_.size() == most_blocks || bytes_ + size > most_kept_bytes) drop_longest_kept();
    blocks_.push_back({memory, size});
    bytes_ += size;
  }

  std::size_t bytes() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return bytes_;
  }

  void drop() noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    while (!blocks_.empty()) drop_longest_kept();
  }

 private:
  // So few that looking through them takes no time.
  static constexpr std::size_t most_blocks = 64;

  // Returns the size of the block.
  std::size_t end_loan(void* memory) noexcept {
    // Mostly one of the last.
    std::size_t k = borrowed_.size() - 1;
    while (borrowed_[k].memory != memory) --k;
    const std::size_t size = borrowed_[k].size;
    borrowed_[k] = borrowed_.back();
    borrowed_.pop_back();
    return size;
  }

  void* remove(std::size_t k) noexcept {
    const Block block = blocks_[k];
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(k));
    bytes_ -= block.size;
    return block.memory;
  }

  void drop_longest_kept() noexcept {
    const std::size_t size = blocks_.front().size;
    delete_block(remove(0), size);
  }

  std::mutex mutex_;
  std::vector<Block> blocks_;
  std::vector<Block> borrowed_;
  std::size_t bytes_ = 0;
};

KeptBlocks& kept_blocks() {
  static KeptBlocks blocks;
  return blocks;
}

}  // namespace

void ask_for_large_pages(void* memory, std::size_t bytes) noexcept {
#if defined(MADV_HUGEPAGE)
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::size_t before_page = (small_page - address % small_page) % small_page;
  if (bytes < before_page + large_page) return;
  static_cast<void>(
      madvise(static_cast<char*>(memory) + before_page, bytes - before_page, MADV_HUGEPAGE));
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

void* borrow_block(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  if (void* kept = kept_blocks().take(size)) return kept;
  try {
    return kept_blocks().make(size, bytes);
  } catch (const std::bad_alloc&) {
    // What is kept of other sizes may be what is lacking.
    drop_kept_blocks();
    return kept_blocks().make(size, bytes);
  }
}

void return_block(void* block) noexcept { kept_blocks().keep(block); }

std::size_t kept_bytes() { return kept_blocks().bytes(); }

void drop_kept_blocks() noexcept { kept_blocks().drop(); }

}  // namespace survlines
