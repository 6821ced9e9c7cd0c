#include "core/risk_terms.h"

namespace survlines {

TiedDeaths tied_deaths(const CoxRows& rows, const EventGrid& grid) {
  TiedDeaths tied;
  if (grid.n_tied == 0) return tied;
  tied.cell.reserve(grid.n_tied);
  tied.begin.reserve(grid.n_tied + 1);
  for (std::size_t r = 0; r < rows.n_rows; ++r) {
    const std::size_t cell = static_cast<std::size_t>(rows.end[r]) - 1;
    // Of the two conditions the second is a coin toss, so it comes second.
    if (!grid.tied(cell) || !rows.event[r]) continue;
    if (tied.cell.empty() || tied.cell.back() != cell) {
      tied.cell.push_back(cell);
      tied.begin.push_back(tied.row.size());
    }
    tied.row.push_back(r);
    tied.begin.back() = tied.row.size();
  }
  return tied;
}

}  // namespace survlines
