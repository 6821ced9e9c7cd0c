// Sums along and across columns, in terms of the macro LANES. kernels.cpp includes this once for
// each instruction set, in a namespace of its own; hence no include guard.

#ifdef LANES

// Registers that sums take turns in, so that additions need not wait for one another.
static constexpr std::size_t in_turn = 4;
static constexpr std::size_t turn = in_turn * LANES;

static void add_cross_product(const double* panel, const double* value, std::size_t n_columns,
                              double* out) {
  for (std::size_t j = 0; j < n_columns; ++j) {
    const double* column = panel + j * panel_stride;
    Lanes sums[in_turn] = {};
    for (std::size_t r = 0; r < panel_rows; r += turn) {
#pragma GCC unroll 4
      for (std::size_t k = 0; k < in_turn; ++k) {
        sums[k] += load(column + r + k * LANES) * load(value + r + k * LANES);
      }
    }
    out[j] += total((sums[0] + sums[1]) + (sums[2] + sums[3]));
  }
}

static void add_two_cross_products(const double* panel, const double* first, const double* second,
                                   std::size_t n_columns, double* of_first, double* of_second) {
  for (std::size_t j = 0; j < n_columns; ++j) {
    const double* column = panel + j * panel_stride;
    Lanes sums[2 * in_turn] = {};
    for (std::size_t r = 0; r < panel_rows; r += turn) {
#pragma GCC unroll 4
      for (std::size_t k = 0; k < in_turn; ++k) {
        const Lanes values = load(column + r + k * LANES);
        sums[k] += values * load(first + r + k * LANES);
        sums[in_turn + k] += values * load(second + r + k * LANES);
      }
    }
    of_first[j] += total((sums[0] + sums[1]) + (sums[2] + sums[3]));
    of_second[j] += total((sums[4] + sums[5]) + (sums[6] + sums[7]));
  }
}

static void add_combination(const double* panel, const double* coefficient, std::size_t n_columns,
                            double* out) {
  for (std::size_t j = 0; j < n_columns; ++j) {
    const double* column = panel + j * panel_stride;
    for (std::size_t r = 0; r < panel_rows; r += LANES) {
      store(out + r, load(out + r) + load(column + r) * coefficient[j]);
    }
  }
}

// Columns whose totals run side by side: an addition waits for the one before.
static constexpr std::size_t side_by_side = 5;

static void add_some_running_totals(const double* const* x, const double* factor,
                                    const std::int32_t* place, std::size_t first, std::size_t last,
                                    double* total, double* const* out) {
  double total0 = total[0], total1 = total[1], total2 = total[2], total3 = total[3],
         total4 = total[4];
  for (std::size_t r = last; r-- > first;) {
    const double f = factor[r];
    const auto to = static_cast<std::size_t>(place[r]);
    out[0][to] = total0 += f * x[0][r];
    out[1][to] = total1 += f * x[1][r];
    out[2][to] = total2 += f * x[2][r];
    out[3][to] = total3 += f * x[3][r];
    out[4][to] = total4 += f * x[4][r];
  }
  total[0] = total0;
  total[1] = total1;
  total[2] = total2;
  total[3] = total3;
  total[4] = total4;
}

static void add_running_totals(const double* panel, const double* factor, const std::int32_t* place,
                               std::size_t first, std::size_t last, std::size_t n_columns,
                               double* total, double* out) {
  for (std::size_t j = 0; j < n_columns; j += side_by_side) {
    const double* x[side_by_side];
    double* to[side_by_side];
    double sums[side_by_side];
    // Beyond the last column it is taken again, and comes to the same.
    for (std::size_t k = 0; k < side_by_side; ++k) {
      const std::size_t column = j + k < n_columns ? j + k : n_columns - 1;
      x[k] = panel + column * panel_stride;
      to[k] = out + column * panel_stride;
      sums[k] = total[column];
    }
    add_some_running_totals(x, factor, place, first, last, sums, to);
    for (std::size_t k = 0; k < side_by_side && j + k < n_columns; ++k) total[j + k] = sums[k];
  }
}

static inline void see(double low, double high, ColumnTotal* so_far) {
  if (low < so_far->low) so_far->low = low;
  if (high > so_far->high) so_far->high = high;
}

static void add_column(const double* x, const double* weight, std::size_t n, ColumnTotal* so_far) {
  const std::size_t in_turns = n / turn * turn;
  Lanes sum[in_turn] = {};
  Lanes low[in_turn];
  Lanes high[in_turn];
#pragma GCC unroll 4
  for (std::size_t k = 0; k < in_turn; ++k) {
    low[k] = in_all_lanes(HUGE_VAL);
    high[k] = in_all_lanes(-HUGE_VAL);
  }
  for (std::size_t r = 0; r < in_turns; r += turn) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < in_turn; ++k) {
      const Lanes value = load(x + r + k * LANES);
      const Lanes by = load(weight + r + k * LANES);
      sum[k] += value * by;
      low[k] = ((by != 0) & (value < low[k])) ? value : low[k];
      high[k] = ((by != 0) & (value > high[k])) ? value : high[k];
    }
  }
  so_far->sum += total((sum[0] + sum[1]) + (sum[2] + sum[3]));
  for (std::size_t k = 0; k < in_turn; ++k) {
    for (int lane = 0; lane < LANES; ++lane) see(low[k][lane], high[k][lane], so_far);
  }
  for (std::size_t r = in_turns; r < n; ++r) {
    so_far->sum += x[r] * weight[r];
    if (weight[r] != 0) see(x[r], x[r], so_far);
  }
}

static double total_distance(const double* x, const double* weight, std::size_t n, double centre) {
  const std::size_t in_lanes = n / LANES * LANES;
  Lanes sum = {};
  for (std::size_t r = 0; r < in_lanes; r += LANES) {
    const Lanes distance = load(x + r) - centre;
    sum += load(weight + r) * (distance < 0 ? -distance : distance);
  }
  double result = total(sum);
  for (std::size_t r = in_lanes; r < n; ++r) result += weight[r] * std::fabs(x[r] - centre);
  return result;
}

static void standardise(const double* x, double centre, double per_unit, std::size_t n,
                        double* out) {
  const std::size_t in_lanes = n / LANES * LANES;
  for (std::size_t i = 0; i < in_lanes; i += LANES) {
    store(out + i, (load(x + i) - centre) * per_unit);
  }
  for (std::size_t i = in_lanes; i < n; ++i) out[i] = (x[i] - centre) * per_unit;
}

static double event_total(const std::uint8_t* event, const double* mass, const double* value,
                          std::size_t n) {
  const std::size_t in_turns = n / turn * turn;
  Lanes sums[in_turn] = {};
  for (std::size_t i = 0; i < in_turns; i += turn) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < in_turn; ++k) {
      const std::size_t at = i + k * LANES;
      sums[k] += load_flags(event + at) * load(mass + at) * load(value + at);
    }
  }
  double result = total((sums[0] + sums[1]) + (sums[2] + sums[3]));
  for (std::size_t i = in_turns; i < n; ++i) result += event[i] * mass[i] * value[i];
  return result;
}

static void residuals(const std::uint8_t* event, const double* mass, const double* expected,
                      std::size_t n, double* out) {
  const std::size_t in_lanes = n / LANES * LANES;
  for (std::size_t i = 0; i < in_lanes; i += LANES) {
    store(out + i, load_flags(event + i) * load(mass + i) - load(expected + i));
  }
  for (std::size_t i = in_lanes; i < n; ++i) out[i] = event[i] * mass[i] - expected[i];
}

static double greatest(const double* value, std::size_t n) {
  const std::size_t in_turns = n / turn * turn;
  Lanes most[in_turn];
#pragma GCC unroll 4
  for (std::size_t k = 0; k < in_turn; ++k) most[k] = in_all_lanes(-HUGE_VAL);
  for (std::size_t i = 0; i < in_turns; i += turn) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < in_turn; ++k) {
      const Lanes next = load(value + i + k * LANES);
      most[k] = next > most[k] ? next : most[k];
    }
  }
  double result = -HUGE_VAL;
  for (std::size_t k = 0; k < in_turn; ++k) {
    for (int lane = 0; lane < LANES; ++lane) {
      result = most[k][lane] > result ? most[k][lane] : result;
    }
  }
  for (std::size_t i = in_turns; i < n; ++i) result = value[i] > result ? value[i] : result;
  return result;
}

static bool all_finite(const double* value, std::size_t n) {
  const std::size_t in_turns = n / turn * turn;
  // Zero times a value is zero, or not a number where the value is infinite or none.
  Lanes zeros[in_turn] = {};
  for (std::size_t i = 0; i < in_turns; i += turn) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < in_turn; ++k) zeros[k] += load(value + i + k * LANES) * 0.0;
  }
  double zero = total((zeros[0] + zeros[1]) + (zeros[2] + zeros[3]));
  for (std::size_t i = in_turns; i < n; ++i) zero += value[i] * 0.0;
  return zero == 0;
}

static void add_growth(const double* now, double factor, std::size_t n, double* seen, double* sum) {
  const std::size_t in_lanes = n / LANES * LANES;
  for (std::size_t i = 0; i < in_lanes; i += LANES) {
    const Lanes value = load(now + i);
    store(sum + i, load(sum + i) + factor * (value - load(seen + i)));
    store(seen + i, value);
  }
  for (std::size_t i = in_lanes; i < n; ++i) {
    sum[i] += factor * (now[i] - seen[i]);
    seen[i] = now[i];
  }
}

#endif
