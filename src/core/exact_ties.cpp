#include "core/exact_ties.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/scaled_sums.h"

namespace survlines {
namespace {

// Sums over subsets that a row is added to, times their size.
constexpr double work_between_ticks = 1e6;

// Slot k of a table: the sum over subsets of k rows of the product of exp(eta), and its first and
// second derivatives (the upper triangle).
class SubsetSums {
 public:
  SubsetSums(std::size_t most, std::size_t n_columns)
      : n_columns_(n_columns), sums_(most + 1, width(n_columns)), term_(width(n_columns)) {
    std::vector<double> empty_set(width(n_columns), 0.0);
    empty_set[0] = 1;
    sums_.set(0, 0, empty_set.data());
  }

  // From subsets without the row to subsets that may hold it, largest first.
  void add_row(double eta, const double* x) {
    ++n_rows_;
    for (std::size_t k = std::min(n_rows_, sums_.n_slots() - 1); k > 0; --k) {
      if (sums_.scale(k - 1) == ScaledSums::empty) continue;
      const double size = with_row(sums_.value(k - 1), x);
      sums_.add(k, eta + sums_.scale(k - 1) + std::log(size), term_.data());
    }
  }

  double log_sum() const {
    const std::size_t last = sums_.n_slots() - 1;
    return sums_.scale(last) + std::log(sums_.value(last)[0]);
  }
  // Mean and covariance of the sum of covariates over subsets of the largest size.
  double mean(std::size_t j) const { return whole()[1 + j] / whole()[0]; }
  double covariance(std::size_t i, std::size_t j) const {
    return whole()[second(i, j)] / whole()[0] - mean(i) * mean(j);
  }

 private:
  static std::size_t width(std::size_t p) { return 1 + p + p * (p + 1) / 2; }
  std::size_t second(std::size_t i, std::size_t j) const {
    return 1 + n_columns_ + j * (j + 1) / 2 + i;
  }
  const double* whole() const { return sums_.value(sums_.n_slots() - 1); }

  // The sums of subsets once a row of covariates x is added to each, over the sum itself, which is
  // returned: so that no number of subsets overflows.
  double with_row(const double* subsets, const double* x) {
    const double size = subsets[0];
    term_[0] = 1;
    for (std::size_t j = 0; j < n_columns_; ++j) term_[1 + j] = subsets[1 + j] / size + x[j];
    for (std::size_t j = 0; j < n_columns_; ++j) {
      for (std::size_t i = 0; i <= j; ++i) {
        const double mean_i = subsets[1 + i] / size;
        const double mean_j = subsets[1 + j] / size;
        term_[second(i, j)] =
            subsets[second(i, j)] / size + mean_i * x[j] + x[i] * mean_j + x[i] * x[j];
      }
    }
    return size;
  }

  std::size_t n_columns_;
  std::size_t n_rows_ = 0;
  ScaledSums sums_;
  std::vector<double> term_;
};

// The rows at risk in each cell of a stratum, from its last cell backward.
class RiskSetRows {
 public:
  explicit RiskSetRows(const CoxRows& rows) : rows_(rows), next_(rows.n_rows) {}

  const std::vector<std::size_t>& at(std::size_t cell) {
    const auto here = static_cast<std::int32_t>(cell);
    const auto gone = [&](std::size_t r) { return rows_.begin[r] > here; };
    members_.erase(std::remove_if(members_.begin(), members_.end(), gone), members_.end());
    for (; next_ > 0 && rows_.end[next_ - 1] > here; --next_) {
      if (rows_.begin[next_ - 1] <= here) members_.push_back(next_ - 1);
    }
    return members_;
  }

 private:
  const CoxRows& rows_;
  std::size_t next_;
  std::vector<std::size_t> members_;
};

void add_cell(const SubsetSums& subsets, Derivatives& result) {
  const std::size_t p = result.score.size();
  result.loglik -= subsets.log_sum();
  for (std::size_t j = 0; j < p; ++j) {
    result.score[j] -= subsets.mean(j);
    for (std::size_t i = 0; i <= j; ++i) {
      result.information(i, j) += subsets.covariance(i, j);
      if (i < j) result.information(j, i) = result.information(i, j);
    }
  }
}

}  // namespace

Derivatives exact_derivatives(const CoxRows& rows, const EventGrid& grid,
                              const std::vector<double>& beta, const Tick& tick_callback) {
  const std::size_t p = rows.n_columns;
  const LargeVector<double> eta = linear_predictor(rows, beta);
  Derivatives result;
  result.score.assign(p, 0.0);
  result.information = SquareMatrix(p);
  std::vector<double> x(p);
  RiskSetRows risk_set(rows);
  double work = 0;
  for (std::size_t c = grid.size(); c-- > 0;) {
    SubsetSums subsets(static_cast<std::size_t>(grid.deaths[c]), p);
    for (const std::size_t r : risk_set.at(c)) {
      work += static_cast<double>(1 + p * p) * grid.deaths[c];
      if (work > work_between_ticks) {
        tick(tick_callback);
        work = 0;
      }
      for (std::size_t j = 0; j < p; ++j) x[j] = rows.covariates(r)[j * panel_stride];
      for (int copy = 0; copy < rows.mass[r]; ++copy) subsets.add_row(eta[r], x.data());
      if (!rows.event[r] || static_cast<std::size_t>(rows.end[r]) != c + 1) continue;
      result.loglik += rows.mass[r] * eta[r];
      for (std::size_t j = 0; j < p; ++j) result.score[j] += rows.mass[r] * x[j];
    }
    add_cell(subsets, result);
  }
  return result;
}

}  // namespace survlines
