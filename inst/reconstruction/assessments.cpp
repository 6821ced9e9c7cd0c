#include "assessments.h"

#include <algorithm>

namespace reconstruction {

namespace {

constexpr int form_every = 60;
constexpr int form_jitter = 5;
constexpr int days_before_progression = 8;

// What a form before progression says. The line stopped for toxicity after a month, and whoever
// was not evaluable, show it; all other lines say their best response.
Best response_before_progression(int line) {
  const LineFact& fact = line_facts[line];
  return fact.best == Best::pd ? Best::ne : fact.best;
}

int first_form(const PfsState& state, int line, Random& random) {
  const int scheduled = form_every + random.between(-form_jitter, form_jitter);
  const LineFact& fact = line_facts[line];
  if (fact.stop == Stop::toxicity) return fact.treated - 2;
  return is_stable(line) ? std::min(scheduled, state.days[line] - days_before_progression)
                         : scheduled;
}

}  // namespace

std::vector<Assessment> assessments_of(const PfsState& state, int line, Random& random) {
  const LineFact& fact = line_facts[line];
  std::vector<Assessment> forms;
  // A line that progressed at its first evaluation was seen late for its first form, not twice.
  const int last_form = state.days[line] - (is_stable(line) ? days_before_progression : 20);
  for (int day = first_form(state, line, random); day <= last_form;
       day += form_every + random.between(-form_jitter, form_jitter)) {
    forms.push_back({day, response_before_progression(line), fact.best == Best::pr});
  }
  if (!has_pfs_event(line) || fact.stop == Stop::death) return forms;
  const bool judged_clinically = random.uniform() < 0.2;
  forms.push_back({state.days[line], Best::pd, judged_clinically});
  return forms;
}

}  // namespace reconstruction
