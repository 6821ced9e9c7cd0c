// The sum of a loss, and on request what it is made of.
#ifndef RECONSTRUCTION_LEDGER_H
#define RECONSTRUCTION_LEDGER_H

#include <string>
#include <vector>

namespace reconstruction {

struct Miss {
  std::string what;
  double value;
  double loss;
};

class Ledger {
 public:
  // Without a list only the total is kept: the search asks for nothing else.
  explicit Ledger(std::vector<Miss>* misses = nullptr) : misses_(misses) {}

  void add(const char* what, const char* part, double value, double loss) {
    total_ += loss;
    if (misses_ != nullptr) misses_->push_back({std::string(what) + " " + part, value, loss});
  }
  double total() const { return total_; }

 private:
  std::vector<Miss>* misses_;
  double total_ = 0.0;
};

}  // namespace reconstruction

#endif
