#include "os_search.h"

#include <algorithm>

#include "anneal.h"
#include "estimates.h"
#include "printed.h"
#include "summary.h"

namespace reconstruction {

namespace {

constexpr double month_scale = 0.3;
constexpr double share_scale = 0.05;
constexpr double year_scale = 0.3;

// The registry was open for less than four years.
constexpr int longest_days = 1300;

bool died_under_treatment(int line) { return line_facts[line].stop == Stop::death; }

bool everyone(int) { return true; }

void add_one_year(const OsState& state, bool (*member)(int), const char* name, const char* percent,
                  Ledger& ledger) {
  std::vector<Follow> rows;
  for (int p = 0; p < n_patients; ++p)
    if (member(p)) rows.push_back({state.days[p], state.dead[p]});
  const double share = Curve(rows).survival_at(days_per_year);
  ledger.add(name, "one year", share, miss(100.0 * share, printed(percent), 100.0 * share_scale));
}

void add_overall(const OsState& state, Ledger& ledger) {
  std::vector<Follow> rows;
  for (int p = 0; p < n_patients; ++p) rows.push_back({state.days[p], state.dead[p]});
  const Curve curve(rows);
  const auto add = [&](const char* part, double days, const char* text) {
    const double months = days / days_per_month;
    ledger.add("OS", part, months, miss(months, printed_time(text), month_scale));
  };
  const MedianInterval log_log = curve.median(Interval::log_log);
  add("median", log_log.median, "6.8");
  add("lower", log_log.lower, "4.7");
  add("upper", log_log.upper, "12.1");
  const MedianInterval plain = curve.median(Interval::plain);
  add("plain lower", plain.lower, "4.7");
  add("plain upper", plain.upper, "12.1");
}

void add_follow_up(const PfsState& lines, const OsState& state, Ledger& ledger) {
  std::vector<double> years;
  for (int p = 0; p < n_patients; ++p)
    years.push_back((lines.delay[p] + state.days[p]) / days_per_year);
  const auto add = [&](const char* part, double value, const char* text) {
    ledger.add("follow-up", part, value, miss(value, printed(text), year_scale));
  };
  add("median", median(years), "3.0");
  add("least", *std::min_element(years.begin(), years.end()), "1.1");
  add("most", *std::max_element(years.begin(), years.end()), "7.2");
}

double os_loss(const PfsState& lines, const OsState& state, std::vector<Miss>* misses) {
  Ledger ledger(misses);
  add_overall(state, ledger);
  add_one_year(state, everyone, "all", "24", ledger);
  add_one_year(state, is_sirolimus, "sirolimus", "30", ledger);
  add_one_year(state, is_tki, "TKI", "10", ledger);
  add_follow_up(lines, state, ledger);
  return ledger.total();
}

OsState first_state(const std::array<int, n_patients>& last, Random& random) {
  OsState state;
  for (int p = 0; p < n_patients; ++p) {
    state.days[p] = died_under_treatment(p) ? last[p] : last[p] + random.between(10, 250);
    state.dead[p] = died_under_treatment(p) || state.days[p] < 365;
  }
  return state;
}

}  // namespace

std::vector<Miss> os_misses(const PfsState& lines, const OsState& state) {
  std::vector<Miss> misses;
  os_loss(lines, state, &misses);
  return misses;
}

OsState search_os(const PfsState& lines, Random& random) {
  const std::array<int, n_patients> last = last_days(lines);
  const auto propose = [&](OsState& state, Random& draw) {
    const int p = draw.between(0, n_patients - 1);
    if (died_under_treatment(p)) return false;
    if (draw.uniform() < 0.1) {
      state.dead[p] = !state.dead[p];
      return true;
    }
    const int reach = draw.uniform() < 0.5 ? 5 : 200;
    const int days = state.days[p] + draw.between(-reach, reach);
    if (days <= last[p] || days > longest_days) return false;
    state.days[p] = days;
    return true;
  };
  const auto loss = [&](const OsState& state, double) { return os_loss(lines, state, nullptr); };
  const Schedule schedule{0.5, 0.003, 1000000};
  return anneal(first_state(last, random), schedule, random, loss, propose);
}

}  // namespace reconstruction
