#include "core/information_pass.h"

#include <algorithm>
#include <utility>

#include "core/cox.h"
#include "core/fetch_ahead.h"
#include "core/kernels.h"
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

// Rows of one part: fewer where many columns make much work of few rows, so that threads can share
// it. The sums of more parts would cost more than that saves.
std::size_t rows_of_part(std::size_t n_rows, std::size_t n_columns) {
  constexpr std::size_t many_columns = 64;
  constexpr std::size_t enough_parts = 4;
  if (n_columns < many_columns) return part_size;
  const std::size_t n_panels = n_rows / enough_parts / panel_rows + 1;
  return std::min(n_panels * panel_rows, part_size);
}

// Goes through the rows of one part, from the last to the first.
class PartSweep {
 public:
  PartSweep(const CoxRows& rows, const EventGrid& grid, const TiedDeaths& tied,
            const RiskTerms& terms)
      : rows_(rows),
        grid_(grid),
        tied_(tied),
        factor_(terms.factor.data()),
        changes_(terms.changes),
        cells_(terms.cells),
        p_(rows.n_columns),
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
    const std::size_t n_panels = rows_of_part(rows_.n_rows, p_) / panel_rows;
    const std::size_t first = part * n_panels;
    std::size_t panel = std::min(first + n_panels, rows_.n_panels());
    change_ = std::partition_point(
        changes_.begin(), changes_.end(),
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
    find_residuals(panel);
    const std::size_t soon = next * panel_rows;
    const std::size_t n_soon = rows_.rows_in_panel(next);
    fetch(factor_ + soon, n_soon);
    fetch(&rows_.end[soon], n_soon);
    // This one first: it leaves the panel in cache as fast as memory is read.
    kernels_.add_cross_product(rows_.panel(panel), residual_, p_, sums_.score.data());
    fetch(&rows_.mass[soon], n_soon);
    fetch(&rows_.event[soon], n_soon);
    over_rows_.add(rows_.panel(panel), expected_, rows_.panel(next));
  }

  // What is expected of the rows of a panel, and what their events were more than that.
  void find_residuals(std::size_t panel) {
    const std::size_t begin = panel * panel_rows;
    const std::size_t n = rows_.rows_in_panel(panel);
    for (std::size_t i = 0; i < n; ++i) {
      expected_[i] = factor_[begin + i] * cells_.hazard[cell_of(begin + i)];
    }
    spare_tied_deaths(begin, begin + n);
    kernels_.residuals(&rows_.event[begin], &rows_.mass[begin], expected_, n, residual_);
    std::fill(expected_ + n, expected_ + panel_rows, 0.0);
    std::fill(residual_ + n, residual_ + panel_rows, 0.0);
  }

  // Tied deaths of Efron's are not at risk of all of the hazard of their own time.
  void spare_tied_deaths(std::size_t begin, std::size_t end) {
    auto death = std::lower_bound(tied_.row.begin(), tied_.row.end(), begin);
    for (; death != tied_.row.end() && *death < end; ++death) {
      const auto slot = static_cast<std::size_t>(grid_.tied_slot[cell_of(*death)]);
      expected_[*death - begin] -= factor_[*death] * cells_.tied_excess[slot];
    }
  }

  std::size_t cell_of(std::size_t row) const {
    return static_cast<std::size_t>(rows_.end[row]) - 1;
  }

  // The products over event times: L is written to the place of a row's event time after each
  // row, and stands there when the last row of the time has joined.
  void join_rows(std::size_t panel) {
    const std::size_t begin = panel * panel_rows;
    std::size_t row = begin + rows_.rows_in_panel(panel);
    while (row > begin) {
      const std::size_t last = row;
      if (change_ != changes_.end() && change_->row == row - 1) rescale((change_++)->factor);
      const bool more = change_ != changes_.end() && change_->row >= begin;
      row = find_places(begin, more ? change_->row + 1 : begin, last);
      kernels_.add_running_totals(rows_.panel(panel), factor_ + begin, place_, row - begin,
                                  last - begin, p_, sums_.total.data(), alive_.value.data());
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
      const double factor = factor_[tied_.row[d]];
      const double* x = rows_.covariates(tied_.row[d]);
      for (std::size_t j = 0; j < p_; ++j) {
        dying_.column(j)[n_dying_] += factor * x[j * panel_stride];
      }
    }
  }

  const CoxRows& rows_;
  const EventGrid& grid_;
  const TiedDeaths& tied_;
  const double* factor_;
  const Rescalings& changes_;
  const CellTerms& cells_;
  std::size_t p_;
  const Kernels& kernels_ = kernels();
  WeightedGram over_rows_;
  WeightedGram over_cells_;
  CellPanel alive_;  // S1, less the share of the dying
  CellPanel dying_;  // D1
  Rescalings::const_iterator change_;
  std::size_t n_cells_ = 0;  // event times of which all rows have joined since the last flush
  std::size_t n_dying_ = 0;  // those with tied deaths
  std::size_t cell_[panel_rows];
  double kept_[panel_rows];
  std::int32_t place_[panel_rows];  // of the rows of a panel
  alignas(cache_line) double expected_[panel_rows];
  alignas(cache_line) double residual_[panel_rows];
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
  explicit SumOfParts(std::size_t n_columns)
      : score_(n_columns, 0.0),
        information_(n_columns),
        moment_(n_columns, 0.0),
        carried_(n_columns, 0.0) {}

  void add_earlier(const PartSums& part) {
    add_to(information_, part.information);
    if (any_) subtract_carried(part);
    for (std::size_t j = 0; j < carried_.size(); ++j) {
      score_[j] += part.score[j];
      moment_[j] += part.moment[j];
      carried_[j] = part.kept * carried_[j] + part.total[j];
    }
    any_ = true;
  }

  void give(double noise_per_moment, Derivatives& derivatives) {
    derivatives.score = std::move(score_);
    derivatives.information = std::move(information_);
    derivatives.noise = std::move(moment_);
    for (double& noise : derivatives.noise) noise *= noise_per_moment;
  }

 private:
  // What C adds to sum a (C + L)(C + L)'.
  void subtract_carried(const PartSums& part) {
    for (std::size_t j = 0; j < carried_.size(); ++j) {
      for (std::size_t i = 0; i < carried_.size(); ++i) {
        information_(i, j) -= carried_[i] * part.linear[j] + part.linear[i] * carried_[j] +
                              part.constant * carried_[i] * carried_[j];
      }
    }
  }

  std::vector<double> score_;
  SquareMatrix information_;
  std::vector<double> moment_;
  std::vector<double> carried_;  // C of the next part
  bool any_ = false;
};

}  // namespace

void add_products(const CoxRows& rows, const EventGrid& grid, const TiedDeaths& tied,
                  const RiskTerms& terms, int n_threads, const Tick& callback,
                  Derivatives& derivatives) {
  SumOfParts sum(rows.n_columns);
  const std::size_t at_once =
      std::max(parts_at_once(rows.n_columns), static_cast<std::size_t>(n_threads));
  const std::size_t size = rows_of_part(rows.n_rows, rows.n_columns);
  for (std::size_t left = (rows.n_rows + size - 1) / size; left > 0;) {
    std::vector<PartSums> parts(std::min(left, at_once));
    left -= parts.size();
    for_each_part(parts.size(), n_threads, [&](std::size_t k) {
      parts[k] = PartSweep(rows, grid, tied, terms).sweep(left + k);
    });
    for (std::size_t k = parts.size(); k-- > 0;) sum.add_earlier(parts[k]);
    tick(callback);
  }
  sum.give(relative_noise(static_cast<double>(rows.n_rows)), derivatives);
}

}  // namespace survlines
