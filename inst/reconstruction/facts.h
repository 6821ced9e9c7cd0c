// What is settled by hand before any search: who got what, why it stopped, how long it lasted.
#ifndef RECONSTRUCTION_FACTS_H
#define RECONSTRUCTION_FACTS_H

#include <array>

namespace reconstruction {

constexpr int n_lines = 33;
constexpr int n_patients = 29;
constexpr int n_second = n_lines - n_patients;  // second lines follow the first lines in the table

constexpr double days_per_month = 30.0;
constexpr double days_per_year = 365.25;

enum class Best { cr, pr, sd, pd, ne };

enum class Stop { progression, death, toxicity, patient_choice, completed };

struct LineFact {
  const char* drug;
  const char* regimen;
  int patient;  // 0 to 28; lines 0 to 28 are the patients' first lines
  Best best;
  Stop stop;
  int treated;  // days from start to end of treatment; 0: until progression or death
  int pfs_low;  // days within which the search may place the end of PFS
  int pfs_high;
  int relapse;  // 1, 2, 3, 4 (fourth or later); 0: left to the search
};

extern const std::array<LineFact, n_lines> line_facts;

bool is_sirolimus(int line);
bool is_sirolimus_alone(int line);
bool is_tki(int line);

// Disease control: complete or partial response or stable disease as best response.
bool is_stable(int line);

// The line whose complete remission went on when treatment was completed is the only one without
// a progression or death.
bool has_pfs_event(int line);

bool has_second_line(int patient);

inline bool is_second_line(int line) { return line >= n_patients; }

}  // namespace reconstruction

#endif
