// Work that is cut into parts, done by one thread or several.
//
// Parts are the same however many threads there are, each writes to a place of its own, and
// whoever adds the parts up does so in their order. So the number of threads never changes a bit
// of a result.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace survlines {

// Rows (or cells) of one part: enough that a thread is worth waking, few enough that data sets
// below it are one part.
constexpr std::size_t part_size = std::size_t{1} << 14;

inline std::size_t n_parts(std::size_t n) { return (n + part_size - 1) / part_size; }

// Begins work(k) for k = 0 .. n - 1 in this order, on up to n_threads threads, the calling one
// among them, each of which calls make_work() for a `work` of its own. Returns when all are done,
// and throws what one of them threw. Assumes that no two calls write to the same place, and that
// none calls back to the host program.
template <class MakeWork>
void for_each_part_by(std::size_t n, int n_threads, const MakeWork& make_work) {
  if (n_threads <= 1 || n <= 1) {
    auto&& work = make_work();
    for (std::size_t k = 0; k < n; ++k) work(k);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  const auto run = [&] {
    try {
      auto&& work = make_work();
      // A part that is taken is done: a later one may be waiting for what it hands on.
      for (std::size_t k; !failed && (k = next++) < n;) work(k);
    } catch (...) {
      if (!failed.exchange(true)) failure = std::current_exception();
    }
  };
  std::vector<std::thread> helpers;
  const std::size_t wanted = static_cast<std::size_t>(n_threads) < n ? n_threads : n;
  try {
    while (helpers.size() + 1 < wanted) helpers.emplace_back(run);
  } catch (const std::system_error&) {
    // The system has no more threads: those there are do the work.
  }
  run();
  for (std::thread& helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);
}

// The same where all threads share one `work`.
template <class Work>
void for_each_part(std::size_t n, int n_threads, const Work& work) {
  for_each_part_by(n, n_threads, [&]() -> const Work& { return work; });
}

// Into how many shares of like size items are cut that are not worked on in parts, because each
// share costs memory or time of its own. The result must not depend on it.
inline std::size_t n_shares(std::size_t n_items, int n_threads) {
  return n_threads > 1 && n_parts(n_items) > 1 ? static_cast<std::size_t>(n_threads) : 1;
}

// Where share k of n_shares of n items begins.
inline std::size_t share_begin(std::size_t k, std::size_t n_shares, std::size_t n) {
  return n / n_shares * k + std::min(k, n % n_shares);
}

}  // namespace survlines
