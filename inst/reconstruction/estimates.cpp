#include "estimates.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/counts.h"
#include "core/cox.h"
#include "core/km.h"
#include "core/logrank.h"
#include "core/survival_view.h"
#include "core/time_rank.h"

namespace reconstruction {

namespace {

constexpr double normal_quantile_975 = 1.959963984540054;

// The arrays a view of the core points to.
class Rows {
 public:
  explicit Rows(const std::vector<Follow>& rows, const std::vector<int>* group = nullptr) {
    std::vector<double> days;
    for (const Follow& row : rows) {
      days.push_back(row.days);
      event_.push_back(row.event ? 1 : 0);
    }
    ranks_ = survlines::rank_times(days.data(), nullptr, days.size(), false);
    if (group != nullptr) group_.assign(group->begin(), group->end());
  }

  survlines::SurvivalView view() const {
    survlines::SurvivalView view;
    view.n_rows = event_.size();
    view.n_times = static_cast<std::int32_t>(ranks_.time.size());
    view.exit = ranks_.exit.data();
    view.event = event_.data();
    if (!group_.empty()) {
      view.group = group_.data();
      view.n_groups = 1 + *std::max_element(group_.begin(), group_.end());
    }
    return view;
  }

  double time(std::int32_t rank) const { return ranks_.time[static_cast<std::size_t>(rank)]; }

 private:
  survlines::TimeRanks ranks_;
  std::vector<std::int32_t> event_;
  std::vector<std::int32_t> group_;
};

// Where a falling step function reaches 0.5: the time of the step that passes below, or the
// middle of a step that lies at 0.5. `value(i)` is asked for no further than needed.
template <typename Value>
double half_point(const std::vector<double>& time, Value value) {
  constexpr double flat = 1.5e-8;
  for (std::size_t i = 0; i < time.size(); ++i) {
    const double here = value(i);
    if (here > 0.5 + flat) continue;
    if (here < 0.5 - flat) return time[i];
    for (std::size_t j = i + 1; j < time.size(); ++j)
      if (value(j) < here - flat) return 0.5 * (time[i] + time[j]);
    return time[i];
  }
  return std::numeric_limits<double>::quiet_NaN();
}

// The limit of S on one side: -1 is the lower, 1 the upper.
double limit_of(double survival, double variance_log, Interval interval, int side) {
  if (survival <= 0.0 || survival >= 1.0) return survival;
  const double reach = normal_quantile_975 * std::sqrt(variance_log);
  if (interval == Interval::plain) return survival + side * survival * reach;
  return std::pow(survival, std::exp(-side * reach / std::abs(std::log(survival))));
}

double two_sided_p(double z) { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

}  // namespace

Curve::Curve(const std::vector<Follow>& follow) {
  const Rows rows(follow);
  const survlines::KaplanMeier km = survlines::kaplan_meier(survlines::count_rows(rows.view()));
  for (const std::int32_t rank : km.time) time_.push_back(rows.time(rank));
  survival_ = km.survival;
  variance_log_ = km.variance_log;
}

double Curve::survival_at(double days) const {
  const auto next = std::upper_bound(time_.begin(), time_.end(), days);
  return next == time_.begin() ? 1.0
                               : survival_[static_cast<std::size_t>(next - time_.begin()) - 1];
}

MedianInterval Curve::median(Interval interval) const {
  const auto limit = [&](int side) {
    return half_point(time_, [&, side](std::size_t i) {
      return limit_of(survival_[i], variance_log_[i], interval, side);
    });
  };
  return {half_point(time_, [&](std::size_t i) { return survival_[i]; }), limit(-1), limit(1)};
}

double logrank_p(const std::vector<Follow>& follow, const std::vector<int>& group) {
  const Rows rows(follow, &group);
  const survlines::LogRank test = survlines::log_rank(survlines::count_rows(rows.view()));
  return two_sided_p(std::sqrt(test.chi_square));
}

std::vector<CoxTerm> cox(const std::vector<Follow>& follow,
                         const std::vector<std::vector<double>>& covariates, Ties ties) {
  const Rows rows(follow);
  std::vector<double> x;
  for (const auto& column : covariates) x.insert(x.end(), column.begin(), column.end());
  survlines::Design design;
  design.n_columns = covariates.size();
  design.x = x.data();
  survlines::CoxControl control;
  control.ties = ties == Ties::efron ? survlines::Ties::efron : survlines::Ties::breslow;
  const survlines::CoxFit fit = survlines::fit_cox(
      rows.view(), design, std::vector<double>(covariates.size(), 0.0), {}, control);
  std::vector<CoxTerm> terms;
  for (std::size_t k = 0; k < covariates.size(); ++k) {
    const double beta = fit.coefficient[k];
    const double error = std::sqrt(fit.variance(k, k));
    terms.push_back({std::exp(beta), std::exp(beta - normal_quantile_975 * error),
                     std::exp(beta + normal_quantile_975 * error), two_sided_p(beta / error)});
  }
  return terms;
}

}  // namespace reconstruction
