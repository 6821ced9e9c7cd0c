// The estimators of the report. This is the only place that knows where they come from.
#ifndef RECONSTRUCTION_ESTIMATES_H
#define RECONSTRUCTION_ESTIMATES_H

#include <vector>

namespace reconstruction {

struct Follow {
  int days;
  bool event;
};

struct MedianInterval {
  double median;  // NaN when not reached, as are the bounds
  double lower;
  double upper;
};

enum class Interval { log_log, plain };

class Curve {
 public:
  explicit Curve(const std::vector<Follow>& rows);
  double survival_at(double days) const;
  // Where S is 0 its interval is [0, 0].
  MedianInterval median(Interval interval) const;

 private:
  std::vector<double> time_;
  std::vector<double> survival_;
  std::vector<double> variance_log_;
};

// Two groups, hypergeometric variance.
double logrank_p(const std::vector<Follow>& rows, const std::vector<int>& group);

struct CoxTerm {
  double hazard_ratio;
  double lower;
  double upper;
  double p;
};

enum class Ties { efron, breslow };

// `covariates` holds one vector a term.
std::vector<CoxTerm> cox(const std::vector<Follow>& rows,
                         const std::vector<std::vector<double>>& covariates, Ties ties);

}  // namespace reconstruction

#endif
