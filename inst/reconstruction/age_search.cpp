#include "age_search.h"

#include <algorithm>
#include <cmath>

#include "anneal.h"
#include "dates.h"
#include "printed.h"
#include "summary.h"

namespace reconstruction {

namespace {

constexpr double year_scale = 1.0;
constexpr int half_a_year_of_lines = static_cast<int>(6 * days_per_month);
constexpr int lines_up_to_18 = 15;

void add_ages(const char* name, const std::vector<double>& years, const char* mean_text,
              const char* median_text, const char* least, const char* most, Ledger& ledger) {
  const auto add = [&](const char* part, double value, const char* text) {
    ledger.add(name, part, value, miss(value, printed(text), year_scale));
  };
  add("mean", mean(years), mean_text);
  add("median", median(years), median_text);
  add("least", *std::min_element(years.begin(), years.end()), least);
  add("most", *std::max_element(years.begin(), years.end()), most);
}

double age_loss(const PfsState& lines, const Calendar& start, const Ages& ages,
                std::vector<Miss>* misses) {
  std::vector<double> at_diagnosis, at_start, beyond_half_a_year;
  for (const int age : ages) at_diagnosis.push_back(age / days_per_year);
  for (int line = 0; line < n_lines; ++line) {
    const int birth = birth_day(lines, start, ages, line_facts[line].patient);
    at_start.push_back(completed_years(birth, line_start(lines, start, line)));
    if (lines.days[line] > half_a_year_of_lines) beyond_half_a_year.push_back(at_start.back());
  }
  Ledger ledger(misses);
  add_ages("age at diagnosis", at_diagnosis, "18.1", "19", "8", "65", ledger);
  add_ages("age at start", at_start, "19", "20", "9", "72", ledger);
  const auto young =
      std::count_if(at_start.begin(), at_start.end(), [](double a) { return a <= 18; });
  ledger.add("age at start", "up to 18", static_cast<double>(young),
             std::abs(static_cast<double>(young - lines_up_to_18)));
  const double middle = median(beyond_half_a_year);
  ledger.add("age at start", "beyond 6 months", middle, miss(middle, printed("17"), year_scale));
  return ledger.total();
}

// All patients but the oldest were children or young adults.
constexpr int youngest_age = static_cast<int>(7.6 * days_per_year);
constexpr int oldest_low = static_cast<int>(64.5 * days_per_year);
constexpr int oldest_high = static_cast<int>(65.5 * days_per_year);
constexpr int young_adult_age = static_cast<int>(28.0 * days_per_year);

}  // namespace

int birth_day(const PfsState& lines, const Calendar& start, const Ages& ages, int patient) {
  return start[patient] - lines.delay[patient] - ages[patient];
}

int line_start(const PfsState& lines, const Calendar& start, int line) {
  const int first = start[line_facts[line].patient];
  return is_second_line(line) ? first + lines.gap[line - n_patients] : first;
}

std::vector<Miss> age_misses(const PfsState& lines, const Calendar& start, const Ages& ages) {
  std::vector<Miss> misses;
  age_loss(lines, start, ages, &misses);
  return misses;
}

Ages search_ages(const PfsState& lines, const Calendar& start, Random& random) {
  const int oldest = oldest_patient(lines);
  const auto low = [&](int p) { return p == oldest ? oldest_low : youngest_age; };
  const auto high = [&](int p) { return p == oldest ? oldest_high : young_adult_age; };
  Ages first;
  for (int p = 0; p < n_patients; ++p) first[p] = random.between(low(p), high(p));
  // One patient's age, or two ages against each other: the mean at diagnosis is printed closely.
  const auto propose = [&](Ages& ages, Random& draw) {
    const int reach = draw.uniform() < 0.5 ? 100 : 2000;
    const int step = draw.between(-reach, reach);
    const int p = draw.between(0, n_patients - 1);
    const int q = draw.between(0, n_patients - 1);
    ages[p] += step;
    if (draw.uniform() < 0.5) ages[q] -= step;
    const auto plausible = [&](int patient) {
      return ages[patient] >= low(patient) && ages[patient] <= high(patient);
    };
    return plausible(p) && plausible(q);
  };
  const auto loss = [&](const Ages& ages, double) { return age_loss(lines, start, ages, nullptr); };
  const Schedule schedule{0.5, 0.001, 1000000};
  return anneal(first, schedule, random, loss, propose);
}

}  // namespace reconstruction
