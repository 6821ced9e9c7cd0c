#include "core/score_residuals.h"

#include "catch.h"
#include "near.h"
#include "sharded_cox.h"

namespace {

// B' B from the residuals of each row, row by row and cluster by cluster.
survlines::SquareMatrix middle_of(const CoxData& data, const std::vector<double>& residuals) {
  const std::size_t n = data.rows.size();
  const std::size_t p = data.n_columns();
  survlines::SquareMatrix middle(p);
  for (std::size_t k = 0; k < data.n_clusters; ++k) {
    std::vector<long double> total(p, 0);
    for (std::size_t i = 0; i < n; ++i) {
      if (static_cast<std::size_t>(data.cluster[i]) != k) continue;
      const long double mass = data.rows.weight.empty() ? 1 : data.rows.weight[i];
      for (std::size_t j = 0; j < p; ++j) total[j] += mass * residuals[j * n + i];
    }
    for (std::size_t i = 0; i < p; ++i) {
      for (std::size_t j = 0; j < p; ++j) {
        middle(i, j) += static_cast<double>(total[i] * total[j]);
      }
    }
  }
  return middle;
}

}  // namespace

// The definition of residuals is asked in test_cox_residuals.cpp and test_cox.cpp, of few rows.
TEST_CASE("clustered scores are totals of the residuals, over the edges of panels") {
  for (const int n : {1, 2, 255, 256, 257, 600}) {
    for (const bool late : {false, true}) {
      CAPTURE(n, late);
      Random random(static_cast<std::uint64_t>(n));
      CoxData data;
      data.rows.n_times = 50;
      data.rows.n_strata = 2;
      data.column = {{}, {}, {}};
      data.n_clusters = 1 + static_cast<std::size_t>(n) / 3;
      for (int i = 0; i < n; ++i) {
        data.rows.exit.push_back(random.between(1, 49));
        data.rows.event.push_back(i == 0 || random.chance(0.5));
        data.rows.stratum.push_back(random.below(2));
        data.rows.weight.push_back(random.between(0.5, 2.0));
        if (late) data.rows.entry.push_back(random.between(-1, data.rows.exit.back() - 1));
        for (auto& column : data.column) column.push_back(random.normal());
        data.cluster.push_back(random.below(static_cast<int>(data.n_clusters)));
      }
      const ShardedCox cox({data}, survlines::Ties::efron);
      const ShardedCox::Point point = cox.at({0.3, -0.2, 0.1});
      const survlines::SquareMatrix expected = middle_of(data, point.residuals[0]);
      for (std::size_t k = 0; k < 9; ++k) {
        CAPTURE(k);
        CHECK(near(point.middle.values[k], expected.values[k], 1e-12L, n));
      }
    }
  }
}
