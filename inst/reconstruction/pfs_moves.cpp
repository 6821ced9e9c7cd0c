#include "pfs_moves.h"

#include <utility>

namespace reconstruction {

namespace {

// In days. The delay lies between 0.6 and 7.0 years; a second line follows within months.
constexpr int shortest_delay = 205;
constexpr int longest_delay = 2570;
constexpr int longest_gap = 200;

bool takes(int line, int days) {
  return days >= line_facts[line].pfs_low && days <= line_facts[line].pfs_high;
}

bool move_days(PfsState& state, Random& random) {
  const int line = random.between(0, n_lines - 1);
  const int reach = random.uniform() < 0.5 ? 2 : 20;
  const int days = state.days[line] + random.between(-reach, reach);
  if (days == state.days[line] || !takes(line, days)) return false;
  state.days[line] = days;
  return true;
}

// Leaves the curve of all lines as it is.
bool swap_days(PfsState& state, Random& random) {
  const int a = random.between(0, n_lines - 1);
  const int b = random.between(0, n_lines - 1);
  if (state.days[a] == state.days[b]) return false;
  if (!takes(a, state.days[b]) || !takes(b, state.days[a])) return false;
  std::swap(state.days[a], state.days[b]);
  return true;
}

bool swap_relapses(PfsState& state, Random& random) {
  const int a = random.between(0, n_lines - 1);
  const int b = random.between(0, n_lines - 1);
  if (line_facts[a].relapse > 0 || line_facts[b].relapse > 0) return false;
  if (state.relapse[a] == state.relapse[b]) return false;
  std::swap(state.relapse[a], state.relapse[b]);
  return true;
}

// A first and a second line of one patient can only change together.
bool swap_pair_of_relapses(PfsState& state, Random& random) {
  const int second = random.between(n_patients, n_lines - 1);
  const int step = random.uniform() < 0.5 ? -1 : 1;
  for (const int line : {line_facts[second].patient, second}) {
    const int wanted = state.relapse[line] + step;
    const int other = random.between(0, n_patients - 1);
    if (state.relapse[other] != wanted || line_facts[other].relapse > 0) return false;
    std::swap(state.relapse[line], state.relapse[other]);
  }
  return true;
}

bool swap_histology(PfsState& state, Random& random) {
  const int a = random.between(0, n_patients - 1);
  const int b = random.between(0, n_patients - 1);
  if (state.osteoblastic[a] == state.osteoblastic[b]) return false;
  std::swap(state.osteoblastic[a], state.osteoblastic[b]);
  return true;
}

bool move_delay(PfsState& state, Random& random) {
  const int patient = random.between(0, n_patients - 1);
  const int reach = random.uniform() < 0.5 ? 20 : 400;
  const int delay = state.delay[patient] + random.between(-reach, reach);
  if (delay < shortest_delay || delay > longest_delay) return false;
  state.delay[patient] = delay;
  return true;
}

bool swap_delays(PfsState& state, Random& random) {
  const int a = random.between(0, n_patients - 1);
  const int b = random.between(0, n_patients - 1);
  std::swap(state.delay[a], state.delay[b]);
  return a != b;
}

bool move_gap(PfsState& state, Random& random) {
  const int k = random.between(0, n_second - 1);
  const int gap = state.gap[k] + random.between(-20, 20);
  if (gap > longest_gap) return false;
  state.gap[k] = gap;
  return true;
}

}  // namespace

bool propose_curves(PfsState& state, Random& random) {
  state.curve_loss = -1.0;
  const double which = random.uniform();
  const bool moved = which < 0.5   ? move_days(state, random)
                     : which < 0.7 ? swap_days(state, random)
                     : which < 0.9 ? swap_relapses(state, random)
                                   : swap_pair_of_relapses(state, random);
  return moved && is_consistent(state);
}

bool propose_covariates(PfsState& state, Random& random) {
  const double which = random.uniform();
  const bool moved = which < 0.3   ? swap_histology(state, random)
                     : which < 0.6 ? move_delay(state, random)
                     : which < 0.9 ? swap_delays(state, random)
                                   : move_gap(state, random);
  return moved && is_consistent(state);
}

bool propose_anything(PfsState& state, Random& random) {
  return random.uniform() < 0.6 ? propose_curves(state, random) : propose_covariates(state, random);
}

}  // namespace reconstruction
