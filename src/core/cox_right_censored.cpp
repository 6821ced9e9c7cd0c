#include "core/cox_right_censored.h"

#include "core/information_pass.h"

namespace survlines {

RightCensoredCox::RightCensoredCox(const CoxRows& rows, const EventGrid& grid, Ties ties,
                                   int n_threads)
    : rows_(rows),
      grid_(grid),
      n_threads_(n_threads),
      tied_(ties == Ties::efron ? tied_deaths(rows, grid) : TiedDeaths()),
      score_pass_(rows, grid, tied_, n_threads) {}

Derivatives RightCensoredCox::score(const std::vector<double>& beta, const Tick& callback) {
  Derivatives result = score_pass_.read(beta, true);
  tick(callback);
  return result;
}

Derivatives RightCensoredCox::derivatives(const std::vector<double>& beta, const Tick& callback) {
  Derivatives result = score_pass_.read(beta, false);
  tick(callback);
  add_products(rows_, grid_, tied_, score_pass_.terms(), n_threads_, callback, result);
  return result;
}

}  // namespace survlines
