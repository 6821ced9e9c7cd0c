// What the core throws, and how it lets a long computation be interrupted.
#pragma once

#include <functional>
#include <stdexcept>

namespace survlines {

// The caller broke a promise written in survival_view.h or beside the function called. A user's
// mistake is found before the core is reached; a statistical outcome (no convergence, an empty
// risk set) is a value in the result, never an exception.
class InvalidInput : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

inline void require(bool promise, const char* what) {
  if (!promise) throw InvalidInput(what);
}

// Called now and then during long work. It may throw to stop the work; the core is left with no
// state behind. Empty means: never interrupted.
using Tick = std::function<void()>;

inline void tick(const Tick& callback) {
  if (callback) callback();
}

}  // namespace survlines
