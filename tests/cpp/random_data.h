// Small random data sets, the same on every platform: only integer output of the generator is
// used, mapped to numbers here (the standard's distributions differ between libraries).
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "core/survival_view.h"

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  int below(int n) { return static_cast<int>(uniform() * n); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(double p) { return uniform() < p; }
  // Irwin-Hall: sum of 12 uniforms, without a call of the maths library.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  std::vector<std::size_t> permutation(std::size_t n) {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = n; i > 1; --i) {
      std::swap(order[i - 1], order[static_cast<std::size_t>(below(static_cast<int>(i)))]);
    }
    return order;
  }

 private:
  std::mt19937_64 engine_;
};

// The rows behind a SurvivalView. An empty column is a null pointer in the view.
struct Rows {
  std::int32_t n_times = 0;
  std::int32_t n_strata = 1;
  std::int32_t n_groups = 1;
  std::vector<std::int32_t> exit;
  std::vector<std::int32_t> entry;
  std::vector<std::int32_t> event;
  std::vector<std::int32_t> stratum;
  std::vector<std::int32_t> group;
  std::vector<double> weight;
  std::vector<double> frequency;

  std::size_t size() const { return exit.size(); }

  survlines::SurvivalView view() const {
    survlines::SurvivalView view;
    view.n_rows = size();
    view.n_times = n_times;
    view.n_strata = n_strata;
    view.n_groups = n_groups;
    view.exit = exit.data();
    view.event = event.data();
    const auto or_null = [](const auto& column) {
      return column.empty() ? nullptr : column.data();
    };
    view.entry = or_null(entry);
    view.stratum = or_null(stratum);
    view.group = or_null(group);
    view.weight = or_null(weight);
    view.frequency = or_null(frequency);
    return view;
  }

  // The chosen rows in the chosen order; a row may be chosen more than once.
  Rows take(const std::vector<std::size_t>& rows) const {
    Rows taken = *this;
    const auto take_column = [&rows](const auto& from, auto& to) {
      if (from.empty()) return;
      to.clear();
      for (const std::size_t row : rows) to.push_back(from[row]);
    };
    take_column(exit, taken.exit);
    take_column(entry, taken.entry);
    take_column(event, taken.event);
    take_column(stratum, taken.stratum);
    take_column(group, taken.group);
    take_column(weight, taken.weight);
    take_column(frequency, taken.frequency);
    return taken;
  }

  // Each row written out as often as its frequency says.
  Rows replicated() const {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < size(); ++i) {
      const double copies = frequency.empty() ? 1 : frequency[i];
      for (int copy = 0; copy < copies; ++copy) rows.push_back(i);
    }
    Rows result = take(rows);
    result.frequency.clear();
    return result;
  }
};

enum class Weights { none, ordinary, whole, extreme, wide };

struct Recipe {
  int most_rows = 25;
  int most_times = 8;  // few times for the rows: many ties
  int most_strata = 3;
  int most_groups = 4;
  bool late_entry = false;
  bool frequency = false;
  Weights weights = Weights::none;
};

inline double random_weight(Random& random, Weights kind) {
  if (kind == Weights::whole) return random.between(1, 5);
  if (kind == Weights::ordinary) return random.between(0.1, 3.0);
  // 1e-8 to 1e8 (wide: 1e-5 to 1e5), the exponent uniform: half of them dwarf the other half.
  const int most = kind == Weights::extreme ? 8 : 5;
  double weight = random.between(1.0, 10.0);
  for (int k = random.between(-most, most - 1); k != 0; k += k < 0 ? 1 : -1)
    weight *= k < 0 ? 0.1 : 10;
  return weight;
}

// Some columns are left null now and then, and so are entries, to walk every path of a kernel.
inline Rows random_rows(Random& random, const Recipe& recipe) {
  Rows rows;
  const int n = random.below(recipe.most_rows + 1);
  rows.n_times = random.between(1, recipe.most_times);
  rows.n_strata = random.between(1, recipe.most_strata);
  rows.n_groups = random.between(1, recipe.most_groups);
  const double event_share = random.chance(0.1) ? 0 : random.uniform();
  const double late_share = random.uniform();
  for (int i = 0; i < n; ++i) {
    rows.exit.push_back(random.below(rows.n_times));
    rows.event.push_back(random.chance(event_share));
    if (recipe.late_entry) {
      rows.entry.push_back(random.chance(late_share) ? random.between(-1, rows.exit.back() - 1)
                                                     : -1);
    }
    if (rows.n_strata > 1) rows.stratum.push_back(random.below(rows.n_strata));
    if (rows.n_groups > 1) rows.group.push_back(random.below(rows.n_groups));
    if (recipe.weights != Weights::none) {
      rows.weight.push_back(random_weight(random, recipe.weights));
    }
    if (recipe.frequency) rows.frequency.push_back(random.between(1, 3));
  }
  return rows;
}
