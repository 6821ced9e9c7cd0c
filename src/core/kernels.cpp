#include "core/kernels.h"

#include <atomic>
#include <cmath>

#include "core/error.h"

// SURVLINES_BASELINE leaves the other kernels out, so that every processor runs the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(SURVLINES_BASELINE)
#define SURVLINES_MANY_TARGETS 1
#else
#define SURVLINES_MANY_TARGETS 0
#endif

namespace survlines {

namespace baseline {
#define LANES 2
#define TILE_I 3
#define TILE_J 4
#include "core/kernel_bodies.h"
#undef LANES
#undef TILE_I
#undef TILE_J
}  // namespace baseline

#if SURVLINES_MANY_TARGETS
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#define LANES 4
#define TILE_I 3
#define TILE_J 4
#include "core/kernel_bodies.h"
#undef LANES
#undef TILE_I
#undef TILE_J
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,fma")
namespace avx512 {
#define LANES 8
#define TILE_I 5
#define TILE_J 5
#include "core/kernel_bodies.h"
#undef LANES
#undef TILE_I
#undef TILE_J
}  // namespace avx512
#pragma GCC pop_options
#endif

bool supported(InstructionSet set) {
#if SURVLINES_MANY_TARGETS
  if (set == InstructionSet::avx2) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
  if (set == InstructionSet::avx512) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
  }
#endif
  return set == InstructionSet::baseline;
}

const Kernels& kernels_for(InstructionSet set) {
  require(supported(set), "this processor lacks the instruction set");
#if SURVLINES_MANY_TARGETS
  if (set == InstructionSet::avx2) return avx2::kernels;
  if (set == InstructionSet::avx512) return avx512::kernels;
#endif
  return baseline::kernels;
}

namespace {

InstructionSet widest_instruction_set() {
  for (const InstructionSet set : {InstructionSet::avx512, InstructionSet::avx2}) {
    if (supported(set)) return set;
  }
  return InstructionSet::baseline;
}

std::atomic<InstructionSet>& set_in_use() {
  static std::atomic<InstructionSet> set{widest_instruction_set()};
  return set;
}

}  // namespace

InstructionSet instruction_set() { return set_in_use(); }

void use_instruction_set(InstructionSet set) {
  require(supported(set), "this processor lacks the instruction set");
  set_in_use() = set;
}

}  // namespace survlines
