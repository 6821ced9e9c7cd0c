// A binary tree over cells, in which every run of cells is a union of few nodes.
#pragma once

#include <cstddef>

namespace survlines {

// The nodes of a binary tree over n cells; leaves are [n_leaves, n_leaves + n).
class CellTree {
 public:
  explicit CellTree(std::size_t n_cells) {
    while (n_leaves_ < n_cells) n_leaves_ *= 2;
  }
  std::size_t n_nodes() const { return 2 * n_leaves_; }
  std::size_t n_inner() const { return n_leaves_; }
  std::size_t leaf(std::size_t cell) const { return n_leaves_ + cell; }

  // Calls visit(node) for the fewest nodes that together are the cells [begin, end).
  template <class Visit>
  void cover(std::size_t begin, std::size_t end, Visit&& visit) const {
    std::size_t low = leaf(begin);
    std::size_t high = leaf(end);
    for (; low < high; low /= 2, high /= 2) {
      if (low % 2 == 1) visit(low++);
      if (high % 2 == 1) visit(--high);
    }
  }

 private:
  std::size_t n_leaves_ = 1;
};

}  // namespace survlines
