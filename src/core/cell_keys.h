// The cell and the event of a row in one number that sorts as cells do, and cells from such numbers
// in order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/counts.h"

namespace survlines {

// Bits that hold the whole numbers below n.
inline int bits_below(std::int64_t n) {
  int bits = 0;
  while (n > std::int64_t{1} << bits) ++bits;
  return bits;
}

// From the highest bits: stratum, time, group, event. A time is any number of `time_bits` bits.
class CellKeys {
 public:
  CellKeys(std::int32_t n_strata, int time_bits, std::int32_t n_groups)
      : time_shift_(bits_below(n_groups) + 1),
        stratum_shift_(time_shift_ + time_bits),
        bits_(stratum_shift_ + bits_below(n_strata)) {}

  bool fit() const { return bits_ <= 64; }
  int bits() const { return bits_; }
  std::uint64_t key(std::int32_t stratum, std::uint64_t time, std::int32_t group,
                    std::int32_t event) const {
    const std::uint64_t high =
        stratum == 0 ? 0 : static_cast<std::uint64_t>(stratum) << stratum_shift_;
    return high | time << time_shift_ | static_cast<std::uint64_t>(group) << 1 |
           static_cast<std::uint64_t>(event);
  }
  std::uint64_t cell(std::uint64_t key) const { return key >> 1; }
  bool event(std::uint64_t key) const { return key & 1; }
  std::int32_t group(std::uint64_t key) const {
    return static_cast<std::int32_t>(low_bits(key, time_shift_) >> 1);
  }
  std::uint64_t time(std::uint64_t key) const {
    return low_bits(key, stratum_shift_) >> time_shift_;
  }
  std::size_t stratum(std::uint64_t key) const {
    return stratum_shift_ == bits_ ? 0 : static_cast<std::size_t>(key >> stratum_shift_);
  }

 private:
  static std::uint64_t low_bits(std::uint64_t key, int n) {
    return n >= 64 ? key : key & ((std::uint64_t{1} << n) - 1);
  }
  int time_shift_, stratum_shift_, bits_;
};

// Writes cells one after the other into counts of rows that have neither weights nor late entries.
class CellWriter {
 public:
  CellWriter(Counts& counts, std::size_t most) : counts_(counts) { resize(most); }

  // Whether this is another cell than the last.
  bool is_new(std::uint64_t cell) const { return n_ == 0 || cell != cell_; }
  void begin(std::uint64_t cell, std::int32_t time, std::int32_t group) {
    if (n_ > 0) write();
    cell_ = cell;
    counts_.time[n_] = time;
    counts_.group[n_] = group;
    ++n_;
    left_ = events_ = 0;
  }
  // The next rows belong to the last cell, although their keys are another's.
  void join(std::uint64_t cell) { cell_ = cell; }
  void add(bool event) {
    ++left_;
    events_ += event;
  }
  void finish() {
    if (n_ > 0) write();
    resize(n_);
  }

 private:
  void write() {
    counts_.events[n_ - 1] = static_cast<double>(events_);
    counts_.censored[n_ - 1] = static_cast<double>(left_ - events_);
  }
  void resize(std::size_t n) {
    counts_.time.resize(n);
    counts_.group.resize(n);
    counts_.events.resize(n);
    counts_.censored.resize(n);
  }

  Counts& counts_;
  std::size_t n_ = 0;
  std::uint64_t cell_ = 0;
  std::int64_t left_ = 0;
  std::int64_t events_ = 0;
};

}  // namespace survlines
