#include "tables.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "adverse_event_facts.h"
#include "assessments.h"
#include "centers.h"
#include "dates.h"
#include "identifiers.h"
#include "previous_lines.h"

namespace reconstruction {

namespace {

// Lines, by index into line_facts, settled by hand.
constexpr std::initializer_list<int> relapsed_at_both_sites = {6, 9, 12, 14, 18, 20, 22, 25, 29};
constexpr std::initializer_list<int> without_tumor_board = {2, 8, 10, 13, 16, 21, 27, 30, 31};
constexpr std::initializer_list<int> with_modified_dose = {4, 15, 20, 21, 23};

bool holds(std::initializer_list<int> lines, int line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

const char* yes_no(bool yes) { return yes ? "yes" : "no"; }

const char* response_code(Best response) {
  switch (response) {
    case Best::cr:
      return "CR";
    case Best::pr:
      return "PR";
    case Best::sd:
      return "SD";
    case Best::pd:
      return "PD";
    default:
      return "NE";
  }
}

const char* stop_text(Stop stop) {
  switch (stop) {
    case Stop::progression:
      return "progression";
    case Stop::death:
      return "death";
    case Stop::toxicity:
      return "toxicity";
    case Stop::patient_choice:
      return "patient choice";
    default:
      return "completed";
  }
}

std::vector<std::string> deal(std::initializer_list<std::pair<const char*, int>> counts,
                              Random& random) {
  std::vector<std::string> cards;
  for (const auto& [text, count] : counts) cards.insert(cards.end(), count, text);
  random.shuffle(cards);
  return cards;
}

std::vector<std::string> histologies(const PfsState& lines, Random& random) {
  const std::vector<std::string> others =
      deal({{"chondroblastic", 5}, {"osteogenic", 3}, {"telangiectatic", 2}, {"pleomorphic", 1}},
           random);
  std::vector<std::string> histology(n_patients, "osteoblastic");
  std::size_t next = 0;
  for (int p = 0; p < n_patients; ++p)
    if (!lines.osteoblastic[p]) histology[p] = others[next++];
  return histology;
}

Table patients_table(const Found& found, const Identifiers& ids, Random& random) {
  Table table{"patients",
              {"patient_id", "center", "center_type", "sex", "birth_date", "diagnosis_date",
               "histology", "grade", "last_contact_date", "death_date"},
              {}};
  const std::vector<std::string> sex = deal({{"male", 19}, {"female", 10}}, random);
  const std::vector<std::string> histology = histologies(found.lines, random);
  std::vector<int> ages;
  for (const int p : ids.patients)
    ages.push_back(
        completed_years(birth_day(found.lines, found.start, found.ages, p), found.start[p]));
  const std::vector<Center> centers = centers_of(ages);
  for (std::size_t i = 0; i < ids.patients.size(); ++i) {
    const int p = ids.patients[i];
    const std::string last = iso_date(found.start[p] + found.survival.days[p]);
    table.rows.push_back({ids.patient_id[p], centers[i].name, centers[i].type, sex[p],
                          iso_date(birth_day(found.lines, found.start, found.ages, p)),
                          iso_date(found.start[p] - found.lines.delay[p]), histology[p], "III",
                          last, found.survival.dead[p] ? last : ""});
  }
  return table;
}

Table lines_table(const Found& found, const Identifiers& ids) {
  Table table{"lines",
              {"line_id", "patient_id", "line_no", "drug", "regimen", "start_date", "end_date",
               "stop_reason", "previous_lines", "relapse_no", "stage_at_start", "relapse_site",
               "tumor_board", "dose_modified"},
              {}};
  const std::array<int, n_lines> previous = previous_lines(found.lines);
  for (const int line : ids.lines) {
    const LineFact& fact = line_facts[line];
    const int start = line_start(found.lines, found.start, line);
    table.rows.push_back(
        {ids.line_id[line], ids.patient_id[fact.patient], is_second_line(line) ? "2" : "1",
         fact.drug, fact.regimen, iso_date(start),
         iso_date(start + treated_days(found.lines, line)), stop_text(fact.stop),
         std::to_string(previous[line]), std::to_string(found.lines.relapse[line]),
         fact.best == Best::cr ? "complete remission" : "progression",
         holds(relapsed_at_both_sites, line) ? "both" : "metastatic",
         yes_no(!holds(without_tumor_board, line)), yes_no(holds(with_modified_dose, line))});
  }
  return table;
}

Table assessments_table(const Found& found, const Identifiers& ids, Random& random) {
  Table table{"assessments", {"line_id", "assessment_date", "response", "method"}, {}};
  for (const int line : ids.lines) {
    const int start = line_start(found.lines, found.start, line);
    for (const Assessment& form : assessments_of(found.lines, line, random))
      table.rows.push_back({ids.line_id[line], iso_date(start + form.day),
                            response_code(form.response), form.clinical ? "clinical" : "RECIST"});
  }
  return table;
}

Table adverse_events_table(const Found& found, const Identifiers& ids) {
  Table table{"adverse_events", {"line_id", "onset_date", "category", "term", "grade"}, {}};
  for (const int line : ids.lines) {
    const int start = line_start(found.lines, found.start, line);
    std::vector<AdverseEventFact> events;
    for (const AdverseEventFact& event : adverse_event_facts)
      if (event.line == line) events.push_back(event);
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& a, const auto& b) { return a.day < b.day; });
    for (const AdverseEventFact& event : events)
      table.rows.push_back({ids.line_id[line], iso_date(start + event.day), event.category,
                            event.term, std::to_string(event.grade)});
  }
  return table;
}

}  // namespace

std::vector<Table> registry_tables(const Found& found, Random& random) {
  const Identifiers ids = number_everyone(found);
  std::vector<Table> tables;
  tables.push_back(patients_table(found, ids, random));
  tables.push_back(lines_table(found, ids));
  tables.push_back(assessments_table(found, ids, random));
  tables.push_back(adverse_events_table(found, ids));
  return tables;
}

}  // namespace reconstruction
