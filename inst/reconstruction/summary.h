// Mean and median of plain numbers.
#ifndef RECONSTRUCTION_SUMMARY_H
#define RECONSTRUCTION_SUMMARY_H

#include <algorithm>
#include <numeric>
#include <vector>

namespace reconstruction {

inline double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

}  // namespace reconstruction

#endif
