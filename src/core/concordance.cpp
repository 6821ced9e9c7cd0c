#include "core/concordance.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/counts.h"
#include "core/event_grid.h"

namespace survlines {
namespace {

// A cell is a time with events, which may hold thousands of rows.
constexpr std::size_t cells_between_ticks = 64;

// Masses by rank of the score, and their sums over ranks (Fenwick 1994).
class MassByRank {
 public:
  explicit MassByRank(std::size_t n_ranks) : tree_(n_ranks + 1, 0.0), at_(n_ranks, 0.0) {}

  void add(std::size_t rank, double mass) {
    at_[rank] += mass;
    for (std::size_t k = rank + 1; k < tree_.size(); k += k & (~k + 1)) tree_[k] += mass;
    total_ += mass;
  }
  double below(std::size_t rank) const {
    double sum = 0;
    for (std::size_t k = rank; k > 0; k -= k & (~k + 1)) sum += tree_[k];
    return sum;
  }
  double at(std::size_t rank) const { return at_[rank]; }
  double above(std::size_t rank) const { return total_ - below(rank) - at_[rank]; }

 private:
  std::vector<double> tree_;
  std::vector<double> at_;
  double total_ = 0;
};

std::vector<std::size_t> ranks_of(const double* score, std::size_t n) {
  std::vector<double> values(score, score + n);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::vector<std::size_t> ranks(n);
  for (std::size_t i = 0; i < n; ++i) {
    ranks[i] = static_cast<std::size_t>(std::lower_bound(values.begin(), values.end(), score[i]) -
                                        values.begin());
  }
  return ranks;
}

// Rows by a key of cells, to be read cell by cell.
class RowsByCell {
 public:
  RowsByCell(const std::vector<std::int32_t>& cell, std::size_t n_cells)
      : start_(n_cells + 2, 0), row_(cell.size()) {
    for (const std::int32_t c : cell) ++start_[static_cast<std::size_t>(c) + 1];
    for (std::size_t c = 1; c < start_.size(); ++c) start_[c] += start_[c - 1];
    std::vector<std::size_t> next = start_;
    for (std::size_t i = 0; i < cell.size(); ++i) {
      row_[next[static_cast<std::size_t>(cell[i])]++] = i;
    }
  }
  const std::size_t* begin(std::size_t cell) const { return row_.data() + start_[cell]; }
  const std::size_t* end(std::size_t cell) const { return row_.data() + start_[cell + 1]; }

 private:
  std::vector<std::size_t> start_;
  std::vector<std::size_t> row_;
};

struct CellRows {
  const std::size_t* first;
  const std::size_t* last;
  const std::size_t* begin() const { return first; }
  const std::size_t* end() const { return last; }
};

// What each row takes part in, per unit of its own mass.
struct PairSums {
  std::vector<double> concordant, discordant, tied;

  explicit PairSums(std::size_t n) : concordant(n, 0.0), discordant(n, 0.0), tied(n, 0.0) {}
};

class Pairs {
 public:
  Pairs(const SurvivalView& view, const EventGrid& grid, std::vector<std::size_t> rank)
      : view_(view),
        grid_(grid),
        runs_(cell_runs(view, grid)),
        by_begin_(runs_.begin, grid.size()),
        by_end_(runs_.end, grid.size()),
        rank_(std::move(rank)),
        sums_(view.n_rows) {
    for (const std::size_t r : rank_) n_ranks_ = std::max(n_ranks_, r + 1);
  }

  // Each death against those at risk with it: from the last cell backward.
  void count_deaths(Concordance& total, const Tick& callback) {
    for (std::size_t s = 0; s < grid_.n_strata(); ++s) {
      MassByRank at_risk(n_ranks_);
      for (std::size_t c = grid_.stratum_begin[s + 1]; c-- > grid_.stratum_begin[s];) {
        if (c % cells_between_ticks == 0) tick(callback);
        move_to(c, s, at_risk);
        compare_deaths(c, at_risk, total);
        for (const std::size_t i : ending_in(c)) {
          if (dies(i)) at_risk.add(rank_[i], view_.mass_of(i));
        }
        count_tied_deaths(c, total);
      }
    }
  }

  // Each row against the deaths it survives: what died up to the end of its run, less what died
  // before its begin.
  void count_survivors(const Tick& callback) {
    for (std::size_t s = 0; s < grid_.n_strata(); ++s) {
      MassByRank died(n_ranks_);
      for (std::size_t c = grid_.stratum_begin[s]; c < grid_.stratum_begin[s + 1]; ++c) {
        if (c % cells_between_ticks == 0) tick(callback);
        for (const std::size_t i : beginning_in(c)) {
          if (at_risk_somewhere(i)) add_survived(i, died, -1);
        }
        // A death does not survive its own cell.
        for (const std::size_t i : ending_in(c)) {
          if (dies(i)) add_survived(i, died, +1);
        }
        for (const std::size_t i : ending_in(c)) {
          if (dies(i)) died.add(rank_[i], view_.mass_of(i));
        }
        for (const std::size_t i : ending_in(c)) {
          if (!dies(i)) add_survived(i, died, +1);
        }
      }
    }
  }

  const PairSums& sums() const { return sums_; }

 private:
  bool at_risk_somewhere(std::size_t i) const { return runs_.begin[i] < runs_.end[i]; }
  bool dies(std::size_t i) const { return view_.event[i] == 1; }
  CellRows beginning_in(std::size_t c) const { return {by_begin_.begin(c), by_begin_.end(c)}; }
  // Rows of the stratum whose run ends with cell c and is not empty come with key c + 1.
  std::vector<std::size_t> ending_in(std::size_t c) const {
    std::vector<std::size_t> rows;
    for (const std::size_t* i = by_end_.begin(c + 1); i != by_end_.end(c + 1); ++i) {
      if (at_risk_somewhere(*i)) rows.push_back(*i);
    }
    return rows;
  }

  void move_to(std::size_t c, std::size_t stratum, MassByRank& at_risk) const {
    if (c + 1 < grid_.stratum_begin[stratum + 1]) {
      for (const std::size_t i : beginning_in(c + 1)) {
        if (at_risk_somewhere(i)) at_risk.add(rank_[i], -view_.mass_of(i));
      }
    }
    for (const std::size_t i : ending_in(c)) {
      if (!dies(i)) at_risk.add(rank_[i], view_.mass_of(i));
    }
  }

  void compare_deaths(std::size_t c, const MassByRank& at_risk, Concordance& total) {
    for (const std::size_t i : ending_in(c)) {
      if (!dies(i)) continue;
      const double below = at_risk.below(rank_[i]);
      const double above = at_risk.above(rank_[i]);
      const double tied = at_risk.at(rank_[i]);
      sums_.concordant[i] += below;
      sums_.discordant[i] += above;
      sums_.tied[i] += tied;
      total.concordant += view_.mass_of(i) * below;
      total.discordant += view_.mass_of(i) * above;
      total.tied_score += view_.mass_of(i) * tied;
    }
  }

  void add_survived(std::size_t i, const MassByRank& died, int sign) {
    sums_.concordant[i] += sign * died.above(rank_[i]);
    sums_.discordant[i] += sign * died.below(rank_[i]);
    sums_.tied[i] += sign * died.at(rank_[i]);
  }

  // Pairs of deaths of one cell, by equal and unequal scores.
  void count_tied_deaths(std::size_t c, Concordance& total) const {
    std::vector<std::size_t> deaths;
    for (const std::size_t i : ending_in(c)) {
      if (dies(i)) deaths.push_back(i);
    }
    std::sort(deaths.begin(), deaths.end(),
              [&](std::size_t a, std::size_t b) { return rank_[a] < rank_[b]; });
    double all_mass = 0;
    double all_squares = 0;
    for (std::size_t k = 0; k < deaths.size();) {
      double mass = 0;
      double squares = 0;
      const std::size_t rank = rank_[deaths[k]];
      for (; k < deaths.size() && rank_[deaths[k]] == rank; ++k) {
        mass += view_.mass_of(deaths[k]);
        squares += view_.mass_of(deaths[k]) * view_.weight_of(deaths[k]);
      }
      total.tied_both += (mass * mass - squares) / 2;
      all_mass += mass;
      all_squares += squares;
      total.tied_time -= (mass * mass - squares) / 2;
    }
    total.tied_time += (all_mass * all_mass - all_squares) / 2;
  }

  const SurvivalView& view_;
  const EventGrid& grid_;
  CellRuns runs_;
  RowsByCell by_begin_;
  RowsByCell by_end_;
  std::vector<std::size_t> rank_;
  std::size_t n_ranks_ = 0;
  PairSums sums_;
};

double jackknife_variance(const SurvivalView& view, const PairSums& sums, double index,
                          double comparable, const std::int32_t* cluster, std::size_t n_clusters) {
  std::vector<double> totals(cluster ? n_clusters : 0, 0.0);
  double variance = 0;
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    const double pairs = sums.concordant[i] + sums.discordant[i] + sums.tied[i];
    const double change =
        (sums.concordant[i] + sums.tied[i] / 2 - index * pairs) / comparable * view.weight_of(i);
    if (cluster) {
      totals[static_cast<std::size_t>(cluster[i])] += change * view.frequency_of(i);
    } else {
      variance += change * change * view.frequency_of(i);
    }
  }
  for (const double total : totals) variance += total * total;
  return variance;
}

}  // namespace

Concordance concordance(const SurvivalView& view, const double* score, const std::int32_t* cluster,
                        std::size_t n_clusters, const Tick& callback) {
  const EventGrid grid = event_grid(count_rows(view, callback));
  Pairs pairs(view, grid, ranks_of(score, view.n_rows));
  Concordance result;
  pairs.count_deaths(result, callback);
  pairs.count_survivors(callback);
  const double comparable = result.concordant + result.discordant + result.tied_score;
  if (!(comparable > 0)) {
    result.index = result.variance = std::numeric_limits<double>::quiet_NaN();
    return result;
  }
  result.index = (result.concordant + result.tied_score / 2) / comparable;
  result.variance =
      jackknife_variance(view, pairs.sums(), result.index, comparable, cluster, n_clusters);
  return result;
}

}  // namespace survlines
