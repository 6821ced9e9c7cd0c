#include "core/cox_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

std::vector<std::size_t> rows_in_risk_order(const CellRuns& runs, std::size_t n_cells) {
  const std::vector<std::size_t> by_end = counting_order(runs.end, n_cells + 1);
  std::vector<std::size_t> kept;
  kept.reserve(by_end.size());
  for (const std::size_t row : by_end) {
    if (runs.begin[row] < runs.end[row]) kept.push_back(row);
  }
  return kept;
}

// Column by column: the rows of one column are read in random order, and should stay in cache.
void fill_panels(CoxRows& rows, const SurvivalView& view, const Design& design,
                 const Standardization& standardization) {
  const std::size_t p = rows.n_columns;
  rows.x.assign(rows.n_panels() * p * panel_stride, 0.0);
  for (std::size_t j = 0; j < p; ++j) {
    const double* column = design.x + j * view.n_rows;
    const double* centre = standardization.centre.data() + j;
    const double per_unit = 1 / standardization.unit[j];
    for (std::size_t r = 0; r < rows.n_rows; ++r) {
      const std::size_t row = rows.source[r];
      const auto stratum = static_cast<std::size_t>(view.stratum_of(row));
      const double distance = column[row] - centre[stratum * p];
      rows.x[covariate_index(r, j, p)] = distance * per_unit;
    }
  }
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

ColumnTotals column_totals(const SurvivalView& view, const Design& design, const CellRuns& runs) {
  const std::size_t p = design.n_columns;
  ColumnTotals totals;
  totals.mass.assign(static_cast<std::size_t>(view.n_strata), 0.0);
  totals.sum.assign(totals.mass.size() * p, 0.0);
  totals.low.assign(totals.sum.size(), std::numeric_limits<double>::infinity());
  totals.high.assign(totals.sum.size(), -std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    if (!runs.at_risk(i)) continue;
    totals.mass[static_cast<std::size_t>(view.stratum_of(i))] += view.mass_of(i);
    if (design.offset) totals.offset_sum += view.mass_of(i) * design.offset[i];
  }
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t i = 0; i < view.n_rows; ++i) {
      if (!runs.at_risk(i)) continue;
      const auto stratum = static_cast<std::size_t>(view.stratum_of(i));
      const double x = design.value(i, j, view.n_rows);
      const std::size_t k = stratum * p + j;
      totals.sum[k] += view.mass_of(i) * x;
      totals.low[k] = std::min(totals.low[k], x);
      totals.high[k] = std::max(totals.high[k], x);
    }
  }
  return totals;
}

Standardization centred(const ColumnTotals& totals) {
  Standardization result;
  result.n_columns = totals.mass.empty() ? 0 : totals.sum.size() / totals.mass.size();
  result.centre.assign(totals.sum.size(), 0.0);
  result.unit.assign(result.n_columns, 1.0);
  double all_mass = 0;
  for (std::size_t s = 0; s < totals.mass.size(); ++s) {
    if (!(totals.mass[s] > 0)) continue;
    all_mass += totals.mass[s];
    for (std::size_t j = 0; j < result.n_columns; ++j) {
      const std::size_t k = s * result.n_columns + j;
      result.centre[k] = std::clamp(totals.sum[k] / totals.mass[s], totals.low[k], totals.high[k]);
    }
  }
  if (all_mass > 0) result.offset_centre = totals.offset_sum / all_mass;
  return result;
}

ColumnSpread column_spread(const SurvivalView& view, const Design& design, const CellRuns& runs,
                           const Standardization& centres) {
  const std::size_t p = design.n_columns;
  ColumnSpread spread;
  spread.distance.assign(p, 0.0);
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    if (runs.at_risk(i)) spread.mass += view.mass_of(i);
  }
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t i = 0; i < view.n_rows; ++i) {
      if (!runs.at_risk(i)) continue;
      const auto stratum = static_cast<std::size_t>(view.stratum_of(i));
      const double centre = centres.centre[stratum * p + j];
      spread.distance[j] += view.mass_of(i) * std::fabs(design.value(i, j, view.n_rows) - centre);
    }
  }
  return spread;
}

void set_units(Standardization& standardization, const ColumnSpread& spread) {
  for (std::size_t j = 0; j < standardization.n_columns; ++j) {
    const double typical = spread.distance[j] / spread.mass;
    const bool varies = typical > 0 && std::isfinite(typical);
    standardization.unit[j] = varies ? std::exp2(std::round(std::log2(typical))) : 1.0;
  }
}

Standardization standardize(const SurvivalView& view, const Design& design, const CellRuns& runs) {
  Standardization standardization = centred(column_totals(view, design, runs));
  set_units(standardization, column_spread(view, design, runs, standardization));
  return standardization;
}

CoxRows cox_rows(const SurvivalView& view, const Design& design, const EventGrid& grid,
                 const CellRuns& runs, const Standardization& standardization) {
  CoxRows rows;
  rows.source = rows_in_risk_order(runs, grid.size());
  rows.n_rows = rows.source.size();
  rows.n_columns = design.n_columns;
  rows.offset.reserve(rows.n_rows);
  rows.mass.reserve(rows.n_rows);
  rows.event.reserve(rows.n_rows);
  rows.begin.reserve(rows.n_rows);
  rows.end.reserve(rows.n_rows);
  for (const std::size_t row : rows.source) {
    const double offset = design.offset ? design.offset[row] : 0.0;
    rows.offset.push_back(offset - standardization.offset_centre);
    rows.mass.push_back(view.mass_of(row));
    rows.event.push_back(static_cast<std::uint8_t>(view.event[row]));
    rows.begin.push_back(runs.begin[row]);
    rows.end.push_back(runs.end[row]);
  }
  if (grid.late_entry) {
    const std::vector<std::size_t> ascending = counting_order(rows.begin, grid.size());
    rows.late_first.assign(ascending.rbegin(), ascending.rend());
  }
  fill_panels(rows, view, design, standardization);
  return rows;
}

namespace {

void add_columns(const CoxRows& rows, const std::vector<double>& beta, std::vector<double>& out) {
  for (std::size_t k = 0; k < rows.n_panels(); ++k) {
    double* sum = out.data() + k * panel_rows;
    const std::size_t n = rows.rows_in_panel(k);
    for (std::size_t j = 0; j < rows.n_columns; ++j) {
      const double* column = rows.panel(k) + j * panel_stride;
      for (std::size_t r = 0; r < n; ++r) sum[r] += beta[j] * column[r];
    }
  }
}

}  // namespace

std::vector<double> column_combination(const CoxRows& rows, const std::vector<double>& beta) {
  std::vector<double> sum(rows.n_rows, 0.0);
  add_columns(rows, beta, sum);
  return sum;
}

std::vector<double> linear_predictor(const CoxRows& rows, const std::vector<double>& beta) {
  std::vector<double> eta = rows.offset;
  add_columns(rows, beta, eta);
  return eta;
}

}  // namespace survlines
