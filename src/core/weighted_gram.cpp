#include "core/weighted_gram.h"

namespace survlines {
namespace {

// Independent partial sums, so that additions need not wait for one another.
constexpr std::size_t n_lanes = 4;

double dot(const double* a, const double* b) {
  double lane[n_lanes] = {};
  for (std::size_t r = 0; r < panel_rows; r += n_lanes) {
    for (std::size_t k = 0; k < n_lanes; ++k) lane[k] += a[r + k] * b[r + k];
  }
  return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

// The products of two columns with two others: each value loaded serves twice.
struct Tile {
  double value[2][2];
};

Tile dot_tile(const double* a0, const double* a1, const double* b0, const double* b1) {
  double s00[n_lanes] = {}, s01[n_lanes] = {}, s10[n_lanes] = {}, s11[n_lanes] = {};
  for (std::size_t r = 0; r < panel_rows; r += n_lanes) {
    for (std::size_t k = 0; k < n_lanes; ++k) {
      s00[k] += a0[r + k] * b0[r + k];
      s01[k] += a0[r + k] * b1[r + k];
      s10[k] += a1[r + k] * b0[r + k];
      s11[k] += a1[r + k] * b1[r + k];
    }
  }
  const auto total = [](const double* s) { return (s[0] + s[1]) + (s[2] + s[3]); };
  return {{{total(s00), total(s01)}, {total(s10), total(s11)}}};
}

}  // namespace

WeightedGram::WeightedGram(std::size_t n_columns)
    : n_columns_(n_columns),
      upper_(n_columns * n_columns, 0.0),
      weighted_(n_columns * panel_stride, 0.0) {}

void WeightedGram::add(const double* panel, const double* weight) {
  const std::size_t p = n_columns_;
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t r = 0; r < panel_rows; ++r) {
      weighted_[j * panel_stride + r] = weight[r] * panel[j * panel_stride + r];
    }
  }
  const auto plain = [&](std::size_t i) { return panel + i * panel_stride; };
  const auto weighted = [&](std::size_t j) { return weighted_.data() + j * panel_stride; };
  for (std::size_t j = 0; j < p; j += 2) {
    const bool pair = j + 1 < p;
    for (std::size_t i = 0; i < j && pair; i += 2) {
      const Tile tile = dot_tile(plain(i), plain(i + 1), weighted(j), weighted(j + 1));
      for (std::size_t a = 0; a < 2; ++a) {
        for (std::size_t b = 0; b < 2; ++b) upper_[(j + b) * p + i + a] += tile.value[a][b];
      }
    }
    for (std::size_t i = 0; i < j && !pair; ++i) upper_[j * p + i] += dot(plain(i), weighted(j));
    upper_[j * p + j] += dot(plain(j), weighted(j));
    if (!pair) continue;
    upper_[(j + 1) * p + j] += dot(plain(j), weighted(j + 1));
    upper_[(j + 1) * p + j + 1] += dot(plain(j + 1), weighted(j + 1));
  }
}

SquareMatrix WeightedGram::matrix() const {
  SquareMatrix result(n_columns_);
  for (std::size_t j = 0; j < n_columns_; ++j) {
    for (std::size_t i = 0; i <= j; ++i) result(i, j) = result(j, i) = upper_[j * n_columns_ + i];
  }
  return result;
}

void add_cross_product(const double* panel, std::size_t n_columns, const double* r, double* out) {
  for (std::size_t j = 0; j < n_columns; ++j) out[j] += dot(panel + j * panel_stride, r);
}

}  // namespace survlines
