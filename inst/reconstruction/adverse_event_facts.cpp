#include "adverse_event_facts.h"

namespace reconstruction {

namespace {

constexpr const char* intestinal = "intestinal";
constexpr const char* skin = "skin and infections";
constexpr const char* blood = "hematologic";
constexpr const char* urinary = "urinary";
constexpr const char* nerves = "neurological";
constexpr const char* lungs = "pulmonary";
constexpr const char* other = "other";

}  // namespace

// Table 4 prints how many lines had an event of a category, and events by grade. Its mean grades
// (44 / 26 with sirolimus, 30 / 13 with tyrosine kinase inhibitors) and "two of grade 4" settle
// the cells printed without a column: with the inhibitors 2 of grade 1, 5 of grade 2, 6 of grade 3.
// The nine lines with grade 3 and the two with grade 4 are different lines. Sorafenib's "other",
// printed as 4 (100 %), has three graded cells and three lines with any event: three it stays.
const std::array<AdverseEventFact, n_adverse_events> adverse_event_facts = {{
    // Sirolimus: 14 lines, 26 events.
    {0, 12, intestinal, "nausea", 1},
    {3, 20, intestinal, "nausea", 1},
    {4, 9, intestinal, "vomiting", 1},
    {6, 33, intestinal, "stomatitis", 1},
    {7, 15, intestinal, "nausea", 1},
    {8, 41, intestinal, "stomatitis", 1},
    {11, 6, intestinal, "vomiting", 1},
    {30, 5, intestinal, "nausea", 2},
    {4, 25, skin, "alopecia", 1},
    {4, 70, skin, "infection", 2},
    {1, 60, blood, "anemia", 1},
    {13, 14, blood, "neutropenia", 2},
    {5, 48, blood, "thrombocytopenia", 3},
    {16, 13, blood, "neutropenia", 3},
    {4, 37, blood, "neutropenia", 4},
    {15, 11, blood, "neutropenia", 4},
    {9, 24, urinary, "hemorrhagic cystitis", 3},
    {0, 95, nerves, "headache", 1},
    {6, 22, nerves, "headache", 1},
    {16, 16, nerves, "peripheral neuropathy", 2},
    {1, 18, other, "fatigue", 1},
    {7, 30, other, "fatigue", 1},
    {13, 8, other, "fatigue", 2},
    {3, 52, other, "pain", 1},
    {8, 27, other, "pain", 1},
    {5, 110, other, "pain", 2},
    // Sunitinib: 4 lines, 6 events.
    {23, 28, blood, "neutropenia", 3},
    {25, 21, blood, "thrombocytopenia", 3},
    {24, 45, lungs, "dyspnea", 2},
    {24, 19, other, "fatigue", 2},
    {26, 10, other, "fatigue", 2},
    {26, 24, other, "fatigue", 3},
    // Sorafenib: 3 lines, 5 events.
    {19, 17, skin, "hand-foot skin reaction", 3},
    {20, 13, skin, "rash", 2},
    {19, 35, other, "depression", 2},
    {20, 31, other, "fatigue", 3},
    {21, 42, other, "fatigue", 3},
    // Pazopanib: 1 line, 2 events.
    {28, 9, intestinal, "nausea", 1},
    {28, 16, other, "fatigue", 1},
}};

}  // namespace reconstruction
