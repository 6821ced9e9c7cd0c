#include "core/newton.h"

#include <cmath>
#include <functional>
#include <limits>

#include "catch.h"
#include "core/error.h"
#include "near.h"
#include "random_data.h"

using survlines::advance;
using survlines::Derivatives;
using survlines::newton_start;
using survlines::NewtonControl;
using survlines::NewtonState;
using survlines::NewtonStatus;
using survlines::SquareMatrix;

namespace {

using Objective = std::function<Derivatives(const std::vector<double>&)>;

NewtonState maximise(const Objective& objective, std::vector<double> start,
                     const NewtonControl& control = {}) {
  NewtonState state = newton_start(std::move(start));
  int evaluations = 0;
  while (state.status == NewtonStatus::running) {
    REQUIRE(++evaluations < 5000);
    advance(state, objective(state.trial), control);
  }
  return state;
}

// The same where the score is cheap; counts how often each was wanted.
struct Evaluations {
  int scores = 0;
  int informations = 0;
};

NewtonState maximise_by_secants(const Objective& objective, std::vector<double> start,
                                Evaluations& count, NewtonControl control = {}) {
  control.score_is_cheap = true;
  NewtonState state = newton_start(std::move(start));
  while (state.status == NewtonStatus::running) {
    REQUIRE(count.scores + count.informations < 5000);
    Derivatives found = objective(state.trial);
    ++(state.score_suffices ? count.scores : count.informations);
    if (state.score_suffices) {
      found.information = SquareMatrix();
      found.noise.clear();
    }
    advance(state, std::move(found), control);
  }
  return state;
}

Derivatives one_dimensional(double value, double slope, double information) {
  Derivatives result;
  result.loglik = value;
  result.score = {slope};
  result.information = SquareMatrix(1);
  result.information(0, 0) = information;
  return result;
}

// -a x^2 / 2 + b x with a = [[2 1] [1 3]] and b = (1, 2): maximum at (0.2, 0.6).
Derivatives parabola(const std::vector<double>& x) {
  Derivatives result;
  result.information = SquareMatrix(2);
  result.information.values = {2, 1, 1, 3};
  result.score = {1 - 2 * x[0] - x[1], 2 - x[0] - 3 * x[1]};
  result.loglik = x[0] + 2 * x[1] - x[0] * x[0] - x[0] * x[1] - 1.5 * x[1] * x[1];
  return result;
}

// -sqrt(1 + (x - 3)^2): from far away a whole step overshoots ever further.
Derivatives overshooting(const std::vector<double>& x) {
  const double d = x[0] - 3;
  const double root = std::sqrt(1 + d * d);
  return one_dimensional(-root, -d / root, 1 / (root * root * root));
}

// -log(1 + exp(-x)): rises for ever.
Derivatives without_maximum(const std::vector<double>& x) {
  const double e = std::exp(-x[0]);
  return one_dimensional(-std::log1p(e), e / (1 + e), e / (1 + e) / (1 + e));
}

}  // namespace

TEST_CASE("Newton: a parabola takes one step") {
  const NewtonState state = maximise(parabola, {-5, 8});
  CHECK(state.status == NewtonStatus::converged);
  CHECK(near(state.best[0], 0.2L, 1e-14L));
  CHECK(near(state.best[1], 0.6L, 1e-14L));
  CHECK(state.iterations <= 2);
  CHECK(state.at_start.loglik == parabola({-5, 8}).loglik);
  CHECK(near(state.at_best.loglik, parabola(state.best).loglik, 1e-15L));
}

TEST_CASE("Newton: overshooting steps are halved") {
  for (const double start : {3.0, 3.5, 5.0, -10.0, 50.0, -300.0}) {
    CAPTURE(start);
    const NewtonState state = maximise(overshooting, {start});
    CHECK(state.status == NewtonStatus::converged);
    CHECK(near(state.best[0], 3, 1e-9L));
  }
}

TEST_CASE("Newton: the likelihood never falls on the way") {
  NewtonState state = newton_start({40});
  double before = -std::numeric_limits<double>::infinity();
  while (state.status == NewtonStatus::running) {
    advance(state, overshooting(state.trial), {});
    CHECK(state.at_best.loglik >= before - 1e-9);
    before = state.at_best.loglik;
  }
}

TEST_CASE("Newton: a likelihood that rises for ever leaves a drift of about one") {
  const NewtonState state = maximise(without_maximum, {0});
  REQUIRE(state.drift.size() == 1);
  CHECK(state.drift[0] > 0.5);
  CHECK(state.best[0] > 10);
}

TEST_CASE("Newton: a start where no information is left is told by the information elsewhere") {
  // log-likelihood -log cosh x: its information vanishes on both sides, its slope does not.
  const Objective plateau = [](const std::vector<double>& x) {
    const double slope = std::tanh(x[0]);
    const double most = std::fabs(x[0]);
    return one_dimensional(-(most + std::log1p(std::exp(-2 * most))), -slope, 1 - slope * slope);
  };
  for (const double start : {-60.0, -0.5, 0.5, 60.0}) {
    CAPTURE(start);
    NewtonState state = newton_start({start});
    compare_with(state, plateau({0}));
    while (state.status == NewtonStatus::running) advance(state, plateau(state.trial), {});
    CHECK_FALSE(state.aliased[0]);
    const bool near_by = std::fabs(start) < 1;
    CHECK(state.status == (near_by ? NewtonStatus::converged : NewtonStatus::no_ascent));
    CHECK((state.iterations > 0) == near_by);
    if (near_by) CHECK(std::fabs(state.best[0]) < 1e-12);
  }
  // A place that is no better to ask than any.
  NewtonState state = newton_start({0.5});
  compare_with(state, one_dimensional(std::nan(""), std::nan(""), std::nan("")));
  while (state.status == NewtonStatus::running) advance(state, plateau(state.trial), {});
  CHECK(state.status == NewtonStatus::converged);
}

TEST_CASE("Newton: too few iterations are said so") {
  NewtonControl control;
  control.max_iterations = 2;
  const NewtonState state = maximise(overshooting, {50}, control);
  CHECK(state.status == NewtonStatus::no_convergence);
  CHECK(state.iterations == 2);
  control.max_iterations = 0;
  const NewtonState at_start = maximise(parabola, {1, 1}, control);
  CHECK(at_start.status == NewtonStatus::no_convergence);
  CHECK(at_start.best == std::vector<double>{1, 1});
  CHECK(at_start.at_best.loglik == parabola({1, 1}).loglik);
}

TEST_CASE("Newton: a likelihood that is no number") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const NewtonState nowhere =
      maximise([nan](const std::vector<double>&) { return one_dimensional(nan, nan, nan); }, {1});
  CHECK(nowhere.status == NewtonStatus::no_ascent);
  // A wall: infinite beyond 1, with the maximum of the parabola behind it.
  const Objective wall = [nan](const std::vector<double>& x) {
    if (x[0] > 1) return one_dimensional(-nan, nan, nan);
    return one_dimensional(-(x[0] - 4) * (x[0] - 4), -2 * (x[0] - 4), 2);
  };
  const NewtonState stopped = maximise(wall, {-3});
  CHECK(stopped.status != NewtonStatus::converged);
  CHECK(stopped.best[0] <= 1);
  CHECK(stopped.best[0] > 0.9);
}

TEST_CASE("Newton: no likelihood beyond a point as near to the maximum as asked for") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Objective wall = [nan](const std::vector<double>& x) {
    if (x[0] > 1 - 2e-7) return one_dimensional(nan, nan, nan);
    return one_dimensional(-(x[0] - 1) * (x[0] - 1) / 2, 1 - x[0], 1);
  };
  const NewtonState state = maximise(wall, {1 - 5e-7});
  CHECK(state.status == NewtonStatus::converged);
  CHECK(near(state.best[0], 1, 5e-7L));
}

TEST_CASE("Newton: a direction without information is set aside, the other converges") {
  const Objective flat = [](const std::vector<double>& x) {
    Derivatives result;
    const double d = x[0] + x[1] - 2;
    result.loglik = -d * d;
    result.score = {-2 * d, -2 * d};
    result.information = SquareMatrix(2);
    result.information.values = {2, 2, 2, 2};
    return result;
  };
  const NewtonState state = maximise(flat, {0, 0});
  CHECK(state.status == NewtonStatus::converged);
  CHECK(state.aliased == std::vector<bool>{false, true});
  CHECK(state.best == std::vector<double>{2, 0});
}

TEST_CASE("Newton: a step beyond all information is taken back") {
  // Wide tails: the first step from 0 leads to 20, where the curvature underflows while the slope
  // is still -1; the maximum is at 1.
  const Objective kink = [](const std::vector<double>& x) {
    const double d = x[0] - 1;
    const double t = std::tanh(40 * d);
    return one_dimensional(-std::fabs(d) - std::log1p(std::exp(-80 * std::fabs(d))) / 40, -t,
                           40 * (1 - t * t));
  };
  for (const double start : {0.95, 0.9, 0.8, 1.3}) {
    CAPTURE(start);
    const NewtonState state = maximise(kink, {start});
    CHECK(state.status == NewtonStatus::converged);
    CHECK(near(state.best[0], 1, 1e-6L));
  }
}

TEST_CASE("Newton: no columns") {
  const Objective constant = [](const std::vector<double>&) {
    Derivatives result;
    result.loglik = -7;
    return result;
  };
  const NewtonState state = maximise(constant, {});
  CHECK(state.status == NewtonStatus::converged);
  CHECK(state.at_best.loglik == -7);
}

TEST_CASE("Newton: advancing after the end is refused") {
  NewtonState state = maximise(parabola, {0, 0});
  CHECK_THROWS_AS(advance(state, parabola(state.best), {}), survlines::InvalidInput);
}

namespace {

// A Poisson likelihood with a log link: sum y x'b - exp(x'b). Smooth, and concave.
struct Poisson {
  std::size_t n_columns;
  std::vector<double> x;  // row by row
  std::vector<double> y;

  Poisson(Random& random, std::size_t n_rows, std::size_t p) : n_columns(p) {
    for (std::size_t i = 0; i < n_rows; ++i) {
      double eta = 0.5;
      for (std::size_t j = 0; j < n_columns; ++j) {
        x.push_back(random.normal());
        eta += (j % 2 ? 0.2 : -0.2) * x.back();
      }
      y.push_back(std::floor(std::exp(eta) * random.between(0.0, 2.0)));
    }
  }

  Derivatives operator()(const std::vector<double>& beta) const {
    Derivatives result;
    result.score.assign(n_columns, 0.0);
    result.information = SquareMatrix(n_columns);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double* row = x.data() + i * n_columns;
      double eta = 0;
      for (std::size_t j = 0; j < n_columns; ++j) eta += row[j] * beta[j];
      const double mean = std::exp(eta);
      result.loglik += y[i] * eta - mean;
      for (std::size_t j = 0; j < n_columns; ++j) {
        result.score[j] += (y[i] - mean) * row[j];
        for (std::size_t k = 0; k < n_columns; ++k) {
          result.information(j, k) += mean * row[j] * row[k];
        }
      }
    }
    return result;
  }
};

}  // namespace

TEST_CASE("Newton: where the score is cheap, the same maximum with less information") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const std::size_t p = static_cast<std::size_t>(random.between(1, 8));
    const Poisson objective(random, 300, p);
    const NewtonState expected = maximise(objective, std::vector<double>(p, 0.0));
    Evaluations count;
    const NewtonState found = maximise_by_secants(objective, std::vector<double>(p, 0.0), count);
    CHECK(found.status == NewtonStatus::converged);
    CHECK(found.iterations <= expected.iterations);
    CHECK(near(found.at_best.loglik, expected.at_best.loglik, 1e-14L, 1));
    for (std::size_t j = 0; j < p; ++j) {
      const double se = 1 / std::sqrt(expected.at_best.information(j, j));
      CHECK(near(found.best[j], expected.best[j], 1e-10L * se, 1));
      for (std::size_t k = 0; k < p; ++k) {
        CHECK(near(found.at_best.information(j, k), expected.at_best.information(j, k), 1e-11L,
                   expected.at_best.information(j, j)));
      }
    }
  }
}

TEST_CASE("Newton: a score that is cheap saves most of the information near a maximum") {
  Random random(5);
  const Poisson objective(random, 2000, 6);
  const NewtonState expected = maximise(objective, std::vector<double>(6, 0.0));
  std::vector<double> near_by = expected.best;
  for (double& value : near_by) value += 0.02;
  Evaluations count;
  const NewtonState found = maximise_by_secants(objective, near_by, count);
  CHECK(count.informations == 2);
  CHECK(count.scores >= 2);
  // Where steps by secants end, Newton's last step begins.
  CHECK(found.iterations == 2);
}

TEST_CASE("Newton: where steps by secants lead nowhere, they are given up") {
  for (const double start : {3.0, 3.5, 5.0, -10.0, 50.0, -300.0}) {
    CAPTURE(start);
    Evaluations count;
    const NewtonState state = maximise_by_secants(overshooting, {start}, count);
    CHECK(state.status == NewtonStatus::converged);
    CHECK(near(state.best[0], 3.0L, 1e-9L, 1));
  }
  Evaluations count;
  const NewtonState ever = maximise_by_secants(without_maximum, {0}, count);
  const NewtonState expected = maximise(without_maximum, {0});
  CHECK(ever.status == expected.status);
  CHECK(std::fabs(ever.best[0] - expected.best[0]) < 5);
  CHECK(ever.drift.size() == 1);
}

TEST_CASE("Newton: steps by secants take no part where one step is all that is allowed") {
  NewtonControl control;
  control.max_iterations = 1;
  Evaluations count;
  const NewtonState state = maximise_by_secants(overshooting, {3.4}, count, control);
  const NewtonState expected = maximise(overshooting, {3.4}, control);
  CHECK(state.best == expected.best);
  CHECK(state.status == expected.status);
  CHECK(count.scores == 0);
}
