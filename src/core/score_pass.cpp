#include "core/score_pass.h"

#include <algorithm>
#include <atomic>

#include "core/cox_cells.h"
#include "core/kernels.h"
#include "core/parallel.h"
#include "core/relay.h"

namespace survlines {
namespace {

// So many whole panels that they, and what is found of their rows, are still in a fast cache when
// they are read again.
std::size_t rows_at_once(const CoxRows& rows) {
  constexpr std::size_t cache = std::size_t{1} << 20;
  constexpr std::size_t found_of_row = 8;
  const std::size_t bytes = (rows.n_columns + found_of_row) * panel_rows * sizeof(double);
  const std::size_t n_panels = std::clamp(cache / bytes, std::size_t{1}, part_size / panel_rows);
  return std::min(n_panels, std::max<std::size_t>(rows.n_panels(), 1)) * panel_rows;
}

// The first cell of which no row stands before row `begin`.
std::size_t first_whole_cell(const CoxRows& rows, std::size_t begin) {
  const auto end = static_cast<std::size_t>(rows.end[begin]);
  return begin > 0 && rows.end[begin - 1] == rows.end[begin] ? end : end - 1;
}

}  // namespace

// Of one thread.
class ScorePass::BlockReader {
 public:
  BlockReader(ScorePass& pass, const Request& request, Relay<double>& at_risk,
              std::atomic<bool>& outgrown)
      : pass_(pass),
        rows_(pass.rows_),
        grid_(pass.grid_),
        tied_(pass.tied_),
        terms_(pass.terms_),
        factor_(pass.terms_.factor.data()),
        request_(request),
        starts_(
            std::all_of(request.beta.begin(), request.beta.end(), [](double b) { return b == 0; })),
        at_risk_(at_risk),
        outgrown_(outgrown),
        total_at_risk_(pass.rows_of_block_ + 1),
        hazard_(pass.rows_of_block_ + 1),
        log_sum_(pass.rows_of_block_) {}

  // Nothing in here can fail, as a relay wants it.
  void operator()(std::size_t turn) noexcept {
    const std::size_t block = pass_.n_blocks() - 1 - turn;
    begin_ = block * pass_.rows_of_block_;
    end_ = std::min(begin_ + pass_.rows_of_block_, rows_.n_rows);
    first_cell_ = first_whole_cell(rows_, begin_);
    n_cells_ = static_cast<std::size_t>(rows_.end[end_ - 1]) - first_cell_;
    result_ = &pass_.ends_[block];
    *result_ = BlockEnd();
    if (outgrown_) return at_risk_.hand_on(turn, at_risk_.take(turn));
    find_factors();
    join_rows(turn);
    find_jumps();
    sum_hazards();
    if (request_.score_wanted) {
      add_to_score(block);
    } else {
      std::copy_n(&hazard_[1], n_cells_, terms_.cells.hazard.data() + first_cell_);
    }
  }

 private:
  // Panel by panel, so that all of it stays in the fastest cache.
  void find_factors() {
    for (std::size_t r = begin_; r < end_; r += panel_rows) {
      const std::size_t last = std::min(r + panel_rows, end_);
      find_eta(r, last);
      if (!request_.scales_are_sure) check_scales(r, last);
      find_row_factors(rows_, terms_.changes, eta_, r, last, factor_ + r);
      result_->loglik.add(kernels_.event_total(&rows_.event[r], &rows_.mass[r], eta_, last - r));
    }
  }

  void find_eta(std::size_t first, std::size_t last) {
    if (rows_.offset.empty()) {
      std::fill_n(eta_, panel_rows, 0.0);
    } else {
      std::copy_n(&rows_.offset[first], last - first, eta_);
    }
    // A fit begins at 0, where no column need be read.
    if (starts_) return;
    kernels_.add_combination(rows_.panel(first / panel_rows), request_.beta.data(), rows_.n_columns,
                             eta_);
  }

  void check_scales(std::size_t begin, std::size_t end) {
    each_scale(terms_.changes, begin, end,
               [&](std::size_t first, std::size_t last, double scale, double) {
                 const double greatest = kernels_.greatest(eta_ + (first - begin), last - first);
                 if (!(greatest <= scale + ScaledSums::slack)) outgrown_ = true;
               });
  }

  // Of the row's cell among those of the block. The first place is that of the cell shared with the
  // block before, if there is one; its hazard is in that block.
  std::size_t place_of(std::size_t row) const {
    return static_cast<std::size_t>(rows_.end[row]) - first_cell_;
  }

  // S0 of each cell: written after each row, it stands there when the last row of the cell has
  // joined.
  void join_rows(std::size_t turn) {
    double total = at_risk_.take(turn);
    std::size_t row = end_;
    const auto join_rows_from = [&](std::size_t first) {
      while (row > first) {
        --row;
        total_at_risk_[place_of(row)] = total += factor_[row];
      }
    };
    auto change = std::partition_point(terms_.changes.begin(), terms_.changes.end(),
                                       [&](const Rescaling& c) { return c.row >= end_; });
    for (; change != terms_.changes.end() && change->row >= begin_; ++change) {
      join_rows_from(change->row + 1);
      total *= change->factor;
    }
    join_rows_from(begin_);
    at_risk_.hand_on(turn, total);
  }

  // As in sum_over_deaths(), of which nothing is left to add up here.
  void find_jumps() {
    kernels_.hazard_terms(grid_.death_mass.data() + first_cell_, &total_at_risk_[1], n_cells_,
                          &hazard_[1], terms_.cells.square.data() + first_cell_, log_sum_.data());
    auto cell = std::lower_bound(tied_.cell.begin(), tied_.cell.end(), first_cell_);
    for (; cell != tied_.cell.end() && *cell < first_cell_ + n_cells_; ++cell) {
      find_jump_of_tied(static_cast<std::size_t>(cell - tied_.cell.begin()));
    }
  }

  // Also of deaths in later blocks, which have been read.
  void find_jump_of_tied(std::size_t slot) {
    double dying = 0;
    for (std::size_t d = tied_.begin[slot]; d < tied_.begin[slot + 1]; ++d) {
      dying += factor_[tied_.row[d]];
    }
    const std::size_t c = tied_.cell[slot];
    const std::size_t k = c - first_cell_;
    CellTerms& cells = terms_.cells;
    const DeathSums sums =
        sum_over_deaths(grid_.deaths[c], grid_.death_mass[c], total_at_risk_[k + 1], dying, true);
    hazard_[k + 1] = sums.h;
    log_sum_[k] = sums.log_sum;
    cells.square[c] = sums.a;
    cells.tied_excess[slot] = sums.g;
    cells.ratio[slot] = sums.b / sums.a;
    cells.tied_square[slot] = std::max(sums.c - cells.ratio[slot] * sums.b, 0.0);
  }

  // From the jumps of the hazard to its totals. Without late entry the scale never rises with time,
  // so no factor exceeds one; between two strata it is 0.
  void sum_hazards() {
    std::size_t cell = 0;
    double hazard = 0;
    hazard_[0] = 0;
    each_scale(terms_.changes, begin_, end_,
               [&](std::size_t, std::size_t last, double scale, double factor) {
                 const std::size_t cell_end = place_of(last - 1);
                 take_off_loglik(cell, cell_end, scale);
                 hazard = factor * sum_hazards(cell, cell_end, hazard);
                 result_->kept *= factor;
                 cell = cell_end;
               });
    result_->hazard = hazard;
  }

  double sum_hazards(std::size_t first, std::size_t last, double total) {
    for (std::size_t c = first; c < last; ++c) hazard_[c + 1] = total += hazard_[c + 1];
    return total;
  }

  // What the cells [first, last) of the block take from the log-likelihood.
  void take_off_loglik(std::size_t first, std::size_t last, double scale) {
    const double* mass = grid_.death_mass.data() + first_cell_ + first;
    const double* log_sum = log_sum_.data() + first;
    result_->loglik.subtract(
        blocked_sum(last - first, [=](std::size_t i) { return mass[i] * scale + log_sum[i]; }));
  }

  void add_to_score(std::size_t block) {
    const BlockTotals totals = pass_.totals_of(block);
    std::fill_n(totals.residual, BlockTotals::n * rows_.n_columns, 0.0);
    kept_ = 1;
    auto death = std::lower_bound(tied_.row.begin(), tied_.row.end(), begin_);
    for (std::size_t r = begin_; r < end_; r += panel_rows) {
      const std::size_t last = std::min(r + panel_rows, end_);
      const double* panel = rows_.panel(r / panel_rows);
      find_expected(r, last);
      bool shared = false;
      for (; death != tied_.row.end() && *death < last; ++death) shared |= spare(*death, r);
      kernels_.residuals(&rows_.event[r], &rows_.mass[r], expected_, last - r, residual_);
      std::fill(residual_ + (last - r), residual_ + panel_rows, 0.0);
      kernels_.add_two_cross_products(panel, residual_, kept_factor_, rows_.n_columns,
                                      totals.residual, totals.factor);
      if (!shared) continue;
      kernels_.add_cross_product(panel, shared_factor_, rows_.n_columns, totals.shared);
      std::fill_n(shared_factor_, panel_rows, 0.0);
    }
  }

  void find_expected(std::size_t begin, std::size_t end) {
    each_scale(terms_.changes, begin, end,
               [&](std::size_t first, std::size_t last, double, double factor) {
                 find_expected(begin, first, last);
                 kept_ *= factor;
               });
    std::fill(kept_factor_ + (end - begin), kept_factor_ + panel_rows, 0.0);
  }

  void find_expected(std::size_t begin, std::size_t first, std::size_t last) {
    const double kept = kept_;
    for (std::size_t r = first; r < last; ++r) {
      expected_[r - begin] = factor_[r] * hazard_[place_of(r)];
      kept_factor_[r - begin] = factor_[r] * kept;
    }
  }

  // Tied deaths of Efron's are not at risk of all of the hazard of their own time. What those of
  // the cell shared with the block before are spared is not known yet. Returns whether it is one.
  bool spare(std::size_t death, std::size_t begin) {
    const std::size_t cell = static_cast<std::size_t>(rows_.end[death]) - 1;
    const auto slot = static_cast<std::size_t>(grid_.tied_slot[cell]);
    if (cell >= first_cell_) {
      expected_[death - begin] -= factor_[death] * terms_.cells.tied_excess[slot];
      return false;
    }
    shared_factor_[death - begin] = factor_[death];
    result_->shared_cell = slot;
    return true;
  }

  ScorePass& pass_;
  const CoxRows& rows_;
  const EventGrid& grid_;
  const TiedDeaths& tied_;
  RiskTerms& terms_;
  double* factor_;
  const Request& request_;
  bool starts_;
  Relay<double>& at_risk_;
  std::atomic<bool>& outgrown_;
  const Kernels& kernels_ = kernels();
  std::size_t begin_ = 0;  // rows of the block
  std::size_t end_ = 0;
  std::size_t first_cell_ = 0;  // cells whose first row is in the block
  std::size_t n_cells_ = 0;
  double kept_ = 1;  // what the hazard before the block is multiplied by on the way to a row
  BlockEnd* result_ = nullptr;
  LargeVector<double> total_at_risk_;  // S0; see join_rows()
  LargeVector<double> hazard_;         // the same places
  LargeVector<double> log_sum_;        // of each cell: what it takes from the log-likelihood
  // Of the rows of one panel.
  alignas(cache_line) double eta_[panel_rows] = {};
  alignas(cache_line) double expected_[panel_rows] = {};
  alignas(cache_line) double residual_[panel_rows] = {};
  alignas(cache_line) double kept_factor_[panel_rows] = {};
  alignas(cache_line) double shared_factor_[panel_rows] = {};
};

ScorePass::ScorePass(const CoxRows& rows, const EventGrid& grid, const TiedDeaths& tied,
                     int n_threads)
    : rows_(rows),
      grid_(grid),
      tied_(tied),
      n_threads_(n_threads),
      rows_of_block_(rows_at_once(rows)),
      ends_(n_blocks()),
      totals_(n_blocks() * BlockTotals::n * rows.n_columns),
      before_(n_blocks()) {
  terms_.factor.resize(rows.n_rows);
  for (auto* column : {&terms_.cells.hazard, &terms_.cells.square}) column->resize(grid.size());
  for (auto* column : {&terms_.cells.tied_excess, &terms_.cells.ratio, &terms_.cells.tied_square}) {
    column->resize(tied.cell.size());
  }
}

std::size_t ScorePass::n_blocks() const {
  return (rows_.n_rows + rows_of_block_ - 1) / rows_of_block_;
}

BlockTotals ScorePass::totals_of(std::size_t block) {
  const std::size_t p = rows_.n_columns;
  double* totals = totals_.data() + block * BlockTotals::n * p;
  return {totals, totals + p, totals + 2 * p};
}

Derivatives ScorePass::read(const std::vector<double>& beta, bool score_wanted) {
  terms_.changes = scales_of_last_rows(rows_, grid_, beta);
  if (!read_blocks({beta, score_wanted, false})) {
    const LargeVector<double> eta = linear_predictor(rows_, beta, {}, n_threads_);
    terms_.changes = row_scales(rows_, grid_, eta, n_threads_).changes;
    read_blocks({beta, score_wanted, true});
  }
  hazards_finished_ = false;
  return put_together(score_wanted);
}

// False, and nothing is found, if some row exceeds its scale by more than the slack.
bool ScorePass::read_blocks(const Request& request) {
  Relay<double> at_risk(0);
  std::atomic<bool> outgrown{false};
  for_each_part_by(n_blocks(), n_threads_,
                   [&] { return BlockReader(*this, request, at_risk, outgrown); });
  return !outgrown;
}

Derivatives ScorePass::put_together(bool score_wanted) {
  const std::size_t p = score_wanted ? rows_.n_columns : 0;
  Derivatives result;
  result.score.assign(p, 0.0);
  RunningSum loglik;
  double hazard = 0;
  for (std::size_t block = 0; block < ends_.size(); ++block) {
    const BlockEnd& end = ends_[block];
    const BlockTotals totals = totals_of(block);
    const double spared =
        end.shared_cell == nowhere ? 0 : terms_.cells.tied_excess[end.shared_cell];
    for (std::size_t j = 0; j < p; ++j) {
      result.score[j] += totals.residual[j] - hazard * totals.factor[j] + spared * totals.shared[j];
    }
    loglik.add(end.loglik);
    before_[block] = hazard;
    hazard = end.kept * hazard + end.hazard;
  }
  result.loglik = loglik.value();
  return result;
}

const RiskTerms& ScorePass::terms() {
  if (!hazards_finished_) finish_hazards();
  hazards_finished_ = true;
  return terms_;
}

void ScorePass::finish_hazards() {
  for_each_part(n_blocks(), n_threads_, [&](std::size_t block) {
    const std::size_t begin = block * rows_of_block_;
    const std::size_t end = std::min(begin + rows_of_block_, rows_.n_rows);
    std::size_t cell = first_whole_cell(rows_, begin);
    double before = before_[block];
    each_scale(terms_.changes, begin, end,
               [&](std::size_t, std::size_t last, double, double factor) {
                 for (; cell < static_cast<std::size_t>(rows_.end[last - 1]); ++cell) {
                   terms_.cells.hazard[cell] += before;
                 }
                 before *= factor;
               });
  });
}

}  // namespace survlines
