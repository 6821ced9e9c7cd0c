# Fits keep times as they came and say what unit they are in; other units are asked for.

#' Units of time
#'
#' Fits keep times in the unit of the data and know its name (`time_unit`, days unless told).
#' `tidy()`, `plot()`, [survival_at()] and [survival_quantile()] convert when another unit is
#' asked for, so that nobody divides by 30.4375 by hand. A week has 7 days, a month
#' `options(survlines.days_per_month)` days (30.4375 = 365.25 / 12 when not set), a year 12 months.
#'
#' @name time-unit
#' @keywords internal
NULL

time_units <- c("days", "weeks", "months", "years")

# How many days a unit has.
unit_days <- function(unit, call = rlang::caller_env()) {
  month <- getOption("survlines.days_per_month", 30.4375)
  switch(unit, days = 1, weeks = 7, months = month, years = 12 * month)
}

check_time_unit <- function(unit, call = rlang::caller_env()) {
  if (identical(unit, time_units)) {
    return("days")
  }
  match_choice(unit, time_units, "time_unit", call)
}

# What times of a fit are divided by to be in `unit` (NULL: as they are).
time_divisor <- function(fit, unit, call = rlang::caller_env()) {
  if (is.null(unit)) {
    return(1)
  }
  unit_days(match_choice(unit, time_units, "time_unit", call)) / unit_days(fit$time_unit)
}

shown_unit <- function(fit, unit) if (is.null(unit)) fit$time_unit else unit
