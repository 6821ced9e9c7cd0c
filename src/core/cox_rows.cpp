#include "core/cox_rows.h"

#include <algorithm>
#include <utility>

#include "core/fetch_ahead.h"
#include "core/parallel.h"

namespace survlines {
namespace {

// Positions of the items when sorted by key (0 <= key < n_keys), ascending and stable.
LargeVector<std::size_t> counting_order(const LargeVector<std::int32_t>& key, std::size_t n_keys) {
  LargeVector<std::size_t> start(n_keys + 1, 0);
  for (const std::int32_t k : key) ++start[static_cast<std::size_t>(k) + 1];
  for (std::size_t k = 0; k < n_keys; ++k) start[k + 1] += start[k];
  LargeVector<std::size_t> order(key.size());
  for (std::size_t i = 0; i < key.size(); ++i) {
    order[start[static_cast<std::size_t>(key[i])]++] = i;
  }
  return order;
}

// For each cell and each share of the rows, how many of these are at risk in it last.
std::vector<LargeVector<std::size_t>> count_last_cells(const CellRuns& runs, std::size_t n_cells,
                                                       std::size_t shares, int n_threads) {
  const std::size_t n = runs.end.size();
  std::vector<LargeVector<std::size_t>> counts(shares);
  for_each_part(shares, n_threads, [&](std::size_t share) {
    LargeVector<std::size_t>& count = counts[share];
    count.assign(n_cells + 1, 0);
    const std::size_t last = share_begin(share + 1, shares, n);
    for (std::size_t i = share_begin(share, shares, n); i < last; ++i) {
      fetch(&count[static_cast<std::size_t>(runs.end[row_ahead(i, last)])]);
      if (runs.at_risk(i)) ++count[static_cast<std::size_t>(runs.end[i])];
    }
  });
  return counts;
}

// Most cells have few rows: so many are written without asking.
constexpr std::size_t few_rows = 4;

// From counts to where the rows of each cell and share begin. Writes the cells of the rows to
// `row_end`, which has few_rows places more than there are rows.
void place_cells(std::vector<LargeVector<std::size_t>>& counts, std::size_t n_cells,
                 LargeVector<std::int32_t>& row_end) {
  std::size_t row = 0;
  for (std::size_t c = 0; c <= n_cells; ++c) {
    std::int32_t* end = &row_end[row];
    const std::size_t first = row;
    for (LargeVector<std::size_t>& count : counts) row += std::exchange(count[c], row);
    std::fill_n(end, few_rows, static_cast<std::int32_t>(c));
    for (std::size_t k = few_rows; k < row - first; ++k) end[k] = static_cast<std::int32_t>(c);
  }
  row_end.resize(row);
}

// Ascending by the last cell a row is at risk in, rows of one cell in their order; rows at risk in
// none are left out. Returns the places of the rows of the view.
LargeVector<std::size_t> put_in_risk_order(CoxRows& rows, const CellRuns& runs, std::size_t n_cells,
                                           int n_threads) {
  const std::size_t n = runs.end.size();
  const std::size_t shares = n_shares(n, n_threads);
  std::vector<LargeVector<std::size_t>> next = count_last_cells(runs, n_cells, shares, n_threads);
  rows.end.resize(n + few_rows);
  place_cells(next, n_cells, rows.end);
  rows.n_rows = rows.end.size();
  LargeVector<std::size_t> place(n);
  for_each_part(shares, n_threads, [&](std::size_t share) {
    LargeVector<std::size_t>& of_share = next[share];
    const std::size_t last = share_begin(share + 1, shares, n);
    for (std::size_t i = share_begin(share, shares, n); i < last; ++i) {
      fetch(&of_share[static_cast<std::size_t>(runs.end[row_ahead(i, last)])]);
      place[i] = runs.at_risk(i) ? of_share[static_cast<std::size_t>(runs.end[i])]++ : nowhere;
    }
  });
  return place;
}

// From the order of the view to that of the rows.
template <class To, class Value>
void scatter(const LargeVector<std::size_t>& place, std::size_t n_rows, To& to, const Value& value,
             int n_threads) {
  to.resize(n_rows);
  for_each_part(n_parts(place.size()), n_threads, [&](std::size_t part) {
    const std::size_t last = std::min((part + 1) * part_size, place.size());
    for (std::size_t i = part * part_size; i < last; ++i) {
      const std::size_t ahead = row_ahead(i, last);
      if (place[ahead] != nowhere) fetch(&to[place[ahead]]);
      if (place[i] != nowhere) to[place[i]] = value(i);
    }
  });
}

// The rows once more by where they begin, from the last.
void order_late(CoxRows& rows, const SurvivalView& view, const Design& design,
                const Standardization& standardization, std::size_t n_cells, int n_threads) {
  const LargeVector<std::size_t> ascending = counting_order(rows.begin, n_cells);
  rows.late_first.assign(ascending.rbegin(), ascending.rend());
  LargeVector<std::size_t> place(view.n_rows, nowhere);
  const LargeVector<std::size_t> source = rows.sources();
  for (std::size_t k = 0; k < rows.n_rows; ++k) {
    rows.late_begin.push_back(rows.begin[rows.late_first[k]]);
    place[source[rows.late_first[k]]] = k;
  }
  rows.late_x = standardised_panels(place, rows.n_rows, view, design, standardization, n_threads);
}

}  // namespace

LargeVector<std::size_t> CoxRows::sources() const {
  LargeVector<std::size_t> source;
  scatter(
      place, n_rows, source, [](std::size_t i) { return i; }, 1);
  return source;
}

CoxRows cox_rows(const SurvivalView& view, const Design& design, const EventGrid& grid,
                 const CellRuns& runs, const Standardization& standardization, int n_threads) {
  CoxRows rows;
  rows.n_columns = design.n_columns;
  rows.place = put_in_risk_order(rows, runs, grid.size(), n_threads);
  const auto put = [&](auto& to, const auto& value) {
    scatter(rows.place, rows.n_rows, to, value, n_threads);
  };
  // What is the same for all rows is not looked up for each.
  rows.mass.assign(rows.n_rows, 1.0);
  if (design.offset) {
    put(rows.offset,
        [&](std::size_t i) { return design.offset[i] - standardization.offset_centre; });
  } else if (standardization.offset_centre != 0) {
    rows.offset.assign(rows.n_rows, 0.0 - standardization.offset_centre);
  }
  if (view.weight || view.frequency) {
    put(rows.mass, [&](std::size_t i) { return view.mass_of(i); });
  }
  put(rows.event, [&](std::size_t i) { return static_cast<std::uint8_t>(view.event[i]); });
  if (grid.late_entry || grid.n_strata() > 1) {
    put(rows.begin, [&](std::size_t i) { return runs.begin[i]; });
  } else {
    rows.begin.assign(rows.n_rows, 0);
  }
  rows.x = standardised_panels(rows.place, rows.n_rows, view, design, standardization, n_threads);
  if (grid.late_entry) order_late(rows, view, design, standardization, grid.size(), n_threads);
  return rows;
}

namespace {

// X beta of every row, added to `start` where that is given.
void combine_columns(const CoxRows& rows, const std::vector<double>& beta, const double* start,
                     LargeVector<double>& out, int n_threads) {
  const auto add_combination = kernels().add_combination;
  out.resize(rows.n_rows);
  // A fit begins at 0, where no column need be read.
  if (std::all_of(beta.begin(), beta.end(), [](double b) { return b == 0; })) {
    if (start) std::copy_n(start, rows.n_rows, out.begin());
    if (!start) std::fill(out.begin(), out.end(), 0.0);
    return;
  }
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

double linear_predictor_of(const CoxRows& rows, std::size_t row, const std::vector<double>& beta) {
  const double* x = rows.covariates(row);
  double eta = rows.offset.empty() ? 0 : rows.offset[row];
  for (std::size_t j = 0; j < beta.size(); ++j) eta += beta[j] * x[j * panel_stride];
  return eta;
}

LargeVector<double> column_combination(const CoxRows& rows, const std::vector<double>& beta) {
  LargeVector<double> sum;
  combine_columns(rows, beta, nullptr, sum, 1);
  return sum;
}

LargeVector<double> linear_predictor(const CoxRows& rows, const std::vector<double>& beta,
                                     LargeVector<double> recycled, int n_threads) {
  LargeVector<double> eta = std::move(recycled);
  combine_columns(rows, beta, rows.offset.empty() ? nullptr : rows.offset.data(), eta, n_threads);
  return eta;
}

}  // namespace survlines
