#include "core/concordance.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/counts.h"
#include "core/event_grid.h"
#include "core/large_vector.h"
#include "core/time_rank.h"

namespace survlines {
namespace {

// A row where its run of cells ends, or where it begins late: there the mass is negative, which
// takes back what met the row before. A death is compared with all that have a greater `when`.
struct Contender {
  double mass;
  double lead;  // mass of those it is in right order with, less those in wrong order, so far
  std::size_t row;
  std::int32_t when;  // twice the cell in which it dies, one more where it survives the cell
  std::int32_t rank;  // of the score

  bool dies() const { return when % 2 == 0; }
};

// What each row takes part in, per unit of its own mass.
struct RowPairs {
  double lead;  // concordant less discordant
  double all;   // comparable

  void add(const Contender& contender, double lead_here, double all_here) {
    const double sign = contender.mass < 0 ? -1 : 1;
    lead += sign * lead_here;
    all += sign * all_here;
  }
};

// The mass that was passed on the way through contenders, low and high scores apart. Deaths of one
// time do not meet: all of them see what was passed before the first.
class PassedMass {
 public:
  void look(const Contender& contender) {
    if (contender.when == when_ && contender.dies()) return;
    when_ = contender.when;
    low_seen_ = low_;
    high_seen_ = high_;
  }
  double low() const { return low_seen_; }
  double high() const { return high_seen_; }
  void add(double mass, double is_high) {
    high_ += mass * is_high;
    low_ += mass * (1 - is_high);
  }

 private:
  double low_ = 0, high_ = 0;
  double low_seen_ = 0, high_seen_ = 0;
  std::int32_t when_ = -1;
};

// Pairs of contenders of one stratum. They are in order of time, and are split in two again and
// again by the highest bit of the rank in which they differ, each half in order of time: pairs
// with one row in either half are then counted in one walk each way. No branch depends on a bit,
// which is a coin toss.
class PairCounter {
 public:
  PairCounter(LargeVector<RowPairs>& pairs, Concordance& total, const Tick& callback)
      : pairs_(pairs), total_(total), callback_(callback) {}

  // Uses as many contenders at `spare`.
  void count(Contender* contenders, Contender* spare, std::size_t n, std::int32_t n_ranks) {
    int bit = 0;
    while ((n_ranks - 1) >> bit > 1) ++bit;
    count_comparable(contenders, n);
    count_by_bits(contenders, spare, n, bit);
  }

 private:
  static constexpr std::size_t few = 12;
  static constexpr std::size_t rows_between_ticks = std::size_t{1} << 12;

  void count_by_bits(Contender* contenders, Contender* spare, std::size_t n, int bit) {
    if (n >= rows_between_ticks) tick(callback_);
    if (n <= few || bit < 0) {
      if (n <= few) {
        compare_all(contenders, n);
      } else {
        count_tied_scores(contenders, n);
      }
      for (std::size_t k = 0; k < n; ++k) {
        pairs_[contenders[k].row].add(contenders[k], contenders[k].lead, 0);
      }
      return;
    }
    const std::size_t n_low = meet_later(contenders, n, bit);
    if (n_low == 0 || n_low == n) {
      count_by_bits(contenders, spare, n, bit - 1);
      return;
    }
    meet_earlier(contenders, spare, n, n_low, bit);
    count_by_bits(spare, contenders, n_low, bit - 1);
    count_by_bits(spare + n_low, contenders + n_low, n - n_low, bit - 1);
  }

  // Each death with those of the other half that outlive it. Returns the size of the lower half.
  std::size_t meet_later(Contender* contenders, std::size_t n, int bit) {
    PassedMass later;
    std::size_t n_high = 0;
    for (std::size_t k = n; k-- > 0;) {
      Contender& here = contenders[k];
      const int high = here.rank >> bit & 1;
      later.look(here);
      const double concordant = here.dies() * high * later.low();
      const double discordant = here.dies() * (1 - high) * later.high();
      here.lead += concordant - discordant;
      total_.concordant += here.mass * concordant;
      total_.discordant += here.mass * discordant;
      later.add(here.mass, high);
      n_high += static_cast<std::size_t>(high);
    }
    return n - n_high;
  }

  // Each contender with the deaths of the other half that it outlives; writes the halves to `to`.
  static void meet_earlier(const Contender* contenders, Contender* to, std::size_t n,
                           std::size_t n_low, int bit) {
    PassedMass died;
    std::size_t next[2] = {0, n_low};
    for (std::size_t k = 0; k < n; ++k) {
      Contender here = contenders[k];
      const int high = here.rank >> bit & 1;
      died.look(here);
      here.lead += (1 - high) * died.high() - high * died.low();
      died.add(here.mass * here.dies(), high);
      to[next[high]++] = here;
    }
  }

  // How much mass each contender is compared with, whatever the scores.
  void count_comparable(const Contender* contenders, std::size_t n) {
    PassedMass later;
    for (std::size_t k = n; k-- > 0;) {
      const Contender& here = contenders[k];
      later.look(here);
      if (here.dies()) pairs_[here.row].add(here, 0, later.high());
      later.add(here.mass, 1);
    }
    PassedMass died;
    for (std::size_t k = 0; k < n; ++k) {
      const Contender& here = contenders[k];
      died.look(here);
      pairs_[here.row].add(here, 0, died.high());
      died.add(here.mass * here.dies(), 1);
    }
  }

  void count_tied_scores(const Contender* contenders, std::size_t n) {
    PassedMass later;
    for (std::size_t k = n; k-- > 0;) {
      later.look(contenders[k]);
      total_.tied_score += contenders[k].mass * contenders[k].dies() * later.high();
      later.add(contenders[k].mass, 1);
    }
  }

  // Pair by pair.
  void compare_all(Contender* contenders, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      Contender& death = contenders[i];
      if (!death.dies()) continue;
      for (std::size_t k = i + 1; k < n; ++k) {
        Contender& later = contenders[k];
        const int meet = later.when > death.when;
        const int concordant = meet & (death.rank > later.rank);
        const int discordant = meet & (death.rank < later.rank);
        const double product = death.mass * later.mass;
        death.lead += (concordant - discordant) * later.mass;
        later.lead += (concordant - discordant) * death.mass;
        total_.concordant += concordant * product;
        total_.discordant += discordant * product;
        total_.tied_score += (meet - concordant - discordant) * product;
      }
    }
  }

  LargeVector<RowPairs>& pairs_;
  Concordance& total_;
  const Tick& callback_;
};

// All contenders by `when`, and so by stratum: begin[s] is where those of stratum s begin.
struct ContenderLists {
  LargeVector<Contender> contenders;
  std::vector<std::size_t> begin;
};

class ContenderSort {
 public:
  ContenderSort(const SurvivalView& view, const EventGrid& grid,
                const std::vector<std::int32_t>& rank)
      : view_(view), grid_(grid), runs_(cell_runs(view, grid)), rank_(rank) {}

  ContenderLists lists() const {
    LargeVector<std::size_t> next;
    next.resize(2 * grid_.size() + 1, 0);
    each([&](std::size_t, std::int32_t when, double) {
      ++next[static_cast<std::size_t>(when) + 1];
    });
    for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
    ContenderLists lists;
    for (const std::size_t cell : grid_.stratum_begin) lists.begin.push_back(next[2 * cell]);
    lists.contenders.resize(next.back());
    each([&](std::size_t row, std::int32_t when, double mass) {
      lists.contenders[next[static_cast<std::size_t>(when)]++] = {mass, 0, row, when, rank_[row]};
    });
    return lists;
  }

 private:
  // Calls visit(row, when, mass) for each contender.
  template <class Visit>
  void each(const Visit& visit) const {
    for (std::size_t i = 0; i < view_.n_rows; ++i) {
      if (!runs_.at_risk(i)) continue;
      visit(i, 2 * (runs_.end[i] - 1) + (view_.event[i] ? 0 : 1), view_.mass_of(i));
      const auto first = grid_.stratum_begin[static_cast<std::size_t>(view_.stratum_of(i))];
      if (static_cast<std::size_t>(runs_.begin[i]) == first) continue;
      visit(i, 2 * (runs_.begin[i] - 1) + 1, -view_.mass_of(i));
    }
  }

  const SurvivalView& view_;
  const EventGrid& grid_;
  CellRuns runs_;
  const std::vector<std::int32_t>& rank_;
};

// Pairs of `deaths`, which are those of one cell, by equal and unequal scores.
void count_tied_deaths(std::vector<Contender>& deaths, const SurvivalView& view,
                       Concordance& total) {
  std::sort(deaths.begin(), deaths.end(),
            [](const Contender& a, const Contender& b) { return a.rank < b.rank; });
  double all_mass = 0;
  double all_squares = 0;
  for (std::size_t k = 0; k < deaths.size();) {
    double mass = 0;
    double squares = 0;
    const std::int32_t rank = deaths[k].rank;
    for (; k < deaths.size() && deaths[k].rank == rank; ++k) {
      mass += deaths[k].mass;
      squares += deaths[k].mass * view.weight_of(deaths[k].row);
    }
    total.tied_both += (mass * mass - squares) / 2;
    all_mass += mass;
    all_squares += squares;
    total.tied_time -= (mass * mass - squares) / 2;
  }
  total.tied_time += (all_mass * all_mass - all_squares) / 2;
}

void count_all_tied_deaths(const LargeVector<Contender>& contenders, const SurvivalView& view,
                           Concordance& total) {
  std::vector<Contender> deaths;
  for (std::size_t k = 0; k < contenders.size();) {
    const std::int32_t when = contenders[k].when;
    std::size_t last = k + 1;
    while (last < contenders.size() && contenders[last].when == when) ++last;
    if (contenders[k].dies() && (last - k > 1 || view.frequency)) {
      deaths.assign(contenders.begin() + static_cast<std::ptrdiff_t>(k),
                    contenders.begin() + static_cast<std::ptrdiff_t>(last));
      count_tied_deaths(deaths, view, total);
    }
    k = last;
  }
}

double jackknife_variance(const SurvivalView& view, const LargeVector<RowPairs>& pairs,
                          double index, double comparable, const std::int32_t* cluster,
                          std::size_t n_clusters) {
  std::vector<double> totals(cluster ? n_clusters : 0, 0.0);
  double variance = 0;
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    const double change =
        (pairs[i].lead / 2 + (0.5 - index) * pairs[i].all) / comparable * view.weight_of(i);
    if (cluster) {
      totals[static_cast<std::size_t>(cluster[i])] += change * view.frequency_of(i);
    } else {
      variance += change * change * view.frequency_of(i);
    }
  }
  for (const double total : totals) variance += total * total;
  return variance;
}

LargeVector<RowPairs> count_pairs(const SurvivalView& view, const double* score,
                                  const Tick& callback, Concordance& total) {
  const EventGrid grid = event_grid(view, callback);
  const TimeRanks ranks = rank_times(score, nullptr, view.n_rows, false);
  ContenderLists lists = ContenderSort(view, grid, ranks.exit).lists();
  count_all_tied_deaths(lists.contenders, view, total);
  LargeVector<Contender> spare;
  spare.resize(lists.contenders.size());
  LargeVector<RowPairs> pairs;
  pairs.resize(view.n_rows, RowPairs{0, 0});
  PairCounter counter(pairs, total, callback);
  for (std::size_t s = 0; s + 1 < lists.begin.size(); ++s) {
    const std::size_t first = lists.begin[s];
    counter.count(lists.contenders.data() + first, spare.data() + first, lists.begin[s + 1] - first,
                  static_cast<std::int32_t>(ranks.time.size()));
  }
  return pairs;
}

}  // namespace

Concordance concordance(const SurvivalView& view, const double* score, const std::int32_t* cluster,
                        std::size_t n_clusters, const Tick& callback) {
  Concordance result;
  const LargeVector<RowPairs> pairs = count_pairs(view, score, callback, result);
  const double comparable = result.concordant + result.discordant + result.tied_score;
  if (!(comparable > 0)) {
    result.index = result.variance = std::numeric_limits<double>::quiet_NaN();
    return result;
  }
  result.index = (result.concordant + result.tied_score / 2) / comparable;
  result.variance = jackknife_variance(view, pairs, result.index, comparable, cluster, n_clusters);
  return result;
}

std::vector<double> risk_scores(const Design& design, const std::vector<double>& coefficient,
                                std::size_t n_rows) {
  require(coefficient.size() == design.n_columns, "one coefficient a column");
  constexpr std::size_t rows_in_cache = 1024;
  std::vector<double> score(n_rows, 0.0);
  if (design.offset) score.assign(design.offset, design.offset + n_rows);
  for (std::size_t first = 0; first < n_rows; first += rows_in_cache) {
    const std::size_t last = std::min(first + rows_in_cache, n_rows);
    for (std::size_t j = 0; j < design.n_columns; ++j) {
      const double* column = design.column(j, n_rows);
      for (std::size_t i = first; i < last; ++i) score[i] += coefficient[j] * column[i];
    }
  }
  return score;
}

}  // namespace survlines
