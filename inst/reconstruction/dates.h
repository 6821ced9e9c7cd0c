// Civil dates as day numbers (0 is 1970-01-01), proleptic Gregorian calendar.
#ifndef RECONSTRUCTION_DATES_H
#define RECONSTRUCTION_DATES_H

#include <string>

namespace reconstruction {

struct Date {
  int year;
  int month;
  int day;
};

int day_number(const Date& date);
Date civil_date(int day_number);
std::string iso_date(int day_number);

// Whole years between two days, as an age is told.
int completed_years(int birth, int today);

}  // namespace reconstruction

#endif
