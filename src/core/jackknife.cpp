#include "core/jackknife.h"

#include <cmath>
#include <initializer_list>
#include <limits>
#include <utility>

#include "core/radix_sort.h"
#include "core/running_sum.h"

namespace survlines {
namespace {

constexpr std::size_t changes_between_ticks = std::size_t{1} << 18;

// A sum of squares from terms that cancel. What the rounding of the terms alone can leave is 0, as
// where an incidence has reached 1 and nobody has any influence on it.
double sum_of_squares(std::initializer_list<double> terms) {
  constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();
  double sum = 0, size = 0;
  for (const double term : terms) {
    sum += term;
    size += std::abs(term);
  }
  return sum > rounding * size ? sum : 0;
}

// A quadratic form sum m (a + b v)^2 whose terms join and leave as clusters change.
struct Products {
  RunningSum aa, ab, bb;

  void add(double a, double b, double multiplicity) {
    aa.add(multiplicity * a * a);
    ab.add(multiplicity * a * b);
    bb.add(multiplicity * b * b);
  }
  double at(double v) const {
    return sum_of_squares({aa.value(), 2 * v * ab.value(), v * v * bb.value()});
  }
};

// The functions of time that influences are made of, all sums over event times s <= t:
//   L = sum 1 / (n - d) - 1 / n     log S changes so by a row at risk that survives s
//   V = sum d / n^2                 the hazard, with the sign turned
//   F_k = sum S(s-) d_k / n, G_k = sum S(s-) d_k / n (L(s-) - 1 / n)   the incidence
struct Basis {
  double log_survival = 0, hazard = 0;
  std::vector<double> incidence, growth;

  explicit Basis(std::size_t n_causes) : incidence(n_causes, 0.0), growth(n_causes, 0.0) {}

  void advance(const CumulativeIncidence& curve, std::size_t point, double survival_before) {
    const double n = curve.n_risk[point];
    const double d = curve.n_event[point];
    if (!(d > 0)) return;
    for (std::size_t k = 0; k < incidence.size(); ++k) {
      const double step = survival_before * curve.cause_events[point * curve.n_causes + k] / n;
      incidence[k] += step;
      growth[k] += step * (log_survival - 1 / n);
    }
    hazard += d / n / n;
    // Where nobody survives S is 0 for good: no influence on its logarithm is asked for again.
    if (curve.survival[point] > 0) log_survival += d / n / curve.survivors[point];
  }
};

// With `r` the weight at risk, influences on log S are x + r L, on the hazard y - r V, on F_k
// p_k + x F_k + r G_k.
class State {
 public:
  State(std::size_t n_units, std::size_t n_causes)
      : n_causes_(n_causes),
        r_(n_units, 0.0),
        x_(n_units, 0.0),
        y_(n_units, 0.0),
        p_(n_units * n_causes, 0.0),
        with_p_(n_causes) {}

  // Rows of weight `mass` come under risk (or leave, mass < 0) at the time of the basis.
  void move(std::size_t unit, double mass, double multiplicity, const Basis& basis) {
    change(unit, multiplicity, [&] {
      r_[unit] += mass;
      x_[unit] -= mass * basis.log_survival;
      y_[unit] += mass * basis.hazard;
      for (std::size_t k = 0; k < n_causes_; ++k) {
        p(unit, k) += mass * (basis.log_survival * basis.incidence[k] - basis.growth[k]);
      }
    });
  }

  // An event: what it adds beyond what a surviving row at risk does.
  void jump(std::size_t unit, double on_log_survival, double on_hazard, double on_incidence,
            std::size_t cause, double multiplicity, const Basis& basis) {
    change(unit, multiplicity, [&] {
      x_[unit] += on_log_survival;
      y_[unit] += on_hazard;
      for (std::size_t k = 0; k < n_causes_; ++k) {
        p(unit, k) -= on_log_survival * basis.incidence[k];
      }
      p(unit, cause) += on_incidence;
    });
  }

  void clear(std::size_t unit) {
    r_[unit] = x_[unit] = y_[unit] = 0;
    for (std::size_t k = 0; k < n_causes_; ++k) p(unit, k) = 0;
  }
  void clear_sums() {
    xr_ = yr_ = Products{};
    with_p_.assign(n_causes_, WithP{});
  }

  double variance_log_survival(const Basis& basis) const { return xr_.at(basis.log_survival); }
  double variance_hazard(const Basis& basis) const { return yr_.at(-basis.hazard); }
  double variance_incidence(std::size_t k, const Basis& basis) const {
    const double f = basis.incidence[k];
    const double g = basis.growth[k];
    const WithP& sums = with_p_[k];
    return sum_of_squares({sums.pp.value(), 2 * f * sums.px.value(), 2 * g * sums.pr.value(),
                           f * f * xr_.aa.value(), 2 * f * g * xr_.ab.value(),
                           g * g * xr_.bb.value()});
  }

 private:
  struct WithP {
    RunningSum pp, px, pr;
  };

  double& p(std::size_t unit, std::size_t cause) { return p_[unit * n_causes_ + cause]; }

  void add_products(std::size_t unit, double multiplicity) {
    xr_.add(x_[unit], r_[unit], multiplicity);
    yr_.add(y_[unit], r_[unit], multiplicity);
    for (std::size_t k = 0; k < n_causes_; ++k) {
      const double value = multiplicity * p(unit, k);
      with_p_[k].pp.add(value * p(unit, k));
      with_p_[k].px.add(value * x_[unit]);
      with_p_[k].pr.add(value * r_[unit]);
    }
  }

  template <class Change>
  void change(std::size_t unit, double multiplicity, Change&& apply) {
    add_products(unit, -multiplicity);
    apply();
    add_products(unit, multiplicity);
  }

  std::size_t n_causes_;
  std::vector<double> r_, x_, y_, p_;
  Products xr_, yr_;
  std::vector<WithP> with_p_;
};

// Entries and exits in order of stratum and time; `row` is 2i for the exit of row i, 2i + 1 for
// its entry. Rows at risk from the start have no entry here.
std::vector<KeyedRow> changes_in_order(const SurvivalView& view) {
  std::vector<KeyedRow> changes;
  changes.reserve(view.n_rows);
  for (std::size_t i = 0; i < view.n_rows; ++i) {
    const auto stratum = static_cast<std::uint64_t>(view.stratum_of(i)) << 32;
    changes.push_back({stratum | static_cast<std::uint64_t>(view.exit[i]), 2 * i});
    if (view.entry_of(i) >= 0) {
      changes.push_back({stratum | static_cast<std::uint64_t>(view.entry_of(i)), 2 * i + 1});
    }
  }
  radix_sort(changes);
  return changes;
}

class Pass {
 public:
  Pass(const SurvivalView& view, const Clusters& clusters, const CumulativeIncidence& curve,
       const Tick& callback)
      : view_(view),
        clusters_(clusters),
        curve_(curve),
        callback_(callback),
        changes_(changes_in_order(view)),
        state_(clusters.code ? clusters.n : view.n_rows, curve.n_causes) {
    result_.survival.reserve(curve.size());
    result_.hazard.reserve(curve.size());
    result_.incidence.reserve(curve.size() * curve.n_causes);
  }

  Jackknife run() {
    for (std::size_t s = 0; s + 1 < curve_.stratum_begin.size(); ++s) add_stratum(s);
    return std::move(result_);
  }

 private:
  std::size_t unit_of(std::size_t row) const {
    return clusters_.code ? static_cast<std::size_t>(clusters_.code[row]) : row;
  }
  // Replicates of a row stand alone without clusters, and together with them.
  double mass_of(std::size_t row) const {
    return clusters_.code ? view_.mass_of(row) : view_.weight_of(row);
  }
  double multiplicity_of(std::size_t row) const {
    return clusters_.code ? 1.0 : view_.frequency_of(row);
  }

  void add_stratum(std::size_t stratum) {
    Basis basis(curve_.n_causes);
    start_stratum(stratum, basis);
    double survival_before = 1;
    const std::size_t end = curve_.stratum_begin[stratum + 1];
    for (std::size_t point = curve_.stratum_begin[stratum]; point < end; ++point) {
      basis.advance(curve_, point, survival_before);
      const std::uint64_t key = (static_cast<std::uint64_t>(stratum) << 32) |
                                static_cast<std::uint64_t>(curve_.time[point]);
      for (; next_ < changes_.size() && changes_[next_].key == key; ++next_) {
        if (next_ % changes_between_ticks == 0) tick(callback_);
        apply(changes_[next_].row, point, survival_before, basis);
      }
      add_point(point, basis);
      survival_before = curve_.survival[point];
    }
  }

  // Clusters may have rows in several strata; curves of different strata know nothing of each
  // other.
  void start_stratum(std::size_t stratum, const Basis& basis) {
    state_.clear_sums();
    std::size_t end = next_;
    for (; end < changes_.size() && changes_[end].key >> 32 == stratum; ++end) {
      state_.clear(unit_of(static_cast<std::size_t>(changes_[end].row / 2)));
    }
    for (std::size_t c = next_; c < end; ++c) {
      const auto row = static_cast<std::size_t>(changes_[c].row / 2);
      if (changes_[c].row % 2 == 0 && view_.entry_of(row) < 0) {
        state_.move(unit_of(row), mass_of(row), multiplicity_of(row), basis);
      }
    }
  }

  void apply(std::uint64_t change, std::size_t point, double survival_before, const Basis& basis) {
    const auto row = static_cast<std::size_t>(change / 2);
    const std::size_t unit = unit_of(row);
    const double mass = mass_of(row);
    const double multiplicity = multiplicity_of(row);
    if (change % 2 == 1) {
      state_.move(unit, mass, multiplicity, basis);
      return;
    }
    if (view_.event[row]) {
      const double n = curve_.n_risk[point];
      const double on_log = curve_.survival[point] > 0 ? -mass / curve_.survivors[point] : 0.0;
      state_.jump(unit, on_log, mass / n, survival_before * mass / n,
                  static_cast<std::size_t>(view_.group_of(row)), multiplicity, basis);
    }
    state_.move(unit, -mass, multiplicity, basis);
  }

  void add_point(std::size_t point, const Basis& basis) {
    const double survival = curve_.survival[point];
    result_.survival.push_back(survival * survival * state_.variance_log_survival(basis));
    result_.hazard.push_back(state_.variance_hazard(basis));
    for (std::size_t k = 0; k < curve_.n_causes; ++k) {
      result_.incidence.push_back(state_.variance_incidence(k, basis));
    }
  }

  const SurvivalView& view_;
  const Clusters& clusters_;
  const CumulativeIncidence& curve_;
  const Tick& callback_;
  std::vector<KeyedRow> changes_;
  std::size_t next_ = 0;
  State state_;
  Jackknife result_;
};

}  // namespace

Jackknife jackknife(const SurvivalView& view, const Clusters& clusters,
                    const CumulativeIncidence& curve, const Tick& callback) {
  return Pass(view, clusters, curve, callback).run();
}

}  // namespace survlines
