#include "pfs_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "anneal.h"
#include "estimates.h"
#include "ledger.h"
#include "printed.h"
#include "summary.h"

namespace reconstruction {

namespace {

constexpr double month_scale = 0.3;
constexpr double log_scale = 0.3;
constexpr double delay_ratio_scale = 0.01;
constexpr double year_scale = 0.3;

// In days. The delay lies between 0.6 and 7.0 years; a second line follows within months.
constexpr int shortest_delay = 205;
constexpr int longest_delay = 2570;
constexpr int longest_gap = 200;

struct PrintedMedian {
  const char* name;
  bool (*member)(const PfsState&, int line);
  const char* median;
  const char* lower;  // nullptr: no interval printed
  const char* upper;
};

bool everyone(const PfsState&, int) { return true; }
bool sirolimus_lines(const PfsState&, int line) { return is_sirolimus(line); }
bool alone_lines(const PfsState&, int line) { return is_sirolimus_alone(line); }
bool combined_lines(const PfsState&, int line) {
  return is_sirolimus(line) && !is_sirolimus_alone(line);
}
bool tki_lines(const PfsState&, int line) { return is_tki(line); }
template <int relapse>
bool at_relapse(const PfsState& state, int line) {
  return state.relapse[line] == relapse;
}

constexpr PrintedMedian medians[] = {
    {"all", everyone, "2.3", "1.9", "3.7"},
    {"sirolimus", sirolimus_lines, "3.0", "2.2", "5.4"},
    {"sirolimus combined", combined_lines, "2.7", nullptr, nullptr},
    {"sirolimus alone", alone_lines, "5.7", nullptr, nullptr},
    {"TKI", tki_lines, "1.8", "1.3", "2.8"},
    {"first relapse", at_relapse<1>, "2.0", "0.8", "9.0"},
    {"second relapse", at_relapse<2>, "2.3", "1.9", "6.9"},
    {"third relapse", at_relapse<3>, "3.0", "1.3", "4.7"},
    {"fourth relapse", at_relapse<4>, "2.2", "1.8", "3.5"},
};

struct Landmark {
  int months;
  int lines_beyond;
};
constexpr Landmark landmarks[] = {{2, 20}, {4, 10}, {6, 5}};

std::vector<Follow> rows_of(const PfsState& state, bool (*member)(const PfsState&, int)) {
  std::vector<Follow> rows;
  for (int line = 0; line < n_lines; ++line)
    if (member(state, line)) rows.push_back({state.days[line], has_pfs_event(line)});
  return rows;
}

void add_medians(const PfsState& state, Ledger& ledger) {
  const auto months = [&](const char* name, const char* part, double days, const char* text) {
    const double value = days / days_per_month;
    ledger.add(name, part, value, miss(value, printed(text), month_scale));
  };
  for (const PrintedMedian& group : medians) {
    const Curve curve(rows_of(state, group.member));
    const MedianInterval log_log = curve.median(Interval::log_log);
    months(group.name, "median", log_log.median, group.median);
    if (group.lower == nullptr) continue;
    months(group.name, "lower", log_log.lower, group.lower);
    months(group.name, "upper", log_log.upper, group.upper);
    // With four lines the plain interval cannot be had where S = 0; everywhere else both fit.
    const MedianInterval plain = curve.median(Interval::plain);
    months(group.name, "plain lower", plain.lower, group.lower);
    months(group.name, "plain upper", plain.upper, group.upper);
  }
}

void add_landmarks(const PfsState& state, Ledger& ledger) {
  for (const Landmark& landmark : landmarks) {
    const int day = static_cast<int>(landmark.months * days_per_month);
    const auto beyond =
        std::count_if(state.days.begin(), state.days.end(), [&](int days) { return days > day; });
    const bool on_the_day =
        std::find(state.days.begin(), state.days.end(), day) != state.days.end();
    ledger.add(
        "lines beyond", std::to_string(landmark.months).c_str(), static_cast<double>(beyond),
        std::abs(static_cast<double>(beyond) - landmark.lines_beyond) + (on_the_day ? 1 : 0));
  }
}

void add_delay(const PfsState& state, Ledger& ledger) {
  std::vector<double> years;
  for (int line = 0; line < n_lines; ++line)
    years.push_back(line_delay(state, line) / days_per_year);
  const auto add = [&](const char* part, double value, const char* text) {
    ledger.add("delay", part, value, miss(value, printed(text), year_scale));
  };
  add("mean", mean(years), "2.8");
  add("median", median(years), "2.7");
  add("least", *std::min_element(years.begin(), years.end()), "0.6");
  add("most", *std::max_element(years.begin(), years.end()), "7.0");
}

// Follow-up from diagnosis lasts at least as long as the lines, and as long where a patient died
// under treatment. Its printed range, 1.1 to 7.2 years, must stay possible.
void add_follow_up_range(const PfsState& state, Ledger& ledger) {
  const std::array<int, n_patients> last = last_days(state);
  const double least = printed("1.1").low;
  const double most = printed("7.2").high;
  double too_short = 0.0, too_long = 0.0;
  for (int p = 0; p < n_patients; ++p) {
    const double years = (state.delay[p] + last[p]) / days_per_year;
    too_long = std::max(too_long, years - most);
    if (line_facts[p].stop == Stop::death) too_short = std::max(too_short, least - years);
  }
  ledger.add("follow-up", "too short", too_short, too_short / year_scale);
  ledger.add("follow-up", "too long", too_long, too_long / year_scale);
}

struct PrintedTerm {
  const char* name;
  const char* ratio;
  const char* lower;
  const char* upper;
  const char* p;
};

// The interval of the last row holds 2.73 (1.05 to 7.1) and the abstract's 2.7 as well.
constexpr PrintedTerm table3[] = {
    {"delay in weeks", "1.00", "0.99", "1.00", "0.44"},
    {"at most two lines", "0.69", "0.27", "1.74", "0.43"},
    {"osteoblastic", "0.80", "0.37", "1.73", "0.57"},
    {"TKI", "2.73", "1.05", "7.1", "0.04"},
};

double log_miss(double value, const char* text) {
  const Printed target = printed(text);
  return miss(std::log(value), {std::log(target.low), std::log(target.high)}, log_scale);
}

// The rows of table 3, as the report's Cox model and log-rank test see them.
struct ModelData {
  std::vector<Follow> rows;
  std::vector<std::vector<double>> covariates;
  std::vector<int> tki;
};

ModelData model_data(const PfsState& state) {
  ModelData data;
  data.covariates.resize(4);
  for (int line = 0; line < n_lines; ++line) {
    data.rows.push_back({state.days[line], has_pfs_event(line)});
    data.tki.push_back(is_tki(line) ? 1 : 0);
    data.covariates[0].push_back(line_delay(state, line) / 7.0);
    data.covariates[1].push_back(state.relapse[line] <= 2 ? 1.0 : 0.0);
    data.covariates[2].push_back(state.osteoblastic[line_facts[line].patient] ? 1.0 : 0.0);
    data.covariates[3].push_back(data.tki.back());
  }
  return data;
}

void add_logrank(const ModelData& data, Ledger& ledger) {
  const double p = logrank_p(data.rows, data.tki);
  ledger.add("log-rank", "p", p, log_miss(p, "0.009"));
}

void add_table3(const ModelData& data, Ties ties, Ledger& ledger) {
  const std::vector<CoxTerm> terms = cox(data.rows, data.covariates, ties);
  for (std::size_t k = 0; k < terms.size(); ++k) {
    const PrintedTerm& text = table3[k];
    const auto add = [&](const char* part, double value, const char* number) {
      const double loss =
          k == 0 ? miss(value, printed(number), delay_ratio_scale) : log_miss(value, number);
      ledger.add(text.name, part, value, loss);
    };
    add("HR", terms[k].hazard_ratio, text.ratio);
    add("lower", terms[k].lower, text.lower);
    add("upper", terms[k].upper, text.upper);
    // The interval 0.99 to 1 lies below 1. On the other side p counts on from 1 to 2, else the
    // search would have to climb over p = 1 to come back.
    const bool wrong_side = k == 0 && terms[k].hazard_ratio > 1.0;
    const double p = wrong_side ? 2.0 - terms[k].p : terms[k].p;
    ledger.add(text.name, "p", p, log_miss(p, text.p));
  }
}

void add_everything(const PfsState& state, double limit, Ledger& ledger) {
  add_medians(state, ledger);
  add_landmarks(state, ledger);
  add_delay(state, ledger);
  add_follow_up_range(state, ledger);
  if (ledger.total() > limit) return;
  const ModelData data = model_data(state);
  add_logrank(data, ledger);
  if (ledger.total() > limit) return;
  add_table3(data, Ties::efron, ledger);
  if (ledger.total() > limit) return;
  add_table3(data, Ties::breslow, ledger);
}

double curve_loss(const PfsState& state) {
  Ledger ledger;
  add_medians(state, ledger);
  add_landmarks(state, ledger);
  return ledger.total();
}

double pfs_loss(const PfsState& state, double limit) {
  Ledger ledger;
  add_everything(state, limit, ledger);
  return ledger.total();
}

// A second line starts after treatment and progression of the first, and is one relapse later.
bool is_consistent(const PfsState& state) {
  for (int k = 0; k < n_second; ++k) {
    const int line = n_patients + k;
    const int first = line_facts[line].patient;
    if (state.relapse[line] != state.relapse[first] + 1) return false;
    if (state.gap[k] <= std::max(treated_days(state, first), state.days[first])) return false;
  }
  return true;
}

constexpr int osteoblastic_patients = 18;

// How many lines were given at first, second, third, and fourth or later relapse.
constexpr int relapse_counts[] = {4, 12, 10, 7};

PfsState first_state(Random& random) {
  PfsState state;
  for (int line = 0; line < n_lines; ++line)
    state.days[line] = random.between(line_facts[line].pfs_low, line_facts[line].pfs_high);
  for (int& delay : state.delay) delay = random.between(250, 1700);
  for (int k = 0; k < n_second; ++k) state.gap[k] = 130;
  for (int p = 0; p < n_patients; ++p) state.osteoblastic[p] = p < osteoblastic_patients;
  // Second lines at third relapse, their first lines at second, the others as they come.
  int left[4];
  std::copy(std::begin(relapse_counts), std::end(relapse_counts), left);
  for (int line = 0; line < n_lines; ++line) {
    state.relapse[line] = line_facts[line].relapse;
    if (is_second_line(line)) {
      state.relapse[line] = 3;
      state.relapse[line_facts[line].patient] = 2;
    }
  }
  for (const int relapse : state.relapse)
    if (relapse > 0) --left[relapse - 1];
  int next = 0;
  for (int& relapse : state.relapse) {
    if (relapse > 0) continue;
    while (left[next] == 0) ++next;
    relapse = next + 1;
    --left[next];
  }
  return state;
}

// The moves. Each returns false when it changes nothing or breaks a promise.

bool takes(int line, int days) {
  return days >= line_facts[line].pfs_low && days <= line_facts[line].pfs_high;
}

bool move_days(PfsState& state, Random& random) {
  const int line = random.between(0, n_lines - 1);
  const int reach = random.uniform() < 0.5 ? 2 : 20;
  const int days = state.days[line] + random.between(-reach, reach);
  if (days == state.days[line] || !takes(line, days)) return false;
  state.days[line] = days;
  return true;
}

// Leaves the curve of all lines as it is.
bool swap_days(PfsState& state, Random& random) {
  const int a = random.between(0, n_lines - 1);
  const int b = random.between(0, n_lines - 1);
  if (state.days[a] == state.days[b]) return false;
  if (!takes(a, state.days[b]) || !takes(b, state.days[a])) return false;
  std::swap(state.days[a], state.days[b]);
  return true;
}

bool swap_relapses(PfsState& state, Random& random) {
  const int a = random.between(0, n_lines - 1);
  const int b = random.between(0, n_lines - 1);
  if (line_facts[a].relapse > 0 || line_facts[b].relapse > 0) return false;
  if (state.relapse[a] == state.relapse[b]) return false;
  std::swap(state.relapse[a], state.relapse[b]);
  return true;
}

// A first and a second line of one patient can only change together.
bool swap_pair_of_relapses(PfsState& state, Random& random) {
  const int second = random.between(n_patients, n_lines - 1);
  const int step = random.uniform() < 0.5 ? -1 : 1;
  for (const int line : {line_facts[second].patient, second}) {
    const int wanted = state.relapse[line] + step;
    const int other = random.between(0, n_patients - 1);
    if (state.relapse[other] != wanted || line_facts[other].relapse > 0) return false;
    std::swap(state.relapse[line], state.relapse[other]);
  }
  return true;
}

bool swap_histology(PfsState& state, Random& random) {
  const int a = random.between(0, n_patients - 1);
  const int b = random.between(0, n_patients - 1);
  if (state.osteoblastic[a] == state.osteoblastic[b]) return false;
  std::swap(state.osteoblastic[a], state.osteoblastic[b]);
  return true;
}

bool move_delay(PfsState& state, Random& random) {
  const int patient = random.between(0, n_patients - 1);
  const int reach = random.uniform() < 0.5 ? 20 : 400;
  const int delay = state.delay[patient] + random.between(-reach, reach);
  if (delay < shortest_delay || delay > longest_delay) return false;
  state.delay[patient] = delay;
  return true;
}

bool swap_delays(PfsState& state, Random& random) {
  const int a = random.between(0, n_patients - 1);
  const int b = random.between(0, n_patients - 1);
  std::swap(state.delay[a], state.delay[b]);
  return a != b;
}

bool move_gap(PfsState& state, Random& random) {
  const int k = random.between(0, n_second - 1);
  const int gap = state.gap[k] + random.between(-20, 20);
  if (gap > longest_gap) return false;
  state.gap[k] = gap;
  return true;
}

bool propose_curves(PfsState& state, Random& random) {
  const double which = random.uniform();
  const bool moved = which < 0.5   ? move_days(state, random)
                     : which < 0.7 ? swap_days(state, random)
                     : which < 0.9 ? swap_relapses(state, random)
                                   : swap_pair_of_relapses(state, random);
  return moved && is_consistent(state);
}

bool propose_covariates(PfsState& state, Random& random) {
  const double which = random.uniform();
  const bool moved = which < 0.3   ? swap_histology(state, random)
                     : which < 0.6 ? move_delay(state, random)
                     : which < 0.9 ? swap_delays(state, random)
                                   : move_gap(state, random);
  return moved && is_consistent(state);
}

bool propose(PfsState& state, Random& random) {
  return random.uniform() < 0.6 ? propose_curves(state, random) : propose_covariates(state, random);
}

}  // namespace

int line_delay(const PfsState& state, int line) {
  const int delay = state.delay[line_facts[line].patient];
  return is_second_line(line) ? delay + state.gap[line - n_patients] : delay;
}

int treated_days(const PfsState& state, int line) {
  const LineFact& fact = line_facts[line];
  if (fact.treated > 0) return fact.treated;
  if (fact.stop == Stop::death) return state.days[line];
  return state.days[line] + line % 5;  // stopped within days of the progression
}

std::array<int, n_patients> last_days(const PfsState& state) {
  std::array<int, n_patients> last{};
  for (int line = 0; line < n_lines; ++line) {
    int& day = last[line_facts[line].patient];
    const int offset = is_second_line(line) ? state.gap[line - n_patients] : 0;
    day = std::max({day, offset + state.days[line], offset + treated_days(state, line)});
  }
  return last;
}

std::vector<Miss> pfs_misses(const PfsState& state) {
  std::vector<Miss> misses;
  Ledger ledger(&misses);
  add_everything(state, std::numeric_limits<double>::infinity(), ledger);
  return misses;
}

PfsState search_pfs(Random& random) {
  // Curves alone are cheap, and have many dead ends: start again until all of them fit.
  const auto curves = [](const PfsState& state, double) { return curve_loss(state); };
  PfsState state = first_state(random);
  do {
    state = anneal(first_state(random), {0.5, 0.02, 1000000}, random, curves, propose_curves);
  } while (curve_loss(state) > 0.0);
  return anneal(state, {0.15, 0.002, 1200000}, random, pfs_loss, propose);
}

}  // namespace reconstruction
