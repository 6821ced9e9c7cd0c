#include "identifiers.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace reconstruction {

namespace {

template <typename Start>
std::vector<int> by_start(int size, Start start) {
  std::vector<int> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return start(a) < start(b); });
  return order;
}

std::vector<std::string> labels(const std::vector<int>& order, char letter) {
  std::vector<std::string> label(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    char text[16];
    std::snprintf(text, sizeof text, "%c%02d", letter, static_cast<int>(i) + 1);
    label[static_cast<std::size_t>(order[i])] = text;
  }
  return label;
}

}  // namespace

Identifiers number_everyone(const Found& found) {
  Identifiers ids;
  ids.patients = by_start(n_patients, [&](int p) { return found.start[p]; });
  ids.lines = by_start(n_lines, [&](int l) { return line_start(found.lines, found.start, l); });
  ids.patient_id = labels(ids.patients, 'P');
  ids.line_id = labels(ids.lines, 'L');
  return ids;
}

}  // namespace reconstruction
