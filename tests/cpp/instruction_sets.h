// The instruction sets of this processor, and the use of one of them for a while.
#pragma once

#include <vector>

#include "core/kernels.h"

inline std::vector<survlines::InstructionSet> supported_sets() {
  std::vector<survlines::InstructionSet> sets;
  for (const auto set : {survlines::InstructionSet::baseline, survlines::InstructionSet::avx2,
                         survlines::InstructionSet::avx512}) {
    if (survlines::supported(set)) sets.push_back(set);
  }
  return sets;
}

class UseInstructionSet {
 public:
  explicit UseInstructionSet(survlines::InstructionSet set)
      : before_(survlines::instruction_set()) {
    survlines::use_instruction_set(set);
  }
  ~UseInstructionSet() { survlines::use_instruction_set(before_); }
  UseInstructionSet(const UseInstructionSet&) = delete;
  UseInstructionSet& operator=(const UseInstructionSet&) = delete;

 private:
  survlines::InstructionSet before_;
};
