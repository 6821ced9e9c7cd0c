#include "pfs_state.h"

#include <algorithm>

namespace reconstruction {

namespace {

constexpr int osteoblastic_patients = 18;

// How many lines were given at first, second, third, and fourth or later relapse.
constexpr std::array<int, 4> relapse_counts = {4, 12, 10, 7};

// What the facts say; second lines at third relapse, their first lines at second; the rest as it
// comes.
std::array<int, n_lines> first_relapses() {
  std::array<int, n_lines> relapses;
  for (int line = 0; line < n_lines; ++line) {
    const bool has_second = !is_second_line(line) && has_second_line(line);
    relapses[line] = is_second_line(line) ? 3 : has_second ? 2 : line_facts[line].relapse;
  }
  std::array<int, 4> left = relapse_counts;
  for (const int relapse : relapses)
    if (relapse > 0) --left[relapse - 1];
  int next = 0;
  for (int& relapse : relapses) {
    if (relapse > 0) continue;
    while (left[next] == 0) ++next;
    relapse = next + 1;
    --left[next];
  }
  return relapses;
}

}  // namespace

int line_delay(const PfsState& state, int line) {
  const int delay = state.delay[line_facts[line].patient];
  return is_second_line(line) ? delay + state.gap[line - n_patients] : delay;
}

int treated_days(const PfsState& state, int line) {
  const LineFact& fact = line_facts[line];
  if (fact.treated > 0) return fact.treated;
  if (fact.stop == Stop::death) return state.days[line];
  return state.days[line] + line % 5;  // stopped within days of the progression
}

int oldest_patient(const PfsState& state) {
  int oldest = -1;
  for (int p = 0; p < n_patients; ++p) {
    if (has_second_line(p)) continue;
    if (oldest < 0 || state.delay[p] > state.delay[oldest]) oldest = p;
  }
  return oldest;
}

std::array<int, n_patients> last_days(const PfsState& state) {
  std::array<int, n_patients> last{};
  for (int line = 0; line < n_lines; ++line) {
    int& day = last[line_facts[line].patient];
    const int offset = is_second_line(line) ? state.gap[line - n_patients] : 0;
    day = std::max({day, offset + state.days[line], offset + treated_days(state, line)});
  }
  return last;
}

bool is_consistent(const PfsState& state) {
  for (int k = 0; k < n_second; ++k) {
    const int line = n_patients + k;
    const int first = line_facts[line].patient;
    if (state.relapse[line] != state.relapse[first] + 1) return false;
    if (state.gap[k] <= std::max(treated_days(state, first), state.days[first])) return false;
  }
  return true;
}

PfsState first_state(Random& random) {
  PfsState state;
  for (int line = 0; line < n_lines; ++line)
    state.days[line] = random.between(line_facts[line].pfs_low, line_facts[line].pfs_high);
  for (int& delay : state.delay) delay = random.between(250, 1700);
  state.gap.fill(130);
  for (int p = 0; p < n_patients; ++p) state.osteoblastic[p] = p < osteoblastic_patients;
  state.relapse = first_relapses();
  return state;
}

}  // namespace reconstruction
