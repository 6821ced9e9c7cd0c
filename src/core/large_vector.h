// Vectors for millions of values, of which every one is written before it is read.
//
// Fresh memory is slow: the system hands it out in pages of 4 kB, each with an interrupt, and a
// std::vector then writes zeros to it. A LargeVector writes nothing, and asks for pages of 2 MB
// where the system has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace survlines {

constexpr std::size_t large_page = std::size_t{1} << 21;

// For memory that nobody has written to yet. Advice: where it is not taken, small pages do.
inline void ask_for_large_pages(void* memory, std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::size_t page = 4096;
  const std::size_t begin = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  const std::size_t end = reinterpret_cast<std::uintptr_t>(memory) + bytes;
  if (end < begin + large_page) return;
  static_cast<void>(madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

template <class T>
class LargeAllocator {
  static_assert(std::is_trivially_default_constructible<T>::value, "values are left unwritten");

 public:
  using value_type = T;

  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>&) {}

  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    if (bytes < least_bytes) return static_cast<T*>(::operator new(bytes));
    void* memory = ::operator new(bytes, page);
    ask_for_large_pages(memory, bytes);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t n) {
    if (n * sizeof(T) < least_bytes) {
      ::operator delete(memory);
    } else {
      ::operator delete(memory, page);
    }
  }

  // resize() without a value leaves the new values unwritten.
  template <class U>
  void construct(U* at) {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Arguments>
  void construct(U* at, const Arguments&... arguments) {
    ::new (static_cast<void*>(at)) U(arguments...);
  }

 private:
  static constexpr std::align_val_t page{large_page};
  static constexpr std::size_t least_bytes = large_page;
};

template <class T, class U>
bool operator==(const LargeAllocator<T>&, const LargeAllocator<U>&) {
  return true;
}
template <class T, class U>
bool operator!=(const LargeAllocator<T>&, const LargeAllocator<U>&) {
  return false;
}

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace survlines
