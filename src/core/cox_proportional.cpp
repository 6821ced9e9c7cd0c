#include "core/cox_proportional.h"

#include <algorithm>

#include "core/at_risk_sums.h"
#include "core/cox_cells.h"
#include "core/weighted_gram.h"

namespace survlines {
namespace {

constexpr std::size_t n_powers = 3;

// Hazard jumps times g^0, g^1, g^2, cell by cell.
std::vector<double> powered_jumps(const CellJumps& at, const std::vector<double>& g) {
  std::vector<double> jumps;
  jumps.reserve(n_powers * g.size());
  for (std::size_t c = 0; c < g.size(); ++c) {
    const double jump = at.jump[c];
    jumps.insert(jumps.end(), {jump, jump * g[c], jump * g[c] * g[c]});
  }
  return jumps;
}

void subtract_between(const CoxPoint& point, const std::vector<double>& g,
                      TimeInteraction& result) {
  const std::size_t p = point.n_columns();
  std::vector<VectorPanels> panels(n_powers, VectorPanels(p));
  CellView cell(point.grid, point.sums, point.ties);
  for (std::size_t c = 0; c < g.size(); ++c) {
    cell.look_at(c);
    add_between(panels[0], cell, p);
    add_between(panels[1], cell, p, g[c]);
    add_between(panels[2], cell, p, g[c] * g[c]);
  }
  for (std::size_t k = 0; k < n_powers; ++k) {
    const SquareMatrix between = panels[k].matrix();
    for (std::size_t v = 0; v < between.values.size(); ++v) {
      result.information[k].values[v] -= between.values[v];
    }
  }
}

SquareMatrix submatrix(const SquareMatrix& matrix, const std::vector<std::size_t>& rows,
                       const std::vector<std::size_t>& columns) {
  require(rows.size() == columns.size(), "a square part");
  SquareMatrix part(rows.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t i = 0; i < rows.size(); ++i) part(i, j) = matrix(rows[i], columns[j]);
  }
  return part;
}

// Variance of the score of theta in all estimated columns.
SquareMatrix variance_given_beta(const TimeInteraction& interaction,
                                 const std::vector<std::size_t>& estimated) {
  const SquareMatrix between = submatrix(interaction.information[1], estimated, estimated);
  SquareMatrix variance = submatrix(interaction.information[2], estimated, estimated);
  const PivotedCholesky information(submatrix(interaction.information[0], estimated, estimated));
  for (std::size_t j = 0; j < estimated.size(); ++j) {
    std::vector<double> column(estimated.size());
    for (std::size_t i = 0; i < column.size(); ++i) column[i] = between(i, j);
    const std::vector<double> solution = information.solve(column);
    for (std::size_t i = 0; i < column.size(); ++i) {
      for (std::size_t k = 0; k < column.size(); ++k) variance(i, j) -= between(i, k) * solution[k];
    }
  }
  return variance;
}

}  // namespace

TimeInteraction time_interaction(const CoxPoint& point, const std::vector<double>& g) {
  require(g.size() == point.grid.size(), "one value of g a cell");
  const CoxRows& rows = point.rows;
  const std::size_t p = point.n_columns();
  const CellJumps jumps = cell_jumps(point.grid, point.sums, point.ties);
  const HazardSums hazards(point.grid, jumps.scale, powered_jumps(jumps, g), n_powers);
  TimeInteraction result;
  result.score.assign(p, 0.0);
  std::vector<WeightedGram> gram(n_powers, WeightedGram(p));
  std::vector<double> expected(n_powers * panel_rows);
  std::vector<double> residual(panel_rows);
  for (std::size_t panel = 0; panel < rows.n_panels(); ++panel) {
    std::fill(expected.begin(), expected.end(), 0.0);
    std::fill(residual.begin(), residual.end(), 0.0);
    for (std::size_t i = 0; i < rows.rows_in_panel(panel); ++i) {
      const std::size_t r = panel * panel_rows + i;
      double hazard[n_powers];
      hazards.at(rows.begin[r], rows.end[r], point.eta[r], hazard);
      const double g_at_end = g[static_cast<std::size_t>(rows.end[r]) - 1];
      double spared = spared_hazard(rows, r, jumps, point.eta[r]);
      for (std::size_t k = 0; k < n_powers; ++k, spared *= g_at_end) {
        expected[k * panel_rows + i] = rows.mass[r] * (hazard[k] - spared);
      }
      residual[i] = rows.mass[r] * rows.event[r] * g_at_end - expected[panel_rows + i];
    }
    for (std::size_t k = 0; k < n_powers; ++k) {
      gram[k].add(rows.panel(panel), expected.data() + k * panel_rows);
    }
    kernels().add_cross_product(rows.panel(panel), residual.data(), p, result.score.data());
  }
  for (std::size_t k = 0; k < n_powers; ++k) result.information[k] = gram[k].matrix();
  subtract_between(point, g, result);
  return result;
}

ScoreTest test_columns(const TimeInteraction& interaction, const std::vector<std::size_t>& tested,
                       const std::vector<std::size_t>& estimated) {
  const SquareMatrix all = variance_given_beta(interaction, estimated);
  std::vector<std::size_t> position;
  std::vector<double> score;
  for (const std::size_t column : tested) {
    const auto found = std::find(estimated.begin(), estimated.end(), column);
    require(found != estimated.end(), "only what was estimated can be tested");
    position.push_back(static_cast<std::size_t>(found - estimated.begin()));
    score.push_back(interaction.score[column]);
  }
  const PivotedCholesky variance(submatrix(all, position, position));
  ScoreTest test;
  test.df = static_cast<int>(variance.rank());
  test.chi_square = variance.quadratic_form(score);
  return test;
}

}  // namespace survlines
