#include "facts.h"

#include <algorithm>
#include <cstring>

namespace reconstruction {

namespace {

constexpr const char* alone = "sirolimus alone";
constexpr const char* cyclo = "sirolimus + cyclophosphamide";
constexpr const char* doxo = "sirolimus + cyclophosphamide + doxorubicin";
constexpr const char* vino = "sirolimus + cyclophosphamide + vinorelbine";
constexpr const char* zole = "sirolimus + cyclophosphamide + zoledronate";
constexpr const char* irino = "sirolimus + irinotecan";

constexpr LineFact sirolimus(const char* regimen, int patient, Best best, Stop stop, int treated,
                             int pfs_low, int pfs_high, int relapse) {
  return {"sirolimus", regimen, patient, best, stop, treated, pfs_low, pfs_high, relapse};
}

constexpr LineFact tki(const char* drug, int patient, Best best, Stop stop, int treated,
                       int pfs_low, int pfs_high) {
  return {drug, drug, patient, best, stop, treated, pfs_low, pfs_high, 0};
}

}  // namespace

const std::array<LineFact, n_lines> line_facts = {{
    // Complete remissions, maintained 17, 12.9 and 4.8 months.
    sirolimus(cyclo, 0, Best::cr, Stop::completed, 510, 510, 510, 2),
    sirolimus(cyclo, 1, Best::cr, Stop::progression, 387, 381, 387, 2),
    sirolimus(cyclo, 2, Best::cr, Stop::progression, 144, 138, 144, 2),
    // The other lines beyond 6 months. Doxorubicin ends with its cumulative dose, before
    // progression.
    sirolimus(cyclo, 3, Best::sd, Stop::progression, 212, 206, 208, 2),
    sirolimus(doxo, 4, Best::sd, Stop::completed, 186, 206, 208, 2),
    sirolimus(zole, 5, Best::sd, Stop::progression, 270, 269, 270, 1),
    // The stable lines of table 2 that end before 6 months.
    sirolimus(cyclo, 6, Best::sd, Stop::progression, 162, 161, 162, 0),
    sirolimus(cyclo, 7, Best::sd, Stop::progression, 150, 125, 150, 0),
    sirolimus(alone, 8, Best::sd, Stop::patient_choice, 143, 170, 172, 0),
    sirolimus(cyclo, 9, Best::sd, Stop::toxicity, 30, 45, 119, 0),
    // Two lines without an evaluable form until they progressed.
    sirolimus(alone, 10, Best::pd, Stop::progression, 0, 170, 179, 0),
    sirolimus(irino, 11, Best::pd, Stop::progression, 0, 60, 119, 0),
    // Progression at the first evaluation or before it.
    sirolimus(cyclo, 12, Best::pd, Stop::progression, 0, 23, 76, 0),
    sirolimus(cyclo, 13, Best::pd, Stop::progression, 0, 23, 76, 0),
    sirolimus(cyclo, 14, Best::pd, Stop::progression, 0, 23, 76, 0),
    sirolimus(vino, 15, Best::pd, Stop::progression, 0, 23, 76, 0),
    sirolimus(vino, 16, Best::pd, Stop::progression, 0, 23, 76, 0),
    // Deaths of cancer under treatment; the last patient is registered two weeks before the lock.
    sirolimus(cyclo, 17, Best::ne, Stop::death, 0, 12, 12, 2),
    sirolimus(cyclo, 18, Best::ne, Stop::death, 0, 23, 60, 0),
    // Tyrosine kinase inhibitors.
    tki("sorafenib", 19, Best::sd, Stop::progression, 75, 50, 75),
    tki("sorafenib", 20, Best::sd, Stop::progression, 93, 63, 93),
    tki("sorafenib", 21, Best::sd, Stop::progression, 118, 85, 118),
    tki("sorafenib", 22, Best::pd, Stop::progression, 0, 38, 76),
    tki("sunitinib", 23, Best::pr, Stop::progression, 84, 55, 84),
    tki("sunitinib", 24, Best::sd, Stop::progression, 120, 85, 119),
    tki("sunitinib", 25, Best::pd, Stop::progression, 0, 38, 76),
    tki("sunitinib", 26, Best::pd, Stop::progression, 0, 38, 76),
    tki("sunitinib", 27, Best::ne, Stop::death, 0, 38, 60),
    tki("pazopanib", 28, Best::pd, Stop::progression, 0, 38, 60),
    // Second lines, all after a tyrosine kinase inhibitor.
    sirolimus(alone, 20, Best::pd, Stop::progression, 0, 23, 76, 0),
    sirolimus(irino, 23, Best::pd, Stop::progression, 0, 23, 76, 0),
    sirolimus(vino, 24, Best::pd, Stop::progression, 0, 23, 76, 0),
    sirolimus(cyclo, 26, Best::pd, Stop::progression, 0, 23, 76, 0),
}};

bool is_sirolimus(int line) { return std::strcmp(line_facts[line].drug, "sirolimus") == 0; }

bool is_sirolimus_alone(int line) { return std::strcmp(line_facts[line].regimen, alone) == 0; }

bool is_tki(int line) { return !is_sirolimus(line); }

bool is_stable(int line) {
  const Best best = line_facts[line].best;
  return best == Best::cr || best == Best::pr || best == Best::sd;
}

bool has_second_line(int patient) {
  return std::any_of(line_facts.begin() + n_patients, line_facts.end(),
                     [&](const LineFact& fact) { return fact.patient == patient; });
}

bool has_pfs_event(int line) {
  return line_facts[line].best != Best::cr || line_facts[line].stop != Stop::completed;
}

}  // namespace reconstruction
