// Every summary that merges is tested the same way: the whole, 2 shards, 7 shards, and shards
// without rows before, between and after the others.
#pragma once

#include <cstddef>
#include <vector>

#include "random_data.h"

using Shards = std::vector<Rows>;

inline Shards split_rows(const Rows& rows, std::size_t n_shards, Random& random) {
  std::vector<std::vector<std::size_t>> members(n_shards);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    members[static_cast<std::size_t>(random.below(static_cast<int>(n_shards)))].push_back(i);
  }
  Shards shards;
  for (const auto& rows_of_shard : members) shards.push_back(rows.take(rows_of_shard));
  return shards;
}

inline std::vector<Shards> ways_to_shard(const Rows& rows, Random& random) {
  const Rows empty = rows.take({});
  std::vector<Shards> ways = {{rows}, {rows, empty}, {empty, rows}, {empty, empty, rows, empty}};
  ways.push_back(split_rows(rows, 2, random));
  ways.push_back(split_rows(rows, 7, random));
  Shards with_gap = split_rows(rows, 2, random);
  with_gap.insert(with_gap.begin() + 1, empty);
  ways.push_back(with_gap);
  return ways;
}
