#include "core/product_kernel.h"

#include "core/error.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(SURVLINES_BASELINE)
#define SURVLINES_MANY_TARGETS 1
#else
#define SURVLINES_MANY_TARGETS 0
#endif

namespace survlines {

namespace baseline {
#define LANES 2
#define TILE_COLUMNS 4
#include "core/product_kernel_body.h"
#undef LANES
#undef TILE_COLUMNS
}  // namespace baseline

#if SURVLINES_MANY_TARGETS
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#define LANES 4
#define TILE_COLUMNS 4
#include "core/product_kernel_body.h"
#undef LANES
#undef TILE_COLUMNS
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,fma")
namespace avx512 {
#define LANES 8
#define TILE_COLUMNS 8
#include "core/product_kernel_body.h"
#undef LANES
#undef TILE_COLUMNS
}  // namespace avx512
#pragma GCC pop_options
#endif

ProductKernel product_kernel(InstructionSet set) {
  require(supported(set), "this processor lacks the instruction set");
#if SURVLINES_MANY_TARGETS
  if (set == InstructionSet::avx2) return avx2::subtract_product;
  if (set == InstructionSet::avx512) return avx512::subtract_product;
#endif
  return baseline::subtract_product;
}

}  // namespace survlines
