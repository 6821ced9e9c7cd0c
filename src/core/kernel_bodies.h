// All kernels for one instruction set, in terms of LANES (doubles in a register), TILE_I and
// TILE_J. kernels.cpp includes this once for each, in a namespace of its own; hence no include
// guards.

#ifdef LANES

// The others need it.
#include "core/lanes_body.h"

#include "core/column_body.h"
#include "core/exponential_body.h"
#include "core/gram_body.h"
#include "core/product_body.h"
#include "core/transpose_body.h"

static constexpr Kernels kernels = {
    add_gram,
    gram_size,
    read_gram,
    add_cross_product,
    add_two_cross_products,
    add_combination,
    add_running_totals,
    add_column,
    total_distance,
    greatest,
    all_finite,
    add_growth,
    subtract_product,
    transpose,
    standardise,
    event_total,
    residuals,
    exponentiate,
    relative_risks,
    hazard_terms,
};
#endif
