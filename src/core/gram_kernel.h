// The innermost loops of the package: products of columns over one panel of rows.
//
// They are compiled once for each instruction set and chosen when the program runs, because
// packages are built for the oldest processor there is.
#pragma once

#include <cstddef>

namespace survlines {

// Blocks of rows, column by column inside, so that products run over contiguous memory. The
// stride is longer than the block: columns a power of two apart would fight for cache lines.
constexpr std::size_t panel_rows = 256;
constexpr std::size_t panel_stride = panel_rows + 8;

enum class InstructionSet { baseline, avx2, avx512 };

// Adds panel' diag(weight) panel to `upper`: element (i, j), i <= j, at j * n_columns + i.
// `panel` holds n_columns columns of panel_rows values, panel_stride apart; `scratch` has room
// for as many; `weight` holds panel_rows values.
using GramKernel = void (*)(const double* panel, const double* weight, std::size_t n_columns,
                            double* scratch, double* upper);

bool supported(InstructionSet set);

// The kernel compiled for a set. Assumes that the set is supported.
GramKernel gram_kernel(InstructionSet set);

// The widest set that this processor has.
InstructionSet best_instruction_set();

}  // namespace survlines
