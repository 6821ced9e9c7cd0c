#include "core/unseen_order.h"

#include <cmath>

namespace survlines {
namespace {

constexpr double tolerance = 1e-8;
constexpr int most_halvings = 12;
// Nodes this far below the peak, on the log scale, add nothing.
constexpr double negligible = 45;

// log(1 - exp(-z)) for z = exp(log_z), which need not have a double.
double log_one_minus_exp(double log_z) {
  if (log_z < -30) return log_z;
  return std::log(-std::expm1(-std::exp(log_z)));
}

// z / (exp(z) - 1), the slope of log(1 - exp(-z)) by log z, and the slope of that.
struct Bend {
  double first, second;
};
Bend bend_at(double log_z) {
  const double z = std::exp(log_z);
  if (z > 700) return {0, 0};
  if (z < 1e-2) {
    // By the series: the closed form would lose its digits.
    const double square = z * z;
    const double beyond = z / 2 + square / 12 - square * square / 720;
    const double first = 1 - z / 2 + square / 12 - square * square / 720;
    return {first, -first * beyond};
  }
  const double first = z / std::expm1(z);
  return {first, first * (1 - z - first)};
}

// The integrand in s = log t.
class Integrand {
 public:
  explicit Integrand(const DeathsOfOneTime& deaths) : deaths_(deaths) {}

  double log_value(double s) const {
    double sum = s - std::exp(s);
    for (std::size_t j = 0; j < deaths_.log_ratio.size(); ++j) {
      sum += deaths_.copies[j] * log_one_minus_exp(deaths_.log_ratio[j] + s);
    }
    return sum;
  }

  // The peak, where exp(s) = 1 + total of the slopes, to a fraction of its width.
  double peak() const {
    double total = 0;
    for (const double copies : deaths_.copies) total += copies;
    double low = 0;
    double high = std::log1p(total);
    while (high - low > 0.1 / std::sqrt(1 + total)) {
      const double middle = (low + high) / 2;
      (slopes(middle) > 0 ? low : high) = middle;
    }
    return (low + high) / 2;
  }

  double width_at(double s) const {
    double bend = std::exp(s);
    for (std::size_t j = 0; j < deaths_.log_ratio.size(); ++j) {
      bend -= deaths_.copies[j] * bend_at(deaths_.log_ratio[j] + s).second;
    }
    return 1 / std::sqrt(bend);
  }

 private:
  double slopes(double s) const {
    double sum = 1 - std::exp(s);
    for (std::size_t j = 0; j < deaths_.log_ratio.size(); ++j) {
      sum += deaths_.copies[j] * bend_at(deaths_.log_ratio[j] + s).first;
    }
    return sum;
  }

  const DeathsOfOneTime& deaths_;
};

// Equidistant nodes and their shares of the integral.
struct Nodes {
  std::vector<double> s;
  std::vector<double> share;
  double log_integral = 0;
};

class TrapezoidalRule {
 public:
  explicit TrapezoidalRule(const DeathsOfOneTime& deaths)
      : integrand_(deaths),
        peak_(integrand_.peak()),
        log_peak_(integrand_.log_value(peak_)),
        step_(integrand_.width_at(peak_)) {
    double value = step_ * add_nodes(peak_, step_);
    for (int halving = 0; halving < most_halvings; ++halving) {
      const double coarse = value;
      step_ /= 2;
      value = coarse / 2 + step_ * add_nodes(peak_ + step_, 2 * step_);
      if (std::fabs(value - coarse) <= tolerance * value) break;
    }
    for (double& share : nodes_.share) share *= step_ / value;
    nodes_.log_integral = log_peak_ + std::log(value);
  }

  const Nodes& nodes() const { return nodes_; }

 private:
  // Nodes from `start` both ways, as far as they count; their total relative to the peak.
  double add_nodes(double start, double step) {
    return add_one_way(start, step) + add_one_way(start - step, -step);
  }
  double add_one_way(double s, double step) {
    double total = 0;
    for (;; s += step) {
      const double below = integrand_.log_value(s) - log_peak_;
      if (!(below > -negligible)) return total;
      nodes_.s.push_back(s);
      nodes_.share.push_back(std::exp(below));
      total += nodes_.share.back();
    }
  }

  Integrand integrand_;
  double peak_;
  double log_peak_;
  double step_;
  Nodes nodes_;
};

void add_square(SquareMatrix& matrix, double weight, const double* x) {
  for (std::size_t j = 0; j < matrix.size; ++j) {
    for (std::size_t i = 0; i < matrix.size; ++i) matrix(i, j) += weight * x[i] * x[j];
  }
}

// One death needs no integral: its chance is a / (1 + a).
UnseenOrder single_death(const DeathsOfOneTime& deaths, std::size_t n_columns) {
  const double log_ratio = deaths.log_ratio[0];
  UnseenOrder result;
  result.log_chance = log_ratio > 0 ? -std::log1p(std::exp(-log_ratio))
                                    : log_ratio - std::log1p(std::exp(log_ratio));
  result.slope = {1 / (1 + std::exp(log_ratio))};
  result.information = SquareMatrix(n_columns);
  add_square(result.information, result.slope[0] / (1 + std::exp(-log_ratio)), deaths.x.data());
  return result;
}

// At node t the slope by beta is the total of x_j times z / (exp(z) - 1) at z = a_j t. The second
// derivative of the log of the integral is the mean of the second derivatives plus the variance of
// the first.
UnseenOrder from_nodes(const DeathsOfOneTime& deaths, const Nodes& nodes, std::size_t n_columns) {
  const std::size_t n_deaths = deaths.log_ratio.size();
  UnseenOrder result;
  result.log_chance = nodes.log_integral;
  result.slope.assign(n_deaths, 0.0);
  result.information = SquareMatrix(n_columns);
  std::vector<double> second(n_deaths, 0.0);
  std::vector<double> slope_by_node(nodes.s.size() * n_columns, 0.0);
  std::vector<double> mean(n_columns, 0.0);
  for (std::size_t k = 0; k < nodes.s.size(); ++k) {
    double* slope = slope_by_node.data() + k * n_columns;
    for (std::size_t j = 0; j < n_deaths; ++j) {
      const Bend bend = bend_at(deaths.log_ratio[j] + nodes.s[k]);
      result.slope[j] += nodes.share[k] * bend.first;
      second[j] += nodes.share[k] * bend.second;
      const double* x = deaths.x.data() + j * n_columns;
      for (std::size_t i = 0; i < n_columns; ++i) slope[i] += deaths.copies[j] * bend.first * x[i];
    }
    for (std::size_t i = 0; i < n_columns; ++i) mean[i] += nodes.share[k] * slope[i];
  }
  for (std::size_t j = 0; j < n_deaths; ++j) {
    add_square(result.information, -deaths.copies[j] * second[j], deaths.x.data() + j * n_columns);
  }
  for (std::size_t k = 0; k < nodes.s.size(); ++k) {
    double* slope = slope_by_node.data() + k * n_columns;
    for (std::size_t i = 0; i < n_columns; ++i) slope[i] -= mean[i];
    add_square(result.information, -nodes.share[k], slope);
  }
  return result;
}

}  // namespace

UnseenOrder unseen_order(const DeathsOfOneTime& deaths, std::size_t n_columns) {
  if (deaths.copies.size() == 1 && deaths.copies[0] == 1) return single_death(deaths, n_columns);
  return from_nodes(deaths, TrapezoidalRule(deaths).nodes(), n_columns);
}

}  // namespace survlines
