// Two sums a Cox model is made of, each other's mirror:
//
//   at_risk_sums   for each cell, a total over the rows at risk in it;
//   HazardSums     for each row, a total over the cells it is at risk in.
//
// Without late entry both are running totals that only grow. With late entry terms also leave,
// and a difference of running totals keeps only what is large in both. So when the terms span
// more than exp(spread_limit), totals are taken over a binary tree of cells instead, in which
// every run of cells is a union of few nodes and nothing is ever subtracted.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "core/cox_rows.h"
#include "core/event_grid.h"
#include "core/fetch_ahead.h"
#include "core/large_vector.h"
#include "core/running_sum.h"
#include "core/scaled_sums.h"

namespace survlines {

constexpr double spread_limit = 20;

// Slot c holds S0 and S1: the totals of mass exp(eta) (1, x_1, ..., x_p) over the rows at risk in
// cell c. A cell in which none of the shard's rows is at risk is empty. The memory of `recycled`,
// such as the sums of an earlier eta, is used again.
ScaledSums at_risk_sums(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& eta,
                        ScaledSums recycled = {}, int n_threads = 1);

// Running totals over cells of `width` values: the first a hazard jump, the others any. Values of
// cell c are relative to exp(-scale[c]), where scale is that of the cell's merged at_risk_sums.
class HazardSums {
 public:
  HazardSums() = default;  // of no cells
  // `value` is n_cells x width, cell by cell. Every cell has a finite scale and a jump > 0.
  HazardSums(const EventGrid& grid, const std::vector<double>& scale, std::vector<double> value,
             std::size_t width);

  // out[k] = exp(eta) times the sum of value k over the cells [begin, end), begin < end. The eta
  // is that of a row at risk in all of them.
  void at(std::int32_t begin, std::int32_t end, double eta, double* out) const;

  // The same where width is 1.
  double hazard(std::int32_t begin, std::int32_t end, double eta) const {
    double value = 0;
    if (method_ == Method::running) {
      const auto last = static_cast<std::size_t>(end) - 1;
      value = std::exp(eta - scale_[last]) * running_[last];
    } else {
      at(begin, end, eta, &value);
    }
    return value;
  }

  // Fetches ahead what will be read of the cell in which a row begins: rows begin anywhere.
  SURVLINES_INLINED void fetch(std::int32_t begin) const {
    if (method_ != Method::difference) return;
    survlines::fetch(prefix_.data() + 2 * static_cast<std::size_t>(begin) * width_);
  }

 private:
  enum class Method { running, difference, tree };

  void accumulate_running(const EventGrid& grid, std::vector<double> value);
  void accumulate_difference(const std::vector<double>& value);
  void build_tree(const std::vector<double>& value);

  Method method_ = Method::running;
  std::size_t width_ = 0;
  std::vector<double> scale_;
  std::vector<double> running_;
  LargeVector<double> prefix_;  // totals of the cells before, high and low part side by side
  double reference_ = 0;
  ScaledSums tree_;
};

// For each cell, whether no row at risk has a greater score than each of the rows that die there
// (by more than `margin`). A direction of the coefficients whose scores pass in all cells never
// lowers the likelihood, however far it is followed (Bryson & Johnson 1981).
// With exact ties the deaths of a cell need not be alike: only those who survive are rivals.
enum class Rivals { all_at_risk, survivors };

bool deaths_lead(const CoxRows& rows, const EventGrid& grid, const LargeVector<double>& score,
                 double margin, Rivals rivals = Rivals::all_at_risk);

}  // namespace survlines
