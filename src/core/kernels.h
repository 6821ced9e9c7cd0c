// The innermost loops of the package: products of columns over one panel of rows, exponentials and
// logarithms.
//
// They are compiled once for each instruction set and chosen when the program runs, because
// packages are built for the oldest processor there is.
#pragma once

#include <cstddef>
#include <cstdint>

namespace survlines {

// Blocks of rows, column by column inside, so that products run over contiguous memory. The
// stride is longer than the block: columns a power of two apart would fight for cache lines.
constexpr std::size_t panel_rows = 256;
constexpr std::size_t panel_stride = panel_rows + 8;

// Reads of a whole register are fastest where they do not straddle two cache lines.
constexpr std::size_t cache_line = 64;

// Doubles in the widest register.
constexpr std::size_t widest_lanes = 8;

// Of one column: the total of weight times value, and the range of values whose weight is not 0.
struct ColumnTotal {
  double sum;
  double low;
  double high;
};

// The matrices whose product is subtracted at once: a whole number of tiles of every kernel.
constexpr std::size_t block_rows = 24;
constexpr std::size_t block_columns = 8;

// A panel holds n_columns columns of panel_rows values, panel_stride apart.
struct Kernels {
  // Adds panel' diag(weight) panel to gram_size() numbers, in an order of the kernel's own. Asks
  // meanwhile for the memory of the panel `next`, which may be null.
  void (*add_gram)(const double* panel, const double* weight, std::size_t n_columns, double* gram,
                   const double* next);
  std::size_t (*gram_size)(std::size_t n_columns);
  // Writes element (i, j) of them, i <= j, to upper[j * n_columns + i].
  void (*read_gram)(const double* gram, std::size_t n_columns, double* upper);
  // Adds panel' value to out[0 .. n_columns).
  void (*add_cross_product)(const double* panel, const double* value, std::size_t n_columns,
                            double* out);
  // The same of two values, reading the panel once.
  void (*add_two_cross_products)(const double* panel, const double* first, const double* second,
                                 std::size_t n_columns, double* of_first, double* of_second);
  // Adds the columns times their coefficients to out[0 .. panel_rows).
  void (*add_combination)(const double* panel, const double* coefficient, std::size_t n_columns,
                          double* out);
  // Goes from row `last` down to row `first`: adds factor times the row to total[0 .. n_columns),
  // and writes what that comes to to the row's place in a panel `out`.
  void (*add_running_totals)(const double* panel, const double* factor, const std::int32_t* place,
                             std::size_t first, std::size_t last, std::size_t n_columns,
                             double* total, double* out);
  // Adds n values of a column.
  void (*add_column)(const double* x, const double* weight, std::size_t n, ColumnTotal* total);
  // Total of weight times |x - centre|.
  double (*total_distance)(const double* x, const double* weight, std::size_t n, double centre);
  // The greatest of n values that are numbers; -Inf if there are none.
  double (*greatest)(const double* value, std::size_t n);
  // Whether none of n values is infinite or no number.
  bool (*all_finite)(const double* value, std::size_t n);
  // Adds to n sums what each value grew by since it was last seen, times a factor; then it has been
  // seen. The arrays do not overlap.
  void (*add_growth)(const double* now, double factor, std::size_t n, double* seen, double* sum);
  // Subtracts left * right from `target`, block_rows x block_columns, whose columns are `stride`
  // apart. `left` holds `depth` columns of block_rows values, `right` as many rows of block_columns
  // values, both without gaps. The products are taken off one after the other, in their order.
  void (*subtract_product)(const double* left, const double* right, std::size_t depth,
                           double* target, std::size_t stride);
  // Writes value k of list j to value j of list k. Lists of `from` and of `to` are so far apart as
  // their strides say, and do not overlap.
  void (*transpose)(const double* from, std::size_t from_stride, std::size_t n_lists,
                    std::size_t length, double* to, std::size_t to_stride);
  // Writes (x - centre) * per_unit of n values.
  void (*standardise)(const double* x, double centre, double per_unit, std::size_t n, double* out);
  // Total of mass times value over the n rows with an event (1; others 0).
  double (*event_total)(const std::uint8_t* event, const double* mass, const double* value,
                        std::size_t n);
  // Writes mass times event, less what was expected, of n rows.
  void (*residuals)(const std::uint8_t* event, const double* mass, const double* expected,
                    std::size_t n, double* out);
  // In what follows exp and log are within 2 units in the last place, and what lies below the
  // normal numbers becomes 0 by exp.
  // exp of n values in place, n a multiple of widest_lanes.
  void (*exponentiate)(double* value, std::size_t n);
  // Writes mass times exp(eta - scale) of n rows.
  void (*relative_risks)(const double* eta, double scale, const double* mass, std::size_t n,
                         double* out);
  // Of n event times: mass / at_risk; that / at_risk; mass times log at_risk.
  void (*hazard_terms)(const double* mass, const double* at_risk, std::size_t n, double* jump,
                       double* square, double* log_sum);
};

enum class InstructionSet { baseline, avx2, avx512 };

bool supported(InstructionSet set);

// The kernels compiled for a set. Assumes that the set is supported.
const Kernels& kernels_for(InstructionSet set);

// The set in use: the widest that this processor has, or a narrower one that
// use_instruction_set() has asked for. Results may differ between sets in the last bits.
InstructionSet instruction_set();
void use_instruction_set(InstructionSet set);

inline const Kernels& kernels() { return kernels_for(instruction_set()); }

}  // namespace survlines
