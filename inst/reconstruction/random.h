// Random numbers that are the same on every machine: the standard fixes mt19937_64, but not what
// std::uniform_*_distribution and std::shuffle make of it.
#ifndef RECONSTRUCTION_RANDOM_H
#define RECONSTRUCTION_RANDOM_H

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace reconstruction {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

  // An integer from low to high, both included.
  int between(int low, int high) {
    return low + static_cast<int>(uniform() * static_cast<double>(high - low + 1));
  }

  std::size_t index(std::size_t size) {
    return static_cast<std::size_t>(between(0, static_cast<int>(size) - 1));
  }

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[index(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace reconstruction

#endif
