// Vectors for millions of values, of which every one is written before it is read.
//
// A std::vector writes zeros to its memory first. A LargeVector writes nothing, and takes memory
// that earlier ones left (see kept_memory.h).
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <vector>

#include "core/kept_memory.h"

namespace survlines {

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
    return static_cast<T*>(bytes < least_kept_bytes ? ::operator new(bytes) : borrow_block(bytes));
  }
  void deallocate(T* memory, std::size_t n) {
    if (n * sizeof(T) < least_kept_bytes) {
      ::operator delete(memory);
    } else {
      return_block(memory);
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
