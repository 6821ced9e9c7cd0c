#include "core/cox_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/parallel.h"

namespace survlines {
namespace {

// Positions of the items when sorted by key (0 <= key < n_keys), ascending and stable.
std::vector<std::size_t> counting_order(const std::vector<std::int32_t>& key, std::size_t n_keys) {
  std::vector<std::size_t> start(n_keys + 1, 0);
  for (const std::int32_t k : key) ++start[static_cast<std::size_t>(k) + 1];
  for (std::size_t k = 0; k < n_keys; ++k) start[k + 1] += start[k];
  std::vector<std::size_t> order(key.size());
  for (std::size_t i = 0; i < key.size(); ++i) {
    order[start[static_cast<std::size_t>(key[i])]++] = i;
  }
  return order;
}

// Ascending by the last cell a row is at risk in, rows of one cell in their order; rows at risk in
// none are left out.
void put_in_risk_order(CoxRows& rows, const CellRuns& runs, std::size_t n_cells) {
  std::vector<std::size_t> start(n_cells + 2, 0);
  for (std::size_t i = 0; i < runs.end.size(); ++i) {
    if (runs.at_risk(i)) ++start[static_cast<std::size_t>(runs.end[i]) + 1];
  }
  for (std::size_t c = 0; c <= n_cells; ++c) start[c + 1] += start[c];
  rows.n_rows = start.back();
  rows.end.resize(rows.n_rows);
  for (std::size_t c = 0; c <= n_cells; ++c) {
    for (std::size_t r = start[c]; r < start[c + 1]; ++r) {
      rows.end[r] = static_cast<std::int32_t>(c);
    }
  }
  rows.source.resize(rows.n_rows);
  for (std::size_t i = 0; i < runs.end.size(); ++i) {
    if (runs.at_risk(i)) rows.source[start[static_cast<std::size_t>(runs.end[i])]++] = i;
  }
}

// What `value` is of the source of each row.
template <class To, class Value>
void gather(const CoxRows& rows, To& to, const Value& value) {
  to.resize(rows.n_rows);
  for (std::size_t r = 0; r < rows.n_rows; ++r) to[r] = value(rows.source[r]);
}

// Column by column: the rows of one column are read in random order, and should stay in cache.
void fill_panels(CoxRows& rows, const SurvivalView& view, const Design& design,
                 const Standardization& standardization, int n_threads) {
  const std::size_t p = rows.n_columns;
  rows.x.resize(rows.n_panels() * p * panel_stride);
  for_each_part(p, n_threads, [&](std::size_t j) {
    const double* column = design.column(j, view.n_rows);
    const double* centre = standardization.centre.data() + j;
    const double per_unit = 1 / standardization.unit[j];
    for (std::size_t k = 0; k < rows.n_panels(); ++k) {
      double* out = rows.x.data() + (k * p + j) * panel_stride;
      const std::size_t* source = rows.source.data() + k * panel_rows;
      const std::size_t n = rows.rows_in_panel(k);
      if (view.stratum) {
        for (std::size_t r = 0; r < n; ++r) {
          const auto stratum = static_cast<std::size_t>(view.stratum[source[r]]);
          out[r] = (column[source[r]] - centre[stratum * p]) * per_unit;
        }
      } else {
        for (std::size_t r = 0; r < n; ++r) out[r] = (column[source[r]] - *centre) * per_unit;
      }
      std::fill(out + n, out + panel_stride, 0.0);
    }
  });
}

// The rows once more by where they begin, from the last.
void order_late(CoxRows& rows, const SurvivalView& view, const Design& design,
                const Standardization& standardization, std::size_t n_cells, int n_threads) {
  const std::vector<std::size_t> ascending = counting_order(rows.begin, n_cells);
  rows.late_first.assign(ascending.rbegin(), ascending.rend());
  CoxRows late;
  late.n_rows = rows.n_rows;
  late.n_columns = rows.n_columns;
  for (const std::size_t row : rows.late_first) {
    rows.late_begin.push_back(rows.begin[row]);
    late.source.push_back(rows.source[row]);
  }
  fill_panels(late, view, design, standardization, n_threads);
  rows.late_x = std::move(late.x);
}

}  // namespace

ColumnTotals& ColumnTotals::operator+=(const ColumnTotals& other) {
  for (std::size_t s = 0; s < mass.size(); ++s) mass[s] += other.mass[s];
  for (std::size_t k = 0; k < sum.size(); ++k) {
    sum[k] += other.sum[k];
    low[k] = std::min(low[k], other.low[k]);
    high[k] = std::max(high[k], other.high[k]);
  }
  offset_sum += other.offset_sum;
  return *this;
}

ColumnSpread& ColumnSpread::operator+=(const ColumnSpread& other) {
  mass += other.mass;
  for (std::size_t j = 0; j < distance.size(); ++j) distance[j] += other.distance[j];
  return *this;
}

namespace {

// The mass of each row of a view; 0 for rows at risk in no cell, which are no part of the data.
std::vector<double> masses_at_risk(const SurvivalView& view, const CellRuns& runs) {
  std::vector<double> mass(view.n_rows);
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    mass[i] = runs.at_risk(i) ? view.mass_of(i) : 0.0;
  }
  return mass;
}

void add_to_strata(const double* x, const std::vector<double>& mass, const std::int32_t* stratum,
                   std::vector<ColumnTotal>& totals) {
  for (std::size_t i = 0; i < mass.size(); ++i) {
    if (mass[i] == 0) continue;
    ColumnTotal& total = totals[static_cast<std::size_t>(stratum[i])];
    total.sum += mass[i] * x[i];
    total.low = std::min(total.low, x[i]);
    total.high = std::max(total.high, x[i]);
  }
}

}  // namespace

ColumnTotals column_totals(const SurvivalView& view, const Design& design, const CellRuns& runs,
                           int n_threads) {
  const std::size_t p = design.n_columns;
  ColumnTotals totals;
  totals.mass.assign(static_cast<std::size_t>(view.n_strata), 0.0);
  totals.sum.assign(totals.mass.size() * p, 0.0);
  totals.low.assign(totals.sum.size(), std::numeric_limits<double>::infinity());
  totals.high.assign(totals.sum.size(), -std::numeric_limits<double>::infinity());
  const std::vector<double> mass = masses_at_risk(view, runs);
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    totals.mass[static_cast<std::size_t>(view.stratum_of(i))] += mass[i];
    if (design.offset) totals.offset_sum += mass[i] * design.offset[i];
  }
  for_each_part(p, n_threads, [&](std::size_t j) {
    const double* x = design.column(j, view.n_rows);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<ColumnTotal> strata(totals.mass.size(), {0, infinity, -infinity});
    if (view.stratum) {
      add_to_strata(x, mass, view.stratum, strata);
    } else {
      kernels().add_column(x, mass.data(), mass.size(), strata.data());
    }
    for (std::size_t s = 0; s < strata.size(); ++s) {
      totals.sum[s * p + j] = strata[s].sum;
      totals.low[s * p + j] = strata[s].low;
      totals.high[s * p + j] = strata[s].high;
    }
  });
  return totals;
}

Standardization centred(const ColumnTotals& totals) {
  Standardization result;
  result.n_columns = totals.mass.empty() ? 0 : totals.sum.size() / totals.mass.size();
  result.centre.assign(totals.sum.size(), 0.0);
  result.unit.assign(result.n_columns, 1.0);
  std::vector<double> low(result.n_columns, std::numeric_limits<double>::infinity());
  std::vector<double> high(result.n_columns, -std::numeric_limits<double>::infinity());
  double all_mass = 0;
  for (std::size_t s = 0; s < totals.mass.size(); ++s) {
    if (!(totals.mass[s] > 0)) continue;
    all_mass += totals.mass[s];
    for (std::size_t j = 0; j < result.n_columns; ++j) {
      const std::size_t k = s * result.n_columns + j;
      const double centre =
          std::clamp(totals.sum[k] / totals.mass[s], totals.low[k], totals.high[k]);
      result.centre[k] = centre;
      low[j] = std::min(low[j], totals.low[k] - centre);
      high[j] = std::max(high[j], totals.high[k] - centre);
    }
  }
  result.range.assign(result.n_columns, 0.0);
  for (std::size_t j = 0; j < result.n_columns && all_mass > 0; ++j) {
    result.range[j] = high[j] - low[j];
  }
  if (all_mass > 0) result.offset_centre = totals.offset_sum / all_mass;
  return result;
}

ColumnSpread column_spread(const SurvivalView& view, const Design& design, const CellRuns& runs,
                           const Standardization& centres, int n_threads) {
  const std::size_t p = design.n_columns;
  const std::vector<double> mass = masses_at_risk(view, runs);
  ColumnSpread spread;
  spread.distance.assign(p, 0.0);
  for (const double value : mass) spread.mass += value;
  for_each_part(p, n_threads, [&](std::size_t j) {
    const double* x = design.column(j, view.n_rows);
    const double* centre = centres.centre.data() + j;
    if (!view.stratum) {
      spread.distance[j] = kernels().total_distance(x, mass.data(), mass.size(), *centre);
      return;
    }
    for (std::size_t i = 0; i < mass.size(); ++i) {
      const auto stratum = static_cast<std::size_t>(view.stratum[i]);
      spread.distance[j] += mass[i] * std::fabs(x[i] - centre[stratum * p]);
    }
  });
  return spread;
}

void set_units(Standardization& standardization, const ColumnSpread& spread) {
  for (std::size_t j = 0; j < standardization.n_columns; ++j) {
    const double typical = spread.distance[j] / spread.mass;
    const bool varies = typical > 0 && std::isfinite(typical);
    standardization.unit[j] = varies ? std::exp2(std::round(std::log2(typical))) : 1.0;
    standardization.range[j] /= standardization.unit[j];
  }
}

Standardization standardize(const SurvivalView& view, const Design& design, const CellRuns& runs,
                            int n_threads) {
  Standardization standardization = centred(column_totals(view, design, runs, n_threads));
  set_units(standardization, column_spread(view, design, runs, standardization, n_threads));
  return standardization;
}

CoxRows cox_rows(const SurvivalView& view, const Design& design, const EventGrid& grid,
                 const CellRuns& runs, const Standardization& standardization, int n_threads) {
  CoxRows rows;
  rows.n_columns = design.n_columns;
  put_in_risk_order(rows, runs, grid.size());
  // What is the same for all rows is not looked up for each.
  rows.mass.assign(rows.n_rows, 1.0);
  if (design.offset) {
    gather(rows, rows.offset,
           [&](std::size_t i) { return design.offset[i] - standardization.offset_centre; });
  } else if (standardization.offset_centre != 0) {
    rows.offset.assign(rows.n_rows, 0.0 - standardization.offset_centre);
  }
  if (view.weight || view.frequency) {
    gather(rows, rows.mass, [&](std::size_t i) { return view.mass_of(i); });
  }
  gather(rows, rows.event, [&](std::size_t i) { return static_cast<std::uint8_t>(view.event[i]); });
  gather(rows, rows.begin, [&](std::size_t i) { return runs.begin[i]; });
  fill_panels(rows, view, design, standardization, n_threads);
  if (grid.late_entry) order_late(rows, view, design, standardization, grid.size(), n_threads);
  return rows;
}

namespace {

// X beta of every row, added to `start` where that is given.
void combine_columns(const CoxRows& rows, const std::vector<double>& beta, const double* start,
                     std::vector<double>& out, int n_threads) {
  const auto add_combination = kernels().add_combination;
  out.resize(rows.n_rows);
  for_each_part(n_parts(rows.n_rows), n_threads, [&](std::size_t part) {
    const std::size_t first = part * part_size / panel_rows;
    const std::size_t last = std::min(first + part_size / panel_rows, rows.n_panels());
    for (std::size_t k = first; k < last; ++k) {
      const std::size_t n = rows.rows_in_panel(k);
      alignas(cache_line) double sum[panel_rows] = {};
      if (start) std::copy_n(start + k * panel_rows, n, sum);
      add_combination(rows.panel(k), beta.data(), rows.n_columns, sum);
      std::copy_n(sum, n, out.data() + k * panel_rows);
    }
  });
}

}  // namespace

std::vector<double> column_combination(const CoxRows& rows, const std::vector<double>& beta) {
  std::vector<double> sum;
  combine_columns(rows, beta, nullptr, sum, 1);
  return sum;
}

std::vector<double> linear_predictor(const CoxRows& rows, const std::vector<double>& beta,
                                     std::vector<double> recycled, int n_threads) {
  std::vector<double> eta = std::move(recycled);
  combine_columns(rows, beta, rows.offset.empty() ? nullptr : rows.offset.data(), eta, n_threads);
  return eta;
}

}  // namespace survlines
