#include "core/cox_right_censored.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/cox_cells.h"
#include "core/fetch_ahead.h"
#include "core/parallel.h"
#include "core/weighted_gram.h"

namespace survlines {
namespace {

// Vectors v of event times, each with its weight, to be added up as weight times v v'.
struct CellPanel {
  LargeVector<double> value;
  double square[panel_rows];  // weights; those of unused places are 0
  double linear[panel_rows];  // what the vector itself is multiplied by

  explicit CellPanel(std::size_t n_columns) : value(n_columns * panel_stride, 0.0) { clear(); }

  double* column(std::size_t j) { return value.data() + j * panel_stride; }
  void clear() {
    std::fill(square, square + panel_rows, 0.0);
    std::fill(linear, linear + panel_rows, 0.0);
  }
};

// What one part says of its rows, and of the event times among them. C stands for the totals of
// the rows after the part, and L for those of its own.
struct PartSums {
  std::vector<double> score;
  std::vector<double> moment;  // the diagonal of X' diag(expected) X
  SquareMatrix information;    // X' diag(expected) X less sum a L L'
  std::vector<double> linear;  // sum a L, as far as C is in the same total
  double constant = 0;         // sum a, the same
  std::vector<double> total;   // L before the part's first row
  double kept = 1;             // what C is multiplied by on the way there
};

// Memory is read fastest forward, and event times want it backward: so many panels are read
// forward, and then backward from cache.
std::size_t panels_at_once(std::size_t n_columns) {
  constexpr std::size_t cache = std::size_t{1} << 18;
  return std::max<std::size_t>(1, cache / ((n_columns + 1) * panel_stride * sizeof(double)));
}

// What is expected of the rows of a panel, and what their events were more than that.
struct PanelResiduals {
  alignas(cache_line) double expected[panel_rows];
  alignas(cache_line) double residual[panel_rows];
};

class RowResiduals {
 public:
  RowResiduals(const CoxRows& rows, const EventGrid& grid, const RowFactors& factors,
               const CellTerms& cells, const TiedDeaths& tied)
      : rows_(rows), grid_(grid), factors_(factors), cells_(cells), tied_(tied) {}

  void find(std::size_t panel, PanelResiduals& result) const {
    const std::size_t begin = panel * panel_rows;
    const std::size_t n = rows_.rows_in_panel(panel);
    for (std::size_t i = 0; i < n; ++i) {
      result.expected[i] = factors_.value[begin + i] * cells_.hazard[cell_of(begin + i)];
    }
    spare_tied_deaths(begin, begin + n, result.expected);
    kernels_.residuals(&rows_.event[begin], &rows_.mass[begin], result.expected, n,
                       result.residual);
    std::fill(result.expected + n, result.expected + panel_rows, 0.0);
    std::fill(result.residual + n, result.residual + panel_rows, 0.0);
  }

 private:
  // Tied deaths of Efron's are not at risk of all of the hazard of their own time.
  void spare_tied_deaths(std::size_t begin, std::size_t end, double* expected) const {
    auto death = std::lower_bound(tied_.row.begin(), tied_.row.end(), begin);
    for (; death != tied_.row.end() && *death < end; ++death) {
      const auto slot = static_cast<std::size_t>(grid_.tied_slot[cell_of(*death)]);
      expected[*death - begin] -= factors_.value[*death] * cells_.tied_excess[slot];
    }
  }

  std::size_t cell_of(std::size_t row) const {
    return static_cast<std::size_t>(rows_.end[row]) - 1;
  }

  const CoxRows& rows_;
  const EventGrid& grid_;
  const RowFactors& factors_;
  const CellTerms& cells_;
  const TiedDeaths& tied_;
  const Kernels& kernels_ = kernels();
};

// Goes through the rows of one part, from the last to the first.
class PartSweep {
 public:
  PartSweep(const CoxRows& rows, const EventGrid& grid, const RowFactors& factors,
            const CellTerms& cells, const TiedDeaths& tied)
      : rows_(rows),
        grid_(grid),
        factors_(factors),
        cells_(cells),
        tied_(tied),
        p_(rows.n_columns),
        residuals_(rows, grid, factors, cells, tied),
        over_rows_(p_),
        over_cells_(p_),
        alive_(p_),
        dying_(tied.cell.empty() ? 0 : p_) {
    sums_.score.assign(p_, 0.0);
    sums_.moment.assign(p_, 0.0);
    sums_.linear.assign(p_, 0.0);
    sums_.total.assign(p_, 0.0);
  }

  PartSums sweep(std::size_t part) {
    const std::size_t first = part * part_size / panel_rows;
    std::size_t panel = std::min(first + part_size / panel_rows, rows_.n_panels());
    end_of_changes_ = factors_.changes.data() + factors_.changes.size();
    change_ = std::partition_point(
        factors_.changes.data(), end_of_changes_,
        [end = panel * panel_rows](const Rescaling& change) { return change.row >= end; });
    const auto group_begin = [&](std::size_t end) {
      return end - std::min(end - first, panels_at_once(p_));
    };
    while (panel > first) {
      const std::size_t begin = group_begin(panel);
      for (std::size_t k = begin; k + 1 < panel; ++k) add_rows(k, k + 1);
      add_rows(panel - 1, group_begin(begin));
      while (panel > begin) join_rows(--panel);
    }
    flush();
    if (n_dying_ > 0) flush_dying();
    sums_.information = over_rows_.matrix();
    for (std::size_t j = 0; j < p_; ++j) sums_.moment[j] = sums_.information(j, j);
    add_to(sums_.information, over_cells_.matrix());
    return std::move(sums_);
  }

 private:
  // The products over rows; after this panel the one given as next.
  void add_rows(std::size_t panel, std::size_t next) {
    residuals_.find(panel, of_rows_);
    const std::size_t soon = next * panel_rows;
    const std::size_t n_soon = rows_.rows_in_panel(next);
    fetch(&factors_.value[soon], n_soon);
    fetch(&rows_.end[soon], n_soon);
    // This one first: it leaves the panel in cache as fast as memory is read.
    kernels_.add_cross_product(rows_.panel(panel), of_rows_.residual, p_, sums_.score.data());
    fetch(&rows_.mass[soon], n_soon);
    fetch(&rows_.event[soon], n_soon);
    over_rows_.add(rows_.panel(panel), of_rows_.expected, rows_.panel(next));
  }

  // The products over event times: L is written to the place of a row's event time after each
  // row, and stands there when the last row of the time has joined.
  void join_rows(std::size_t panel) {
    const std::size_t begin = panel * panel_rows;
    std::size_t row = begin + rows_.rows_in_panel(panel);
    while (row > begin) {
      const std::size_t last = row;
      if (change_ != end_of_changes_ && change_->row == row - 1) rescale((change_++)->factor);
      const bool more = change_ != end_of_changes_ && change_->row >= begin;
      row = find_places(begin, more ? change_->row + 1 : begin, last);
      kernels_.add_running_totals(rows_.panel(panel), factors_.value.data() + begin, place_,
                                  row - begin, last - begin, p_, sums_.total.data(),
                                  alive_.value.data());
      if (n_cells_ == panel_rows) flush();
    }
  }

  void rescale(double factor) {
    for (double& total : sums_.total) total *= factor;
    sums_.kept *= factor;
  }

  // Goes down from row `last` to `first`, or until all places are taken; returns where it stopped.
  // Whether a row is the last of its event time to join is a coin toss, so that no branch asks.
  std::size_t find_places(std::size_t begin, std::size_t first, std::size_t last) {
    const std::int32_t* end = rows_.end.data();
    std::size_t row = last;
    while (row > first && n_cells_ < panel_rows) {
      --row;
      place_[row - begin] = static_cast<std::int32_t>(n_cells_);
      cell_[n_cells_] = static_cast<std::size_t>(end[row]) - 1;
      kept_[n_cells_] = sums_.kept;
      n_cells_ += row == 0 || end[row - 1] != end[row];
    }
    return row;
  }

  // Adds up what stands in the places.
  void flush() {
    if (!tied_.cell.empty()) take_out_dying();
    alive_.clear();
    for (std::size_t k = 0; k < n_cells_; ++k) {
      const double square = cells_.square[cell_[k]];
      alive_.square[k] = -square;
      alive_.linear[k] = square * kept_[k];
      sums_.constant += square * kept_[k] * kept_[k];
    }
    over_cells_.add(alive_.value.data(), alive_.square);
    kernels_.add_cross_product(alive_.value.data(), alive_.linear, p_, sums_.linear.data());
    n_cells_ = 0;
  }

  // Tied deaths of Efron's leave one by one; see add_between() in cox_cells.h.
  void take_out_dying() {
    for (std::size_t k = 0; k < n_cells_; ++k) {
      if (!grid_.tied(cell_[k])) continue;
      const auto slot = static_cast<std::size_t>(grid_.tied_slot[cell_[k]]);
      sum_dying(slot);
      for (std::size_t j = 0; j < p_; ++j) {
        alive_.column(j)[k] -= cells_.ratio[slot] * dying_.column(j)[n_dying_];
      }
      dying_.square[n_dying_++] = -cells_.tied_square[slot];
      if (n_dying_ == panel_rows) flush_dying();
    }
  }

  void flush_dying() {
    over_cells_.add(dying_.value.data(), dying_.square);
    dying_.clear();
    n_dying_ = 0;
  }

  // D1 of a cell, to the next place.
  void sum_dying(std::size_t slot) {
    for (std::size_t j = 0; j < p_; ++j) dying_.column(j)[n_dying_] = 0;
    for (std::size_t d = tied_.begin[slot]; d < tied_.begin[slot + 1]; ++d) {
      const double factor = factors_.value[tied_.row[d]];
      const double* x = rows_.covariates(tied_.row[d]);
      for (std::size_t j = 0; j < p_; ++j) {
        dying_.column(j)[n_dying_] += factor * x[j * panel_stride];
      }
    }
  }

  const CoxRows& rows_;
  const EventGrid& grid_;
  const RowFactors& factors_;
  const CellTerms& cells_;
  const TiedDeaths& tied_;
  std::size_t p_;
  RowResiduals residuals_;
  const Kernels& kernels_ = kernels();
  WeightedGram over_rows_;
  WeightedGram over_cells_;
  CellPanel alive_;  // S1, less the share of the dying
  CellPanel dying_;  // D1
  const Rescaling* change_ = nullptr;
  const Rescaling* end_of_changes_ = nullptr;
  std::size_t n_cells_ = 0;  // event times of which all rows have joined since the last flush
  std::size_t n_dying_ = 0;  // those with tied deaths
  std::size_t cell_[panel_rows];
  double kept_[panel_rows];
  std::int32_t place_[panel_rows];  // of the rows of a panel
  PanelResiduals of_rows_;
  PartSums sums_;
};

// Parts worked on before the sums are put together and the caller hears of it. The sums of all of
// them together take much memory.
std::size_t parts_at_once(std::size_t n_columns) {
  constexpr std::size_t least = 8;
  constexpr std::size_t most = 64;
  constexpr std::size_t values = std::size_t{1} << 19;
  return std::clamp(values / (n_columns * n_columns + 1), least, most);
}

// Puts the parts together, from the last to the first.
class SumOfParts {
 public:
  explicit SumOfParts(std::size_t n_columns) : carried_(n_columns, 0.0) {
    result_.score.assign(n_columns, 0.0);
    result_.noise.assign(n_columns, 0.0);
    result_.information = SquareMatrix(n_columns);
  }

  void add_earlier(const PartSums& part) {
    add_to(result_.information, part.information);
    if (any_) subtract_carried(part);
    for (std::size_t j = 0; j < carried_.size(); ++j) {
      result_.score[j] += part.score[j];
      result_.noise[j] += part.moment[j];
      carried_[j] = part.kept * carried_[j] + part.total[j];
    }
    any_ = true;
  }

  Derivatives derivatives(double loglik, double noise_per_moment) {
    result_.loglik = loglik;
    for (double& noise : result_.noise) noise *= noise_per_moment;
    return std::move(result_);
  }

 private:
  // What C adds to sum a (C + L)(C + L)'.
  void subtract_carried(const PartSums& part) {
    for (std::size_t j = 0; j < carried_.size(); ++j) {
      for (std::size_t i = 0; i < carried_.size(); ++i) {
        result_.information(i, j) -= carried_[i] * part.linear[j] + part.linear[i] * carried_[j] +
                                     part.constant * carried_[i] * carried_[j];
      }
    }
  }

  Derivatives result_;
  std::vector<double> carried_;  // C of the next part
  bool any_ = false;
};

}  // namespace

RightCensoredCox::RightCensoredCox(const CoxRows& rows, const EventGrid& grid, Ties ties,
                                   int n_threads)
    : rows_(rows), grid_(grid), efron_(ties == Ties::efron), n_threads_(n_threads) {
  for (auto* column : {&cells_.hazard, &cells_.square, &at_risk_, &log_sum_})
    column->resize(grid.size());
  if (!efron_) return;
  for (auto* column : {&cells_.tied_excess, &cells_.ratio, &cells_.tied_square, &dying_mass_}) {
    column->resize(grid.n_tied);
  }
  if (grid.n_tied > 0) find_tied_deaths();
}

void RightCensoredCox::find_tied_deaths() {
  tied_.cell.reserve(grid_.n_tied);
  tied_.begin.reserve(grid_.n_tied + 1);
  for (std::size_t r = 0; r < rows_.n_rows; ++r) {
    const std::size_t cell = static_cast<std::size_t>(rows_.end[r]) - 1;
    // Of the two conditions the second is a coin toss, so it comes second.
    if (!grid_.tied(cell) || !rows_.event[r]) continue;
    if (tied_.cell.empty() || tied_.cell.back() != cell) {
      tied_.cell.push_back(cell);
      tied_.begin.push_back(tied_.row.size());
    }
    tied_.row.push_back(r);
    tied_.begin.back() = tied_.row.size();
  }
}

// S0 of each cell: written after each row, it stands there when the last row of the cell has
// joined.
void RightCensoredCox::sum_masses() {
  double total = 0;
  std::size_t row = rows_.n_rows;
  const auto join_rows_from = [&](std::size_t first) {
    while (row > first) {
      --row;
      at_risk_[static_cast<std::size_t>(rows_.end[row]) - 1] = total += factors_.value[row];
    }
  };
  for (const Rescaling& change : factors_.changes) {
    join_rows_from(change.row + 1);
    total *= change.factor;
  }
  join_rows_from(0);
}

// As in sum_over_deaths(), of which nothing is left to add up here.
void RightCensoredCox::sum_over_cells() {
  const auto hazard_terms = kernels().hazard_terms;
  for_each_part(n_parts(grid_.size()), n_threads_, [&](std::size_t part) {
    const std::size_t first = part * part_size;
    hazard_terms(&grid_.death_mass[first], &at_risk_[first],
                 std::min(part_size, grid_.size() - first), &cells_.hazard[first],
                 &cells_.square[first], &log_sum_[first]);
  });
  sum_over_tied_cells();
}

void RightCensoredCox::sum_over_tied_cells() {
  for_each_part(n_parts(tied_.cell.size()), n_threads_, [&](std::size_t part) {
    const std::size_t last = std::min((part + 1) * part_size, tied_.cell.size());
    for (std::size_t slot = part * part_size; slot < last; ++slot) {
      const std::size_t c = tied_.cell[slot];
      const DeathSums sums = sum_over_deaths(grid_.deaths[c], grid_.death_mass[c], at_risk_[c],
                                             dying_mass_[slot], true);
      cells_.hazard[c] = sums.h;
      cells_.square[c] = sums.a;
      cells_.tied_excess[slot] = sums.g;
      cells_.ratio[slot] = sums.b / sums.a;
      cells_.tied_square[slot] = std::max(sums.c - cells_.ratio[slot] * sums.b, 0.0);
      log_sum_[c] = sums.log_sum;
    }
  });
}

// From the jumps of the hazard to its totals. Without late entry the scale never rises with time,
// so no factor exceeds one; between two strata it is 0.
void RightCensoredCox::sum_hazards() {
  double total = 0;
  std::size_t cell = 0;
  const auto add_through = [&](std::size_t end) {
    for (; cell < end; ++cell) cells_.hazard[cell] = total += cells_.hazard[cell];
  };
  for (auto change = factors_.changes.rbegin(); change != factors_.changes.rend(); ++change) {
    add_through(static_cast<std::size_t>(rows_.end[change->row]));
    total *= change->factor;
  }
  add_through(grid_.size());
}

// D0 of each cell with tied deaths.
void RightCensoredCox::sum_dying_masses() {
  for (std::size_t slot = 0; slot < tied_.cell.size(); ++slot) {
    dying_mass_[slot] = 0;
    for (std::size_t d = tied_.begin[slot]; d < tied_.begin[slot + 1]; ++d) {
      dying_mass_[slot] += factors_.value[tied_.row[d]];
    }
  }
}

double RightCensoredCox::loglik() const {
  std::vector<RunningSum> parts(n_parts(grid_.size()));
  for_each_part(parts.size(), n_threads_, [&](std::size_t k) {
    const std::size_t first = k * part_size;
    parts[k] = blocked_sum(std::min(part_size, grid_.size() - first), [&](std::size_t i) {
      const std::size_t c = first + i;
      return grid_.death_mass[c] * factors_.scale[c] + log_sum_[c];
    });
  });
  RunningSum sum = factors_.event_eta;
  for (const RunningSum& part : parts) sum.subtract(part);
  return sum.value();
}

// All that needs no second reading of the covariates.
void RightCensoredCox::sum_at(const std::vector<double>& beta, const Tick& callback) {
  eta_ = linear_predictor(rows_, beta, std::move(eta_), n_threads_);
  factors_ = row_factors(rows_, grid_, eta_, std::move(factors_), n_threads_);
  tick(callback);
  sum_dying_masses();
  sum_masses();
  sum_over_cells();
  sum_hazards();
  tick(callback);
}

Derivatives RightCensoredCox::score(const std::vector<double>& beta, const Tick& callback) {
  sum_at(beta, callback);
  const RowResiduals residuals(rows_, grid_, factors_, cells_, tied_);
  std::vector<std::vector<double>> parts(n_parts(rows_.n_rows));
  for_each_part(parts.size(), n_threads_, [&](std::size_t k) {
    parts[k].assign(rows_.n_columns, 0.0);
    PanelResiduals of_rows;
    constexpr std::size_t panels_of_part = part_size / panel_rows;
    const std::size_t last = std::min((k + 1) * panels_of_part, rows_.n_panels());
    for (std::size_t panel = k * panels_of_part; panel < last; ++panel) {
      residuals.find(panel, of_rows);
      kernels().add_cross_product(rows_.panel(panel), of_rows.residual, rows_.n_columns,
                                  parts[k].data());
    }
  });
  tick(callback);
  Derivatives result;
  result.loglik = loglik();
  result.score.assign(rows_.n_columns, 0.0);
  for (const std::vector<double>& part : parts) {
    for (std::size_t j = 0; j < part.size(); ++j) result.score[j] += part[j];
  }
  return result;
}

Derivatives RightCensoredCox::derivatives(const std::vector<double>& beta, const Tick& callback) {
  sum_at(beta, callback);
  SumOfParts sum(rows_.n_columns);
  const std::size_t at_once =
      std::max(parts_at_once(rows_.n_columns), static_cast<std::size_t>(n_threads_));
  for (std::size_t left = n_parts(rows_.n_rows); left > 0;) {
    std::vector<PartSums> parts(std::min(left, at_once));
    left -= parts.size();
    for_each_part(parts.size(), n_threads_, [&](std::size_t k) {
      parts[k] = PartSweep(rows_, grid_, factors_, cells_, tied_).sweep(left + k);
    });
    for (std::size_t k = parts.size(); k-- > 0;) sum.add_earlier(parts[k]);
    tick(callback);
  }
  return sum.derivatives(loglik(), relative_noise(static_cast<double>(rows_.n_rows)));
}

}  // namespace survlines
