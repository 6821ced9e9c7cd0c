#include "core/cox_right_censored.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/cox_cells.h"
#include "core/parallel.h"
#include "core/weighted_gram.h"

namespace survlines {
namespace {

// Vectors v of event times, each with its weight, to be added up as weight times v v'.
struct CellPanel {
  std::vector<double> value;
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

// Columns whose totals run side by side, so that additions need not wait for one another.
constexpr std::size_t columns_at_once = 4;

// Adds factor times the column to each total, from the last row to the first, and writes what it
// comes to after each row to the place of that row.
void add_running_totals(const double* const* x, double* const* out, double* total,
                        const double* factor, const std::int32_t* place, std::size_t first,
                        std::size_t last) {
  double total0 = total[0], total1 = total[1], total2 = total[2], total3 = total[3];
  for (std::size_t r = last; r-- > first;) {
    const double f = factor[r];
    const auto to = static_cast<std::size_t>(place[r]);
    out[0][to] = total0 += f * x[0][r];
    out[1][to] = total1 += f * x[1][r];
    out[2][to] = total2 += f * x[2][r];
    out[3][to] = total3 += f * x[3][r];
  }
  total[0] = total0;
  total[1] = total1;
  total[2] = total2;
  total[3] = total3;
}

// Goes through the rows of one part, from the last to the first.
class PartSweep {
 public:
  PartSweep(const CoxRows& rows, const EventGrid& grid, const RowFactors& factors,
            const CellTerms& cells, const std::vector<double>& dying)
      : rows_(rows),
        grid_(grid),
        factors_(factors),
        cells_(cells),
        dying_(dying),
        p_(rows.n_columns),
        gram_(p_),
        alive_(p_),
        tied_(grid.n_tied > 0 && !cells.ratio.empty() ? p_ : 0) {
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
    while (panel-- > first) {
      add_rows(panel);
      join_rows(panel);
    }
    flush();
    sums_.information = gram_.matrix();
    return std::move(sums_);
  }

 private:
  // The products over rows.
  void add_rows(std::size_t panel) {
    const std::size_t begin = panel * panel_rows;
    const std::size_t n = rows_.rows_in_panel(panel);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t r = begin + i;
      const auto cell = static_cast<std::size_t>(rows_.end[r]) - 1;
      const double event = rows_.event[r];
      expected_[i] = factors_.value[r] * (cells_.hazard[cell] - event * cells_.tied_excess[cell]);
      residual_[i] = rows_.mass[r] * event - expected_[i];
    }
    std::fill(expected_ + n, expected_ + panel_rows, 0.0);
    std::fill(residual_ + n, residual_ + panel_rows, 0.0);
    const double* x = rows_.panel(panel);
    gram_.add(x, expected_);
    add_squares(x, p_, expected_, sums_.moment.data());
    add_cross_product(x, p_, residual_, sums_.score.data());
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
      join(rows_.panel(panel), begin, row - begin, last - begin);
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

  void join(const double* panel, std::size_t begin, std::size_t first, std::size_t last) {
    const double* factor = factors_.value.data() + begin;
    for (std::size_t j = 0; j < p_; j += columns_at_once) {
      const double* x[columns_at_once];
      double* out[columns_at_once];
      double total[columns_at_once];
      // Beyond the last column it is taken again, and comes to the same.
      for (std::size_t c = 0; c < columns_at_once; ++c) {
        const std::size_t column = std::min(j + c, p_ - 1);
        x[c] = panel + column * panel_stride;
        out[c] = alive_.column(column);
        total[c] = sums_.total[column];
      }
      add_running_totals(x, out, total, factor, place_, first, last);
      for (std::size_t c = 0; c < columns_at_once && j + c < p_; ++c) {
        sums_.total[j + c] = total[c];
      }
    }
  }

  // Adds up what stands in the places.
  void flush() {
    if (!cells_.ratio.empty()) take_out_dying();
    alive_.clear();
    for (std::size_t k = 0; k < n_cells_; ++k) {
      const double square = cells_.square[cell_[k]];
      alive_.square[k] = -square;
      alive_.linear[k] = square * kept_[k];
      sums_.constant += square * kept_[k] * kept_[k];
    }
    gram_.add(alive_.value.data(), alive_.square);
    add_cross_product(alive_.value.data(), p_, alive_.linear, sums_.linear.data());
    n_cells_ = 0;
  }

  // Tied deaths of Efron's leave one by one; see add_between() in cox_cells.h.
  void take_out_dying() {
    std::size_t n_tied = 0;
    for (std::size_t k = 0; k < n_cells_; ++k) {
      if (!grid_.tied(cell_[k])) continue;
      const auto slot = static_cast<std::size_t>(grid_.tied_slot[cell_[k]]);
      const double* dying = dying_.data() + slot * p_;
      for (std::size_t j = 0; j < p_; ++j) {
        alive_.column(j)[k] -= cells_.ratio[slot] * dying[j];
        tied_.column(j)[n_tied] = dying[j];
      }
      tied_.square[n_tied++] = -cells_.tied_square[slot];
    }
    if (n_tied == 0) return;
    gram_.add(tied_.value.data(), tied_.square);
    tied_.clear();
  }

  const CoxRows& rows_;
  const EventGrid& grid_;
  const RowFactors& factors_;
  const CellTerms& cells_;
  const std::vector<double>& dying_;
  std::size_t p_;
  WeightedGram gram_;
  CellPanel alive_;  // S1, less the share of the dying
  CellPanel tied_;   // D1
  const Rescaling* change_ = nullptr;
  const Rescaling* end_of_changes_ = nullptr;
  std::size_t n_cells_ = 0;  // event times of which all rows have joined since the last flush
  std::size_t cell_[panel_rows];
  double kept_[panel_rows];
  std::int32_t place_[panel_rows];  // of the rows of a panel
  double expected_[panel_rows];
  double residual_[panel_rows];
  PartSums sums_;
};

// Parts worked on before the sums are put together: all of them together take much memory.
constexpr std::size_t parts_at_once = 8;

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
  for (auto* column : {&cells_.hazard, &cells_.tied_excess, &cells_.square, &log_sum_, &at_risk_}) {
    column->resize(grid.size());
  }
  if (!efron_) return;
  for (auto* column : {&cells_.ratio, &cells_.tied_square, &dying_mass_}) {
    column->resize(grid.n_tied);
  }
  dying_.resize(grid.n_tied * rows.n_columns);
  if (grid.n_tied == 0) return;
  for (std::size_t r = 0; r < rows.n_rows; ++r) {
    // Of the two conditions the second is a coin toss, so it comes second.
    if (grid.tied(static_cast<std::size_t>(rows.end[r]) - 1) && rows.event[r]) {
      tied_deaths_.push_back(r);
    }
  }
}

// S0 of each cell.
void RightCensoredCox::sum_masses() {
  auto change = factors_.changes.begin();
  double total = 0;
  std::size_t row = rows_.n_rows;
  for (std::size_t c = grid_.size(); c-- > 0;) {
    if (change != factors_.changes.end() && change->row == row - 1) total *= (change++)->factor;
    for (; row > 0 && static_cast<std::size_t>(rows_.end[row - 1]) == c + 1; --row) {
      total += factors_.value[row - 1];
    }
    at_risk_[c] = total;
  }
}

void RightCensoredCox::sum_over_cells() {
  for_each_part(n_parts(grid_.size()), n_threads_, [&](std::size_t part) {
    const std::size_t last = std::min((part + 1) * part_size, grid_.size());
    for (std::size_t c = part * part_size; c < last; ++c) {
      const bool spread = efron_ && grid_.tied(c);
      const auto slot = static_cast<std::size_t>(grid_.tied_slot[c]);
      const DeathSums sums = sum_over_deaths(grid_.deaths[c], grid_.death_mass[c], at_risk_[c],
                                             spread ? dying_mass_[slot] : 0.0, spread);
      cells_.hazard[c] = sums.h;
      cells_.tied_excess[c] = sums.g;
      cells_.square[c] = sums.a;
      log_sum_[c] = sums.log_sum;
      if (!spread) continue;
      cells_.ratio[slot] = sums.b / sums.a;
      cells_.tied_square[slot] = std::max(sums.c - cells_.ratio[slot] * sums.b, 0.0);
    }
  });
}

// From the jumps of the hazard to its totals. Without late entry the scale never rises with time,
// so no factor exceeds one.
void RightCensoredCox::sum_hazards() {
  const std::vector<double>& scale = factors_.scale;
  for (std::size_t s = 0; s < grid_.n_strata(); ++s) {
    for (std::size_t c = grid_.stratum_begin[s] + 1; c < grid_.stratum_begin[s + 1]; ++c) {
      const double factor = scale[c] == scale[c - 1] ? 1 : std::exp(scale[c] - scale[c - 1]);
      cells_.hazard[c] += factor * cells_.hazard[c - 1];
    }
  }
}

// D0 and D1 of each cell with tied deaths. Threads share out the columns, so that each total is
// added up in one order.
void RightCensoredCox::sum_dying() {
  const std::size_t p = rows_.n_columns;
  std::fill(dying_mass_.begin(), dying_mass_.end(), 0.0);
  std::fill(dying_.begin(), dying_.end(), 0.0);
  for (const std::size_t r : tied_deaths_) {
    const std::int32_t slot = grid_.tied_slot[static_cast<std::size_t>(rows_.end[r]) - 1];
    dying_mass_[static_cast<std::size_t>(slot)] += factors_.value[r];
  }
  const std::size_t n_shares = n_parts(rows_.n_rows) > 1 ? static_cast<std::size_t>(n_threads_) : 1;
  for_each_part(n_shares, n_threads_, [&](std::size_t share) {
    for (const std::size_t r : tied_deaths_) {
      const std::int32_t slot = grid_.tied_slot[static_cast<std::size_t>(rows_.end[r]) - 1];
      double* to = dying_.data() + static_cast<std::size_t>(slot) * p;
      const double* x = rows_.covariates(r);
      const double factor = factors_.value[r];
      for (std::size_t j = share * p / n_shares; j < (share + 1) * p / n_shares; ++j) {
        to[j] += factor * x[j * panel_stride];
      }
    }
  });
}

double RightCensoredCox::loglik() const {
  RunningSum sum = blocked_sum(
      rows_.n_rows, [&](std::size_t r) { return rows_.event[r] * rows_.mass[r] * eta_[r]; });
  sum.subtract(blocked_sum(grid_.size(), [&](std::size_t c) {
    return grid_.death_mass[c] * factors_.scale[c] + log_sum_[c];
  }));
  return sum.value();
}

Derivatives RightCensoredCox::derivatives(const std::vector<double>& beta, const Tick& callback) {
  eta_ = linear_predictor(rows_, beta, std::move(eta_), n_threads_);
  factors_ = row_factors(rows_, grid_, eta_, std::move(factors_), n_threads_);
  tick(callback);
  sum_dying();
  sum_masses();
  sum_over_cells();
  sum_hazards();
  tick(callback);
  SumOfParts sum(rows_.n_columns);
  const std::size_t at_once = std::max(parts_at_once, static_cast<std::size_t>(n_threads_));
  for (std::size_t left = n_parts(rows_.n_rows); left > 0;) {
    std::vector<PartSums> parts(std::min(left, at_once));
    left -= parts.size();
    for_each_part(parts.size(), n_threads_, [&](std::size_t k) {
      parts[k] = PartSweep(rows_, grid_, factors_, cells_, dying_).sweep(left + k);
    });
    for (std::size_t k = parts.size(); k-- > 0;) sum.add_earlier(parts[k]);
    tick(callback);
  }
  return sum.derivatives(loglik(), relative_noise(static_cast<double>(rows_.n_rows)));
}

}  // namespace survlines
