// What a coordinator of several shards does: hand messages up and down, and add.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/cox.h"
#include "core/score_residuals.h"
#include "cox_data.h"

using CoxShards = std::vector<CoxData>;

inline CoxShards split_cox_data(const CoxData& data, std::size_t n_shards, Random& random) {
  std::vector<std::vector<std::size_t>> members(n_shards);
  // Shards are keyed by cluster when there are clusters, else by row.
  std::vector<std::size_t> shard_of_cluster;
  for (std::size_t k = 0; k < data.n_clusters; ++k) {
    shard_of_cluster.push_back(static_cast<std::size_t>(random.below(static_cast<int>(n_shards))));
  }
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    const auto shard = data.cluster.empty()
                           ? static_cast<std::size_t>(random.below(static_cast<int>(n_shards)))
                           : shard_of_cluster[static_cast<std::size_t>(data.cluster[i])];
    members[shard].push_back(i);
  }
  CoxShards shards;
  for (const auto& chosen : members) shards.push_back(data.take(chosen));
  return shards;
}

inline std::vector<CoxShards> ways_to_shard(const CoxData& data, Random& random) {
  const CoxData empty = data.take({});
  std::vector<CoxShards> ways = {{data}, {data, empty}, {empty, data}};
  ways.push_back(split_cox_data(data, 2, random));
  ways.push_back(split_cox_data(data, 7, random));
  CoxShards with_gap = split_cox_data(data, 3, random);
  with_gap.insert(with_gap.begin() + 1, empty);
  ways.push_back(with_gap);
  return ways;
}

class ShardedCox {
 public:
  struct Point {
    survlines::Derivatives derivatives;
    survlines::SquareMatrix middle;              // of the sandwich
    std::vector<std::vector<double>> residuals;  // of each shard
  };

  ShardedCox(const CoxShards& shards, survlines::Ties ties) : ties_(ties) {
    using namespace survlines;
    for (const CoxData& shard : shards) inputs_.push_back(std::make_unique<CoxInput>(shard));
    Counts counts = count_rows(inputs_[0]->view);
    for (std::size_t k = 1; k < inputs_.size(); ++k) counts += count_rows(inputs_[k]->view);
    grid = event_grid(counts);
    std::vector<CellRuns> runs;
    for (const auto& input : inputs_) runs.push_back(cell_runs(input->view, grid));
    std::vector<LargeVector<double>> mass;
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      mass.push_back(masses_at_risk(inputs_[k]->view, runs[k]));
    }
    ColumnTotals totals = column_totals(inputs_[0]->view, inputs_[0]->design, mass[0]);
    for (std::size_t k = 1; k < inputs_.size(); ++k) {
      totals += column_totals(inputs_[k]->view, inputs_[k]->design, mass[k]);
    }
    standardization = centred(totals);
    ColumnSpread spread =
        column_spread(inputs_[0]->view, inputs_[0]->design, mass[0], standardization);
    for (std::size_t k = 1; k < inputs_.size(); ++k) {
      spread += column_spread(inputs_[k]->view, inputs_[k]->design, mass[k], standardization);
    }
    set_units(standardization, spread);
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      rows.push_back(
          cox_rows(inputs_[k]->view, inputs_[k]->design, grid, runs[k], standardization));
    }
  }

  // Derivatives at standardised coefficients.
  Point at(const std::vector<double>& beta) const {
    using namespace survlines;
    std::vector<survlines::LargeVector<double>> eta;
    for (const CoxRows& shard : rows) eta.push_back(linear_predictor(shard, beta));
    RiskSums sums = risk_sums(rows[0], grid, eta[0], ties_);
    for (std::size_t k = 1; k < rows.size(); ++k) sums += risk_sums(rows[k], grid, eta[k], ties_);
    const CellWeights weights = cell_weights(grid, sums, ties_);
    RowGram gram = row_gram(rows[0], grid, weights, eta[0]);
    for (std::size_t k = 1; k < rows.size(); ++k) gram += row_gram(rows[k], grid, weights, eta[k]);
    Point point;
    point.derivatives = derivatives(weights, gram);
    point.middle = SquareMatrix(beta.size());
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const CoxData& data = inputs_[k]->data();
      const CoxAt here{rows[k], grid, sums, eta[k], ties_};
      point.residuals.push_back(score_residuals(here, data.rows.size()));
      const SquareMatrix part =
          clustered_score(here, inputs_[k]->view,
                          data.cluster.empty() ? nullptr : data.cluster.data(), data.n_clusters);
      for (std::size_t i = 0; i < part.values.size(); ++i) point.middle.values[i] += part.values[i];
    }
    return point;
  }

  std::vector<double> to_standard(std::vector<double> beta) const {
    for (std::size_t j = 0; j < beta.size(); ++j) beta[j] *= standardization.unit[j];
    return beta;
  }

  survlines::NewtonState maximise(const survlines::NewtonControl& control) const {
    survlines::NewtonState state =
        survlines::newton_start(std::vector<double>(standardization.n_columns, 0.0));
    while (state.status == survlines::NewtonStatus::running) {
      survlines::advance(state, at(state.trial).derivatives, control);
    }
    return state;
  }

  survlines::EventGrid grid;
  survlines::Standardization standardization;
  std::vector<survlines::CoxRows> rows;

 private:
  survlines::Ties ties_;
  std::vector<std::unique_ptr<CoxInput>> inputs_;
};
