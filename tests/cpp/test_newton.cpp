#include "core/newton.h"

#include <cmath>
#include <functional>
#include <limits>

#include "catch.h"
#include "core/error.h"
#include "near.h"

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
