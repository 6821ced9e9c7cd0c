#include "dates.h"

#include <cstdio>

namespace reconstruction {

namespace {

// Years are counted from March, so that the leap day is the last day of a year; 400 of them
// (an era) have 146097 days. 719468 days lie between 0000-03-01 and 1970-01-01.
constexpr int days_per_era = 146097;
constexpr int epoch_offset = 719468;

int floor_div(int a, int b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

int day_number(const Date& date) {
  const int march_year = date.year - (date.month <= 2 ? 1 : 0);
  const int era = floor_div(march_year, 400);
  const int year_of_era = march_year - era * 400;
  const int month_from_march = (date.month + 9) % 12;
  const int day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_per_era + day_of_era - epoch_offset;
}

Date civil_date(int day_number) {
  const int shifted = day_number + epoch_offset;
  const int era = floor_div(shifted, days_per_era);
  const int day_of_era = shifted - era * days_per_era;
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_from_march = (5 * day_of_year + 2) / 153;
  const int day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::string iso_date(int day_number) {
  const Date date = civil_date(day_number);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  return text;
}

int completed_years(int birth, int today) {
  const Date from = civil_date(birth);
  const Date to = civil_date(today);
  const bool before_birthday =
      to.month < from.month || (to.month == from.month && to.day < from.day);
  return to.year - from.year - (before_birthday ? 1 : 0);
}

}  // namespace reconstruction
