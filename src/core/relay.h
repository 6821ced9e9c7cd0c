// A value that each part of some work hands on to the next, whichever threads do them.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>

namespace survlines {

// Assumes that parts 0, 1, ... are begun in this order, as for_each_part() does, and that each
// takes the value and hands one on, and cannot fail before it has.
template <class Value>
class Relay {
 public:
  explicit Relay(Value first) : value_(first) {}

  // What the part before has handed on, when it has.
  Value take(std::size_t part) const {
    constexpr int patience = 1000;
    for (int n = 0; n_handed_on_.load(std::memory_order_acquire) != part; ++n) {
      // With more threads than processors the part before may be waiting for this processor.
      if (n >= patience) std::this_thread::yield();
    }
    return value_;
  }

  void hand_on(std::size_t part, Value value) {
    value_ = value;
    n_handed_on_.store(part + 1, std::memory_order_release);
  }

 private:
  Value value_;
  std::atomic<std::size_t> n_handed_on_{0};
};

}  // namespace survlines
