// Rows with covariates: what a Cox model is fitted to.
#pragma once

#include <cstdint>
#include <vector>

#include "core/cox_rows.h"
#include "random_data.h"

struct CoxData {
  Rows rows;  // one group
  std::vector<std::vector<double>> column;
  std::vector<double> offset;         // empty: none
  std::vector<std::int32_t> cluster;  // empty: none
  std::size_t n_clusters = 0;

  std::size_t n_columns() const { return column.size(); }
  double offset_of(std::size_t row) const { return offset.empty() ? 0 : offset[row]; }

  std::vector<double> column_major() const {
    std::vector<double> x;
    for (const auto& values : column) x.insert(x.end(), values.begin(), values.end());
    return x;
  }

  CoxData take(const std::vector<std::size_t>& chosen) const {
    CoxData taken = *this;
    taken.rows = rows.take(chosen);
    const auto take_values = [&chosen](const auto& from, auto& to) {
      if (from.empty()) return;
      to.clear();
      for (const std::size_t row : chosen) to.push_back(from[row]);
    };
    for (std::size_t j = 0; j < column.size(); ++j) {
      taken.column[j].clear();
      for (const std::size_t row : chosen) taken.column[j].push_back(column[j][row]);
    }
    take_values(offset, taken.offset);
    take_values(cluster, taken.cluster);
    return taken;
  }

  CoxData replicated() const {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double copies = rows.frequency.empty() ? 1 : rows.frequency[i];
      for (int copy = 0; copy < copies; ++copy) chosen.push_back(i);
    }
    CoxData result = take(chosen);
    result.rows.frequency.clear();
    return result;
  }
};

// The view and design of a data set, and the values they point to.
class CoxInput {
 public:
  explicit CoxInput(const CoxData& data) : data_(data), x_(data.column_major()) {
    view = data_.rows.view();
    design.n_columns = data_.n_columns();
    design.x = x_.data();
    design.offset = data_.offset.empty() ? nullptr : data_.offset.data();
  }
  CoxInput(const CoxInput&) = delete;
  CoxInput& operator=(const CoxInput&) = delete;

  const CoxData& data() const { return data_; }

  survlines::SurvivalView view;
  survlines::Design design;

 private:
  CoxData data_;
  std::vector<double> x_;
};

struct CoxRecipe {
  Recipe rows;
  int most_columns = 3;
  bool offset = false;
  bool clusters = false;
};

// Indicators, small whole numbers and continuous values: the first two make ties in the score.
inline std::vector<double> random_column(Random& random, std::size_t n) {
  const int kind = random.below(3);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(kind == 0   ? random.below(2)
                     : kind == 1 ? random.between(-2, 3)
                                 : random.normal());
  }
  return values;
}

inline CoxData random_cox_data(Random& random, CoxRecipe recipe) {
  recipe.rows.most_groups = 1;
  CoxData data;
  data.rows = random_rows(random, recipe.rows);
  const std::size_t n = data.rows.size();
  const int p = random.between(1, recipe.most_columns);
  for (int j = 0; j < p; ++j) data.column.push_back(random_column(random, n));
  for (std::size_t i = 0; recipe.offset && i < n; ++i) data.offset.push_back(random.normal());
  if (recipe.clusters) {
    data.n_clusters = static_cast<std::size_t>(random.between(1, 1 + static_cast<int>(n) / 2));
    for (std::size_t i = 0; i < n; ++i) {
      data.cluster.push_back(random.below(static_cast<int>(data.n_clusters)));
    }
  }
  return data;
}
