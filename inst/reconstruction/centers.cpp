#include "centers.h"

#include <cstdio>

namespace reconstruction {

namespace {

constexpr int n_pediatric = 8;
constexpr int n_mixed = 3;
constexpr int pediatric_below = 20;
constexpr int adult_from = 23;

Center center(int number, const char* type) {
  char name[16];
  std::snprintf(name, sizeof name, "C%02d", number);
  return {name, type};
}

}  // namespace

std::vector<Center> centers_of(const std::vector<int>& ages) {
  std::vector<Center> centers;
  int children = 0, between = 0;
  for (const int age : ages) {
    if (age < pediatric_below) {
      centers.push_back(center(1 + children++ % n_pediatric, "pediatric"));
    } else if (age >= adult_from) {
      centers.push_back(center(n_pediatric + 1, "adult"));
    } else {
      centers.push_back(center(n_pediatric + 2 + between++ % n_mixed, "mixed"));
    }
  }
  return centers;
}

}  // namespace reconstruction
