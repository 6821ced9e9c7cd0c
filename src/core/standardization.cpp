#include "core/standardization.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/kernels.h"
#include "core/parallel.h"
#include "core/running_sum.h"

namespace survlines {

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

LargeVector<double> masses_at_risk(const SurvivalView& view, const CellRuns& runs) {
  LargeVector<double> mass(view.n_rows);
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    mass[i] = runs.at_risk(i) ? view.mass_of(i) : 0.0;
  }
  return mass;
}

namespace {

double total_mass(const LargeVector<double>& mass) {
  return blocked_sum(mass.size(), [&](std::size_t i) { return mass[i]; }).value();
}

void add_to_strata(const double* x, const LargeVector<double>& mass, const std::int32_t* stratum,
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

ColumnTotals column_totals(const SurvivalView& view, const Design& design,
                           const LargeVector<double>& mass, int n_threads) {
  const std::size_t p = design.n_columns;
  ColumnTotals totals;
  totals.mass.assign(static_cast<std::size_t>(view.n_strata), 0.0);
  totals.sum.assign(totals.mass.size() * p, 0.0);
  totals.low.assign(totals.sum.size(), std::numeric_limits<double>::infinity());
  totals.high.assign(totals.sum.size(), -std::numeric_limits<double>::infinity());
  if (view.stratum) {
    for (std::size_t i = 0; i < view.n_rows; ++i) {
      totals.mass[static_cast<std::size_t>(view.stratum[i])] += mass[i];
    }
  } else {
    totals.mass[0] = total_mass(mass);
  }
  if (design.offset) {
    totals.offset_sum =
        blocked_sum(view.n_rows, [&](std::size_t i) { return mass[i] * design.offset[i]; }).value();
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

namespace {

constexpr std::size_t rows_of_block = 256;
constexpr std::size_t most_blocks = 64;

// Blocks of rows from all over the data, all of them if there are not many.
template <class Visit>
void each_block(std::size_t n_rows, std::size_t step, const Visit& visit) {
  for (std::size_t begin = 0; begin < n_rows; begin += step * rows_of_block) {
    visit(begin, std::min(begin + rows_of_block, n_rows));
  }
}

// Total of mass |x - centre| over the rows of every step-th block.
double distance_of_blocks(const SurvivalView& view, const Design& design,
                          const LargeVector<double>& mass, const Standardization& centres,
                          std::size_t j, std::size_t step) {
  const double* x = design.column(j, view.n_rows);
  const double* centre = centres.centre.data() + j;
  double distance = 0;
  each_block(mass.size(), step, [&](std::size_t begin, std::size_t end) {
    if (!view.stratum) {
      distance += kernels().total_distance(x + begin, &mass[begin], end - begin, *centre);
      return;
    }
    for (std::size_t i = begin; i < end; ++i) {
      const auto stratum = static_cast<std::size_t>(view.stratum[i]);
      distance += mass[i] * std::fabs(x[i] - centre[stratum * centres.n_columns]);
    }
  });
  return distance;
}

}  // namespace

ColumnSpread column_spread(const SurvivalView& view, const Design& design,
                           const LargeVector<double>& mass, const Standardization& centres,
                           int n_threads) {
  ColumnSpread spread;
  spread.distance.assign(design.n_columns, 0.0);
  const std::size_t n_blocks = (mass.size() + rows_of_block - 1) / rows_of_block;
  const std::size_t step = std::max<std::size_t>(1, (n_blocks + most_blocks - 1) / most_blocks);
  each_block(mass.size(), step, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) spread.mass += mass[i];
  });
  for_each_part(design.n_columns, n_threads, [&](std::size_t j) {
    double& distance = spread.distance[j];
    distance = distance_of_blocks(view, design, mass, centres, j, step);
    if (distance > 0 || centres.range[j] == 0 || step == 1) return;
    // What varies somewhere else only.
    distance = distance_of_blocks(view, design, mass, centres, j, 1) / static_cast<double>(step);
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
  const LargeVector<double> mass = masses_at_risk(view, runs);
  Standardization standardization = centred(column_totals(view, design, mass, n_threads));
  set_units(standardization, column_spread(view, design, mass, standardization, n_threads));
  return standardization;
}

}  // namespace survlines
