#include "previous_lines.h"

#include <numeric>
#include <vector>

namespace reconstruction {

// Up to three the report's counts are those of the relapses: one line a relapse. The mean of 2.9
// over 33 lines and the range up to 8 then leave 38 lines for the seven at fourth relapse or later.
std::array<int, n_lines> previous_lines(const PfsState& state) {
  constexpr int printed_sum = 96;  // 96 / 33 = 2.9
  constexpr int most = 8;
  std::array<int, n_lines> count = state.relapse;
  std::vector<int> free_lines;
  for (int line = 0; line < n_lines; ++line)
    if (count[line] == 4 && !is_second_line(line)) free_lines.push_back(line);
  count[free_lines.back()] = most;
  free_lines.pop_back();
  int left = printed_sum - std::accumulate(count.begin(), count.end(), 0);
  for (std::size_t i = 0; left > 0; i = (i + 1) % free_lines.size(), --left) ++count[free_lines[i]];
  return count;
}

}  // namespace reconstruction
